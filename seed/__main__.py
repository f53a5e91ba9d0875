"""`python -m seed`: puts the structure and the demo's people into this machine's store."""

import argparse
import sys
from collections.abc import Sequence
from datetime import UTC, date, datetime

from graph.errors import GraphError
from graph.store.location import open_location, store_location
from seed.loader import LoadReport, load, load_structure


def main(arguments: Sequence[str] | None = None) -> int:
    """Run once and print what changed; a second run changes nothing."""
    parser = argparse.ArgumentParser(prog="python -m seed", description=__doc__)
    parser.add_argument("--structure-only", action="store_true", help="no fictional people")
    parser.add_argument("--seed", type=int, help="which people; as the first time if left out")
    parser.add_argument(
        "--today", type=date.fromisoformat, metavar="DATE", help="what the demo's dates count from"
    )
    options, now = parser.parse_args(arguments), datetime.now(UTC)
    try:
        with open_location(store_location()) as store:
            if options.structure_only:
                report = load_structure(store, now=now)
            else:
                report = load(store, now=now, seed=options.seed, today=options.today)
    except GraphError as error:
        print(error.text("en"), file=sys.stderr)  # noqa: T201 - a command speaks here
        return 1
    print(summary(report))  # noqa: T201 - a command speaks here
    return 0


def summary(report: LoadReport) -> str:
    """The result of a run, in one line."""
    counts = (
        f"{report.created} created, {report.updated} updated, {report.ended} ended, "
        f"{report.unchanged} unchanged"
    )
    if report.changed_by_others:
        counts += f", {report.changed_by_others} changed by others and left"
    if report.today is None:
        return f"Structure: {counts}."
    return f"Demo data of {report.today} (seed {report.seed}): {counts}."


if __name__ == "__main__":
    sys.exit(main())
