# pyright: reportOptionalMemberAccess=false
from dataclasses import replace
from datetime import date
from typing import Any, Final

import pytest

from graph.access.policy import Role
from graph.access.view import View
from graph.model import DeputizesFor, Element, Holds, ReachedBy
from graph.paths import Answer, Need, find
from graph.paths.answer import Contact
from graph.paths.answer_terms import AvailabilityState, Cause, DirectGround
from graph.paths.kernel.request import Direction, FewerWhy
from graph.vocabulary import Channel, CoordinationFunction, NetworkKind, Sector, Trigger
from tests.graph.paths.additions import (
    POLICY,
    QUIET,
    answer_of,
    coordinates,
    detail,
    kystby_with,
    local,
    person,
    tie,
)
from tests.graph.questions.letters import letters, refers
from tests.kystby import NOW, TODAY, caller_of
from tests.seed import demo

SSP: Final = frozenset({NetworkKind.SSP})
SSP_HERE: Final[dict[str, Any]] = {"start": "ihd", "network": SSP, "area": "kystby"}
YOUTH_HERE: Final[dict[str, Any]] = {"start": "ihd", "sector": Sector.YOUTH, "area": "kystby"}


def contact_ids(answer: Answer) -> list[str]:
    return [contact.stop.node.id for contact in answer.contacts]


def path_ids(contact: Contact) -> list[str]:
    return ["-".join(stop.node.id for stop in way.stops) for way in contact.ways]


EMPTY: Final = ("amina--ssp-post", "bo--ssp-post", "duty--ssp-post")
"""Without these links nobody is at ssp-post."""


def own_letters(*ways: tuple[str, str], more: tuple[Element, ...] = ()) -> View:
    """Return Kystby with some referrals, where posts a to f alone answer for the youth sector."""
    referrals = (refers(*pair) for pair in ways)
    return kystby_with(*letters(), *referrals, *more, without=(*QUIET, *EMPTY))


def test_a_cheaper_path_never_ranks_a_worse_fit_class_first() -> None:
    answer = answer_of(kystby_with(refers("ihd", "intake")), **SSP_HERE)
    assert contact_ids(answer) == ["ssp-post", "intake"]
    assert [contact.fit.number for contact in answer.contacts] == [1, 3]
    first, second = (contact.ways[0].cost for contact in answer.contacts)
    assert second < first
    assert [contact.number for contact in answer.contacts] == [1, 2]


WORSE: Final = {"d": 0.1, "c": 0.5, "b": 1.0}


def test_contacts_answering_now_come_before_deputies_and_later_openings() -> None:
    """The better the way, the worse the state: d answers, c by a deputy, b opens on Saturday."""
    known = {element.id: element for element in letters()}
    changed = (
        replace(known["b"], hours="SA 10:00-12:00"),
        person("p-c", absent_from=TODAY, absent_to=date(2027, 1, 1)),
    )
    known |= {element.id: element for element in changed}
    ways = (refers("ihd", letter, strength=strength) for letter, strength in WORSE.items())
    stand_in = (person("gert"), tie(DeputizesFor, "gert", "c", order=1))
    view = kystby_with(*known.values(), *ways, *stand_in, without=(*QUIET, *EMPTY))
    answer = answer_of(view, at=NOW, **YOUTH_HERE)
    states = [contact.availability and contact.availability.state for contact in answer.contacts]
    assert contact_ids(answer) == ["d", "c", "b"]
    assert states == [
        AvailabilityState.ANSWERING, AvailabilityState.DEPUTY, AvailabilityState.OPENS_AT,
    ]  # fmt: skip


def test_contacts_of_equal_availability_are_ordered_by_their_best_path() -> None:
    phone = (detail("phone", Channel.PHONE), tie(ReachedBy, "a", "phone"))
    ways = (refers("ihd", "c", strength=0.5), refers("ihd", "b", strength=0.4))
    answer = answer_of(own_letters(more=(*phone, *ways)), **YOUTH_HERE)
    assert contact_ids(answer) == ["c", "b", "a"]
    assert answer.contacts[2].ways == ()
    assert answer.contacts[2].direct is not None


