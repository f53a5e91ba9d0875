"""A response holds the result of the core, part by part, with added words and nothing else."""

import json
from datetime import date
from typing import Any, cast

import pytest
from pydantic import BaseModel

from api.cli.console import as_json
from api.requested_need import RequestedMoment
from api.schemas.paths import Paths
from api.text.responses import handover_response, paths_response, stops_response, why_not_response
from graph.access.policy import Role
from graph.access.view import View
from graph.paths import Answer, Need, find
from graph.paths.kernel.request import Direction
from graph.paths.policy_file import load_policy
from graph.paths.stops import stops
from graph.paths.why_not import excluded_nodes, why_not
from graph.questions.handover import handover
from graph.vocabulary import (
    Channel,
    Language,
    LegalGate,
    NetworkKind,
    PreventionLevel,
    Sector,
    Trigger,
)
from seed.people import scenarios
from tests import kystby
from tests.fixtures.snapshots import snapshot_of
from tests.golden.worked import NEEDS
from tests.kystby import TODAY
from tests.seed import demo

POLICY = load_policy()
OWN = kystby.caller_of(
    Role.COORDINATOR, Role.OUTREACH, areas=("dk",), posts=("ssp-post", "outreach")
)
DIRECT: dict[str, Any] = {
    "is_mediated_only": False,
    "channels": frozenset({Channel.PHONE, Channel.VISIT}),
}
ADDED = {"words", "numbers"}
"""What the API adds to an answer of the core."""
OF_KYSTBY = [
    Need(on=TODAY, start="ihd", target="ssp-post"),
    Need(on=TODAY, start="ihd", target="intake", level=PreventionLevel.EXIT),
    Need(on=TODAY, start="outreach", target="release"),
    Need(on=TODAY, start="outreach", target="jens", level=PreventionLevel.OUTREACH),
    Need(
        on=TODAY, start="ihd", area="kystby", trigger=Trigger.ACUTE, gate=LegalGate.INFOHOUSE,
        network=frozenset({NetworkKind.SSP, NetworkKind.KSP}), avoid=frozenset({"outreach"}),
        via=(frozenset({NetworkKind.SSP, NetworkKind.KSP}), Sector.YOUTH),
        direction=Direction.DOWN, max_hops=3, max_paths=2, overlap_percent=10,
    ),
]  # fmt: skip


def _view(on: date = TODAY) -> View:
    return kystby.view_of(snapshot_of(kystby.elements(**{"consent-jens": DIRECT})), OWN, on=on)


def _response(answer: Answer, lang: Language) -> Paths:
    moment = RequestedMoment(on=answer.on, at=answer.at, is_now=answer.at is not None)
    return paths_response(answer, POLICY, moment, lang)


def _as_json(base_model: BaseModel) -> Any:
    return _wordless(json.loads(base_model.model_dump_json()))


def plain(answer: object) -> Any:
    """Return a result of the core as read back from JSON."""
    return json.loads(as_json(answer))


def _wordless(value: Any) -> Any:
    if isinstance(value, dict):
        members = cast("dict[str, Any]", value)
        return {name: _wordless(item) for name, item in members.items() if name not in ADDED}
    if isinstance(value, list):
        return [_wordless(item) for item in cast("list[Any]", value)]
    return value


@pytest.mark.parametrize("lang", ["da", "en"])
@pytest.mark.parametrize("need", OF_KYSTBY, ids=lambda need: f"to-{need.target or need.area}")
def test_a_paths_response_holds_the_answer_of_the_core_unchanged(
    need: Need, lang: Language
) -> None:
    answer = find(_view(), need, POLICY)
    assert _as_json(_response(answer, lang)) == plain(answer)


@pytest.mark.parametrize("name", NEEDS)
def test_worked_answers_are_sent_whole_and_round_trip_through_json(name: str) -> None:
    answer = demo.answer(NEEDS[name])
    response = _response(answer, "da")
    assert _as_json(response) == plain(answer)
    assert Paths.model_validate_json(response.model_dump_json()) == response


