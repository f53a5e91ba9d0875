"""What a policy says of links, legal grounds, crossing and hubs, in words."""

from collections.abc import Iterable, Iterator
from math import exp
from typing import Final

import numpy as np

from api.text.format import format_days, in_sentence
from graph.paths.costs import hub_costs
from graph.paths.explain import chance_of
from graph.paths.policy_model import GateRule, LinkRule, Policy
from graph.vocabulary import (
    Label,
    Language,
    LegalGate,
    LinkType,
    NetworkKind,
    PathUse,
    PostKind,
    PreventionLevel,
    Term,
)

_TRUST: Final = 0.8  # the examples of a reader: a good acquaintance,
_WAITS: Final = (1, 2, 7)  # an answer tomorrow, the day after, next week,
_TIMES: Final = (2, 4)  # and hubs of twice and four times what is free


def percent(share: float, lang: Language) -> str:
    """A share to three digits: `97 %`, `22.3%`."""
    text = f"{100 * share:.3g}"
    return f"{text.replace('.', ',')} %" if lang == "da" else f"{text}%"


# ---- links


def link_lines(policy: Policy, lang: Language) -> Iterator[str]:
    """Each type a path walks: which way, how dear, how its check ages; then the others by name."""
    yield from (_link(link_type, rule, lang) for link_type, rule in policy.links.items())
    unused = ", ".join(_quoted(one, lang) for one in LinkType if one not in policy.links)
    if lang == "da":
        yield f"Aldrig et led; de finder funktioner, personer og steder: {unused}."
    else:
        yield f"Never a step; they find posts, people and places: {unused}."


def _link(link_type: LinkType, rule: LinkRule, lang: Language) -> str:
    factor, floor = percent(rule.factor, lang), percent(rule.floor, lang)
    days, half = format_days(rule.half_life_days, lang), percent((1 + rule.floor) / 2, lang)
    is_both = rule.walk is PathUse.BOTH
    if lang == "da":
        walk = "begge veje" if is_both else "kun fremad"
        lifted = " Kun de to personer selv bærer det; ingen stedfortræder arver det."
        text = f"{walk}; {factor}; en kontrol er {half} værd efter {days}, aldrig under {floor}."
    else:
        walk = "both ways" if is_both else "forward only"
        lifted = " Only the two people themselves carry it; no deputy inherits it."
        text = f"{walk}; {factor}; a check is worth {half} after {days}, never below {floor}."
    return f"{_quoted(link_type, lang)}: {text}{lifted if rule.is_lifted else ''}"


def _quoted(link_type: LinkType, lang: Language) -> str:
    return f"»{link_type.label_da}«" if lang == "da" else f"“{link_type.label_en}”"


def quality_lines(policy: Policy, lang: Language) -> Iterator[str]:
    """Trust, age and response time, which count alike for every type."""
    cost = policy.cost
    doubt, unknown = percent(cost.strength_doubt, lang), percent(cost.strength_unknown, lang)
    trust = percent(_TRUST, lang)
    counts = percent(1 - cost.strength_doubt * (1 - _TRUST), lang)
    never = format_days(cost.unverified_days, lang)
    older = format_days(cost.older_than_holder_days, lang)
    if lang == "da":
        yield f"Tillid: {doubt} af tvivlen tæller; {trust} bliver {counts}; ukendt er {unknown}."
        yield f"Alder: aldrig kontrolleret tæller som kontrolleret for {never} siden."
        yield f"Alder: kontrolleret, før den nuværende indehaver kom, tæller som mindst {older}."
    else:
        yield f"Trust: {doubt} of the doubt counts; {trust} becomes {counts}; unknown is {unknown}."
        yield f"Age: never verified counts as verified {never} ago."
        yield f"Age: verified before the present holder came counts as {older} at least."
    yield _response(policy, lang)


def _response(policy: Policy, lang: Language) -> str:
    """Waits as examples. Source of the formula: paths.md §1.7."""
    patience = policy.cost.patience_days
    limit, unknown = _days(patience, lang), _days(policy.cost.hours_unknown_days, lang)
    waits = ", ".join(
        f"{format_days(wait, lang)} {percent(1 - 2 ** (-patience / wait), lang)}" for wait in _WAITS
    )
    if lang == "da":
        return (
            f"Svartid: tålmodigheden er {limit}; hvad en ventetid er værd: {waits}. "
            f"Ukendt åbningstid tæller som {unknown}."
        )
    return (
        f"Response time: our patience is {limit}; what a wait is worth: {waits}. "
        f"Unknown hours count as {unknown}."
    )


