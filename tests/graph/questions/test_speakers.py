"""Speakers of a language near a place: nearest first, and only those the caller may see."""

from collections.abc import Mapping
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.access.policy import LOCAL_OPERATOR, Caller, Role
from graph.access.view import View
from graph.errors import InvalidNeed, NotFound
from graph.paths.places import center_of, kilometers
from graph.questions.speakers import Speakers, speakers
from tests.fixtures.examples import examples
from tests.graph.paths.additions import kystby_with
from tests.kystby import caller_of

AARHUS, VIBORG = (56.1572, 10.2107), (56.4520, 9.4020)
PLACES: Final[Mapping[str, dict[str, Any]]] = {
    "kystby": {"lat": AARHUS[0], "lon": AARHUS[1]},
    "nabo": {"lat": VIBORG[0], "lon": VIBORG[1]},
}


def view_of(caller: Caller = LOCAL_OPERATOR, **spoken: frozenset[str]) -> View:
    """Return the View of Kystby with centers and languages."""
    changed = {**PLACES, **{person: {"languages": tags} for person, tags in spoken.items()}}
    return kystby_with(changed=changed, caller=caller)


def ids(answer: Speakers) -> list[tuple[str, int, list[str]]]:
    return [
        (speaker.node.id, speaker.km, [person.id for person in speaker.people])
        for speaker in answer.found
    ]


SOMALI = frozenset({"so"})


def test_speakers_lists_posts_nearest_first_with_speaking_holders_and_deputies() -> None:
    view = view_of(amina=SOMALI, bo=SOMALI, erik=SOMALI, intake=SOMALI)
    far = round(kilometers(AARHUS, VIBORG))
    assert ids(speakers(view, "so", "kystby", 100)) == [
        ("intake", 0, []), ("ssp-post", 0, ["amina", "bo"]), ("nabo-ssp", far, ["erik"]),
    ]  # fmt: skip
    assert [row[0] for row in ids(speakers(view, "so", "nabo", far))] == [
        "nabo-ssp", "intake", "ssp-post",
    ]  # fmt: skip
    assert [row[0] for row in ids(speakers(view, "so", "kystby", far - 1))] == [
        "intake", "ssp-post",
    ]  # fmt: skip


def test_a_language_matches_a_variety_of_it_but_not_another_variety() -> None:
    view = view_of(amina=frozenset({"ar-SY"}))
    assert [row[0] for row in ids(speakers(view, "ar", "kystby", 5))] == ["ssp-post"]
    assert ids(speakers(view, "ar-IQ", "kystby", 5)) == []


def test_a_civilian_speaker_is_listed_only_for_callers_who_may_see_them() -> None:
    worker = caller_of(Role.OUTREACH, posts=("outreach",))
    assert ids(speakers(view_of(worker, jens=SOMALI), "so", "kystby", 60)) == [("jens", 0, [])]
    for role in (Role.COORDINATOR, Role.ANALYST, Role.STEWARD):
        caller = caller_of(role, areas=("dk",))
        with_them = speakers(view_of(caller, jens=SOMALI), "so", "kystby", 60)
        assert with_them == speakers(view_of(caller), "so", "kystby", 60), role
        assert with_them.found == ()


@pytest.mark.parametrize(
    ("language", "area", "within_km", "field"),
    [
        ("Somali", "kystby", 60, "language"),
        ("so", "kystby", 0, "within_km"),
        ("so", "kystby", 1001, "within_km"),
        ("so", "ssp-post", 60, "area"),
        ("so", "erik", 60, "area"),
        ("so", "dk", 60, "within_km"),
    ],
)
def test_invalid_input_raises_invalid_need_with_its_field(
    language: str, area: str, within_km: int, field: str
) -> None:
    with pytest.raises(InvalidNeed) as refused:
        speakers(view_of(), language, area, within_km)
    assert refused.value.field == field


def test_a_hidden_person_as_area_raises_not_found_as_an_unknown_id_does() -> None:
    for missing in ("erik", "nowhere"):
        with pytest.raises(NotFound):
            speakers(view_of(caller_of(Role.COORDINATOR)), "so", missing, 60)


@examples(30)
@given(
    st.dictionaries(
        st.sampled_from(["amina", "bo", "carl", "dina", "erik", "intake", "jens"]),
        st.frozensets(st.sampled_from(["so", "uk", "ar", "ar-SY"])),
    ),
    st.sampled_from(["so", "uk", "ar"]),
    st.integers(1, 120),
)
def test_every_speaker_is_within_the_distance_and_speaks_the_language(
    spoken: dict[str, frozenset[str]], language: str, within_km: int
) -> None:
    view = view_of(LOCAL_OPERATOR, **spoken)
    answer = speakers(view, language, "kystby", within_km)
    start = center_of(view, view.row("kystby"))
    assert start is not None
    for speaker in answer.found:
        people = [person.id for person in speaker.people] or [speaker.node.id]
        for person in people:
            assert any(tag.split("-")[0] == language for tag in spoken[person])
        centers = [center_of(view, view.row(area.id)) for area in speaker.areas]
        nearest = min(kilometers(start, center) for center in centers if center)
        assert nearest <= within_km
        assert speaker.km == round(nearest)
