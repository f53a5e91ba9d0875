"""Cells with many names: their number, which unfolds to the names."""

from api.schemas.entities import AreaCard, Entity, NodeName
from explorer.views.analysis.impact import municipalities_cell
from explorer.views.analysis.query_result import html_cell

_NAMES = ("Assens", "Nyborg", "Ærø", "Odense", "Thisted", "Øst & Vest")
_FYN = AreaCard(
    entity=Entity(id="fyn", label="Area", name="Fyns Politi", areas=(), fields={}),
    lies_in=(),
    holds=tuple(NodeName(id=name, name=name) for name in (*_NAMES[:4], "Faaborg")),
)


def _areas(*names: str) -> tuple[NodeName, ...]:
    return tuple(NodeName(id=name, name=name) for name in names)


def test_many_municipalities_are_counted_and_unfold_by_police_district() -> None:
    assert municipalities_cell(_areas(*_NAMES), [_FYN]) == (
        '<details class="kv-fold"><summary>6 kommuner</summary><dl>'
        "<dt>Fyns Politi: 4 af 5</dt><dd>Assens, Nyborg, Odense, Ærø</dd>"
        "<dd>Thisted, Øst &amp; Vest</dd></dl></details>"
    )


def test_a_few_municipalities_are_named() -> None:
    assert municipalities_cell(_areas("Thisted", "Øst & Vest"), [_FYN]) == "Thisted, Øst &amp; Vest"


def test_a_long_list_in_a_result_is_counted_and_unfolds() -> None:
    assert html_cell(["<a>", *range(10)]) == (
        '<details class="kv-fold"><summary>11 værdier</summary>'
        "<p>&lt;a&gt;, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9</p></details>"
    )
    assert html_cell(["<a>", 2]) == "&lt;a&gt;, 2"
