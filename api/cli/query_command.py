"""`kontaktvej query`: runs a Cypher query on a copy without names."""

from enum import StrEnum
from typing import Annotated, Final

import typer

from api.cli.console import language, said
from api.cli.options import NONE_FOUND, Lang, option
from graph.access.purposes import CARE, NEEDS

HELP: Final = said(
    "Stil dit eget spørgsmål i Cypher: på en kopi uden navne, som intet kan ændre.",
    "Ask a question of your own in Cypher: of a copy without names that nothing can change.",
)
EPILOG: Final = (
    said("Eksempler:", "Examples:")
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
            metavar="CYPHER", help=said("Forespørgslen; - læser den fra standard input",
                                        "The query; - reads it from standard input"),
        ),
    ] = None,
    purpose: Annotated[
        str | None,
        option(f"Hvad det er til: {_PURPOSES}", f"What it is for: {_PURPOSES}", "--purpose"),
    ] = None,
    param: Annotated[
        list[str] | None,
        option("Parameter, fx kind=SSP; værdien som JSON, ellers tekst",
               "Parameter, as kind=SSP; its value as JSON, else as text", "--param"),
    ] = None,
    form: Annotated[Format, option("Svarets form", "Form of the answer", "--format")] = (
        Format.TABLE
    ),
    has_examples: Annotated[
        bool, option("Vis spørgsmål at begynde med", "Show questions to begin with", "--examples")
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
