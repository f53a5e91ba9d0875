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


def test_both_coordinators_of_eleven_municipalities_are_told_row_by_row() -> None:
    found = coverage(view_of(), area="pol-1462", kinds=KEY_POSTS)
    assert len(found.rows) == 22
    assert Counter(row.kind for row in found.rows) == dict.fromkeys(KEY_POSTS, 11)
    assert len({row.area.id for row in found.rows}) == 11
    due = [row for row in found.rows if PostState.STALE in row.states]
    assert due
    assert all(row.check is not None and (row.check.days or 999) > 183 for row in due)
    assert all(row.check and (row.check.days or 0) <= 183 for row in found.rows if row not in due)


def test_each_flaw_is_counted_as_often_as_it_was_placed() -> None:
    found = coverage(view_of())
    counts: Counter[PostState] = Counter()
    for total in found.totals:
        counts.update(total.states)
    assert counts[PostState.DOUBLED] == DOUBLED
    assert counts[PostState.WITHOUT_DEPUTY] == 61
    vacant = {one.kind: one.states[PostState.VACANT] for one in found.totals
              if PostState.VACANT in one.states}  # fmt: skip
    assert vacant == VACANT
    assert len(found.plans) == 9


def test_at_new_year_a_hundred_memberships_end_without_a_successor() -> None:
    found = history(view_of(date(2026, 12, 31)), view_of(date(2027, 1, 1)))
    sums = {(one.what, one.turn): (one.count, one.without_successor) for one in found.sums}
    assert sums[LinkType.MEMBER_OF, Turn.ENDED] == (100, 100)
    assert sums[LinkType.LIES_IN, Turn.ENDED] == (48, 2)
    regions = {one.id: one.successor and one.successor.id for one in found.events
               if one.what is Label.AREA and one.turn is Turn.ENDED}  # fmt: skip
    assert regions == {"reg-1084": "reg-oestdanmark", "reg-1085": "reg-oestdanmark"}


def test_five_civilians_of_aarhus_vest_are_told_and_one_is_reached_over_a_door_opener() -> None:
    found = neighborhood(view_of(), AARHUS_VEST, level=PreventionLevel.OUTREACH)
    terms = [one.terms for one in found.neighbors if one.label is Label.RESOURCE_INDIVIDUAL]
    known = [one for one in terms if one is not None]
    assert len(known) == len(terms) == 5
    assert min((one.until - TODAY).days for one in known) == 19
    assert [one.channels for one in known if one.is_mediated_only] == [(Channel.MEDIATED,)]
    assert all(one.door_openers for one in known)


def test_somebody_is_known_in_an_association_within_two_steps() -> None:
    club = next(
        one.id
        for one in pinned().nodes.values()
        if isinstance(one, Organization) and one.name == "Boldklubben Vindrosen"
    )
    found = neighborhood(view_of(), club, hops=2)
    types = {tie.id: tie.type for tie in found.ties}
    ways = {tuple(types[tie] for tie in chain.ties) for chain in found.chains}
    assert (LinkType.REPRESENTS, LinkType.DOOR_OPENER_FOR) in ways
    assert not found.is_cut


def test_civilians_of_a_municipality_are_at_least_five_or_not_told() -> None:
    municipalities = {one.id for one in pinned().nodes.values() if isinstance(one, Area)}
    told = {one.area.id: one.at_least for one in coverage(view_of()).civilians}
    assert told.keys() <= municipalities
    assert all(number >= 5 and number % 5 == 0 for number in told.values())
