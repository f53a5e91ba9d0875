"""Which changes to Kystby are refused, and by which rule?"""

from datetime import date
from typing import Any

import pytest

from graph.errors import Fault
from graph.model import DeputizesFor, Holds, PartOf, SucceededBy
from graph.vocabulary import LinkType, Rule
from tests import kystby
from tests.graph.model.breaking import NEW_YEAR, broken, found, tie


def test_kystby_breaks_no_rule() -> None:
    assert broken() == set()


# ---- ends and validity ----


def test_a_link_to_nobody_has_no_end() -> None:
    link = tie(Holds, "amina", "nobody")
    assert broken(link) == {(link.id, "target_id", Rule.MISSING_END)}


def test_a_link_joins_only_the_labels_of_its_type() -> None:
    link = tie(Holds, "ssp", "release")
    assert broken(link) == {(link.id, "source_id", Rule.WRONG_ENDS)}


def test_an_authority_is_no_part_of_a_network() -> None:
    link = tie(PartOf, "politi", "ssp")
    assert broken(link) == {(link.id, "target_id", Rule.SAME_LABEL)}


def test_a_post_is_succeeded_by_a_post_only() -> None:
    assert broken(tie(SucceededBy, "release", "ssp-post")) == set()
    link = tie(SucceededBy, "release", "amina")
    assert broken(link) == {(link.id, "target_id", Rule.SAME_LABEL)}


def test_a_link_without_dates_inherits_the_bounds_of_its_ends() -> None:
    assert broken(bo={"valid_to": NEW_YEAR}) == set()


@pytest.mark.parametrize(
    ("dates", "field"),
    [
        ({"valid_to": date(2027, 1, 2)}, "valid_to"),
        ({"valid_from": NEW_YEAR}, "valid_from"),
        ({"valid_from": date(2019, 12, 31)}, "valid_from"),
        ({"valid_to": date(2020, 1, 1)}, "valid_to"),
    ],
)
def test_a_link_dated_outside_one_of_its_ends_outlives_it(dates: Any, field: str) -> None:
    link = tie(Holds, "carl", "release", **dates)
    bounded = {"valid_from": date(2020, 1, 1), "valid_to": NEW_YEAR}
    assert broken(link, release=bounded) == {(link.id, field, Rule.OUTLIVES_END)}


def test_a_link_as_long_as_its_ends_outlives_none() -> None:
    link = tie(Holds, "carl", "release", valid_from=date(2020, 1, 1), valid_to=NEW_YEAR)
    assert broken(link, release={"valid_from": date(2020, 1, 1), "valid_to": NEW_YEAR}) == set()


def test_ending_a_post_is_refused_while_a_link_of_its_own_date_goes_on() -> None:
    holds = {"valid_to": date(2027, 6, 1)}
    things = kystby.things(**{"release": {"valid_to": NEW_YEAR}, "carl--release": holds})
    things = (*things, tie(Holds, "carl", "release", id="old", **holds))
    assert found(things, ["release"]) == {("old", "valid_to", Rule.OUTLIVES_END)}


def test_a_flaw_elsewhere_blocks_no_other_save() -> None:
    flawed = (*kystby.things(without=["ssp-post--ssp"]), tie(Holds, "amina", "nobody"))
    assert found(flawed, ["release", "carl--ihd"]) == set()
    assert found(flawed, ["ssp"]) == {("ssp", "COORDINATES", Rule.NO_COORDINATOR)}


def test_what_is_touched_and_no_longer_there_is_no_fault() -> None:
    assert found(kystby.things(), ["gone"]) == set()


# ---- as a whole ----


def test_a_fault_is_found_whichever_of_its_links_is_touched() -> None:
    rival = tie(DeputizesFor, "carl", "ssp-post", order=1)
    things = (*kystby.things(), rival)
    for touched in (rival.id, "bo--ssp-post"):
        assert found(things, [touched]) == {(touched, "order", Rule.SAME_ORDER)}


def test_of_two_things_with_the_same_id_the_later_counts() -> None:
    old, new = (tie(DeputizesFor, "carl", "ssp-post", id="one", order=order) for order in (1, 2))
    assert found((*kystby.things(), old, new), ["one"]) == set()


def test_every_fault_reads_well_in_both_languages() -> None:
    fault = Fault("ssp", LinkType.COORDINATES, Rule.NO_COORDINATOR)
    assert fault.text("da") == "ssp COORDINATES: skal have mindst én, der koordinerer"
    assert fault.text("en") == "ssp COORDINATES: must have at least one coordinator"
