"""Selection of contacts for export: of a post or a path, and of the posts around a place."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final, TypeVar

from api.i18n import bilingual
from api.requested_need import RequestedMoment, to_need
from api.schemas.exports import AskedContacts
from api.text.availability import answering_sentence
from graph.access.purposes import Purpose
from graph.access.view import View
from graph.errors import InvalidNeed, NotFound
from graph.exchange.loss_report import ExportLoss, LossKind, nonzero_losses, report
from graph.exchange.vcard import ContactChannel
from graph.own_kinds import OwnKinds
from graph.paths import Answer, find
from graph.paths.answer import AcuteCard, Contact, NodeRef, Path, Resolution
from graph.paths.availability import ANY, Preference
from graph.paths.explain import preference_of
from graph.paths.policy import Policy
from graph.paths.resolve import node_ref, resolve
from graph.paths.stops import WholePath, stops
from graph.questions.entities import Detail, answering_in, details_of
from graph.questions.reveal import is_metered, may_reveal
from graph.vocabulary import NATIONAL_LINES, AreaKind, Label, Language, LinkType, PostKind

MOST_COORDINATORS: Final = 4
_SCALES: Final = (AreaKind.MUNICIPALITY, AreaKind.POLICE_DISTRICT)
_KINDS: Final = (
    (AreaKind.MUNICIPALITY, PostKind.INFOHOUSE_COORDINATOR_MUNICIPAL),
    (AreaKind.MUNICIPALITY, PostKind.INFOHOUSE_COORDINATOR_POLICE),
    (AreaKind.POLICE_DISTRICT, PostKind.INFOHOUSE_COORDINATOR_DISTRICT),
    (AreaKind.MUNICIPALITY, PostKind.SSP_COORDINATOR),
)
"""The coordinators of the municipality and of the police, in the order they are called."""


def coordinators(view: View, area: int) -> list[int]:
    """At most four posts to call in a place, without duplicates.

    They are the coordinators of its municipality and police district, then the entry points there.
    """
    around, areas = [area], dict[AreaKind, int]()  # the area itself, and those that contain it
    while around:
        for place in around:
            areas.setdefault(view.value(place, "kind"), place)
        around = sorted({outer for row in around for outer in view.targets(row, LinkType.LIES_IN)})
    places = {scale: areas[scale] for scale in _SCALES if scale in areas}
    posts: list[int] = []
    for scale, kind in _KINDS:
        if scale in places:
            within = answering_in(view, places[scale])
            posts += (
                row
                for row in view.rows(Label.ACTOR)
                if within[row] and view.value(row, "kind") is kind
            )
    for place in places.values():
        links = list(view.into(place, LinkType.ENTRY_POINT_FOR))
        links.sort(key=lambda link: (view.link_value(link, "order"), view.id(view.source(link))))
        posts += map(view.source, links)
    return list(dict.fromkeys(posts))[:MOST_COORDINATORS]


def public_lines(view: View) -> list[int]:
    """The posts with a publicly known number, by id."""
    return [row for row in view.rows(Label.ACTOR) if view.value(row, "kind") in NATIONAL_LINES]


MOST_DETAILS: Final = 2  # per post: one to call, one to write to; each counts as revealed


@dataclass(frozen=True, slots=True, kw_only=True)
class ReachableContact:
    """A post, who answers there at a moment, and the first details that may be shown.

    `owner` is the id of the node that has the details; `counted_ids` are the details that count as
    revealed. `losses` is the number of omitted details of each kind.
    """

    row: int
    post: str
    moment: RequestedMoment
    resolution: Resolution
    owner: str
    details: tuple[Detail, ...]
    counted_ids: frozenset[str]
    losses: tuple[tuple[LossKind, int], ...]

    def answers(self, lang: Language) -> str:
        """Who answers, as a sentence."""
        return answering_sentence(self.resolution, self.moment, lang)


def reachable_contacts(
    view: View,
    post: int,
    policy: Policy,
    purpose: Purpose,
    moment: RequestedMoment,
    preference: Preference = ANY,
    *,
    most: int = MOST_DETAILS,
) -> ReachableContact:
    """The contact of a visible post at a moment, with at most `most` details."""
    resolution = resolve(view, post, policy, preference, moment.at)
    owner = None if resolution.reveal is None else view.find(resolution.reveal)
    owner = post if owner is None else owner
    all_details = () if view.label(owner) is Label.RESOURCE_INDIVIDUAL else details_of(view, owner)
    showable = [detail for detail in all_details if may_reveal(view, detail.id, purpose)]
    details = tuple(showable[:most])
    return ReachableContact(
        row=post, post=view.id(post), moment=moment, resolution=resolution, owner=view.id(owner),
        details=details,
        counted_ids=frozenset(
            detail.id for detail in details if is_metered(view, view.row(detail.id))
        ),
        losses=(
            (LossKind.OTHERS, max(len(resolution.order) - 1, 0)),
            (LossKind.MORE_DETAILS, len(showable) - len(details)),
            (LossKind.NOT_SHOWN, len(all_details) - len(showable)),
        ),
    )  # fmt: skip


def counted_details(contacts: Iterable[ReachableContact]) -> tuple[str, ...]:
    """The details that count as revealed, unique and sorted by id."""
    return tuple(sorted({detail for contact in contacts for detail in contact.counted_ids}))


T = TypeVar("T")
Uncover = Callable[[str], str]
"""The value of a detail by its id; called only for details that were counted or are public."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactSelection:
    """The posts of an export in order, and the legs of their path, if any.

    A path through stops has several legs and their summary in `whole`. `contact` is the end of the
    path, or the contact that is called directly. In acute danger `acute` is the card, and its duty
    line the first of the posts. An action card also has the place, its coordinators or the posts to
    inform afterwards, and the rows of the public lines.
    """

    moment: RequestedMoment
    posts: tuple[ReachableContact, ...]
    legs: tuple[Path, ...] = ()
    whole: WholePath | None = None
    contact: Contact | None = None
    acute: AcuteCard | None = None
    civilians: tuple[str, ...] = ()
    place: NodeRef | None = None
    coordinators: tuple[ReachableContact, ...] = ()
    lines: tuple[int, ...] = ()
    is_card: bool = False

    @property
    def everybody(self) -> tuple[ReachableContact, ...]:
        """All posts whose details are included."""
        return (*self.posts, *self.coordinators)

    @property
    def rows(self) -> int:
        """The number of posts and lines."""
        return len(self.everybody) + len(self.lines)

    @property
    def revealed_details(self) -> tuple[str, ...]:
        """The contact details that count as revealed."""
        return counted_details(self.everybody)

    @property
    def losses(self) -> tuple[ExportLoss, ...]:
        """What the file leaves out."""
        sums = {} if self.is_card else {LossKind.CIVILIANS: len(self.civilians)}
        for kind, count in (loss for post in self.everybody for loss in post.losses):
            sums[kind] = sums.get(kind, 0) + count
        terms = () if not self.legs or self.is_card else (ExportLoss(kind=LossKind.TERMS),)
        return report((*terms, *nonzero_losses(*sums.items())))


