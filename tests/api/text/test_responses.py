"""Is what is sent what the core found, part by part, with words beside and nothing else?"""

import json
from dataclasses import replace
from datetime import date
from typing import Any, cast

import pytest
from pydantic import BaseModel
from pydantic_core import to_json

from api.cli.as_json import plain
from api.requested_need import RequestedMoment
from api.schemas.paths import Paths
from api.text.responses import (
    Fragment,
    FragmentCache,
    ResponseText,
    handover_response,
    paths_response,
    stops_response,
    why_not_response,
    written_once,
)
from graph.access.policy import Role
from graph.access.view import View
from graph.paths import Answer, Need, find
from graph.paths.kernel.request import Direction
from graph.paths.policy_file import load_policy
from graph.paths.stops import stops
from graph.paths.why_not import excluded, why_not
from graph.questions.handover import handover
from graph.snapshot.snapshot import snapshot_of
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
from tests.golden.worked import NEEDS
from tests.kystby import TODAY
from tests.seed import pinned

POLICY = load_policy()
OWN = kystby.caller_of(
    Role.COORDINATOR, Role.OUTREACH, areas=("dk",), posts=("ssp-post", "outreach")
)
DIRECT: dict[str, Any] = {
    "is_mediated_only": False,
    "channels": frozenset({Channel.PHONE, Channel.VISIT}),
}
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
    things = kystby.things(**{"consent-jens": DIRECT})
    return kystby.view_of(snapshot_of(things), OWN, on=on)


def _nobody(_body: bytes) -> frozenset[str]:
    return frozenset()


def _telling(answer: Answer, lang: Language) -> ResponseText:
    moment = RequestedMoment(on=answer.on, at=answer.at, is_now=answer.at is not None)
    return ResponseText(answer=answer, policy=POLICY, moment=moment, lang=lang)


def _written(answer: Answer, lang: Language, kept: FragmentCache[Fragment] | None = None) -> bytes:
    return paths_response(
        _telling(answer, lang), kept or FragmentCache(written_once(_nobody)), _nobody
    ).body


def _told(answer: Answer, lang: Language) -> Paths:
    return Paths.model_validate_json(_written(answer, lang))


def _sent(told: BaseModel) -> Any:
    """What is sent, without the words the wire adds."""
    return _wordless(json.loads(told.model_dump_json()))


def _wordless(value: Any) -> Any:
    if isinstance(value, dict):
        members = cast("dict[str, Any]", value)
        return {name: _wordless(one) for name, one in members.items() if name != "words"}
    if isinstance(value, list):
        return [_wordless(one) for one in cast("list[Any]", value)]
    return value


@pytest.mark.parametrize("lang", ["da", "en"])
@pytest.mark.parametrize("need", OF_KYSTBY, ids=lambda need: f"to-{need.target or need.area}")
def test_an_answer_is_sent_as_it_was_found(need: Need, lang: Language) -> None:
    answer = find(_view(), need, POLICY)
    assert _sent(_told(answer, lang)) == plain(answer)


@pytest.mark.parametrize("most", [3, 2_000])
def test_what_was_written_before_is_written_the_same_again(most: int) -> None:
    view, kept = pinned.view_of(), FragmentCache(written_once(_nobody), most)
    for name in ("a_national_to_local", "b_holder_absent", "a_national_to_local"):
        answer = find(view, NEEDS[name], POLICY)
        assert _written(answer, "da", kept) == _written(answer, "da")


@pytest.mark.parametrize("name", NEEDS)
def test_parts_written_apart_make_the_bytes_of_the_whole(name: str) -> None:
    answer = pinned.answer(NEEDS[name])
    assert to_json(_told(answer, "en")) == _written(answer, "en")


def test_who_stands_in_a_part_or_beside_the_parts_is_known() -> None:
    answer = pinned.answer(NEEDS["a_national_to_local"])
    start, target = (one and one.id.encode() for one in (answer.start, answer.target))
    assert start
    assert target
    assert start != target

    def named(body: bytes) -> frozenset[str]:
        return frozenset(one.decode() for one in (start, target) if b'"%b"' % one in body)

    def at_the_start(body: bytes) -> frozenset[str]:
        return named(body) & {start.decode()}

    whole = paths_response(
        _telling(answer, "da"), FragmentCache(written_once(at_the_start)), _nobody
    )
    assert whole.persons == {start.decode()}
    beside = paths_response(_telling(answer, "da"), FragmentCache(written_once(_nobody)), named)
    assert beside.persons == {start.decode(), target.decode()}


