"""The rules of a policy in words, with numbers in days and percent: for whoever answers for them.

Everything is read off the `Policy`, so a changed file is explained as it is.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from api.text.format import format_date
from api.text.policy_contacts import direct_lines, fit_lines
from api.text.policy_links import (
    crossing_lines,
    gate_lines,
    hub_lines,
    link_lines,
    percent,
    quality_lines,
)
from graph.paths.answer_terms import AnswerRole
from graph.paths.explain import chance_of
from graph.paths.policy_model import Policy, TriggerRule
from graph.vocabulary import Language, LinkType, PostKind, Trigger


@dataclass(frozen=True, slots=True)
class Chapter:
    """A heading and its lines, one rule each."""

    title: str
    lines: tuple[str, ...]


def policy_chapters(policy: Policy, lang: Language) -> tuple[Chapter, ...]:
    """All rules: first who is right, then what a path to them is worth, as a step meets it."""
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
    """The rungs in the order they are asked, and when offices are closed."""
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
    leap = date(2024, month, day)  # 29 February may be one
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
    """Separated by semicolons: the names of kinds hold commas."""
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
    """What a search may cost: counted in steps, so that every machine gives the same answer."""
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
    """`200.000`, `200,000`."""
    return f"{number:,}".replace(",", "." if lang == "da" else ",")


def _begun(label: str) -> str:
    return label[:1].upper() + label[1:]
