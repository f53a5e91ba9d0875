from collections.abc import Collection
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest

from graph.errors import Fault
from graph.model import (
    Actor,
    BelongsTo,
    ContactDetail,
    Coordinates,
    DeputizesFor,
    Element,
    EntryPointFor,
    EscalatesTo,
    GaveConsent,
    Holds,
    Knows,
    LiesIn,
    Link,
    MemberOf,
    Organization,
    PartOf,
    ReachedBy,
    RefersTo,
    Represents,
    SucceededBy,
    rule_context,
    violations,
)
from graph.vocabulary import (
    Channel,
    CoordinationFunction,
    LegalGate,
    LinkType,
    NetworkKind,
    OrganizationKind,
    PostKind,
    PreventionLevel,
    Rule,
    Sector,
    Tier,
    Visibility,
)
from tests import kystby

OLD, NEW_YEAR, LATE = date(2020, 1, 1), date(2027, 1, 1), date(2027, 1, 2)
ENDS, BEGINS = {"valid_to": NEW_YEAR}, {"valid_from": NEW_YEAR}
Faults = set[tuple[str, str, Rule]]


def new(cls: type[Link], source: str, target: str, **fields: Any) -> Link:
    fields.setdefault("id", f"new-{source}--{target}")
    return cls(source_id=source, target_id=target, source="test", **fields)


def meets(cls: type[Link], source: str, target: str, **fields: Any) -> Link:
    fields = {"gate": LegalGate.SSP_115, "levels": frozenset(PreventionLevel), **fields}
    return new(cls, source, target, **fields)


def chairs(source: str, **fields: Any) -> Link:
    return meets(Coordinates, source, "ssp", function=CoordinationFunction.CHAIR, **fields)


def faults_in(elements: Collection[Element], touched: Collection[str]) -> Faults:
    return {
        (fault.where, fault.field, fault.rule)
        for fault in violations(rule_context(elements), touched)
    }


def faults(
    *added: Element, touched: Collection[str] = (), without: Collection[str] = (), **changed: Any
) -> Faults:
    """Return the faults of the touched elements, by default all, in Kystby with some changes."""
    elements = (*kystby.elements(without=without, **changed), *added)
    return faults_in(elements, touched or [element.id for element in elements])


def of_each(links: Collection[Link], field: str, rule: Rule) -> Faults:
    return {(link.id, field, rule) for link in links}


CIRCLE = ("politi", "kystby-kommune", "nabo-kommune", "politi")
PARTS, SUCCESSORS = (
    [new(cls, CIRCLE[at], CIRCLE[at + 1]) for at in range(3)] for cls in (PartOf, SucceededBy)
)
PARENTS = [new(PartOf, "kystby-kommune", one) for one in ("nabo-kommune", "politi")]
ENTRIES = [new(EntryPointFor, one, "kystby", order=1) for one in ("ihd", "duty")]
DEPUTY = new(DeputizesFor, "carl", "ssp-post", order=1)
LATER_DEPUTY = new(DeputizesFor, "carl", "ssp-post", order=1, **BEGINS)
SEAT, LATE_SEAT = (
    new(BelongsTo, "release", "politi", valid_from=day) for day in (NEW_YEAR, date(2027, 2, 1))
)
POST = Actor(
    id="new", kind=PostKind.MENTOR, name="Mentor, Kystby", tier=Tier.MUNICIPAL,
    sector=Sector.YOUTH, source="test",
)  # fmt: skip
FIRST_CHAIR, SECOND_CHAIR = chairs("ihd", **ENDS), chairs("release")
FORUM_MEMBER = meets(
    MemberOf, "jens", "forum", gate=LegalGate.CONSENT, levels=frozenset({PreventionLevel.OUTREACH})
)
DOWN, UP = ({"source": one, "target": other, "gate": LegalGate.INFOHOUSE}
            for one, other in (("ihd", "release"), ("release", "ihd")))  # fmt: skip
