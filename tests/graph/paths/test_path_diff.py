# pyright: reportOptionalMemberAccess=false
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given

from api.text.path_diff import diff_causes, diff_headline, path_title, why_sentence
from graph.access.policy import Role
from graph.access.view import View
from graph.errors import InvalidNeed, NotFound
from graph.model import Element, Holds, Node, SucceededBy
from graph.paths import Need, find
from graph.paths.answer import Path
from graph.paths.answer_terms import AnswerRole, Cause
from graph.paths.path_diff import (
    ComparedPath,
    PathChange,
    PathChangeReason,
    PathDiff,
    PathFate,
    path_diff,
)
from graph.vocabulary import (
    CoordinationFunction,
    Freshness,
    LegalGate,
    NetworkKind,
    PostKind,
    PreventionLevel,
    Sector,
)
from tests import kystby
from tests.api.twin_worlds import Case, cases
from tests.fixtures.examples import examples
from tests.fixtures.snapshots import snapshot_of
from tests.graph.paths.additions import POLICY, coordinates, kystby_with, person, post, tie
from tests.graph.questions.letters import letters, refers
from tests.kystby import TODAY
from tests.seed import demo

NEW_YEAR = date(2027, 1, 1)
ENDS: dict[str, Any] = {"valid_to": NEW_YEAR}
SSP = Need(on=TODAY, start="ihd", target="ssp-post")
TO_CLUB = Need(on=TODAY, start="outreach", target="vindrosen", level=PreventionLevel.OUTREACH)


def diff_of(need: Need, *more: Element, against: date = NEW_YEAR, **terms: Any) -> PathDiff:
    before, after = (kystby_with(*more, on=on, **terms) for on in (need.on, against))
    return path_diff(before, after, need, POLICY)


def sole_path(diff: PathDiff) -> ComparedPath:
    (path,) = diff.paths
    return path


def fates(diff: PathDiff) -> list[tuple[str, str, list[tuple[Any, ...]]]]:
    """Return each path by its nodes, with its fate, and what happened at which stop or hop."""
    return [
        (
            "-".join(stop.node.id for stop in (path.after or path.before).stops),
            path.fate,
            [(why.what, why.stop, why.hop) for why in path.why],
        )
        for path in diff.paths
    ]


def sentences(diff: PathDiff) -> list[str]:
    return [why_sentence(why, path, "en") for path in diff.paths for why in path.why]


def test_a_kept_path_shows_who_answers_instead_and_from_when() -> None:
    diff = diff_of(SSP)
    assert fates(diff) == [("ihd-ssp-post", PathFate.KEPT, [(PathChangeReason.ANSWERS, 1, None)])]
    (why,) = sole_path(diff).why
    assert (why.was, why.now, why.on) == (AnswerRole.DEPUTY, AnswerRole.HOLDER, date(2026, 12, 7))
    assert sentences(diff) == [
        "SSP-koordinator, Kystby: holder (Amina Søkilde Østergård) in place of deputy "
        "(Bo Rugvang Sørensen), from 7 December 2026."
    ]


def test_a_check_that_becomes_stale_is_a_freshness_change() -> None:
    check = sole_path(diff_of(SSP, against=date(2027, 4, 17))).why[1]
    assert (check.what, check.hop) == (PathChangeReason.FRESHNESS, 0)
    assert (check.was, check.now) == (Freshness.FRESH, Freshness.STALE)


def test_a_link_that_ends_breaks_the_path_and_one_that_begins_makes_another() -> None:
    over = refers("ihd", "intake", valid_from=NEW_YEAR)
    diff = diff_of(
        Need(on=TODAY, start="ihd", network=frozenset({NetworkKind.SSP}), area="kystby"), over,
        changed={"ihd--ssp-post": ENDS},
    )  # fmt: skip
    gone, *new = diff.paths
    assert fates(diff) == [
        ("ihd-ssp-post", PathFate.GONE, [(PathChangeReason.ENDED, None, 0)]),
        ("ihd-intake-ssp-post", PathFate.NEW, [(PathChangeReason.BEGUN, None, 0)]),
        ("ihd-intake", PathFate.NEW, [(PathChangeReason.BEGUN, None, 0)]),
    ]
    assert {path.why[0].on for path in (gone, *new)} == {NEW_YEAR}
    assert sentences(diff)[:2] == [
        "Step 1 (Infohus-tovholder, Østkysten → SSP-koordinator, Kystby) ends 1 January 2027.",
        "Step 1 (Infohus-tovholder, Østkysten → Social modtagelse, Kystby) begins 1 January 2027.",
    ]


