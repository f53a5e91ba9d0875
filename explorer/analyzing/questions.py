"""The ready questions, each of which the API answers today."""

from collections.abc import Callable
from dataclasses import dataclass

from explorer.analyzing.changes import changes
from explorer.analyzing.distance import reach
from explorer.analyzing.meeting import members
from explorer.analyzing.result import Answer
from explorer.analyzing.seats import table
from explorer.analyzing.standing import coverage
from explorer.frame import Seen
from explorer.words import say


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked, and how: `ask` draws the parameters; None: something must be chosen."""

    name: str
    ask: Callable[[Seen], Answer | None]


def questions() -> dict[str, Question]:
    """All of them, by the word that stands in the address."""
    return {
        "changes": Question(say("What changes between two dates?"), changes),
        "coverage": Question(say("How many posts of each kind, and how do they stand?"), coverage),
        "members": Question(say("Who meets in which networks?"), members),
        "reach": Question(say("How far is it to each info house?"), reach),
        "table": Question(say("Who must be at the table?"), table),
    }
