"""Description of each hop: reason, legal ground, last check, cost, and who answers.

Pure functions of an `Answer`; costs are given in tenths of a nat and as the remaining probability
in percent.
"""

from collections.abc import Iterator
from datetime import date
from typing import Final

from api.requested_need import RequestedMoment
from api.text.availability import answerer, answering
from api.text.format import format_date, format_days, format_share, in_sentence, name_of
from api.text.paths import section_115, tie
from graph.paths.answer import Hop, Resolution, Stop
from graph.vocabulary import Freshness, Label, Language, LegalGate, PreventionLevel

_PARTS: Final = (
    ("forbindelsens art", "kind of link"),
    ("tillid", "trust"),
    ("alder", "age"),
    ("grundlag", "legal ground"),
    ("mange kontakter", "many contacts"),
    ("hvem der svarer", "who answers"),
    ("ventetid", "wait"),
    ("inden for samme opkald", "within the same call"),
)
"""The parts of the cost of a hop: those of its link, then those of entering its target."""


def hop_title(hop: Hop, stop: Stop, number: int, lang: Language) -> str:
    """The title of a hop, `Led 2: A → B`, where B is the stop it leads to."""
    word = "Led" if lang == "da" else "Step"
    return f"{word} {number}: {name_of(hop.source, lang)} → {name_of(stop.node, lang)}"


def hop_account(hop: Hop, stop: Stop, moment: RequestedMoment, lang: Language) -> Iterator[str]:
    """All that is known of a hop and of the stop it leads to, one sentence per fact."""
    on = moment.on
    yield f"{'Hvorfor' if lang == 'da' else 'Why'}: {tie(hop, lang)}.{_others(hop, lang)}"
    yield from _ground(hop, lang, on)
    yield _checked(hop, lang, on)
    yield from _until(hop, lang, on)
    yield hop_cost(hop, lang)
    yield from _covers(stop, lang)
    if stop.resolution is not None:
        yield _answers(stop, stop.resolution, moment, lang)


def _others(hop: Hop, lang: Language) -> str:
    count = len(hop.also)
    if not count:
        return ""
    if lang == "da":
        word = "svagere forbindelse" if count == 1 else "svagere forbindelser"
        return f" Der er også {count} {word}."
    return (
        f" There is {count} weaker link too." if count == 1 else f" There are {count} weaker too."
    )


# ---- legal ground


def _ground(hop: Hop, lang: Language, on: date) -> Iterator[str]:
    """The gate, its levels, and what it allows."""
    gate, levels = hop.facts.gate, hop.facts.levels
    if gate is None:
        return
    word = "Grundlag" if lang == "da" else "Legal ground"
    some = ""
    if levels and levels != frozenset(PreventionLevel):
        some = f" ({', '.join(in_sentence(level.label(lang)) for level in sorted(levels))})"
    yield f"{word}: {gate.label(lang)}{some}. {_allows(hop, gate, lang, on)}"


def _allows(hop: Hop, gate: LegalGate, lang: Language, on: date) -> str:
    if gate.is_section_115:
        return section_115(lang)
    if gate is LegalGate.CONSENT and hop.facts.until is not None:
        day = format_date(hop.facts.until, lang, on=on)
        return (
            f"Kun efter samtykke, gyldigt til {day}."
            if lang == "da"
            else f"By consent only, valid until {day}."
        )
    return ALLOWS[gate][0 if lang == "da" else 1]


ALLOWS: Final[dict[LegalGate, tuple[str, str]]] = {
    LegalGate.INTERNAL: (
        "Myndighedens egne regler gælder.",
        "The authority's own rules apply.",
    ),
    LegalGate.GENERAL: ("Ingen navngivne personer.", "Nobody named."),
    LegalGate.CONTACT_ONLY: (
        "Du må tage kontakt. Leddet giver ikke ret til at dele oplysninger.",
        "You may make contact. The step gives no right to share information.",
    ),
    LegalGate.CONSENT: ("Kun efter samtykke.", "By consent only."),
}
"""What is allowed on each legal ground other than § 115."""


# ---- last check, validity, cost