SIDEWAYS = {"source": "intake", "target": "release", "gate": LegalGate.INTERNAL}
SECOND_PAIR = new(Knows, "carl", "dina", declared_by="dina", **BEGINS)
MAIL = ContactDetail(id="mail-bo", channel=Channel.EMAIL, hint="•••••", source="test")
SUCCEEDS = new(SucceededBy, "kystby-kommune", "nabo-kommune")
BOUNDED = {"release": {"valid_from": OLD, "valid_to": NEW_YEAR}}
NO_SEAT: Faults = {("release", "BELONGS_TO", Rule.ONE_SEAT)}
NO_COORDINATOR: Faults = {("ssp", "COORDINATES", Rule.NO_COORDINATOR)}

CASES: dict[str, tuple[Collection[Element], dict[str, Any], Faults]] = {
    "kystby as it is": ((), {}, set()),
    # ends and validity
    "a link to nobody": (
        [new(Holds, "amina", "nobody")], {},
        {("new-amina--nobody", "target_id", Rule.MISSING_END)}),
    "a link between other labels than its type has": (
        [new(Holds, "ssp", "release")], {}, {("new-ssp--release", "source_id", Rule.WRONG_ENDS)}),
    "an authority as a part of a network": (
        [new(PartOf, "politi", "ssp")], {}, {("new-politi--ssp", "target_id", Rule.SAME_LABEL)}),
    "a post succeeded by a post": ([new(SucceededBy, "release", "ssp-post")], {}, set()),
    "a post succeeded by a person": (
        [new(SucceededBy, "release", "amina")], {},
        {("new-release--amina", "target_id", Rule.SAME_LABEL)}),
    "a link without dates inherits those of its ends": ((), {"bo": ENDS}, set()),
    "a link as long as its ends": (
        [new(Holds, "carl", "release", valid_from=OLD, **ENDS)], BOUNDED, set()),
    "a post that ends while a link of its own date goes on": (
        [new(Holds, "carl", "release", id="old", valid_to=date(2027, 6, 1))],
        {"release": ENDS, "touched": ["release"]}, {("old", "valid_to", Rule.OUTLIVES_END)}),
    "a flaw elsewhere": (
        [new(Holds, "amina", "nobody")],
        {"without": ["ssp-post--ssp"], "touched": ["release", "carl--ihd"]}, set()),
    "a flaw here beside one elsewhere": (
        [new(Holds, "amina", "nobody")], {"without": ["ssp-post--ssp"], "touched": ["ssp"]},
        NO_COORDINATOR),
    "what is touched and no longer there": ((), {"touched": ["gone"]}, set()),
    "a fault of two links, the new one touched": (
        [DEPUTY], {"touched": [DEPUTY.id]}, {(DEPUTY.id, "order", Rule.SAME_ORDER)}),
    "a fault of two links, the old one touched": (
        [DEPUTY], {"touched": ["bo--ssp-post"]}, {("bo--ssp-post", "order", Rule.SAME_ORDER)}),
    "of two things with the same id the later counts": (
        [new(DeputizesFor, "carl", "ssp-post", id="one", order=order) for order in (1, 2)],
        {"touched": ["one"]}, set()),
    # posts
    "a holder of a post answered by a unit": (
        [new(Holds, "carl", "intake")], {}, {("new-carl--intake", "target_id", Rule.UNIT_ONLY)}),
    "a post with a holder that turns into a unit": (
        (), {"ssp-post": {"is_unit_only": True}, "touched": ["ssp-post"]},
        {("amina--ssp-post", "target_id", Rule.UNIT_ONLY)}),
    "two deputies with the same order one after the other": (
        [LATER_DEPUTY], {"bo--ssp-post": ENDS}, set()),
    "two deputies with the same order": (
        [LATER_DEPUTY], {},
        {(one, "order", Rule.SAME_ORDER) for one in (LATER_DEPUTY.id, "bo--ssp-post")}),
    "an order of what ended with its deputy": ([LATER_DEPUTY], {"bo": ENDS}, set()),
    "entry points of different orders": (
        [ENTRIES[0], new(EntryPointFor, "duty", "kystby", order=2)], {}, set()),
    "entry points of different areas": (
        [ENTRIES[0], new(EntryPointFor, "duty", "nabo", order=1)], {}, set()),
    "entry points of the same order": (ENTRIES, {}, of_each(ENTRIES, "order", Rule.SAME_ORDER)),
    "a new post without an authority": ([POST], {}, {("new", "BELONGS_TO", Rule.ONE_SEAT)}),
    "a new post with an authority": (
        [POST, new(BelongsTo, "new", "kystby-kommune")], {}, set()),
    "a post belongs to two one after the other": (
        [SEAT], {"release--kystby-kommune": ENDS}, set()),
    "a post without an authority between two": (
        [LATE_SEAT], {"release--kystby-kommune": ENDS}, NO_SEAT),
    "a post without an authority from a day on": (
        (), {"release--kystby-kommune": ENDS}, NO_SEAT),
    "an authority that ends": (
        (), {"kystby-kommune": ENDS, "touched": ["kystby-kommune"]}, set()),
    "a seat lost with its authority and mended without closing the gap": (
        [LATE_SEAT], {"kystby-kommune": ENDS, "touched": [LATE_SEAT.id]}, set()),
    "what was before the first link": (
        (), {"release--kystby-kommune": {"valid_from": date(2024, 5, 1)}}, set()),
    "a shared line belongs to several": ([new(BelongsTo, "duty", "kystby-kommune")], {}, set()),
    # hierarchies
    "an authority as a part of one": (PARENTS[:1], {}, set()),
    "an authority as a part of two": (PARENTS, {}, of_each(PARENTS, "target_id", Rule.ONE_PARENT)),
    "authorities that are parts one of the other": (PARTS[:2], {}, set()),
    "authorities that are parts in a circle": (PARTS, {}, of_each(PARTS, "target_id", Rule.CYCLE)),
    "a circle of which one link is touched": (
        PARTS, {"touched": [PARTS[2].id]}, of_each(PARTS[2:], "target_id", Rule.CYCLE)),
    "a circle that never was at one time": (
        [new(PartOf, "politi", "kystby-kommune", **ENDS),
         new(PartOf, "kystby-kommune", "politi", **BEGINS)], {}, set()),
    "a municipality in no district": (
        (), {"without": ["kystby--pol-ost"]}, {("kystby", "LIES_IN", Rule.HIERARCHY)}),
    "a municipality in no region": (
        (), {"without": ["kystby--reg-syd"]}, {("kystby", "LIES_IN", Rule.HIERARCHY)}),
    "a municipality that passes from one region to the next": (
        [new(LiesIn, "kystby", "reg-syd", **BEGINS)], {"kystby--reg-syd": ENDS}, set()),
    "a municipality without a region for a day": (
        [new(LiesIn, "kystby", "reg-syd", valid_from=LATE)], {"kystby--reg-syd": ENDS},
        {("kystby", "LIES_IN", Rule.HIERARCHY)}),
    "a community in no municipality": (
        (), {"without": ["havnen--kystby"]}, {("havnen", "LIES_IN", Rule.COMMUNITY_PARENT)}),
    "a community in a district": (
        [new(LiesIn, "havnen", "pol-ost")], {},
        {("new-havnen--pol-ost", "target_id", Rule.COMMUNITY_PARENT)}),
    "a district in a region": (
        [new(LiesIn, "pol-ost", "reg-syd")], {},
        {("new-pol-ost--reg-syd", "target_id", Rule.WRONG_ENDS)}),
    "a successor that begins where the old one ends": (
        [SUCCEEDS],
        {"kystby-kommune": ENDS, "nabo-kommune": BEGINS, "touched": [SUCCEEDS.id]}, set()),
    "a successor that begins a day later": (
        [SUCCEEDS], {"kystby-kommune": ENDS, "nabo-kommune": {"valid_from": LATE},
                     "touched": [SUCCEEDS.id]}, {(SUCCEEDS.id, "target_id", Rule.SUCCESSION)}),
    "successors one of the other": (SUCCESSORS[:2], {}, set()),
    "successors in a circle": (SUCCESSORS, {}, of_each(SUCCESSORS, "target_id", Rule.CYCLE)),
    # networks
    "a network without a coordinator": ((), {"without": ["ssp-post--ssp"]}, NO_COORDINATOR),
    "a network whose coordinator leaves": (
        (), {"ssp-post--ssp": ENDS, "touched": ["ssp-post--ssp"]}, NO_COORDINATOR),
    "a network with one chair after the other": (
        [FIRST_CHAIR, chairs("release", **BEGINS)], {}, set()),
    "a network with two chairs": (
        [FIRST_CHAIR, SECOND_CHAIR], {},
        of_each([FIRST_CHAIR, SECOND_CHAIR], "function", Rule.ONE_CHAIR)),
    "a member on the terms of the network": ([meets(MemberOf, "release", "ssp")], {}, set()),
    "a network that changes its gate": (
        (), {"ssp": {"gate": LegalGate.GENERAL}, "touched": ["ssp"]},
        {(one, "gate", Rule.SAME_AS_NETWORK) for one in ("ssp-post--ssp", "intake--ssp")}),
    "a civilian in a forum": ([FORUM_MEMBER], {}, set()),
    "a civilian in a council": (
        [FORUM_MEMBER], {"forum": {"kind": NetworkKind.LOCAL_COUNCIL}},
        {(FORUM_MEMBER.id, "target_id", Rule.CIVILIAN_NETWORK)}),
    "referrals down and sideways": (
        [new(RefersTo, **DOWN), new(RefersTo, **SIDEWAYS)], {}, set()),
    "a referral up": (
        [new(RefersTo, **UP)], {}, {("new-release--ihd", "target_id", Rule.HIGHER_TIER)}),
    "escalations up and sideways": (
        [new(EscalatesTo, **UP), new(EscalatesTo, **SIDEWAYS)], {}, set()),
    "an escalation down": (
        [new(EscalatesTo, **DOWN)], {}, {("new-ihd--release", "target_id", Rule.LOWER_TIER)}),
    "a pair that knows each other anew": ([SECOND_PAIR], {"carl--dina": ENDS}, set()),
    "another pair that knows each other": (
        [new(Knows, "bo", "dina", declared_by="bo")], {}, set()),
    "a pair that knows each other twice": (
        [SECOND_PAIR], {},
        {(one, "target_id", Rule.ONE_PAIR) for one in (SECOND_PAIR.id, "carl--dina")}),
    # contact details and civilians
    "a detail with one owner after the other": (
        [new(ReachedBy, "carl", "phone-bo", **BEGINS)], {"bo--phone-bo": ENDS},
        {(one, "source_id", Rule.ONE_OWNER) for one in ("new-carl--phone-bo", "bo--phone-bo")}),
    "a detail without an owner": (
        (), {"without": ["bo--phone-bo"]}, {("phone-bo", "REACHED_BY", Rule.ONE_OWNER)}),
    "two details of one owner with the same order": (
        [MAIL, new(ReachedBy, "bo", "mail-bo")], {}, set()),
    "a detail seen where its person is not": (
        (), {"phone-erik": {"visibility": Visibility.NETWORK}},
        {("phone-erik", "visibility", Rule.WIDER_THAN_OWNER)}),
    "a detail seen by fewer than its person": (
        (), {"phone-erik": {"visibility": Visibility.NAMED}}, set()),
    "a person who hides while a detail is still seen": (
        (), {"bo": {"visibility": Visibility.NAMED}, "touched": ["bo"]},
        {("phone-bo", "visibility", Rule.WIDER_THAN_OWNER)}),
    "a civilian with a detail of work": ((), {"phone-jens": {"is_work": True}}, set()),
    "a colleague with a private detail": (
        (), {"phone-bo": {"is_work": False}}, {("phone-bo", "is_work", Rule.OWN_CHANNEL)}),
    "a consent of two givers": (
        [new(GaveConsent, "kaj", "consent-jens")], {},
        {(one, "source_id", Rule.ONE_GIVER)
         for one in ("new-kaj--consent-jens", "jens--consent-jens")}),
    "a consent without a giver": (
        (), {"without": ["kaj--consent-kaj"], "touched": ["consent-kaj"]},
        {("consent-kaj", "GAVE_CONSENT", Rule.ONE_GIVER)}),
    "a civilian without a door opener": (
        (), {"without": ["outreach--kaj"]}, {("kaj", "DOOR_OPENER_FOR", Rule.NO_DOOR_OPENER)}),
    "a civilian without a consent": (
        (), {"without": ["kaj--consent-kaj"], "touched": ["kaj"]},
        {("kaj", "GAVE_CONSENT", Rule.CONSENT_MISSING),
         ("outreach--kaj", "consent_id", Rule.CONSENT_MISSING)}),
}  # fmt: skip


