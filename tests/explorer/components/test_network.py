"""A network as nodes and links, its history of steps, and keyboard navigation in its drawing."""

from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from playwright.sync_api import FloatRect, Locator, Page, expect

from api.schemas.entities import Neighborhood
from explorer.components.network import (
    CAP,
    DEPTH,
    NetworkAction,
    NetworkHistory,
    NetworkState,
    act_of,
    elements,
    new,
    tiers,
    types_of,
)
from tests.explorer.components.accessible import violations
from tests.explorer.components.conftest import Open
from tests.explorer.components.marked_labels import LABELS
from tests.fixtures.examples import drills_after


def tie(id: str, source: str, target: str, freshness: str | None = "FRESH") -> Any:
    check = {"on": None, "days": None, "freshness": freshness, "is_due": False}
    return {
        "id": id, "type": "KNOWS", "source": {"id": source}, "target": {"id": target},
        "levels": [], "gate": "CONSENT" if freshness else None,
        "check": check if freshness else None,
    }  # fmt: skip


def neighbor(
    id: str, *, links: int = 1, label: str = "Actor", tier: str | None = "MUNICIPAL"
) -> Any:
    node = {"id": id, "name": None if label == "Person" else id.upper()}
    return {"node": node, "label": label, "tier": tier, "links": links, "steps": 1}


def around(center: str, neighbors: list[Any], ties: list[Any], **more: Any) -> Neighborhood:
    return Neighborhood.model_validate(
        {
            "center": {"id": center, "name": center.upper()}, "label": "Network", "kind": "SSP",
            "tier": "MUNICIPAL", "links": len(ties), "on": "2026-11-25", "revision": 1,
            "neighbors": neighbors, "ties": ties, "chains": [], "is_cut": False, **more,
        }
    )  # fmt: skip


SSP = around(
    "ssp",
    [neighbor("a", links=3), neighbor("b", label="Person", tier=None)],
    [tie("ssp-a", "ssp", "a"), tie("b-ssp", "b", "ssp", "STALE")],
)


def test_the_center_comes_first_and_each_node_has_its_name_kind_and_freshness() -> None:
    first, post, person = elements(SSP, said=LABELS)["nodes"]
    assert first == {
        "id": "ssp", "label": "Network", "kind": "~SSP", "name": "SSP", "tier": "MUNICIPAL",
        "more": 0, "freshness": "STALE",
    }  # fmt: skip
    assert (post["name"], post["kind"], post["freshness"]) == ("A", "~Actor", "FRESH")
    assert (person["name"], person["tier"]) == ("some Person", None)


def test_a_node_counts_its_links_that_are_not_drawn() -> None:
    assert [node["more"] for node in elements(SSP, said=LABELS)["nodes"]] == [0, 2, 0]
    a = around(
        "a", [neighbor("c"), neighbor("d")], [tie("a-c", "a", "c"), tie("a-d", "a", "d")], links=3
    )
    drawn = elements(SSP, a, said=LABELS)
    assert {node["id"]: node["more"] for node in drawn["nodes"]}["a"] == 0
    assert [node["id"] for node in drawn["nodes"]] == ["ssp", "a", "b", "c", "d"]


def test_a_repeated_link_is_drawn_once_with_its_gate_and_freshness() -> None:
    again = around("a", [neighbor("ssp")], [tie("ssp-a", "ssp", "a")])
    links = elements(SSP, again, said=LABELS)["links"]
    assert [link["id"] for link in links] == ["ssp-a", "b-ssp"]
    assert links[1] == {
        "id": "b-ssp", "source": "b", "target": "ssp", "type": "~KNOWS", "gate": "~CONSENT",
        "freshness": "STALE",
    }  # fmt: skip
    drawn = elements(around("ssp", [neighbor("a")], [tie("ssp-a", "ssp", "a", None)]), said=LABELS)
    assert (drawn["links"][0]["gate"], drawn["links"][0]["freshness"]) == (None, None)
    assert drawn["nodes"][0]["freshness"] is None


def test_a_filter_by_labels_always_includes_the_center() -> None:
    drawn = elements(SSP, said=LABELS, labels=("Actor",))
    assert [node["id"] for node in drawn["nodes"]] == ["ssp", "a"]
    assert [link["id"] for link in drawn["links"]] == ["ssp-a"]


