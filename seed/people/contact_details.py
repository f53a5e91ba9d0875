"""Contact details of the demo: unassigned numbers, `.example` mail, invented addresses.

The only real numbers are 112, 114 and the hotline; they have their post's own source.
"""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import Final

from graph.model import (
    Actor,
    Authority,
    BelongsTo,
    Consent,
    ContactDetail,
    Covers,
    DeputizesFor,
    GaveConsent,
    Holds,
    LiesIn,
    Node,
    Organization,
    Person,
    ReachedBy,
    ResourceIndividual,
    Secret,
    id_of,
)
from graph.model.base import hint
from graph.vocabulary import Channel, PostKind, Visibility
from seed.people import scenarios
from seed.people.builder import DEMO, MIDDLE_NAMES, WorldBuilder, slug

_CHECKED_DAYS: Final = (0, 320)


class Numbers:
    """Draws Danish-format phone numbers that are assigned to nobody, each one once.

    Source: the Danish numbering plan reserves 01-09 as prefixes and assigns no subscriber numbers
    in them.
    """

    def __init__(self, stream: random.Random) -> None:
        self._stream = stream
        self._taken: set[str] = set()

    def draw(self) -> str:
        """`+45 0d dd dd dd`, with 1-9 after the 0."""
        while True:
            digits = f"0{self._stream.randint(1, 9)}{self._stream.randrange(10**6):06}"
            if digits not in self._taken:
                self._taken.add(digits)
                return "+45 " + " ".join(digits[at : at + 2] for at in range(0, 8, 2))


@dataclass(slots=True)
class ContactDetailFactory:
    """Creates contact details for nodes."""

    draft: WorldBuilder
    numbers: Numbers
    stream: random.Random

    def give(
        self,
        owner: Node,
        channel: Channel,
        value: str,
        *,
        order: int = 1,
        visibility: Visibility = Visibility.NETWORK,
        is_work: bool = True,
        source: str = DEMO,
        valid_from: date | None = None,
        valid_to: date | None = None,
        checked_days: int | None = None,
        checked_by: str | None = None,
    ) -> ContactDetail:
        """Add a detail, checked by its owner unless `checked_by`; a real number is unchecked."""
        days = self.stream.randint(*_CHECKED_DAYS) if checked_days is None else checked_days
        is_checked = source == DEMO
        detail = self.draft.add(
            ContactDetail(
                id=id_of(DEMO, "detail", owner.id, channel, str(order)),
                channel=channel,
                value=Secret(value),
                hint=hint(channel, value),
                is_work=is_work,
                visibility=visibility,
                verified_on=self.draft.days_ago(days) if is_checked else None,
                verified_by=(checked_by or owner.id) if is_checked else None,
                source=source,
                valid_from=valid_from,
                valid_to=valid_to,
            )
        )
        self.draft.tie(ReachedBy, owner.id, detail.id, order=order)
        return detail

    def address(self, town: str) -> str:
        """An address in an invented street, so that nobody lives there."""
        return f"{self.stream.choice(MIDDLE_NAMES)}gade {self.stream.randint(1, 80)}, {town}"


MOVED: Final = {
    scenarios.MOVED_SECTION: scenarios.SECTION_MOVED_DAYS,
    "aut-mun-0661": 70,
    "aut-mun-0370": 120,
}
"""How long ago, in days, one section and two municipal units moved."""

_LAST_CHECK_DAYS: Final = 60  # before it moved


def offices(directory: ContactDetailFactory) -> None:
    """A phone and an address for each municipality and crime-preventive section."""
    ground = directory.draft.ground
    for area in ground.municipalities:
        intake = ground.seat(PostKind.SOCIAL_INTAKE, area.id)
        _office(directory, ground.owner[intake.id], area.name, intake)
    for district in ground.districts:
        head = ground.seat(PostKind.HEAD_OF_CRIME_PREVENTION, district.id)
        seat = directory.draft.nodes[f"aut-{district.id}"]
        town = seat.seat if isinstance(seat, Authority) and seat.seat else district.name
        _office(directory, ground.owner[head.id], town, head)