def test_a_diff_has_the_paths_of_both_answers_with_their_numbers() -> None:
    need = Need(on=TODAY, start="ihd", network=frozenset({NetworkKind.SSP}), area="kystby")
    diff = diff_of(need, refers("ihd", "intake"))
    answers = [
        find(kystby_with(refers("ihd", "intake"), on=on), replace(need, on=on), POLICY)
        for on in (TODAY, NEW_YEAR)
    ]
    paths_before = tuple(path.before for path in diff.paths if path.before)
    paths_after = sorted(
        (path.after for path in diff.paths if path.after), key=lambda path: path.number
    )
    assert paths_before == answers[0].paths
    assert tuple(paths_after) == answers[1].paths


def test_an_ended_node_is_listed_once_with_its_successor() -> None:
    heir = post("heir", PostKind.SSP_COORDINATOR, Sector.YOUTH, valid_from=NEW_YEAR)
    diff = diff_of(
        SSP, heir, tie(SucceededBy, "ssp-post", "heir", valid_from=NEW_YEAR),
        changed={"ssp-post": ENDS},
    )  # fmt: skip
    (why,) = diff.paths[0].why
    assert (why.what, why.stop, why.on) == (PathChangeReason.ENDED, 1, NEW_YEAR)
    assert why.successor.id == "heir"
    assert sentences(diff)[0] == (
        "SSP-koordinator, Kystby ends 1 January 2027; succeeded by Post heir."
    )


def test_a_post_that_stops_answering_closes_the_path_with_its_cause() -> None:
    need = Need(on=TODAY, start="ihd", target="seat")
    seat = post("seat", PostKind.RELEASE_CONTACT, Sector.SOCIAL_SERVICES)
    diff = diff_of(need, seat, refers("ihd", "seat"), tie(Holds, "bo", "seat", valid_to=NEW_YEAR))
    (why,) = sole_path(diff).why
    assert (why.what, why.stop, why.on) == (PathChangeReason.CLOSED, 1, NEW_YEAR)
    assert (diff.cause_before, diff.cause_after) == (None, Cause.NOT_ANSWERING)
    assert list(diff_causes(diff, "da")) == ["1. jan. 2027: ingen kontaktvej, ingen svarer dér."]
    assert (
        diff_headline(diff, "da") == "25. nov. 2026 og 1. jan. 2027: 0 veje bevaret, 1 væk, 0 nye."
    )
    assert path_title(sole_path(diff), "da").startswith(
        "Væk (var nr. 1): Infohus-tovholder, Østkysten"
    )


def test_a_gone_path_that_still_exists_is_dearer_or_overlaps() -> None:
    need = Need(on=TODAY, start="a", target="c", max_paths=1)
    ways = (refers("a", "b"), refers("b", "c"))
    diff = diff_of(need, *letters(), *ways, refers("a", "c", valid_from=NEW_YEAR))
    assert fates(diff) == [
        ("a-b-c", PathFate.GONE, [(PathChangeReason.DEARER, None, None)]),
        ("a-c", PathFate.NEW, [(PathChangeReason.BEGUN, None, 0)]),
    ]
    (why,) = diff.paths[0].why
    assert why.cost_was is not None
    assert why.cost_is is not None
    two = Need(on=TODAY, start="a", target="d", max_paths=3, overlap_percent=0)
    both = (refers("a", "b"), refers("b", "d"), refers("b", "e"), refers("e", "d"))
    alike = diff_of(two, *letters(), *both[2:], both[0],
                  refers("b", "d", valid_from=NEW_YEAR))  # fmt: skip
    assert fates(alike)[0] == ("a-b-e-d", PathFate.GONE, [(PathChangeReason.OVERLAP, None, None)])


def test_a_replacing_link_with_another_gate_is_a_gate_change() -> None:
    new_link = refers("ihd", "ssp-post", id="anew", valid_from=NEW_YEAR, gate=LegalGate.INTERNAL)
    diff = diff_of(SSP, new_link, changed={"ihd--ssp-post": ENDS})
    gate = next(why for why in sole_path(diff).why if why.what is PathChangeReason.GATE)
    assert (gate.hop, gate.was, gate.now) == (0, LegalGate.INFOHOUSE, LegalGate.INTERNAL)


