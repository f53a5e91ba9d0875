"""The `kontaktvej` command line, for the operator of this machine."""

import errno
import gc
import logging
import os
import sys
from io import TextIOWrapper
from typing import Annotated, Literal

import typer

from api.cli.audit_commands import audit
from api.cli.console import _, language
from api.cli.options import NONE_FOUND, NOT_UNDERSTOOD, UNAVAILABLE, AsJson, Known, Lang, On, option
from api.cli.path_command import EPILOG as PATH_EPILOG
from api.cli.path_command import HELP as PATH_HELP
from api.cli.path_command import path
from api.cli.policy_commands import policy
from api.cli.query_command import EPILOG as QUERY_EPILOG
from api.cli.query_command import HELP as QUERY_HELP
from api.cli.query_command import query
from api.cli.reveal_command import EPILOG as REVEAL_EPILOG
from api.cli.reveal_command import HELP as REVEAL_HELP
from api.cli.reveal_command import reveal
from api.cli.serve_command import EPILOG as SERVE_EPILOG
from api.cli.serve_command import HELP as SERVE_HELP
from api.cli.serve_command import serve
from api.cli.user_commands import user
from graph.errors import GraphError, StoreUnavailable

_EPILOG = _(
    "Exit codes: 0 an answer, 1 none found, 2 not understood or ambiguous, 3 "
    "the store cannot be used."
)
app = typer.Typer(
    name="kontaktvej",
    help=_("Whom do I contact, through whom, in what order?"),
    epilog=_EPILOG,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
NameOrId = Annotated[str, typer.Argument(help=_("Name or id"))]
app.add_typer(policy)
app.add_typer(user)
app.add_typer(audit)
app.command(help=PATH_HELP, epilog=PATH_EPILOG)(path)
app.command(help=QUERY_HELP, epilog=QUERY_EPILOG)(query)
app.command(help=REVEAL_HELP, epilog=REVEAL_EPILOG)(reveal)
app.command(help=SERVE_HELP, epilog=SERVE_EPILOG)(serve)


@app.command(
    help=_("Find a person, post, authority, network or place by name."),
    epilog=_("Example:") + ' kontaktvej find "ssp thisted"',
)
def find(
    text: Annotated[str, typer.Argument(help=_("A name, in any spelling"))],
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, max=50, help=_("At most"))] = 20,
    on: On = None,
    revision: Known = None,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    """Find a person, post, network, authority or place by name."""
    from api.cli import paths

    if not paths.find(
        text, limit=limit, on=on, revision=revision, lang=language(lang), as_json=as_json
    ):
        raise typer.Exit(NONE_FOUND)


