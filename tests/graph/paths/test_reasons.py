from datetime import date
from typing import Any

from graph.model import BelongsTo, Holds, Person, RefersTo
from graph.paths.answer_terms import PathReason
from graph.vocabulary import LegalGate, PostKind, Sector
from tests.graph.paths.additions import ALL_LEVELS, answer_of, kystby_with, person, post, tie
from tests.kystby import NOW, TODAY


def detour(gate: LegalGate = LegalGate.INTERNAL) -> tuple[Any, ...]:
    """A second way from ihd to ssp-post, over two posts held by their own people."""
    return (
        post("one", PostKind.SSP_COORDINATOR_POLICE, Sector.POLICE),
        tie(BelongsTo, "one", "politi"),
        person("olga"),
        tie(Holds, "olga", "one"),
        tie(RefersTo, "ihd", "one", gate=gate, levels=ALL_LEVELS, verified_on=TODAY),
        tie(RefersTo, "one", "ssp-post", gate=gate, levels=ALL_LEVELS, verified_on=TODAY),
    )


def test_each_path_has_the_first_reason_that_is_true_and_unused() -> None:
    paths = answer_of(kystby_with(*detour()), start="ihd", target="ssp-post").paths
    assert [(len(path.hops), path.reason) for path in paths] == [
        (1, PathReason.SHORTEST),
        (2, PathReason.FRESHEST),
    ]
    assert [path.number for path in paths] == [1, 2]


def ways(post_id: str, holder: Person, *, verified_on: date, hours: str) -> tuple[Any, ...]:
    """A post between ihd and intake, and who holds it."""
    return (
        post(post_id, PostKind.SSP_COORDINATOR_POLICE, Sector.POLICE, hours=hours),
        tie(BelongsTo, post_id, "politi"),
        holder,
        tie(Holds, holder.id, post_id),
        tie(RefersTo, "ihd", post_id, gate=LegalGate.INTERNAL, verified_on=TODAY),
        tie(RefersTo, post_id, "intake", gate=LegalGate.INTERNAL, verified_on=verified_on),
    )


def test_answers_now_is_a_reason_only_when_the_first_path_does_not_answer_now() -> None:
    """A wait of two more hours costs nothing, but then nobody answers yet."""
    by_day, from_noon = "MO-FR 09:00-15:00", "MO-FR 12:00-15:00"
    for hours, second in [(by_day, PathReason.OTHER_PEOPLE), (from_noon, PathReason.ANSWERS_NOW)]:
        view = kystby_with(
            *ways("one", person("olga"), verified_on=TODAY, hours=hours),
            *ways("two", person("tove"), verified_on=date(2026, 3, 1), hours=by_day),
            without=("ihd--ssp-post",),
        )
        paths = answer_of(view, start="ihd", target="intake", at=NOW).paths
        assert [path.stops[1].node.id for path in paths] == ["one", "two"]
        assert [path.reason for path in paths] == [PathReason.SHORTEST, second]


def test_shared_people_are_those_that_a_path_has_in_common_with_the_first() -> None:
    """Half of the steps may be shared: olga has a post on either way, and two others one each."""
    links: dict[str, Any] = {"gate": LegalGate.INTERNAL, "levels": ALL_LEVELS}
    second_way = (
        post("two", PostKind.SSP_COORDINATOR_POLICE, Sector.POLICE),
        tie(Holds, "olga", "two"),
        tie(RefersTo, "ihd", "two", **links),
    )
    behind = [
        element
        for near, far, holder in (("one", "far-one", "tove"), ("two", "far-two", "yrsa"))
        for element in (
            post(far, PostKind.SSP_COORDINATOR_POLICE, Sector.POLICE),
            person(holder),
            tie(Holds, holder, far),
            tie(RefersTo, near, far, **links),
            tie(RefersTo, far, "ssp-post", **links),
        )
    ]
    gone = ("ihd--ssp-post", "one--ssp-post")
    more = [element for element in (*detour(), *second_way, *behind) if element.id not in gone]
    view = kystby_with(*more, without=("ihd--ssp-post",))
    first, second = answer_of(view, start="ihd", target="ssp-post").paths
    assert first.shared_people == ()
    assert [ref.id for ref in second.shared_people] == ["olga"]
    assert second.reason is not PathReason.OTHER_PEOPLE