@pytest.mark.parametrize(("added", "changes", "expected"), CASES.values(), ids=CASES)
def test_a_change_breaks_exactly_the_expected_rules(
    added: Collection[Element], changes: dict[str, Any], expected: Faults
) -> None:
    assert faults(*added, **changes) == expected


@pytest.mark.parametrize(
    ("link", "field", "rule"),
    [
        (new(LiesIn, "kystby", "pol-ost"), "target_id", Rule.HIERARCHY),
        (new(LiesIn, "kystby", "reg-syd"), "target_id", Rule.HIERARCHY),
        (new(LiesIn, "havnen", "nabo"), "target_id", Rule.COMMUNITY_PARENT),
        (meets(MemberOf, "jens", "ssp"), "gate", Rule.CIVILIAN_GATE),
        (meets(MemberOf, "vindrosen", "ssp"), "gate", Rule.CIVILIAN_GATE),
        (SEAT, "target_id", Rule.ONE_SEAT),
    ],
    ids=["second district", "second region", "second municipality", "civilian behind a named gate",
         "association behind a named gate", "second authority"],
)  # fmt: skip
def test_a_new_link_breaks_at_least_the_expected_rule(link: Link, field: str, rule: Rule) -> None:
    assert (link.id, field, rule) in faults(link)


