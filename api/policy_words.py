"""The rules of a policy in words, with numbers in days and percent: for whoever answers for them.

Everything is read off the `Policy`, so a changed file is explained as it is.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from api.policy_link_words import (
    crossing_lines,
    gate_lines,
    hub_lines,
    link_lines,
    percent,
    quality_lines,
)
from graph.questions.paths.explain import chance_of
from graph.questions.paths.rules import Policy, TriggerRule
from graph.questions.paths.words import Rung
from graph.vocabulary import Language, LinkType, PostKind, Trigger


@dataclass(frozen=True, slots=True)
class Chapter:
    """A heading and its lines, one rule each."""

    title: str
    lines: tuple[str, ...]


def policy_chapters(policy: Policy, lang: Language) -> tuple[Chapter, ...]:
    """All rules, in the order a hop meets them."""
    told = (
        ("Hvad en vej er værd", "What a path is worth", _worth(lang)),
        ("Hvilke led en vej består af", "What hops a path is made of", link_lines(policy, lang)),
        ("Hvor god en forbindelse er", "How good a link is", quality_lines(policy, lang)),
        ("På hvilket grundlag", "On what legal ground", gate_lines(policy, lang)),
        ("Hvad en vej går gennem", "What a path goes through", crossing_lines(policy, lang)),
        ("Hvor mange er for mange", "How many are too many", hub_lines(policy, lang)),
        ("Hvem der svarer", "Who answers", _answering(policy, lang)),
        ("Hvem et behov rettes til", "Whom a need goes to", _triggers(policy, lang)),
        ("Hvor godt målet passer", "How well the target fits", _fit(policy, lang)),
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
        yield "Skønnet er forbindelsens art, tillid, alder, svartid og grundlag ganget sammen."
        yield "Hertil kommer, hvem der svarer, om det er et knudepunkt, og hvor godt målet passer."
        yield "Vejens skøn er leddenes ganget sammen; den mest sandsynlige vej står først."
    else:
        yield "Each hop has an estimate of whether the contact reaches the right one in time."
        yield "It is the kind of link, trust, age, response time and legal ground, multiplied."
        yield "Then comes who answers, whether it is a hub, and how well the target fits."
        yield "The estimate of a path is that of its hops, multiplied; the likeliest comes first."


# ---- who answers, and how well the target fits


def _answering(policy: Policy, lang: Language) -> Iterator[str]:
    """The rungs in the order they are asked."""
    for rung in Rung:
        if rung.is_open:
            yield f"{_begun(rung.label(lang))}: {_share(policy.standing[rung.lower()], lang)}."
    if lang == "da":
        yield "De spørges i den rækkefølge; ved akut fare kommer en åben vagt først."
        yield "Svarer ingen, fører ingen vej til eller gennem funktionen."
    else:
        yield "They are asked in that order; in acute danger an open duty line comes first."
        yield "Where nobody answers, no path leads to or through the post."


def _fit(policy: Policy, lang: Language) -> Iterator[str]:
    entry, deputy = _share(policy.fit.no_entry_point, lang), _share(policy.fit.by_deputy, lang)
    if lang == "da":
        yield f"Er en anden funktion indgang for stedet: {entry}."
        yield f"Taler kun en stedfortræder det ønskede sprog: {deputy}."
    else:
        yield f"Where another post is the entry point for the place: {entry}."
        yield f"Where only a deputy speaks the wanted language: {deputy}."


def _share(micro_nats: int, lang: Language) -> str:
    return percent(chance_of(micro_nats), lang)


# ---- needs


def _triggers(policy: Policy, lang: Language) -> Iterator[str]:
    each = _share(policy.fit.next_kind, lang)
    if lang == "da":
        yield f"Den første art i listen foretrækkes; for hver plads længere nede: {each}."
    else:
        yield f"The first kind of each list is preferred; for each place further down: {each}."
    yield from (_trigger(trigger, rule, lang) for trigger, rule in policy.triggers.items())


def _trigger(trigger: Trigger, rule: TriggerRule, lang: Language) -> str:
    about = {
        "da": ("generelt, uden navne", "om en bestemt person"),
        "en": ("general, without names", "about a certain person"),
    }[lang][rule.is_named]
    return f"{trigger.label(lang)} ({about}): {_posts(rule.posts, lang)}."


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
    """Parted by semicolons: the names of kinds hold commas."""
    return "; ".join(post.label(lang) for post in posts)


# ---- the search


def _search(policy: Policy, lang: Language) -> Iterator[str]:
    search = policy.search
    overlap = percent(search.overlap_percent / 100, lang)
    starts, targets = _number(search.max_starts, lang), _number(search.max_targets, lang)
    if lang == "da":
        yield f"Højst {search.max_paths} veje; to deler højst {overlap} af trinene imellem."
        yield f"Højst {search.default_hops} led, og {search.max_hops}, hvis der bedes om det."
        yield f"Højst {starts} begyndelser og {targets} mål; ellers skal der flere vilkår til."
    else:
        yield f"{search.max_paths} paths at most; no two share more than {overlap} of their stops."
        yield f"{search.default_hops} hops at most, and {search.max_hops} where asked for."
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
