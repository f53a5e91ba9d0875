"""Sentences about the changes of paths for a need between two dates."""

from collections.abc import Iterator
from datetime import date

from api.text.format import (
    format_date,
    format_hops,
    format_path_count,
    in_sentence,
    name_of,
)
from graph.paths.answer import NodeRef, Path
from graph.paths.answer_terms import AnswerRole, Cause
from graph.paths.path_diff import ComparedPath, PathChange, PathChangeReason, PathDiff, PathFate
from graph.vocabulary import Language, PreventionLevel


def diff_headline(diff: PathDiff, lang: Language) -> str:
    """`25. nov. 2026 og 1. jan. 2027: 2 veje bevaret, 1 væk, 0 nye.`."""
    counts = {fate: sum(one.fate is fate for one in diff.paths) for fate in PathFate}
    kept, gone, new = (counts[fate] for fate in PathFate)
    days = [format_date(one.on, lang) for one in (diff.need, diff.against)]
    stayed = format_path_count(kept, lang)
    if lang == "da":
        return f"{days[0]} og {days[1]}: {stayed} bevaret, {gone} væk, {new} nye."
    return f"{days[0]} and {days[1]}: {stayed} kept, {gone} gone, {new} new."


def diff_causes(diff: PathDiff, lang: Language) -> Iterator[str]:
    """The causes for dates without a path."""
    for need, cause in ((diff.need, diff.cause_before), (diff.against, diff.cause_after)):
        if cause is not None:
            yield _no_path(need.on, cause, lang)


def _no_path(on: date, cause: Cause, lang: Language) -> str:
    day, why = format_date(on, lang), in_sentence(cause.label(lang))
    return f"{day}: ingen kontaktvej, {why}." if lang == "da" else f"{day}: no contact path, {why}."


def path_title(one: ComparedPath, lang: Language) -> str:
    """`Væk (var nr. 1): A → B, 2 led`; for a path on both dates with both numbers."""
    path = one.after or one.before
    if path is None:
        raise ValueError("a path is of one of the dates at least")
    stops = " → ".join(name_of(stop.node, lang) for stop in path.stops)
    head = f"{one.fate.label(lang)}{_places(one.before, one.after, lang)}"
    return f"{head}: {stops}, {format_hops(len(path.hops), lang)}"


def _places(before: Path | None, after: Path | None, lang: Language) -> str:
    number = "nr." if lang == "da" else "no."
    if before is None or after is None:
        was = ("" if after else "var ") if lang == "da" else ("" if after else "was ")
        place = (after or before or _nothing()).number
        return f" ({was}{number} {place})"
    if before.number == after.number:
        return f" ({number} {after.number})"
    now = "nu" if lang == "da" else "now"
    return f" ({number} {before.number}, {now} {number} {after.number})"


def _nothing() -> Path:
    raise ValueError("a path is of one of the dates at least")


def why_sentence(why: PathChange, one: ComparedPath, lang: Language) -> str:
    """One sentence: which part of the path changed, how, and since when."""
    danish, english = _sentence(why, one)
    return danish if lang == "da" else english


def _sentence(why: PathChange, one: ComparedPath) -> tuple[str, str]:
    da, en = _part(why, one, "da"), _part(why, one, "en")
    is_new = one.fate is PathFate.NEW
    match why.what:
        case PathChangeReason.ENDED:
            return f"{da} ophører{_on(why, 'da')}{_after(why, 'da')}.", (
                f"{en} ends{_on(why, 'en')}{_after(why, 'en')}."
            )
        case PathChangeReason.BEGUN:
            return f"{da} begynder{_on(why, 'da')}.", f"{en} begins{_on(why, 'en')}."
        case PathChangeReason.NOT_THERE:
            if is_new:
                return f"{da} er der ikke på den første dato.", (
                    f"{en} is not there on the first date."
                )
            return f"{da} er der ikke på den anden dato.", f"{en} is not there on the second date."
        case PathChangeReason.CLOSED:
            return _closed(why, da, en, is_new=is_new)
        case PathChangeReason.ANSWERS:
            return _answers(why, "da"), _answers(why, "en")
        case PathChangeReason.GATE:
            return f"{da}: grundlag {_pair(why, 'da')}.", f"{en}: ground {_pair(why, 'en')}."
        case PathChangeReason.FRESHNESS:
            return f"{da}: kontrol {_pair(why, 'da')}.", f"{en}: check {_pair(why, 'en')}."
        case PathChangeReason.LEVEL:
            return f"{da}: {_levels(why, 'da')}.", f"{en}: {_levels(why, 'en')}."
        case PathChangeReason.TERMS:
            when = ("første", "first") if is_new else ("anden", "second")
            return (
                f"{da} opfylder ikke behovet på den {when[0]} dato.",
                f"{en} does not meet the need on the {when[1]} date.",
            )
        case PathChangeReason.DEARER | PathChangeReason.OVERLAP | PathChangeReason.RULES:
            return _unlisted(why, is_new=is_new)


