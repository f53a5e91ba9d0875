"""The rules of a policy in words, for the people who are responsible for them.

All numbers are read from the `Policy`, so a changed policy file is explained as it is.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from math import exp
from typing import Final

import numpy as np
from babel.numbers import format_decimal, get_decimal_symbol

from api.i18n import _, pgettext
from api.text.format import format_date, format_days, in_sentence, quote_text, sentences
from graph.paths.answer_terms import AnswerRole
from graph.paths.explain import chance_of
from graph.paths.policy import Policy, hub_costs
from graph.vocabulary import (
    Label,
    Language,
    LinkType,
    NetworkKind,
    PathUse,
    PostKind,
    PreventionLevel,
    Term,
)


def fit_lines(policy: Policy, lang: Language) -> Iterator[str]:
    """The fit classes of each kind of need, the best first, and limits of contacts and paths."""
    for need, rules in policy.fit.items():
        sentences = (rule.danish if lang == "da" else rule.english for rule in rules)
        classes = "; ".join(
            f"{number}. {sentence.replace('{what}', '…')}"
            for number, sentence in enumerate(sentences, 1)
        )
        yield f"{need.label(lang)}: {classes}."
    rule = policy.contacts
    yield _(
        "A class always comes before the next; in it, whoever answers at that time is first.", lang
    )
    yield _(
        "{most} contacts at most with {ways} paths to each; to a named one that is asked for, "
        "{alone}.",
        lang, most=rule.most, ways=rule.ways, alone=rule.ways_alone,
    )  # fmt: skip
    yield _(
        "A path below {share} is not shown beside a better one or a direct call.", lang,
        share=percent(rule.least_chance, lang),
    )  # fmt: skip


def direct_lines(policy: Policy, lang: Language) -> Iterator[str]:
    """Who may be called directly, and about what; the standing contacts of a place."""
    posts = "; ".join(in_sentence(post.label(lang)) for post in policy.local)
    if Label.ACTOR in policy.direct:
        yield _(
            "A post with a contact detail may always be contacted, without saying who it is about.",
            lang,
        )
        yield _(
            "Also about a named person, where you are in the same network or authority, and the "
            "ground there allows it.",
            lang,
        )
    else:
        yield _("A post is contacted by a path alone.", lang)
    if Label.RESOURCE_INDIVIDUAL in policy.direct:
        yield _(
            "A civilian may be contacted directly, where the consent asks for no door opener.", lang
        )
    else:
        yield _("Whether a civilian may be contacted directly is not shown.", lang)
    yield _("Standing contacts in a place: {posts}.", lang, posts=posts)


_TRUST: Final = 0.8  # example of the explanation: a good acquaintance
_WAITS: Final = (1, 2, 7)  # examples: an answer tomorrow, the day after, next week
_TIMES: Final = (2, 4)  # examples: hubs of twice and four times the free degree


def percent(share: float, lang: Language) -> str:
    """A fraction in percent with three digits: `97 %`, `22.3%`."""
    number = f"{100 * share:.3g}".replace(".", get_decimal_symbol(lang))
    return _("{number}%", lang, number=number)


# ---- links


def link_lines(policy: Policy, lang: Language) -> Iterator[str]:
    """Direction, cost and ageing of each usable link type; then the names of the others."""
    both, forward = _("both ways", lang), _("forward only", lang)
    lifted = _("Only the two people themselves carry it; no deputy inherits it.", lang)
    for link_type, rule in policy.links.items():
        text = _(
            "{link}: {walk}; {factor}; a check is worth {half} after {days}, never below {floor}.",
            lang,
            link=quote_text(link_type.label(lang), lang),
            walk=both if rule.walk is PathUse.BOTH else forward,
            factor=percent(rule.factor, lang),
            half=percent((1 + rule.floor) / 2, lang),
            days=format_days(rule.half_life_days, lang),
            floor=percent(rule.floor, lang),
        )
        yield f"{text} {lifted}" if rule.is_lifted else text
    unused = (link_type for link_type in LinkType if link_type not in policy.links)
    links = ", ".join(quote_text(link_type.label(lang), lang) for link_type in unused)
    yield _("Never a step; they find posts, people and places: {links}.", lang, links=links)


def quality_lines(policy: Policy, lang: Language) -> Iterator[str]:
    """Trust, age and response time, which count equally for every link type."""
    cost = policy.cost
    yield _(
        "Trust: {doubt} of the doubt counts; {trust} becomes {counts}; unknown is {unknown}.", lang,
        doubt=percent(cost.strength_doubt, lang),
        trust=percent(_TRUST, lang),
        counts=percent(1 - cost.strength_doubt * (1 - _TRUST), lang),
        unknown=percent(cost.strength_unknown, lang),
    )  # fmt: skip
    never = format_days(cost.unverified_days, lang)
    yield _("Age: never checked counts as checked {days} ago.", lang, days=never)
    older = format_days(cost.older_than_holder_days, lang)
    yield _(
        "Age: checked before the present holder came counts as {days} at least.", lang, days=older
    )
    waits = ", ".join(
        f"{format_days(wait, lang)} {percent(1 - 2 ** (-cost.patience_days / wait), lang)}"
        for wait in _WAITS
    )
    yield _(
        "Response time: our patience is {limit}; what a wait is worth: {waits}. "
        "Unknown hours count as {unknown}.",
        lang, limit=format_days(round(cost.patience_days), lang), waits=waits,
        unknown=format_days(round(cost.hours_unknown_days), lang),
    )  # fmt: skip


# ---- legal grounds


def gate_lines(policy: Policy, lang: Language) -> Iterator[str]:
    """For each legal ground: whether people may be named, at which levels, and its cost."""
    for gate, rule in policy.gates.items():
        parts = [
            _("people may be named", lang) if rule.is_named else _("nobody named", lang),
            percent(rule.factor, lang),
        ]
        if rule.levels != frozenset(PreventionLevel):
            levels = ", ".join(in_sentence(level.label(lang)) for level in sorted(rule.levels))
            parts.append(_("for {levels} only", lang, levels=levels))
        yield f"{gate.label(lang)}: {'; '.join(parts)}."
    yield _(
        "Where a need is about a certain person, only steps are used on which people may be named, "
        "and never a civilian.",
        lang,
    )
    yield _("The ground says what a step can carry; whether sharing is necessary, you judge.", lang)


# ---- crossing rules


def crossing_lines(policy: Policy, lang: Language) -> Iterator[str]:
    """What a path may cross, only end at, or never meet; and the rule for civilians."""
    crossing = policy.crossing
    kinds: tuple[Term, ...] = (*PostKind, *NetworkKind)
    ends = [*_labels(crossing.end), *(kind for kind in kinds if kind.value in crossing.end_kinds)]
    cross, never = _labels(crossing.cross), _labels(crossing.never)
    yield _("A path goes through: {nodes}.", lang, nodes=_word_list(cross, lang))
    yield _("It can only end at: {nodes}.", lang, nodes=_word_list(ends, lang))
    yield _("It never meets: {nodes}.", lang, nodes=_word_list(never, lang))
    yield from _intermediate_lines(policy, lang)
    yield _(
        "A civilian is reached through their door opener alone, who must be there in person.", lang
    )
    yield _("One step alone leads on, the last: to the association the civilian represents.", lang)


def _intermediate_lines(policy: Policy, lang: Language) -> Iterator[str]:
    """Who may be a step on the way, and for which matters."""
    rule = policy.intermediate
    yield _("Start, goal and stops that are asked for may always be on it.", lang)
    if rule.is_local:
        yield _("Whoever answers for a place is a step only from or to that place.", lang)
    if rule.is_national_apart:
        yield _(
            "National posts are steps only where start or goal is national or of their sector.",
            lang,
        )
    for kind, matter in rule.matters.items():
        words = _word_list((*matter.triggers, *matter.networks), lang) or _("nothing", lang)
        yield _(
            "“{kind}” is a step only for: {matters}; or where start or goal is of its sector.",
            lang, kind=kind.label(lang), matters=words,
        )  # fmt: skip


def _labels(labels: Iterable[Label]) -> list[Label]:
    return sorted(labels, key=lambda label: label.code)


def _word_list(words: Iterable[Term], lang: Language) -> str:
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
    yield _(
        "Up to {free} onward contacts cost nothing; {examples}; never below {least}.", lang,
        free=hub.free, examples=examples, least=percent(exp(-hub.cap_nat), lang),
    )  # fmt: skip
    yield _("No path goes through one with more than {most}.", lang, most=hub.closed_above)


@dataclass(frozen=True, slots=True)
class Chapter:
    """A heading and its lines, one rule each."""

    title: str
    lines: tuple[str, ...]


def policy_chapters(policy: Policy, lang: Language) -> tuple[Chapter, ...]:
    """All rules: first which contact fits, then the value of a path to it, in order of use."""
    chapters = (
        (_("Who is right", lang), fit_lines(policy, lang)),
        (_("Whom a need goes to", lang), trigger_lines(policy, lang)),
        (_("Who answers when", lang), answerer_lines(policy, lang)),
        (_("May I call directly?", lang), direct_lines(policy, lang)),
        (_("What a path is worth", lang), worth_lines(lang)),
        (_("What steps a path is made of", lang), link_lines(policy, lang)),
        (_("How good a link is", lang), quality_lines(policy, lang)),
        (_("On what legal ground", lang), gate_lines(policy, lang)),
        (_("What a path goes through", lang), crossing_lines(policy, lang)),
        (_("How many are too many", lang), hub_lines(policy, lang)),
        (_("How far it is searched", lang), search_lines(policy, lang)),
        (_("Who makes what is missing", lang), missing_lines(policy, lang)),
    )
    return tuple(Chapter(title, tuple(lines)) for title, lines in chapters)


def worth_lines(lang: Language) -> Iterator[str]:
    """How the estimate of a path is made up, and what it orders."""
    yield _("Each step has an estimate of whether the contact reaches the right one in time.", lang)
    yield _("It is the kind of link, trust, age and legal ground, multiplied.", lang)
    yield _("Then comes who answers, how long one waits, and whether many go that way.", lang)
    yield _(
        "The estimate of a path is that of its steps, multiplied; the likeliest comes first.", lang
    )
    yield _("A path with a step not checked for a year stands after all others.", lang)


# ---- who answers


def answerer_lines(policy: Policy, lang: Language) -> Iterator[str]:
    """The answer roles in the order they are tried, and when offices are closed."""
    for rung in AnswerRole:
        if rung.is_open:
            role, cost = rung.label(lang), policy.standing[rung.lower()]
            yield f"{role[:1].upper()}{role[1:]}: {percent(chance_of(cost), lang)}."
    yield _("They are asked in that order; first whoever answers at that time.", lang)
    yield _("Where nobody answers that day, no path leads to or through the post.", lang)
    yield _(
        "Until then: another entry point of the same authority, its mailbox in working hours, or "
        "its duty line.",
        lang,
    )
    for authority, line in policy.cover.lines.items():
        yield f"{authority.label(lang)}: {in_sentence(line.label(lang))}."
    if policy.cover.none:
        nobody = _word_list(sorted(policy.cover.none), lang)
        yield _("Covered by nobody: {posts}.", lang, posts=nobody)
    closing = (date(2024, month, day) for month, day in sorted(policy.closing))  # a leap year
    days = ", ".join(format_date(day, lang, on=day) for day in closing)
    if days:
        sentence = _("Weekday hours are closed on public holidays and {days}", lang, days=days)
    else:
        sentence = _("Weekday hours are closed on public holidays", lang)
    yield sentences([sentence])


# ---- needs


def trigger_lines(policy: Policy, lang: Language) -> Iterator[str]:
    """The kinds of post that answer each trigger, and on which legal grounds."""
    yield _("The first kind of each list comes first, then the next.", lang)
    yield _("Acute danger is answered with 112, 114 and the duty line of the place alone.", lang)
    about, general = _("about a certain person", lang), _("general, without names", lang)
    for trigger, rule in policy.triggers.items():
        naming, posts = about if rule.is_named else general, _posts(rule.posts, lang)
        text = f"{trigger.label(lang)} ({naming}): {posts}."
        if rule.grounds:
            grounds = "; ".join(gate.label(lang) for gate in rule.grounds)
            order = _("Grounds, in order: {grounds}.", lang, grounds=grounds)
            text = f"{text} {order}"
        yield text


def missing_lines(policy: Policy, lang: Language) -> Iterator[str]:
    """Who can create a missing link of each type."""
    for link_type in LinkType:
        if link_type in policy.missing:
            posts = _posts(policy.missing[link_type].makers, lang)
            yield f"{quote_text(link_type.label(lang), lang)}: {posts}."
    yield _("Of these, those that cover the place are named; else the steward of the place.", lang)


def _posts(posts: tuple[PostKind, ...], lang: Language) -> str:
    """Posts separated by semicolons, since names of kinds contain commas."""
    return "; ".join(post.label(lang) for post in posts)


# ---- the search


def search_lines(policy: Policy, lang: Language) -> Iterator[str]:
    """The limits of the search."""
    search = policy.search
    yield _(
        "{most} paths to each at most; no two share over {overlap} of the steps.", lang,
        most=search.max_paths, overlap=percent(search.overlap_percent / 100, lang),
    )  # fmt: skip
    yield _(
        "{default} steps at most, and {most} where asked for.", lang,
        default=search.default_hops, most=search.max_hops,
    )  # fmt: skip
    yield _(
        "{starts} starts and {targets} targets at most; else more terms are needed.", lang,
        starts=_number(search.max_starts, lang), targets=_number(search.max_targets, lang),
    )  # fmt: skip
    # counted in steps, so that every machine gives the same answer
    budget = policy.budget
    yield _(
        "After {pops} steps the search stops, and the answer says so. Time never counts.", lang,
        pops=_number(budget.pops, lang),
    )  # fmt: skip
    yield _(
        "Speed alone is set by: {first} states at first, {second} in the second round, {all} in "
        "all, a look ahead after {ahead} steps in vain, and how much dearer paths are seen at a "
        "time: {widen}.",
        lang,
        first=_number(budget.hop_states, lang),
        second=_number(budget.settled, lang),
        all=_number(budget.region_states, lang),
        ahead=_number(budget.look_ahead, lang),
        widen=", ".join(percent(share, lang) for share in budget.widen)
        or pgettext("search rounds", "none", lang),
    )


def _number(number: int, lang: Language) -> str:
    """A number with thousands separators: `200.000`, `200,000`."""
    return format_decimal(number, locale=lang)
