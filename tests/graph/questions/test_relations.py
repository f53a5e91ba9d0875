from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.access.policy import Role
from graph.errors import InvalidNeed, NotFound
from graph.model import Element, Holds, Knows, MemberOf
from graph.questions.relations import NetworkRelations, Relations, relations
from graph.vocabulary import LegalGate, NetworkKind, Visibility
from tests.fixtures.examples import examples
from tests.graph.paths.additions import ALL_LEVELS, kystby_with, person, tie
from tests.graph.questions.leaving import meets
from tests.graph.stand_ins import hidden_people
from tests.kystby import OUTSIDE, caller_of
from tests.seed import demo


def knows(person_id: str, other_id: str, **fields: object) -> Element:
    first, second = sorted((person_id, other_id))
    return tie(Knows, first, second, declared_by=first, levels=ALL_LEVELS, strength=0.5, **fields)


def row_of(answer: Relations, network: str) -> NetworkRelations:
    (row,) = (candidate for candidate in answer.networks if candidate.network.id == network)
    return row


def test_the_share_of_a_network_is_its_acquainted_pairs_of_all_pairs() -> None:
    view = kystby_with(
        tie(Holds, "bo", "release"), meets("release", "ssp"), meets("ihd", "ssp"),
        knows("amina", "bo"),
    )  # fmt: skip
    row = row_of(relations(view), "ssp")
    assert (row.kind, row.posts, row.people) == (NetworkKind.SSP, 4, 3)
    assert (row.pairs, row.known) == (3, 1)
    assert row.share == pytest.approx(1 / 3)


def test_acquaintances_without_a_common_network_are_counted() -> None:
    answer = relations(kystby_with())
    assert (answer.known, answer.apart) == (1, 1)  # carl and dina
    together = relations(kystby_with(meets("ihd", "ssp"), meets("outreach", "ssp")))
    assert (together.known, together.apart) == (1, 0)
    assert row_of(together, "ssp").known == 1


def test_networks_are_sorted_by_share_and_one_without_pairs_is_last() -> None:
    view = kystby_with(
        meets("ihd", "ssp"), meets("release", "ssp"), tie(Holds, "bo", "release"),
        tie(MemberOf, "ihd", "forum", gate=LegalGate.CONSENT),
    )  # fmt: skip
    answer = relations(view)
    assert [(row.network.id, row.share) for row in answer.networks] == [
        ("ssp", 0.0),
        ("forum", 1.0),
    ]
    assert [row.share for row in relations(kystby_with()).networks] == [None, None]
    acquainted = kystby_with(meets("ihd", "ssp"), knows("amina", "carl"))
    assert [(row.network.id, row.share) for row in relations(acquainted).networks] == [
        ("ssp", 1.0),
        ("forum", None),
    ]


def test_civilians_are_in_no_network_and_in_no_pair() -> None:
    dina = caller_of(Role.COORDINATOR, Role.OUTREACH, areas=("dk",), posts=("outreach",))
    civil = tie(MemberOf, "jens", "forum", gate=LegalGate.CONSENT)
    assert relations(kystby_with(civil, caller=dina)) == relations(kystby_with(caller=dina))


def test_relations_are_limited_to_the_requested_kinds_and_area() -> None:
    view = kystby_with()
    assert [row.network.id for row in relations(view, kinds=[NetworkKind.SSP]).networks] == ["ssp"]
    assert {row.network.id for row in relations(view, area="kystby").networks} == {"forum", "ssp"}
    assert [row.network.id for row in relations(view, area="havnen").networks] == ["forum"]
    assert relations(view, area="nabo").networks == ()
    with pytest.raises(InvalidNeed):
        relations(view, area="ssp")
    with pytest.raises(NotFound):
        relations(view, area="nowhere")


@examples(40)
@given(
    seats=st.sets(st.tuples(st.sampled_from("abcd"), st.sampled_from(["release", "ihd", "duty"]))),
    ties=st.sets(st.sampled_from(list(combinations("abcd", 2)))),
    meeting=st.sets(st.sampled_from(["release", "ihd"])),
)
def test_pair_counts_equal_those_of_a_brute_force_count(
    seats: set[tuple[str, str]], ties: set[tuple[str, str]], meeting: set[str]
) -> None:
    seats = {(who, seat) for who, seat in seats if seat != "duty"}
    view = kystby_with(
        *(person(f"p-{letter}", visibility=Visibility.OPEN) for letter in "abcd"),
        *(tie(Holds, f"p-{who}", seat, share=0.1) for who, seat in sorted(seats)),
        *(knows(f"p-{first}", f"p-{second}") for first, second in sorted(ties)),
        *(meets(post_id, "ssp") for post_id in sorted(meeting)),
    )
    people = {"amina"} | {f"p-{who}" for who, seat in seats if seat in meeting}
    people |= {"carl"} if "ihd" in meeting else set()
    acquainted = {(f"p-{first}", f"p-{second}") for first, second in ties} | {("carl", "dina")}
    pairs = set(combinations(sorted(people), 2))
    answer = relations(view)
    row = row_of(answer, "ssp")
    assert (row.people, row.pairs, row.known) == (
        len(people), len(pairs), len(pairs & acquainted),
    )  # fmt: skip
    assert (answer.known, answer.apart) == (len(acquainted), len(acquainted - pairs))


@examples(25)
@given(hidden_people("ssp-post release ihd", friends="carl dina", levels=ALL_LEVELS))
def test_a_hidden_person_changes_no_relations(hidden: tuple[Element, ...]) -> None:
    without = relations(kystby_with(caller=OUTSIDE))
    assert relations(kystby_with(*hidden, caller=OUTSIDE)) == without


def test_relations_of_the_demo_list_all_networks_by_ascending_share() -> None:
    answer = relations(demo.view_of())
    shares = [row.share for row in answer.networks if row.share is not None]
    assert shares == sorted(shares)
    assert shares[0] < 0.2
    assert shares[-1] == 1
    assert len(answer.networks) == 541
    assert answer.known > 800
    assert not answer.is_cut
