"""A path in words: why each step, what the path is worth, what to note of it.

Pure functions of an `QueryResult`; a name the caller may not know is `en person` or `somebody`.
"""

from collections.abc import Iterator
from datetime import date

from api.asked_moment import RequestedMoment
from api.text.format import format_date, format_days, format_hops, in_sentence, name_of
from graph.paths.answer import Hop, Note, Path
from graph.paths.answer_terms import NoteKind, Reason
from graph.vocabulary import SECTION_115, Language, LegalGate, LinkType


def summary(path: Path, moment: RequestedMoment, lang: Language) -> str:
    """`3 led, ældste kontrol 64 dage. Kortest.`; a § 115 ground is named."""
    parts = [format_hops(len(path.hops), lang), oldest_check(path.oldest_days, lang)]
    parts += [gate.label(lang) for gate in path.gates if gate.is_section_115]
    reason = f" {_reason(path.reason, moment, lang)}." if path.reason else ""
    return f"{', '.join(parts)}.{reason}"


def _reason(reason: Reason, moment: RequestedMoment, lang: Language) -> str:
    """Why the path stands in the list; "now" is said of the present minute alone."""
    if reason is Reason.ANSWERS_NOW and not moment.is_now:
        return "Svarer da" if lang == "da" else "Answers then"
    return reason.label(lang)


def oldest_check(days: int | None, lang: Language) -> str:
    """`ældste kontrol 64 dage`; None: a hop was never verified."""
    if days is None:
        return "et led er aldrig kontrolleret" if lang == "da" else "a step was never verified"
    text = format_days(days, lang)
    return f"ældste kontrol {text}" if lang == "da" else f"oldest check {text}"


def hop_reason(hop: Hop, lang: Language, on: date) -> str:
    """Why one can go this way: who is tied to whom, on what ground, checked when."""
    return ", ".join([tie(hop, lang), *_ground(hop, lang, on), _checked(hop.facts.days, lang)])


def _ground(hop: Hop, lang: Language, on: date) -> Iterator[str]:
    """The legal ground; a consent with the day it ends."""
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
    """The link as a sentence, in its own direction, whichever way it is walked."""
    if hop.facts.type is LinkType.KNOWS:
        people = (" og " if lang == "da" else " and ").join(_carriers(hop, lang))
        return f"{people} kender hinanden" if lang == "da" else f"{people} know each other"
    ends = (hop.source, hop.target) if hop.is_forward else (hop.target, hop.source)
    return f"{name_of(ends[0], lang)} {hop.facts.type.label(lang)} {name_of(ends[1], lang)}"


def _carriers(hop: Hop, lang: Language) -> tuple[str, ...]:
    """The two who know each other, else the posts they hold."""
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
    """What a note says, as a sentence; `before`: how many hops were counted before this path's."""
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
    """Since when nobody has checked a hop, and what a check would take."""
    checked = walked.facts.verified_on
    ends = [name_of(one, lang) for one in (walked.target, walked.source)]
    ends = ends[:1] if hop == 1 else ends  # whoever asks need not call themselves
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
    """Whom to ask: the carrier of the hop, else the post it leaves."""
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