def _days(days: float, lang: Language) -> str:
    return format_days(round(days), lang)


# ---- legal grounds


def gate_lines(policy: Policy, lang: Language) -> Iterator[str]:
    """Each ground: whether somebody may be named on it, at which levels, how dear."""
    yield from (_gate(gate, rule, lang) for gate, rule in policy.gates.items())
    if lang == "da":
        yield (
            "Gælder behovet en bestemt person, bruges kun led, hvor personer må nævnes ved navn, "
            "og aldrig en civil."
        )
        yield "Grundlaget siger, hvad et led kan bære; om deling er nødvendig, afgør I selv."
    else:
        yield (
            "Where a need is about a certain person, only steps are used on which people may be "
            "named, and never a civilian."
        )
        yield "The ground says what a step can carry; whether sharing is necessary, you judge."


def _gate(gate: LegalGate, rule: GateRule, lang: Language) -> str:
    named = {
        "da": ("ingen navngivne personer", "personer må nævnes ved navn"),
        "en": ("nobody named", "people may be named"),
    }[lang][rule.is_named]
    parts = [named, percent(rule.factor, lang)]
    if rule.levels != frozenset(PreventionLevel):
        levels = ", ".join(in_sentence(level.label(lang)) for level in sorted(rule.levels))
        parts.append(f"kun til {levels}" if lang == "da" else f"for {levels} only")
    return f"{gate.label(lang)}: {'; '.join(parts)}."


# ---- what is crossed


def crossing_lines(policy: Policy, lang: Language) -> Iterator[str]:
    """What a path goes through, only ends at, and never meets; and who introduces a civilian."""
    crossing = policy.crossing
    kinds: tuple[Term, ...] = (*PostKind, *NetworkKind)
    ends = [*_labels(crossing.end), *(kind for kind in kinds if kind.value in crossing.end_kinds)]
    cross, end = _listed(_labels(crossing.cross), lang), _listed(ends, lang)
    never = _listed(_labels(crossing.never), lang)
    if lang == "da":
        yield f"Vejen går gennem: {cross}."
        yield f"Den kan kun ende ved: {end}."
        yield f"Den møder aldrig: {never}."
        yield "En ressourceperson nås kun gennem sin døråbner, som selv skal være til stede."
        yield "Videre går kun ét led, det sidste: til foreningen, personen repræsenterer."
    else:
        yield f"A path goes through: {cross}."
        yield f"It can only end at: {end}."
        yield f"It never meets: {never}."
        yield "A civilian is reached through their door opener alone, who must be there in person."
        yield "One step alone leads on, the last: to the association the civilian represents."


def _labels(labels: Iterable[Label]) -> list[Label]:
    return sorted(labels, key=lambda label: label.code)


def _listed(words: Iterable[Term], lang: Language) -> str:
    """Separated by semicolons: some names hold commas."""
    return "; ".join(in_sentence(word.label(lang)) for word in words)


def hub_lines(policy: Policy, lang: Language) -> Iterator[str]:
    """What it costs to go through somebody with many contacts, by examples, and the limit."""
    hub = policy.hub
    degrees = [hub.free * times for times in _TIMES]
    costs: list[int] = hub_costs(policy, np.array(degrees)).tolist()
    examples = ", ".join(
        f"{degree}: {percent(chance_of(cost), lang)}"
        for degree, cost in zip(degrees, costs, strict=True)
    )
    least = percent(exp(-hub.cap_nat), lang)
    if lang == "da":
        yield f"Indtil {hub.free} videre kontakter koster intet; {examples}; aldrig under {least}."
        yield f"Gennem en med flere end {hub.closed_above} går ingen vej."
    else:
        yield f"Up to {hub.free} onward contacts cost nothing; {examples}; never below {least}."
        yield f"No path goes through one with more than {hub.closed_above}."