def test_a_post_that_leaves_the_network_no_longer_meets_the_need() -> None:
    need = Need(on=TODAY, start="ihd", network=frozenset({NetworkKind.SSP}), area="kystby",
                max_hops=1)  # fmt: skip
    diff = diff_of(need, changed={"ssp-post--ssp": ENDS})
    assert fates(diff) == [("ihd-ssp-post", PathFate.GONE, [(PathChangeReason.TERMS, 1, None)])]


def test_a_coordinator_who_leaves_is_succeeded_by_the_only_new_coordinator() -> None:
    """The link lies inside a step: a coordinator of a network answers for it."""
    need = Need(on=TODAY, start="ihd", target="intake")
    come = coordinates("outreach", "ssp", valid_from=NEW_YEAR)
    diff = diff_of(need, come, changed={"ssp-post--ssp": ENDS})
    (why,) = diff.paths[0].why
    assert (why.what, why.hop) == (PathChangeReason.ENDED, 0)
    assert why.successor.id == "outreach"
    assert sentences(diff)[0] == (
        "Step 1 (Infohus-tovholder, Østkysten → SSP Kystby) ends 1 January 2027; "
        "succeeded by Opsøgende medarbejder, Havnen."
    )
    own = diff_of(replace(need, start="ssp-post"), changed={"ssp-post--ssp": ENDS})
    assert fates(own) == [("ssp-post-intake", PathFate.GONE, [(PathChangeReason.TERMS, 0, None)])]


def test_a_path_is_kept_when_its_steps_change() -> None:
    """From the new year somebody else coordinates the network: one call more."""
    chair = coordinates("release", "ssp", CoordinationFunction.CHAIR, valid_from=NEW_YEAR)
    seat = (person("gert"), tie(Holds, "gert", "release"))
    diff = diff_of(Need(on=TODAY, start="ihd", target="intake"), chair, *seat)
    (kept_path,) = (path for path in diff.paths if path.fate is PathFate.KEPT)
    assert kept_path.before is not None
    assert kept_path.after is not None
    assert [len(path.stops) for path in (kept_path.before, kept_path.after)] == [3, 4]
    assert PathChangeReason.ANSWERS in {why.what for why in kept_path.why}


def test_a_path_is_kept_when_the_caller_starts_from_another_post_later() -> None:
    """Post b is held by whoever holds a, from the new year by whoever holds c."""
    asker = kystby.caller_of(Role.COORDINATOR, areas=("dk",), posts=("a", "c"))
    seats = (tie(Holds, "p-a", "b", valid_to=NEW_YEAR), tie(Holds, "p-c", "b", valid_from=NEW_YEAR))
    others = [element for element in letters() if element.id != "p-b--b"]
    need = Need(on=TODAY, target="d")
    diff = diff_of(need, *others, *seats, refers("b", "d"), caller=asker)
    kept = sole_path(diff)
    assert fates(diff) == [("c-d", PathFate.KEPT, [])]
    assert [path.stops[0].node.id for path in (kept.before, kept.after)] == ["a", "c"]


def test_a_node_of_the_need_must_exist_on_at_least_one_of_the_dates() -> None:
    heir = post("heir", PostKind.SSP_COORDINATOR, Sector.YOUTH, valid_from=NEW_YEAR)
    seat = tie(Holds, "bo", "heir", valid_from=NEW_YEAR)
    diff = diff_of(Need(on=TODAY, start="ihd", target="heir"), heir, seat, refers("ihd", "heir"))
    assert fates(diff) == [("ihd-heir", PathFate.NEW, [(PathChangeReason.BEGUN, 1, None)])]
    assert (diff.cause_before, diff.cause_after) == (None, None)
    with pytest.raises(NotFound, match="nobody"):
        diff_of(Need(on=TODAY, start="ihd", target="nobody"))
    with pytest.raises(InvalidNeed, match="against"):
        diff_of(SSP, against=TODAY)


