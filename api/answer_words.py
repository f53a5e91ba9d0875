"""An answer as a whole in words: what was asked, by which data, and why there are no more paths."""

from api.written import name_of, written_date
from graph.questions.paths.answer import Answer, Fewer, Named
from graph.questions.paths.ask import FewerWhy
from graph.vocabulary import Language


def headline(answer: Answer, lang: Language) -> str:
    """`Fra PET Forebyggelsescenter til Thisted, 25. nov. 2026`."""
    day = written_date(answer.on, lang)
    start = _name(answer.start, answer, lang)
    goal = _name(answer.target or answer.area, answer, lang)
    start += "," if "," in start else ""
    return f"Fra {start} til {goal}, {day}" if lang == "da" else f"From {start} to {goal}, {day}"


def _name(named: Named | None, answer: Answer, lang: Language) -> str:
    if named is not None:
        return name_of(named, lang)
    trigger, networks = answer.need.trigger, sorted(answer.need.network)
    words = [trigger] if trigger else networks
    goal = "målet" if lang == "da" else "the goal"
    return " / ".join(word.label(lang) for word in words) or goal


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


def fewer_sentence(fewer: Fewer, lang: Language) -> str:
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
    alike = (
        "Der er flere, men de ligner disse for meget"
        if is_danish
        else "There are more, but too alike"
    )
    if fewer.bottleneck is None:
        return f"{alike}."
    through = name_of(fewer.bottleneck, lang)
    return f"{alike}; alle går gennem {through}." if is_danish else f"{alike}; all pass {through}."
