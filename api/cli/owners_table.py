"""What needs a new owner, on the terminal: by region and district, with whom to ask first."""

from collections.abc import Iterator

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from api.cli.console import OUT, folding
from api.cli.language import said
from api.text.format import format_date, name_of
from graph.questions.owners import Orphan, OrphansOf, Owners, OwnerSum
from graph.vocabulary import Language


def show_owners(found: Owners, lang: Language) -> None:
    """Prints the sums, then each region and district with what is left there."""
    for part in parts_of(found, lang):
        OUT.print(part)


def parts_of(found: Owners, lang: Language) -> Iterator[RenderableType]:
    """The same, part by part."""
    days = [format_date(day, lang) for day in (found.begins, found.until)]
    head = said("Hvad mangler en ejer", "What needs an owner", lang)
    yield Text(f"{head}: {days[0]} → {days[1]}", style="bold")
    if not found.sums:
        yield said("Intet mangler en ejer.", "Nothing needs an owner.", lang)
    for one in found.sums:
        yield f"  {_sum(one, lang)}"
    for group in found.groups:
        yield ""
        yield Text(_place(group, lang), style="bold")
        yield _table(group, lang)


def _sum(one: OwnerSum, lang: Language) -> str:
    named = one.count - one.without_successor
    heirs = said(f"{named} med afløser", f"{named} with a successor", lang)
    return f"{one.label.label(lang)}: {one.why.label(lang)}, {one.count} ({heirs})"


def _place(group: OrphansOf, lang: Language) -> str:
    places = [place.name or place.id for place in (group.region, group.district) if place]
    return " · ".join(places) or said("Flere eller ingen områder", "Several areas or none", lang)


def _table(group: OrphansOf, lang: Language) -> Table:
    table = folding(4)
    for one in group.found:
        table.add_row(*_cells(one, lang))
    return table


def _cells(one: Orphan, lang: Language) -> tuple[str, ...]:
    owner = "" if one.owner is None else f" ({name_of(one.owner, lang)})"
    heir = "" if one.successor is None else f"→ {name_of(one.successor, lang)}"
    return (
        f"  {format_date(one.on, lang)}", one.node.name or one.node.id,
        f"{one.why.label(lang)}{owner}", heir,
    )  # fmt: skip
