from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.access.field_groups import FieldGroup
from graph.access.historical_view import historical_view
from graph.access.policy import Caller, Role
from graph.access.reference_dates import reference_dates
from graph.access.view import View
from graph.model import Element
from graph.paths import Need, find
from graph.snapshot.as_of import HistoricalSnapshot
from graph.snapshot.field_types import date_to_day
from graph.snapshot.structure import own_posts
from graph.vocabulary import Label, Visibility
from tests import kystby
from tests.fixtures.examples import examples
from tests.fixtures.snapshots import snapshot_of
from tests.graph.access.test_disclosure import crowd
from tests.graph.access.test_non_interference import FILES, NEEDS, all_answers, hidden
from tests.graph.drawn_worlds import DAYS, callers, without_loose_links, worlds
from tests.graph.earlier_worlds import earlier_of
from tests.graph.paths.worlds import POLICY
from tests.graph.stand_ins import also_of, reseated
from tests.kystby import TODAY, caller_of

HERE = caller_of(Role.COORDINATOR)
OUTREACH = replace(caller_of(Role.OUTREACH), person="dina")
EPOCH = date(1970, 1, 1).toordinal()
EVERY_DAY = [TODAY + timedelta(days) for days in (-700, -300, -30, -1, 0, 1, 30, 100)]


def view_then(
    old: Iterable[Element], present: Iterable[Element], caller: Caller = HERE, on: date = TODAY
) -> View:
    return historical_view(earlier_of(old, present), caller, on, today=TODAY)


def present_view(
    earlier: HistoricalSnapshot, caller: Caller, on: date, today: date, withheld: frozenset[str]
) -> View:
    """Return the caller's View of the present on a date."""
    asking = replace(caller, posts=own_posts(earlier.present, caller.person, on))
    return View(earlier.present, asking, on, today=today, withheld=withheld)


def test_a_field_has_its_value_of_the_earlier_revision() -> None:
    old, present = kystby.elements(), kystby.elements(intake={"hours": "00:00-24:00"})
    view = view_then(old, present)
    assert view.value(view.row("intake"), "hours") == "MO-FR 09:00-15:00"
    assert view.revision == 1


def test_a_person_visible_then_and_hidden_today_is_hidden_in_the_historical_view() -> None:
    old = kystby.elements(erik={"visibility": Visibility.OPEN})
    assert view_then(old, old).find("erik") is not None
    assert view_then(old, kystby.elements()).find("erik") is None


def test_a_person_hidden_then_and_visible_today_is_hidden_in_the_historical_view() -> None:
    old = kystby.elements()
    assert (
        view_then(old, kystby.elements(erik={"visibility": Visibility.OPEN})).find("erik") is None
    )


def test_a_civilian_with_a_consent_today_is_shown_as_at_the_earlier_revision() -> None:
    view = view_then(kystby.elements(), kystby.elements(jens={"source": "new"}), OUTREACH)
    assert view.value(view.row("jens"), "source") == "kystby"
    assert view.find_link("outreach--jens") is not None


@pytest.mark.parametrize("on", EVERY_DAY)
@pytest.mark.parametrize("later", [0, 20])
def test_a_later_withdrawal_applies_to_the_historical_view_on_every_date(
    on: date, later: int
) -> None:
    withdrawn_on = TODAY + timedelta(later)
    present = kystby.elements(**{"consent-jens": {"withdrawn_on": withdrawn_on}})
    view = view_then(kystby.elements(), present, OUTREACH, on)
    may_be_there = withdrawn_on > TODAY and date(2026, 1, 10) <= on < withdrawn_on
    assert (view.find("jens") is not None) is may_be_there
    assert (view.find_link("outreach--jens") is not None) is may_be_there
    assert (view.find("phone-jens") is not None) is may_be_there


def test_a_withheld_person_is_hidden_in_the_historical_view() -> None:
    earlier = earlier_of(kystby.elements(), kystby.elements(bo={"source": "new"}))
    for withheld in (frozenset[str](), frozenset({"bo"})):
        view = historical_view(earlier, HERE, TODAY, today=TODAY, withheld=withheld)
        assert (view.find("bo") is None) is bool(withheld)


def test_a_link_whose_dates_were_corrected_since_is_in_the_historical_view() -> None:
    present = kystby.elements(**{"ihd--ssp-post": {"valid_to": date(2026, 6, 1)}})
    assert view_then(kystby.elements(), present).find_link("ihd--ssp-post") is not None


