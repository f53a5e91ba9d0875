"""Who may be a step on the way: on the demo, and rule by rule."""

from dataclasses import replace
from typing import Any

import pytest

from graph.model import Element
from graph.paths import Answer, find
from graph.paths.answer import Path
from graph.paths.answer_terms import Cause, DirectGround, Obstacle
from graph.paths.kernel.request import FewerWhy
from graph.paths.need import Need
from graph.paths.why_not import why_not
from graph.vocabulary import NetworkKind, PostKind, Sector, Tier, Trigger
from tests.answers.measures import MONDAY, ask, view_at
from tests.graph.paths.additions import POLICY, QUIET, answer_of, kystby_with, post
from tests.graph.questions.letters import refers

KALUNDBORG, HOLBAEK, KOLDING = "mun-0326", "mun-0316", "mun-0621"
CONCERN: dict[str, Any] = {"trigger": Trigger.CONCERN}
KSP: dict[str, Any] = {"network": frozenset({NetworkKind.KSP})}


def between(paths: tuple[Path, ...]) -> set[str]:
    """Return the ids of all nodes between the ends of some paths."""
    return {
        node.id
        for path in paths
        for stop in path.stops[1:]
        for node in stop.covers
        if node != path.stops[-1].node
    }


def is_prison_post(node_id: str) -> bool:
    return node_id.startswith("act-kf-")


@pytest.mark.parametrize(("terms", "is_crossed"), [(CONCERN, False), (KSP, True)])
def test_the_prison_service_is_a_step_for_its_own_matters_alone(
    terms: dict[str, Any], is_crossed: bool
) -> None:
    answer = ask(MONDAY, start="act-ihm-0326", area=HOLBAEK, **terms)
    assert answer.contacts[0].ways
    assert any(map(is_prison_post, between(answer.paths))) is is_crossed


def test_the_directorate_is_a_step_for_its_own_sector_alone() -> None:
    terms: dict[str, Any] = {"area": KOLDING, "trigger": Trigger.RELEASE}
    own = ask(MONDAY, start="act-kf-01", **terms)
    assert own.contacts[0].ways
    other = ask(MONDAY, start="act-ihm-0326", **terms)
    assert "act-kf-01" not in between(other.paths)


@pytest.mark.parametrize("terms", [{"trigger": Trigger.RELEASE}, KSP], ids=["release", "KSP"])
def test_the_directorate_is_no_step_between_a_national_office_and_a_municipality(
    terms: dict[str, Any],
) -> None:
    answer = ask(MONDAY, start="act-pet-outreach", area="mun-0370", **terms)
    assert answer.contacts[0].direct is not None
    ways = [way for contact in answer.contacts for way in contact.ways
            if contact.stop.node.id.startswith(("act-rel-", "act-ih"))]  # fmt: skip
    assert ways
    assert "act-kf-01" not in between(tuple(ways))


def test_between_districts_a_concern_is_a_direct_call_and_crosses_info_houses_alone() -> None:
    answer = ask(MONDAY, start="act-ihm-0326", area=KOLDING, **CONCERN)
    first = answer.contacts[0]
    assert first.stop.node.id == "act-ihm-0621"
    assert first.direct is not None
    assert first.direct.ground is DirectGround.GENERAL
    assert first.ways
    assert all(step.startswith(("act-ih", "net-ihk")) for step in between(answer.paths))


def test_exit_is_a_step_where_pet_itself_asks() -> None:
    answer = ask(MONDAY, start="act-pet-exit", area=KOLDING, trigger=Trigger.HAND_BACK)
    assert answer.contacts[0].ways


def test_a_stop_that_is_asked_for_is_never_closed() -> None:
    terms: dict[str, Any] = {"start": "act-ihm-0326", "area": HOLBAEK, **CONCERN}
    answer = ask(MONDAY, **terms, via=("act-kf-1467",))
    assert answer.paths
    assert all("act-kf-1467" in between((path,)) for path in answer.paths)
    need = Need(on=MONDAY.date(), at=MONDAY, **terms)
    why = why_not(view_at(MONDAY), need, "act-kf-1467", POLICY)
    assert (why.obstacle, why.proved) == (Obstacle.NOT_SERVING, True)


# ---- rule by rule


def unit(post_id: str, kind: PostKind, sector: Sector) -> Element:
    return post(post_id, kind, sector, is_unit_only=True, hours="00:00-24:00")


def over(kind: PostKind, sector: Sector, **terms: Any) -> Answer:
    """Return the answer where the only way from a to b leads over a post of a kind."""
    view = kystby_with(
        unit("x", kind, sector), refers("a", "x"), refers("x", "b"),
        unit("a", PostKind.SSP_SCHOOL_CONTACT, Sector.SCHOOL),
        unit("b", PostKind.SSP_SCHOOL_CONTACT, Sector.SCHOOL),
        without=QUIET,
    )  # fmt: skip
    return answer_of(view, start="a", target="b", **terms)


@pytest.mark.parametrize(
    ("kind", "sector", "terms", "is_open"),
    [
        (PostKind.SSP_COORDINATOR, Sector.YOUTH, {}, True),
        (PostKind.PROBATION_CONTACT, Sector.PRISON_PROBATION, {}, False),
        (PostKind.PROBATION_CONTACT, Sector.PRISON_PROBATION, {"via": ("x",)}, True),
        (PostKind.PROBATION_CONTACT, Sector.SCHOOL, {}, True),  # of the sector of the start
    ],
)
def test_a_kind_is_a_step_for_the_matters_and_sectors_of_the_policy(
    kind: PostKind, sector: Sector, terms: dict[str, Any], is_open: bool
) -> None:
    answer = over(kind, sector, **terms)
    assert bool(answer.paths) is is_open
    if not is_open:
        assert answer.none is not None
        assert answer.none.cause is Cause.NOT_SERVING


def test_a_national_post_is_a_step_for_the_national_tier_and_its_sector_alone() -> None:
    secretariat, police = PostKind.INFOHOUSE_SECRETARIAT, Sector.POLICE
    assert min(secretariat.tiers) is Tier.NATIONAL
    assert not over(secretariat, police, max_hops=2).paths
    assert over(secretariat, Sector.SCHOOL).paths


# ---- unlikely paths


def unlikely(*, is_quiet: bool) -> Answer:
    """Return the answer where the only path to ssp-post has a chance below the limit."""
    least = replace(POLICY.contacts, least_chance=0.99)
    policy = replace(POLICY, digest="likely", contacts=least)
    view = kystby_with(without=QUIET if is_quiet else ())
    return find(view, Need(on=view.on, start="ihd", target="ssp-post"), policy)


def test_an_unlikely_path_is_left_out_beside_a_direct_call_and_kept_without() -> None:
    (called,) = unlikely(is_quiet=False).contacts
    assert called.direct is not None
    assert called.ways == ()
    assert called.none is None
    assert called.fewer is not None
    assert called.fewer.why is FewerWhy.UNLIKELY
    (quiet,) = unlikely(is_quiet=True).contacts
    assert quiet.direct is None
    assert len(quiet.ways) == 1
