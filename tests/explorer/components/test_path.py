"""A path as boxes: the start has no number, each box says how one comes to it, tiers in order."""

from datetime import date
from typing import Any

from api.schemas.paths import Path
from explorer.components.path import box_id, boxes, card, tiers
from tests.explorer.components.saying import SAID

ZERO = {"type": 0, "strength": 0, "freshness": 0, "gate": 0}


def stop(id: str, name: str | None, tier: str, answers: str | None = None, **more: Any) -> Any:
    return {
        "node": {"id": id, "name": name}, "label": "Actor", "kind": "SSP_COORDINATOR",
        "tier": tier, "area": None, "resolution": None, "covers": [{"id": id, "name": name}],
        "words": {"answers": answers}, **more,
    }  # fmt: skip


def hop(link: str, source: str, target: str, freshness: str, verified_on: date | None) -> Any:
    facts: dict[str, Any] = {
        "link": link, "type": "REFERS_TO", "gate": "KSP_115" if verified_on else None,
        "levels": [], "strength": None, "verified_on": verified_on, "days": None,
        "freshness": freshness, "verified_by": None, "until": None, "carriers": [], "parts": ZERO,
    }  # fmt: skip
    return {
        "source": {"id": source, "name": source}, "target": {"id": target, "name": target},
        "is_forward": True, "facts": facts, "cost": 1, "hub": 0, "standing": 0,
        "response": 0, "inside": 0, "also": [], "words": {"title": "", "why": "", "account": []},
    }  # fmt: skip


PATH = Path.model_validate(
    {
        "number": 1, "reason": None, "cost": 2, "chance": 0.5,
        "stops": [
            stop("ksp", "KSP-kontakt", "NATIONAL", "Svarer nu: dig selv"),
            stop("net", "Infohus Nord", "DISTRICT", label="Network", kind="INFOHOUSE_NETWORK"),
            stop("god", None, "MUNICIPAL", "Svarer nu: stedfortræderen", label="Person", kind=None),
        ],
        "hops": [
            hop("one", "ksp", "net", "FRESH", date(2026, 10, 15)),
            hop("two", "net", "god", "NEVER", None),
        ],
        "oldest_days": None, "freshness": "NEVER", "weakest": 1, "gates": [], "until": None,
        "notes": [], "shared_people": [],
        "words": {"summary": "", "account": "", "difference": None},
    }
)  # fmt: skip


def test_the_start_is_no_contact_so_it_has_no_number_no_hop_and_nobody_who_answers() -> None:
    start, *_ = boxes(PATH, SAID, you="Dig: {name}")
    assert (start["name"], start["number"], start["hop"], start["who"]) == (
        "Dig: KSP-kontakt", None, None, None,
    )  # fmt: skip


def test_each_other_box_says_its_number_and_how_one_comes_to_it() -> None:
    _, network, post = boxes(PATH, SAID)
    assert (network["number"], network["label"], network["kind"], network["tier"]) == (
        1, "Network", "~INFOHOUSE_NETWORK", "DISTRICT",
    )  # fmt: skip
    assert network["hop"] == {
        "gate": "~KSP_115", "freshness": "FRESH", "chip": "FRESH 2026-10-15", "changed": None,
    }  # fmt: skip
    assert post["hop"] == {
        "gate": None, "freshness": "NEVER", "chip": "NEVER never", "changed": None,
    }  # fmt: skip
    assert (post["number"], post["who"]) == (2, "Svarer nu: stedfortræderen")


def test_who_may_not_be_named_is_called_by_what_they_are() -> None:
    *_, post = boxes(PATH, SAID)
    assert (post["name"], post["kind"]) == ("some Person", "~Person")


def test_what_differs_from_another_date_stands_on_the_box_by_its_link_or_itself() -> None:
    drawn = boxes(PATH, SAID, changed={"one": "nyt led", "god": "ny indehaver"})
    assert [box["hop"]["changed"] for box in drawn if box["hop"]] == ["nyt led", "ny indehaver"]


def test_a_leg_numbers_on_and_its_boxes_are_its_own() -> None:
    drawn = boxes(PATH, SAID, changed={"god": "ny indehaver"}, first=3, leg=2)
    assert [box["number"] for box in drawn] == [None, 3, 4]
    assert [box["id"] for box in drawn] == ["2-ksp", "2-net", "2-god"]
    assert [box["hop"]["changed"] for box in drawn if box["hop"]] == [None, "ny indehaver"]
    assert box_id("net", 2) == drawn[1]["id"]


def test_only_the_tiers_of_the_path_are_drawn_the_nation_first() -> None:
    down = boxes(PATH, SAID)
    assert [tier["id"] for tier in tiers(down[::-1], SAID)] == ["NATIONAL", "DISTRICT", "MUNICIPAL"]
    assert tiers(down[1:2], SAID) == ({"id": "DISTRICT", "label": "~DISTRICT"},)


def test_the_card_of_a_box_is_found_by_its_id() -> None:
    assert card("act-ihm-0787") == "card-act-ihm-0787"
