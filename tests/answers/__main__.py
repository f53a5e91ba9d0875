"""Prints whether the answers on the demo meet their targets; exits with 1 if one does not."""

import sys
import time
from collections.abc import Iterator

from rich.console import Console
from rich.table import Table

from graph.paths.answering_costs import post_answers
from graph.paths.kernel.search import warm_up
from tests.answers import measures
from tests.answers.measures import NIGHT, POLICY, Measure, view_at
from tests.answers.phrases import phrases
from tests.answers.press import over_the_api


def measured() -> Iterator[Measure]:
    """Each line of the table."""
    yield from measures.first_contacts()
    yield measures.never_a_false_now()
    yield measures.lines_that_cover()
    yield measures.direct_general()
    yield measures.direct_named()
    yield measures.vacancies()
    yield measures.mentors()
    yield measures.losing_a_coordinator()
    yield from measures.steps_and_old_ways()
    yield from measures.detours()
    yield measures.acute()
    yield phrases()
    yield from over_the_api()


def main() -> int:
    """Print the table; return 1 if a line of it is not met."""
    began = time.monotonic()
    view = view_at(NIGHT)
    warm_up(view, POLICY, post_answers(view, POLICY))
    lines = list(measured())
    table = Table("measure", "found", "must be", "", title="Answers on the demo")
    for line in lines:
        table.add_row(line.name, line.found, line.wanted, "reached" if line.is_met else "MISSED")
    console = Console(width=120, highlight=False, markup=False)
    console.print(table)
    missed = sum(not line.is_met for line in lines)
    console.print(
        f"{len(lines) - missed} reached, {missed} missed, {time.monotonic() - began:.0f} s"
    )
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