@pytest.mark.parametrize("name", NEEDS)
def test_the_worked_answers_are_sent_whole(name: str) -> None:
    answer = pinned.answer(NEEDS[name])
    assert _sent(_told(answer, "da")) == plain(answer)


def test_a_civilian_who_may_be_contacted_directly_is_told_with_until_when() -> None:
    answer = find(_view(), OF_KYSTBY[3], POLICY)
    (contact,) = _told(answer, "en").contacts
    direct = contact.direct
    assert direct is not None
    assert direct.channels == ("PHONE", "VISIT")
    assert direct.words.text.startswith("Formand Jens R. may be contacted directly")


def test_a_contact_says_why_it_is_right_who_answers_and_that_one_may_call() -> None:
    contact, *_ = _told(pinned.answer(NEEDS["d_at_night"]), "da").contacts
    assert contact.words.title == "SSP-koordinator, Ringsted — koordinerer SSP Ringsted"
    assert contact.stop.resolution is not None
    available = contact.stop.resolution.availability
    assert available.state == "OPENS_AT"
    assert available.words.text.startswith("Åbner mandag kl. 09.00 (")
    assert contact.direct is not None
    assert contact.direct.words.text.startswith("Du må ringe direkte. Nævn ingen")


def test_acute_danger_is_told_as_a_card_with_no_contact_to_choose() -> None:
    told = _told(pinned.answer(NEEDS["e_acute"]), "en")
    assert (told.contacts, told.none) == ((), None)
    assert told.acute is not None
    assert told.acute.words.title == "Acute danger: call 112. Police: 114."
    assert told.acute.duty_line is not None
    assert told.acute.duty_line.resolution.post.name == told.acute.duty_line.post.name
    assert [one.post.name for one in told.acute.lines] == ["Alarm, 112", "Politi, 114"]


def test_what_was_kept_of_now_is_not_told_of_another_minute() -> None:
    answer, kept = pinned.answer(NEEDS["f_release"]), FragmentCache(written_once(_nobody))
    now = _telling(answer, "da")
    then = replace(now, moment=replace(now.moment, is_now=False))
    assert b"Svarer nu: " in paths_response(now, kept, _nobody).body
    assert b"Svarer nu: " not in paths_response(then, kept, _nobody).body
    assert b"Svarer 25. nov. kl. 10.00: " in paths_response(then, kept, _nobody).body


def test_alternatives_say_how_they_differ_and_the_best_does_not() -> None:
    told = _told(pinned.answer(NEEDS["d_at_night"]), "en")
    for contact in told.contacts:
        first, *others = contact.ways
        assert first.words.difference is None
        assert all(path.words.difference for path in others)
        wanted = f"Unlike path {first.number}: "
        assert all(
            path.words.difference.startswith(wanted) for path in others if path.words.difference
        )
    assert [path.number for path in told.paths] == list(range(1, len(told.paths) + 1))
    assert len(told.paths) > len(told.contacts) > 1
    assert all(len(path.stops) == len(path.hops) + 1 for path in told.paths)
    assert all(hop.words.account[-1] for path in told.paths for hop in path.hops)


@pytest.mark.parametrize("through", [("ssp-post",), ("release",)])
def test_a_path_through_stops_is_sent_as_it_was_found(through: tuple[str, ...]) -> None:
    answer = stops(_view(), OF_KYSTBY[1], POLICY, through=through)
    assert _sent(stops_response(answer, (None, None), RequestedMoment(on=TODAY), "da")) == plain(
        answer
    )


@pytest.mark.parametrize("node", ["ihd", "outreach", "nobody"])
def test_why_not_is_sent_as_it_was_found(node: str) -> None:
    view, need = _view(), OF_KYSTBY[1]
    why, kept_out = why_not(view, need, node, POLICY), excluded(view, need, POLICY)
    told = _sent(why_not_response(why, kept_out, need, "da"))
    assert told == {"why_not": plain(why), "excluded": plain(kept_out)}


def test_a_handover_is_sent_as_it_was_found_with_what_is_missing() -> None:
    answer = handover(
        pinned.view_of(), POLICY, from_area=scenarios.EGEDAL, to_area=scenarios.ROSKILDE
    )
    found = plain(answer)
    for row, sector in zip(found["sectors"], answer.sectors, strict=True):
        row["gaps"] = plain(sector.gaps)
    assert _sent(handover_response(answer, "da")) == found
