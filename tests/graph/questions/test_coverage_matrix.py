from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from math import fsum

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.access.policy import Role
from graph.access.view import View
from graph.errors import InvalidNeed, NotFound
from graph.model import DeputizesFor, Element, Holds
from graph.questions.coverage_map import MapMeasure, coverage_map
from graph.questions.coverage_matrix import (
    CoverageMatrix,
    MatrixCell,
    MatrixColumns,
    MatrixRow,
    MatrixTotal,
    coverage_matrix,
)
from graph.questions.post_states import PostRow, PostState, every_post, post_masks
from graph.vocabulary import AreaKind, Competence, Label, LinkType, NetworkKind, PostKind
from tests import kystby
from tests.fixtures.examples import examples
from tests.fixtures.snapshots import snapshot_of
from tests.graph.access.test_disclosure import crowd
from tests.graph.drawn_worlds import DAYS, callers, worlds
from tests.graph.paths.additions import POLICY, kystby_with, person, tie
from tests.graph.questions.test_coverage import ANALYST
from tests.seed import demo

DISTRICT = AreaKind.POLICE_DISTRICT
UNITS = (AreaKind.MUNICIPALITY, DISTRICT, AreaKind.REGION)
FOUR = ("SSP", "PSP_OPERATIONAL", "KSP", "INFOHOUSE_MUNICIPALITY")


def row(matrix: CoverageMatrix, area: str) -> dict[str, MatrixCell]:
    (only,) = (matrix_row for matrix_row in matrix.rows if matrix_row.area.id == area)
    return dict(zip(matrix.heads, only.cells, strict=True))


def counts(cell: MatrixCell) -> tuple[int, dict[PostState, int]]:
    return cell.posts, dict(cell.states)


def test_a_cell_counts_the_posts_that_meet_in_a_network_and_their_states() -> None:
    matrix = coverage_matrix(kystby_with(), MatrixColumns.NETWORK)
    assert matrix.heads == (NetworkKind.SSP, NetworkKind.DIALOGUE_FORUM)
    assert counts(row(matrix, "kystby")["SSP"]) == (
        2, {PostState.HELD: 1, PostState.UNIT: 1, PostState.AWAY: 1, PostState.STALE: 1},
    )  # fmt: skip
    assert counts(row(matrix, "nabo")["SSP"]) == (0, {})
    ssp, forum = matrix.totals
    assert (ssp.posts, ssp.empty, ssp.states[PostState.STALE]) == (2, 1, 1)
    assert (forum.posts, forum.empty) == (1, 1)  # havnen lies in kystby


def test_requested_columns_are_present_even_when_empty() -> None:
    matrix = coverage_matrix(kystby_with(), MatrixColumns.NETWORK, heads=("KSP", "SSP"))
    assert matrix.heads == ("SSP", "KSP")  # in the order of the enumeration
    assert [total.empty for total in matrix.totals] == [1, 2]


def test_post_kinds_without_posts_in_the_areas_have_no_column() -> None:
    assert PostKind.DUTY_LINE not in coverage_matrix(kystby_with(), MatrixColumns.POST_KIND).heads
    district = coverage_matrix(kystby_with(), MatrixColumns.POST_KIND, by=DISTRICT)
    assert counts(row(district, "pol-ost")[PostKind.DUTY_LINE]) == (1, {PostState.UNIT: 1})
    assert counts(row(district, "pol-ost")[PostKind.SSP_COORDINATOR])[0] == 2
    assert district.rows[0].whole.posts == 7


def test_competences_and_languages_are_the_posts_own_its_holders_and_its_deputies() -> None:
    known = kystby_with(
        person("fie", languages=frozenset({"ar-SY"}), competences=frozenset({Competence.PSP})),
        tie(DeputizesFor, "fie", "ihd", order=1),
        tie(Holds, "fie", "release"),
        changed={"intake": {"languages": frozenset({"so", "ar"})}},
    )
    spoken = coverage_matrix(known, MatrixColumns.LANGUAGE)
    assert spoken.heads == ("ar", "so")
    assert [cell.posts for cell in row(spoken, "kystby").values()] == [2, 1]
    assert [total.posts for total in coverage_matrix(
        known, MatrixColumns.LANGUAGE, by=DISTRICT).totals] == [3, 1]  # fmt: skip
    able = coverage_matrix(known, MatrixColumns.COMPETENCE, by=DISTRICT)
    assert able.heads == (Competence.PSP,)
    assert counts(row(able, "pol-ost")["PSP"]) == (2, {PostState.HELD: 2})