def test_a_post_without_a_path_or_a_channel_is_no_contact() -> None:
    assert contact_ids(answer_of(own_letters(("ihd", "b")), **YOUTH_HERE)) == ["b"]


def test_a_vacant_post_is_a_contact_only_with_a_channel_of_its_own() -> None:
    closed = (refers("ihd", "release"),)
    assert contact_ids(answer_of(kystby_with(*closed), start="ihd", target="release")) == []
    mailbox = (detail("mail", Channel.EMAIL), tie(ReachedBy, "release", "mail"))
    view = kystby_with(*closed, *mailbox)
    assert contact_ids(answer_of(view, start="ihd", target="release")) == [
        "release"
    ]  # its own channel


def test_the_asker_is_the_first_contact_without_paths_or_direct_call() -> None:
    answer = answer_of(own_letters(("a", "b")), **{**YOUTH_HERE, "start": "a"})
    assert contact_ids(answer) == ["a", "b"]
    you, other = answer.contacts
    assert (you.is_you, you.ways, you.direct, you.none) == (True, (), None, None)
    assert (other.is_you, path_ids(other)) == (False, ["a-b"])


def test_a_need_for_the_askers_own_avoided_or_vacant_post_has_the_cause_here() -> None:
    avoided = answer_of(kystby_with(), start="ihd", target="ihd", avoid=frozenset({"ihd"}))
    for answer in (avoided, answer_of(kystby_with(), start="release", target="release")):
        assert answer.contacts == ()
        assert answer.none.cause is Cause.HERE


def test_an_asker_at_several_posts_is_listed_once_and_starts_at_any_of_them() -> None:
    seat = tie(Holds, "p-a", "b")
    answer = answer_of(own_letters(("b", "c"), more=(seat,)), **{**YOUTH_HERE, "start": "a"})
    assert contact_ids(answer) == ["a", "c"]
    (way,) = answer.contacts[1].ways
    assert [stop.node.id for stop in way.stops] == ["a", "c"]
    assert [node.id for node in way.stops[0].covers] == ["a", "b"]


def test_a_person_at_two_posts_is_one_contact() -> None:
    view = own_letters(("ihd", "b"), ("ihd", "c"), more=(tie(Holds, "p-b", "c"),))
    assert contact_ids(answer_of(view, **YOUTH_HERE)) == ["b"]


def test_there_are_at_most_five_contacts_or_the_number_in_the_need() -> None:
    view = own_letters(*(("ihd", letter) for letter in "abcdef"))
    assert contact_ids(answer_of(view, **YOUTH_HERE)) == list("abcde")
    assert contact_ids(answer_of(view, max_contacts=2, **YOUTH_HERE)) == list("ab")


FAN: Final = [pair for one in "bcde" for pair in (("ihd", one), (one, "f"))]


def test_a_contact_has_three_paths_and_a_named_target_has_five() -> None:
    view = own_letters(*FAN, ("ihd", "a"), ("a", "f"), ("ihd", "f"))
    (named,) = answer_of(view, start="ihd", target="f").contacts
    assert len(named.ways) == 5
    (fewer,) = answer_of(view, start="ihd", target="f", max_paths=2).contacts
    assert len(fewer.ways) == 2
    chair = coordinates("f", "ssp", CoordinationFunction.CHAIR)
    view = own_letters(*FAN, ("ihd", "a"), ("a", "f"), ("ihd", "f"), more=(chair,))
    by_network = answer_of(view, **SSP_HERE).contacts[0]
    assert (by_network.stop.node.id, len(by_network.ways)) == ("f", 3)


