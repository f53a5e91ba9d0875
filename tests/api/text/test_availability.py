"""Who answers and when, sentence by sentence, in Danish and English."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest

from api.requested_need import RequestedMoment
from api.text.availability import answering_sentence, availability
from graph.paths.answer import Availability, NodeRef, PassedOver, Resolution
from graph.paths.answer_terms import AnswerRole, AvailabilityState, PassedWhy
from graph.vocabulary import Language


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


POST = NodeRef(id="ssp", name="SSP-koordinator, Kystby")
BO = NodeRef(id="bo", name="Bo Holm")
UNIT = NodeRef(id="kommune", name="Kystby Kommune")
LINE = NodeRef(id="line", name="Vagtcentral, Østkysten")
NIGHT = RequestedMoment(on=date(2026, 11, 28), at=at("2026-11-28T22:00"), is_now=True)  # a Saturday
MORNING = RequestedMoment(on=date(2026, 11, 25), at=at("2026-11-25T10:00"), is_now=True)
THEN = replace(MORNING, is_now=False)
DATE = RequestedMoment(on=date(2027, 1, 15))


def resolved(state: AvailabilityState, **fields: Any) -> Resolution:
    """Return a resolution with this availability; other fields are those of a named holder."""
    of_resolution = {
        name: fields.pop(name)
        for name in ("is_hidden", "passed_over", "vacant_since")
        if name in fields
    }
    given: dict[str, Any] = {
        "rung": AnswerRole.HOLDER, "who": BO, "until": None, "opens_at": None, "covers": None,
        "is_dated": False, **fields,
    }  # fmt: skip
    availability = Availability(state=state, **given)
    whole: dict[str, Any] = {
        "is_hidden": False, "passed_over": (), "vacant_since": None, **of_resolution,
    }  # fmt: skip
    return Resolution(
        post=POST, rung=availability.rung, cost=0, who=availability.who, since=None, until=None,
        leaves=None, is_at_once=False, channels=(), order=(), reveal=None,
        availability=availability, **whole,
    )  # fmt: skip


ANSWERING, OPENS_AT, UNKNOWN, NOBODY = (
    AvailabilityState.ANSWERING, AvailabilityState.OPENS_AT, AvailabilityState.HOURS_UNKNOWN,
    AvailabilityState.NOBODY,
)  # fmt: skip
AT_15 = at("2026-11-25T15:00")
AWAY = PassedOver(rung=AnswerRole.HOLDER, why=PassedWhy.ABSENT, until=date(2026, 12, 7))
TABLE: list[tuple[Resolution, RequestedMoment, str, str]] = [
    (resolved(ANSWERING, until=AT_15), MORNING, "Svarer nu: Bo Holm, til kl. 15.00",
     "Answers now: Bo Holm, until 15:00"),
    (resolved(AvailabilityState.DEPUTY, rung=AnswerRole.DEPUTY, until=AT_15), MORNING,
     "Svarer nu: Bo Holm, stedfortræder for SSP-koordinator, til kl. 15.00",
     "Answers now: Bo Holm, deputy for SSP-koordinator, until 15:00"),
    (resolved(AvailabilityState.DUTY_LINE, rung=AnswerRole.DUTY_LINE, who=LINE), NIGHT,
     "Svarer nu: Vagtcentral, Østkysten, døgnet rundt",
     "Answers now: Vagtcentral, Østkysten, around the clock"),
    (resolved(ANSWERING, rung=AnswerRole.UNIT, who=UNIT, until=at("2026-11-26T00:00")), MORNING,
     "Svarer nu: Kystby Kommune, til midnat",
     "Answers now: Kystby Kommune, until midnight"),
    (resolved(ANSWERING, rung=AnswerRole.OWN_CHANNEL, who=None), MORNING,
     "Svarer nu: funktionens egen kontaktoplysning", "Answers now: the post's own channel"),
    # Somebody who leaves within the week; later ends are left out.
    (resolved(ANSWERING, until=at("2026-11-29T00:00")), MORNING,
     "Svarer nu: Bo Holm, til 29. nov.",
     "Answers now: Bo Holm, until 29 November"),
    (resolved(ANSWERING, until=at("2026-11-26T08:00")), MORNING,
     "Svarer nu: Bo Holm, til i morgen kl. 08.00",
     "Answers now: Bo Holm, until tomorrow 08:00"),
    (resolved(ANSWERING, until=at("2027-06-01T00:00")), MORNING, "Svarer nu: Bo Holm",
     "Answers now: Bo Holm"),
    # Another minute than now, and a date without a minute.
    (resolved(ANSWERING, until=AT_15), THEN,
     "Svarer 25. nov. kl. 10.00: Bo Holm, til kl. 15.00",
     "Answers 25 November 10:00: Bo Holm, until 15:00"),
    (resolved(ANSWERING, opens_at=at("2027-01-15T09:00"), is_dated=True), DATE,
     "Svarer 15. jan. fra kl. 09.00: Bo Holm",
     "Answers 15 January from 09:00: Bo Holm"),
    (resolved(ANSWERING, opens_at=at("2027-01-15T00:00"), is_dated=True), DATE,
     "Svarer 15. jan.: Bo Holm", "Answers 15 January: Bo Holm"),
    (resolved(ANSWERING, is_dated=True), MORNING, "Svarer 25. nov.: Bo Holm",
     "Answers 25 November: Bo Holm"),
    # The time of opening, and the covering post.
    (resolved(OPENS_AT, opens_at=at("2026-11-30T09:00"), covers=LINE), NIGHT,
     "Åbner mandag kl. 09.00 (Bo Holm); indtil da: Vagtcentral, Østkysten",
     "Opens Monday 09:00 (Bo Holm); until then: Vagtcentral, Østkysten"),
    (resolved(OPENS_AT, opens_at=at("2026-11-29T09:00")), NIGHT,
     "Åbner i morgen kl. 09.00 (Bo Holm)", "Opens tomorrow 09:00 (Bo Holm)"),
    (resolved(OPENS_AT, opens_at=at("2026-11-25T12:30")), THEN,
     "Åbner kl. 12.30 (Bo Holm)", "Opens 12:30 (Bo Holm)"),
    (resolved(OPENS_AT, opens_at=at("2026-11-26T09:00")), THEN,
     "Åbner torsdag den 26. nov. kl. 09.00 (Bo Holm)",
     "Opens Thursday 26 November 09:00 (Bo Holm)"),
    (resolved(OPENS_AT, opens_at=at("2026-12-05T09:00")), NIGHT,
     "Åbner lørdag den 5. dec. kl. 09.00 (Bo Holm)",
     "Opens Saturday 5 December 09:00 (Bo Holm)"),
    (resolved(OPENS_AT, opens_at=at("2027-01-04T09:00")), NIGHT,
     "Åbner mandag den 4. jan. kl. 09.00 (Bo Holm)",
     "Opens Monday 4 January 09:00 (Bo Holm)"),
    # Unknown hours.
    (
        resolved(UNKNOWN, covers=LINE),
        NIGHT,
        "Åbningstiden kendes ikke: Bo Holm; svarer ingen: "
        "Vagtcentral, Østkysten",
        "Hours not known: Bo Holm; if nobody answers: "
        "Vagtcentral, Østkysten",
    ),
    # Nobody answers.
    (
        resolved(
            NOBODY, rung=AnswerRole.CLOSED, who=None, vacant_since=date(2027, 2, 1), covers=LINE
        ),
        replace(NIGHT, on=date(2027, 2, 1)),
        "Ingen svarer: ubesat siden 1. feb.; kontakt i stedet: Vagtcentral, Østkysten",
        "Nobody answers: vacant since 1 February; contact instead: "
        "Vagtcentral, Østkysten",
    ),
    (
        resolved(NOBODY, rung=AnswerRole.CLOSED, who=None, passed_over=(AWAY,)),
        NIGHT,
        "Ingen svarer: indehaver fraværende til 7. dec.",
        "Nobody answers: holder absent until 7 December",
    ),
    (resolved(NOBODY, rung=AnswerRole.CLOSED, who=None), NIGHT,
     "Ingen svarer: ubesat, spørg enheden", "Nobody answers: vacant, ask the unit"),
    (resolved(NOBODY, rung=AnswerRole.MAILBOX, who=NodeRef(id="box", name="Funktionspostkasse")),
     NIGHT, "Ingen svarer: skriv til Funktionspostkasse",
     "Nobody answers: write to Funktionspostkasse"),
    # A name that is hidden from the reader.
    (resolved(ANSWERING, who=None, is_hidden=True, until=AT_15), MORNING,
     "Svarer nu: indehaver, til kl. 15.00 (besat; navnet vises ikke for din rolle)",
     "Answers now: holder, until 15:00 (held; the name is not shown to your role)"),
    (resolved(ANSWERING, who=NodeRef(id="p", name=None)), MORNING,
     "Svarer nu: indehaver (besat; navnet vises ikke for din rolle)",
     "Answers now: holder (held; the name is not shown to your role)"),
    (resolved(AvailabilityState.DEPUTY, rung=AnswerRole.DEPUTY, who=None, is_hidden=True), MORNING,
     "Svarer nu: stedfortræder (navnet vises ikke for din rolle)",
     "Answers now: deputy (the name is not shown to your role)"),
    (resolved(OPENS_AT, who=None, is_hidden=True, opens_at=at("2026-11-30T09:00")), NIGHT,
     "Åbner mandag kl. 09.00 (indehaver; besat; navnet vises ikke for din rolle)",
     "Opens Monday 09:00 (holder; held; the name is not shown to your role)"),
]  # fmt: skip


@pytest.mark.parametrize(("resolution", "moment", "danish", "english"), TABLE)
def test_availability_is_one_sentence_in_danish_and_english(
    resolution: Resolution, moment: RequestedMoment, danish: str, english: str
) -> None:
    assert availability(resolution, moment, "da") == danish
    assert availability(resolution, moment, "en") == english


@pytest.mark.parametrize(("resolution", "moment", "danish", "english"), TABLE)
def test_the_word_now_is_used_only_for_the_present_minute(
    resolution: Resolution, moment: RequestedMoment, danish: str, english: str
) -> None:
    availability = resolution.availability
    is_present = availability.state.is_now and moment.is_now and not availability.is_dated
    assert ("nu:" in danish, "now:" in english) == (is_present, is_present)


def test_a_passed_over_holder_is_shown_in_brackets_after_the_answering_deputy() -> None:
    resolution = resolved(
        AvailabilityState.DEPUTY, rung=AnswerRole.DEPUTY, until=AT_15, passed_over=(AWAY,)
    )
    assert answering_sentence(resolution, MORNING, "da") == (
        "Svarer nu: Bo Holm, stedfortræder for SSP-koordinator, til kl. 15.00 (indehaver "
        "fraværende til 7. dec.)"
    )
    later = resolved(
        OPENS_AT, rung=AnswerRole.DEPUTY, opens_at=at("2026-11-30T09:00"), covers=LINE,
        passed_over=(AWAY,),
    )  # fmt: skip
    assert answering_sentence(later, NIGHT, "da") == (
        "Åbner mandag kl. 09.00 (Bo Holm, stedfortræder for SSP-koordinator; indehaver fraværende "
        "til 7. dec.); "
        "indtil da: Vagtcentral, Østkysten"
    )
    assert answering_sentence(later, NIGHT, "en", is_covered=False) == (
        "Opens Monday 09:00 (Bo Holm, deputy for SSP-koordinator; holder absent until 7 December)"
    )


def test_a_returning_holder_is_not_named_by_role_twice() -> None:
    back = resolved(OPENS_AT, opens_at=at("2026-12-07T09:00"), passed_over=(AWAY,))
    assert answering_sentence(back, NIGHT, "da") == (
        "Åbner mandag den 7. dec. kl. 09.00 (Bo Holm; fraværende til 7. dec.)"
    )
    colleague = resolved(OPENS_AT, opens_at=at("2026-11-30T09:00"), passed_over=(AWAY,))
    assert answering_sentence(colleague, NIGHT, "da") == (
        "Åbner mandag kl. 09.00 (Bo Holm; indehaver fraværende til 7. dec.)"
    )


@pytest.mark.parametrize("lang", ["da", "en"])
def test_a_former_holder_is_shown_as_a_vacancy_and_a_future_one_with_a_date(lang: Language) -> None:
    left = PassedOver(rung=AnswerRole.HOLDER, why=PassedWhy.ENDED, until=None)
    comes = PassedOver(rung=AnswerRole.HOLDER, why=PassedWhy.NOT_YET, until=date(2027, 1, 1))
    resolution = resolved(
        AvailabilityState.DUTY_LINE, rung=AnswerRole.DUTY_LINE, who=LINE, passed_over=(left, comes),
        vacant_since=date(2026, 11, 1),
    )  # fmt: skip
    behind = {
        "da": "(ubesat siden 1. nov.; indehaver ikke tiltrådt før 1. jan. 2027)",
        "en": "(vacant since 1 November; holder not yet before 1 January 2027)",
    }
    assert answering_sentence(resolution, NIGHT, lang).endswith(behind[lang])