@dataclass(frozen=True, slots=True, kw_only=True)
class DistrictSelection:
    """The action cards of the municipalities of a police district, by their name."""

    district: NodeRef
    towns: tuple[NodeRef, ...]
    cards: tuple[ContactSelection, ...]
    is_card: bool = True

    @property
    def everybody(self) -> tuple[ReachableContact, ...]:
        """All posts whose details are included, card by card."""
        return tuple(post for card in self.cards for post in card.everybody)

    @property
    def rows(self) -> int:
        """The number of posts and lines."""
        return sum(card.rows for card in self.cards)

    @property
    def revealed_details(self) -> tuple[str, ...]:
        """The contact details that count as revealed; one on several cards counts once."""
        return counted_details(self.everybody)

    @property
    def civilians(self) -> tuple[str, ...]:
        """The civilians that paths of the cards lead to."""
        return tuple(dict.fromkeys(civilian for card in self.cards for civilian in card.civilians))

    @property
    def losses(self) -> tuple[ExportLoss, ...]:
        """What the file leaves out, on all cards together."""
        sums = Counter[LossKind]()
        for loss in (loss for card in self.cards for loss in card.losses):
            sums[loss.kind] += loss.count or 0
        return report(nonzero_losses(*sums.items()))


def selection_of(
    view: View,
    request: AskedContacts,
    policy: Policy,
    moment: RequestedMoment,
    own_kinds: OwnKinds,
) -> ContactSelection | DistrictSelection:
    """The selection of a request, at a moment of today; for a district, one per municipality.

    Raises: as `contact_selection`; InvalidNeed: the node is not a police district.
    """
    if request.district is None or request.need is None:
        return contact_selection(view, request, policy, moment, own_kinds)
    district = view.row(request.district)
    is_area = view.label(district) is Label.AREA
    if not is_area or view.value(district, "kind") is not AreaKind.POLICE_DISTRICT:
        raise InvalidNeed("district", *bilingual("is not a police district"))
    towns = [
        row
        for row in view.sources(district, LinkType.LIES_IN)
        if view.value(row, "kind") is AreaKind.MUNICIPALITY
    ]
    towns.sort(key=lambda row: (view.name(row) or "", view.id(row)))
    cards = (
        contact_selection(view, card_request(request, view.id(row)), policy, moment, own_kinds)
        for row in towns
    )
    return DistrictSelection(
        district=node_ref(view, district),
        towns=tuple(node_ref(view, row) for row in towns),
        cards=tuple(cards),
    )