def test_a_filter_by_link_types_includes_the_ends_of_the_links_and_the_center() -> None:
    member = tie("ssp-a", "ssp", "a") | {"type": "MEMBER_OF"}
    both = around("ssp", [neighbor("a"), neighbor("b")], [member, tie("b-ssp", "b", "ssp")])
    assert types_of(both) == {"MEMBER_OF", "KNOWS"}
    drawn = elements(both, said=LABELS, types=("MEMBER_OF",))
    assert [node["id"] for node in drawn["nodes"]] == ["ssp", "a"]
    assert [link["id"] for link in drawn["links"]] == ["ssp-a"]
    assert [node["id"] for node in elements(both, said=LABELS, types=("COVERS",))["nodes"]] == [
        "ssp"
    ]


def test_nodes_are_limited_to_the_cap_and_links_to_drawn_nodes() -> None:
    many = [neighbor(str(at)) for at in range(CAP + 5)]
    drawn = elements(
        around("ssp", many, [tie(str(at), "ssp", str(at)) for at in range(CAP + 5)]), said=LABELS
    )
    assert len(drawn["nodes"]) == CAP
    assert len(drawn["links"]) == CAP - 1
    assert drawn["nodes"][0]["more"] == 6


def test_an_area_is_linked_to_the_posts_that_cover_it() -> None:
    place = around("mun", [neighbor("a", links=0)], [], label="Area", kind=None, tier=None)
    drawn = elements(place, said=LABELS)
    assert [(link["source"], link["target"], link["type"]) for link in drawn["links"]] == [
        ("a", "mun", "~COVERS")
    ]
    assert types_of(place) == {"COVERS"}
    assert elements(place, said=LABELS, types=("COVERS",)) == drawn
    assert drawn["nodes"][1]["more"] == 0


def test_only_tiers_with_drawn_nodes_have_a_row() -> None:
    assert tiers(elements(SSP, said=LABELS)["nodes"], LABELS) == (
        {"id": "MUNICIPAL", "label": "~MUNICIPAL"},
    )


@pytest.mark.parametrize(
    ("name", "value", "act"),
    [
        ("selected", "a", NetworkAction(name="selected", node="a")),
        ("selected", None, NetworkAction(name="selected")),
        ("selected", "hidden", NetworkAction(name="selected")),
        ("expand", "a", NetworkAction(name="expand", node="a")),
        ("expand", "hidden", None),
        ("undo", None, NetworkAction(name="undo")),
        ("redo", None, NetworkAction(name="redo")),
        (
            "pinned",
            {"a": [1, 2.5], "hidden": [0, 0]},
            NetworkAction(name="pinned", places={"a": (1, 2.5)}),
        ),
        ("delete", "a", None),
    ],
)  # fmt: skip
def test_only_known_actions_on_drawn_nodes_are_accepted(
    name: str, value: Any, act: NetworkAction | None
) -> None:
    assert act_of({"turn": 1, "name": name, "value": value}, {"a"}) == act


def test_an_action_is_new_once_however_often_the_browser_repeats_it() -> None:
    acts = (("undo", None), ("expand", "a"), ("undo", None))
    first, second, third = (
        {"turn": turn, "name": name, "value": value} for turn, (name, value) in enumerate(acts)
    )
    assert new([first, second], last_turn=-1) == [first, second]
    assert new([first, second, third], last_turn=1) == [third]
    assert new([first, second, third], last_turn=2) == []
    assert new(None, last_turn=2) == []


# ---- steps


def test_undo_and_redo_restore_expanded_and_pinned_nodes() -> None:
    steps = NetworkHistory().expand("a").pin({"a": (1, 2)}).expand("b")
    assert steps.now == NetworkState(expanded=("a", "b"), pinned={"a": (1, 2)})
    assert steps.undo().now == NetworkState(expanded=("a",), pinned={"a": (1, 2)})
    assert steps.undo().undo().now == NetworkState(expanded=("a",))
    assert steps.undo().undo().redo().redo() == steps


def test_a_new_step_discards_the_undone_steps() -> None:
    steps = NetworkHistory().expand("a").expand("b").undo().expand("c")
    assert steps.now.expanded == ("a", "c")
    assert steps.redo() == steps


