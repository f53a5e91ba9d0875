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
from graph.vocabulary import DUTY_LINES, Channel, PostKind, Visibility
from seed.people import scenarios
from seed.people.builder import DEMO, MIDDLE_NAMES, WorldBuilder, slug

_CHECKED_DAYS: Final = (0, 320)
MOVED: Final = {
    scenarios.MOVED_SECTION: scenarios.SECTION_MOVED_DAYS,
    "aut-mun-0661": 70,
    "aut-mun-0370": 120,
}
"""How long ago, in days, one section and two municipal units moved."""

_LAST_CHECK_DAYS: Final = 60  # before it moved
REAL_NUMBERS: Final = {
    "act-hotline": (Channel.PHONE, "+45 41 74 90 90"),
    "act-112": (Channel.EMERGENCY, "112"),
    "act-114": (Channel.EMERGENCY, "114"),
}
_OPEN: Final = (PostKind.SOCIAL_INTAKE, *DUTY_LINES, PostKind.FUNCTIONAL_MAILBOX)
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
_DOMAINS: Final = {
    "aut-psy-": "psykiatri.example",
    "aut-kf-": "kriminalforsorgen.example",
    "aut-sec-": "politi.example",
    "aut-pol-": "politi.example",
    "aut-rigs": "politi.example",
}
"""Mail domains by the beginning of an authority's id."""


class Numbers:
    """Draws Danish-format phone numbers that are assigned to nobody, each one once.

    Source: the Danish numbering plan reserves 01-09 as prefixes and assigns no subscriber numbers
    in them.
    """

    def __init__(self, stream: random.Random) -> None:
        self._stream = stream
        self._used_numbers: set[str] = set()

    def draw(self) -> str:
        """`+45 0d dd dd dd`, with 1-9 after the 0."""
        while True:
            digits = f"0{self._stream.randint(1, 9)}{self._stream.randrange(10**6):06}"
            if digits not in self._used_numbers:
                self._used_numbers.add(digits)
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

    def give_each(
        self, owner: Node, channels: Sequence[Channel], mail: str, visibility: Visibility
    ) -> None:
        """Add a detail for each channel, in order: a new number, else the mail address."""
        for order, channel in enumerate(channels, start=1):
            value = self.numbers.draw() if channel in _NUMBERED else mail
            self.give(owner, channel, value, order=order, visibility=visibility)


