"""An answer in words: why each hop, who answers now, what a path is worth, why there is none.

Pure functions of an `Answer`; a name the caller may not know is `en person` or `somebody`.
"""

from collections.abc import Iterator
from datetime import date

from api.no_path_words import no_path
from api.written import (
    in_sentence,
    name_of,
    vacant,
    written_date,
    written_days,
    written_hops,
)
from graph.questions.paths.answer import (
    Direct,
    Hop,
    Named,
    Note,
    PassedOver,
    Path,
    Resolution,
)
from graph.questions.paths.words import NoteKind, PassedWhy, Rung
from graph.vocabulary import SECTION_115, Language, LegalGate, LinkType

__all__ = [
    "answerer",
    "answering",
    "direct",
    "hop_reason",
    "no_path",
    "note",
    "oldest_check",
    "section_115",
    "summary",
    "tie",
]


# ---- a path


def summary(path: Path, lang: Language) -> str:
    """`3 led, ældste kontrol 64 dage. Kortest.`; a § 115 ground is named."""
    parts = [written_hops(len(path.hops), lang), oldest_check(path.oldest_days, lang)]
    parts += [gate.label(lang) for gate in path.gates if gate.is_section_115]
    reason = f" {path.reason.label(lang)}." if path.reason else ""
    return f"{', '.join(parts)}.{reason}"


def oldest_check(days: int | None, lang: Language) -> str:
    """`ældste kontrol 64 dage`; None: a hop was never verified."""
    if days is None:
        return "et led er aldrig kontrolleret" if lang == "da" else "a hop was never verified"
    text = written_days(days, lang)
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
    day = written_date(until, lang, on=on)
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
    text = written_days(days, lang)
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
            return f"Hop {hop} is a personal acquaintance; no deputy inherits it."
        case NoteKind.OPENER_HOP:
            if is_danish:
                return f"Led {hop} går gennem en døråbner: spørg {_opener(path, place, lang)}."
            return f"Hop {hop} goes through a door opener: ask {_opener(path, place, lang)}."
        case NoteKind.OLDER_THAN_HOLDER:
            if is_danish:
                return f"Led {hop} er kontrolleret, før den nuværende indehaver kom."
            return f"Hop {hop} was verified before the present holder came."
        case NoteKind.NAMED_STOPS_AT:
            return _named_stops(path.hops[place], hop, lang)
        case NoteKind.ENDS_SOON:
            day = "" if noted.on is None else written_date(noted.on, lang)
            return f"Vejen ophører {day}." if is_danish else f"The path ends on {day}."
        case NoteKind.SECTION_115:
            return section_115(lang)


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
    return f"From hop {hop} ({in_sentence(ground)}): nobody named."


def section_115(lang: Language) -> str:
    """The three sentences of retsplejeloven § 115."""
    return "; ".join(SECTION_115[lang]) + "."


# ---- who answers


def answering(resolution: Resolution, lang: Language, *, on: date | None = None) -> str:
    """`Svarer nu: Bo Holm, stedfortræder (indehaver fraværende til 7. dec.)`.

    Dates leave out the year where it is that of `on`.
    """
    passed = [
        _passed(one, lang, on)
        for one in resolution.passed_over
        if one.why is not PassedWhy.ENDED or resolution.vacant_since is None
    ]
    if resolution.vacant_since is not None:
        passed = [vacant(resolution.vacant_since, lang, on), *passed]
    behind = f" ({'; '.join(passed)})" if passed else ""
    if not resolution.rung.is_open:
        nobody = "Ingen svarer" if lang == "da" else "Nobody answers"
        return f"{nobody}: {resolution.rung.label(lang)}{behind}"
    now = "Svarer nu" if lang == "da" else "Answers now"
    return f"{now}: {_answerer(resolution, lang, on)}{behind}"


def answerer(who: Named | None, rung: Rung, lang: Language) -> str:
    """`Bo Holm, stedfortræder`; where nobody is named, what answers."""
    role = rung.label(lang)
    return (
        f"{name_of(who, lang)}, {role}" if rung.is_open and rung is not Rung.OWN_CHANNEL else role
    )


def _answerer(resolution: Resolution, lang: Language, on: date | None) -> str:
    """Who, as what, and since when they hold the post."""
    since = ""
    if resolution.since is not None:
        word = "siden" if lang == "da" else "since"
        since = f" {word} {written_date(resolution.since, lang, on=on)}"
    return f"{answerer(resolution.who, resolution.rung, lang)}{since}"


def _passed(one: PassedOver, lang: Language, on: date | None) -> str:
    """`indehaver fraværende til 7. dec.`: no name, no reason."""
    text = f"{one.rung.label(lang)} {one.why.label(lang)}"
    if one.until is None:
        return text
    before = {"da": "til", "en": "until"}[lang]
    if one.why is PassedWhy.NOT_YET:
        before = {"da": "før", "en": "before"}[lang]
    return f"{text} {before} {written_date(one.until, lang, on=on)}"


def direct(allowed: Direct, lang: Language) -> str:
    """That a civilian may be contacted without the door opener, how, until when, and who opens."""
    channels = ", ".join(in_sentence(channel.label(lang)) for channel in allowed.channels)
    until = written_date(allowed.until, lang)
    who, opener = name_of(allowed.node, lang), name_of(allowed.opener, lang)
    if lang == "da":
        return f"{who} må kontaktes direkte ({channels}) til {until}. Døråbner: {opener}."
    return f"{who} may be contacted directly ({channels}) until {until}. Door opener: {opener}."
