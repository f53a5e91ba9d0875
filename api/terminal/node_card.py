"""One node as a card: its fields, who answers there, and its links with their freshness."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from rich.table import Table

from api.path_words import answering
from api.terminal.language import said
from api.terminal.telling import OUT
from graph.questions.names import place
from graph.questions.paths.answer import Resolution
from graph.questions.paths.policy import Policy
from graph.questions.paths.resolve import resolve
from graph.tables import MISSING
from graph.view import View
from graph.vocabulary import Freshness, Label, Language, LinkType, PathUse, Word


@dataclass(frozen=True, slots=True, kw_only=True)
class CardLink:
    """A link as seen from the node; `days` since it was verified, None where never or no matter."""

    type: LinkType
    is_outward: bool
    other: str
    name: str | None
    days: int | None
    freshness: Freshness | None
    until: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """What the caller may see of a node on the date."""

    id: str
    label: Label
    name: str | None
    place: tuple[str, ...]
    on: date
    fields: dict[str, Any]
    answering: Resolution | None
    links: tuple[CardLink, ...]


_OWN_PLACE = frozenset({"id", "name", "display_name"})


def card(view: View, row: int, policy: Policy) -> Card:
    """The card of a visible node, links in the order of type, name and id."""
    label = view.label(row)
    return Card(
        id=view.id(row),
        label=label,
        name=view.name(row),
        place=place(view, row),
        on=view.on,
        fields={key: value for key, value in view.fields(row).items() if _is_told(key, value)},
        answering=resolve(view, row, policy) if label is Label.ACTOR else None,
        links=tuple(sorted(_links(view, row), key=_order)),
    )


def _order(link: CardLink) -> tuple[int, str, str]:
    return link.type.code, link.name or "", link.other


def _is_told(key: str, value: object) -> bool:
    return key not in _OWN_PLACE and value is not None and value != frozenset()


def _links(view: View, row: int) -> Iterator[CardLink]:
    for is_outward, links in ((True, view.out(row)), (False, view.into(row))):
        for link in links:
            other = view.target(link) if is_outward else view.source(link)
            link_type = view.link_type(link)
            verified = int(view.links.verified_on[link])
            days = None if verified == MISSING else max(0, view.day - verified)
            yield CardLink(
                type=link_type,
                is_outward=is_outward,
                other=view.id(other),
                name=view.name(other),
                days=days,
                freshness=Freshness.of(days) if _is_verified(link_type) else None,
                until=view.link_value(link, "valid_to"),
            )


def _is_verified(link_type: LinkType) -> bool:
    return link_type.use in (PathUse.FORWARD, PathUse.BOTH)


def show_card(shown: Card, lang: Language) -> None:
    """Prints it."""
    OUT.print(f"[bold]{shown.name or shown.id}[/bold]  {shown.label.label(lang)}  {shown.id}")
    if shown.place:
        OUT.print(" · ".join(shown.place))
    if shown.answering:
        OUT.print(answering(shown.answering, lang))
    facts = Table(box=None, show_header=False, pad_edge=False)
    for key, value in shown.fields.items():
        facts.add_row(key, _said(value, lang))
    OUT.print(facts)
    OUT.print(_link_table(shown, lang))


def _link_table(shown: Card, lang: Language) -> Table:
    table = Table(title=said("Forbindelser", "Links", lang), title_justify="left")
    headings = (
        ("Forbindelse", "Med", "Kontrolleret", "Til")
        if lang == "da"
        else ("Link", "With", "Verified", "Until")
    )
    for heading in headings:
        table.add_column(heading, overflow="fold")
    for link in shown.links:
        arrow = "→" if link.is_outward else "←"
        table.add_row(
            f"{arrow} {link.type.label(lang)}",
            link.name or link.other,
            _verified(link, lang),
            link.until.isoformat() if link.until else "",
        )
    return table


def _verified(link: CardLink, lang: Language) -> str:
    if link.freshness is None:
        return ""
    days = "" if link.days is None else said(f", {link.days} dage", f", {link.days} days", lang)
    return f"{link.freshness.label(lang)}{days}"


def _said(value: object, lang: Language) -> str:
    """A field's value as a reader says it."""
    if isinstance(value, Word):
        return value.label(lang)
    if isinstance(value, bool):
        return said("ja", "yes", lang) if value else said("nej", "no", lang)
    if isinstance(value, frozenset):
        words = cast("frozenset[object]", value)
        return ", ".join(sorted(_said(one, lang) for one in words))
    return str(value)
