from datetime import date, timedelta
from typing import Any, Final

import pytest

from graph.access.policy import Role
from graph.access.view import View
from graph.errors import InvalidNeed, NotFound
from graph.model import Holds, RefersTo
from graph.questions.due_links import due
from graph.questions.post_states import check_of_link
from graph.vocabulary import LegalGate, LinkType, PreventionLevel
from tests import kystby
from tests.graph.paths.additions import ALL_LEVELS, POLICY, kystby_with, person, tie

COORDINATOR = kystby.caller_of(Role.COORDINATOR)
_OLD: Final[dict[str, Any]] = {"verified_on": date(2025, 3, 1)}


def _view(**changed: dict[str, Any]) -> View:
    """Return Kystby for the coordinator; `__` in a name stands for the two dashes of a link id."""
    by_id = {name.replace("__", "--"): fields for name, fields in changed.items()}
    return kystby_with(caller=COORDINATOR, changed=by_id)


def _due_posts(view: View) -> list[tuple[str, int]]:
    return [(due_link.link.id, due_link.posts) for due_link in due(view, POLICY).found]


def test_a_link_is_due_on_the_184th_day_and_not_before() -> None:
    fresh, late = ({"verified_on": kystby.TODAY - timedelta(days)} for days in (183, 184))
    assert _due_posts(_view(intake__ssp=fresh)) == []
    assert _due_posts(_view(intake__ssp=late)) == [("intake--ssp", 1)]


def test_links_of_a_post_are_due_after_its_own_review_interval() -> None:
    late = {"verified_on": kystby.TODAY - timedelta(41)}
    for every, expected in ((41, []), (40, ["intake--ssp"])):
        view = _view(intake={"review_every_days": every}, intake__ssp=late)
        assert [link for link, _ in _due_posts(view)] == expected
        check = check_of_link(view, view.link_row("intake--ssp"))
        assert check is not None
        assert check.is_due is bool(expected)
    often = _view(intake={"review_every_days": 60}, intake__ssp=late)
    assert due(often, POLICY).next_on == kystby.TODAY + timedelta(20)


def test_due_links_are_ordered_by_the_number_of_posts_reached_over_them() -> None:
    view = _view(**{"ihd__ssp-post": _OLD, "ssp-post__ssp": _OLD, "intake__ssp": _OLD})
    # ihd, on top, leads to ssp-post, and from there over the network ssp to intake.
    assert _due_posts(view) == [("ihd--ssp-post", 2), ("intake--ssp", 1), ("ssp-post--ssp", 1)]


def test_a_post_reached_in_two_ways_counts_for_the_better_one_alone() -> None:
    straight = tie(
        RefersTo, "ihd", "intake", gate=LegalGate.INFOHOUSE, levels=ALL_LEVELS, strength=1.0
    )
    view = kystby_with(straight, caller=COORDINATOR, changed={"ihd--ssp-post": _OLD})
    assert _due_posts(view) == [("ihd--intake", 1), ("ihd--ssp-post", 1), ("intake--ssp", 0)]


def test_a_post_where_no_one_answers_does_not_count_for_a_due_link() -> None:
    straight = tie(
        RefersTo, "ihd", "release", gate=LegalGate.INFOHOUSE, levels=ALL_LEVELS, strength=1.0
    )
    seat = [person("gry"), tie(Holds, "gry", "release")]
    assert ("ihd--release", 0) in _due_posts(kystby_with(straight, caller=COORDINATOR))
    assert ("ihd--release", 1) in _due_posts(kystby_with(straight, *seat, caller=COORDINATOR))


def test_due_links_are_filtered_by_area_link_type_and_own_posts() -> None:
    changed = {"ihd--ssp-post": _OLD, "outreach--forum": _OLD}
    view = kystby_with(caller=COORDINATOR, changed=changed)
    whole = {"ihd--ssp-post", "intake--ssp", "outreach--forum"}

    def due_ids(seen: View = view, **narrowed: Any) -> set[str]:
        return {due_link.link.id for due_link in due(seen, POLICY, **narrowed).found}

    assert due_ids() == due_ids(area="kystby") == whole
    assert due_ids(area="havnen") == {"outreach--forum"}
    assert due_ids(link_type=LinkType.MEMBER_OF) == {"intake--ssp"}
    assert due_ids(link_type=LinkType.HOLDS) == due_ids(is_mine=True) == set()
    carl = kystby.caller_of(Role.COORDINATOR, posts=["ihd"])
    mine = kystby_with(caller=carl, changed=changed)
    assert due_ids(mine, is_mine=True) == {"ihd--ssp-post"}
    assert due_ids(mine, is_mine=True, area="havnen") == set()
    with pytest.raises(NotFound):
        due_ids(area="nowhere")
    with pytest.raises(InvalidNeed, match="area"):
        due_ids(area="ssp-post")


def test_only_what_the_caller_may_verify_is_listed() -> None:
    old = {"intake--ssp": _OLD, "outreach--jens": _OLD}
    seen = {
        role: _due_posts(kystby_with(caller=kystby.caller_of(role), changed=old))
        for role in (Role.COORDINATOR, Role.ANALYST, Role.DPO)
    }
    assert seen == {Role.COORDINATOR: [("intake--ssp", 1)], Role.ANALYST: [], Role.DPO: []}
    elsewhere = kystby.caller_of(Role.COORDINATOR, areas=("nabo",))
    assert _due_posts(kystby_with(caller=elsewhere, changed=old)) == []
    opener = kystby.caller_of(Role.OUTREACH, posts=("outreach",))
    assert "outreach--jens" in dict(_due_posts(kystby_with(caller=opener, changed=old)))
    assert _due_posts(kystby_with(caller=kystby.caller_of(), changed=old)) == []


def test_a_due_link_counts_only_posts_reached_at_the_granted_levels() -> None:
    reach = kystby.caller_of(Role.COORDINATOR, levels=frozenset({PreventionLevel.OUTREACH}))
    only_exit = {"levels": frozenset({PreventionLevel.EXIT})}
    view = kystby_with(caller=reach, changed={"ihd--ssp-post": only_exit, "intake--ssp": _OLD})
    assert _due_posts(view) == [("intake--ssp", 0)]


def test_next_on_is_when_the_oldest_fresh_link_becomes_due() -> None:
    assert due(_view(), POLICY).next_on == date(2026, 10, 15) + timedelta(184)
    sooner = _view(**{"ssp-post__ssp": {"verified_on": date(2026, 6, 1)}})
    assert due(sooner, POLICY).next_on == date(2026, 12, 2)
    assert due(kystby_with(caller=kystby.caller_of()), POLICY).next_on is None


def test_pages_go_on_where_the_last_one_ended_also_among_equals() -> None:
    view = _view(**{"ihd__ssp-post": _OLD, "ssp-post__ssp": _OLD, "intake__ssp": _OLD})
    first = due(view, POLICY, limit=2)
    assert first.after == (1, "intake--ssp")
    rest = due(view, POLICY, after=first.after, limit=2)
    assert [due_link.link.id for due_link in (*first.found, *rest.found)] == [
        "ihd--ssp-post", "intake--ssp", "ssp-post--ssp",
    ]  # fmt: skip
    assert rest.after is None
