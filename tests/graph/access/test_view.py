from datetime import date

import pytest

from graph.access.field_groups import FieldGroup, field_group
from graph.access.policy import LOCAL_OPERATOR, Caller, Grant, Role
from graph.access.view import NO_HOURS, View
from graph.errors import NotFound
from graph.model import SucceededBy
from graph.snapshot.snapshot import snapshot_of
from graph.vocabulary import Label, LinkType, PreventionLevel, Visibility
from tests import kystby
from tests.kystby import TODAY, caller_of, view_of

OWN = caller_of(Role.COORDINATOR, Role.OUTREACH, posts=("ssp-post",))
NEXT_DOOR = caller_of(Role.COORDINATOR, areas=("nabo",))


def seen(caller: Caller, *, on: date = TODAY, today: date = TODAY) -> set[str]:
    view = view_of(kystby.snapshot(), caller, on=on, today=today)
    return {view.id(row) for label in Label for row in view.rows(label)}


def test_the_operator_sees_every_office_and_person_but_no_civilian_of_a_named_audience() -> None:
    found = seen(LOCAL_OPERATOR)
    assert {"ssp-post", "amina", "erik", "phone-bo", "vindrosen"} <= found
    assert not {"jens", "kaj", "consent-jens", "phone-jens"} & found


def test_a_caller_next_door_sees_the_structure_but_not_people_outside_the_area() -> None:
    found = seen(NEXT_DOOR)
    assert {"ssp-post", "ssp", "kystby-kommune", "erik", "phone-erik"} <= found
    assert not {"amina", "bo", "carl", "dina", "phone-bo", "jens", "phone-jens"} & found


def test_an_own_post_in_a_network_opens_network_people_but_not_those_of_an_area() -> None:
    found = seen(caller_of(Role.COORDINATOR, areas=(), posts=("ssp-post",)))
    assert {"amina", "bo", "carl", "dina"} <= found
    assert "erik" not in found


def test_a_consent_in_force_opens_the_civilian_to_its_audience_and_an_expired_one_does_not() -> (
    None
):
    found = seen(OWN)
    assert {"jens", "consent-jens"} <= found
    assert not {"kaj", "consent-kaj"} & found


def test_a_civilian_is_hidden_without_the_outreach_level() -> None:
    levels = frozenset({PreventionLevel.EXIT})
    assert "jens" not in seen(caller_of(Role.OUTREACH, posts=("ssp-post",), levels=levels))


def test_consent_is_judged_on_the_asked_date_and_today() -> None:
    assert "jens" not in seen(OWN, on=date(2027, 6, 1))
    assert "jens" not in seen(OWN, on=TODAY, today=date(2027, 6, 1))
    assert "kaj" not in seen(OWN, on=date(2026, 10, 1))


def test_a_withdrawal_empties_historic_dates_too() -> None:
    graph = snapshot_of(kystby.things(**{"consent-jens": {"withdrawn_on": date(2026, 11, 20)}}))
    view = view_of(graph, OWN, on=date(2026, 6, 1))
    with pytest.raises(NotFound):
        view.row("jens")


def test_without_a_visible_door_opener_there_is_no_civilian() -> None:
    graph = snapshot_of(kystby.things(without={"outreach--jens"}))
    with pytest.raises(NotFound):
        view_of(graph, OWN).row("jens")


def test_a_link_that_rests_on_a_lapsed_consent_is_shut_whatever_other_consent_there_is() -> None:
    lapsed = {"jens--vindrosen": {"consent_id": "consent-kaj"}}
    view = view_of(snapshot_of(kystby.things(**lapsed)), OWN)
    assert not list(view.out(view.row("jens"), LinkType.REPRESENTS))
    assert list(view.into(view.row("jens"), LinkType.DOOR_OPENER_FOR))


def test_a_detail_is_seen_with_its_owner_and_by_its_own_visibility() -> None:
    assert "phone-jens" in seen(OWN)  # NAMED: the consent names the caller's own authority
    graph = snapshot_of(kystby.things(**{"phone-bo": {"visibility": Visibility.NAMED}}))
    with pytest.raises(NotFound):
        view_of(graph, OWN).row("phone-bo")


def test_an_analyst_sees_that_a_post_is_held_but_not_by_whom() -> None:
    view = view_of(kystby.snapshot(), caller_of(Role.ANALYST, areas=("dk",)))
    amina = view.row("amina")
    assert view.name(amina) is None
    assert view.value(amina, "title") is None
    assert view.value(amina, "absent_to") == date(2026, 12, 7)
    assert "name" not in view.fields(amina)
    assert list(view.into(view.row("ssp-post"), LinkType.HOLDS))


def test_an_administrator_sees_offices_only() -> None:
    view = view_of(kystby.snapshot(), caller_of(Role.ADMIN, areas=("dk",)))
    labels = {label for label in Label if view.rows(label)}
    assert labels == {Label.AREA, Label.AUTHORITY, Label.NETWORK, Label.ACTOR}


def test_a_data_protection_officer_sees_everybody_of_the_area_past_consent() -> None:
    found = seen(caller_of(Role.DPO, areas=("kystby",)))
    assert {"jens", "kaj", "consent-kaj", "phone-jens", "amina"} <= found
    assert "erik" not in found


