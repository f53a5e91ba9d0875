# pyright: reportOptionalMemberAccess=false
from dataclasses import replace
from datetime import date
from typing import Any, Final

import pytest

from graph.access.policy import Role
from graph.access.view import View
from graph.model import BelongsTo, Element, Holds, ReachedBy
from graph.paths import Need, find
from graph.paths.answer import Call, Direct, NodeRef
from graph.paths.answer_terms import AvailabilityState, DirectGround
from graph.vocabulary import Channel, LegalGate, NetworkKind, PostKind, Sector, Trigger, Visibility
from tests.fixtures.builders import network
from tests.graph.paths.additions import (
    POLICY,
    QUIET,
    answer_of,
    detail,
    kystby_with,
    local,
    person,
    post,
    tie,
)
from tests.graph.questions.leaving import meets
from tests.graph.questions.letters import refers
from tests.kystby import TODAY, caller_of
from tests.seed import demo

MOVE: Final = {"trigger": Trigger.MOVE}


def direct(view: View, **terms: Any) -> Direct | None:
    (contact,) = find(view, Need(on=view.on, **terms), POLICY).contacts
    return contact.direct


def ground_of(view: View, **terms: Any) -> tuple[DirectGround, bool, LegalGate | None, str | None]:
    call = direct(view, **terms)
    return call.ground, call.covers_need, call.gate, call.through and call.through.id


def with_phone(owner: str, channel: Channel = Channel.PHONE) -> tuple[Element, ...]:
    return detail(f"phone-of-{owner}", channel), tie(ReachedBy, owner, f"phone-of-{owner}")


def test_a_need_without_a_named_person_has_the_general_ground() -> None:
    terms = {"start": "ihd", "target": "ssp-post"}
    assert ground_of(kystby_with(), **terms) == (DirectGround.GENERAL, True, None, None)


def test_without_a_named_ground_a_call_does_not_cover_a_need_about_a_person() -> None:
    terms: dict[str, Any] = {"start": "ihd", "target": "ssp-post", **MOVE}
    assert ground_of(kystby_with(), **terms) == (DirectGround.GENERAL, False, None, None)


@pytest.mark.parametrize("matter", [{}, MOVE])
def test_members_of_a_network_whose_gate_allows_names_have_a_named_ground(
    matter: dict[str, Any],
) -> None:
    view = kystby_with(meets("ihd", "ssp"))
    terms = {"start": "ihd", "target": "ssp-post", **matter}
    assert ground_of(view, **terms) == (DirectGround.NAMED, True, LegalGate.SSP_115, "ssp")


def test_posts_of_one_authority_have_a_named_ground_by_the_internal_gate() -> None:
    terms: dict[str, Any] = {"start": "release", "target": "ssp-post", **MOVE}
    ground = ground_of(kystby_with(), **terms)
    assert ground == (DirectGround.NAMED, True, LegalGate.INTERNAL, "kystby-kommune")


def test_a_network_whose_gate_forbids_names_gives_no_named_ground() -> None:
    council = network("council", NetworkKind.DISTRICT_COUNCIL)
    gate = council.gate
    assert not POLICY.gates[gate].is_named
    meeting = (meets(member, "council", gate=gate) for member in ("ihd", "ssp-post"))
    terms: dict[str, Any] = {"start": "ihd", "target": "ssp-post", **MOVE}
    assert ground_of(kystby_with(council, *meeting), **terms)[:2] == (DirectGround.GENERAL, False)


def test_an_ended_membership_gives_no_named_ground() -> None:
    over = meets("ihd", "ssp", valid_to=date(2026, 11, 1))
    assert ground_of(kystby_with(over), start="ihd", target="ssp-post")[0] is DirectGround.GENERAL


def test_a_need_with_a_gate_has_only_that_gate_and_the_internal_one_as_ground() -> None:
    view = kystby_with(meets("ihd", "ssp"))
    by_ksp = {"target": "ssp-post", "gate": LegalGate.KSP_115, **MOVE}
    assert ground_of(view, start="ihd", **by_ksp)[:2] == (DirectGround.GENERAL, False)
    assert ground_of(view, start="intake", **by_ksp)[2] is LegalGate.INTERNAL
    by_ssp = {"start": "ihd", "target": "ssp-post", "gate": LegalGate.SSP_115}
    assert ground_of(view, **by_ssp)[2] is LegalGate.SSP_115


def test_the_trigger_decides_which_of_several_grounds_comes_first() -> None:
    """Both meet in SSP, KSP and the info house; a move goes by the info house."""
    kinds = {"ksp": NetworkKind.KSP, "ihk": NetworkKind.INFOHOUSE_MUNICIPALITY}
    more = [
        element
        for node, kind in kinds.items()
        for element in (
            network(node, kind),
            *(meets(member, node, gate=kind.gate) for member in ("ihd", "ssp-post")),
        )
    ]
    view = kystby_with(meets("ihd", "ssp"), *more)
    terms: dict[str, Any] = {"start": "ihd", "target": "ssp-post"}
    assert ground_of(view, **terms)[2:] == (LegalGate.SSP_115, "ssp")
    assert ground_of(view, **terms, **MOVE)[2:] == (LegalGate.INFOHOUSE, "ihk")


def test_any_start_post_can_give_the_ground() -> None:
    view = kystby_with(meets("ihd", "ssp"), tie(BelongsTo, "outreach", "politi", id="second"))
    terms: dict[str, Any] = {"start": "politi", "target": "ssp-post", **MOVE}
    assert ground_of(view, **terms)[2:] == (LegalGate.SSP_115, "ssp")


