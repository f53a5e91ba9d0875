"""Who answers at some posts before and after a planned change, and who stops.

As in `path_changes`, the second View is of a planned register, and the comparison shows no more
than the first View.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from graph.access.view import View
from graph.paths.answer import NodeRef
from graph.paths.policy import Policy
from graph.paths.resolve import node_ref
from graph.questions.path_changes import ComparedView, PathStop, answerer_key
from graph.vocabulary import Label, LinkType


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedAnswer:
    """A post with who answers there on a day, before and after; None: there is no such post."""

    on: date
    post: NodeRef
    before: PathStop | None
    after: PathStop | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerChanges:
    """The posts at which somebody else answers, and the persons who have no seat any more.

    The counts are of all of them; the first are listed.
    """

    count: int
    changed: tuple[ChangedAnswer, ...]
    stop_count: int
    stops: tuple[NodeRef, ...]


MOST_ANSWERS: Final = 100


def answer_changes(
    days: Mapping[date, tuple[View, View]],
    policy: Policy,
    *,
    posts: Mapping[str, date],
    persons: Mapping[str, date],
    created: Collection[str] = frozenset(),
    most: int = MOST_ANSWERS,
) -> AnswerChanges:
    """Compare who answers at posts, and which persons have a seat, in two Views of some days.

    `posts` and `persons` are the ids to compare, each with its day. `created` are the ids of the
    nodes that only the second Views have.
    """
    sides = {
        day: (ComparedView(had, policy, had), ComparedView(has, policy, had, created))
        for day, (had, has) in days.items()
    }
    changed: list[ChangedAnswer] = []
    for post_id, day in posts.items():
        was, now = (_stop(side, post_id) for side in sides[day])
        stop = now or was
        if stop is not None and (
            was is None or now is None or answerer_key(was) != answerer_key(now)
        ):
            changed.append(ChangedAnswer(on=day, post=stop.node, before=was, after=now))
    changed.sort(key=lambda change: (change.on, change.post.name or "", change.post.id))
    stops = [
        node_ref(had.view, row)
        for person_id, day in persons.items()
        for had, has in (sides[day],)
        if (row := had.view.find(person_id)) is not None
        and _is_seated(had.view, row)
        and not _is_seated(has.view, has.view.find(person_id))
    ]
    stops.sort(key=lambda node: (node.name or "", node.id))
    return AnswerChanges(
        count=len(changed), changed=tuple(changed[:most]),
        stop_count=len(stops), stops=tuple(stops[:most]),
    )  # fmt: skip


def _stop(side: ComparedView, post_id: str) -> PathStop | None:
    row = side.view.find(post_id)
    return None if row is None or side.view.label(row) is not Label.ACTOR else side.stop(row)


def _is_seated(view: View, person: int | None) -> bool:
    return person is not None and bool(view.targets(person, LinkType.HOLDS, LinkType.DEPUTIZES_FOR))
