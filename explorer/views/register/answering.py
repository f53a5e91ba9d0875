"""Who answers at a post, who was passed over, and who could: in sentences, in order."""

from collections.abc import Iterator
from typing import Final

from api.schemas.entities import Passed, WhoAnswers
from api.schemas.paths import Resolution
from explorer import session
from explorer.i18n import _, day, plain
from explorer.labels import name_not_shown

_HELD: Final = frozenset({"HOLDER", "ACTING"})


def sentences(who: WhoAnswers) -> Iterator[str]:
    """What is said of it as Markdown, whoever answers first."""
    yield _who(who)
    for one in who.passed_over:
        yield _passed(one)
    yield from map(_then, _others(who))


def otherwise(who: Resolution) -> str | None:
    """All others who could answer, in order, in one sentence; None where there is nobody else."""
    others = " · ".join(_others(who))
    return _then(others) if others else None


def _others(who: WhoAnswers | Resolution) -> Iterator[str]:
    """Whoever could answer besides the one who does."""
    for one in who.order:
        if (one.rung, one.who) != (who.rung, who.who):
            yield _named(one.rung, one.who.name if one.who else None)


def _who(who: WhoAnswers) -> str:
    if who.rung == "CLOSED":
        if who.vacant_since is None:
            return _("**Nobody answers.** Vacant; ask the unit.")
        return _("**Nobody answers.** Vacant since {day}; ask the unit.",
                   day=day(who.vacant_since))  # fmt: skip
    text = _("**Who answers:** {who}", who=_sitting(who))
    if who.since is not None:
        text += " · " + _("since {day}", day=day(who.since))
    if who.until is not None:
        text += " · " + _("until {day}", day=day(who.until))
    if who.vacant_since is not None:
        text += " · " + _("vacant since {day}", day=day(who.vacant_since))
    return text


def _sitting(who: WhoAnswers) -> str:
    """Whoever answers; of somebody whose name is not shown, that it is so."""
    name = who.who.name if who.who else None
    if name or not (who.is_hidden or who.who):
        return _named(who.rung, name)
    note = name_not_shown()
    if who.rung in _HELD:
        note = _("held; {note}", note=note)
    return f"{_named(who.rung, None)} ({note})"


def _passed(one: Passed) -> str:
    rung = session.term("Rung", one.rung).capitalize()
    why = session.term("PassedWhy", one.why)
    if one.until is None:
        return f"{rung}: {why}"
    return f"{rung}: {why} " + _("until {day}", day=day(one.until))


def _then(who: str) -> str:
    return _("Otherwise: {who}", who=who)


def _named(rung: str, name: str | None) -> str:
    word = session.term("Rung", rung)
    return f"{plain(name)}, {word}" if name else word
