"""What a caller may not see changes no answer, whatever happens to it."""

from datetime import date
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from graph.access import Role
from graph.model import DeputizesFor, Holds, Knows, Thing
from graph.questions.paths import Answer, Need, find
from graph.vocabulary import LegalGate, NetworkKind, Visibility
from tests.graph.questions.paths.additions import ALL_LEVELS, POLICY, kystby_with, person, tie
from tests.kystby import TODAY, caller_of

OUTSIDE = caller_of(Role.COORDINATOR, Role.OUTREACH, areas=("nowhere",), posts=("ssp-post",))
NEEDS: tuple[dict[str, Any], ...] = (
    {"start": "ihd", "target": "ssp-post"},
    {"start": "ihd", "target": "nabo-ssp"},
    {"start": "ihd", "target": "release"},
    {"start": "ssp-post", "area": "nabo"},
    {"start": "ssp-post", "area": "kystby", "language": "so"},
    {"start": "duty", "network": frozenset({NetworkKind.SSP}), "gate": LegalGate.KSP_115},
)
POSTS = st.sampled_from(["ssp-post", "nabo-ssp", "release", "ihd", "duty", "intake"])
DAYS = st.sampled_from([None, date(2026, 11, 1), TODAY, date(2026, 12, 1), date(2027, 1, 1)])
SEEN = st.sampled_from(["amina", "bo", "carl", "dina"])


@st.composite
def hidden_lives(draw: st.DrawFn) -> tuple[Thing, ...]:
    """Somebody nobody outside may see, with any seats and acquaintances."""
    away = draw(st.booleans())
    things: list[Thing] = [
        person(
            "a-hidden", visibility=Visibility.AREA, languages=frozenset({"so"}),
            absent_from=TODAY if away else None, absent_to=date(2027, 1, 1) if away else None,
        )
    ]  # fmt: skip
    units = {"duty", "intake"}
    for post_id in draw(st.sets(POSTS)) - units:
        end = draw(DAYS)
        things.append(tie(Holds, "a-hidden", post_id, valid_to=end, share=0.1))
    for order, post_id in enumerate(sorted(draw(st.sets(POSTS))), 20):
        things.append(tie(DeputizesFor, "a-hidden", post_id, order=order))
    things += [
        tie(Knows, "a-hidden", other, declared_by=other, strength=0.5, levels=ALL_LEVELS)
        for other in sorted(draw(st.sets(SEEN)))
    ]
    return tuple(things)


def answers(*more: Thing) -> list[Answer]:
    view = kystby_with(*more, caller=OUTSIDE)
    return [find(view, Need(on=TODAY, **terms), POLICY) for terms in NEEDS]


@settings(max_examples=25, deadline=None, derandomize=True)
@given(more=hidden_lives())
def test_a_hidden_person_changes_no_answer(more: tuple[Thing, ...]) -> None:
    assert answers(*more) == answers()