def test_paths_are_numbered_across_all_contacts() -> None:
    answer = answer_of(own_letters(*FAN), **YOUTH_HERE)
    assert len(answer.contacts) > 1
    numbers = [way.number for contact in answer.contacts for way in contact.ways]
    assert numbers == list(range(1, len(numbers) + 1))
    assert answer.paths == tuple(way for contact in answer.contacts for way in contact.ways)


def test_no_path_passes_another_post_of_the_first_fit_class() -> None:
    """f lies behind b: b is right as well, so there the way ends."""
    both = tuple(coordinates(letter, "ssp") for letter in "bf")
    assert contact_ids(answer_of(own_letters(("ihd", "b"), ("b", "f"), more=both), **SSP_HERE)) == [
        "b"
    ]
    around = own_letters(("ihd", "b"), ("b", "f"), ("ihd", "c"), ("c", "f"), more=both)
    answer = answer_of(around, **SSP_HERE)
    assert [path_ids(contact) for contact in answer.contacts] == [["ihd-b"], ["ihd-c-f"]]


def test_a_path_to_a_lower_fit_class_does_not_pass_the_first_class() -> None:
    assert contact_ids(answer_of(kystby_with(), **SSP_HERE)) == [
        "ssp-post"
    ]  # intake lies behind it
    for contact in answer_of(kystby_with(refers("ihd", "intake")), **SSP_HERE).contacts:
        assert all("ssp-post" not in way.split("-", 1)[1:-1] for way in path_ids(contact))


def test_a_passed_fit_class_lists_its_posts_and_the_date_one_answers_again() -> None:
    coming = tie(Holds, "bo", "ssp-post", valid_from=date(2027, 2, 4))
    view = kystby_with(coming, refers("ihd", "intake"), without=EMPTY)
    answer = answer_of(view, at=NOW, **SSP_HERE)
    assert contact_ids(answer) == ["intake"]
    (left,) = answer.passed
    assert (left.fit.number, left.cause) == (1, Cause.NOT_ANSWERING)
    assert [node.id for node in left.posts] == ["ssp-post"]
    assert left.until == date(2027, 2, 4)
    assert left.none.cause is left.cause
    assert answer.none is None


def test_an_empty_first_class_is_reported_only_for_a_network_or_a_trigger() -> None:
    view = kystby_with(refers("ihd", "intake"), without=("ssp-post--ssp",))
    (left,) = answer_of(view, **SSP_HERE).passed
    assert (left.fit.number, left.posts, left.cause) == (1, (), Cause.NO_TARGET)
    (left,) = answer_of(view, start="ihd", trigger=Trigger.CONCERN, area="kystby").passed
    assert (left.fit.number, left.posts) == (1, ())
    assert answer_of(view, start="ihd", area="kystby").passed == ()


def test_fit_classes_below_the_last_contact_are_not_reported() -> None:
    answer = answer_of(kystby_with(without=("intake--kystby-kommune", "intake--ssp")), **SSP_HERE)
    assert (contact_ids(answer), answer.passed) == (["ssp-post"], ())


def test_a_named_target_lists_only_the_first_fit_class_with_a_contact() -> None:
    answer = answer_of(kystby_with(refers("ihd", "duty")), start="ihd", target="ssp-post")
    assert contact_ids(answer) == ["ssp-post"]
    stands_in = (refers("ihd", "duty"), tie(DeputizesFor, "duty", "release", order=1))
    vacant = answer_of(kystby_with(*stands_in), start="ihd", target="release")
    assert contact_ids(vacant) == ["duty"]  # no way leads to release itself
    assert [contact.fit.number for contact in vacant.contacts] == [2]
    assert [(passed.fit.number, passed.cause) for passed in vacant.passed] == [
        (1, Cause.NOT_CONNECTED)
    ]


def test_an_answer_without_contacts_has_a_cause() -> None:
    answer = answer_of(own_letters(), **YOUTH_HERE)
    assert (answer.contacts, answer.passed) == ((), ())
    assert answer.none.cause is Cause.NOT_CONNECTED


