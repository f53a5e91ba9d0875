"""A network as nodes and links: several answers in one drawing, never more than can be drawn."""

from typing import Any

import pytest

from api.schemas.entities import Neighborhood
from explorer.components.network import CAP, NetworkAction, act_of, elements, new, tiers, types_of
from tests.explorer.components.saying import SAID


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


def test_the_center_comes_first_and_each_node_says_what_it_is() -> None:
    first, post, person = elements(SSP, said=SAID)["nodes"]
    assert first == {
        "id": "ssp", "label": "Network", "kind": "~SSP", "name": "SSP", "tier": "MUNICIPAL",
        "more": 0, "freshness": "STALE",
    }  # fmt: skip
    assert (post["name"], post["kind"], post["freshness"]) == ("A", "~Actor", "FRESH")
    assert (person["name"], person["tier"]) == ("some Person", None)


def test_a_node_says_how_many_of_its_links_are_not_drawn() -> None:
    assert [node["more"] for node in elements(SSP, said=SAID)["nodes"]] == [0, 2, 0]
    a = around(
        "a", [neighbor("c"), neighbor("d")], [tie("a-c", "a", "c"), tie("a-d", "a", "d")], links=3
    )
    drawn = elements(SSP, a, said=SAID)
    assert {node["id"]: node["more"] for node in drawn["nodes"]}["a"] == 0
    assert [node["id"] for node in drawn["nodes"]] == ["ssp", "a", "b", "c", "d"]


def test_a_link_told_twice_is_drawn_once_and_says_its_terms() -> None:
    again = around("a", [neighbor("ssp")], [tie("ssp-a", "ssp", "a")])
    links = elements(SSP, again, said=SAID)["links"]
    assert [link["id"] for link in links] == ["ssp-a", "b-ssp"]
    assert links[1] == {
        "id": "b-ssp", "source": "b", "target": "ssp", "type": "~KNOWS", "gate": "~CONSENT",
        "freshness": "STALE",
    }  # fmt: skip
    bare = around("ssp", [neighbor("a")], [tie("ssp-a", "ssp", "a", None)])
    drawn = elements(bare, said=SAID)
    assert (drawn["links"][0]["gate"], drawn["links"][0]["freshness"]) == (None, None)
    assert drawn["nodes"][0]["freshness"] is None


def test_labels_keep_some_and_the_center_stays() -> None:
    drawn = elements(SSP, said=SAID, labels=("Actor",))
    assert [node["id"] for node in drawn["nodes"]] == ["ssp", "a"]
    assert [link["id"] for link in drawn["links"]] == ["ssp-a"]


def test_types_keep_some_links_who_is_at_their_ends_and_the_center() -> None:
    member = tie("ssp-a", "ssp", "a") | {"type": "MEMBER_OF"}
    both = around("ssp", [neighbor("a"), neighbor("b")], [member, tie("b-ssp", "b", "ssp")])
    assert types_of(both) == {"MEMBER_OF", "KNOWS"}
    drawn = elements(both, said=SAID, types=("MEMBER_OF",))
    assert [node["id"] for node in drawn["nodes"]] == ["ssp", "a"]
    assert [link["id"] for link in drawn["links"]] == ["ssp-a"]
    none = elements(both, said=SAID, types=("COVERS",))
    assert [node["id"] for node in none["nodes"]] == ["ssp"]


def test_never_more_than_can_be_drawn_and_no_link_without_both_its_ends() -> None:
    many = [neighbor(str(at)) for at in range(CAP + 5)]
    drawn = elements(
        around("ssp", many, [tie(str(at), "ssp", str(at)) for at in range(CAP + 5)]), said=SAID
    )
    assert len(drawn["nodes"]) == CAP
    assert len(drawn["links"]) == CAP - 1
    assert drawn["nodes"][0]["more"] == 6


def test_around_an_area_are_those_who_answer_for_it() -> None:
    place = around("mun", [neighbor("a", links=0)], [], label="Area", kind=None, tier=None)
    drawn = elements(place, said=SAID)
    assert [(one["source"], one["target"], one["type"]) for one in drawn["links"]] == [
        ("a", "mun", "~COVERS")
    ]
    assert types_of(place) == {"COVERS"}
    assert elements(place, said=SAID, types=("COVERS",)) == drawn
    assert drawn["nodes"][1]["more"] == 0


def test_only_the_tiers_that_are_drawn_have_a_row() -> None:
    assert tiers(elements(SSP, said=SAID)["nodes"], SAID) == (
        {"id": "MUNICIPAL", "label": "~MUNICIPAL"},
    )


# ---- what a browser tells


def told(*acts: tuple[str, Any]) -> list[dict[str, Any]]:
    return [{"turn": turn, "name": name, "value": value} for turn, (name, value) in enumerate(acts)]


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
def test_only_what_can_be_done_to_a_node_that_is_drawn_is_done(
    name: str, value: Any, act: NetworkAction | None
) -> None:
    assert act_of({"turn": 1, "name": name, "value": value}, {"a"}) == act


def test_an_act_is_told_once_however_often_the_browser_repeats_it() -> None:
    first, second, third = told(("undo", None), ("expand", "a"), ("undo", None))
    assert new([first, second], heard=-1) == [first, second]
    assert new([first, second, third], heard=1) == [third]
    assert new([first, second, third], heard=2) == []
    assert new(None, heard=2) == []
