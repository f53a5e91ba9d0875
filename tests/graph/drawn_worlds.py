"""Kystby with drawn additions and changes, and drawn callers."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any, Final

from hypothesis import strategies as st

from graph.access.policy import Caller, Grant, Role
from graph.model import (
    BelongsTo,
    ContactDetail,
    Covers,
    DeputizesFor,
    DoorOpenerFor,
    Element,
    GaveConsent,
    Holds,
    Knows,
    MemberOf,
    Organization,
    Person,
    ReachedBy,
    Represents,
)
from graph.vocabulary import (
    Channel,
    ConsentPurpose,
    LegalGate,
    OrganizationKind,
    PreventionLevel,
    Visibility,
)
from tests import kystby
from tests.fixtures.builders import consent
from tests.graph.paths.additions import tie
from tests.kystby import TODAY

_EXIT: Final = frozenset({PreventionLevel.EXIT})
_REACH: Final = frozenset({PreventionLevel.OUTREACH})
_CIVILIANS: Final = ("jens", "kaj")
_PEOPLE: Final = ("amina", "bo", "carl", "dina", "erik", "fie")
_CIVIL_HOP: Final[Mapping[str, Any]] = {"levels": _REACH, "strength": 0.8}

ADDITIONS: Final[tuple[Element, ...]] = (
    Person(id="fie", name="Fie Lyngvang Holm", visibility=Visibility.AREA, source="kystby"),
    tie(Holds, "fie", "release"),
    tie(DeputizesFor, "fie", "nabo-ssp", order=2),
    tie(DeputizesFor, "erik", "ssp-post", order=3),
    tie(Holds, "bo", "nabo-ssp", is_acting=True),
    tie(Knows, "carl", "erik", declared_by="carl", strength=0.5, levels=_EXIT),
    tie(Knows, "amina", "erik", declared_by="erik", strength=0.5),
    tie(Knows, "dina", "fie", declared_by="fie", strength=0.5, levels=_REACH),
    tie(
        MemberOf, "nabo-ssp", "ssp", gate=LegalGate.SSP_115, levels=_EXIT, strength=0.4,
        verified_on=TODAY, verified_by="ihd",
    ),
    tie(MemberOf, "ihd", "forum", gate=LegalGate.CONSENT, levels=_REACH),
    tie(MemberOf, "kaj", "forum", gate=LegalGate.CONSENT, levels=_REACH),
    tie(DoorOpenerFor, "nabo-ssp", "jens", consent_id="consent-old", **_CIVIL_HOP),
    tie(DoorOpenerFor, "ihd", "kaj", consent_id="consent-jens", **_CIVIL_HOP),
    tie(Represents, "kaj", "vindrosen", consent_id="consent-jens", **_CIVIL_HOP),
    Organization(
        id="klub", kind=OrganizationKind.SPORTS_CLUB, name="Klubben Lyngen", source="kystby"
    ),
    tie(Represents, "kaj", "klub", consent_id="consent-kaj", **_CIVIL_HOP),
    tie(Represents, "jens", "klub", consent_id="consent-jens", **_CIVIL_HOP),
    ContactDetail(
        id="mail-klub", channel=Channel.EMAIL, hint="•••••", visibility=Visibility.AREA,
        source="kystby",
    ),
    tie(ReachedBy, "klub", "mail-klub"),
    ContactDetail(id="phone-fie", channel=Channel.PHONE, hint="•••••", source="kystby"),
    tie(ReachedBy, "fie", "phone-fie"),
    replace(consent("consent-old", expires_on=date(2026, 6, 1)), source="kystby"),
    tie(GaveConsent, "jens", "consent-old"),
    tie(BelongsTo, "release", "nabo-kommune"),
    tie(Covers, "release", "nabo"),
)  # fmt: skip
ADDITIONS_ALWAYS: Final = {"consent-old"}  # other elements refer to it

DAYS: Final = st.sampled_from([date(2026, 3, 1), TODAY, date(2026, 12, 7), date(2027, 6, 1)])
PLACES = st.frozensets(st.sampled_from(["dk", "kystby", "nabo", "pol-ost", "havnen"]), max_size=2)
LEVELS = st.frozensets(st.sampled_from(list(PreventionLevel)), min_size=1)
POSTS = st.frozensets(st.sampled_from(["ssp-post", "outreach", "nabo-ssp", "ihd"]), max_size=2)
AUDIENCES = st.frozensets(
    st.sampled_from(["kystby-kommune", "nabo-kommune", "politi", "kystby", "dk", "ssp", "forum"]),
    min_size=1, max_size=2,
)  # fmt: skip
PURPOSES = st.frozensets(st.sampled_from(list(ConsentPurpose)), min_size=1)


@st.composite
def callers(draw: st.DrawFn) -> Caller:
    """Draw a caller with one to three grants of any kind, and some posts."""
    grants = st.builds(Grant, role=st.sampled_from(list(Role)), areas=PLACES, levels=LEVELS)
    drawn = draw(st.lists(grants, min_size=1, max_size=3))
    person = draw(st.sampled_from([None, "amina", "bo", "erik", "fie"]))
    return Caller(account="drawn", grants=tuple(drawn), posts=draw(POSTS), person=person)


@st.composite
def worlds(draw: st.DrawFn) -> tuple[Element, ...]:
    """Kystby with some additions, drawn visibilities and drawn terms of consents."""
    chosen = draw(st.frozensets(st.sampled_from([element.id for element in ADDITIONS])))
    chosen |= ADDITIONS_ALWAYS
    known = {
        element.id: element for element in kystby.elements(kystby={"lat": 56.16, "lon": 10.21})
    }
    known |= {element.id: element for element in ADDITIONS if element.id in chosen}
    for key in (*_PEOPLE, "phone-bo", "phone-erik"):
        if key in known and draw(st.booleans()):
            known[key] = replace(known[key], visibility=draw(st.sampled_from(list(Visibility))))
    for consent_id in ("consent-jens", "consent-kaj", "consent-old"):
        terms: dict[str, Any] = {"audience": draw(AUDIENCES), "purposes": draw(PURPOSES)}
        if draw(st.booleans()):
            terms |= {"expires_on": date(2027, 6, 1)}
        known[consent_id] = replace(known[consent_id], **terms)
    for civilian in _CIVILIANS:
        named = draw(st.sampled_from([Visibility.AREA, Visibility.NAMED]))
        known[civilian] = replace(known[civilian], visibility=named)
    return without_loose_links(known)


def without_loose_links(by_id: Mapping[str, Element]) -> tuple[Element, ...]:
    """Return the elements without links that lack an end."""
    return tuple(
        element
        for element in by_id.values()
        if all(getattr(element, end, element.id) in by_id for end in ("source_id", "target_id"))
    )
