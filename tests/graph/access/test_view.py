from datetime import date
from typing import Any

import pytest

from graph.access.field_groups import FieldGroup, field_group
from graph.access.policy import LOCAL_OPERATOR, Caller, Grant, Role
from graph.access.view import View
from graph.errors import NotFound
from graph.model import SucceededBy
from graph.vocabulary import Label, LinkType, PreventionLevel, Visibility
from tests import kystby
from tests.fixtures.snapshots import snapshot_of
from tests.kystby import TODAY, caller_of, view_of

OWN = caller_of(Role.COORDINATOR, Role.OUTREACH, posts=("ssp-post",))
EXIT = frozenset({PreventionLevel.EXIT})
NEXT_DOOR = caller_of(Role.COORDINATOR, areas=("nabo",))


def visible_ids(caller: Caller, *, on: date = TODAY, today: date = TODAY) -> set[str]:
    view = view_of(kystby.snapshot(), caller, on=on, today=today)
    return {view.id(row) for label in Label for row in view.rows(label)}


LATER = date(2027, 6, 1)
SEEN: dict[str, tuple[Caller, dict[str, date], set[str], set[str]]] = {
    "the operator: every office and person but no civilian of a named audience": (
        LOCAL_OPERATOR, {}, {"ssp-post", "amina", "erik", "phone-bo", "vindrosen"},
        {"jens", "kaj", "consent-jens", "phone-jens"}),
    "a caller next door: the structure but not people outside the area": (
        NEXT_DOOR, {}, {"ssp-post", "ssp", "kystby-kommune", "erik", "phone-erik"},
        {"amina", "bo", "carl", "dina", "phone-bo", "jens", "phone-jens"}),
    "an own post in a network: its people but not those of an area": (
        caller_of(Role.COORDINATOR, areas=(), posts=("ssp-post",)), {},
        {"amina", "bo", "carl", "dina"}, {"erik"}),
    "an audience: the civilian of a consent in force and not of an expired one; a named detail": (
        OWN, {}, {"jens", "consent-jens", "phone-jens"}, {"kaj", "consent-kaj"}),
    "no outreach level: no civilian": (
        caller_of(Role.OUTREACH, posts=("ssp-post",), levels=EXIT), {},
        {"ssp-post", "amina"}, {"jens"}),
    "a consent that ends before the date": (OWN, {"on": LATER}, {"amina"}, {"jens"}),
    "a consent that has ended today": (OWN, {"today": LATER}, {"amina"}, {"jens"}),
    "a consent that ended since the date": (OWN, {"on": date(2026, 10, 1)}, {"jens"}, {"kaj"}),
    "an officer: everybody of the area past consent": (
        caller_of(Role.DPO, areas=("kystby",)), {},
        {"jens", "kaj", "consent-kaj", "phone-jens", "amina"}, {"erik"}),
    "two halves of a right from two grants": (
        Caller(
            account="two-halves", posts=frozenset({"ssp-post"}),
            grants=(
                Grant(role=Role.OUTREACH, areas=frozenset({"kystby"}), levels=EXIT),
                Grant(role=Role.ANALYST, areas=frozenset({"kystby"})),
            ),
        ), {}, {"ssp-post", "amina"}, {"jens"}),
}  # fmt: skip


@pytest.mark.parametrize(("caller", "days", "visible", "hidden"), SEEN.values(), ids=SEEN)
def test_the_view_shows_and_hides_nodes_by_caller_and_date(
    caller: Caller, days: dict[str, date], visible: set[str], hidden: set[str]
) -> None:
    ids = visible_ids(caller, **days)
    assert hidden <= kystby.snapshot().row_of.keys()
    assert visible <= ids
    assert not hidden & ids


@pytest.mark.parametrize(
    ("changes", "on", "hidden"),
    [
        ({"consent-jens": {"withdrawn_on": date(2026, 11, 20)}}, date(2026, 6, 1), "jens"),
        ({"without": {"outreach--jens"}}, TODAY, "jens"),
        ({"phone-bo": {"visibility": Visibility.NAMED}}, TODAY, "phone-bo"),
    ],
    ids=["withdrawn later than the date", "without a door opener", "for those who are named"],
)
def test_a_hidden_node_raises_not_found_for_a_caller_with_an_own_post(
    changes: dict[str, Any], on: date, hidden: str
) -> None:
    with pytest.raises(NotFound):
        view_of(snapshot_of(kystby.elements(**changes)), OWN, on=on).row(hidden)


def test_a_link_with_an_expired_consent_is_hidden_despite_another_valid_consent() -> None:
    lapsed = {"jens--vindrosen": {"consent_id": "consent-kaj"}}
    view = view_of(snapshot_of(kystby.elements(**lapsed)), OWN)
    assert not list(view.out(view.row("jens"), LinkType.REPRESENTS))
    assert list(view.into(view.row("jens"), LinkType.DOOR_OPENER_FOR))