def test_an_area_filter_selects_its_rows_and_their_totals() -> None:
    matrix = coverage_matrix(kystby_with(), MatrixColumns.NETWORK, area="nabo")
    assert [matrix_row.area.id for matrix_row in matrix.rows] == ["nabo"]
    assert matrix.heads == (NetworkKind.SSP, NetworkKind.DIALOGUE_FORUM)  # of all towns
    assert [(total.posts, total.empty) for total in matrix.totals] == [(0, 1), (0, 1)]
    whole = coverage_matrix(kystby_with(), MatrixColumns.NETWORK, area="pol-ost")
    assert whole.rows == coverage_matrix(kystby_with(), MatrixColumns.NETWORK).rows
    assert (
        coverage_matrix(kystby_with(), MatrixColumns.NETWORK, area="kystby", by=DISTRICT).rows == ()
    )


def test_a_hidden_person_as_area_is_not_found_as_an_unknown_id_is() -> None:
    view = kystby_with(caller=kystby.caller_of(Role.COORDINATOR))
    for missing in ("erik", "atlantis"):
        with pytest.raises(NotFound):
            coverage_matrix(view, MatrixColumns.NETWORK, area=missing)


def test_a_visible_post_or_person_as_area_and_an_unknown_column_are_refused() -> None:
    for node_id in ("ssp-post", "erik"):
        with pytest.raises(InvalidNeed, match="area"):
            coverage_matrix(kystby_with(), MatrixColumns.NETWORK, area=node_id)
    for columns, head in ((MatrixColumns.NETWORK, "MENTOR"), (MatrixColumns.LANGUAGE, "SSP")):
        with pytest.raises(InvalidNeed, match="column"):
            coverage_matrix(kystby_with(), columns, heads=(head,))


def test_civilians_are_in_no_cell_and_counted_in_fives_per_row() -> None:
    for count, number in ((4, None), (7, 5)):
        here = kystby_with(*crowd(count), caller=ANALYST)
        for columns in MatrixColumns:
            bare = coverage_matrix(kystby_with(caller=ANALYST), columns)
            matrix = coverage_matrix(here, columns)
            assert [matrix_row.cells for matrix_row in matrix.rows] == [
                matrix_row.cells for matrix_row in bare.rows
            ]
            assert [matrix_row.civilians for matrix_row in matrix.rows] == [number, None]
        (district,) = coverage_matrix(here, MatrixColumns.NETWORK, by=DISTRICT).rows
        assert district.civilians == number


def count_column(
    seen: View, is_in: Callable[[int], bool], by: AreaKind
) -> tuple[list[MatrixCell], MatrixTotal]:
    """Return the cells and the total of a column counted plainly: area by area, post by post."""
    every: dict[str, PostRow] = {}
    cells: list[MatrixCell] = []
    for area in seen.rows(Label.AREA):
        if seen.value(area, "kind") is by:
            posts = {
                post_row.post.id: post_row
                for post_row in every_post(seen)
                if lies_in(seen, seen.row(post_row.area.id), area)
                and is_in(seen.row(post_row.post.id))
            }
            every |= posts
            cells.append(MatrixCell(posts=len(posts), states=count_states(posts)))
    empty = sum(not cell.posts for cell in cells)
    return cells, MatrixTotal(posts=len(every), states=count_states(every), empty=empty)


def count_states(posts: Mapping[str, PostRow]) -> dict[PostState, int]:
    counts = Counter(state for post_row in posts.values() for state in post_row.states)
    return {state: counts[state] for state in PostState if counts[state]}


def lies_in(seen: View, area: int, around: int) -> bool:
    return area == around or any(
        lies_in(seen, outer, around) for outer in seen.targets(area, LinkType.LIES_IN)
    )


def members(seen: View, columns: MatrixColumns, head: str) -> Callable[[int], bool]:
    """Return a test of whether a post is in a column, by each of its links and people."""

    def able(post: int, field: str) -> set[str]:
        people = seen.sources(post, LinkType.HOLDS, LinkType.DEPUTIZES_FOR)
        whose = [post, *(node for node in people if seen.label(node) is Label.PERSON)]
        return {word for node in whose for word in seen.value(node, field)}

    def is_in(post: int) -> bool:
        match columns:
            case MatrixColumns.NETWORK:
                bodies = seen.targets(post, LinkType.MEMBER_OF, LinkType.COORDINATES)
                return any(seen.value(body, "kind") == head for body in bodies)
            case MatrixColumns.POST_KIND:
                return seen.value(post, "kind") == head
            case MatrixColumns.COMPETENCE:
                return head in able(post, "competences")
            case MatrixColumns.LANGUAGE:
                return any(tag.split("-")[0] == head for tag in able(post, "languages"))

    return is_in


