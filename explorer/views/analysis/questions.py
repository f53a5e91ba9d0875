"""The list of ready questions."""

from collections.abc import Callable
from dataclasses import dataclass

from explorer.frame import ScreenContext
from explorer.i18n import _
from explorer.views.analysis.coverage import coverage, members, reach, table
from explorer.views.analysis.history import changes, owners, paths, trend
from explorer.views.analysis.impact import bridges, cuts, metrics, relations
from explorer.views.analysis.question_answer import QuestionAnswer


@dataclass(frozen=True, slots=True)
class ReadyQuestion:
    """A question: `ask` draws its parameters and returns the answer, None if one is missing."""

    name: str
    ask: Callable[[ScreenContext], QuestionAnswer | None]


def questions() -> dict[str, ReadyQuestion]:
    """All ready questions, by their code in the address."""
    return {
        "bridges": ReadyQuestion(_("On whom does the country hang?"), bridges),
        "changes": ReadyQuestion(_("What changes between two dates?"), changes),
        "coverage": ReadyQuestion(
            _("How many posts of each kind, and how do they stand?"), coverage
        ),
        "cuts": ReadyQuestion(_("How little would cut a place off?"), cuts),
        "members": ReadyQuestion(_("Who meets in which networks?"), members),
        "metrics": ReadyQuestion(_("Who is central, and who hangs together?"), metrics),
        "owners": ReadyQuestion(_("2027: who needs a new owner?"), owners),
        "paths": ReadyQuestion(_("What becomes of the paths between two dates?"), paths),
        "reach": ReadyQuestion(_("How far is it to each info house?"), reach),
        "relations": ReadyQuestion(
            _("Where do membership and working relations differ most?"), relations
        ),
        "table": ReadyQuestion(_("Who must be at the table?"), table),
        "trend": ReadyQuestion(_("How does it go, over eight quarters?"), trend),
    }