def details(draft: WorldBuilder) -> None:
    """Add the contact details of every person, post and office."""
    ground = draft.ground
    directory = ContactDetailFactory(
        draft, Numbers(draft.stream("numbers")), draft.stream("details")
    )
    domains: dict[str, str] = {}
    for link in reversed(draft.ties(BelongsTo)):  # the first owner of a post counts
        owner = link.target_id.removeprefix("aut-")
        if owner.startswith("mun-"):
            owner = f"{slug(ground.area(owner).name)}.kommune"
        usual = (mail for prefix, mail in _DOMAINS.items() if link.target_id.startswith(prefix))
        domains[link.source_id] = next(usual, f"{owner}.example")
    offices(directory)
    lines: list[Actor] = []
    for post in draft.all(Actor):
        if post.kind is PostKind.SOCIAL_DUTY_LINE:
            lines.append(post)
            continue
        if post.id in REAL_NUMBERS:
            channel, number = REAL_NUMBERS[post.id]
            directory.give(post, channel, number, visibility=Visibility.OPEN, source=post.source)
            continue
        channels = _POST_CHANNELS.get(post.kind, (_PHONE,))
        is_staffed = not post.is_unit_only and post.kind is not _IHP
        if is_staffed and scenarios.LAESOE in ground.areas.get(post.id, ()):
            channels = ()  # the five posts of one person, reached only through her (story 4)
        mailbox = f"{post.id.removeprefix('act-')}@{domains[post.id]}"
        visibility = Visibility.OPEN if post.kind in _OPEN else Visibility.NETWORK
        directory.give_each(post, channels, mailbox, visibility)
    seats = {link.source_id: link.target_id for link in draft.ties(DeputizesFor)}
    seats |= {link.source_id: link.target_id for link in reversed(draft.ties(Holds))}
    for person in draft.all(Person):
        seat = seats[person.id]
        mail = f"{slug(person.name).replace('-', '.')}@{domains[seat]}"
        channels = _PERSON_CHANNELS.get(draft.post(seat).kind, (Channel.MOBILE, _MAIL))
        directory.give_each(person, channels, mail, person.visibility)
    areas = {link.source_id: link.target_id for link in draft.ties(Covers)}
    around = {link.source_id: link.target_id for link in draft.ties(LiesIn)}
    for organization in draft.all(Organization):
        area = areas[organization.id]
        house = ground.seat(_IHM, around[area] if area.startswith("com-") else area)
        mail = f"kontakt@{(organization.website or '').removeprefix('https://')}"
        directory.give(organization, _MAIL, mail, visibility=Visibility.OPEN, checked_by=house.id)
    consents = {link.source_id: draft.nodes[link.target_id] for link in draft.ties(GaveConsent)}
    for civilian in draft.all(ResourceIndividual):
        consent = consents[civilian.id]
        if isinstance(consent, Consent) and not consent.is_mediated_only:  # may be called directly
            directory.give(
                civilian,
                Channel.MOBILE,
                directory.numbers.draw(),
                visibility=civilian.visibility,
                is_work=False,
                checked_by=consent.recorded_by,
            )
    for line in lines:  # drawn last, so that they move no other number
        directory.give(line, _PHONE, directory.numbers.draw(), visibility=Visibility.OPEN)
    recheck_moved_section(draft)


def offices(directory: ContactDetailFactory) -> None:
    """Add a phone and an address for each municipality and crime-preventive section."""
    draft, ground = directory.draft, directory.draft.ground
    places = [
        (area.name, ground.seat(PostKind.SOCIAL_INTAKE, area.id)) for area in ground.municipalities
    ]
    for district in ground.districts:
        body = draft.nodes[f"aut-{district.id}"]
        town = body.seat if isinstance(body, Authority) and body.seat else district.name
        places.append((town, ground.seat(PostKind.HEAD_OF_CRIME_PREVENTION, district.id)))
    for town, checker in places:
        owner = ground.owner[checker.id]
        give = partial(
            directory.give,
            draft.nodes[owner],
            visibility=Visibility.OPEN,
            checked_by=checker.id,
        )
        give(_PHONE, directory.numbers.draw())
        if owner not in MOVED:
            give(Channel.VISIT, directory.address(town), order=2)
            continue
        days, moved_on = MOVED[owner], draft.days_ago(MOVED[owner])
        old, new = directory.address(town), directory.address(town)
        give(Channel.VISIT, old, order=3, valid_to=moved_on, checked_days=days + _LAST_CHECK_DAYS)
        give(Channel.VISIT, new, order=2, valid_from=moved_on, checked_days=days)


def recheck_moved_section(draft: WorldBuilder) -> None:
    """Date the checks of Horsens' section: four before its move, all others after (story 7)."""
    section, stale = scenarios.MOVED_SECTION, scenarios.STALE_SECTION_DETAILS
    posts = {link.source_id for link in draft.ties(BelongsTo) if link.target_id == section}
    present = [
        detail
        for link in draft.ties(ReachedBy)
        if link.source_id in {section, *posts}
        and isinstance(detail := draft.nodes[link.target_id], ContactDetail)
        and detail.is_valid(draft.today)
    ]
    present.sort(key=lambda detail: (detail.channel is Channel.VISIT, detail.id))
    for number, detail in enumerate(present):
        days = scenarios.SECTION_MOVED_DAYS + 30 * (stale - number) if number < stale else number
        draft.swap(replace(detail, verified_on=draft.days_ago(days)))
