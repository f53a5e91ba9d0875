"""Sentences about a path and its need, in Danish and English.

Pure functions of an `Answer`; a name the caller may not see is `en person` or `somebody`.
"""

from collections.abc import Iterator
from datetime import date
from typing import Final

from api.requested_need import RequestedMoment
from api.text.format import (
    format_competence,
    format_date,
    format_days,
    format_hops,
    format_language,
    format_minute,
    format_share,
    in_sentence,
    name_of,
)
from graph.paths.answer import Answer, FewerPaths, Hop, Note, Path
from graph.paths.answer_terms import NoteKind, PathReason, Relaxed
from graph.paths.kernel.request import FewerWhy
from graph.vocabulary import SECTION_115, Language, LegalGate, LinkType

_ABOUT: Final = (
    Relaxed.NETWORK, Relaxed.TRIGGER, Relaxed.SECTOR, Relaxed.COMPETENCE, Relaxed.LANGUAGE,
)  # fmt: skip


def goal_of(answer: Answer, lang: Language) -> str:
    """The goal, `Ringsted (SSP-samarbejde)`: the node or place, and the need there."""
    node = answer.target or answer.area
    about = ", ".join(about_of(answer, lang))
    if node is None:
        return about or ("målet" if lang == "da" else "the goal")
    return f"{name_of(node, lang)} ({in_sentence(about)})" if about else name_of(node, lang)


def about_of(answer: Answer, lang: Language) -> Iterator[str]:
    """The terms of a need other than node and place, the most specific first."""
    for term in _ABOUT:
        if getattr(answer.need, term.lower()):
            yield term_of(answer, term, lang)


def term_of(answer: Answer, term: Relaxed, lang: Language) -> str:
    """A term as the need states it."""
    need = answer.need
    words = {
        Relaxed.TRIGGER: need.trigger,
        Relaxed.SECTOR: need.sector,
        Relaxed.LEVEL: need.level,
        Relaxed.CHANNEL: need.channel,
        Relaxed.GATE: need.gate,
        Relaxed.DIRECTION: answer.direction,
    }
    word = words.get(term)
    if word is not None:
        return word.label(lang)
    if term is Relaxed.NETWORK:
        return " / ".join(kind.label(lang) for kind in sorted(need.network))
    if term in (Relaxed.TARGET, Relaxed.AREA):
        return name_of(answer.target if term is Relaxed.TARGET else answer.area, lang)
    if term is Relaxed.WITHIN_KM:
        return f"{need.within_km} km"
    if term is Relaxed.LANGUAGE and need.language is not None:
        return format_language(need.language, lang)
    if term is Relaxed.COMPETENCE and need.competence is not None:
        return format_competence(need.competence, lang)
    return term.label(lang)


def headline(answer: Answer, lang: Language) -> str:
    """`Fra PET Forebyggelsescenter til Ringsted (SSP-samarbejde), 28. nov. 2026 kl. 22.00`."""
    when = format_date(answer.on, lang) if answer.at is None else format_minute(answer.at, lang)
    goal = goal_of(answer, lang)
    if answer.start is None:
        return f"Til {goal}, {when}" if lang == "da" else f"To {goal}, {when}"
    start = name_of(answer.start, lang)
    start += "," if "," in start else ""
    return f"Fra {start} til {goal}, {when}" if lang == "da" else f"From {start} to {goal}, {when}"


def origin(revision: int, policy: str, lang: Language) -> str:
    """The revision and policy of an answer, and that the percentage is an estimate."""
    if lang == "da":
        return (
            f"Registrets revision {revision}, politik {policy}. "
            "Procenten er et skøn, der ordner vejene."
        )
    return (
        f"Revision {revision}, policy {policy}. "
        "The percentage is an estimate that orders the paths."
    )


def fewer_sentence(fewer: FewerPaths, lang: Language) -> str:
    """Why there are no more paths."""
    is_danish = lang == "da"
    if fewer.why is FewerWhy.ALL_FOUND:
        return "Der er ikke flere veje." if is_danish else "There are no more paths."
    if fewer.why is FewerWhy.CUT_OFF:
        return (
            "Søgningen blev afbrudt; der kan være flere."
            if is_danish
            else "The search was cut off; there may be more."
        )
    alike = "Øvrige veje er næsten ens" if is_danish else "Other paths are very similar"
    if fewer.bottleneck is None:
        return f"{alike}."
    through = name_of(fewer.bottleneck, lang)
    return f"{alike}; alle går gennem {through}." if is_danish else f"{alike}; all pass {through}."