def test_without_a_visible_channel_there_is_no_direct_contact() -> None:
    terms = {"start": "ihd", "target": "ssp-post"}
    assert direct(kystby_with(without=("bo--phone-bo",)), **terms) is None
    outside = caller_of(Role.COORDINATOR, posts=("ihd",))
    hidden = {"phone-bo": {"visibility": Visibility.NAMED}}
    assert direct(kystby_with(caller=outside, changed=hidden), **terms) is None


def test_the_channels_are_those_of_the_answering_person_else_of_the_post() -> None:
    call = direct(kystby_with(), start="ihd", target="ssp-post")
    assert call.channels == (Channel.MOBILE,)  # of the deputy
    view = kystby_with(*with_phone("ihd"), refers("ssp-post", "ihd"))
    call = direct(view, start="ssp-post", target="ihd")
    assert call.channels == (Channel.PHONE,)  # carl has none of his own


OWN: Final = caller_of(
    Role.COORDINATOR, Role.OUTREACH, areas=("dk",), posts=("ssp-post", "outreach")
)


def test_an_association_is_never_called_directly() -> None:
    view = kystby_with(*with_phone("vindrosen"), caller=OWN)
    assert direct(view, start="outreach", target="vindrosen") is None


def desk_calls(view: View, **terms: Any) -> list[str]:
    """Return the posts of Kystby that may be called directly."""
    answer = find(view, Need(on=view.on, area="kystby", **terms), POLICY)
    return [entry.post.id for entry in answer.local.posts if entry.direct is not None]


def test_from_a_civilian_or_without_a_start_no_post_is_called_directly() -> None:
    view = kystby_with(caller=OWN)
    assert desk_calls(view, start="outreach") == ["ssp-post"]
    assert desk_calls(view, start="jens") == []
    assert desk_calls(kystby_with(), start="outreach") == ["ssp-post"]
    assert desk_calls(kystby_with()) == []


def test_a_need_without_a_start_has_no_contacts() -> None:
    answer = find(kystby_with(), Need(on=kystby_with().on, target="ssp-post"), POLICY)
    assert answer.contacts == ()


def test_a_team_is_called_by_its_own_number_if_its_first_holder_has_none() -> None:
    more = (
        post("team", PostKind.CDE_ADVISER, Sector.SOCIAL_SERVICES), person("gert"), person("hans"),
        tie(Holds, "gert", "team", share=0.5), tie(Holds, "hans", "team", share=0.4),
        *with_phone("hans", Channel.MOBILE), *with_phone("team"), refers("ihd", "team"),
        tie(BelongsTo, "team", "politi"),
    )  # fmt: skip
    call = direct(kystby_with(*more), start="ihd", target="team")
    assert call.channels == (Channel.PHONE,)
    assert call.covers_need


# ---- whom to call


def test_a_contact_who_may_be_called_is_the_call_also_in_a_named_matter() -> None:
    for matter in ({}, MOVE):
        answer = answer_of(kystby_with(), start="ihd", target="ssp-post", **matter)
        assert answer.call == Call(
            contact=1, post=NodeRef(id="ssp-post", name="SSP-koordinator, Kystby"), way=None,
            availability=answer.contacts[0].availability, channels=(Channel.MOBILE,), reveal="bo",
        )  # fmt: skip
        assert answer.contacts[0].ways, "they are folded below the call"


def test_a_contact_without_a_channel_is_called_through_the_first_step_of_the_best_way() -> None:
    answer = answer_of(kystby_with(), start="ihd", target="intake")
    (contact,) = answer.contacts
    assert contact.direct is None
    first = contact.ways[0].stops[1]
    assert (answer.call.way, answer.call.post) == (contact.ways[0].number, first.node)
    assert contact.first_stop is first
    assert answer.call.reveal == first.resolution.reveal == "bo"
    silent = answer_of(kystby_with(without=QUIET), start="ihd", target="ssp-post")
    assert (silent.call.way, silent.call.reveal, silent.call.channels) == (1, None, ())


def test_the_call_reveals_the_number_that_answers_at_the_requested_minute() -> None:
    """On a Saturday evening the coordinator's post is closed, and a duty line covers."""
    evening = local("2026-11-28T22:00")
    need = Need(on=evening.date(), at=evening, start="aut-pet-fc", area="mun-0329",
                network=frozenset({NetworkKind.SSP}))  # fmt: skip
    answer = demo.answer(need)
    call = answer.call
    assert call.post.id == "act-ssp-0329"
    assert (call.way, call.availability.state) == (None, AvailabilityState.OPENS_AT)
    assert call.reveal == call.availability.covers.id != answer.contacts[0].stop.resolution.reveal
    morning = replace(need, on=date(2026, 11, 26), at=local("2026-11-26T10:00"))
    open_call = demo.answer(morning).call
    assert open_call.availability.covers is None
    assert open_call.reveal == demo.holders(demo.pinned(), "act-ssp-0329")[0].id


def test_the_asker_is_no_call_and_a_civilian_is_called_under_a_consent_alone() -> None:
    own = find(kystby_with(), Need(on=TODAY, start="ssp-post", target="ssp-post"), POLICY)
    assert own.contacts[0].is_you
    assert own.call is None
    (through,) = answer_of(kystby_with(caller=OWN), start="ihd", target="jens").contacts
    assert through.direct is None
    assert through.call is None or through.call.reveal != "jens"