def test_a_civilian_who_may_be_contacted_directly_has_channels_an_end_and_a_text() -> None:
    (contact,) = _response(find(_view(), OF_KYSTBY[3], POLICY), "en").contacts
    direct = contact.direct
    assert direct is not None
    assert (direct.channels, direct.until) == (("PHONE", "VISIT"), date(2027, 6, 1))
    assert direct.words.text.startswith("Formand Jens R. may be contacted directly")
    assert "until 1 June 2027" in direct.words.text


def test_a_contact_has_texts_on_its_fit_its_availability_and_direct_contact() -> None:
    contact, *_ = _response(demo.answer(NEEDS["d_at_night"]), "da").contacts
    assert contact.words.title == "SSP-koordinator, Ringsted — koordinerer SSP Ringsted"
    assert contact.stop.resolution is not None
    available = contact.stop.resolution.availability
    assert available.state == "OPENS_AT"
    assert available.words.text.startswith("Åbner mandag kl. 09.00 (")
    assert contact.direct is not None
    assert contact.direct.words.text.startswith("Du må ringe direkte. Sig ikke, hvem")


def test_acute_danger_returns_an_acute_card_and_no_contacts() -> None:
    answer = _response(demo.answer(NEEDS["e_acute"]), "en")
    assert (answer.contacts, answer.none) == ((), None)
    assert answer.acute is not None
    assert answer.acute.words.title == "Acute danger: call 112. Police: 114."
    assert answer.acute.duty_line is not None
    assert answer.acute.duty_line.resolution.post.name == answer.acute.duty_line.post.name
    assert [line.post.name for line in answer.acute.lines] == ["Alarm, 112", "Politi, 114"]


def test_the_word_now_is_used_only_for_the_present_minute() -> None:
    answer = demo.answer(NEEDS["f_release"])
    then = RequestedMoment(on=answer.on, at=answer.at)
    text = paths_response(answer, POLICY, then, "da").model_dump_json()
    assert "Svarer nu: " in _response(answer, "da").model_dump_json()
    assert "Svarer nu: " not in text
    assert "Svarer 25. nov. kl. 10.00: " in text


def test_alternative_paths_have_a_difference_text_and_the_first_has_none() -> None:
    answer = _response(demo.answer(NEEDS["d_at_night"]), "en")
    for contact in answer.contacts:
        first, *others = contact.ways
        assert first.words.difference is None
        assert all(path.words.difference for path in others)
        prefix = f"Unlike path {first.number}: "
        assert all(
            path.words.difference.startswith(prefix) for path in others if path.words.difference
        )
    assert [path.number for path in answer.paths] == list(range(1, len(answer.paths) + 1))
    assert len(answer.paths) > len(answer.contacts) > 1
    assert all(len(path.stops) == len(path.hops) + 1 for path in answer.paths)
    assert all(hop.words.account[-1] for path in answer.paths for hop in path.hops)


@pytest.mark.parametrize("through", [("ssp-post",), ("release",)])
def test_a_stops_response_holds_the_answer_of_the_core_unchanged(through: tuple[str, ...]) -> None:
    answer = stops(_view(), OF_KYSTBY[1], POLICY, through=through)
    assert _as_json(stops_response(answer, (None, None), RequestedMoment(on=TODAY), "da")) == plain(
        answer
    )


@pytest.mark.parametrize("node", ["ihd", "outreach", "nobody"])
def test_a_why_not_response_holds_the_answers_of_the_core_unchanged(node: str) -> None:
    view, need = _view(), OF_KYSTBY[1]
    why, kept_out = why_not(view, need, node, POLICY), excluded_nodes(view, need, POLICY)
    response = _as_json(why_not_response(why, kept_out, need, "da"))
    assert response == {"why_not": plain(why), "excluded": plain(kept_out)}


def test_a_handover_response_holds_the_answer_of_the_core_and_its_gaps() -> None:
    answer = handover(
        demo.view_of(), POLICY, from_area=scenarios.EGEDAL, to_area=scenarios.ROSKILDE
    )
    core = plain(answer)
    for row, sector in zip(core["sectors"], answer.sectors, strict=True):
        row["gaps"] = plain(sector.gaps)
    assert _as_json(handover_response(answer, RequestedMoment(on=answer.on), "da")) == core
