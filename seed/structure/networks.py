"""Cooperation networks, what they cover, and which are part of another."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from graph.model import Covers, Link, Network, Node, PartOf
from graph.vocabulary import NetworkKind
from seed.structure.links import LinkFactory
from seed.structure.sources import Denmark
from seed.structure.timeline import CDE, INFOHOUSES, KSP, PSP


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
    """Five in each municipality, three in each police district, three national ones."""
    for form in MUNICIPAL_FORMS:
        for municipality in denmark.municipalities:
            yield _network(form, f"net-{form.code}-{municipality.code}", municipality.name)
    for form in DISTRICT_FORMS:
        for district in denmark.districts:
            yield _network(form, f"net-{form.code}-{district.code}", district.place)
    for form in NATIONAL_FORMS:
        yield _network(form, f"net-{form.code}", form.kind.label_da)


def network_links(denmark: Denmark, tie: LinkFactory) -> Iterator[Link]:
    """Each covers one area; each Infohus kommune is part of its district's Infohus netværk."""
    for one in denmark.municipalities:
        for form in MUNICIPAL_FORMS:
            net = f"net-{form.code}-{one.code}"
            yield tie(Covers, net, f"mun-{one.code}", source=form.source)
        house, network = f"net-ihk-{one.code}", f"net-ihn-{one.district}"
        yield tie(PartOf, house, network, source="infohus")
    for one in denmark.districts:
        for form in DISTRICT_FORMS:
            net = f"net-{form.code}-{one.code}"
            yield tie(Covers, net, f"pol-{one.code}", source=form.source)
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