def _part(why: PathChange, one: ComparedPath, lang: Language) -> str:
    """The part of the path: a stop by its name, a hop by its number and ends."""
    path = one.before or one.after
    if why.stop is not None:
        return name_of(why.node, lang)
    if why.hop is None or path is None:
        return "Vejen" if lang == "da" else "The path"
    nodes = (path.stops[why.hop].node, why.node or path.stops[why.hop + 1].node)
    ends = [name_of(node, lang) for node in nodes]
    hop = "Led" if lang == "da" else "Step"
    return f"{hop} {why.hop + 1} ({' → '.join(ends)})"


def _on(why: PathChange, lang: Language) -> str:
    return "" if why.on is None else f" {format_date(why.on, lang)}"


def _after(why: PathChange, lang: Language) -> str:
    if why.successor is None:
        return ""
    name = name_of(why.successor, lang)
    return f"; afløses af {name}" if lang == "da" else f"; succeeded by {name}"


def _closed(why: PathChange, da: str, en: str, *, is_new: bool) -> tuple[str, str]:
    since = ("", "")
    if why.on is not None:
        since = (
            f" (ubesat siden {format_date(why.on, 'da')})",
            f" (vacant since {format_date(why.on, 'en')})",
        )
    when = ("første", "first") if is_new else ("anden", "second")
    return (
        f"Ingen svarer hos {da} på den {when[0]} dato{since[0]}.",
        f"Nobody answers at {en} on the {when[1]} date{since[1]}.",
    )


def _answers(why: PathChange, lang: Language) -> str:
    """`SSP-koordinator, Kystby: stedfortræder (Bo) i stedet for indehaver (Amina), fra 7. dec.`."""
    now, was = _who(why.now, why.who_is, lang), _who(why.was, why.who_was, lang)
    node = name_of(why.node, lang)
    if lang == "da":
        since = "" if why.on is None else f", fra {format_date(why.on, lang)}"
        return f"{node}: {now} i stedet for {was}{since}."
    since = "" if why.on is None else f", from {format_date(why.on, lang)}"
    return f"{node}: {now} in place of {was}{since}."


def _who(rung: object, who: NodeRef | None, lang: Language) -> str:
    word = rung.label(lang) if isinstance(rung, AnswerRole) else ""
    return f"{word} ({who.name})" if who is not None and who.name else word


def _pair(why: PathChange, lang: Language) -> str:
    nothing = "intet" if lang == "da" else "none"
    now, was = (nothing if one is None else one.label(lang) for one in (why.now, why.was))
    return f"»{now}« i stedet for »{was}«" if lang == "da" else f"“{now}” in place of “{was}”"


def _levels(why: PathChange, lang: Language) -> str:
    now, was = (_listed(one, lang) for one in (why.levels_are, why.levels_were))
    return f"{now} i stedet for {was}" if lang == "da" else f"{now} in place of {was}"


def _listed(levels: frozenset[PreventionLevel] | None, lang: Language) -> str:
    every = "alle niveauer" if lang == "da" else "all levels"
    return ", ".join(one.label(lang) for one in PreventionLevel if one in (levels or ())) or every


def _unlisted(why: PathChange, *, is_new: bool) -> tuple[str, str]:
    when = ("første", "first") if is_new else ("anden", "second")
    if why.what is PathChangeReason.RULES or why.cost_is is None or why.cost_was is None:
        return (
            f"Hvert led findes, men reglerne giver ikke vejen på den {when[0]} dato.",
            f"Each step is there, but the rules do not give the path on the {when[1]} date.",
        )
    if why.what is PathChangeReason.OVERLAP:
        return (
            f"Kan også bruges på den {when[0]} dato, men er næsten den samme som en anden vej.",
            f"Can be used on the {when[1]} date too, but is almost the same as another path.",
        )
    return (
        f"Kan også bruges på den {when[0]} dato, men andre veje er mere sikre.",
        f"Can be used on the {when[1]} date too, but other paths are surer.",
    )
