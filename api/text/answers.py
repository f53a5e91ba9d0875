"""An answer as a whole in words: what was asked, by which data, and why there are no more ways."""

from api.text.format import format_date, format_minute, name_of
from api.text.needs import goal_of
from graph.paths.answer import Answer, FewerPaths
from graph.paths.kernel.request import FewerWhy
from graph.vocabulary import Language


def headline(answer: Answer, lang: Language) -> str:
    """`Fra PET Forebyggelsescenter til Ringsted (SSP-samarbejde), 28. nov. 2026 kl. 22.00`."""
    when = format_date(answer.on, lang) if answer.at is None else format_minute(answer.at, lang)
    goal = goal_of(answer, lang)
    if answer.start is None:
        return f"Til {goal}, {when}" if lang == "da" else f"To {goal}, {when}"
    start = name_of(answer.start, lang)
    start += "," if "," in start else ""
    return f"Fra {start} til {goal}, {when}" if lang == "da" else f"From {start} to {goal}, {when}"


def origin(revision: int, policy: str, lang: Language) -> str:
    """By which data and rules this was answered, and what a percentage is worth."""
    if lang == "da":
        return (
            f"Registrets revision {revision}, politik {policy}. "
            "Procenten er et skøn, der ordner vejene."
        )
    return (
        f"Revision {revision}, policy {policy}. "
        "The percentage is an estimate that orders the paths."
    )


def fewer_sentence(fewer: FewerPaths, lang: Language) -> str:
    """Why there are no more paths."""
    is_danish = lang == "da"
    if fewer.why is FewerWhy.ALL_FOUND:
        return "Der er ikke flere veje." if is_danish else "There are no more paths."
    if fewer.why is FewerWhy.CUT_OFF:
        return (
            "Søgningen blev afbrudt; der kan være flere."
            if is_danish
            else "The search was cut off; there may be more."
        )
    alike = "Øvrige veje er næsten ens" if is_danish else "Other paths are very similar"
    if fewer.bottleneck is None:
        return f"{alike}."
    through = name_of(fewer.bottleneck, lang)
    return f"{alike}; alle går gennem {through}." if is_danish else f"{alike}; all pass {through}."
