"""What a whole path costs, how long it stays so, and how an alternative differs from the best."""

from collections.abc import Iterator
from datetime import date

from api.text.format import (
    format_date,
    format_days,
    format_hops,
    format_share,
    name_of,
)
from graph.paths.answer import Path
from graph.vocabulary import Language


def path_account(path: Path, lang: Language, on: date, *, before: int = 0) -> str:
    """What the path costs, where it is weakest, and how long it stays so.

    `before`: how many hops were counted before this path's.
    """
    cost = format_share(path.cost, lang)
    texts = [f"I alt {cost}" if lang == "da" else f"In all {cost}"]
    if len(path.hops) > 1:
        hop = before + path.weakest + 1
        texts.append(f"Led {hop} er det svageste" if lang == "da" else f"Step {hop} is the weakest")
    if path.until is not None:
        day = format_date(path.until, lang, on=on)
        texts.append(f"Som vist til {day}" if lang == "da" else f"As shown until {day}")
    return "".join(f"{text.removesuffix('.')}. " for text in texts).strip()


def difference(path: Path, best: Path, lang: Language) -> str:
    """How an alternative differs from the best way to the same contact, in one line."""
    parts = [*_hops_apart(path, best, lang), *_stops_apart(path, best, lang)]
    parts += [*_age_apart(path, best, lang), *_people_shared(path, lang)]
    if path.cost > best.cost:
        parts.append("mindre sikker vej" if lang == "da" else "less sure")
    head = f"Forskel fra vej {best.number}" if lang == "da" else f"Unlike path {best.number}"
    return f"{head}: {'; '.join(parts)}."


def _hops_apart(path: Path, best: Path, lang: Language) -> Iterator[str]:
    more = len(path.hops) - len(best.hops)
    if more:
        hops = format_hops(abs(more), lang)
        word = {"da": ("mere", "mindre"), "en": ("more", "less")}[lang][more < 0]
        yield f"{hops} {word}"


def _stops_apart(path: Path, best: Path, lang: Language) -> Iterator[str]:
    """What it crosses that the best does not, the end included where that is another."""
    own, other = (
        {stop.node.id: name_of(stop.node, lang) for stop in one.stops[1:]} for one in (path, best)
    )
    quote = "»{}«" if lang == "da" else "“{}”"
    through = ", ".join(quote.format(own[key]) for key in own if key not in other)
    if through:
        yield f"går gennem {through}" if lang == "da" else f"goes through {through}"
    else:
        yield "springer et led over" if lang == "da" else "leaves out a step"


def _age_apart(path: Path, best: Path, lang: Language) -> Iterator[str]:
    if path.oldest_days == best.oldest_days:
        return
    if path.oldest_days is None:
        yield "et led er aldrig kontrolleret" if lang == "da" else "a step was never verified"
        return
    days = format_days(path.oldest_days, lang)
    against = "" if best.oldest_days is None else str(best.oldest_days)
    if lang == "da":
        yield f"ældste kontrol {days}{' mod ' if against else ''}{against}"
    else:
        yield f"oldest check {days}{' against ' if against else ''}{against}"


def _people_shared(path: Path, lang: Language) -> Iterator[str]:
    names = ", ".join(name_of(person, lang) for person in path.shared_people)
    if names:
        yield f"også gennem {names}" if lang == "da" else f"also through {names}"