def path_account(path: Path, lang: Language, on: date, *, before: int = 0) -> str:
    """The cost of a path, its weakest hop, and until when it is valid as shown.

    `before` is the number of hops of preceding legs.
    """
    cost = format_share(path.cost, lang)
    texts = [f"I alt {cost}" if lang == "da" else f"In all {cost}"]
    if len(path.hops) > 1:
        hop = before + path.weakest + 1
        texts.append(f"Led {hop} er det svageste" if lang == "da" else f"Step {hop} is the weakest")
    if path.until is not None:
        day = format_date(path.until, lang, on=on)
        texts.append(f"Som vist til {day}" if lang == "da" else f"As shown until {day}")
    return "".join(f"{text.removesuffix('.')}. " for text in texts).strip()


def difference(path: Path, best: Path, lang: Language) -> str:
    """How an alternative differs from the best path to the same contact, in one line."""
    parts = [*_hops_apart(path, best, lang), *_stops_apart(path, best, lang)]
    parts += [*_age_apart(path, best, lang), *_people_shared(path, lang)]
    if path.cost > best.cost:
        parts.append("mindre sikker vej" if lang == "da" else "less sure")
    head = f"Forskel fra vej {best.number}" if lang == "da" else f"Unlike path {best.number}"
    return f"{head}: {'; '.join(parts)}."


def _hops_apart(path: Path, best: Path, lang: Language) -> Iterator[str]:
    more = len(path.hops) - len(best.hops)
    if more:
        hops = format_hops(abs(more), lang)
        word = {"da": ("mere", "mindre"), "en": ("more", "less")}[lang][more < 0]
        yield f"{hops} {word}"


def _stops_apart(path: Path, best: Path, lang: Language) -> Iterator[str]:
    """The stops that the best path does not have, including the end if it differs."""
    own, other = (
        {stop.node.id: name_of(stop.node, lang) for stop in one.stops[1:]} for one in (path, best)
    )
    quote = "»{}«" if lang == "da" else "“{}”"
    through = ", ".join(quote.format(own[key]) for key in own if key not in other)
    if through:
        yield f"går gennem {through}" if lang == "da" else f"goes through {through}"
    else:
        yield "springer et led over" if lang == "da" else "leaves out a step"


def _age_apart(path: Path, best: Path, lang: Language) -> Iterator[str]:
    if path.oldest_days == best.oldest_days:
        return
    if path.oldest_days is None:
        yield "et led er aldrig kontrolleret" if lang == "da" else "a step was never verified"
        return
    days = format_days(path.oldest_days, lang)
    against = "" if best.oldest_days is None else str(best.oldest_days)
    if lang == "da":
        yield f"ældste kontrol {days}{' mod ' if against else ''}{against}"
    else:
        yield f"oldest check {days}{' against ' if against else ''}{against}"


def _people_shared(path: Path, lang: Language) -> Iterator[str]:
    names = ", ".join(name_of(person, lang) for person in path.shared_people)
    if names:
        yield f"også gennem {names}" if lang == "da" else f"also through {names}"


def summary(path: Path, moment: RequestedMoment, lang: Language) -> str:
    """`3 led, ældste kontrol 64 dage. Kortest.`; a § 115 ground is named."""
    parts = [format_hops(len(path.hops), lang), oldest_check(path.oldest_days, lang)]
    parts += [gate.label(lang) for gate in path.gates if gate.is_section_115]
    reason = f" {_reason(path.reason, moment, lang)}." if path.reason else ""
    return f"{', '.join(parts)}.{reason}"


def _reason(reason: PathReason, moment: RequestedMoment, lang: Language) -> str:
    """Why the path is listed; "now" is said only about the current minute."""
    if reason is PathReason.ANSWERS_NOW and not moment.is_now:
        return "Svarer da" if lang == "da" else "Answers then"
    return reason.label(lang)


def oldest_check(days: int | None, lang: Language) -> str:
    """`ældste kontrol 64 dage`; None: a hop was never verified."""
    if days is None:
        return "et led er aldrig kontrolleret" if lang == "da" else "a step was never verified"
    text = format_days(days, lang)
    return f"ældste kontrol {text}" if lang == "da" else f"oldest check {text}"


def hop_reason(hop: Hop, lang: Language, on: date) -> str:
    """The reason for a hop: its link, its legal ground, its last check."""
    return ", ".join([tie(hop, lang), *_ground(hop, lang, on), _checked(hop.facts.days, lang)])


def _ground(hop: Hop, lang: Language, on: date) -> Iterator[str]:
    """The legal ground; for a consent with the day on which it ends."""
    gate, until = hop.facts.gate, hop.facts.until
    if gate is None:
        return
    ground = in_sentence(gate.label(lang))
    if gate is not LegalGate.CONSENT or until is None:
        yield ground
        return
    day = format_date(until, lang, on=on)
    yield f"{ground} til {day}" if lang == "da" else f"{ground} until {day}"


