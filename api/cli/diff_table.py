"""What becomes of paths between two dates, on the terminal: each path, and why, line by line."""

from rich.text import Text

from api.cli.console import OUT
from api.cli.tables import indented
from api.text.path_diff import diff_causes, diff_headline, path_title, why_sentence
from api.text.paths import origin
from graph.paths.path_diff import PathDiff
from graph.vocabulary import Language


def show_diff(diff: PathDiff, lang: Language) -> None:
    """Prints the paths of the first date in their order, then new ones; whatever differs below."""
    OUT.print(Text(diff_headline(diff, lang), style="bold"))
    for line in diff_causes(diff, lang):
        OUT.print(line)
    for one in diff.paths:
        OUT.print("")
        OUT.print(Text(path_title(one, lang), style="bold"))
        for why in one.why:
            OUT.print(indented(why_sentence(why, one, lang)))
    OUT.print("")
    OUT.print(Text(origin(diff.revision, diff.policy, lang), style="dim"))
