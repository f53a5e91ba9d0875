"""Data that a caller may not see changes no answer to them: drawn worlds are compared.

A world is Kystby with drawn additions and changes. Its twin lacks some of what the View of a drawn
caller hides, with others in the seats of hidden people, or has other values in hidden fields. Both
must give identical answers.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import product
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.access.context import SEATS
from graph.access.field_groups import FieldGroup
from graph.access.policy import Role
from graph.access.purposes import Purpose
from graph.access.view import View
from graph.errors import GraphError
from graph.exchange.formats import FORMATS
from graph.exchange.provenance import about_json
from graph.exchange.selection import ExportSelection
from graph.exchange.structure_format import StructureFormat
from graph.model import Element, Person
from graph.paths import Need, find
from graph.questions.consents import receipts
from graph.questions.names import names
from graph.questions.reveal import may_ask, may_reveal
from graph.snapshot.field_types import class_of, field_types
from graph.snapshot.seats import NO_SOURCE, SeatColumns, SeatRecord
from graph.snapshot.snapshot import Snapshot
from graph.snapshot.structure import areas_of, posts_of
from graph.vocabulary import Label, LegalGate, LinkType, NetworkKind
from tests import kystby
from tests.fixtures.examples import drill, examples
from tests.fixtures.snapshots import snapshot_of
from tests.graph.drawn_worlds import DAYS, callers, worlds
from tests.graph.exchange.stamps import stamp
from tests.graph.paths.worlds import POLICY
from tests.graph.stand_ins import also_of, reseated

NEEDS: Final[tuple[dict[str, Any], ...]] = (
    {"start": "ihd", "target": "ssp-post"},
    {"start": "duty", "target": "nabo-ssp"},
    {"start": "ssp-post", "target": "vindrosen"},
    {"start": "outreach", "target": "klub"},
    {"start": "ihd", "target": "jens"},
    {"start": "amina", "area": "nabo"},
    {"target": "release"},
    {"start": "ssp-post", "area": "kystby", "language": "so"},
    {"start": "carl", "network": frozenset({NetworkKind.SSP}), "gate": LegalGate.SSP_115},
)
FILES: Final = tuple(product(FORMATS.values(), (False, True)))
"""Each file format, without names and with those that may be exported."""
PURPOSES: Final = (Purpose.CONCERN, Purpose.VERIFY, Purpose.SUBJECT_REQUEST)
TEXTS: Final = ("kystby", "sorensen", "lyng", "formand", "ssp", "en", "klubben", "fie holm")


def hidden(snapshot: Snapshot, view: View) -> list[str]:
    """Return the ids that are valid on the date but hidden from the caller: nodes, then links."""
    nodes, links = snapshot.nodes, snapshot.links
    valid = (nodes.valid_from <= view.day) & (view.day < nodes.valid_to)
    live = (links.valid_from <= view.day) & (view.day < links.valid_to)
    return [
        *(nodes.ids[row] for row in (valid & ~view.visible).nonzero()[0].tolist()),
        *(links.ids[row] for row in (live & ~view.open_links).nonzero()[0].tolist()),
    ]


def renamed(elements: Iterable[Element], snapshot: Snapshot, view: View) -> tuple[Element, ...]:
    """Return the world with other values in fields of people the caller sees only in part."""
    return tuple(
        replace(element, name="Aase Nyvang Bjerg", title="Leder")
        if isinstance(element, Person)
        and view.visible[row := snapshot.row_of[element.id]]
        and not view.shows(row, FieldGroup.IDENTITY)
        else element
        for element in elements
    )


def all_answers(
    view: View, need: Mapping[str, Any], file: tuple[StructureFormat, bool]
) -> list[Any]:
    """Return all answers to a caller as ids and texts; an error as its text."""
    rows = [row for label in Label for row in view.rows(label)]
    format, with_names = file
    exported = ExportSelection(view, map(view.id, rows), with_names=with_names)
    return [
        [_node(view, row) for row in rows],
        [_link(view, link) for row in rows for link in view.out(row)],
        [_seat(view, seat) for post in view.rows(Label.ACTOR) for seat in view.seats(post)],
        [_columns(view, link_type) for link_type in SEATS],
        [names(view, text) for text in TEXTS],
        receipts(view),
        [may_reveal(view, view.id(row), purpose) for row in rows for purpose in PURPOSES],
        [may_ask(view, view.id(row)) for row in rows],
        _answer(view, need),
        *_file(exported, format),
    ]


def _file(exported: ExportSelection, format: StructureFormat) -> tuple[object, ...]:
    """Return the file, its number of rows, and its provenance."""
    about = stamp(exported, losses=(*exported.losses, *format.losses(exported)))
    content = format.write(exported, about, "da")
    return content, format.rows(exported), about_json(about.lines("da"))


def _node(view: View, row: int) -> list[Any]:
    around = (areas_of(view, row), posts_of(view, row))
    return [
        view.id(row), view.name(row), dict(view.fields(row)),
        *([view.id(neighbor) for neighbor in rows] for rows in around),
    ]  # fmt: skip


def _link(view: View, link: int) -> list[Any]:
    ends = (view.source(link), view.target(link))
    link_type = view.link_type(link)
    values = [view.link_value(link, name) for name in field_types(class_of(link_type))]
    return [link_type, *map(view.id, ends), *values]


def _seat(view: View, seat: SeatRecord) -> list[Any]:
    source = None if seat.source is None else view.id(seat.source)
    facts = replace(seat, post=0, source=None)
    return [view.id(seat.post), source, facts]


def _columns(view: View, link_type: LinkType) -> list[Any]:
    """Return the seat columns of all posts, one entry per seat."""
    columns = view.seat_columns(link_type)
    facts = zip(*(getattr(columns, name).tolist() for name in SeatColumns.__slots__), strict=True)
    return [
        [view.id(post), None if source == NO_SOURCE else view.id(source), *more]
        for post, source, *more in facts
    ]


def _answer(view: View, need: Mapping[str, Any]) -> Any:
    try:
        return find(view, Need(on=view.on, **need), POLICY)
    except GraphError as error:
        return error.text("en")


def test_data_hidden_from_one_caller_changes_the_answers_to_one_who_sees_it() -> None:
    world = snapshot_of(kystby.elements())
    next_door = kystby.view_of(world, kystby.caller_of(Role.COORDINATOR, areas=("nabo",)))
    gone = hidden(world, next_door)
    assert {"amina", "jens", "consent-jens", "outreach--jens"} <= {*gone}
    twin = snapshot_of(reseated(renamed(world.elements(), world, next_door), gone))
    assert not {*gone} & twin.row_of.keys()
    sees = kystby.caller_of(Role.OUTREACH, posts=("outreach",))
    one, other = (
        all_answers(kystby.view_of(known, sees), NEEDS[0], FILES[1]) for known in (world, twin)
    )
    alike = [place for place, answer in enumerate(one) if answer == other[place]]
    assert alike == [10]  # the number of rows of the file


Twins = tuple[list[Any], list[Any], list[str]]


@st.composite
def twins(draw: st.DrawFn) -> Twins:
    """Draw the answers to a caller in a world and in its twin, and the ids by which they differ."""
    elements, caller = draw(worlds()), draw(callers())
    on, today, need = draw(DAYS), draw(DAYS), draw(st.sampled_from(NEEDS))
    file = draw(st.sampled_from(FILES))
    withheld = draw(st.frozensets(st.sampled_from(["jens", "bo", "carl"]), max_size=1))
    snapshot = snapshot_of(elements)
    view = View(snapshot, caller, on, today=today, withheld=withheld)
    secret = hidden(snapshot, view)
    luck = draw(st.randoms(use_true_random=False))
    share = luck.choice((0.1, 0.5, 1.0))
    gone = [node_id for node_id in secret if luck.random() < share]
    twin = reseated(renamed(elements, snapshot, view), gone, apart=luck.random() < 0.5)
    other = View(snapshot_of(twin), caller, on, today=today, withheld=also_of(withheld))
    return all_answers(view, need, file), all_answers(other, need, file), gone


@pytest.mark.slow
@examples(100)
@given(twins())
def test_hidden_data_changes_no_answer_to_a_caller(case: Twins) -> None:
    assert case[0] == case[1]


@drill(5_000)
@given(twins())
def test_hidden_data_changes_no_answer_to_a_caller_in_thousands_of_worlds(case: Twins) -> None:
    assert case[0] == case[1]
