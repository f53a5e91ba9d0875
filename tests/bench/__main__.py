"""`python -m tests.bench [SUBJECT ...] [--size N ...] [--results]`; by default all subjects."""

import argparse
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final

from rich.console import Console

from tests.bench import (
    analysis,
    application,
    bench_explorer,
    bench_paths,
    exchange,
    http_responses,
    large_graphs,
    leaving,
    trials,
)
from tests.bench.figures import Subject
from tests.bench.report import FOLDER, read, show, write
from tests.bench.results import RESULTS, write_results

SIZES: Final = (5_000, 50_000)
"""The sizes of `make bench`; 500,000 takes long, and is read by a person before a release."""
SUBJECTS: Final[Mapping[str, Callable[[Iterable[int]], Iterable[Subject]]]] = {
    "demo": lambda _sizes: application.subjects(),
    "api": lambda _sizes: http_responses.subjects(),
    "scale": large_graphs.subjects,
    "impact": leaving.subjects,
    "paths": bench_paths.subjects,
    "exchange": exchange.subjects,
    "analysis": lambda _sizes: analysis.subjects(),
    "explorer": lambda _sizes: bench_explorer.subjects(),
}


def main() -> int:
    """Measures, shows and writes the figures; a missed limit is reported, but is no error."""
    arguments = _arguments()
    if arguments.results:
        write_results(_measured(), RESULTS, tuple(SUBJECTS))
        return 0
    for name in arguments.subjects or SUBJECTS:
        subjects = iter(SUBJECTS[name](arguments.size or SIZES))
        with Console(stderr=True).status(f"{name} ..."):
            for subject in subjects:
                show(subject)
                write(subject, FOLDER / f"{name}.json")
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("subjects", nargs="*", metavar="SUBJECT", help=", ".join(SUBJECTS))
    parser.add_argument("--size", type=int, action="append", choices=sorted(trials.PLANS))
    parser.add_argument("--results", action="store_true", help=f"only write {RESULTS.name}")
    arguments = parser.parse_args()
    if unknown := set(arguments.subjects) - set(SUBJECTS):
        parser.error(f"no such subject: {', '.join(sorted(unknown))}")
    return arguments


def _measured() -> Iterator[tuple[Subject, Mapping[str, object]]]:
    for name in SUBJECTS:
        yield from read(FOLDER / f"{name}.json")


if __name__ == "__main__":
    raise SystemExit(main())