def test_a_contact_without_a_named_ground_has_paths_or_a_cause() -> None:
    terms: dict[str, Any] = {"start": "ihd", "target": "ssp-post", "trigger": Trigger.MOVE}
    (contact,) = answer_of(kystby_with(), **terms).contacts
    assert (contact.direct.ground, contact.direct.covers_need) == (DirectGround.GENERAL, False)
    assert contact.ways
    assert contact.none is None
    (silent,) = answer_of(kystby_with(without=("ihd--ssp-post",)), **terms).contacts
    assert silent.ways == ()
    assert silent.none.cause is Cause.NOT_CONNECTED


def test_rung_and_direction_are_those_of_the_first_contact() -> None:
    answer = answer_of(kystby_with(refers("ssp-post", "ihd")), start="ssp-post", area="nabo",
                   sector=Sector.POLICE)  # fmt: skip
    assert contact_ids(answer)[0] == "ihd"
    assert (answer.rung, answer.direction) == (1, Direction.UP)
    assert (answer.area and answer.area.id, answer.at) == ("nabo", None)


def test_a_search_that_is_cut_off_marks_its_contact_and_answer() -> None:
    hasty = replace(POLICY, budget=replace(POLICY.budget, pops=7))
    answer = find(own_letters(*FAN), Need(on=TODAY, start="ihd", target="f"), hasty)
    (contact,) = answer.contacts
    assert 0 < len(contact.ways) < 4
    assert (contact.is_exact, contact.is_cut_off) == (False, True)
    assert (answer.is_exact, answer.is_cut_off) == (False, True)
    assert contact.fewer.why is FewerWhy.CUT_OFF


def test_a_hidden_holder_is_a_contact_without_a_name_or_direct_call() -> None:
    outside = caller_of(Role.COORDINATOR, posts=("ssp-post",))
    view = kystby_with(refers("ihd", "nabo-ssp"), caller=outside)
    (contact,) = answer_of(view, start="ihd", target="nabo-ssp", at=NOW).contacts
    assert contact.availability.state is AvailabilityState.ANSWERING
    assert contact.availability.who is None
    assert contact.direct is None  # their number is hidden from this caller


WHO: Final = {
    "ssp": (NetworkKind.SSP, "act-ssp"),
    "psp": (NetworkKind.PSP_OPERATIONAL, "act-psp"),
    "ksp": (NetworkKind.KSP, "act-rel"),
    "infohus": (NetworkKind.INFOHOUSE_MUNICIPALITY, "act-ihm"),
}
CODES: Final = [one.id.removeprefix("mun-") for one in demo.GROUND.municipalities]
SATURDAY: Final = local("2026-11-28T22:00")


@pytest.mark.slow
@pytest.mark.parametrize("at", [None, SATURDAY])
@pytest.mark.parametrize("name", WHO)
def test_from_pet_the_first_contact_coordinates_the_network_if_it_is_answering(
    name: str, at: Any
) -> None:
    """Applies where that post is held or has a deputy; else the class is reported as passed."""
    kind, prefix = WHO[name]
    on = TODAY if at is None else at.date()
    view = demo.view_of(on)
    for code in CODES:
        need = Need(
            on=on, at=at, start="act-pet-exit", network=frozenset({kind}), area=f"mun-{code}",
            max_contacts=1, max_paths=1,
        )  # fmt: skip
        answer = find(view, need, POLICY)
        first = answer.contacts[0]
        if first.fit.number == 1:
            assert first.stop.node.id in {f"{prefix}-{code}", f"act-ihp-{code}"}, code
            available = first.availability
            assert available is not None
            is_now = at is not None and available.state.is_now
            assert is_now or available.opens_at is not None, code
        else:
            assert answer.passed[0].fit.number == 1
            assert answer.passed[0].cause is Cause.NOT_ANSWERING