def _office(directory: ContactDetailFactory, owner: str, town: str, checker: Actor) -> None:
    """A phone and one address, or for a moved office the former and the present one."""
    authority = directory.draft.nodes[owner]
    give = partial(directory.give, authority, visibility=Visibility.OPEN, checked_by=checker.id)
    give(Channel.PHONE, directory.numbers.draw())
    if owner not in MOVED:
        give(Channel.VISIT, directory.address(town), order=2)
        return
    days = MOVED[owner]
    moved_on = directory.draft.days_ago(days)
    old, new = directory.address(town), directory.address(town)
    give(Channel.VISIT, old, order=3, valid_to=moved_on, checked_days=days + _LAST_CHECK_DAYS)
    give(Channel.VISIT, new, order=2, valid_from=moved_on, checked_days=days)


def recheck_moved_section(draft: WorldBuilder) -> None:
    """Four details of Horsens' section predate its move, all others do not (story 7)."""
    stale = scenarios.STALE_SECTION_DETAILS
    for number, detail in enumerate(section_details(draft, scenarios.MOVED_SECTION)):
        days = scenarios.SECTION_MOVED_DAYS + 30 * (stale - number) if number < stale else number
        draft.swap(replace(detail, verified_on=draft.days_ago(days)))


def section_details(draft: WorldBuilder, section: str) -> list[ContactDetail]:
    """The details of a section and its posts that are valid today; the address last."""
    posts = {link.source_id for link in draft.ties(BelongsTo) if link.target_id == section}
    found = [
        detail
        for link in draft.ties(ReachedBy)
        if link.source_id in {section, *posts}
        and isinstance(detail := draft.nodes[link.target_id], ContactDetail)
        and detail.is_valid(draft.today)
    ]
    return sorted(found, key=lambda detail: (detail.channel is Channel.VISIT, detail.id))


REAL_NUMBERS: Final = {
    "act-hotline": (Channel.PHONE, "+45 41 74 90 90"),
    "act-112": (Channel.EMERGENCY, "112"),
    "act-114": (Channel.EMERGENCY, "114"),
}
_OPEN: Final = (PostKind.SOCIAL_INTAKE, PostKind.DUTY_LINE, PostKind.FUNCTIONAL_MAILBOX)
_PHONE, _MAIL = Channel.PHONE, Channel.EMAIL
_IHM: Final = PostKind.INFOHOUSE_COORDINATOR_MUNICIPAL
_IHP: Final = PostKind.INFOHOUSE_COORDINATOR_POLICE
_NUMBERED: Final = (_PHONE, Channel.MOBILE)
_PERSON_CHANNELS: Final = {
    _IHM: (_PHONE, Channel.SECURE_EMAIL),
    PostKind.CDE_ADVISER: (_PHONE, _MAIL),
    PostKind.SSP_SCHOOL_CONTACT: (_PHONE, _MAIL),
}  # the rest: a mobile and mail
_POST_CHANNELS: Final[Mapping[PostKind, Sequence[Channel]]] = {
    _IHM: (_PHONE, Channel.SECURE_EMAIL),
    _IHP: (_PHONE, Channel.SECURE_EMAIL),
    PostKind.SOCIAL_INTAKE: (_PHONE, Channel.SECURE_EMAIL),
    PostKind.SSP_COORDINATOR: (_PHONE,),
    PostKind.PSP_COORDINATOR_MUNICIPAL: (),
    PostKind.FUNCTIONAL_MAILBOX: (Channel.SECURE_EMAIL,),
    PostKind.DUTY_LINE: (_PHONE,),
    PostKind.MENTOR: (),
    PostKind.PARENT_COACH: (),
    PostKind.SSP_SCHOOL_CONTACT: (),
    PostKind.RELEASE_CONTACT: (),
    PostKind.CDE_ADVISER: (_PHONE, _MAIL),
}  # the rest: a phone