def card_request(request: AskedContacts, town: str) -> AskedContacts:
    """The request of one card of a district: the same need, for a municipality."""
    need = None if request.need is None else request.need.model_copy(update={"area": town})
    return request.model_copy(update={"need": need})


def contact_selection(
    view: View,
    request: AskedContacts,
    policy: Policy,
    moment: RequestedMoment,
    own_kinds: OwnKinds,
) -> ContactSelection:
    """The selection of a request, at a moment of today.

    In the cards of a district, a municipality without a path has its standing contacts alone.

    Raises:
        NotFound: the post is absent or hidden.
        InvalidNeed: the node is not a post; the need is not valid, for another day, or has no such
            answer.
    """
    builder = _SelectionBuilder(view, policy, Purpose(request.purpose), moment)
    if request.need is None:
        row = view.row(request.post or "")
        if view.label(row) is not Label.ACTOR:
            raise InvalidNeed("post", *bilingual("is not a post"))
        return builder.of_rows((row,))
    if moment.on != view.today:
        raise InvalidNeed(
            "on", *bilingual("must be today: contact details are shown only for today"),
        )  # fmt: skip
    need = to_need(request.need, moment, own_kinds)
    builder = replace(builder, preference=preference_of(need))
    if request.stops:
        wholes = stops(view, need, policy, through=request.stops).paths
        whole = _nth_result("answer", request.answer, wholes)
        selection = replace(builder.of_legs(whole.legs), whole=whole)
        desk: Sequence[int] | None = None
    else:
        answer = find(view, need, policy)
        is_bare = request.district is not None and not (answer.paths or answer.acute)
        selection = builder.of_rows(()) if is_bare else builder.of_answer(answer, request)
        desk = builder.desk_of(answer)
    if request.format != "ACTION_CARD":
        return selection
    place = None if need.area is None else node_ref(view, view.current(need.area))
    card = builder.with_place(selection, place, desk)
    return card if request.district is None else replace(card, place=place)


