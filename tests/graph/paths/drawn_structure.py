"""Random areas, authorities, posts and people, of which worlds of contacts are made.

Odd cases are drawn on purpose: absent and hidden holders, posts nobody answers at, people with
several posts, hours of many patterns and none.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from random import Random
from typing import Any, Final, TypeVar

from graph.model import (
    Actor,
    Area,
    Authority,
    BelongsTo,
    Consent,
    ContactDetail,
    Covers,
    DeputizesFor,
    Element,
    EntryPointFor,
    GaveConsent,
    Holds,
    LiesIn,
    Link,
    Network,
    Organization,
    PartOf,
    Person,
    ReachedBy,
    ResourceIndividual,
)
from graph.vocabulary import (
    AreaKind,
    AuthorityKind,
    Channel,
    Competence,
    ConsentPurpose,
    NetworkKind,
    ObtainedHow,
    OrganizationKind,
    PostKind,
    ResourceKind,
    Sector,
    Tier,
    Visibility,
)

T = TypeVar("T")
AREAS: Final = (
    ("dk", AreaKind.COUNTRY, None, ()),
    ("pol-ost", AreaKind.POLICE_DISTRICT, (55.4, 11.3), ("dk",)),
    ("pol-vest", AreaKind.POLICE_DISTRICT, (56.2, 9.0), ("dk",)),
    ("reg-nord", AreaKind.REGION, (56.9, 9.9), ("dk",)),
    ("reg-syd", AreaKind.REGION, (55.2, 9.4), ("dk",)),
    ("kystby", AreaKind.MUNICIPALITY, (55.40, 11.35), ("pol-ost", "reg-syd")),
    ("nabo", AreaKind.MUNICIPALITY, (55.45, 11.80), ("pol-ost", "reg-nord")),
    ("vestby", AreaKind.MUNICIPALITY, (56.15, 8.95), ("pol-vest", "reg-nord")),
    ("havnen", AreaKind.COMMUNITY, None, ("kystby",)),
    ("skoven", AreaKind.COMMUNITY, (56.16, 8.90), ("vestby",)),
)
BODIES: Final = (
    ("kommune-kystby", AuthorityKind.MUNICIPALITY, Tier.MUNICIPAL, "kystby"),
    ("kommune-nabo", AuthorityKind.MUNICIPALITY, Tier.MUNICIPAL, "nabo"),
    ("kommune-vestby", AuthorityKind.MUNICIPALITY, Tier.MUNICIPAL, "vestby"),
    ("politi-ost", AuthorityKind.POLICE_DISTRICT, Tier.DISTRICT, "pol-ost"),
    ("politi-vest", AuthorityKind.POLICE_DISTRICT, Tier.DISTRICT, "pol-vest"),
    ("psykiatri-nord", AuthorityKind.PSYCHIATRIC_UNIT, Tier.REGIONAL, "reg-nord"),
    ("psykiatri-syd", AuthorityKind.PSYCHIATRIC_UNIT, Tier.REGIONAL, "reg-syd"),
    ("styrelse", AuthorityKind.AGENCY, Tier.NATIONAL, "dk"),
)
_KINDS: Final = {
    Tier.NATIONAL: (
        PostKind.CDE_ADVISER, PostKind.PET_EXIT, PostKind.PET_CAPACITY, PostKind.EMERGENCY_LINE,
        PostKind.FUNCTIONAL_MAILBOX, PostKind.INFOHOUSE_SECRETARIAT,
    ),
    Tier.REGIONAL: (PostKind.PSYCHIATRY_CONTACT, PostKind.PSP_COORDINATOR_PSYCHIATRY),
    Tier.DISTRICT: (
        PostKind.DUTY_LINE, PostKind.DUTY_LINE, PostKind.INFOHOUSE_COORDINATOR_DISTRICT,
        PostKind.SSP_COORDINATOR_POLICE, PostKind.HEAD_OF_CRIME_PREVENTION,
        PostKind.KSP_COORDINATOR_POLICE, PostKind.FUNCTIONAL_MAILBOX,
    ),
    Tier.MUNICIPAL: (
        PostKind.SSP_COORDINATOR, PostKind.SSP_COORDINATOR, PostKind.RELEASE_CONTACT,
        PostKind.SOCIAL_INTAKE, PostKind.INFOHOUSE_COORDINATOR_MUNICIPAL,
        PostKind.INFOHOUSE_COORDINATOR_POLICE, PostKind.PSP_COORDINATOR_MUNICIPAL,
        PostKind.MENTOR,
    ),
    Tier.COMMUNITY: (PostKind.OUTREACH_WORKER, PostKind.HOUSING_SOCIAL_COORDINATOR),
}  # fmt: skip
_NETWORKS: Final = (
    NetworkKind.SSP, NetworkKind.SSP, NetworkKind.PSP_OPERATIONAL, NetworkKind.KSP,
    NetworkKind.INFOHOUSE_MUNICIPALITY, NetworkKind.INFOHOUSE_NETWORK, NetworkKind.PSP_STEERING,
    NetworkKind.NATIONAL_COORDINATION,
)  # fmt: skip
HOURS: Final = (
    None, "00:00-24:00", "MO-FR 09:00-15:00", "MO-TH 08:00-16:00; FR 08:00-14:30",
    "SA-SU 10:00-12:00", "07:30-22:00", "00:00-02:30", "TU 02:15-05:00; TH 12:00-24:00",
)  # fmt: skip
DATES: Final = (
    date(2026, 11, 25), date(2026, 11, 28), date(2026, 12, 24), date(2027, 1, 1),
    date(2026, 10, 25), date(2027, 3, 24), date(2027, 3, 28), date(2027, 10, 31),
)  # fmt: skip
"""A Wednesday, a Saturday, Christmas, New Year, before Easter, and where the clocks change."""
CHANNELS: Final = (Channel.PHONE, Channel.MOBILE, Channel.EMAIL)
_COMPETENCES: Final = (
    Competence.SSP, Competence.SSP_CRIME_PREVENTION, Competence.SSP_INDIVIDUAL,
    Competence.DISENGAGEMENT,
)  # fmt: skip


class Structure:
    """The structure of one world from a seed; `size` posts, networks and civilians."""

    def __init__(self, seed: int, size: int) -> None:
        self._random, self._size = Random(seed), size
        self._on = self._one(DATES)
        self._ids = [f"n{number:02}" for number in range(4 * size + 20)]
        self._random.shuffle(self._ids)
        self._count = 0
        self._posts: list[Actor] = []
        self._networks: list[Network] = []
        self._people: list[str] = []
        self._civilians: list[str] = []
        self._organizations: list[str] = []

    # ---- random choices

    def _chance(self, share: float) -> bool:
        return self._random.random() < share

    def _one(self, choices: Iterable[T]) -> T:
        return self._random.choice(tuple(choices))

    def _some(self, choices: Iterable[T], most: int) -> list[T]:
        known = list(choices)
        return self._random.sample(known, min(len(known), self._random.randint(0, most)))

    def _link(self, cls: type[Link], source: str, target: str, **fields: Any) -> Link:
        self._count += 1
        link_id = f"l{self._random.randint(0, 9)}{self._count:03}"
        return cls(id=link_id, source_id=source, target_id=target, source="demo", **fields)

    # ---- places, offices, people

    def _places(self) -> list[Element]:
        elements: list[Element] = []
        for area, kind, center, around in AREAS:
            lat, lon = center or (None, None)
            elements.append(
                Area(
                    id=area, kind=kind, code="9999", name=area, lat=lat, lon=lon, source="demo",
                )
            )  # fmt: skip
            elements += [self._link(LiesIn, area, outer) for outer in around]
        for body, kind, tier, area in BODIES:
            elements.append(
                Authority(
                    id=body, kind=kind, tier=tier, sector=Sector.POLICE, name=body, source="demo"
                )
            )
            elements.append(self._link(Covers, body, area))
        if self._chance(0.5):
            elements.append(self._link(PartOf, "kommune-kystby", "styrelse"))
        return elements

    def _nodes(self) -> list[Element]:
        elements: list[Element] = []
        for _ in range(self._size):
            share = self._random.random()
            if share < 0.66 or not self._posts:
                elements += self._post()
            elif share < 0.90:
                elements += self._network()
            elif share < 0.97:
                elements += self._civilian()
            else:
                node_id = self._ids.pop()
                self._organizations.append(node_id)
                elements.append(
                    Organization(
                        id=node_id, kind=OrganizationKind.NGO, name="En forening", source="demo"
                    )
                )
        return elements

    def _post(self) -> list[Element]:
        tier = self._one((*Tier, Tier.MUNICIPAL, Tier.MUNICIPAL, Tier.MUNICIPAL, Tier.DISTRICT))
        kind = self._one(_KINDS[tier])
        hours = "00:00-24:00" if self._chance(0.3) else self._one(HOURS)
        post = Actor(
            id=self._ids.pop(), kind=kind, name="En post", tier=tier,
            sector=self._one((Sector.YOUTH, Sector.YOUTH, Sector.POLICE, Sector.PSYCHIATRY)),
            is_unit_only=kind.is_unit_only or self._chance(0.06), hours=hours,
            competences=frozenset(self._some(_COMPETENCES, self._one((0, 0, 1)))),
            languages=frozenset({"so"}) if self._chance(0.1) else frozenset(),
            valid_to=self._on + timedelta(2) if self._chance(0.05) else None, source="demo",
        )  # fmt: skip
        self._posts.append(post)
        elements: list[Element] = [post]
        bodies = [body for body, _, at, _ in BODIES if at is tier] or ["kommune-kystby"]
        bodies += 3 * bodies[:1]
        if self._chance(0.9):
            elements.append(self._link(BelongsTo, post.id, self._one(bodies)))
        if tier is Tier.COMMUNITY or self._chance(0.15):
            area = self._one(("havnen", "skoven")) if tier is Tier.COMMUNITY else self._area()
            elements.append(self._link(Covers, post.id, area))
        if kind is PostKind.DUTY_LINE or self._chance(0.12):
            area = self._one(("pol-ost", "pol-vest", "kystby", "vestby"))
            is_acute = self._chance(0.9 if kind is PostKind.DUTY_LINE else 0.1)
            elements.append(
                self._link(EntryPointFor, post.id, area, order=1, is_acute=is_acute)
            )  # fmt: skip
        return elements

    def _area(self) -> str:
        return self._one(area for area, _, _, _ in AREAS)

    def _network(self) -> list[Element]:
        kind = self._one(_NETWORKS)
        network = Network(
            id=self._ids.pop(), kind=kind, name="Et samarbejde", gate=kind.gate,
            levels=kind.levels, source="demo",
        )  # fmt: skip
        self._networks.append(network)
        places = {
            Tier.NATIONAL: ("dk",),
            Tier.DISTRICT: ("pol-ost", "pol-ost", "pol-vest"),
            Tier.MUNICIPAL: ("kystby", "kystby", "nabo", "vestby"),
        }[kind.tier]
        return [network, self._link(Covers, network.id, self._one(places))]

    def _civilian(self) -> list[Element]:
        civilian_id, mediated = self._ids.pop(), self._chance(0.6)
        self._civilians.append(civilian_id)
        channels = frozenset({Channel.MEDIATED}) if mediated else frozenset({Channel.PHONE})
        consent = Consent(
            id=f"c-{civilian_id}", purposes=frozenset({ConsentPurpose.CONTACT}),
            audience=frozenset({self._one(("dk", "kystby", "kommune-kystby"))}),
            channels=channels, is_mediated_only=mediated,
            given_on=self._on - timedelta(200), expires_on=self._on + timedelta(200),
            obtained_how=ObtainedHow.MEETING, text_version="da-3", is_adult=True,
            recorded_by="x", renewal_by="x", source="demo",
        )  # fmt: skip
        return [
            ResourceIndividual(
                id=civilian_id, display_name="Mor til fire", kind=ResourceKind.ROLE_MODEL,
                visibility=Visibility.AREA, languages=frozenset(self._some(("so", "ar"), 1)),
                source="demo",
            ),
            consent,
            GaveConsent(
                id=f"g-{civilian_id}", source_id=civilian_id, target_id=consent.id, source="demo"
            ),
        ]  # fmt: skip

    def _seats(self) -> list[Element]:
        """People in one post or several, deputies, duty lines; some hidden, some absent."""
        elements: list[Element] = []
        for _ in range(self._random.randint(self._size // 3, self._size + 2)):
            person_id = self._ids.pop()
            self._people.append(person_id)
            elements.append(self._person(person_id))
            seats = self._random.sample(
                self._posts, min(len(self._posts), self._one((0, 1, 1, 1, 2, 3)))
            )
            elements += [self._holds(person_id, post.id) for post in seats]
            if self._chance(0.3):
                post = self._one(self._posts)
                elements.append(
                    self._link(
                        DeputizesFor, person_id, post.id, order=self._random.randint(1, 3),
                        **self._period(),
                    )
                )  # fmt: skip
        lines = [post for post in self._posts if post.kind is PostKind.DUTY_LINE]
        for post in self._posts:
            others = [other for other in self._posts if other is not post]
            others = [other for other in others if other.kind is not PostKind.FUNCTIONAL_MAILBOX]
            if lines and self._chance(0.3) and (line := self._one(lines)) is not post:
                elements.append(self._link(DeputizesFor, line.id, post.id, order=9))
            elif others and self._chance(0.12):
                elements.append(self._link(DeputizesFor, self._one(others).id, post.id, order=2))
        return elements

    def _holds(self, who: str, post: str) -> Link:
        return self._link(
            Holds, who, post, is_acting=self._chance(0.1), share=self._one((1.0, 1.0, 0.5)),
            **self._period(),
        )  # fmt: skip

    def _person(self, person_id: str) -> Person:
        away: dict[str, Any] = {}
        if self._chance(0.2):
            start = self._on + timedelta(self._random.randint(-5, 2))
            away = {"absent_from": start, "absent_to": start + timedelta(self._one((1, 4, 9)))}
        return Person(
            id=person_id, name="En Person", source="demo",
            visibility=self._one((Visibility.NAMED, *[Visibility.OPEN] * 3)),
            competences=frozenset(self._some(_COMPETENCES, 1)),
            languages=frozenset(self._some(("so", "ar-SY", "da"), 1)), **away,
        )  # fmt: skip

    def _period(self) -> dict[str, Any]:
        """Return dates of a seat: most seats last; some are over, some are yet to come."""
        match self._random.randint(0, 13):
            case 0:
                return {"valid_to": self._on}
            case 1:
                return {"valid_from": self._on + timedelta(self._one((1, 3)))}
            case 2:
                return {"valid_from": self._on - timedelta(90)}
            case _:
                return {}

    def _channels(self) -> list[Element]:
        elements: list[Element] = []
        for owner in (*(post.id for post in self._posts), *self._people):
            if self._chance(0.4):
                continue
            detail = ContactDetail(
                id=f"d-{owner}", channel=self._one(CHANNELS), hint="•••••", source="demo",
                visibility=self._one((Visibility.OPEN, Visibility.OPEN, Visibility.NAMED)),
            )  # fmt: skip
            elements += [detail, self._link(ReachedBy, owner, detail.id)]
        return elements