def test_undo_and_redo_at_the_ends_and_repeated_steps_change_nothing() -> None:
    assert NetworkHistory().undo() == NetworkHistory()
    assert NetworkHistory().redo() == NetworkHistory()
    assert NetworkHistory().expand("a").expand("a") == NetworkHistory().expand("a")
    assert NetworkHistory().pin({}) == NetworkHistory()


def test_the_last_fifty_steps_can_be_undone() -> None:
    steps = NetworkHistory()
    for at in range(DEPTH + 3):
        steps = steps.expand(str(at))
    for _ in range(DEPTH + 3):
        steps = steps.undo()
    assert steps.now.expanded == ("0", "1", "2")


# ---- in Chromium


def drawing(open_page: Open, query: str = "", **page_options: int) -> tuple[Page, Locator]:
    """Return the page and its canvas, once the canvas is visible."""
    page = open_page("stage_network.py", query, **page_options)
    canvas = page.get_by_role("application", name="Netværk. Piletaster flytter, Enter udvider.")
    expect(canvas).to_be_visible()
    expect(page.locator(".network canvas[data-id]").first).to_be_visible()
    return page, canvas


def expect_status(page: Page, text: str) -> None:
    expect(page.locator(".network [role=status]")).to_have_text(text)


def expect_shown(page: Page, text: str) -> None:
    """Expect a text below the drawing."""
    expect(page.get_by_text(text)).to_be_visible()


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


each_layout = pytest.mark.parametrize(
    "layout", drills_after(1, ["tiers", "authorities", "map", "free"])
)


def saved(page: Page, format: str) -> Path:
    """Save the drawing and return the path of the file."""
    page.get_by_role("button", name="Gem som billede").click()
    with page.expect_download() as download:
        page.get_by_role("button", name=f"Som {format}").click()
    return download.value.path()


def node_positions(page: Page) -> dict[str, str]:
    """Return the position of each node in the drawing."""
    nodes = ElementTree.parse(saved(page, "SVG")).iter("{http://www.w3.org/2000/svg}g")
    return {node.attrib["data-id"]: node.attrib["transform"] for node in nodes}


NAMED = """
async (text) => {
  await document.fonts.ready;
  const drawn = new DOMParser().parseFromString(text, "image/svg+xml").documentElement;
  document.body.append(drawn);
  const boxes = [...drawn.querySelectorAll("text")].map((name) => name.getBBox());
  const nodes = [...drawn.querySelectorAll("g")].map((node) => {
    const { x, y, width, height } = node.getBoundingClientRect();
    const at = new DOMPoint(x, y).matrixTransform(drawn.getScreenCTM().inverse());
    const end = new DOMPoint(x + width, y + height).matrixTransform(drawn.getScreenCTM().inverse());
    return { x: at.x, y: at.y, width: end.x - at.x, height: end.y - at.y };
  });
  const meets = (a, b) =>
    Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x) > 1 &&
    Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y) > 3;
  const clear = boxes.filter(
    (box) =>
      !boxes.some((other) => other !== box && meets(box, other)) &&
      !nodes.some((node) => meets(box, node)),
  );
  drawn.remove();
  return clear.length;
}
"""
"""Counts the names that overlap no other name and no node; descenders may touch."""


@pytest.mark.drill
def test_nine_in_ten_names_of_64_nodes_are_drawn_without_overlap(open_page: Open) -> None:
    page, _ = drawing(open_page, "?nodes=64&long=1")
    expect(page.locator(".network[data-named]")).to_be_visible()
    assert page.evaluate(NAMED, saved(page, "SVG").read_text("utf-8")) >= 0.9 * 64


@pytest.mark.parametrize("layout", drills_after(1, ["authorities", "map", "free"]))
def test_drawn_names_do_not_overlap_in_any_layout(open_page: Open, layout: str) -> None:
    page, _ = drawing(open_page, f"?nodes=64&long=1&layout={layout}")
    expect(page.locator(".network[data-named]")).to_be_visible()
    text = saved(page, "SVG").read_text("utf-8")
    assert page.evaluate(NAMED, text) == text.count("<text") > 20


