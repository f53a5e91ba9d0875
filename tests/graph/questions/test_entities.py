# pyright: reportOptionalMemberAccess=false
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from graph.access.policy import Role
from graph.access.view import View
from graph.errors import InvalidNeed, NotFound
from graph.model import ContactDetail, ReachedBy
from graph.questions.entities import area_cards, entities, entity, link, links, network_cards
from graph.questions.post_states import check_of
from graph.snapshot.snapshot import Snapshot
from graph.vocabulary import Channel, Freshness, Label, LegalGate, LinkType, PostKind
from tests import kystby
from tests.fixtures.builders import post
from tests.graph.paths.additions import coordinates, kystby_with, tie
from tests.graph.paths.worlds import POLICY

COORDINATOR = kystby.caller_of(Role.COORDINATOR)
STAFF = kystby.caller_of(Role.COORDINATOR, Role.OUTREACH, posts=("ssp-post",))


def ids(seen: View, **terms: Any) -> list[str]:
    return [node.id for node in entities(seen, **terms).found]


def test_a_list_has_the_nodes_that_match_all_criteria() -> None:
    seen = kystby_with(caller=COORDINATOR)
    assert ids(seen, label=Label.ACTOR, area="kystby") == [
        "intake", "outreach", "release", "ssp-post",
    ]  # fmt: skip
    assert ids(seen, kind="SSP_COORDINATOR") == ["nabo-ssp", "ssp-post"]
    assert ids(seen, kind="SSP_COORDINATOR", area="nabo") == ["nabo-ssp"]
    assert ids(seen, network="ssp") == ["intake", "ssp-post"]
    assert ids(seen, label=Label.AREA, area="kystby") == ["havnen", "kystby"]
    assert ids(seen, kind="POLICE_DISTRICT") == ["pol-ost", "politi"]  # an area and an authority


def test_details_consents_and_hidden_people_are_not_listed_without_a_label() -> None:
    seen = kystby_with(caller=STAFF)
    assert "erik" not in ids(seen, limit=100)
    assert not {"phone-bo", "consent-jens"} & set(ids(seen, limit=100))
    assert "phone-bo" in ids(seen, label=Label.CONTACT_DETAIL)
    assert ids(seen, label=Label.RESOURCE_INDIVIDUAL) == ["jens"]


def test_pages_go_on_where_the_last_one_ended() -> None:
    seen, listed_ids, after = kystby_with(caller=COORDINATOR), list[str](), ""
    while True:
        page = entities(seen, label=Label.ACTOR, after=after, limit=3)
        listed_ids += [node.id for node in page.found]
        if page.after is None:
            break
        assert page.after == page.found[-1].id
        after = page.after
    assert listed_ids == ids(seen, label=Label.ACTOR, limit=100)
    assert len(listed_ids) == 7


def test_unknown_kinds_are_refused_and_hidden_or_unknown_nodes_are_not_found() -> None:
    with pytest.raises(InvalidNeed):
        entities(kystby_with(caller=COORDINATOR), kind="MAYOR")
    with pytest.raises(InvalidNeed, match="area"):
        entities(kystby_with(caller=COORDINATOR), area="kystby-kommune")
    for hidden in ("atlantis", "erik"):
        with pytest.raises(NotFound):
            entities(kystby_with(caller=COORDINATOR), area=hidden)
    with pytest.raises(NotFound):
        entity(kystby_with(caller=COORDINATOR), "erik", POLICY)


def test_an_analyst_sees_no_name_and_empty_fields_are_omitted() -> None:
    amina = entity(
        kystby_with(caller=kystby.caller_of(Role.ANALYST, areas=("dk",))), "amina", POLICY
    ).entity
    assert amina.name is None
    assert set(amina.fields) == {
        "id", "source", "absent_from", "absent_to", "visibility",
    }  # fmt: skip


def test_a_post_shows_who_answers_and_a_person_shows_contact_details() -> None:
    second = ContactDetail(
        id="mail-bo", channel=Channel.EMAIL, hint="•••••", verified_on=date(2026, 1, 1),
        verified_by="ihd", source="kystby",
    )  # fmt: skip
    seen = kystby_with(second, tie(ReachedBy, "bo", "mail-bo", order=2), caller=COORDINATOR)
    answering = entity(seen, "ssp-post", POLICY).resolution
    assert answering.who.id == "bo"
    details = entity(seen, "bo", POLICY).details
    assert [(detail.id, detail.order) for detail in details] == [("phone-bo", 1), ("mail-bo", 2)]
    assert [detail.check and detail.check.freshness for detail in details] == [
        Freshness.NEVER,
        Freshness.STALE,
    ]
    assert not any(detail.is_public for detail in details)
    assert entity(seen, "bo", POLICY).resolution is None