@pytest.mark.parametrize(
    ("dates", "field"),
    [
        ({"valid_to": LATE}, "valid_to"),
        ({"valid_from": NEW_YEAR}, "valid_from"),
        ({"valid_from": date(2019, 12, 31)}, "valid_from"),
        ({"valid_to": OLD}, "valid_to"),
    ],
)
def test_a_link_dated_outside_the_validity_of_its_end_is_a_fault(dates: Any, field: str) -> None:
    link = new(Holds, "carl", "release", **dates)
    assert faults(link, **BOUNDED) == {(link.id, field, Rule.OUTLIVES_END)}


@pytest.mark.parametrize(
    ("field", "value"), [("gate", LegalGate.GENERAL), ("levels", frozenset({PreventionLevel.EXIT}))]
)
@pytest.mark.parametrize("is_chair", [True, False])
def test_members_and_coordinators_must_have_the_terms_of_their_network(
    field: str, value: object, is_chair: bool
) -> None:
    terms = {field: value}
    link = chairs("ihd", **terms) if is_chair else meets(MemberOf, "release", "ssp", **terms)
    assert faults(link) == {(link.id, field, Rule.SAME_AS_NETWORK)}


def test_an_ended_membership_need_not_match_the_gate_of_its_network() -> None:
    elements = kystby.elements(ssp={"gate": LegalGate.GENERAL}, **{"intake--ssp": ENDS})
    broken = {
        on: {fault.where for fault in violations(rule_context(elements), ["ssp"], on=on)}
        for on in (ENDS["valid_to"], ENDS["valid_to"] - timedelta(days=1))
    }
    assert list(broken.values()) == [{"ssp-post--ssp"}, {"ssp-post--ssp", "intake--ssp"}]