CUT = """
(canvas) => canvas._cyreg.cy.nodes().filter((node) => node.style("label")).filter((node) => {
  const { x, y } = node.renderedPosition();
  const parts = { includeNodes: false, includeEdges: false, includeOverlays: false };
  const box = node.renderedBoundingBox(parts);
  const [wide, high] = [canvas.clientWidth, canvas.clientHeight];
  const isInSight = x > 0 && x < wide && y > 0 && y < high;
  return isInSight && (box.x1 < -1 || box.x2 > wide + 1 || box.y1 < -1 || box.y2 > high + 1);
}).map((node) => node.style("label"))
"""
"""Returns the names that the edge of the drawing cuts."""
BANDED = """
(canvas) => {
  const { left, top } = canvas.getBoundingClientRect();
  const bands = [...canvas.parentElement.querySelectorAll(".tier:not([hidden])")].map((band) => {
    const box = band.getBoundingClientRect();
    return { x1: box.left - left, x2: box.right - left, y1: box.top - top, y2: box.bottom - top };
  });
  const parts = { includeNodes: false, includeEdges: false, includeOverlays: false };
  return canvas._cyreg.cy.nodes().filter((node) => node.style("label")).filter((node) => {
    const box = node.renderedBoundingBox(parts);
    return bands.some((band) =>
      box.x1 + 3 < band.x2 && band.x1 + 3 < box.x2 && box.y1 + 3 < band.y2 && band.y1 + 3 < box.y2);
  }).map((node) => node.style("label"));
}
"""
"""Returns the names that the name of a tier covers."""
ABOVE = """
(canvas) => {
  const cy = canvas._cyreg.cy;
  const styles = (elements, name) => elements.map((element) => element.numericStyle(name));
  const nodes = cy.nodes(":childless");
  const lowest = Math.min(...styles(nodes, "z-index"));
  const highest = Math.max(...styles(cy.edges(), "z-index"));
  return lowest > highest && Math.min(...styles(nodes, "text-background-opacity")) === 1;
}
"""
"""Whether every name is drawn after every line, on a ground of its own."""


@pytest.mark.parametrize("width", [360, 1280])
def test_no_name_is_cut_at_the_edge_and_no_line_is_drawn_over_a_name(
    open_page: Open, width: int
) -> None:
    page, canvas = drawing(open_page, "?nodes=24&long=1", width=width)
    expect(page.locator(".network[data-named]")).to_be_visible()
    canvas.focus()
    press(page, "Home")
    expect_shown(page, "Valgt: node-0.")
    for keys in ((), ("+",) * 4):
        press(page, *keys)
        page.wait_for_timeout(400)
        assert canvas.evaluate(CUT) == []
        assert canvas.evaluate(BANDED) == []
    assert canvas.evaluate(ABOVE)


COVERED = """
(canvas) => {
  const cy = canvas._cyreg.cy;
  const boxes = (nodes, parts) => nodes.map((node) => [node.id(), node.renderedBoundingBox(parts)]);
  const body = { includeLabels: false, includeOverlays: false };
  const name = { includeNodes: false, includeEdges: false, includeOverlays: false };
  const meet = (a, b) => a.x1 + 3 < b.x2 && b.x1 + 3 < a.x2 && a.y1 + 3 < b.y2 && b.y1 + 3 < a.y2;
  const groups = cy.nodes(".group");
  const bodies = boxes(cy.nodes(), body);
  return boxes(groups.filter((group) => group.style("label")), name).filter(([id, box]) =>
    bodies.some(([other, node]) => other !== id && meet(box, node)));
}
"""
"""Returns the names of groups that cover a node or another group."""
BROKEN = """
(canvas) => canvas._cyreg.cy.nodes(":child").filter((node) => {
  const parts = { includeNodes: false, includeEdges: false, includeOverlays: false };
  const name = node.renderedBoundingBox(parts);
  const panel = node.parent().renderedBoundingBox({ includeLabels: false, includeOverlays: false });
  const [own, its] = ["text-background-color", "background-color"];
  return node.style("label") && (node.style(own) !== node.parent().style(its) ||
    name.x1 < panel.x1 - 1 || name.x2 > panel.x2 + 1 ||
    name.y1 < panel.y1 - 1 || name.y2 > panel.y2 + 1);
}).map((node) => node.id())
"""
"""Returns the nodes whose name breaks the frame of their group, or has another ground than it."""


@pytest.mark.parametrize("width", [360, 1280])
def test_names_of_groups_cover_no_node_and_names_in_them_break_no_frame(
    open_page: Open, width: int
) -> None:
    page, canvas = drawing(open_page, "?nodes=24&long=1&layout=authorities", width=width)
    expect(page.locator(".network[data-named]")).to_be_visible()
    assert canvas.evaluate(COVERED) == []
    if width == 1280:
        assert canvas.evaluate(BROKEN) == []


