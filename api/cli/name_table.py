"""The names found, and who answers there, as a table that tells namesakes apart."""

from collections.abc import Sequence
from dataclasses import dataclass

from rich.table import Table

from api.cli.console import OUT
from api.cli.language import said
from api.text.availability import answerer
from api.text.responses import format_name_match
from graph.access.view import View
from graph.paths.answer import NodeRef
from graph.paths.answer_terms import AnswerRole
from graph.paths.policy import Policy
from graph.paths.resolve import resolve
from graph.questions import names
from graph.vocabulary import Label, Language, Term


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundNames:
    """A node found by name; `who` and `rung`: who answers there, where it is a post.

    `alias` and `successor` are those of `Target`.
    """

    id: str
    label: Label
    kind: Term | None
    name: str
    alias: str | None
    place: tuple[str, ...]
    score: float
    successor: names.NameSuccessor | None
    rung: AnswerRole | None
    who: NodeRef | None


def find_names(view: View, text: str, policy: Policy, *, limit: int) -> tuple[FoundNames, ...]:
    """The nodes a text may mean, the likeliest first."""
    return tuple(_found(view, one, policy) for one in names.names(view, text, limit=limit))


def _found(view: View, one: names.NameMatch, policy: Policy) -> FoundNames:
    is_post = one.label is Label.ACTOR
    answering = resolve(view, view.row(one.id), policy) if is_post else None
    return FoundNames(
        id=one.id, label=one.label, kind=one.kind, name=one.name, alias=one.alias, place=one.place,
        score=one.score, successor=one.successor,
        rung=answering.rung if answering else None, who=answering.who if answering else None,
    )  # fmt: skip


def show_names(text: str, found: Sequence[FoundNames], lang: Language) -> None:
    """One line each: id, name, what it is, where it stands, who answers.

    Of an office that has ended, the id is that of its successor, which is there to be shown.
    """
    if not found:
        nobody = said(
            "Ingen fundet. Prøv færre bogstaver eller et sted i Danmark.",
            "None found. Try fewer letters, or a place in Denmark.",
            lang,
        )
        OUT.print(nobody)
        return
    OUT.print(f"»{text}«" if lang == "da" else f'"{text}"', style="bold")
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column("Id", no_wrap=True, overflow="ignore", header_style="dim")
    headings = ("Navn", "Art", "Sted", "Hvem svarer")
    for heading in headings if lang == "da" else ("Name", "Kind", "Place", "Who answers"):
        table.add_column(heading, overflow="fold", header_style="dim")
    for one in found:
        kind = one.kind.label(lang) if one.kind else one.label.label(lang)
        who = answerer(one.who, one.rung, lang) if one.rung else ""
        node_id = one.successor.id if one.successor else one.id
        table.add_row(node_id, format_name_match(one, lang), kind, " · ".join(one.place), who)
    OUT.print(table)
