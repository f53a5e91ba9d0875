"""How the demo's people, posts and offices are reached: numbers that cannot ring, `.example` mail.

The only real numbers are 112, 114 and the hotline; they carry their post's own source.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from graph.model import (
    Actor,
    BelongsTo,
    Consent,
    Covers,
    DeputizesFor,
    GaveConsent,
    Holds,
    LiesIn,
    Organization,
    Person,
    ResourceIndividual,
)
from graph.vocabulary import Channel, PostKind, Visibility
from seed.people import scenarios
from seed.people.builder import WorldBuilder
from seed.people.contact_details import ContactDetailFactory, Numbers
from seed.people.names import slug
from seed.people.offices import offices, recheck_moved_section

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
    """Every person, post and office gets what reaches it."""
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
    """Under which name a post has its mail."""
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
    """None for the five posts of Læsø's one person: they fall silent with her (story 4)."""
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
    """Only who may be called directly has a number here."""
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
