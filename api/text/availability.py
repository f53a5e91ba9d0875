"""Sentences about who answers at a post and when, in Danish and English.

"Now" is written only if somebody answers at the current minute. A name that the reader may not see
is omitted; the sentence then says that the post is held.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime, time, timedelta
from typing import Final

from api.i18n import _
from api.requested_need import RequestedMoment
from api.text.format import format_date, format_moment, format_time, name_not_shown, name_of, vacant
from graph.paths.answer import Availability, NodeRef, Resolution
from graph.paths.answer_terms import AnswerRole, AvailabilityState, PassedWhy
from graph.vocabulary import Language

_HOLDER_ROLES: Final = frozenset({AnswerRole.HOLDER, AnswerRole.ACTING})
_NAMES_ITSELF: Final = frozenset({AnswerRole.UNIT, AnswerRole.DUTY_LINE, AnswerRole.MAILBOX})
"""The roles whose names already include the role: `Vagtcentral, Fyns Politi`."""
_SAYS_NO_ROLE: Final = _NAMES_ITSELF | {AnswerRole.HOLDER}
_MIDNIGHT: Final = time(0)
_DAY: Final = timedelta(days=1)
_SOON: Final = timedelta(days=7)  # beyond a week the end of availability is omitted


def availability(resolution: Resolution, moment: RequestedMoment, lang: Language) -> str:
    """A sentence such as `Svarer nu: Bo Holm, til kl. 15.00`, or when it opens."""
    return _sentence(resolution, moment, lang, ())


def answering_sentence(
    resolution: Resolution, moment: RequestedMoment, lang: Language, *, is_covered: bool = True
) -> str:
    """The sentence of `availability` with the reasons why earlier candidates do not answer.

    `is_covered`: include who covers meanwhile; otherwise it is shown elsewhere.
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
    state = resolution.availability
    who = format_answerer(state.who, state.rung, lang, post=resolution.post)
    covered = _covering_post(state, lang) if is_covered else ""
    notes = list(reasons)
    is_named = state.who is not None and state.who.name is not None
    if not is_named and (resolution.is_hidden or state.who is not None):
        notes.insert(0, name_not_shown(lang))
        if state.rung in _HOLDER_ROLES:
            notes.insert(0, _("held", lang))
    why = f" ({'; '.join(notes)})" if notes else ""
    match state.state:
        case AvailabilityState.OPENS_AT:
            opens = _("Opens", lang)
            if state.opens_at is not None:
                opens = _("Opens {when}", lang, when=_moment(state.opens_at, moment, lang))
            return f"{opens} ({'; '.join((who, *notes))}){covered}"
        case AvailabilityState.HOURS_UNKNOWN:
            text = _("Hours not known: {who}", lang, who=who)
            return f"{text}{why}{covered}"
        case AvailabilityState.NOBODY:
            reasons = list(_reasons(resolution, moment, lang))
            if state.rung is AnswerRole.MAILBOX:
                reasons.append(_("write to {who}", lang, who=who))
            text = _("Nobody answers: {why}", lang, why="; ".join(reasons) or who)
            return f"{text}{covered}"
        case _:
            day, opens_at = format_date(moment.on, lang, on=moment.on), state.opens_at
            if not state.is_dated and moment.is_now:
                answers = _("Answers now", lang)
            elif not state.is_dated and moment.at is not None:
                answers = _("Answers {when}", lang, when=f"{day} {format_time(moment.at, lang)}")
            elif opens_at is None or opens_at.time() == _MIDNIGHT:
                answers = _("Answers {when}", lang, when=day)
            else:
                opens = format_time(opens_at, lang)
                answers = _("Answers {day} from {time}", lang, day=day, time=opens)
            return f"{answers}: {who}{_until(state, moment, lang)}{why}"


# ---- who


def format_answerer(
    who: NodeRef | None, rung: AnswerRole, lang: Language, *, post: NodeRef | None = None
) -> str:
    """The person, and the role unless it is the holder's; the role alone if no name is shown.

    `Bo Holm, stedfortræder for SSP-koordinator` where `post` is given.
    """
    role = rung.label(lang)
    if who is None or not who.name:
        return role
    if rung is AnswerRole.DEPUTY and post is not None and post.name:
        title = post.name.partition(",")[0]
        role = _("{role} for {post}", lang, role=role, post=title)
    return who.name if rung in _SAYS_NO_ROLE else f"{who.name}, {role}"


def _covering_post(state: Availability, lang: Language) -> str:
    """Whom to contact meanwhile, `; indtil da: Vagtcentral, …`, unless the sentence names them."""
    if state.covers is None or state.covers == state.who:
        return ""
    name = name_of(state.covers, lang)
    match state.state:
        case AvailabilityState.OPENS_AT:
            return _("; until then: {name}", lang, name=name)
        case AvailabilityState.HOURS_UNKNOWN:
            return _("; if nobody answers: {name}", lang, name=name)
        case _:
            return _("; contact instead: {name}", lang, name=name)


# ---- when


def _until(state: Availability, moment: RequestedMoment, lang: Language) -> str:
    """The end of availability, `, til kl. 15.00`; empty if it is more than a week away.

    A unit or duty line that answers for so long does so around the clock.
    """
    until = state.until
    if until is None or until.date() - moment.on > _SOON:
        if state.rung not in _NAMES_ITSELF or state.is_dated:
            return ""
        always = _("around the clock", lang)
        return f", {always}"
    if until == datetime.combine(moment.on + _DAY, _MIDNIGHT):
        when = _("midnight", lang)
    elif until.time() == _MIDNIGHT:
        when = format_date(until.date(), lang, on=moment.on)
    else:
        when = _moment(until, moment, lang)
    return _(", until {when}", lang, when=when)


def _moment(at: datetime, moment: RequestedMoment, lang: Language) -> str:
    return format_moment(at, lang, on=moment.on, is_now=moment.is_now)


# ---- why not


def _reasons(resolution: Resolution, moment: RequestedMoment, lang: Language) -> Iterator[str]:
    """Vacancy and absences, `indehaver fraværende til 7. dec.`, without name or cause.

    For a holder who has left, only the vacancy. The role is omitted where the post opens with the
    return of the absent person, whose role is already given beside the name.
    """
    state = resolution.availability
    if resolution.vacant_since is not None:
        yield vacant(resolution.vacant_since, lang, moment.on)
    for seat in resolution.passed_over:
        if seat.why is PassedWhy.ENDED and resolution.vacant_since is not None:
            continue
        text = seat.why.label(lang)
        opens_on_return = (
            seat.why is PassedWhy.ABSENT
            and seat.until is not None
            and state.opens_at is not None
            and state.rung is seat.rung
            and state.opens_at.date() >= seat.until
        )
        if not opens_on_return:
            text = f"{seat.rung.label(lang)} {text}"
        if seat.until is None:
            yield text
            continue
        day = format_date(seat.until, lang, on=moment.on)
        if seat.why is PassedWhy.NOT_YET:
            yield _("{what} before {day}", lang, what=text, day=day)
        else:
            yield _("{what} until {day}", lang, what=text, day=day)
