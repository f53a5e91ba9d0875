"""The paths that a planned register changes: who answers, what is lost, and what is cut."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Any

from graph.access.policy import Caller, Role
from graph.access.view import View
from graph.model import Element, Holds, Person
from graph.paths.answer_terms import AnswerRole
from graph.questions.path_changes import ChangedPath, PathChanges, PathEffect, path_changes
from graph.questions.reference_needs import Reference
from graph.snapshot.incremental import apply_changes
from graph.vocabulary import Tier
from tests.graph.exchange.imports.office_lists import towns
from tests.graph.paths.additions import POLICY
from tests.kystby import LOCAL_OPERATOR, TODAY, caller_of, elements, snapshot, view_of

LONG_S = 600.0


def element_of(element_id: str) -> Any:
    return next(element for element in elements() if element.id == element_id)


def planned(
    *after: Element, caller: Caller = LOCAL_OPERATOR, created: Iterable[str] = (), **more: Any
) -> PathChanges:
    """Return the paths that change if these elements are added or changed."""
    before = snapshot()
    views: list[View] = [
        view_of(state, caller)
        for state in (before, apply_changes(before, after, before.revision + 1))
    ]
    options: dict[str, Any] = {"limit_s": LONG_S, **more}
    return path_changes(views[0], views[1], POLICY, created=frozenset(created), **options)


def ssp(answer: PathChanges) -> ChangedPath:
    """The changed path to SSP in Kystby."""
    return next(
        path for path in answer.changed
        if (path.area.id, path.reference) == ("kystby", Reference.SSP)
    )  # fmt: skip


def new_holder() -> tuple[Element, ...]:
    return (
        Person(id="ida", name="Ida Møllevang Bæk", source="test"),
        Holds(
            id="ida--ssp-post", source_id="ida", target_id="ssp-post", source="test",
            valid_from=TODAY,
        ),
        replace(element_of("amina--ssp-post"), valid_to=TODAY),
    )  # fmt: skip


def test_no_path_changes_without_a_plan_or_when_a_post_is_only_renamed() -> None:
    for after in ((), (replace(element_of("ssp-post"), name="SSP-leder, Kystby"),)):
        answer = planned(*after)
        assert (answer.count, answer.changed, answer.is_cut) == (0, (), False)
        assert answer.compared > 0


def test_a_new_holder_changes_who_answers_at_the_end_of_a_path() -> None:
    answer = planned(*new_holder(), created=("ida", "ida--ssp-post"))
    path = ssp(answer)
    assert path.what is PathEffect.ANSWERING
    was, now = path.before[-1], path.after[-1]
    assert (was.node.id, was.rung, was.who and was.who.id) == (
        "ssp-post", AnswerRole.DEPUTY, "bo"
    )  # fmt: skip
    assert (now.node.id, now.rung, now.who and now.who.name) == (
        "ssp-post", AnswerRole.HOLDER, "Ida Møllevang Bæk"
    )  # fmt: skip
    assert [stop.node.id for stop in path.before] == [stop.node.id for stop in path.after]
    assert "nabo" not in {entry.area.id for entry in answer.changed}


def test_paths_through_a_post_that_ends_are_lost() -> None:
    gone = planned(
        *(
            replace(element, valid_to=TODAY)
            for element in elements()
            if element.id == "ssp-post" or "ssp-post" in element.id.split("--")
        )
    )
    assert [(path.area.id, path.reference, path.what) for path in gone.changed] == [
        ("kystby", Reference.SSP, PathEffect.LOST),
        ("kystby", Reference.SOCIAL_INTAKE, PathEffect.LOST),
    ]
    intake = gone.changed[1]
    assert [stop.node.id for stop in intake.before] == ["ihd", "ssp-post", "ssp", "intake"]
    assert intake.after == ()


def test_a_plan_does_not_name_a_hidden_person_who_becomes_the_holder() -> None:
    """Erik is hidden outside his own town; a plan that seats him does not name him to others."""
    seat = Holds(
        id="erik--ssp-post", source_id="erik", target_id="ssp-post", source="test",
        valid_from=TODAY,
    )  # fmt: skip
    steward = caller_of(Role.STEWARD)
    answer = planned(
        seat, replace(element_of("amina--ssp-post"), valid_to=TODAY), caller=steward,
        created=(seat.id,),
    )  # fmt: skip
    now = ssp(answer).after[-1]
    assert (now.rung, now.who, now.is_hidden) == (AnswerRole.HOLDER, None, True)
    assert "Erik" not in str(answer)


def test_path_changes_are_marked_as_cut_when_the_time_limit_is_exceeded() -> None:
    answer = planned(*new_holder(), limit_s=-1.0)
    assert (answer.compared, answer.is_cut, answer.count) == (0, True, 0)


def test_only_the_first_changed_paths_are_listed_and_all_are_counted() -> None:
    every, answer = planned(*new_holder()), planned(*new_holder(), most=1)
    assert answer.changed == every.changed[:1]
    assert answer.count == every.count == len(every.changed) > 1


def test_a_change_that_begins_later_changes_no_path_today() -> None:
    later = date(2026, 12, 24)
    answer = planned(replace(element_of("amina--ssp-post"), valid_to=later))
    assert answer.count == 0


def test_paths_of_a_place_that_change_alike_are_one_with_the_tiers_they_begin_at() -> None:
    before = towns()
    seat = Holds(id="p-ida--ssp", source_id="p-ida", target_id="act-ssp-0787", source="test")
    assert seat.target_id in before.row_of
    after = apply_changes(
        before,
        (Person(id="p-ida", name="Ida Møllevang Bæk", source="test"), seat),
        before.revision + 1,
    )
    views = [view_of(state, LOCAL_OPERATOR) for state in (before, after)]
    answer = path_changes(
        views[0], views[1], POLICY, created={"p-ida", seat.id}, first={"mun-0787"}, limit_s=LONG_S
    )
    (path,) = (entry for entry in answer.changed if entry.reference is Reference.SSP)
    assert (path.area.id, path.tiers) == ("mun-0787", (Tier.NATIONAL, Tier.DISTRICT))
