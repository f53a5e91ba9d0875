"""`kontaktvej query`: runs a Cypher query on a copy without names."""

from enum import StrEnum
from typing import Annotated, Final

import typer

from api.cli.console import _, language
from api.cli.options import NONE_FOUND, Lang, option
from graph.access.purposes import CARE, NEEDS

HELP: Final = _(
    "Ask a question of your own in Cypher: of a copy without names that nothing can change."
)
EPILOG: Final = (
    _("Examples:")
    + ' kontaktvej query "MATCH (n:Network) RETURN n.kind, count(*)" --purpose KNOWLEDGE'
    + " · … --param kind=SSP --format csv · kontaktvej query --examples"
)
_PURPOSES: Final = ", ".join(sorted(one.value for one in NEEDS | CARE))


class Format(StrEnum):
    """Output formats."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"


def query(
    text: Annotated[
        str | None,
        typer.Argument(
            metavar="CYPHER", help=_("The query; - reads it from standard input"),
        ),
    ] = None,
    purpose: Annotated[
        str | None,
        option(_("What it is for: {purposes}", purposes=_PURPOSES), "--purpose"),
    ] = None,
    param: Annotated[
        list[str] | None,
        option(_("Parameter, as kind=SSP; its value as JSON, else as text"), "--param"),
    ] = None,
    form: Annotated[Format, option(_("Form of the answer"), "--format")] = (
        Format.TABLE
    ),
    has_examples: Annotated[
        bool, option(_("Show questions to begin with"), "--examples")
    ] = False,
    lang: Lang = None,
) -> None:  # fmt: skip
    """Ask a question of one's own in Cypher, of a copy without names."""
    from api.cli import query

    if has_examples:
        query.show_examples(language(lang))
        return
    asked = query.QueryArguments(
        text=text, purpose=purpose, parameters=tuple(param or ()), form=form.value
    )
    if not query.query(asked, language(lang)):
        raise typer.Exit(NONE_FOUND)
