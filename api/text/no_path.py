"""Sentences about why there is no path, or none through a certain node.

Source of the sentences: explorer.md §4, "Hvorfor ikke …?", and paths.md §4.5, C.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from api.text.format import format_hops, format_path_count, in_sentence, name_of, vacant
from api.text.paths import about_of, term_of
from graph.paths.answer import Answer, Missing, NodeRef, NoPath, WouldWork
from graph.paths.answer_terms import Cause, Obstacle, Relaxed
from graph.paths.need import Need
from graph.paths.why_not import Excluded, WhyNot
from graph.vocabulary import Language, LinkType


def why_not_sentence(why: WhyNot, need: Need, lang: Language) -> str:
    """Why no path goes through a node, and whether that is proved.

    Of what is hidden or unknown it names only the id that was sent.
    """
    danish, english = _sentence(why, need, why.node.name or why.node.id)
    if not why.proved:
        danish = f"{danish} Søgningen nåede sin grænse, så det er ikke bevist."
        english = f"{english} The search came to its limit, so that is not proved."
    return danish if lang == "da" else english


def _sentence(why: WhyNot, need: Need, name: str) -> tuple[str, str]:
    match why.obstacle:
        case Obstacle.GIVEN:
            return f"Vej {why.path} går gennem {name}.", f"Path {why.path} goes through {name}."
        case Obstacle.DEARER:
            return (
                f"Vejen gennem {name} er mindre sikker.", f"The path through {name} is less sure.",
            )  # fmt: skip
        case Obstacle.OVERLAP:
            return (
                f"Vejen gennem {name} er næsten den samme som vej {why.path}.",
                f"The path through {name} is almost the same as path {why.path}.",
            )
        case Obstacle.GATE | Obstacle.LEVEL:
            return _not_permitted(why, need, name)
        case Obstacle.TOO_FAR:
            return (
                f"For mange led gennem {name} ({why.hops}, højst {why.most_hops}).",
                f"Too many steps through {name} ({why.hops}, {why.most_hops} at most).",
            )
        case Obstacle.NOT_ANSWERING:
            return f"{name} svarer ikke den dag.", f"{name} does not answer that day."
        case Obstacle.DIRECTION:
            return (
                f"Vejen gennem {name} går den forkerte retning.",
                f"The path through {name} goes in the wrong direction.",
            )
        case Obstacle.VIA:
            return (
                f"Vejen kan ikke gå gennem både {name} og mellemleddet.",
                f"No path goes through both {name} and the stop on the way.",
            )
        case Obstacle.AVOIDED:
            return (
                f"Vejen gennem {name} er lukket af det fravalgte.",
                f"The path through {name} is closed by what is avoided.",
            )
        case Obstacle.HUB | Obstacle.ENDS:
            return _kept_out(why.obstacle, name)
        case Obstacle.NOT_FOUND if not why.proved:
            return f"Der er ikke fundet en vej gennem {name}.", f"No path through {name} was found."
        case Obstacle.NOT_FOUND:
            return (
                f"En vej gennem {name} findes ikke, eller du har ikke adgang.",
                f"A path through {name} does not exist, or you have no access.",
            )


def _not_permitted(why: WhyNot, need: Need, name: str) -> tuple[str, str]:
    if why.obstacle is Obstacle.LEVEL:
        level = need.level
        da, en = (level.label_da, level.label_en) if level else ("", "")
        return (
            f"Niveauet passer ikke: vejen gennem {name} er ikke til {in_sentence(da)}.",
            f"The level does not fit: the path through {name} is not for {in_sentence(en)}.",
        )
    if why.term is Relaxed.GATE and need.gate is not None:
        return (
            f"Grundlaget rækker ikke: {need.gate.label_da} gælder ikke hele vejen gennem {name}.",
            f"The legal ground does not reach: {need.gate.label_en} does not hold all the way "
            f"through {name}.",
        )
    return (
        f"Grundlaget rækker ikke: på vejen gennem {name} må ingen personer nævnes ved navn.",
        f"The legal ground does not reach: on the path through {name} nobody may be named.",
    )


def excluded_sentence(one: Excluded, lang: Language) -> str:
    """A node that the crossing rules excluded from a cheaper path."""
    name = one.node.name or one.node.id
    danish, english = _kept_out(one.obstacle, name)
    if lang == "da":
        return f"{danish} Ellers var der en mere sikker vej dér."
    return f"{english} Else there would be a surer path there."


def _kept_out(obstacle: Obstacle, name: str) -> tuple[str, str]:
    if obstacle is Obstacle.HUB:
        return (
            f"Ingen vej går gennem {name}: for mange er med.",
            f"No path goes through {name}: too many take part.",
        )
    return (
        f"En vej kan kun ende ved {name}.",
        f"A path can only end at {name}.",
    )


_CUT_OFF: Final[Mapping[Language, str]] = {
    "da": "Søgningen nåede sin grænse, før den var færdig: der kan være en vej, den ikke så.",
    "en": "The search came to its limit before it was done: there may be a path it did not see.",
}


def no_path(answer: Answer, lang: Language) -> str:
    """Why there is no path, where it stops, what is missing and what would work.

    Empty if there is a contact.
    """
    return " ".join(no_path_sentences(answer, lang))


def no_path_sentences(answer: Answer, lang: Language) -> Iterator[str]:
    """The sentences of `no_path`, one fact each."""
    if answer.none is not None:
        goal = ", ".join(_goal(answer, lang))
        yield from account(answer.none, answer, goal, lang)


def account(none: NoPath, answer: Answer, goal: str, lang: Language) -> Iterator[str]:
    """The sentences why no path of an answer leads to a goal, one fact each."""
    yield _headline(answer, none, goal, lang)
    if not none.proved:
        yield _CUT_OFF[lang]
    yield _cause(none.cause, lang)
    if none.frontier:
        names = _listed((edge.node for edge in none.frontier), lang)
        yield f"Vejen stopper ved: {names}." if lang == "da" else f"The path stops at: {names}."
    yield from _missing(none, answer, lang)
    yield from (_would_work(answer, work, lang) for work in none.would_work)
    if none.nearest is not None:
        up = "Et niveau op" if lang == "da" else "One tier up"
        hops = format_hops(none.nearest.hops, lang)
        yield f"{up}: {name_of(none.nearest.node, lang)}, {hops}."


def _cause(cause: Cause, lang: Language) -> str:
    if cause is Cause.DIRECTION:
        return "Ingen henvisning går den vej." if lang == "da" else "No referral goes that way."
    return f"{'Årsag' if lang == 'da' else 'Cause'}: {in_sentence(cause.label(lang))}."


def _headline(answer: Answer, none: NoPath, goal: str, lang: Language) -> str:
    if none.cause is Cause.HERE:
        return "Ingen kontaktvej er nødvendig." if lang == "da" else "No contact path is needed."
    goal += "," if "," in goal else ""
    start = "" if answer.start is None else name_of(answer.start, lang)
    if lang == "da":
        origin = f"fra {start}, " if start else ""
        there_is = "Der er ingen kontaktvej" if none.proved else "Der er ikke fundet en kontaktvej"
        return f"{there_is} {origin}til {goal} på disse vilkår."
    start += "," if "," in start else ""
    origin = f"from {start} " if start else ""
    there_is = "There is no path" if none.proved else "No path was found"
    return f"{there_is} {origin}to {goal} on these terms."


def _goal(answer: Answer, lang: Language) -> Iterator[str]:
    """The parts of the goal, the most specific first."""
    if answer.target is not None:
        yield name_of(answer.target, lang)
    yield from about_of(answer, lang)
    if answer.area is not None and answer.area != answer.target:
        yield name_of(answer.area, lang)


def _missing(none: NoPath, answer: Answer, lang: Language) -> Iterator[str]:
    """The missing links or seats and who can create them: suitable posts, or the steward."""
    by_maker: dict[tuple[bool, str], list[str]] = {}
    for missing in none.missing:
        who = (" eller " if lang == "da" else " or ").join(_who_can(missing, lang))
        is_seat = missing.type is LinkType.DEPUTIZES_FOR
        told = _vacant(none, answer, missing, lang) if is_seat else _link(missing, lang)
        by_maker.setdefault((is_seat, who), []).append(told)
    for place, ((is_seat, who), told) in enumerate(by_maker.items()):
        told_links = _missing_seats(told, who, lang) if is_seat else _missing_links(told, who, lang)
        yield f"{_lead(place, lang)}: {told_links}."


def _lead(place: int, lang: Language) -> str:
    """The introduction of each alternative; any one of them is sufficient."""
    if place:
        return "Eller" if lang == "da" else "Or"
    return "Det, der mangler" if lang == "da" else "Missing"


def _missing_seats(targets: Iterable[str], who: str, lang: Language) -> str:
    where = " / ".join(targets)
    if lang == "da":
        return (
            f"en indehaver eller stedfortræder for {where}{f'; {who} kan udpege en' if who else ''}"
        )
    return f"a holder or a deputy for {where}{f'; {who} can name one' if who else ''}"


def _missing_links(links: Iterable[str], who: str, lang: Language) -> str:
    one = (" / eller " if lang == "da" else " / or ").join(links)
    can = "kan aftale det" if lang == "da" else "can arrange it"
    return f"{one}{f'; {who} {can}' if who else ''}"


def _link(missing: Missing, lang: Language) -> str:
    """A possible link, with its legal ground if the link type does not imply it."""
    source, target = name_of(missing.source, lang), name_of(missing.target, lang)
    match missing.type, lang:
        case LinkType.MEMBER_OF, "da":
            return f"at {source} bliver medlem af {target}"
        case LinkType.MEMBER_OF, _:
            return f"{source} as a member of {target}"
        case LinkType.DOOR_OPENER_FOR, "da":
            return f"at {source} bliver døråbner for {target}"
        case LinkType.DOOR_OPENER_FOR, _:
            return f"{source} as the door opener for {target}"
        case _, "da":
            return f"en henvisning fra {source}, til {target}{_ground(missing, lang)}"
        case _:
            return f"a referral from {source} to {target}{_ground(missing, lang)}"


def _ground(missing: Missing, lang: Language) -> str:
    return "" if missing.gate is None else f" ({in_sentence(missing.gate.label(lang))})"


def _vacant(none: NoPath, answer: Answer, missing: Missing, lang: Language) -> str:
    days = (edge.vacant_since for edge in none.from_target if edge.node == missing.target)
    since = next((day for day in days if day is not None), None)
    name = name_of(missing.target, lang)
    return name if since is None else f"{name} ({vacant(since, lang, answer.on)})"


def _who_can(missing: Missing, lang: Language) -> Iterator[str]:
    yield from (name_of(maker, lang) for maker in missing.makers)
    if missing.steward is not None:
        area = name_of(missing.steward, lang)
        yield f"registeransvarlig for {area}" if lang == "da" else f"the steward of {area}"


def _would_work(answer: Answer, work: WouldWork, lang: Language) -> str:
    term, paths = term_of(answer, work.term, lang), format_path_count(work.paths, lang)
    are = "is" if work.paths == 1 else "are"
    if work.term is Relaxed.DIRECTION:
        if lang == "da":
            return f"Hvis retningen er ligegyldig, er der {paths}."
        return f"If the direction does not matter, there {are} {paths}."
    if lang == "da":
        return f"Uden vilkåret »{term}« er der {paths}."
    return f"Without “{term}” there {are} {paths}."


def _listed(nodes: Iterable[NodeRef], lang: Language) -> str:
    """Names separated by semicolons, since names of posts contain commas."""
    return "; ".join(name_of(node, lang) for node in nodes)
