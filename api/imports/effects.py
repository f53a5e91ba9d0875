"""Who would answer after an import, and which contact paths it would change, for its preview."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np

from graph.access.view import View
from graph.exchange.imports import Preview
from graph.exchange.imports.planned_snapshot import planned_snapshot, stand_ins
from graph.model import Actor, DeputizesFor, Holds, Person
from graph.paths.places import inside
from graph.paths.policy import Policy
from graph.questions.answer_changes import AnswerChanges, answer_changes
from graph.questions.path_changes import PathChanges, path_changes
from graph.snapshot.snapshot import Snapshot
from graph.vocabulary import Label, LinkType

LIMIT_S: Final = 5.0
"""Time limit for the comparison of the paths of a preview that a server answers."""
_SEATS: Final = frozenset({LinkType.HOLDS.code, LinkType.DEPUTIZES_FOR.code})
_MOST_DAYS: Final = 6
"""How many days are compared: each needs two Views."""


@dataclass(frozen=True, slots=True)
class ImportEffects:
    """What an import changes for those who look for a contact."""

    answers: AnswerChanges
    paths: PathChanges


def effects_of(
    snapshot: Snapshot,
    view: View,
    preview: Preview,
    policy: Policy,
    *,
    sees_all: bool = False,
    limit_s: float = LIMIT_S,
) -> ImportEffects | None:
    """What differs in the register after the import; None if nothing would be written.

    `view` is that of the Snapshot. The paths of the import's area and of those in it come first.
    Unless the reader `sees_all`, created elements have stand-in ids in place of their own.
    """
    if preview.faults or not (preview.creates or preview.updates or preview.ends):
        return None
    options, ids = preview.options, {} if sees_all else stand_ins(preview)
    future = planned_snapshot(snapshot, preview, ids)

    def pair(on: date) -> tuple[View, View]:
        had, has = (
            View(register, view.caller, on, today=view.today, withheld=options.withheld)
            for register in (snapshot, future)
        )
        return had, has

    row = None if options.area is None else view.find(options.area)
    first = () if row is None else np.flatnonzero(inside(view, view.mask(row))).tolist()
    created = {ids.get(element.id, element.id) for element in preview.creates}
    posts, persons = _posts_and_persons(snapshot, preview, view.on, ids)
    days = {day: pair(day) for day in sorted({view.on, *posts.values(), *persons.values()})}
    return ImportEffects(
        answer_changes(
            days, policy, posts=posts, persons=persons, created=created
        ),
        path_changes(
            view, days[view.on][1], policy, created=created,
            first={view.nodes.ids[place] for place in first}, limit_s=limit_s,
        ),
    )  # fmt: skip


def _posts_and_persons(
    snapshot: Snapshot, preview: Preview, on: date, ids: Mapping[str, str]
) -> tuple[dict[str, date], dict[str, date]]:
    """The posts of the seats that an import touches or whose holder it does, and the persons.

    Each has the last day on which something of it changes, from the date on. Of many days, the
    first are replaced by the next.
    """
    posts: dict[str, date] = {}
    persons: dict[str, date] = {}

    def add(days: dict[str, date], node_id: str, day: date | None) -> None:
        node_id = ids.get(node_id, node_id)
        days[node_id] = max(day or on, days.get(node_id, on))

    for element in (*preview.creates, *preview.updates):
        match element:
            case Actor():
                add(posts, element.id, element.valid_from)
            case Holds() | DeputizesFor():
                day = element.valid_from if element.id not in snapshot.link_row_of else None
                add(persons, element.source_id, day)
                add(posts, element.target_id, day)
            case Person():
                add(persons, element.id, element.valid_from)
            case _:
                pass
    nodes, links = snapshot.nodes, snapshot.links
    for end in preview.ends:
        row = snapshot.link_row_of.get(end.id)
        if row is not None and links.type[row] in _SEATS:
            add(persons, nodes.ids[int(links.source[row])], end.on)
            add(posts, nodes.ids[int(links.target[row])], end.on)
        elif end.id in snapshot.row_of:
            label = nodes.label[snapshot.row_of[end.id]]
            if label in (Label.ACTOR.code, Label.PERSON.code):
                add(posts if label == Label.ACTOR.code else persons, end.id, end.on)
    kept = sorted({*posts.values(), *persons.values()})[-_MOST_DAYS:]

    def among(days: dict[str, date]) -> dict[str, date]:
        return {key: next(later for later in kept if later >= day) for key, day in days.items()}

    return among(posts), among(persons)