def test_an_expired_consent_reads_like_an_ended_link_or_an_ended_civilian() -> None:
    day = date(2027, 6, 1)
    everywhere = kystby.caller_of(
        Role.OUTREACH, areas=("dk", "kystby", "kystby-kommune"), posts=("outreach",)
    )
    lasting = {"expires_on": date(2028, 1, 1)}
    worlds: list[dict[str, dict[str, Any]]] = [
        {},  # the consent runs out
        {"consent-jens": lasting, "outreach--jens": {"valid_to": day}},
        {"consent-jens": lasting, "jens": {"valid_to": day}},
    ]
    texts: set[tuple[str, ...]] = set()
    for changed in worlds:
        diff = diff_of(TO_CLUB, against=date(2027, 6, 2), caller=everywhere, changed=changed)
        (path,) = (path for path in diff.paths if path.fate is PathFate.GONE)
        assert {why.what for why in path.why} == {PathChangeReason.NOT_THERE}
        assert all(why.on is None and why.successor is None for why in path.why)
        texts.add(tuple(why_sentence(why, path, "da") for why in path.why))
    assert texts == {("Formand Jens R. findes ikke på den anden dato.",)}


def test_on_laesoe_every_path_to_its_own_coordinator_closes_on_1_february() -> None:
    need = Need(on=TODAY, start="act-ssp-0851", area="mun-0825",
                network=frozenset({NetworkKind.SSP}))  # fmt: skip
    day = date(2027, 2, 1)
    diff = path_diff(demo.view_of(), demo.view_of(day), need, POLICY)
    own = [path for path in diff.paths if goal(path) == "act-ssp-0825"]
    assert own
    assert {path.fate for path in own} == {PathFate.GONE}
    last = [path.why[-1] for path in own]
    assert all((why.what, why.on) == (PathChangeReason.CLOSED, day) for why in last)
    others = [path for path in diff.paths if path not in own]
    assert {goal(path) for path in others} == {"act-sspp-1460"}  # of the district
    assert PathFate.KEPT in {path.fate for path in others}
    assert diff.cause_after is None  # the ways to others are not closed


def goal(compared: ComparedPath) -> str:
    path = compared.before or compared.after
    return path.stops[-1].node.id


def test_paths_are_kept_without_reasons_when_nothing_changes() -> None:
    need = Need(on=TODAY, start="aut-pet-fc", area="mun-0787")
    diff = path_diff(demo.view_of(), demo.view_of(date(2026, 11, 26)), need, POLICY)
    assert {path.fate for path in diff.paths} == {PathFate.KEPT}
    assert [path.why for path in diff.paths] == [()] * len(diff.paths)


def test_every_change_reason_has_a_sentence_in_both_languages() -> None:
    path = diff_of(SSP).paths[0]
    for fate in PathFate:
        compared = ComparedPath(fate=fate, before=path.before, after=path.after, why=())
        for what in PathChangeReason:
            why = PathChange(what=what, hop=0, cost_was=1, cost_is=2)
            texts = {why_sentence(why, compared, lang) for lang in ("da", "en")}
            assert len(texts) == 2, what
            assert all(text.endswith(".") for text in texts)


@pytest.mark.drill
@examples(60)
@given(cases())
def test_a_comparison_has_the_paths_of_both_answers(case: Case) -> None:
    """Asked from each node to Kystby, and from an outreach worker to each node."""
    snapshot = snapshot_of(case.elements)
    first, second = (
        View(snapshot, case.caller, day, today=TODAY, withheld=case.withheld)
        for day in (TODAY, date(2027, 6, 2))
    )
    nodes = [element.id for element in case.elements if isinstance(element, Node)]
    needs = [Need(on=TODAY, start=node, area="kystby") for node in nodes]
    for need in (*needs, *(Need(on=TODAY, start="outreach", target=node) for node in nodes)):
        answers = [listed(view, need) for view in (first, second)]
        if answers == [None, None]:
            continue
        diff = path_diff(first, second, need, POLICY)
        before = [path.before for path in diff.paths if path.before]
        after = [path.after for path in diff.paths if path.after]
        for answer, compared in zip(answers, (before, after), strict=True):
            assert sorted(compared, key=lambda path: path.number) == list(answer or ())


def listed(view: View, need: Need) -> Sequence[Path] | None:
    """Return the paths of an answer; None if something that the need names does not exist."""
    try:
        return find(view, replace(need, on=view.on), POLICY).paths
    except NotFound:
        return None