def test_a_cycle_of_five_authorities_is_found() -> None:
    ring = ("a", "b", "c", "d", "e", "a")
    bodies = [replace(kystby.nodes()[6], id=body_id) for body_id in ring[:5]]
    links = [new(PartOf, ring[at], ring[at + 1]) for at in range(5)]
    assert faults_in((*bodies, *links), [links[0].id]) == {(links[0].id, "target_id", Rule.CYCLE)}


def test_a_cycle_over_a_thousand_levels_is_found() -> None:
    bodies = [replace(kystby.nodes()[6], id=f"level-{at}") for at in range(1_000)]
    links = [new(PartOf, body.id, above.id) for body, above in pairwise(bodies)]
    assert faults_in((*bodies, *links), [links[0].id]) == set()
    back = new(PartOf, bodies[-1].id, bodies[0].id)
    expected = {(back.id, "target_id", Rule.CYCLE)}
    assert faults_in((*bodies, *links, back), [back.id]) >= expected


@pytest.mark.parametrize("consent", ["consent-kaj", "consent-nobody", "ssp"])
@pytest.mark.parametrize("link", ["outreach--jens", "jens--vindrosen"])
def test_a_link_to_or_from_a_civilian_requires_their_own_consent(consent: str, link: str) -> None:
    expected = {(link, "consent_id", Rule.CONSENT_MISSING)}
    assert faults(**{link: {"consent_id": consent}}) == expected