def test_a_link_that_today_is_valid_on_no_date_is_hidden_in_the_historical_view() -> None:
    day = date(2026, 6, 1)
    ended = {"ihd": {"valid_to": day}, "ihd--ssp-post": {"valid_from": day}}
    view = view_then(kystby.elements(), kystby.elements(**ended))
    assert view.find("ihd") is not None
    assert view.find_link("ihd--ssp-post") is None


def test_a_path_that_ended_since_is_found_in_the_historical_view() -> None:
    present = kystby.elements(**{"ihd--ssp-post": {"valid_to": date(2026, 6, 1)}})
    need = Need(on=TODAY, start="ihd", target="ssp-post")
    assert not find(kystby.view_of(snapshot_of(present), HERE), need, POLICY).paths
    assert find(view_then(kystby.elements(), present), need, POLICY).paths


def test_civilians_are_not_counted_at_an_older_revision() -> None:
    world, analyst = (*kystby.elements(), *crowd(5)), caller_of(Role.ANALYST, areas=["dk"])
    assert kystby.view_of(snapshot_of(world), analyst).counts() == {"kystby": 5}
    view = view_then(world, world, analyst)
    assert view.counts() == {}
    assert not any(granted.countable_consents.any() for granted in view.grants)


@st.composite
def cases(draw: st.DrawFn) -> tuple[HistoricalSnapshot, Caller, date, date, frozenset[str]]:
    present, drawn = draw(worlds()), draw(worlds())
    ids = {element.id for element in present}
    old = without_loose_links({element.id: element for element in drawn if element.id in ids})
    withheld = draw(st.frozensets(st.sampled_from(["jens", "bo", "carl"]), max_size=1))
    return earlier_of(old, present), draw(callers()), draw(DAYS), draw(DAYS), withheld


@pytest.mark.slow
@examples(100)
@given(cases())
def test_the_historical_view_shows_only_what_the_caller_may_see_today(
    case: tuple[HistoricalSnapshot, Caller, date, date, frozenset[str]],
) -> None:
    earlier, caller, on, today, withheld = case
    view = historical_view(earlier, caller, on, today=today, withheld=withheld)
    present, days = earlier.present, reference_dates(earlier.present, on, today)
    views = {
        day: present_view(earlier, caller, date.fromordinal(EPOCH + day), today, withheld)
        for day in {date_to_day(on), *days.nodes.tolist(), *days.links.tolist()}
    }
    for row in [row for label in Label for row in view.rows(label)]:
        known = present.row_of[view.id(row)]
        then = views[int(days.nodes[known])]
        assert then.visible[known]
        for group in FieldGroup:
            assert then.shows(known, group) or not view.shows(row, group)
        assert then.tells_changes(known) or not view.tells_changes(row)
        if view.label(row) in (Label.RESOURCE_INDIVIDUAL, Label.CONSENT):
            then = views[date_to_day(on)]
            assert then.visible[known]
            assert then.lets_contact(known) or not view.lets_contact(row)
        for link in view.out(row):
            known = present.link_row_of[view.links.ids[link]]
            then = views[int(days.links[known])]
            assert then.open_links[known]
            assert then.shows_provenance(known) or not view.shows_provenance(link)


@st.composite
def twins(draw: st.DrawFn) -> tuple[list[Any], list[Any]]:
    """Draw the answers to a caller from an earlier revision, in a world and in its twin."""
    present, drawn, caller = draw(worlds()), draw(worlds()), draw(callers())
    caller = replace(caller, person=None, posts=frozenset())
    on, today = draw(DAYS), draw(DAYS)
    need, file = draw(st.sampled_from(NEEDS)), draw(st.sampled_from(FILES))
    withheld = draw(st.frozensets(st.sampled_from(["jens", "bo", "carl"]), max_size=1))
    ids = {element.id for element in present}
    old = without_loose_links({element.id: element for element in drawn if element.id in ids})
    earlier = earlier_of(old, present)
    secret = set[str](ids)
    for day in (on, today):
        view = present_view(earlier, caller, day, today, withheld)
        secret &= set(hidden(earlier.present, view))
    luck = draw(st.randoms(use_true_random=False))
    share = luck.choice((0.1, 0.5, 1.0))
    gone = [node_id for node_id in sorted(secret) if luck.random() < share]
    other = earlier_of(reseated(old, gone), reseated(present, gone))
    first = historical_view(earlier, caller, on, today=today, withheld=withheld)
    second = historical_view(other, caller, on, today=today, withheld=also_of(withheld))
    return all_answers(first, need, file), all_answers(second, need, file)


@pytest.mark.slow
@examples(100)
@given(twins())
def test_data_hidden_from_a_caller_today_does_not_change_the_historical_view(
    case: tuple[list[Any], list[Any]],
) -> None:
    assert case[0] == case[1]