STOOD = """
(canvas) => canvas._cyreg.cy.nodes().map((node) => {
  const { x, y } = node.position();
  const [at, reach] = [node.data("at"), node.data("reach")];
  const others = canvas._cyreg.cy.nodes().not(node).map((other) => other.position());
  return {
    away: at ? Math.hypot(x - at[0], y - at[1]) - reach : null,
    left: x, width: node.renderedWidth(),
    next: Math.min(...others.map((other) => Math.hypot(x - other.x, y - other.y))),
  };
})
"""


@pytest.mark.parametrize("width", [360, 1280])
def test_nodes_on_the_map_are_within_reach_of_their_place_and_the_same_size_at_any_zoom(
    open_page: Open, width: int
) -> None:
    page, canvas = drawing(open_page, "?layout=map", width=width)
    canvas.focus()
    press(page, "Home", "Enter")
    expect_shown(page, "Noder: 63.")
    nodes: list[Any] = canvas.evaluate(STOOD)
    assert max(node["away"] for node in nodes if node["away"] is not None) <= 0
    assert min(node["next"] for node in nodes) > 5
    (beside,) = [node for node in nodes if node["away"] is None]
    assert width == 360 or beside["left"] < min(
        node["left"] for node in nodes if node["away"] is not None
    )
    for _ in range(8):
        press(page, "+")
    page.wait_for_timeout(300)
    larger: list[Any] = canvas.evaluate(STOOD)
    assert sorted(node["width"] for node in larger)[0] < 30


def test_a_rotated_screen_is_filled_again_by_the_same_nodes(open_page: Open) -> None:
    page, canvas = drawing(open_page, "?nodes=24")
    canvas.evaluate(
        "(canvas) => canvas._cyreg.cy.nodes().forEach((node) => node.scratch('same', 1))"
    )
    page.set_viewport_size({"width": 500, "height": 900})
    page.wait_for_timeout(600)
    same = "(canvas) => canvas._cyreg.cy.nodes().every((node) => node.scratch('same'))"
    assert canvas.evaluate(same)
    rotated = canvas.evaluate(STOOD)
    _, other = drawing(open_page, "?nodes=24", width=500)
    other.page.wait_for_timeout(600)
    assert [node["left"] for node in rotated] == [node["left"] for node in other.evaluate(STOOD)]


@each_layout
def test_expanding_moves_no_node_that_is_already_drawn(open_page: Open, layout: str) -> None:
    page, canvas = drawing(open_page, f"?layout={layout}")
    before = node_positions(page)
    canvas.focus()
    press(page, "Home", "Enter")
    expect_shown(page, "Noder: 63.")
    after = node_positions(page)
    assert len(after) == len(before) + 3
    assert {node_id: after[node_id] for node_id in before} == before
    assert len(set(after.values())) == len(after)


def test_a_saved_picture_names_posts_and_no_person(open_page: Open) -> None:
    page, _ = drawing(open_page, "?people=1")
    expect(page.locator(".network[data-named]")).to_be_visible()
    text = saved(page, "SVG").read_text("utf-8")
    assert "Koordinator 0" in text
    assert "Person" in text
    assert "Kvist" not in text
    assert saved(page, "PNG").read_bytes().startswith(b"\x89PNG")
    expect(page.get_by_role("button", name="Gem som billede")).to_have_attribute(
        "aria-expanded", "false"
    )


ARROWS = """
(canvas) => canvas._cyreg.cy.edges(".way").map((edge) => [
  edge.source().id(), edge.style("source-arrow-shape"),
  edge.target().id(), edge.style("target-arrow-shape"),
])
"""
"""Returns both ends of each line of the path with their arrows, which a saved picture lacks."""


def test_a_path_is_highlighted_with_thick_lines_and_arrows_in_its_direction(
    open_page: Open,
) -> None:
    page, canvas = drawing(open_page, "?way=1")
    lines = ElementTree.parse(saved(page, "SVG")).iter("{http://www.w3.org/2000/svg}line")
    assert sum(line.attrib["stroke-width"] == "5" for line in lines) == 2
    assert canvas.evaluate(ARROWS) == [
        ["node-0", "triangle", "node-3", "none"], ["node-3", "triangle", "node-7", "none"],
    ]  # fmt: skip


