"""The demo answers the reading questions with the numbers it was designed to have."""

from collections import Counter
from datetime import date

from graph.model import Area, Organization
from graph.questions.coverage import coverage
from graph.questions.history import Turn, history
from graph.questions.neighborhood import neighborhood
from graph.questions.post_states import PostState
from graph.vocabulary import KEY_POSTS, Channel, Label, LinkType, PreventionLevel
from seed.people.data_gaps import DOUBLED, VACANT
from tests.seed.demo import TODAY, pinned, view_of

AARHUS_VEST = "com-aarhus-vest"


def test_coverage_of_a_district_lists_both_coordinators_of_11_municipalities() -> None:
    answer = coverage(view_of(), area="pol-1462", kinds=KEY_POSTS)
    assert len(answer.rows) == 22
    assert Counter(row.kind for row in answer.rows) == dict.fromkeys(KEY_POSTS, 11)
    assert len({row.area.id for row in answer.rows}) == 11
    due = [row for row in answer.rows if PostState.STALE in row.states]
    assert due
    assert all(row.check is not None and (row.check.days or 999) > 183 for row in due)
    assert all(row.check and (row.check.days or 0) <= 183 for row in answer.rows if row not in due)


def test_coverage_counts_each_data_gap_as_often_as_it_was_placed() -> None:
    answer = coverage(view_of())
    counts: Counter[PostState] = Counter()
    for total in answer.totals:
        counts.update(total.states)
    assert counts[PostState.DOUBLED] == DOUBLED
    assert counts[PostState.WITHOUT_DEPUTY] == 61
    vacant = {total.kind: total.states[PostState.VACANT] for total in answer.totals
              if PostState.VACANT in total.states}  # fmt: skip
    assert vacant == VACANT
    assert len(answer.plans) == 9


def test_at_new_year_a_hundred_memberships_end_without_a_successor() -> None:
    answer = history(view_of(date(2026, 12, 31)), view_of(date(2027, 1, 1)))
    sums = {
        (total.what, total.turn): (total.count, total.without_successor) for total in answer.sums
    }
    assert sums[LinkType.MEMBER_OF, Turn.ENDED] == (100, 100)
    assert sums[LinkType.LIES_IN, Turn.ENDED] == (48, 2)
    regions = {event.id: event.successor and event.successor.id for event in answer.events
               if event.what is Label.AREA and event.turn is Turn.ENDED}  # fmt: skip
    assert regions == {"reg-1084": "reg-oestdanmark", "reg-1085": "reg-oestdanmark"}


def test_aarhus_vest_has_five_civilians_and_one_is_mediated_only() -> None:
    answer = neighborhood(view_of(), AARHUS_VEST, level=PreventionLevel.OUTREACH)
    terms = [
        neighbor.terms
        for neighbor in answer.neighbors
        if neighbor.label is Label.RESOURCE_INDIVIDUAL
    ]
    known = [term for term in terms if term is not None]
    assert len(known) == len(terms) == 5
    assert min((term.until - TODAY).days for term in known) == 19
    assert [term.channels for term in known if term.is_mediated_only] == [(Channel.MEDIATED,)]
    assert all(term.door_openers for term in known)


def test_an_association_has_a_chain_over_a_representative_to_a_door_opener() -> None:
    club = next(
        node.id
        for node in pinned().nodes.values()
        if isinstance(node, Organization) and node.name == "Boldklubben Vindrosen"
    )
    answer = neighborhood(view_of(), club, hops=2)
    types = {tie.id: tie.type for tie in answer.ties}
    ways = {tuple(types[tie] for tie in chain.ties) for chain in answer.chains}
    assert (LinkType.REPRESENTS, LinkType.DOOR_OPENER_FOR) in ways
    assert not answer.is_cut


def test_civilians_of_an_area_are_counted_in_fives_from_five_up() -> None:
    municipalities = {node.id for node in pinned().nodes.values() if isinstance(node, Area)}
    numbers = {row.area.id: row.at_least for row in coverage(view_of()).civilians}
    assert numbers.keys() <= municipalities
    assert all(number >= 5 and number % 5 == 0 for number in numbers.values())