def test_an_analyst_sees_that_a_post_is_held_but_not_by_whom() -> None:
    view = view_of(kystby.snapshot(), caller_of(Role.ANALYST, areas=("dk",)))
    amina = view.row("amina")
    assert view.name(amina) is None
    assert view.value(amina, "title") is None
    assert view.value(amina, "absent_to") == date(2026, 12, 7)
    assert "name" not in view.fields(amina)
    assert list(view.into(view.row("ssp-post"), LinkType.HOLDS))


def test_an_administrator_sees_only_areas_authorities_networks_and_posts() -> None:
    view = view_of(kystby.snapshot(), caller_of(Role.ADMIN, areas=("dk",)))
    labels = {label for label in Label if view.rows(label)}
    assert labels == {Label.AREA, Label.AUTHORITY, Label.NETWORK, Label.ACTOR}


def test_an_expired_grant_shows_nothing() -> None:
    grant = Grant(role=Role.COORDINATOR, areas=frozenset({"dk"}), valid_to=TODAY)
    assert visible_ids(Caller(account="late", grants=(grant,))) == set()


def test_a_caller_without_a_grant_sees_nothing() -> None:
    assert visible_ids(Caller(account="nobody", grants=())) == set()


def test_a_withheld_civilian_is_not_found() -> None:
    view = View(kystby.snapshot(), OWN, TODAY, today=TODAY, withheld=frozenset({"jens"}))
    with pytest.raises(NotFound):
        view.row("jens")


def test_a_link_is_seen_only_with_both_its_ends_and_a_level_of_the_grant() -> None:
    view = view_of(kystby.snapshot(), NEXT_DOOR)
    assert not list(view.into(view.row("ssp-post"), LinkType.HOLDS))
    exits = caller_of(Role.COORDINATOR, areas=("dk",), levels=EXIT)
    narrow = view_of(kystby.snapshot(), exits)
    assert not list(narrow.into(narrow.row("forum"), LinkType.COORDINATES))
    assert list(narrow.into(narrow.row("ssp"), LinkType.COORDINATES))


def test_hidden_absent_and_ended_nodes_raise_the_same_error() -> None:
    view = view_of(snapshot_of(kystby.elements(**{"release": {"valid_to": TODAY}})), NEXT_DOOR)
    for node_id in ("amina", "release", "no-such-node"):
        with pytest.raises(NotFound) as caught:
            view.row(node_id)
        assert caught.value.text("en") == f"Does not exist, or no access: {node_id}"


def test_reading_a_hidden_row_raises_not_found() -> None:
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


def test_a_field_group_is_shown_only_for_a_visible_node() -> None:
    view = view_of(kystby.snapshot(), NEXT_DOOR)
    assert not view.shows(kystby.snapshot().row_of["amina"], FieldGroup.IDENTITY)
    assert view.shows(view.row("erik"), FieldGroup.IDENTITY)


def test_current_follows_an_ended_post_to_its_successor_if_the_caller_sees_it() -> None:
    succeeded = SucceededBy(
        id="s", source_id="release", target_id="intake", valid_from=TODAY, source="kystby"
    )
    graph = snapshot_of((*kystby.elements(**{"release": {"valid_to": TODAY}}), succeeded))
    view = view_of(graph)
    assert view.id(view.current("release")) == "intake"
    assert view.id(view.current("intake")) == "intake"
    before = view_of(graph, on=date(2026, 11, 24))
    assert before.id(before.current("release")) == "release"
    with pytest.raises(NotFound):
        view_of(graph, caller_of(Role.ADMIN)).current("release")


def test_find_returns_none_for_hidden_and_absent_nodes() -> None:
    view = view_of(kystby.snapshot(), NEXT_DOOR)
    assert view.find("erik") == view.row("erik")
    assert view.find("amina") is view.find("nobody") is None


def test_the_field_mask_matches_the_rights_of_each_row() -> None:
    service = caller_of(Role.SERVICE, areas=("nabo",))
    shown: set[bool] = set()
    for caller in (LOCAL_OPERATOR, OWN, NEXT_DOOR, service, caller_of(Role.ANALYST)):
        view = view_of(kystby.snapshot(), caller)
        for label, name in ((Label.PERSON, "languages"), (Label.CONTACT_DETAIL, "channel")):
            rows = view.column(label, name)[0].tolist()
            groups = [view.shows(row, field_group(label, name)) for row in rows]
            assert view.field_mask(label, name).tolist() == groups
            shown.update(groups)
    assert shown == {True, False}