@app.command(
    help=_("Show one node: its fields, who answers there, and its links."),
    epilog=_("Example:") + ' kontaktvej show "SSP-koordinator, Thisted"',
)
def show(
    text: NameOrId,
    on: On = None,
    revision: Known = None,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    """Show one node: its fields, who answers there, and its links with their freshness."""
    from api.cli import paths

    paths.show(text, on=on, revision=revision, lang=language(lang), as_json=as_json)


@app.command(
    help=_("What breaks if a person, post, authority or network leaves."),
    epilog=_("Example:") + ' kontaktvej impact "Infohus-tovholder, politi, Kalundborg"',
)
def impact(
    text: NameOrId,
    start: Annotated[
        str | None,
        option(
            _("Where the ways begin; else at the national level"),
            "--from",
        ),
    ] = None,
    on: On = None,
    revision: Known = None,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    """Say whom nobody reaches any more, what hangs on who leaves, and who could take over."""
    from api.cli import paths

    paths.impact(text, start, on=on, revision=revision, lang=language(lang), as_json=as_json)


@app.command(
    help=_("What needs an owner between two dates: posts, networks, plans and agreements."),
    epilog=_("Example:") + " kontaktvej owners --from 2026-12-31 --to 2027-01-01",
)
def owners(
    begins: Annotated[str, option(_("The date before"), "--from")],
    until: Annotated[str, option(_("The date after"), "--to")],
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    """Say what is left without an owner between two dates, and who inherits where that is named."""
    from api.cli import paths

    if not paths.owners(begins, until, lang=language(lang), as_json=as_json):
        raise typer.Exit(NONE_FOUND)


@app.command(
    help=_("Load the structure and fictional people; a second run changes nothing."),
    epilog=_("Example:") + " kontaktvej seed --structure-only",
)
def seed(
    is_structure_only: Annotated[
        bool,
        option(_("The structure alone, no people"), "--structure-only"),
    ] = False,
    number: Annotated[
        int | None,
        option(_("Seed of the fictional people"), "--seed"),
    ] = None,
    today: Annotated[
        str | None,
        option(_("The day the demo is counted from"), "--today"),
    ] = None,
    lang: Lang = None,
) -> None:
    """Fill the store with the real structure and fictional people; again changes nothing."""
    from api.cli import demo

    demo.seed(number=number, today=today, has_people=not is_structure_only, lang=language(lang))


@app.command(
    help=_("Engine, version, counts, and what is wrong, in plain words."),
)
def doctor(as_json: AsJson = False, lang: Lang = None) -> None:
    """Say which engine, version, schema and counts, and what is wrong in plain words."""
    from api.cli import doctor

    if not doctor.doctor(lang=language(lang), as_json=as_json):
        raise typer.Exit(NONE_FOUND)


@app.command(
    help=_("Stop the database of this machine, whoever uses it."),
)
def stop(lang: Lang = None) -> None:
    """Stop the database engine of this machine, whoever uses it."""
    from api.cli import demo

    demo.stop(lang=language(lang))


@app.command(
    help=_("From nothing to a printed contact path."),
)
def demo(
    is_served: Annotated[
        bool,
        option(_("Then serve the API, until Ctrl-C"), "--serve"),
    ] = False,
    port: Annotated[int | None, option(_("Port of the API"), "--port")] = None,
    lang: Lang = None,
) -> None:
    """From nothing to a printed contact path; with `--serve`, the API until Ctrl-C."""
    from api.cli import demo

    if not is_served:
        demo.demo(lang=language(lang))
        return
    from api.cli import serve as serving

    chosen = serving.demo_settings(port=port)
    demo.demo(lang=language(lang))
    serving.serve_demo(chosen, lang=language(lang))


def main() -> None:
    """Entry point; domain errors are printed in the user's language without a traceback."""
    gc.disable()  # a command runs for a second or two, a tenth of it garbage collection
    logging.getLogger("neo4j").setLevel(logging.CRITICAL)  # its errors are reported here instead
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal without æ, ø and å shows ?
    try:
        app()
    except GraphError as error:
        sys.exit(_told(error))
    except OSError as error:
        sys.exit(_not_written(error))
    finally:
        _flush()
        gc.freeze()  # no collection at exit either, since the process ends


def _flush() -> None:
    """Flush the output; otherwise Python itself would report a full disk at exit."""
    try:
        if sys.stdout:
            sys.stdout.flush()
    except OSError as error:
        sys.exit(_not_written(error))


def _not_written(error: OSError) -> int:
    """Report a failed write and return its exit code; the remaining output is dropped.

    A closed pipe (`| head -1`) is not reported.
    """
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    if error.errno == errno.EPIPE:
        return NONE_FOUND
    lang = language(_asked_language())
    place = f"{error.filename}: " if error.filename else ""
    text = _("Cannot read or write", lang)
    print(f"{text}: {place}{error.strerror}", file=sys.stderr)
    return UNAVAILABLE


def _told(error: GraphError) -> Literal[2, 3]:
    from api.cli.console import print_lines

    print_lines(error, language(_asked_language()))
    if isinstance(error, StoreUnavailable):
        return UNAVAILABLE
    return NOT_UNDERSTOOD


def _asked_language() -> str | None:
    """The value of `--lang` on the command line, for errors raised outside of a command."""
    given = sys.argv[1:]
    if "--lang" in given[:-1]:
        return given[given.index("--lang") + 1]
    return next((one.removeprefix("--lang=") for one in given if one.startswith("--lang=")), None)