def test_a_named_view_is_stored_in_the_browser_as_a_link_and_can_be_deleted(
    open_page: Open,
) -> None:
    page, _ = drawing(open_page)
    page.get_by_role("button", name="Gemte visninger").click()
    name = page.get_by_role("textbox", name="Navn på visningen")
    for number in ("010190-1234", "010190_1234", "O10190-1234", "1234-010190", "01 01 90 12 34"):
        name.fill(f"Samtale {number}")
        name.press("Enter")
        expect_status(page, "Feltet ligner et CPR-nummer.")
        expect(page.locator(".saved a")).to_have_count(0)
    name.fill("Mødet i marts")
    name.press("Enter")
    expect_status(page, "Gemt: Mødet i marts")
    link = page.get_by_role("link", name="Mødet i marts")
    expect(link).to_have_attribute("href", "/?id=node-0&hops=2")
    page.reload()
    page.get_by_role("button", name="Gemte visninger").click()
    expect(link).to_be_visible()
    page.get_by_role("button", name="Slet Mødet i marts").click()
    expect(link).to_have_count(0)
    name.press("Escape")
    expect(page.get_by_role("button", name="Gemte visninger")).to_be_focused()


def test_hovering_a_node_shows_its_name_kind_and_tier(open_page: Open) -> None:
    page, canvas = drawing(open_page, "?nodes=1")
    box = canvas.bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 52 + (box["height"] - 144) / 2)
    expect(page.locator(".tip")).to_have_text("Koordinator 0Netværk · Nationalt")


SPOKEN = """
- application "Netværk. Piletaster flytter, Enter udvider."
- button "Zoom ind"
- button "Zoom ud"
- button "Vis alt"
- button "Fastgør" [disabled]
- button "Gem som billede"
- button "Gemte visninger"
- list:
  - listitem: Funktion
  - listitem: Netværk
- status
"""


def test_the_accessibility_tree_of_the_drawing_matches_the_snapshot(open_page: Open) -> None:
    page, _ = drawing(open_page)
    expect(page.locator(".network")).to_match_aria_snapshot(SPOKEN)


def test_arrow_keys_move_between_nodes_and_each_node_is_announced(open_page: Open) -> None:
    page, canvas = drawing(open_page)
    canvas.focus()
    press(page, "ArrowDown")
    expect_status(page, "Koordinator 0, Netværk, 5 forbindelser")
    press(page, "ArrowDown")
    expect_status(page, "Koordinator 3, Netværk, 12 forbindelser")
    press(page, "ArrowRight")
    expect_status(page, "Koordinator 4, Funktion, 12 forbindelser")
    expect_shown(page, "Valgt: node-4.")
    press(page, "Home")
    expect_status(page, "Koordinator 0, Netværk, 5 forbindelser")
    press(page, "Escape")
    expect_shown(page, "Valgt: None.")
    expect(canvas).to_be_focused()


def test_enter_expands_a_node_and_keys_undo_and_redo_it(open_page: Open) -> None:
    page, canvas = drawing(open_page)
    canvas.focus()
    press(page, "Home", "Enter")
    expect_shown(page, "Noder: 63.")
    press(page, "Control+z")
    expect_shown(page, "Noder: 60.")
    press(page, "Control+y")
    expect_shown(page, "Noder: 63.")
    press(page, "Control+z")
    expect_shown(page, "Noder: 60.")
    press(page, "Control+Shift+Z")
    expect_shown(page, "Noder: 63.")


def test_rapid_key_presses_are_all_applied(open_page: Open) -> None:
    page, canvas = drawing(open_page)
    canvas.focus()
    press(page, "Home", "ArrowDown", "p", "Enter", "ArrowRight", "p", "Enter", "Control+z")
    expect_shown(page, "Valgt: node-4. Noder: 63. Fastgjort: ['node-3', 'node-4'].")
    press(page, *["Control+z"] * 3)
    expect_shown(page, "Valgt: node-4. Noder: 60. Fastgjort: [].")


