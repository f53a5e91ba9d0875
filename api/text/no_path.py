"""Sentences about why there is no path, or none through a certain node.

Source of the sentences: explorer.md §4, "Hvorfor ikke …?", and paths.md §4.5, C.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from api.i18n import _, ngettext
from api.text.format import format_hops, in_sentence, name_of, names_of, vacant
from api.text.paths import about_of, leg_title, term_of
from graph.paths.answer import Answer, Missing, NodeRef, NoPath, WouldWork
from graph.paths.answer_terms import Cause, Obstacle, Relaxed
from graph.paths.need import Need
from graph.paths.stops import FailedLeg, StopsAnswer
from graph.paths.why_not import Excluded, WhyNot
from graph.vocabulary import Language, LinkType


def why_not_sentence(why: WhyNot, need: Need, lang: Language) -> str:
    """Why no path goes through a node, and whether that is proved.

    Of what is hidden or unknown it names only the id that was sent.
    """
    text = _obstacle(why, need, why.node.name or why.node.id, lang)
    if why.proved:
        return text
    limit = _("The search came to its limit, so that is not proved.", lang)
    return f"{text} {limit}"


def _obstacle(why: WhyNot, need: Need, name: str, lang: Language) -> str:
    match why.obstacle:
        case Obstacle.GIVEN:
            return _("Path {path} goes through {name}.", lang, path=why.path, name=name)
        case Obstacle.DEARER:
            return _("The path through {name} is less sure.", lang, name=name)
        case Obstacle.OVERLAP:
            return _(
                "The path through {name} is almost the same as path {path}.", lang,
                name=name, path=why.path,
            )  # fmt: skip
        case Obstacle.GATE | Obstacle.LEVEL:
            return _not_permitted(why, need, name, lang)
        case Obstacle.TOO_FAR:
            return _(
                "Too many steps through {name} ({hops}, {most} at most).", lang,
                name=name, hops=why.hops, most=why.most_hops,
            )  # fmt: skip
        case Obstacle.NOT_ANSWERING:
            return _("{name} does not answer that day.", lang, name=name)
        case Obstacle.DIRECTION:
            return _("The path through {name} goes in the wrong direction.", lang, name=name)
        case Obstacle.VIA:
            return _("No path goes through both {name} and the stop on the way.", lang, name=name)
        case Obstacle.AVOIDED:
            return _("The path through {name} is closed by what is avoided.", lang, name=name)
        case Obstacle.HUB | Obstacle.ENDS:
            return _kept_out(why.obstacle, name, lang)
        case Obstacle.NOT_FOUND if not why.proved:
            return _("No path through {name} was found.", lang, name=name)
        case Obstacle.NOT_FOUND:
            return _(
                "A path through {name} does not exist, or you have no access.", lang, name=name
            )


def _not_permitted(why: WhyNot, need: Need, name: str, lang: Language) -> str:
    if why.obstacle is Obstacle.LEVEL:
        level = in_sentence(need.level.label(lang)) if need.level else ""
        return _(
            "The level does not fit: the path through {name} is not for {level}.", lang,
            name=name, level=level,
        )  # fmt: skip
    if why.term is Relaxed.GATE and need.gate is not None:
        return _(
            "The legal ground does not reach: {gate} does not hold all the way through {name}.",
            lang, gate=need.gate.label(lang), name=name,
        )  # fmt: skip
    return _(
        "The legal ground does not reach: on the path through {name} nobody may be named.", lang,
        name=name,
    )  # fmt: skip


def excluded_sentence(one: Excluded, lang: Language) -> str:
    """A node that the crossing rules excluded from a cheaper path."""
    text = _kept_out(one.obstacle, one.node.name or one.node.id, lang)
    surer = _("Else there would be a surer path there.", lang)
    return f"{text} {surer}"


def _kept_out(obstacle: Obstacle, name: str, lang: Language) -> str:
    if obstacle is Obstacle.HUB:
        return _("No path goes through {name}: too many take part.", lang, name=name)
    return _("A path can only end at {name}.", lang, name=name)


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
        yield _(
            "The search came to its limit before it was done: there may be a path it did not see.",
            lang,
        )
    if none.cause is Cause.DIRECTION:
        yield _("No referral goes that way.", lang)
    else:
        yield _("Cause: {cause}.", lang, cause=in_sentence(none.cause.label(lang)))
    if none.frontier:
        names = names_of((edge.node for edge in none.frontier), lang)
        yield _("The path stops at: {names}.", lang, names=names)
    yield from _missing(none, answer, lang)
    yield from (_would_work(answer, work, lang) for work in none.would_work)
    if none.nearest is not None:
        name, hops = name_of(none.nearest.node, lang), format_hops(none.nearest.hops, lang)
        yield _("One tier up: {name}, {hops}.", lang, name=name, hops=hops)


def _headline(answer: Answer, none: NoPath, goal: str, lang: Language) -> str:
    if none.cause is Cause.HERE:
        return _("No contact path is needed.", lang)
    goal += "," if "," in goal else ""
    if answer.start is None:
        if none.proved:
            return _("There is no path to {goal} on these terms.", lang, goal=goal)
        return _("No path was found to {goal} on these terms.", lang, goal=goal)
    start = name_of(answer.start, lang)
    comma = "," if "," in start else ""
    if none.proved:
        return _(
            "There is no path from {start}{comma} to {goal} on these terms.", lang,
            start=start, comma=comma, goal=goal,
        )  # fmt: skip
    return _(
        "No path was found from {start}{comma} to {goal} on these terms.", lang,
        start=start, comma=comma, goal=goal,
    )  # fmt: skip


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
        who = _(" or ", lang).join(_who_can(missing, lang))
        is_seat = missing.type is LinkType.DEPUTIZES_FOR
        what = _vacant(none, answer, missing, lang) if is_seat else _link(missing, lang)
        by_maker.setdefault((is_seat, who), []).append(what)
    for place, ((is_seat, who), missed) in enumerate(by_maker.items()):
        what = _missing_seats(missed, who, lang) if is_seat else _missing_links(missed, who, lang)
        # any one of the alternatives is sufficient
        yield _("Or: {what}.", lang, what=what) if place else _("Missing: {what}.", lang, what=what)


def _missing_seats(targets: Iterable[str], who: str, lang: Language) -> str:
    text = _("a holder or a deputy for {posts}", lang, posts=" / ".join(targets))
    return _("{seat}; {who} can name one", lang, seat=text, who=who) if who else text


def _missing_links(links: Iterable[str], who: str, lang: Language) -> str:
    text = _(" / or ", lang).join(links)
    return _("{link}; {who} can arrange it", lang, link=text, who=who) if who else text


def _link(missing: Missing, lang: Language) -> str:
    """A possible link, with its legal ground if the link type does not imply it."""
    source, target = name_of(missing.source, lang), name_of(missing.target, lang)
    match missing.type:
        case LinkType.MEMBER_OF:
            return _("{source} as a member of {target}", lang, source=source, target=target)
        case LinkType.DOOR_OPENER_FOR:
            return _("{source} as the door opener for {target}", lang, source=source, target=target)
        case _:
            text = _("a referral from {source} to {target}", lang, source=source, target=target)
            gate = missing.gate
            return text if gate is None else f"{text} ({in_sentence(gate.label(lang))})"


def _vacant(none: NoPath, answer: Answer, missing: Missing, lang: Language) -> str:
    days = (edge.vacant_since for edge in none.from_target if edge.node == missing.target)
    since = next((day for day in days if day is not None), None)
    name = name_of(missing.target, lang)
    return name if since is None else f"{name} ({vacant(since, lang, answer.on)})"


def _who_can(missing: Missing, lang: Language) -> Iterator[str]:
    yield from (name_of(maker, lang) for maker in missing.makers)
    if missing.steward is not None:
        yield _("the steward of {area}", lang, area=name_of(missing.steward, lang))


def _would_work(answer: Answer, work: WouldWork, lang: Language) -> str:
    if work.term is Relaxed.DIRECTION:
        return ngettext(
            "If the direction does not matter, there is {count} path.",
            "If the direction does not matter, there are {count} paths.",
            work.paths, lang,
        )  # fmt: skip
    return ngettext(
        "Without “{term}” there is {count} path.", "Without “{term}” there are {count} paths.",
        work.paths, lang, term=term_of(answer, work.term, lang),
    )  # fmt: skip


# ---- a leg between two stops


def failed_sentences(
    failed: FailedLeg,
    answer: StopsAnswer,
    ends: tuple[NodeRef | None, NodeRef | None],
    lang: Language,
) -> Iterator[str]:
    """Why a leg has no path; `ends` are the start and the goal with names.

    If every leg has paths, the sentence says that they cannot be joined.
    """
    if failed.leg is None:
        yield _("Every leg has paths, but none that join without meeting somebody twice.", lang)
        return
    leg = answer.legs[failed.leg - 1]
    is_last = failed.leg == len(answer.legs)
    start = leg.start or ends[0]
    target = leg.target or ends[1]
    yield leg_title(failed.leg, start, target, lang)
    yield from no_path_sentences(_asked(failed, answer, start, target, is_last=is_last), lang)


def _asked(
    failed: FailedLeg,
    answer: StopsAnswer,
    start: NodeRef | None,
    target: NodeRef | None,
    *,
    is_last: bool,
) -> Answer:
    """A leg as a need of its own; on a leg to a stop the terms of the goal do not apply."""
    need, leg = answer.need, answer.legs[(failed.leg or 1) - 1]
    is_place = is_last and need.target is None
    if not is_last:
        need = replace(
            need, target=target.id if target else None, trigger=None, area=None,
            network=frozenset(), sector=None, competence=None,
        )  # fmt: skip
    return Answer(
        need=need,
        on=answer.on,
        at=need.at,
        revision=answer.revision,
        policy=answer.policy,
        direction=leg.direction,
        rung=leg.rung,
        start=start,
        target=None if is_place else target,
        area=target if is_place else None,
        contacts=(),
        passed=(),
        local=None,
        acute=None,
        none=failed.none,
    )