@dataclass(frozen=True, slots=True)
class _SelectionBuilder:
    """Builds selections from rows of posts, for one purpose at one moment.

    `preference` is that of the need, so that those answer who answer in it.
    """

    view: View
    policy: Policy
    purpose: Purpose
    moment: RequestedMoment
    preference: Preference = ANY

    def of_rows(self, rows: Iterable[int]) -> ContactSelection:
        """The selection of some posts, without duplicates."""
        return ContactSelection(
            moment=self.moment, posts=tuple(map(self._reachable, dict.fromkeys(rows)))
        )

    def of_answer(self, answer: Answer, request: AskedContacts) -> ContactSelection:
        """The duty line in acute danger; a contact alone; or a path and its contact."""
        if answer.acute is not None:
            line = answer.acute.duty_line
            rows = () if line is None else (self.view.row(line.post.id),)
            return replace(self.of_rows(rows), acute=answer.acute)
        if request.contact is not None:
            contact = _nth_result("contact", request.contact, answer.contacts)
            stop = contact.stop
            rows = () if stop.resolution is None else (self.view.row(stop.resolution.post.id),)
            is_civilian = stop.label is Label.RESOURCE_INDIVIDUAL
            civilians = (stop.node.id,) if is_civilian else ()
            return replace(self.of_rows(rows), contact=contact, civilians=civilians)
        path = _nth_result("answer", request.answer, answer.paths)
        contact = next(
            candidate for candidate in answer.contacts if any(way is path for way in candidate.ways)
        )
        return replace(self.of_legs((path,)), contact=contact)

    def of_legs(self, legs: Sequence[Path]) -> ContactSelection:
        """The posts of a path, or of a path through stops."""
        stops_of = [stop for leg in legs for stop in leg.stops]
        civilians = dict.fromkeys(
            stop.node.id for stop in stops_of if stop.label is Label.RESOURCE_INDIVIDUAL
        )
        selection = self.of_rows(  # without the start, which is that of the caller
            self.view.row(stop.resolution.post.id)
            for leg in legs
            for stop in leg.stops[1:]
            if stop.resolution is not None
        )
        return replace(selection, legs=tuple(legs), civilians=tuple(civilians))

    def desk_of(self, answer: Answer) -> Sequence[int]:
        """The standing posts of the place, or in acute danger those to inform afterwards."""
        inform = answer.acute.inform if answer.acute else ()
        posts = answer.local.posts if answer.local else inform
        return [self.view.row(post.post.id) for post in posts]

    def with_place(
        self, selection: ContactSelection, place: NodeRef | None, desk: Sequence[int] | None
    ) -> ContactSelection:
        """Add local coordinators with one detail each, and the public lines."""
        end: NodeRef | None = None
        if selection.acute is not None:
            end = selection.acute.area
        elif selection.contact is not None:
            end = selection.contact.stop.area
        elif selection.legs:
            end = selection.legs[-1].stops[-1].area
        place = end or place
        area = None if place is None else self.view.find(place.id)
        if desk is None:
            desk = [] if area is None else coordinators(self.view, area)
        included = {contact.row for contact in selection.posts}
        rows = [row for row in desk if row not in included][:MOST_COORDINATORS]
        return replace(
            selection,
            place=place,
            coordinators=tuple(self._reachable(row, most=1) for row in rows),
            lines=tuple(public_lines(self.view)),
            is_card=True,
        )

    def _reachable(self, row: int, *, most: int = MOST_DETAILS) -> ReachableContact:
        return reachable_contacts(
            self.view, row, self.policy, self.purpose, self.moment, self.preference, most=most
        )


def _nth_result(field: str, number: int, results: Sequence[T]) -> T:
    if len(results) < number:
        if field == "answer":
            raise InvalidNeed(field, *bilingual("is not a path of this answer"))
        raise InvalidNeed(field, *bilingual("is not a contact of this answer"))
    return results[number - 1]


# ---- in clear


def revealed_people(view: View, selection: ContactSelection | DistrictSelection) -> frozenset[str]:
    """The persons whose own contact details are included."""
    owners = {contact.owner for contact in selection.everybody if contact.details}
    return frozenset(owner for owner in owners if view.label(view.row(owner)) is Label.PERSON)


def people(view: View, selection: ContactSelection | DistrictSelection) -> frozenset[str]:
    """The persons who are named or whose details are included; a card also names civilians."""
    holder_ids = {
        contact.resolution.who.id
        for contact in selection.everybody
        if contact.resolution.who is not None
    }
    ids = holder_ids | {contact.owner for contact in selection.everybody}
    staff = frozenset(contact for contact in ids if view.label(view.row(contact)) is Label.PERSON)
    return staff.union(selection.civilians if selection.is_card else ())


def ways(
    contact: ReachableContact, allowed: Sequence[str], uncover: Uncover
) -> tuple[ContactChannel, ...]:
    """The details of a post in clear.

    Raises: NotFound: one of them is new since the ticket was created, so it was not counted.
    """
    if not contact.counted_ids <= frozenset(allowed):
        raise NotFound(contact.post)
    return tuple(
        ContactChannel(channel=detail.channel, value=uncover(detail.id))
        for detail in contact.details
        if detail.channel is not None
    )
