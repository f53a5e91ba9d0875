"""A post, or the posts of a path, with contact details: as vCard."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from api.asked_need import need_of
from api.exporting.order import File
from api.exporting.reached import Reached, counted_in, reached
from api.schemas.exchange import AskedContacts
from graph.errors import InvalidNeed, NotFound
from graph.exchange.losses import Loss, LossKind, counted, report
from graph.exchange.stamp import Stamp
from graph.exchange.vcard import Contact, Way, vcards
from graph.purposes import Purpose
from graph.questions.paths import find
from graph.questions.paths.answer import Path
from graph.questions.paths.policy import Policy
from graph.view import View
from graph.vocabulary import Label, Language, LinkType

Uncover = Callable[[str], str]
"""The value of a detail, by its id: asked only of those that were counted, or are public."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """Whom to take along: the posts in order, and the path they are of, where it is one."""

    posts: tuple[Reached, ...]
    path: Path | None
    civilians: tuple[str, ...]

    @property
    def counted(self) -> tuple[str, ...]:
        """The contact details that count as revealed."""
        return counted_in(self.posts)

    @property
    def losses(self) -> tuple[Loss, ...]:
        """What stays behind."""
        sums: dict[LossKind, int] = {LossKind.CIVILIANS: len(self.civilians)}
        for kind, count in (lost for post in self.posts for lost in post.lost):
            sums[kind] = sums.get(kind, 0) + count
        terms = () if self.path is None else (Loss(kind=LossKind.TERMS),)
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
        return Chosen(posts=(reached(view, row, policy, purpose),), path=None, civilians=())
    path = _path(view, asked, policy)
    rows = dict.fromkeys(_posts(view, path))
    return Chosen(
        posts=tuple(reached(view, row, policy, purpose) for row in rows),
        path=path,
        civilians=tuple(
            stop.node.id for stop in path.stops if stop.label is Label.RESOURCE_INDIVIDUAL
        ),
    )


def _path(view: View, asked: AskedContacts, policy: Policy) -> Path:
    assert asked.need is not None  # noqa: S101 - the model has it so
    if asked.need.on not in (None, view.on):
        raise InvalidNeed(
            "on", "skal være i dag: kontaktoplysninger vises kun for i dag",
            "must be today: contact details are shown for today alone",
        )  # fmt: skip
    paths = find(view, need_of(asked.need, view.on), policy).paths
    if len(paths) < asked.answer:
        raise InvalidNeed("answer", "er ikke en vej for behovet", "is no path of the need")
    return paths[asked.answer - 1]


def _posts(view: View, path: Path) -> Iterator[int]:
    """The posts to contact in order, but for the start, where whoever asks sits."""
    for stop in path.stops[1:]:
        if stop.resolution is not None:
            yield view.row(stop.resolution.post.id)


# ---- the file


def made(
    view: View,
    those: Chosen,
    allowed: Sequence[str],
    stamp: Stamp,
    lang: Language,
    uncover: Uncover,
) -> File:
    """A card for each post; of its details those that were counted, or are public."""
    contacts = [_contact(view, one, allowed, lang, uncover) for one in those.posts]
    return File(
        content=vcards(contacts, replace(stamp, losses=those.losses), lang),
        rows=len(contacts),
        people=people(view, those.posts),
    )


def people(view: View, posts: Iterable[Reached]) -> frozenset[str]:
    """The persons who are named or whose details are in it."""
    named = {one.resolution.who.id for one in posts if one.resolution.who is not None}
    ids = named | {one.owner for one in posts}
    return frozenset(one for one in ids if view.label(view.row(one)) is Label.PERSON)


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


def _contact(
    view: View, one: Reached, allowed: Sequence[str], lang: Language, uncover: Uncover
) -> Contact:
    kind = view.value(one.row, "kind")
    bodies = view.targets(one.row, LinkType.BELONGS_TO)
    return Contact(
        id=one.post,
        name=view.name(one.row) or one.post,
        role=kind.label(lang),
        organization=next((view.name(body) for body in bodies), None),
        answers=one.answers(view, lang),
        ways=ways(one, allowed, uncover),
    )