def test_the_numbers_of_hotlines_and_duty_lines_are_public_and_that_of_a_mailbox_is_not() -> None:
    lines = [
        replace(post(kind.lower(), kind), id=kind.lower())
        for kind in (PostKind.HOTLINE, PostKind.DUTY_LINE, PostKind.FUNCTIONAL_MAILBOX)
    ]
    details = [
        ContactDetail(id=f"phone-{line.id}", channel=Channel.PHONE, hint="•••••", source="kystby")
        for line in lines
    ]
    ties = [tie(ReachedBy, line.id, f"phone-{line.id}") for line in lines]
    seen = kystby_with(*lines, *details, *ties, caller=STAFF)
    is_public = {line.id: entity(seen, line.id, POLICY).details[0].is_public for line in lines}
    assert is_public == {"hotline": True, "duty_line": True, "functional_mailbox": False}


def test_the_check_of_a_post_is_that_of_its_oldest_link() -> None:
    day = date(2025, 11, 25)
    other = coordinates(
        "ssp-post", "forum", gate=LegalGate.CONSENT, verified_on=day, verified_by="ihd"
    )
    seen = kystby_with(other, caller=COORDINATOR)
    check = check_of(seen, seen.row("ssp-post"))
    assert (check.on, check.days, check.freshness) == (day, 365, Freshness.STALE)
    assert check.is_due
    assert check_of(seen, seen.row("amina")) is None
    network = check_of(seen, seen.row("ssp"))
    assert not network.is_due


@pytest.mark.parametrize(("every", "is_due"), [(40, True), (41, False)])
def test_a_post_is_due_a_day_after_its_own_interval(every: int, is_due: bool) -> None:
    changed: dict[str, dict[str, Any]] = {"ssp-post": {"review_every_days": every}}
    seen = kystby_with(caller=COORDINATOR, changed=changed)
    check = check_of(seen, seen.row("ssp-post"))  # checked 41 days ago
    assert check.is_due is is_due


def test_a_check_made_after_the_date_is_no_days_old() -> None:
    seen = kystby_with(caller=COORDINATOR, on=date(2026, 10, 1))
    check = check_of(seen, seen.row("ssp-post"))
    assert (check.on, check.days, check.is_due) == (date(2026, 10, 15), 0, False)


def test_an_area_card_lists_its_areas_and_a_network_card_who_meets(seen: Snapshot) -> None:
    areas = {card.entity.id: card for card in area_cards(kystby.view_of(seen)).found}
    assert [area.id for area in areas["kystby"].lies_in] == ["pol-ost", "reg-syd"]
    assert [area.id for area in areas["kystby"].holds] == ["havnen"]
    (ssp,) = network_cards(kystby.view_of(seen), kind="SSP").found
    assert [(meeting.node.id, meeting.function, meeting.attendance) for meeting in ssp.meeting] == [
        ("ssp-post", "COORDINATOR", None),
        ("intake", None, "STANDING"),
    ]


@pytest.fixture(scope="module", name="seen")
def kystby_seen() -> Snapshot:
    return kystby.snapshot()


def test_links_are_found_by_their_ends_and_type() -> None:
    seen = kystby_with(caller=COORDINATOR)
    assert [card.id for card in links(seen, source="ssp-post").found] == [
        "ssp-post--kystby-kommune",
        "ssp-post--ssp",
    ]
    (held,) = links(seen, target="ssp-post", type=LinkType.HOLDS).found
    assert (held.source.id, held.fields["share"]) == ("amina", 1.0)
    assert links(seen, source="ssp-post", target="forum").found == ()


def test_a_membership_link_shows_its_check_and_a_seat_has_none() -> None:
    member = link(kystby_with(caller=COORDINATOR), "intake--ssp")
    assert member.check is not None
    assert (member.check.days, member.check.freshness) == (297, Freshness.STALE)
    assert link(kystby_with(caller=COORDINATOR), "amina--ssp-post").check is None


def test_links_of_a_hidden_node_are_hidden_and_requesting_them_is_not_found() -> None:
    with pytest.raises(NotFound):
        link(kystby_with(caller=COORDINATOR), "erik--nabo-ssp")
    with pytest.raises(NotFound):
        links(kystby_with(caller=COORDINATOR), source="erik")
    with pytest.raises(NotFound):
        link(kystby_with(caller=COORDINATOR), "no-such-link")
    assert (
        links(kystby_with(caller=COORDINATOR), target="nabo-ssp", type=LinkType.HOLDS).found == ()
    )


def test_the_verifier_of_a_link_is_visible_to_a_coordinator_but_not_an_analyst() -> None:
    assert link(kystby_with(caller=COORDINATOR), "intake--ssp").fields["verified_by"] == "ssp-post"
    assert (
        not {"verified_by", "revision"}
        & link(kystby_with(caller=kystby.caller_of(Role.ANALYST)), "intake--ssp").fields.keys()
    )


def test_pages_of_links_go_on_where_the_last_one_ended() -> None:
    seen = kystby_with(caller=COORDINATOR)
    first = links(seen, type=LinkType.BELONGS_TO, limit=5)
    assert first.after == first.found[-1].id
    rest = links(seen, type=LinkType.BELONGS_TO, after=first.after or "")
    assert rest.after is None
    assert len(first.found) + len(rest.found) == 7