def test_a_node_is_pinned_by_key_and_released_by_button(open_page: Open) -> None:
    page, canvas = drawing(open_page)
    canvas.focus()
    pin = page.get_by_role("button", name="Fastgør")
    expect(pin).to_be_disabled()
    press(page, "Home", "p")
    expect_status(page, "fastgjort")
    expect_shown(page, "Fastgjort: ['node-0'].")
    expect(pin).to_have_attribute("aria-pressed", "true")
    pin.click()
    expect_shown(page, "Fastgjort: [].")
    expect_status(page, "løsnet")


def test_dragging_pins_a_node_and_undo_releases_it(open_page: Open) -> None:
    page, canvas = drawing(open_page, "?nodes=1")
    box = canvas.bounding_box()
    assert box
    # A single node is in the middle of the space between tools and legend.
    x, y = box["x"] + box["width"] / 2, box["y"] + 52 + (box["height"] - 144) / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x - 120, y - 40, steps=4)
    page.mouse.up()
    expect_shown(page, "Fastgjort: ['node-0'].")
    press(page, "Control+z")
    expect_shown(page, "Fastgjort: [].")


def test_a_click_on_the_background_clears_the_selection(open_page: Open) -> None:
    page, canvas = drawing(open_page)
    canvas.focus()
    press(page, "Home")
    expect_shown(page, "Valgt: node-0.")
    canvas.click(position={"x": 20, "y": 200})
    expect_shown(page, "Valgt: None.")


@each_layout
def test_the_same_network_is_drawn_identically_each_time(open_page: Open, layout: str) -> None:
    assert picture(open_page, layout) == picture(open_page, layout)


def picture(open_page: Open, layout: str) -> bytes:
    """Return a screenshot inside the border, once two successive screenshots are equal."""
    page, canvas = drawing(open_page, f"?nodes=80&layout={layout}")
    box = canvas.bounding_box()
    assert box
    inside: FloatRect = {
        "x": box["x"] + 8, "y": box["y"] + 8,
        "width": box["width"] - 16, "height": box["height"] - 16,
    }  # fmt: skip
    page.evaluate("document.fonts.ready.then(() => null)")
    before, now = b"", page.screenshot(clip=inside)
    while before != now:
        page.wait_for_timeout(600)
        before, now = now, page.screenshot(clip=inside)
    return now


@pytest.mark.drill
def test_expanding_at_the_cap_does_nothing_and_announces_why(open_page: Open) -> None:
    page, canvas = drawing(open_page, "?nodes=300")
    canvas.focus()
    expect(page.locator(".notice")).to_have_text("300 noder er vist.")
    press(page, "Home", "Enter")
    expect_status(page, "300 noder er vist.")
    expect_shown(page, "Noder: 300.")


@pytest.mark.drill
def test_the_minimap_is_visible_only_when_zoomed_in(open_page: Open) -> None:
    page, canvas = drawing(open_page)
    canvas.focus()
    small = page.locator("canvas.minimap")
    expect(small).to_be_hidden()
    for _ in range(3):
        page.get_by_role("button", name="Zoom ind").click()
    expect(small).to_be_visible()
    page.get_by_role("button", name="Vis alt").click()
    expect(small).to_be_hidden()


def test_the_mouse_wheel_zooms_only_when_the_drawing_has_the_focus(open_page: Open) -> None:
    page, canvas = drawing(open_page)
    small = page.locator("canvas.minimap")
    canvas.hover()
    page.mouse.wheel(0, -400)
    page.wait_for_timeout(300)
    expect(small).to_be_hidden()
    canvas.focus()
    for _ in range(8):
        page.mouse.wheel(0, -200)
    expect(small).to_be_visible()


def test_at_360_px_the_page_fits_and_every_button_is_at_least_24_px_large(open_page: Open) -> None:
    page, _ = drawing(open_page, width=360)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    for name in ("Zoom ind", "Zoom ud", "Vis alt", "Fastgør", "Gem som billede", "Gemte visninger"):
        box = page.get_by_role("button", name=name).bounding_box()
        assert box
        assert min(box["width"], box["height"]) >= 24


@pytest.mark.usefixtures("packages")
@pytest.mark.parametrize("is_dark", drills_after(1, [False, True]), ids=["light", "dark"])
def test_the_network_has_no_wcag_violations(open_page: Open, is_dark: bool) -> None:
    page, canvas = drawing(open_page, dark=is_dark)
    canvas.focus()
    press(page, "Home")
    expect_shown(page, "Valgt: node-0.")
    assert violations(page, ".st-key-net") == []
