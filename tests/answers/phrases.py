"""Phrases as people type them, with what each must be understood as: `phrases.csv`.

`what` is the kind of subject and its word, `where` the ids of the places, `left_out` the words that
are not known, `first` the first node found: its id or name, or its kind and the place it answers
for. `home` is the area of the caller's post; without one the caller has none.
"""

import csv
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

from graph.access.policy import Caller, Grant, Role
from graph.access.view import View
from graph.questions.names import NameMatch, Search, search
from graph.snapshot.structure import areas_of
from graph.vocabulary import Label
from tests.answers.measures import NIGHT, Measure, view_at
from tests.seed.demo import snapshot

FILE: Final = Path(__file__).with_name("phrases.csv")
_KINDS: Final = {
    "Trigger": "trigger", "NetworkKind": "network", "PostKind": "post",
    "OrganizationKind": "organization", "Sector": "sector", "Competence": "competence",
}  # fmt: skip


class TypedPhrase(NamedTuple):
    """A line of the file."""

    lang: str
    phrase: str
    home: str
    what: str
    where: str
    left_out: str
    first: str


def typed_phrases() -> list[TypedPhrase]:
    """The lines of the file."""
    with FILE.open(encoding="utf-8", newline="") as lines:
        return [TypedPhrase(**line) for line in csv.DictReader(lines)]


@cache
def _view(home: str) -> View:
    """The View of a coordinator of Denmark, with the info house post of a municipality if any."""
    if not home:
        return view_at(NIGHT)
    caller = Caller(
        account=home,
        grants=(Grant(role=Role.COORDINATOR, areas=frozenset({"dk"})),),
        posts=frozenset({home.replace("mun-", "act-ihm-")}),
    )
    return View(snapshot(), caller, NIGHT.date(), today=NIGHT.date())


def misreadings(typed: TypedPhrase) -> Iterator[str]:
    """What was understood otherwise than the line says."""
    view = _view(typed.home)
    answer = search(view, typed.phrase, lang="da" if typed.lang == "da" else "en")
    subject = answer.what[0].subjects[0] if answer.what else None
    for name, found, wanted in (
        ("what", f"{_KINDS[subject.of]}:{subject.word}" if subject else "", typed.what),
        ("where", "|".join(place.areas[0].id for place in answer.where), typed.where),
        ("left out", " ".join(answer.left_out), typed.left_out),
    ):
        if found != wanted:
            yield f"{name}: {found or '–'}, not {wanted or '–'}"
    if typed.first and not (answer.found and _is_first(view, answer, typed.first)):
        yield f"first: {answer.found[0].name if answer.found else '–'}, not {typed.first}"


def _is_first(view: View, answer: Search, wanted: str) -> bool:
    first: NameMatch = answer.found[0]
    if wanted in (first.id, first.name):
        return True
    kind, _, area = wanted.partition("@")
    areas = [view.id(row) for row in areas_of(view, view.row(first.id))]
    is_kind = first.label in (Label.ACTOR, Label.NETWORK) and first.kind == kind
    return is_kind and (not area or area in areas)


def phrases() -> Measure:
    """How many phrases are understood as the file says."""
    lines = typed_phrases()
    met = sum(not any(misreadings(line)) for line in lines)
    return Measure(
        "phrases understood", f"{met} of {len(lines)}", f"{len(lines)}", met == len(lines)
    )
