"""Whom the national level helps: advice, courses and steering for local work."""

from collections.abc import Iterator
from typing import Final

from graph.model import Link, Supports
from graph.vocabulary import LegalGate, SupportKind
from seed.structure.links import CAPACITY_LEVEL, LinkFactory
from seed.structure.sources import Denmark

SUPPORT_STRENGTH: Final = 0.6

ADVISERS: Final = {
    "cde-1": frozenset({"1461", "1462", "1463"}),
    "cde-2": frozenset({"1460", "1464", "1465", "1466"}),
    "cde-3": frozenset({"1467", "1468", "1469", "1470", "1471"}),
}
"""Which police districts an adviser helps: our division, so that none becomes a hub of 110."""


def supports(denmark: Denmark, tie: LinkFactory) -> Iterator[Link]:
    """141: CDE 110, Rigspolitiet 12, PET 19."""
    advisers = {district: post for post, districts in ADVISERS.items() for district in districts}
    for one in denmark.municipalities:
        adviser = f"act-{advisers[one.district]}"
        yield _supports(tie, adviser, f"act-ihm-{one.code}", SupportKind.ADVICE, "cde")
    for one in denmark.districts:
        network, adviser = f"net-ihn-{one.code}", f"act-{advisers[one.code]}"
        yield _supports(tie, adviser, network, SupportKind.TRAINING, "cde")
        yield _supports(tie, "act-secretariat", network, SupportKind.STEERING, "infohus")
    for post in _trained_by_pet(denmark):
        yield _supports(tie, "act-pet-capacity", post, SupportKind.TRAINING, "pet")


def _trained_by_pet(denmark: Denmark) -> Iterator[str]:
    """Police, psychiatry, Kriminalforsorgen and the Immigration Service."""
    yield from (f"act-head-{one.code}" for one in denmark.districts)
    yield from (f"act-{body.id}" for body in denmark.psychiatry if body.is_organization)
    yield from ("act-kf-01", "act-asylum")


def _supports(
    tie: LinkFactory, helper: str, helped: str, kind: SupportKind, source: str
) -> Supports:
    return tie(
        Supports,
        helper,
        helped,
        source=source,
        gate=LegalGate.GENERAL,
        levels=CAPACITY_LEVEL,
        strength=SUPPORT_STRENGTH,
        kind=kind,
    )