def _checked(hop: Hop, lang: Language, on: date) -> str:
    facts = hop.facts
    if facts.verified_on is None or facts.days is None:
        never = Freshness.NEVER.label(lang)
        return f"{never}."
    day, ago = format_date(facts.verified_on, lang, on=on), format_days(facts.days, lang)
    state = in_sentence(facts.freshness.label(lang))
    verifier = facts.verified_by
    if lang == "da":
        who = f" af {name_of(verifier, lang)}" if verifier else ""
        return f"Kontrolleret {day}{who} (for {ago} siden, {state})."
    who = f" by {name_of(verifier, lang)}" if verifier else ""
    return f"Checked {day}{who} ({ago} ago, {state})."


def _until(hop: Hop, lang: Language, on: date) -> Iterator[str]:
    """The end date of the link, except for a consent, whose sentence has it already."""
    until = hop.facts.until
    if until is not None and hop.facts.gate is not LegalGate.CONSENT:
        day = format_date(until, lang, on=on)
        yield f"Gælder til {day}." if lang == "da" else f"Valid until {day}."


def hop_cost(hop: Hop, lang: Language) -> str:
    """`Svageste punkt: tillid. Koster 3,2 (73 %): tillid 1,1 (90 %), …`, without zero parts."""
    costs = [(cost, words[0 if lang == "da" else 1]) for cost, words in _parts(hop) if cost]
    head = f"{'Koster' if lang == 'da' else 'Costs'} {format_share(hop.cost, lang)}"
    if not costs:
        return f"{head}."
    told = f"{head}: {', '.join(f'{word} {format_share(cost, lang)}' for cost, word in costs)}."
    within = _PARTS[-1][0 if lang == "da" else 1]
    own = [part for part in costs if part[1] != within]  # the part within the call offers no choice
    if not own:
        return told
    _, weakest = max(own, key=lambda part: part[0])
    point = "Svageste punkt" if lang == "da" else "Weakest point"
    return f"{point}: {weakest}. {told}"


def _parts(hop: Hop) -> Iterator[tuple[int, tuple[str, str]]]:
    parts = hop.facts.parts
    costs = (
        parts.type, parts.strength, parts.freshness, parts.gate,
        hop.hub, hop.standing, hop.response, hop.inside,
    )  # fmt: skip
    return zip(costs, _PARTS, strict=True)


# ---- who answers


def _covers(stop: Stop, lang: Language) -> Iterator[str]:
    """The posts and networks that one call reaches, if there are several."""
    if len(stop.covers) > 1:
        names = "; ".join(name_of(node, lang) for node in stop.covers)
        yield f"Samme opkald: {names}." if lang == "da" else f"The same call: {names}."


def _answers(stop: Stop, resolution: Resolution, moment: RequestedMoment, lang: Language) -> str:
    """Who answers, who substitutes, and when it changes; for a network also the coordinator."""
    now = answering(resolution, moment, lang)
    texts = [f"{_coordinator(stop, resolution, lang)}{now}"]
    if resolution.since is not None:
        day = format_date(resolution.since, lang, on=moment.on)
        role = resolution.rung.label(lang).capitalize()
        texts.append(f"{role} {'siden' if lang == 'da' else 'since'} {day}")
    others = [one for one in resolution.order if (one.rung, one.who) != _first(resolution)]
    if others:
        names = "; ".join(answerer(one.who, one.rung, lang) for one in others)
        texts.append(f"{'Derefter' if lang == 'da' else 'After that'}: {names}")
    if resolution.until is not None:
        day = format_date(resolution.until, lang, on=moment.on)
        texts.append(f"Ændres {day}" if lang == "da" else f"Changes on {day}")
    return "".join(f"{text.removesuffix('.')}. " for text in texts).strip()


def _first(resolution: Resolution) -> tuple[object, object]:
    return resolution.rung, resolution.who


def _coordinator(stop: Stop, resolution: Resolution, lang: Language) -> str:
    if stop.label is not Label.NETWORK:
        return ""
    post = name_of(resolution.post, lang)
    return f"Koordineres af {post}. " if lang == "da" else f"Coordinated by {post}. "