def tie(hop: Hop, lang: Language) -> str:
    """The link as a sentence in its own direction, whichever way the path follows it."""
    if hop.facts.type is LinkType.KNOWS:
        people = (" og " if lang == "da" else " and ").join(_carriers(hop, lang))
        return f"{people} kender hinanden" if lang == "da" else f"{people} know each other"
    ends = (hop.source, hop.target) if hop.is_forward else (hop.target, hop.source)
    return f"{name_of(ends[0], lang)} {hop.facts.type.label(lang)} {name_of(ends[1], lang)}"


def _carriers(hop: Hop, lang: Language) -> tuple[str, ...]:
    """The two people who know each other, otherwise the posts they hold."""
    names = tuple(carrier.name for carrier in hop.facts.carriers if carrier.name)
    return names if len(names) == 2 else (name_of(hop.source, lang), name_of(hop.target, lang))


def _checked(days: int | None, lang: Language) -> str:
    if days is None:
        return "aldrig kontrolleret" if lang == "da" else "never verified"
    if days == 0:
        return "kontrolleret i dag" if lang == "da" else "checked today"
    text = format_days(days, lang)
    return f"kontrolleret for {text} siden" if lang == "da" else f"checked {text} ago"


def note(noted: Note, path: Path, lang: Language, *, before: int = 0) -> str:
    """A note as a sentence; `before` is the number of hops of preceding legs."""
    is_danish = lang == "da"
    place = noted.hop or 0
    hop = before + place + 1
    match noted.kind:
        case NoteKind.GEOGRAPHY_CROSSES:
            area, district, region = (name_of(place, lang) for place in noted.places)
            if is_danish:
                return f"{area} hører til {district}, men til {region}."
            return f"{area} belongs to {district}, but to {region}."
        case NoteKind.PERSONAL_HOP:
            if is_danish:
                return f"Led {hop} er et personligt kendskab; ingen stedfortræder arver det."
            return f"Step {hop} is a personal acquaintance; no deputy inherits it."
        case NoteKind.OPENER_HOP:
            if is_danish:
                return f"Led {hop} går gennem en døråbner: spørg {_opener(path, place, lang)}."
            return f"Step {hop} goes through a door opener: ask {_opener(path, place, lang)}."
        case NoteKind.OLDER_THAN_HOLDER:
            if is_danish:
                return f"Led {hop} er kontrolleret, før den nuværende indehaver kom."
            return f"Step {hop} was verified before the present holder came."
        case NoteKind.NAMED_STOPS_AT:
            return _named_stops(path.hops[place], hop, lang)
        case NoteKind.OLD_KNOWLEDGE:
            return _old_knowledge(path.hops[place], hop, lang)
        case NoteKind.ENDS_SOON:
            day = "" if noted.on is None else format_date(noted.on, lang)
            return f"Vejen ophører {day}." if is_danish else f"The path ends on {day}."
        case NoteKind.SECTION_115:
            return section_115(lang)


def _old_knowledge(walked: Hop, hop: int, lang: Language) -> str:
    """The date of the last check of a hop, and whom to call for a new one."""
    checked = walked.facts.verified_on
    ends = [name_of(one, lang) for one in (walked.target, walked.source)]
    ends = ends[:1] if hop == 1 else ends  # the caller need not call their own post
    if lang == "da":
        since = (
            "aldrig kontrolleret"
            if checked is None
            else (f"ikke kontrolleret siden {format_date(checked, lang)}")
        )
        return f"Led {hop} er {since}: ring til {' eller '.join(ends)}, og bekræft forbindelsen."
    since = (
        "has never been checked"
        if checked is None
        else (f"has not been checked since {format_date(checked, lang)}")
    )
    return f"Step {hop} {since}: call {' or '.join(ends)}, and confirm the link."


def _opener(path: Path, place: int, lang: Language) -> str:
    """The person to ask: the carrier of the hop, otherwise the post it starts from."""
    walked = path.hops[place]
    carriers = [carrier for carrier in walked.facts.carriers if carrier.name]
    return name_of(carriers[0] if carriers else walked.source, lang)


def _named_stops(walked: Hop, hop: int, lang: Language) -> str:
    gate = walked.facts.gate
    ground = "" if gate is None else gate.label(lang)
    if hop == 1:
        nobody = "ingen navngivne personer" if lang == "da" else "nobody named"
        return f"{ground}: {nobody}."
    if lang == "da":
        return f"Fra led {hop} ({in_sentence(ground)}): ingen navngivne personer."
    return f"From step {hop} ({in_sentence(ground)}): nobody named."


def section_115(lang: Language) -> str:
    """The three sentences of retsplejeloven § 115."""
    return "; ".join(SECTION_115[lang]) + "."
