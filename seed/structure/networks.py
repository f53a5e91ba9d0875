"""Cooperation networks, and the plans and agreements of networks and municipalities.

The dates of the plans are not known here.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from graph.model import Covers, GovernedBy, Link, Network, Node, PartOf, Plan
from graph.vocabulary import LegalGate, NetworkKind, PlanKind
from seed.structure.links import CDE, DUTY_TO_PLAN, INFOHOUSES, KSP, PSP, LinkFactory
from seed.structure.sources import Denmark


@dataclass(frozen=True, slots=True)
class Form:
    """A form of cooperation; the placeholder in `name` is the place it is named for."""

    code: str
    kind: NetworkKind
    name: str
    source: str
    valid_from: date | None = None


MUNICIPAL_FORMS: Final = (
    Form("ssp", NetworkKind.SSP, "SSP {}", "retsplejeloven-115"),
    Form("pspo", NetworkKind.PSP_OPERATIONAL, "PSP {}", "psp", PSP),
    Form("ksp", NetworkKind.KSP, "KSP {}", "ksp", KSP),
    Form("ihk", NetworkKind.INFOHOUSE_MUNICIPALITY, "Infohus {}", "infohus", INFOHOUSES),
    Form("lr", NetworkKind.LOCAL_COUNCIL, "Lokalråd {}", "retsplejeloven-111"),
)
DISTRICT_FORMS: Final = (
    Form("ihn", NetworkKind.INFOHOUSE_NETWORK, "Infohus netværk {}", "infohus", INFOHOUSES),
    Form("psps", NetworkKind.PSP_STEERING, "PSP-styregruppe {}", "psp", PSP),
    Form("kr", NetworkKind.DISTRICT_COUNCIL, "Kredsråd {}", "retsplejeloven-111"),
)
NATIONAL_FORMS: Final = (
    Form("koordinationsgruppen", NetworkKind.NATIONAL_COORDINATION, "{}", "cde", CDE),
    Form("styregruppen", NetworkKind.INFOHOUSE_STEERING, "{}", "infohus"),
    Form("korps", NetworkKind.MENTOR_CORPS, "{}", "cde", CDE),
)


def networks(denmark: Denmark) -> Iterator[Node]:
    """Yield five networks in each municipality, three in each district, three national ones."""
    for form in MUNICIPAL_FORMS:
        for municipality in denmark.municipalities:
            yield _network(form, f"net-{form.code}-{municipality.code}", municipality.name)
    for form in DISTRICT_FORMS:
        for district in denmark.districts:
            yield _network(form, f"net-{form.code}-{district.code}", district.place)
    for form in NATIONAL_FORMS:
        yield _network(form, f"net-{form.code}", form.kind.label_da)


def network_links(denmark: Denmark, tie: LinkFactory) -> Iterator[Link]:
    """Each network covers one area; Infohus kommune is part of its district's Infohus netværk."""
    for municipality in denmark.municipalities:
        for form in MUNICIPAL_FORMS:
            net = f"net-{form.code}-{municipality.code}"
            yield tie(Covers, net, f"mun-{municipality.code}", source=form.source)
        house, network = f"net-ihk-{municipality.code}", f"net-ihn-{municipality.district}"
        yield tie(PartOf, house, network, source="infohus")
    for district in denmark.districts:
        for form in DISTRICT_FORMS:
            net = f"net-{form.code}-{district.code}"
            yield tie(Covers, net, f"pol-{district.code}", source=form.source)
    for form in NATIONAL_FORMS:
        yield tie(Covers, f"net-{form.code}", "dk", source=form.source)


def _network(form: Form, network_id: str, place: str) -> Network:
    return Network(
        id=network_id,
        kind=form.kind,
        name=form.name.format(place),
        gate=form.kind.gate,
        levels=form.kind.levels,
        valid_from=form.valid_from,
        source=form.source,
    )


def plans(denmark: Denmark) -> Iterator[Node]:
    """Yield two plans for each municipality and two for each police district."""
    for municipality in denmark.municipalities:
        yield Plan(
            id=f"plan-prep-{municipality.code}",
            kind=PlanKind.PREPAREDNESS_PLAN,
            title=f"Beredskab mod ekstremisme, {municipality.official_name}",
            valid_from=DUTY_TO_PLAN,
            source="barnets-lov-15",
        )
        yield Plan(
            id=f"plan-rel-{municipality.code}",
            kind=PlanKind.RELEASE_AGREEMENT,
            title=f"Samarbejdsaftale om løsladelse, {municipality.official_name}",
            source="kriminalforsorgen",
        )
    for district in denmark.districts:
        yield Plan(
            id=f"plan-coop-{district.code}",
            kind=PlanKind.COOPERATION_PLAN,
            title=f"Samarbejdsplan, {district.name}",
            source="retsplejeloven-111",
        )
        yield Plan(
            id=f"plan-psp-{district.code}",
            kind=PlanKind.PSP_AGREEMENT,
            title=f"PSP-aftale, {district.place}",
            valid_from=PSP,
            source="psp",
        )


def plan_links(denmark: Denmark, tie: LinkFactory) -> Iterator[Link]:
    """The bodies bound by plans; only the duty to plan has a gate; it allows no data sharing."""
    duty = LegalGate.CHILDRENS_ACT_15_3
    for municipality in denmark.municipalities:
        owner = f"aut-mun-{municipality.code}"
        preparedness, release = f"plan-prep-{municipality.code}", f"plan-rel-{municipality.code}"
        yield tie(GovernedBy, owner, preparedness, source="barnets-lov-15", gate=duty)
        yield tie(GovernedBy, owner, release, source="kriminalforsorgen")
    for district in denmark.districts:
        council, steering = f"net-kr-{district.code}", f"net-psps-{district.code}"
        yield tie(GovernedBy, council, f"plan-coop-{district.code}", source="retsplejeloven-111")
        yield tie(GovernedBy, steering, f"plan-psp-{district.code}", source="psp")