def test_a_right_comes_whole_from_one_grant() -> None:
    exit_only = frozenset({PreventionLevel.EXIT})
    caller = Caller(
        account="two-halves",
        posts=frozenset({"ssp-post"}),
        grants=(
            Grant(role=Role.OUTREACH, areas=frozenset({"kystby"}), levels=exit_only),
            Grant(role=Role.ANALYST, areas=frozenset({"kystby"})),
        ),
    )
    assert "jens" not in seen(caller)


def test_a_grant_outside_its_dates_gives_nothing() -> None:
    grant = Grant(role=Role.COORDINATOR, areas=frozenset({"dk"}), valid_to=TODAY)
    assert seen(Caller(account="late", grants=(grant,))) == set()


def test_a_caller_without_a_grant_sees_nothing() -> None:
    assert seen(Caller(account="nobody", grants=())) == set()


def test_a_withheld_civilian_is_gone_at_once() -> None:
    view = View(kystby.snapshot(), OWN, TODAY, today=TODAY, withheld=frozenset({"jens"}))
    with pytest.raises(NotFound):
        view.row("jens")


def test_a_link_is_seen_only_with_both_its_ends_and_a_level_of_the_grant() -> None:
    view = view_of(kystby.snapshot(), NEXT_DOOR)
    assert not list(view.into(view.row("ssp-post"), LinkType.HOLDS))
    exits = caller_of(Role.COORDINATOR, areas=("dk",), levels=frozenset({PreventionLevel.EXIT}))
    narrow = view_of(kystby.snapshot(), exits)
    assert not list(narrow.into(narrow.row("forum"), LinkType.COORDINATES))
    assert list(narrow.into(narrow.row("ssp"), LinkType.COORDINATES))


def test_hidden_absent_and_ended_nodes_give_one_error() -> None:
    view = view_of(snapshot_of(kystby.things(**{"release": {"valid_to": TODAY}})), NEXT_DOOR)
    for node_id in ("amina", "release", "no-such-node"):
        with pytest.raises(NotFound) as caught:
            view.row(node_id)
        assert caught.value.text("en") == f"Does not exist, or no access: {node_id}"


def test_a_row_that_is_hidden_cannot_be_read_past_the_mask() -> None:
    graph = kystby.snapshot()
    view = view_of(graph, NEXT_DOOR)
    hidden = graph.row_of["amina"]
    for read in (view.id, view.name, view.label, view.fields):
        with pytest.raises(NotFound):
            read(hidden)
    with pytest.raises(NotFound):
        view.link_type(graph.link_row_of["amina--ssp-post"])


def test_provenance_is_blank_for_an_analyst() -> None:
    graph = kystby.snapshot()
    link = graph.link_row_of["ssp-post--ssp"]
    assert view_of(graph).link_value(link, "verified_by") == "ihd"
    assert view_of(graph, caller_of(Role.ANALYST)).link_value(link, "verified_by") is None


def test_a_field_group_is_shown_only_where_the_node_is() -> None:
    view = view_of(kystby.snapshot(), NEXT_DOOR)
    assert not view.shows(kystby.snapshot().row_of["amina"], FieldGroup.IDENTITY)
    assert view.shows(view.row("erik"), FieldGroup.IDENTITY)


def test_an_office_that_has_ended_is_followed_to_what_took_its_place_by_whom_may_see_that() -> None:
    succeeded = SucceededBy(
        id="s", source_id="release", target_id="intake", valid_from=TODAY, source="kystby"
    )
    graph = snapshot_of((*kystby.things(**{"release": {"valid_to": TODAY}}), succeeded))
    view = view_of(graph)
    assert view.id(view.current("release")) == "intake"
    assert view.id(view.current("intake")) == "intake"
    before = view_of(graph, on=date(2026, 11, 24))
    assert before.id(before.current("release")) == "release"
    with pytest.raises(NotFound):
        view_of(graph, caller_of(Role.ADMIN)).current("release")


def test_a_hidden_node_and_an_absent_one_are_found_as_none() -> None:
    view = view_of(kystby.snapshot(), NEXT_DOOR)
    assert view.find("erik") == view.row("erik")
    assert view.find("amina") is view.find("nobody") is None


def test_a_field_is_shown_where_reading_it_row_by_row_is_allowed() -> None:
    service = caller_of(Role.SERVICE, areas=("nabo",))
    for caller in (LOCAL_OPERATOR, OWN, NEXT_DOOR, service, caller_of(Role.ANALYST)):
        view = view_of(kystby.snapshot(), caller)
        for label, name in ((Label.PERSON, "languages"), (Label.CONTACT_DETAIL, "channel")):
            rows = view.column(label, name)[0].tolist()
            groups = [view.shows(row, field_group(label, name)) for row in rows]
            assert view.shown(label, name).tolist() == groups


def test_how_long_one_waits_is_told_of_visible_nodes_alone() -> None:
    view = view_of(kystby.snapshot(), OWN)
    waits = view.waits()
    assert waits[view.row("ssp")] == 0  # a network is there at once
    assert set(waits[~view.visible].tolist()) == {NO_HOURS}
