"""One-line builders of posts, people and links to add to Kystby, and shortcuts to search it."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any, Final

from graph.access.policy import LOCAL_OPERATOR, Caller
from graph.access.view import View
from graph.model import Actor, Area, ContactDetail, Coordinates, Element, Link, Person
from graph.paths import Answer, Need, find
from graph.paths.answering_costs import post_answers
from graph.paths.ends import Ends, ends
from graph.paths.policy_file import load_policy
from graph.vocabulary import (
    AreaKind,
    Channel,
    CoordinationFunction,
    LegalGate,
    PostKind,
    PreventionLevel,
    Sector,
)
from tests import kystby
from tests.fixtures.snapshots import snapshot_of
from tests.kystby import TODAY

POLICY: Final = load_policy()
local: Final = datetime.fromisoformat
QUIET: Final = ("bo--phone-bo", "erik--phone-erik")
"""Without these links nobody in Kystby has a direct contact, so answers consist of paths."""
ALL_LEVELS: Final = frozenset(PreventionLevel)


def post(post_id: str, kind: PostKind, sector: Sector, **fields: Any) -> Actor:
    return Actor(
        id=post_id, kind=kind, sector=sector, name=f"Post {post_id}", source="test",
        tier=fields.pop("tier", min(kind.tiers)),
        is_unit_only=fields.pop("is_unit_only", kind.is_unit_only), **fields,
    )  # fmt: skip


def person(person_id: str, **fields: Any) -> Person:
    name = f"{person_id.capitalize()} Lyngtoft"
    return Person(id=person_id, name=name, source="test", **fields)


def area(area_id: str, kind: AreaKind, **fields: Any) -> Area:
    return Area(id=area_id, kind=kind, code="9998", name=area_id, source="test", **fields)


def detail(detail_id: str, channel: Channel) -> ContactDetail:
    return ContactDetail(id=detail_id, channel=channel, hint="•••••", source="test")


def tie(cls: type[Link], source: str, target: str, **fields: Any) -> Link:
    """A link called `source--target`, as Kystby's are."""
    return cls(
        id=fields.pop("id", f"{source}--{target}"), source_id=source, target_id=target,
        source="test", **fields,
    )  # fmt: skip


def coordinates(
    post_id: str,
    network: str,
    function: CoordinationFunction = CoordinationFunction.COORDINATOR,
    **fields: Any,
) -> Link:
    given: dict[str, Any] = {"gate": LegalGate.SSP_115, "levels": ALL_LEVELS, **fields}
    return tie(Coordinates, post_id, network, function=function, **given)


def kystby_with(
    *more: Element,
    without: Iterable[str] = (),
    caller: Caller = LOCAL_OPERATOR,
    on: date = TODAY,
    today: date = TODAY,
    changed: Mapping[str, dict[str, Any]] | None = None,
) -> View:
    """Return a caller's View of Kystby with elements added, left out and changed."""
    known = (*kystby.elements(without=without, **(changed or {})), *more)
    return View(snapshot_of(known), caller, on, today=today)


def answer_of(view: View, **terms: Any) -> Answer:
    return find(view, Need(on=view.on, **terms), POLICY)


def ends_of(view: View, **terms: Any) -> Ends:
    return ends(view, Need(on=view.on, **terms), POLICY, post_answers(view, POLICY))


def targets_of(view: View, **terms: Any) -> list[str]:
    return [view.id(row) for row in ends_of(view, **terms).targets]
