"""The ready questions, each of which the API answers today."""

from collections.abc import Callable
from dataclasses import dataclass

from explorer.analyzing.acquainted import relations
from explorer.analyzing.bridging import bridges
from explorer.analyzing.changes import changes
from explorer.analyzing.cutting import cuts
from explorer.analyzing.distance import reach
from explorer.analyzing.measuring import metrics
from explorer.analyzing.meeting import members
from explorer.analyzing.orphans import owners
from explorer.analyzing.quarters import trend
from explorer.analyzing.result import Answer
from explorer.analyzing.seats import table
from explorer.analyzing.standing import coverage
from explorer.analyzing.two_dates import paths
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
        "bridges": Question(say("On whom does the country hang?"), bridges),
        "changes": Question(say("What changes between two dates?"), changes),
        "coverage": Question(say("How many posts of each kind, and how do they stand?"), coverage),
        "cuts": Question(say("How little would cut a place off?"), cuts),
        "members": Question(say("Who meets in which networks?"), members),
        "metrics": Question(say("Who is central, and who hangs together?"), metrics),
        "owners": Question(say("2027: who needs a new owner?"), owners),
        "paths": Question(say("What becomes of the paths between two dates?"), paths),
        "reach": Question(say("How far is it to each info house?"), reach),
        "relations": Question(
            say("Where do membership and working relations differ most?"), relations
        ),
        "table": Question(say("Who must be at the table?"), table),
        "trend": Question(say("How does it go, over eight quarters?"), trend),
    }