def details(draft: WorldBuilder) -> None:
    """Add the contact details of every person, post and office."""
    directory = ContactDetailFactory(
        draft, Numbers(draft.stream("numbers")), draft.stream("details")
    )
    domains = _domains(draft)
    offices(directory)
    for post in draft.all(Actor):
        _post(directory, post, domains[post.id])
    seats = {link.source_id: link.target_id for link in draft.ties(DeputizesFor)}
    seats |= {link.source_id: link.target_id for link in reversed(draft.ties(Holds))}
    for person in draft.all(Person):
        seat = seats[person.id]
        _person(directory, person, seat, domains[seat])
    _organizations(directory)
    _civilians(directory)
    recheck_moved_section(draft)


def _domains(draft: WorldBuilder) -> dict[str, str]:
    """The mail domain of each post."""
    owners = {link.source_id: link.target_id for link in reversed(draft.ties(BelongsTo))}
    return {post: _domain(draft, owner) for post, owner in owners.items()}


def _domain(draft: WorldBuilder, owner: str) -> str:
    if owner.startswith("aut-mun-"):
        name = draft.ground.area(owner.removeprefix("aut-")).name
        return f"{slug(name)}.kommune.example"
    if owner.startswith("aut-psy-"):
        return "psykiatri.example"
    if owner.startswith("aut-kf-"):
        return "kriminalforsorgen.example"
    if owner.startswith(("aut-sec-", "aut-pol-", "aut-rigs")):
        return "politi.example"
    return f"{owner.removeprefix('aut-')}.example"


def _post(directory: ContactDetailFactory, post: Actor, domain: str) -> None:
    if post.id in REAL_NUMBERS:
        channel, number = REAL_NUMBERS[post.id]
        directory.give(post, channel, number, visibility=Visibility.OPEN, source=post.source)
        return
    visibility = Visibility.OPEN if post.kind in _OPEN else Visibility.NETWORK
    mailbox = f"{post.id.removeprefix('act-')}@{domain}"
    for order, channel in enumerate(_own_channels(directory.draft, post), start=1):
        value = directory.numbers.draw() if channel in _NUMBERED else mailbox
        directory.give(post, channel, value, order=order, visibility=visibility)


def _own_channels(draft: WorldBuilder, post: Actor) -> Sequence[Channel]:
    """Empty for the five posts of one person on Læsø, reached only through her (story 4)."""
    is_staffed = not post.is_unit_only and post.kind is not _IHP
    if is_staffed and scenarios.LAESOE in draft.ground.areas.get(post.id, ()):
        return ()
    return _POST_CHANNELS.get(post.kind, (_PHONE,))


def _person(directory: ContactDetailFactory, person: Person, post: str, domain: str) -> None:
    kind = directory.draft.post(post).kind
    mail = f"{slug(person.name).replace('-', '.')}@{domain}"
    for order, channel in enumerate(_PERSON_CHANNELS.get(kind, (Channel.MOBILE, _MAIL)), start=1):
        value = directory.numbers.draw() if channel in _NUMBERED else mail
        directory.give(person, channel, value, order=order, visibility=person.visibility)


def _organizations(directory: ContactDetailFactory) -> None:
    """Their public mail, checked by the municipal coordinator."""
    draft = directory.draft
    areas = {link.source_id: link.target_id for link in draft.ties(Covers)}
    around = {link.source_id: link.target_id for link in draft.ties(LiesIn)}
    for one in draft.all(Organization):
        area = areas[one.id]
        municipality = around[area] if area.startswith("com-") else area
        house = draft.ground.seat(_IHM, municipality)
        mail = f"kontakt@{(one.website or '').removeprefix('https://')}"
        directory.give(one, _MAIL, mail, visibility=Visibility.OPEN, checked_by=house.id)


def _civilians(directory: ContactDetailFactory) -> None:
    """Only civilians who may be called directly have a number."""
    draft = directory.draft
    consents = {link.source_id: draft.nodes[link.target_id] for link in draft.ties(GaveConsent)}
    for one in draft.all(ResourceIndividual):
        consent = consents[one.id]
        if isinstance(consent, Consent) and not consent.is_mediated_only:
            number = directory.numbers.draw()
            directory.give(
                one,
                Channel.MOBILE,
                number,
                visibility=one.visibility,
                is_work=False,
                checked_by=consent.recorded_by,
            )
