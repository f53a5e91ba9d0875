"""The rules of a policy in words, for the people who are responsible for them.

All numbers are read from the `Policy`, so a changed policy file is explained as it is.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from math import exp
from typing import Final

import numpy as np

from api.text.format import format_date, format_days, in_sentence
from graph.paths.answer_terms import AnswerRole, FitNeed
from graph.paths.explain import chance_of
from graph.paths.policy import GateRule, LinkRule, Policy, TriggerRule, hub_costs
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
    Trigger,
)


def fit_lines(policy: Policy, lang: Language) -> Iterator[str]:
    """The fit classes of each kind of need, the best first, and limits of contacts and paths."""
    yield from (_classes(policy, need, lang) for need in policy.fit)
    rule = policy.contacts
    if lang == "da":
        yield "En klasse går altid før den næste; i den går den, der svarer på tidspunktet, først."
        yield (
            f"Højst {rule.most} kontakter med {rule.ways} veje til hver; til en bestemt, der "
            f"spørges efter, {rule.ways_alone}."
        )
    else:
        yield "A class always comes before the next; in it, whoever answers at that time is first."
        yield (
            f"{rule.most} contacts at most with {rule.ways} paths to each; to a named one that is "
            f"asked for, {rule.ways_alone}."
        )


def _classes(policy: Policy, need: FitNeed, lang: Language) -> str:
    """`Et samarbejde et sted: 1. koordinerer …; 2. er medlem af ….`."""
    sentences = (rule.danish if lang == "da" else rule.english for rule in policy.fit[need])
    told = "; ".join(
        f"{number}. {sentence.replace('{what}', '…')}"
        for number, sentence in enumerate(sentences, 1)
    )
    return f"{need.label(lang)}: {told}."


def direct_lines(policy: Policy, lang: Language) -> Iterator[str]:
    """Who may be called directly, and about what; the standing contacts of a place."""
    posts = "; ".join(in_sentence(post.label(lang)) for post in policy.local)
    if lang == "da":
        if Label.ACTOR in policy.direct:
            yield "En funktion med en kontaktoplysning må altid kontaktes, uden at nævne nogen."
            yield (
                "Også om en bestemt person, hvis I er i samme samarbejde eller myndighed, og "
                "grundlaget dér tillader det."
            )
        else:
            yield "En funktion kontaktes kun ad en vej."
        if Label.RESOURCE_INDIVIDUAL in policy.direct:
            yield "En civil må kontaktes direkte, hvis samtykket ikke kræver formidling."
        else:
            yield "Om en civil må kontaktes direkte, siges ikke."
        yield f"Faste kontakter i et sted: {posts}."
        return
    if Label.ACTOR in policy.direct:
        yield "A post with a contact detail may always be contacted, naming nobody."
        yield (
            "Also about a named person, where you are in the same network or authority, and the "
            "ground there allows it."
        )
    else:
        yield "A post is contacted by a path alone."
    if Label.RESOURCE_INDIVIDUAL in policy.direct:
        yield "A civilian may be contacted directly, where the consent asks for no door opener."
    else:
        yield "Whether a civilian may be contacted directly is not told."
    yield f"Standing contacts in a place: {posts}."


_TRUST: Final = 0.8  # example of the explanation: a good acquaintance
_WAITS: Final = (1, 2, 7)  # examples: an answer tomorrow, the day after, next week
_TIMES: Final = (2, 4)  # examples: hubs of twice and four times the free degree


def percent(share: float, lang: Language) -> str:
    """A fraction in percent with three digits: `97 %`, `22.3%`."""
    text = f"{100 * share:.3g}"
    return f"{text.replace('.', ',')} %" if lang == "da" else f"{text}%"


# ---- links


def link_lines(policy: Policy, lang: Language) -> Iterator[str]:
    """Direction, cost and ageing of each usable link type; then the names of the others."""
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
    """Trust, age and response time, which count equally for every link type."""
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
    """Waiting times as examples. Source of the formula: paths.md §1.7."""
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
    """For each legal ground: whether people may be named, at which levels, and its cost."""
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


# ---- crossing rules


def crossing_lines(policy: Policy, lang: Language) -> Iterator[str]:
    """What a path may cross, only end at, or never meet; and the rule for civilians."""
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
    """Words separated by semicolons, since some contain commas."""
    return "; ".join(in_sentence(word.label(lang)) for word in words)


def hub_lines(policy: Policy, lang: Language) -> Iterator[str]:
    """The cost of a node with many contacts, by examples, and the limit."""
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


@dataclass(frozen=True, slots=True)
class Chapter:
    """A heading and its lines, one rule each."""

    title: str
    lines: tuple[str, ...]


def policy_chapters(policy: Policy, lang: Language) -> tuple[Chapter, ...]:
    """All rules: first which contact fits, then the value of a path to it, in order of use."""
    told = (
        ("Hvem der er den rette", "Who is right", fit_lines(policy, lang)),
        ("Hvem et behov rettes til", "Whom a need goes to", _triggers(policy, lang)),
        ("Hvem der svarer hvornår", "Who answers when", _answering(policy, lang)),
        ("Må jeg ringe direkte?", "May I call directly?", direct_lines(policy, lang)),
        ("Hvad en vej er værd", "What a path is worth", _worth(lang)),
        ("Hvilke led en vej består af", "What steps a path is made of", link_lines(policy, lang)),
        ("Hvor god en forbindelse er", "How good a link is", quality_lines(policy, lang)),
        ("På hvilket grundlag", "On what legal ground", gate_lines(policy, lang)),
        ("Hvad en vej går gennem", "What a path goes through", crossing_lines(policy, lang)),
        ("Hvor mange er for mange", "How many are too many", hub_lines(policy, lang)),
        ("Hvor langt der søges", "How far it is searched", _search(policy, lang)),
        ("Hvem der laver det manglende", "Who makes what is missing", _missing(policy, lang)),
    )  # fmt: skip
    return tuple(
        Chapter(danish if lang == "da" else english, tuple(lines))
        for danish, english, lines in told
    )


def _worth(lang: Language) -> Iterator[str]:
    if lang == "da":
        yield "Hvert led har et skøn over, om henvendelsen når den rette i tide."
        yield "Skønnet er forbindelsens art, tillid, alder og grundlag ganget sammen."
        yield "Hertil kommer, hvem der svarer, hvor længe man venter, og om mange går den vej."
        yield "Vejens skøn er leddenes ganget sammen; den mest sandsynlige vej står først."
        yield "En vej med et led, der ikke er kontrolleret i et år, står efter alle andre."
    else:
        yield "Each step has an estimate of whether the contact reaches the right one in time."
        yield "It is the kind of link, trust, age and legal ground, multiplied."
        yield "Then comes who answers, how long one waits, and whether many go that way."
        yield "The estimate of a path is that of its steps, multiplied; the likeliest comes first."
        yield "A path with a step not checked for a year stands after all others."


# ---- who answers


def _answering(policy: Policy, lang: Language) -> Iterator[str]:
    """The answer roles in the order they are tried, and when offices are closed."""
    for rung in AnswerRole:
        if rung.is_open:
            yield f"{_begun(rung.label(lang))}: {_share(policy.standing[rung.lower()], lang)}."
    days = ", ".join(_day(month, day, lang) for month, day in sorted(policy.closing))
    if lang == "da":
        yield "De spørges i den rækkefølge; først den, der svarer på det tidspunkt."
        yield "Svarer ingen den dag, fører ingen vej til eller gennem funktionen."
        closed = f"Hverdage med åbningstid er lukket på helligdage{f' og {days}' if days else ''}"
        yield f"{closed.removesuffix('.')}."
    else:
        yield "They are asked in that order; first whoever answers at that time."
        yield "Where nobody answers that day, no path leads to or through the post."
        yield f"Weekday hours are closed on public holidays{f' and {days}' if days else ''}."


def _day(month: int, day: int, lang: Language) -> str:
    leap = date(2024, month, day)  # a leap year, since 29 February is possible
    return format_date(leap, lang, on=leap)


def _share(micro_nats: int, lang: Language) -> str:
    return percent(chance_of(micro_nats), lang)


# ---- needs


def _triggers(policy: Policy, lang: Language) -> Iterator[str]:
    if lang == "da":
        yield "Den første art i listen står først, derefter de næste."
        yield "Akut fare besvares med 112, 114 og stedets vagtcentral alene."
    else:
        yield "The first kind of each list comes first, then the next."
        yield "Acute danger is answered with 112, 114 and the duty line of the place alone."
    yield from (_trigger(trigger, rule, lang) for trigger, rule in policy.triggers.items())


def _trigger(trigger: Trigger, rule: TriggerRule, lang: Language) -> str:
    about = {
        "da": ("generelt, uden navne", "om en bestemt person"),
        "en": ("general, without names", "about a certain person"),
    }[lang][rule.is_named]
    text = f"{trigger.label(lang)} ({about}): {_posts(rule.posts, lang)}."
    if not rule.grounds:
        return text
    grounds = "; ".join(gate.label(lang) for gate in rule.grounds)
    first = "Grundlag, i rækkefølge" if lang == "da" else "Grounds, in order"
    return f"{text} {first}: {grounds}."


def _missing(policy: Policy, lang: Language) -> Iterator[str]:
    for link_type in LinkType:
        if link_type in policy.missing:
            posts = _posts(policy.missing[link_type].makers, lang)
            quoted = f"»{link_type.label_da}«" if lang == "da" else f"“{link_type.label_en}”"
            yield f"{quoted}: {posts}."
    if lang == "da":
        yield "Af dem nævnes de, der dækker stedet; ellers registeransvarlig for stedet."
    else:
        yield "Of these, those that cover the place are named; else the steward of the place."


def _posts(posts: tuple[PostKind, ...], lang: Language) -> str:
    """Posts separated by semicolons, since names of kinds contain commas."""
    return "; ".join(post.label(lang) for post in posts)


# ---- the search


def _search(policy: Policy, lang: Language) -> Iterator[str]:
    search = policy.search
    overlap = percent(search.overlap_percent / 100, lang)
    starts, targets = _number(search.max_starts, lang), _number(search.max_targets, lang)
    if lang == "da":
        yield f"Højst {search.max_paths} veje til hver; to deler højst {overlap} af leddene."
        yield f"Højst {search.default_hops} led, og {search.max_hops}, hvis der bedes om det."
        yield f"Højst {starts} begyndelser og {targets} mål; ellers skal der flere vilkår til."
    else:
        yield f"{search.max_paths} paths to each at most; no two share over {overlap} of the steps."
        yield f"{search.default_hops} steps at most, and {search.max_hops} where asked for."
        yield f"{starts} starts and {targets} targets at most; else more terms are needed."
    yield from _budget(policy, lang)


def _budget(policy: Policy, lang: Language) -> Iterator[str]:
    """The search budget, counted in steps so that every machine gives the same answer."""
    budget = policy.budget
    pops, ahead = _number(budget.pops, lang), _number(budget.look_ahead, lang)
    sizes = [
        _number(one, lang) for one in (budget.hop_states, budget.settled, budget.region_states)
    ]
    widen = ", ".join(percent(one, lang) for one in budget.widen)
    if lang == "da":
        yield f"Efter {pops} skridt stopper søgningen, og svaret siger det. Tiden tæller aldrig."
        yield (
            f"Farten alene styres af: {sizes[0]} tilstande først, {sizes[1]} i anden runde, "
            f"{sizes[2]} i alt, et blik frem efter {ahead} forgæves skridt, og hvor meget dyrere "
            f"veje der ses på ad gangen: {widen or 'ingen'}."
        )
    else:
        yield f"After {pops} steps the search stops, and the answer says so. Time never counts."
        yield (
            f"Speed alone is set by: {sizes[0]} states at first, {sizes[1]} in the second round, "
            f"{sizes[2]} in all, a look ahead after {ahead} steps in vain, and how much dearer "
            f"paths are seen at a time: {widen or 'none'}."
        )


def _number(number: int, lang: Language) -> str:
    """A number with thousands separators: `200.000`, `200,000`."""
    return f"{number:,}".replace(",", "." if lang == "da" else ",")


def _begun(label: str) -> str:
    return label[:1].upper() + label[1:]