def states_of(seen: View, row: PostRow) -> Iterator[PostState]:
    """The states of one post, from its fields, its seats one by one, and its check."""
    post = seen.row(row.post.id)
    seats = [seat for seat in seen.seats(post) if seat.is_in_force(seen.day)]
    holders = [seat for seat in seats if seat.link_type is LinkType.HOLDS]
    if seen.value(post, "is_unit_only"):
        yield PostState.UNIT
    else:
        yield PostState.HELD if holders else PostState.VACANT
        if fsum(seat.share for seat in holders) > 1 + 1e-9:
            yield PostState.DOUBLED
        if seen.value(post, "needs_deputy") and not (row.deputies or row.hidden_deputies):
            yield PostState.WITHOUT_DEPUTY
        if holders and all(seat.is_away(seen.day) for seat in holders):
            yield PostState.AWAY
    if row.check is not None and row.check.is_due:
        yield PostState.STALE


def assert_matrix_equals_plain_count(seen: View) -> None:
    """Assert every cell and every total of every matrix, and every state of every post."""
    masks = post_masks(seen)
    for post_row in every_post(seen):
        post = seen.row(post_row.post.id)
        assert tuple(state for state, mask in masks.items() if mask[post]) == post_row.states, (
            post_row
        )
        assert tuple(states_of(seen, post_row)) == post_row.states, post_row
    for columns in MatrixColumns:
        for by in UNITS:
            matrix = coverage_matrix(seen, columns, by=by)
            for place, head in enumerate(matrix.heads):
                cells, total = count_column(seen, members(seen, columns, head), by)
                assert [matrix_row.cells[place] for matrix_row in matrix.rows] == cells, head
                assert matrix.totals[place] == total, head
            whole, _ = count_column(seen, lambda _: True, by)
            assert [matrix_row.whole for matrix_row in matrix.rows] == whole


@examples(25)
@given(worlds(), callers(), DAYS, st.data())
def test_the_matrix_equals_a_plain_count(
    elements: tuple[Element, ...], caller: object, on: object, data: st.DataObject
) -> None:
    today = data.draw(DAYS)
    assert_matrix_equals_plain_count(View(snapshot_of(elements), caller, on, today=today))  # pyright: ignore[reportArgumentType]  # drawn


def test_the_demo_matrix_agrees_with_post_states_and_the_coverage_map() -> None:
    seen = demo.view_of()
    masks = post_masks(seen)
    for post_row in every_post(seen):
        post = seen.row(post_row.post.id)
        assert tuple(state for state, mask in masks.items() if mask[post]) == post_row.states, (
            post_row
        )
        assert tuple(states_of(seen, post_row)) == post_row.states, post_row
    matrix = coverage_matrix(seen, MatrixColumns.NETWORK, heads=FOUR)
    assert (matrix.heads, len(matrix.rows)) == (FOUR, 98)
    mapped = coverage_map(seen, MapMeasure.VACANT, POLICY).rows
    assert [(matrix_row.area, matrix_row.codes) for matrix_row in matrix.rows] == [
        (map_row.area, map_row.codes) for map_row in mapped
    ]
    assert [(matrix_row.whole.posts, matrix_row.whole.states) for matrix_row in matrix.rows] == [
        (map_row.posts, map_row.states) for map_row in mapped
    ]


@pytest.mark.parametrize("head", FOUR)
def test_a_demo_matrix_column_equals_the_coverage_map_of_that_network(head: str) -> None:
    seen = demo.view_of(caller=kystby.caller_of(Role.ANALYST, areas=("dk",)))
    matrix = coverage_matrix(seen, MatrixColumns.NETWORK, heads=(head,))
    mapped = coverage_map(seen, MapMeasure.VACANT, POLICY, meets_in=[NetworkKind(head)]).rows
    cells: list[MatrixRow] = list(matrix.rows)
    assert [(matrix_row.cells[0].posts, matrix_row.cells[0].states) for matrix_row in cells] == [
        (map_row.posts, map_row.states) for map_row in mapped
    ]
