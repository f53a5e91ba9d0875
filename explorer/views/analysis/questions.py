"""The ready questions, each of which the API answers today."""

from collections.abc import Callable
from dataclasses import dataclass

from explorer.frame import Seen
from explorer.i18n import say
from explorer.views.analysis.acquainted import relations
from explorer.views.analysis.bridging import bridges
from explorer.views.analysis.changes import changes
from explorer.views.analysis.cutting import cuts
from explorer.views.analysis.distance import reach
from explorer.views.analysis.measuring import metrics
from explorer.views.analysis.meeting import members
from explorer.views.analysis.orphans import owners
from explorer.views.analysis.quarters import trend
from explorer.views.analysis.result import Answer
from explorer.views.analysis.seats import table
from explorer.views.analysis.standing import coverage
from explorer.views.analysis.two_dates import paths


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
