"""Sentences about who answers at a post and when, in Danish and English.

"Now" is written only if somebody answers at the current minute. A name that the reader may not see
is omitted; the sentence then says that the post is held.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime, time, timedelta
from typing import Final

from api.requested_need import RequestedMoment
from api.text.format import format_date, format_moment, format_time, name_of, vacant
from graph.paths.answer import Availability, NodeRef, PassedOver, Resolution
from graph.paths.answer_terms import AnswerRole, AvailabilityState, PassedWhy
from graph.vocabulary import Language

_HELD: Final = frozenset({AnswerRole.HOLDER, AnswerRole.ACTING})
_MIDNIGHT: Final = time(0)
_DAY: Final = timedelta(days=1)
_SOON: Final = timedelta(days=7)  # beyond a week the end of availability is omitted


def availability(resolution: Resolution, moment: RequestedMoment, lang: Language) -> str:
    """A sentence such as `Svarer nu: Bo Holm, indehaver, til kl. 15.00`, or when it opens."""
    return _sentence(resolution, moment, lang, ())


def answering(
    resolution: Resolution, moment: RequestedMoment, lang: Language, *, is_covered: bool = True
) -> str:
    """The sentence of `availability` with the reasons why earlier candidates do not answer.

    `is_covered`: include the duty line that answers meanwhile; otherwise it is shown elsewhere.
    """
    reasons = _reasons(resolution, moment, lang)
    return _sentence(resolution, moment, lang, reasons, is_covered=is_covered)


def _sentence(
    resolution: Resolution,
    moment: RequestedMoment,
    lang: Language,
    reasons: Iterable[str],
    *,
    is_covered: bool = True,
) -> str:
    told = resolution.availability
    who = answerer(told.who, told.rung, lang)
    covered = _covered(told, lang) if is_covered else ""
    notes = "; ".join((*_hidden(resolution, lang), *reasons))
    why = f" ({notes})" if notes else ""
    match told.state:
        case AvailabilityState.OPENS_AT:
            who = f"{who}; {notes}" if notes else who
            return f"{_opens(told, moment, lang)} ({who}){covered}"
        case AvailabilityState.HOURS_UNKNOWN:
            unknown = "Åbningstiden kendes ikke" if lang == "da" else "Hours not known"
            return f"{unknown}: {who}{why}{covered}"
        case AvailabilityState.NOBODY:
            return f"{_nobody(resolution, who, moment, lang)}{covered}"
        case _:
            return f"{_answers(told, moment, lang)}: {who}{_until(told, moment, lang)}{why}"


# ---- who


def answerer(who: NodeRef | None, rung: AnswerRole, lang: Language) -> str:
    """The person with the role, `Bo Holm, stedfortræder`; the role alone if no name is shown."""
    role = rung.label(lang)
    return f"{who.name}, {role}" if who is not None and who.name else role


def _hidden(resolution: Resolution, lang: Language) -> Iterator[str]:
    """The note that the post is held by a person whose name the reader may not see."""
    told = resolution.availability
    is_named = told.who is not None and told.who.name is not None
    if is_named or not (resolution.is_hidden or told.who is not None):
        return
    held = told.rung in _HELD
    if lang == "da":
        yield f"{'besat; ' if held else ''}navnet vises ikke for din rolle"
    else:
        yield f"{'held; ' if held else ''}the name is not shown to your role"


def _covered(told: Availability, lang: Language) -> str:
    """The duty line that answers meanwhile, `; indtil da: Vagtcentral, …`, if there is one."""
    if told.covers is None:
        return ""
    name = name_of(told.covers, lang)
    match told.state, lang:
        case AvailabilityState.OPENS_AT, "da":
            return f"; indtil da: {name}"
        case AvailabilityState.OPENS_AT, _:
            return f"; until then the duty line: {name}"
        case AvailabilityState.HOURS_UNKNOWN, "da":
            return f"; svarer ingen, så ring til: {name}"
        case AvailabilityState.HOURS_UNKNOWN, _:
            return f"; if nobody answers, the duty line: {name}"
        case _, "da":
            return f"; ring i stedet til: {name}"
        case _:
            return f"; call the duty line instead: {name}"


# ---- when


def _answers(told: Availability, moment: RequestedMoment, lang: Language) -> str:
    """`Svarer nu`; for another minute with its time; for a date alone with the opening time."""
    verb, day = "Svarer" if lang == "da" else "Answers", format_date(moment.on, lang, on=moment.on)
    opens = told.opens_at
    if not told.is_dated and moment.is_now:
        return f"{verb} {'nu' if lang == 'da' else 'now'}"
    if not told.is_dated and moment.at is not None:
        return f"{verb} {day} {format_time(moment.at, lang)}"
    if opens is None or opens.time() == _MIDNIGHT:
        return f"{verb} {day}"
    from_ = "fra" if lang == "da" else "from"
    return f"{verb} {day} {from_} {format_time(opens, lang)}"


def _opens(told: Availability, moment: RequestedMoment, lang: Language) -> str:
    verb = "Åbner" if lang == "da" else "Opens"
    return verb if told.opens_at is None else f"{verb} {_moment(told.opens_at, moment, lang)}"


def _until(told: Availability, moment: RequestedMoment, lang: Language) -> str:
    """The end of availability, `, til kl. 15.00`; empty if it is more than a week away."""
    until = told.until
    if until is None or until.date() - moment.on > _SOON:
        return ""
    before = "til" if lang == "da" else "until"
    if until == datetime.combine(moment.on + _DAY, _MIDNIGHT):
        return f", {before} {'midnat' if lang == 'da' else 'midnight'}"
    if until.time() == _MIDNIGHT:
        return f", {before} {format_date(until.date(), lang, on=moment.on)}"
    return f", {before} {_moment(until, moment, lang)}"


def _moment(told: datetime, moment: RequestedMoment, lang: Language) -> str:
    return format_moment(told, lang, on=moment.on, is_now=moment.is_now)


# ---- why not


def _nobody(resolution: Resolution, who: str, moment: RequestedMoment, lang: Language) -> str:
    """`Ingen svarer: ubesat siden 1. feb.`; for a mailbox also that one can write to it."""
    is_danish = lang == "da"
    nobody = "Ingen svarer" if is_danish else "Nobody answers"
    reasons = "; ".join(_reasons(resolution, moment, lang))
    if resolution.availability.rung is AnswerRole.MAILBOX:
        write = f"skriv til {who}" if is_danish else f"write to {who}"
        return f"{nobody}: {reasons}; {write}" if reasons else f"{nobody}: {write}"
    return f"{nobody}: {reasons or who}"


def _reasons(resolution: Resolution, moment: RequestedMoment, lang: Language) -> Iterator[str]:
    """Vacancy and absences; for a holder who has left, only the vacancy."""
    if resolution.vacant_since is not None:
        yield vacant(resolution.vacant_since, lang, moment.on)
    for one in resolution.passed_over:
        if one.why is not PassedWhy.ENDED or resolution.vacant_since is None:
            yield _passed(one, moment, lang)


def _passed(one: PassedOver, moment: RequestedMoment, lang: Language) -> str:
    """An absence without name or reason: `indehaver fraværende til 7. dec.`."""
    text = f"{one.rung.label(lang)} {one.why.label(lang)}"
    if one.until is None:
        return text
    before = {"da": "til", "en": "until"}[lang]
    if one.why is PassedWhy.NOT_YET:
        before = {"da": "før", "en": "before"}[lang]
    return f"{text} {before} {format_date(one.until, lang, on=moment.on)}"