def test_a_door_opener_is_checked_without_the_consent_links_of_the_civilian() -> None:
    partial = [element for element in kystby.elements() if not isinstance(element, GaveConsent)]
    assert faults_in(partial, ["outreach"]) == set()


@pytest.mark.parametrize(
    ("covers_art9", "visibility", "is_fine"),
    [
        (True, Visibility.NAMED, True),
        (True, Visibility.AREA, False),
        (False, Visibility.NAMED, False),
    ],
)
def test_a_faith_community_requires_art_9_consent_and_named_visibility(
    covers_art9: bool, visibility: Visibility, is_fine: bool
) -> None:
    changed: dict[str, dict[str, Any]] = {
        "vindrosen": {"kind": OrganizationKind.FAITH_COMMUNITY},
        "consent-jens": {"covers_art9": covers_art9},
        "jens": {"visibility": visibility},
    }
    expected: set[tuple[str, str, Rule]] = (
        set() if is_fine else {("jens--vindrosen", "consent_id", Rule.CONSENT_ART9)}
    )
    assert faults(**changed) == faults(touched=["vindrosen"], **changed) == expected


def test_a_missing_consent_does_not_cover_a_faith_community() -> None:
    faith = Organization(
        id="faith", kind=OrganizationKind.FAITH_COMMUNITY, name="Havnens menighed", source="test"
    )
    link = new(Represents, "jens", "faith", consent_id="consent-jens")
    without = kystby.elements(without=["consent-jens"], jens={"visibility": Visibility.NAMED})
    assert (link.id, "consent_id", Rule.CONSENT_ART9) in faults_in(
        (*without, faith, link), ["faith"]
    )


def test_a_fault_has_a_text_in_both_languages() -> None:
    fault = Fault("ssp", LinkType.COORDINATES, Rule.NO_COORDINATOR)
    assert fault.text("da") == "ssp COORDINATES: skal have mindst én, der koordinerer"
    assert fault.text("en") == "ssp COORDINATES: must have at least one coordinator"
    for where, field, rule in {found for _, _, expected in CASES.values() for found in expected}:
        fault = Fault(where, field, rule)
        assert fault.text("da") == f"{where} {field}: {fault.reason('da')}"
        assert fault.text("en") == f"{where} {field}: {fault.reason('en')}"
        assert fault.reason("da") != fault.reason("en")
