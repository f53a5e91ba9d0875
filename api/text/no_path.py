"""Sentences about why there is no path, or none through a certain node.

The causes are those of docs/paths.md, "No path".
"""

from collections.abc import Iterator
from dataclasses import replace

from api.i18n import _, ngettext
from api.text.format import format_hops, in_sentence, name_of, names_of, vacant, with_comma
from api.text.paths import about_of, leg_title, term_of
from graph.paths.answer import Answer, NodeRef, NoPath
from graph.paths.answer_terms import Cause, Obstacle, Relaxed
from graph.paths.need import Need
from graph.paths.stops import FailedLeg, StopsAnswer
from graph.paths.why_not import ExcludedNode, WhyNot
from graph.vocabulary import Language, LinkType


def why_not_sentence(why: WhyNot, need: Need, lang: Language) -> str:
    """Why no path goes through a node, and whether that is proved.

    A hidden or unknown node is named only by the id that was sent.
    """
    name = why.node.name or why.node.id
    match why.obstacle:
        case Obstacle.GIVEN:
            text = _("Path {path} goes through {name}.", lang, path=why.path, name=name)
        case Obstacle.DEARER:
            text = _("The path through {name} is less sure.", lang, name=name)
        case Obstacle.OVERLAP:
            text = _(
                "The path through {name} is almost the same as path {path}.", lang,
                name=name, path=why.path,
            )  # fmt: skip
        case Obstacle.LEVEL:
            level = in_sentence(need.level.label(lang)) if need.level else ""
            text = _(
                "The prevention level does not fit: the path through {name} is not for {level}.",
                lang, name=name, level=level,
            )  # fmt: skip
        case Obstacle.GATE if why.term is Relaxed.GATE and need.gate is not None:
            text = _(
                "The legal ground is not enough: {gate} does not hold all the way through {name}.",
                lang, gate=need.gate.label(lang), name=name,
            )  # fmt: skip
        case Obstacle.GATE:
            text = _(
                "The legal ground is not enough: on the path through {name} nobody may be named.",
                lang, name=name,
            )  # fmt: skip
        case Obstacle.TOO_FAR:
            text = _(
                "Too many steps through {name} ({hops}, {most} at most).", lang,
                name=name, hops=why.hops, most=why.most_hops,
            )  # fmt: skip
        case Obstacle.NOT_ANSWERING:
            text = _("{name} does not answer that day.", lang, name=name)
        case Obstacle.DIRECTION:
            text = _("The path through {name} goes in the wrong direction.", lang, name=name)
        case Obstacle.VIA:
            text = _("No path goes through both {name} and the stop on the way.", lang, name=name)
        case Obstacle.AVOIDED:
            text = _("The path through {name} meets what you avoid.", lang, name=name)
        case Obstacle.NOT_SERVING:
            text = _(
                "No path goes through {name}, which serves neither the place nor the matter.", lang,
                name=name,
            )  # fmt: skip
        case Obstacle.HUB | Obstacle.ENDS:
            text = _kept_out(why.obstacle, name, lang)
        case Obstacle.NOT_FOUND if not why.proved:
            text = _("No path through {name} was found.", lang, name=name)
        case Obstacle.NOT_FOUND:
            text = _(
                "A path through {name} does not exist, or you have no access.", lang, name=name
            )
    if why.proved:
        return text
    limit = _("The search reached its limit, so this is not certain.", lang)
    return f"{text} {limit}"


def excluded_sentence(excluded: ExcludedNode, lang: Language) -> str:
    """A node that the crossing rules excluded from a cheaper path."""
    text = _kept_out(excluded.obstacle, excluded.node.name or excluded.node.id, lang)
    surer = _("Otherwise there would be a surer path there.", lang)
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
    if answer.none is None:
        return
    goal = [name_of(answer.target, lang)] if answer.target is not None else []
    goal += about_of(answer, lang)
    if answer.area is not None and answer.area != answer.target:
        goal.append(name_of(answer.area, lang))
    yield from account(answer.none, answer, ", ".join(goal), lang)


