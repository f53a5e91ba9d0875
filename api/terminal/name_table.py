"""The names found, as a table that tells namesakes apart."""

from collections.abc import Sequence

from rich.table import Table

from api.terminal.language import said
from api.terminal.telling import OUT
from graph.questions.names import Named
from graph.vocabulary import Language


def show_names(text: str, found: Sequence[Named], lang: Language) -> None:
    """One line each: name, what it is, where it stands, its id."""
    if not found:
        nobody = said(
            "Ingen fundet. Prøv færre bogstaver eller et sted.",
            "None found. Try fewer letters, or a place.",
            lang,
        )
        OUT.print(nobody)
        return
    table = Table(title=f"»{text}«" if lang == "da" else f'"{text}"', title_justify="left")
    headings = ("Navn", "Art", "Sted", "Id") if lang == "da" else ("Name", "Kind", "Place", "Id")
    for heading in headings:
        table.add_column(heading, overflow="fold")
    for one in found:
        kind = one.kind.label(lang) if one.kind else one.label.label(lang)
        table.add_row(one.name, kind, " · ".join(one.place), one.id)
    OUT.print(table)
