"""Sentences about the changes of paths for a need between two dates."""

from collections.abc import Iterator
from typing import Final

from api.i18n import _
from api.text.format import (
    format_date,
    format_hops,
    format_path_count,
    in_sentence,
    name_of,
    quote_text,
    sentences,
    vacant,
)
from graph.paths.answer import NodeRef
from graph.paths.answer_terms import AnswerRole
from graph.paths.path_diff import ComparedPath, PathChange, PathChangeReason, PathDiff, PathFate
from graph.vocabulary import Language, PreventionLevel

_UNLISTED: Final = {PathChangeReason.DEARER, PathChangeReason.OVERLAP}


def diff_headline(diff: PathDiff, lang: Language) -> str:
    """`25. nov. 2026 og 1. jan. 2027: 2 veje bevaret, 1 væk, 0 nye.`."""
    counts = {fate: sum(path.fate is fate for path in diff.paths) for fate in PathFate}
    return _(
        "{before} and {after}: {kept} kept, {gone} gone, {new} new.", lang,
        before=format_date(diff.need.on, lang), after=format_date(diff.against.on, lang),
        kept=format_path_count(counts[PathFate.KEPT], lang),
        gone=counts[PathFate.GONE], new=counts[PathFate.NEW],
    )  # fmt: skip


def diff_causes(diff: PathDiff, lang: Language) -> Iterator[str]:
    """The causes for dates without a path."""
    for need, cause in ((diff.need, diff.cause_before), (diff.against, diff.cause_after)):
        if cause is not None:
            day, why = format_date(need.on, lang), in_sentence(cause.label(lang))
            yield _("{day}: no contact path, {why}.", lang, day=day, why=why)


def path_title(compared: ComparedPath, lang: Language) -> str:
    """`Væk (var nr. 1): A → B, 2 led`; for a path on both dates with both numbers."""
    before, path = compared.before, compared.after or compared.before
    if path is None:
        raise ValueError("a path is of one of the dates at least")
    if compared.after is None:
        place = _("was no. {number}", lang, number=path.number)
    elif before is None or before.number == path.number:
        place = _("no. {number}", lang, number=path.number)
    else:
        place = _("no. {before}, now no. {after}", lang, before=before.number, after=path.number)
    stops = " → ".join(name_of(stop.node, lang) for stop in path.stops)
    head = f"{compared.fate.label(lang)} ({place})"
    return f"{head}: {stops}, {format_hops(len(path.hops), lang)}"


def why_sentence(why: PathChange, path: ComparedPath, lang: Language) -> str:
    """One sentence: which part of the path changed, how, and since when."""
    part = _part(why, path, lang)
    when = "" if why.on is None else f" {format_date(why.on, lang)}"
    is_new = path.fate is PathFate.NEW
    date = _("the first date", lang) if is_new else _("the second date", lang)
    what = why.what
    if what in _UNLISTED and (why.cost_is is None or why.cost_was is None):
        what = PathChangeReason.RULES
    match what:
        case PathChangeReason.ENDED:
            if why.successor is None:
                return _("{part} ends{when}.", lang, part=part, when=when)
            return _(
                "{part} ends{when}; succeeded by {name}.", lang,
                part=part, when=when, name=name_of(why.successor, lang),
            )  # fmt: skip
        case PathChangeReason.BEGUN:
            return _("{part} begins{when}.", lang, part=part, when=when)
        case PathChangeReason.NOT_THERE:
            return _("{part} does not exist on {date}.", lang, part=part, date=date)
        case PathChangeReason.CLOSED:
            since = "" if why.on is None else f" ({vacant(why.on, lang)})"
            return _(
                "Nobody answers at {part} on {date}{since}.", lang,
                part=part, date=date, since=since,
            )  # fmt: skip
        case PathChangeReason.ANSWERS:
            now, was = _who(why.now, why.who_is, lang), _who(why.was, why.who_was, lang)
            text = f"{name_of(why.node, lang)}: {_in_place_of(now, was, lang)}"
            if not when:
                return sentences([text])
            return _("{text}, from {day}.", lang, text=text, day=when[1:])
        case PathChangeReason.GATE:
            return _("{part}: ground {change}.", lang, part=part, change=_pair(why, lang))
        case PathChangeReason.FRESHNESS:
            return _("{part}: check {change}.", lang, part=part, change=_pair(why, lang))
        case PathChangeReason.LEVEL:
            now, was = (
                ", ".join(level.label(lang) for level in PreventionLevel if level in (levels or ()))
                or _("all prevention levels", lang)
                for levels in (why.levels_are, why.levels_were)
            )
            return sentences([f"{part}: {_in_place_of(now, was, lang)}"])
        case PathChangeReason.TERMS:
            return _("{part} does not meet the need on {date}.", lang, part=part, date=date)
        case PathChangeReason.RULES:
            return _(
                "Each step is there, but the rules do not give the path on {date}.", lang, date=date
            )
        case PathChangeReason.OVERLAP:
            return _(
                "Can be used on {date} too, but is almost the same as another path.", lang,
                date=date,
            )  # fmt: skip
        case PathChangeReason.DEARER:
            return _("Can be used on {date} too, but other paths are surer.", lang, date=date)


def _part(why: PathChange, compared: ComparedPath, lang: Language) -> str:
    """The part of the path: a stop by its name, a hop by its number and ends."""
    path = compared.before or compared.after
    if why.stop is not None:
        return name_of(why.node, lang)
    if why.hop is None or path is None:
        return _("The path", lang)
    nodes = (path.stops[why.hop].node, why.node or path.stops[why.hop + 1].node)
    ends = " → ".join(name_of(node, lang) for node in nodes)
    return _("Step {number} ({ends})", lang, number=why.hop + 1, ends=ends)


def _who(rung: object, who: NodeRef | None, lang: Language) -> str:
    word = rung.label(lang) if isinstance(rung, AnswerRole) else ""
    return f"{word} ({who.name})" if who is not None and who.name else word


def _in_place_of(now: str, was: str, lang: Language) -> str:
    return _("{now} in place of {was}", lang, now=now, was=was)


def _pair(why: PathChange, lang: Language) -> str:
    now, was = (
        quote_text(_("none", lang) if term is None else term.label(lang), lang)
        for term in (why.now, why.was)
    )
    return _in_place_of(now, was, lang)
