"""Whom to take along: a post, or the posts of a path, and on an action card those around it."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from api.asked_need import need_of
from api.exporting.around import coordinators, public_lines
from api.exporting.reached import Reached, counted_in, reached
from api.schemas.exchange import AskedContacts
from graph.errors import InvalidNeed, NotFound
from graph.exchange.losses import Loss, LossKind, counted, report
from graph.exchange.vcard import Way
from graph.purposes import Purpose
from graph.questions.paths import find
from graph.questions.paths.answer import Named, Path
from graph.questions.paths.policy import Policy
from graph.questions.paths.resolve import named
from graph.questions.stops import WholePath, stops
from graph.view import View
from graph.vocabulary import Label

T = TypeVar("T")
Uncover = Callable[[str], str]
"""The value of a detail, by its id: asked only of those that were counted, or are public."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """Whom to take along: the posts in order, and the legs of the path they are of, if any.

    A path through stops has several legs, and `whole` is what they come to. For an action card also
    the place, its coordinators, and the rows of the public lines.
    """

    posts: tuple[Reached, ...]
    legs: tuple[Path, ...] = ()
    whole: WholePath | None = None
    civilians: tuple[str, ...] = ()
    place: Named | None = None
    coordinators: tuple[Reached, ...] = ()
    lines: tuple[int, ...] = ()
    is_card: bool = False

    @property
    def everybody(self) -> tuple[Reached, ...]:
        """All whose details it holds."""
        return (*self.posts, *self.coordinators)

    @property
    def rows(self) -> int:
        """How many posts and lines it holds."""
        return len(self.everybody) + len(self.lines)

    @property
    def counted(self) -> tuple[str, ...]:
        """The contact details that count as revealed."""
        return counted_in(self.everybody)

    @property
    def losses(self) -> tuple[Loss, ...]:
        """What stays behind."""
        sums = {} if self.is_card else {LossKind.CIVILIANS: len(self.civilians)}
        for kind, count in (lost for post in self.everybody for lost in post.lost):
            sums[kind] = sums.get(kind, 0) + count
        terms = () if not self.legs or self.is_card else (Loss(kind=LossKind.TERMS),)
        return report((*terms, *counted(*sums.items())))


def chosen(view: View, asked: AskedContacts, policy: Policy) -> Chosen:
    """Whom an asking is about, today.

    Raises:
        NotFound: the post is absent or hidden.
        InvalidNeed: it is no post; the need is none, or has no such answer.
    """
    purpose = Purpose(asked.purpose)
    if asked.need is None:
        row = view.row(asked.post or "")
        if view.label(row) is not Label.ACTOR:
            raise InvalidNeed("post", "er ikke en funktion", "is no post")
        return Chosen(posts=(reached(view, row, policy, purpose),))
    if asked.need.on not in (None, view.on):
        raise InvalidNeed(
            "on", "skal være i dag: kontaktoplysninger vises kun for i dag",
            "must be today: contact details are shown for today alone",
        )  # fmt: skip
    need = need_of(asked.need, view.on)
    through = asked.stops
    whole = _numbered(asked, stops(view, need, policy, through=through).paths) if through else None
    legs = whole.legs if whole else (_numbered(asked, find(view, need, policy).paths),)
    rows = dict.fromkeys(row for leg in legs for row in _posts(view, leg))
    civilians = dict.fromkeys(
        stop.node.id
        for leg in legs
        for stop in leg.stops
        if stop.label is Label.RESOURCE_INDIVIDUAL
    )
    found = Chosen(
        posts=tuple(reached(view, row, policy, purpose) for row in rows),
        legs=legs,
        whole=whole,
        civilians=tuple(civilians),
    )
    if asked.format != "ACTION_CARD":
        return found
    place = None if need.area is None else named(view, view.current(need.area))
    return _with_place(view, found, legs[-1].stops[-1].area or place, policy, purpose)


def _with_place(
    view: View, found: Chosen, place: Named | None, policy: Policy, purpose: Purpose
) -> Chosen:
    """Also the coordinators of the place, by one detail each, and the lines of everybody."""
    area = None if place is None else view.find(place.id)
    on_path = {one.row for one in found.posts}
    rows = [] if area is None else [one for one in coordinators(view, area) if one not in on_path]
    return replace(
        found,
        place=place,
        coordinators=tuple(reached(view, row, policy, purpose, most=1) for row in rows),
        lines=tuple(public_lines(view)),
        is_card=True,
    )


def _numbered(asked: AskedContacts, paths: Sequence[T]) -> T:
    if len(paths) < asked.answer:
        raise InvalidNeed("answer", "er ikke en vej for behovet", "is no path of the need")
    return paths[asked.answer - 1]


def _posts(view: View, path: Path) -> Iterator[int]:
    """The posts to contact in order, but for the start, where whoever asks sits."""
    for stop in path.stops[1:]:
        if stop.resolution is not None:
            yield view.row(stop.resolution.post.id)


# ---- in clear


def people(view: View, those: Chosen) -> frozenset[str]:
    """The persons who are named or whose details are in it; a card names civilians, too."""
    named = {one.resolution.who.id for one in those.everybody if one.resolution.who is not None}
    ids = named | {one.owner for one in those.everybody}
    staff = frozenset(one for one in ids if view.label(view.row(one)) is Label.PERSON)
    return staff.union(those.civilians if those.is_card else ())


def ways(one: Reached, allowed: Sequence[str], uncover: Uncover) -> tuple[Way, ...]:
    """The details of a post in clear.

    Raises: NotFound: one of them is new since the ticket was made, and was not counted.
    """
    if not one.counted <= frozenset(allowed):
        raise NotFound(one.post)
    return tuple(
        Way(channel=detail.channel, value=uncover(detail.id))
        for detail in one.details
        if detail.channel is not None
    )