def account(none: NoPath, answer: Answer, goal: str, lang: Language) -> Iterator[str]:
    """The sentences why no path of an answer leads to a goal, one fact each."""
    yield _headline(answer, none, goal, lang)
    if not none.proved:
        yield _(
            "The search reached its limit before it was done: there may be a path it did not find.",
            lang,
        )
    if none.cause is Cause.NO_START and answer.start is not None:
        yield _(
            "{start} has no contacts of its own in the register.", lang,
            start=name_of(answer.start, lang),
        )  # fmt: skip
        if none.begin_at:
            yield _("Begin at: {names}.", lang, names=names_of(none.begin_at, lang))
    elif none.cause is Cause.DIRECTION:
        yield _("No referral goes that way.", lang)
    else:
        yield _("Cause: {cause}.", lang, cause=in_sentence(none.cause.label(lang)))
    if none.frontier:
        names = names_of((edge.node for edge in none.frontier), lang)
        yield _("The path stops at: {names}.", lang, names=names)
    if none.nearest_able:
        names = "; ".join(
            f"{name_of(able.node, lang)} ({able.km} km)" for able in none.nearest_able
        )
        yield _("The nearest who meet the terms: {names}.", lang, names=names)
    yield from _missing_sentences(none, answer, lang)
    for work in none.would_work:
        if work.term is Relaxed.DIRECTION:
            yield ngettext(
                "If the direction does not matter, there is {count} path.",
                "If the direction does not matter, there are {count} paths.",
                work.paths, lang,
            )  # fmt: skip
        elif not work.paths:
            yield _(
                "Without “{term}” there is somebody to call directly.", lang,
                term=term_of(answer, work.term, lang),
            )  # fmt: skip
        else:
            yield ngettext(
                "Without “{term}” there is {count} path.",
                "Without “{term}” there are {count} paths.",
                work.paths, lang, term=term_of(answer, work.term, lang),
            )  # fmt: skip
    if none.nearest is not None:
        name, hops = name_of(none.nearest.node, lang), format_hops(none.nearest.hops, lang)
        yield _("One tier up: {name}, {hops}.", lang, name=name, hops=hops)


def _headline(answer: Answer, none: NoPath, goal: str, lang: Language) -> str:
    if none.cause is Cause.HERE:
        return _("No contact path is needed.", lang)
    goal = with_comma(goal)
    if answer.start is None:
        if none.proved:
            return _("There is no path to {goal} on these terms.", lang, goal=goal)
        return _("No path was found to {goal} on these terms.", lang, goal=goal)
    start = with_comma(name_of(answer.start, lang))
    if none.proved:
        return _(
            "There is no path from {start} to {goal} on these terms.", lang, start=start, goal=goal
        )
    return _(
        "No path was found from {start} to {goal} on these terms.", lang, start=start, goal=goal
    )


def _missing_sentences(none: NoPath, answer: Answer, lang: Language) -> Iterator[str]:
    """The missing links or seats and who can create them: suitable posts, or the steward."""
    by_maker: dict[tuple[bool, str], list[str]] = {}
    for missing in none.missing:
        makers = [name_of(maker, lang) for maker in missing.makers]
        if missing.steward is not None:
            makers.append(_("the steward of {area}", lang, area=name_of(missing.steward, lang)))
        source, target = name_of(missing.source, lang), name_of(missing.target, lang)
        match missing.type:
            case LinkType.DEPUTIZES_FOR:
                days = (edge.vacant_since for edge in none.from_target
                        if edge.node == missing.target)  # fmt: skip
                since = next((day for day in days if day is not None), None)
                what = f"{target} ({vacant(since, lang, answer.on)})" if since else target
            case LinkType.MEMBER_OF:
                what = _("{source} as a member of {target}", lang, source=source, target=target)
            case LinkType.DOOR_OPENER_FOR:
                what = _(
                    "{source} as the door opener for {target}", lang, source=source, target=target
                )
            case _:
                start = with_comma(source)
                what = _("a referral from {source} to {target}", lang, source=start, target=target)
                if missing.gate is not None:  # the link type does not imply it
                    what += f" ({in_sentence(missing.gate.label(lang))})"
        is_seat = missing.type is LinkType.DEPUTIZES_FOR
        by_maker.setdefault((is_seat, _(" or ", lang).join(makers)), []).append(what)
    for place, ((is_seat, who), alternatives) in enumerate(by_maker.items()):
        if is_seat:
            posts = " / ".join(alternatives)
            what = _("a holder or a deputy for {posts}", lang, posts=posts)
            what = _("{seat}; {who} can name one", lang, seat=what, who=who) if who else what
        else:
            what = _(" / or ", lang).join(alternatives)
            what = _("{link}; {who} can arrange it", lang, link=what, who=who) if who else what
        # any one of the alternatives is sufficient
        yield _("Or: {what}.", lang, what=what) if place else _("Missing: {what}.", lang, what=what)


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
        yield _(
            "Each leg has paths, but they cannot be joined without meeting somebody twice.", lang
        )
        return
    leg, need = answer.legs[failed.leg - 1], answer.need
    start, target = leg.start or ends[0], leg.target or ends[1]
    yield leg_title(failed.leg, start, target, lang)
    is_last = failed.leg == len(answer.legs)
    is_place = is_last and need.target is None
    if not is_last:  # the terms of the goal do not apply
        need = replace(
            need, target=target.id if target else None, trigger=None, area=None,
            network=frozenset(), sector=None, competence=None,
        )  # fmt: skip
    leg_answer = Answer(
        need=need, on=answer.on, at=need.at, revision=answer.revision, policy=answer.policy,
        direction=leg.direction, rung=leg.rung, start=start,
        target=None if is_place else target, area=target if is_place else None,
        call=None, contacts=(), passed=(), local=None, acute=None, none=failed.none,
    )  # fmt: skip
    yield from no_path_sentences(leg_answer, lang)
