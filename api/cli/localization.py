"""The parts of the help that Typer itself writes, in the language of the environment."""

from collections.abc import Callable
from typing import Any, Final, TypeVar

import typer
from typer import rich_utils
from typer.core import TyperCommand, TyperGroup

from api.cli.console import _

F = TypeVar("F", bound=Callable[..., Any])
_USAGE: Final = _("Usage:")
_OPTIONS: Final = {
    "help": _("Show this message and exit."),
    "install_completion": _("Install completion for the current shell."),
    "show_completion": _("Show completion for the current shell, to copy or adapt it."),
}
"""The help of options that Typer adds, by their names."""
_ARGUMENTS: Final = {
    "[OPTIONS]": _("[OPTIONS]"),
    "COMMAND [ARGS]...": _("COMMAND [ARGUMENTS]..."),
}
"""What Typer writes in the usage line."""

rich_utils.ARGUMENTS_PANEL_TITLE = _("Arguments")
rich_utils.OPTIONS_PANEL_TITLE = _("Options")
rich_utils.COMMANDS_PANEL_TITLE = _("Commands")
rich_utils.ERRORS_PANEL_TITLE = _("Error")
rich_utils.REQUIRED_LONG_STRING = _("[required]")
rich_utils.RICH_HELP = _("Try [blue]'{command_path} {help_option}'[/] for help.")
rich_utils.OptionHighlighter.highlights = [
    *rich_utils.OptionHighlighter.highlights,
    rf"(?P<usage>{_USAGE} )",
]


class Command(TyperCommand):
    """A command with translated help."""

    def get_params(self, ctx: Any) -> list[Any]:
        """The parameters, those that Typer adds with translated help."""
        return _translate_help(super().get_params(ctx))

    def format_usage(self, ctx: Any, formatter: Any) -> None:
        """Write the usage line."""
        _write_usage(ctx, formatter, self.collect_usage_pieces(ctx))


class CommandGroup(TyperGroup):
    """A group of commands with translated help."""

    def get_params(self, ctx: Any) -> list[Any]:
        """The parameters, those that Typer adds with translated help."""
        return _translate_help(super().get_params(ctx))

    def format_usage(self, ctx: Any, formatter: Any) -> None:
        """Write the usage line."""
        _write_usage(ctx, formatter, self.collect_usage_pieces(ctx))


class Commands(typer.Typer):
    """Commands whose help is translated throughout."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(cls=CommandGroup, **settings)

    def command(self, name: str | None = None, **settings: Any) -> Callable[[F], F]:
        """As `typer.Typer.command`."""
        return super().command(name, cls=Command, **settings)


def _translate_help(params: list[Any]) -> list[Any]:
    for param in params:
        if param.name in _OPTIONS:
            param.help, param.metavar = _OPTIONS[param.name], ""  # no type, as our own flags
    return params


def _write_usage(ctx: Any, formatter: Any, pieces: list[str]) -> None:
    arguments = " ".join(_ARGUMENTS.get(piece, piece) for piece in pieces)
    formatter.write_usage(ctx.command_path, arguments, prefix=f"{_USAGE} ")
