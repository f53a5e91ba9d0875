from datetime import date
from typing import Any

import pytest

from graph.access.policy import Role
from graph.errors import InvalidNeed
from graph.model import Area, Element, Holds, LiesIn, SucceededBy
from graph.questions.history import History, Turn, history
from graph.vocabulary import AreaKind, LinkType, Visibility
from tests import kystby
from tests.graph.paths.additions import kystby_with, person, tie
from tests.kystby import TODAY

NEW_YEAR = date(2027, 1, 1)
EVE = date(2026, 12, 31)


def history_of(*more: Element, days: tuple[date, date] = (EVE, NEW_YEAR), **terms: Any) -> History:
    before, after = (kystby_with(*more, on=day, **terms) for day in days)
    return history(before, after)


def turns(answer: History) -> list[tuple[str, str, bool | None]]:
    return [(event.turn, event.id, event.has_successor) for event in answer.events]


def test_an_ended_seat_shows_whether_it_has_a_successor() -> None:
    leaves = {
        "amina--ssp-post": {"valid_to": NEW_YEAR},
        "carl--ihd": {"valid_to": NEW_YEAR},
    }
    answer = history_of(tie(Holds, "bo", "ssp-post", valid_from=NEW_YEAR), changed=leaves)
    assert turns(answer) == [
        (Turn.BEGUN, "bo--ssp-post", None),
        (Turn.ENDED, "amina--ssp-post", True),
        (Turn.ENDED, "carl--ihd", False),
    ]
    assert [
        (total.what, total.turn, total.count, total.without_successor) for total in answer.sums
    ] == [
        (LinkType.HOLDS, Turn.ENDED, 2, 1),
        (LinkType.HOLDS, Turn.BEGUN, 1, 0),
    ]
    assert {event.on for event in answer.events} == {NEW_YEAR}


def test_a_hidden_person_counts_as_successor_of_a_holder() -> None:
    leaves = {"amina--ssp-post": {"valid_to": NEW_YEAR}}
    heir = person("gro", visibility=Visibility.NAMED)
    answer = history_of(heir, tie(Holds, "gro", "ssp-post", valid_from=NEW_YEAR), changed=leaves)
    assert turns(answer) == [(Turn.ENDED, "amina--ssp-post", True)]


def test_a_holder_who_began_earlier_counts_as_successor() -> None:
    leaves = {"amina--ssp-post": {"valid_to": NEW_YEAR}}
    heir = tie(Holds, "bo", "ssp-post", valid_from=date(2026, 12, 1))
    assert turns(history_of(heir, changed=leaves)) == [(Turn.ENDED, "amina--ssp-post", True)]


def test_a_region_that_is_replaced_names_its_successor_and_its_links_end_with_it() -> None:
    fresh = Area(
        id="reg-ny", kind=AreaKind.REGION, code="1085", name="Region Ny", source="kystby",
        valid_from=NEW_YEAR,
    )  # fmt: skip
    answer = history_of(
        fresh,
        tie(SucceededBy, "reg-syd", "reg-ny", valid_from=NEW_YEAR),
        tie(LiesIn, "kystby", "reg-ny", valid_from=NEW_YEAR),
        changed={"reg-syd": {"valid_to": NEW_YEAR}},
    )
    assert turns(answer) == [
        (Turn.BEGUN, "reg-ny", None),
        (Turn.ENDED, "reg-syd", True),
        (Turn.BEGUN, "kystby--reg-ny", None),
        (Turn.ENDED, "kystby--reg-syd", True),
        (Turn.ENDED, "nabo--reg-syd", False),
        (Turn.ENDED, "reg-syd--dk", False),
    ]
    (ended,) = (event for event in answer.events if event.id == "reg-syd")
    assert ended.successor is not None
    assert ended.successor.id == "reg-ny"


def test_events_on_the_first_date_are_excluded_and_on_the_last_included() -> None:
    leaves = {"carl--ihd": {"valid_to": NEW_YEAR}}
    assert turns(history_of(days=(NEW_YEAR, date(2027, 1, 2)), changed=leaves)) == []
    assert turns(history_of(days=(TODAY, EVE), changed=leaves)) == []
    assert len(turns(history_of(days=(TODAY, NEW_YEAR), changed=leaves))) == 1


def test_an_expiring_consent_is_not_an_event() -> None:
    days = (date(2027, 5, 31), date(2027, 6, 2))
    answer = history_of(days=days, changed={"consent-jens": {"expires_on": date(2027, 6, 1)}})
    assert turns(answer) == []


def test_the_ended_seat_of_a_hidden_person_is_not_an_event() -> None:
    leaves = {"erik--nabo-ssp": {"valid_to": NEW_YEAR}}
    assert turns(history_of(caller=kystby.caller_of(Role.COORDINATOR), changed=leaves)) == []
    assert len(turns(history_of(changed=leaves))) == 1


@pytest.mark.parametrize("days", [(NEW_YEAR, NEW_YEAR), (NEW_YEAR, EVE)])
def test_a_second_date_that_is_not_later_than_the_first_is_refused(
    days: tuple[date, date],
) -> None:
    with pytest.raises(InvalidNeed):
        history_of(days=days)
