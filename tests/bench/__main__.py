"""`python -m tests.bench [demo] [scale] [search]`: all of them where none is named."""

import sys
from collections.abc import Callable, Iterable, Mapping

from rich.console import Console

from tests.bench import house, report, scaled, searching
from tests.bench.figures import Figure

SUBJECTS: Mapping[str, Callable[[], Iterable[Figure]]] = {
    "demo": house.figures,
    "scale": scaled.figures,
    "search": searching.figures,
}


def main(names: list[str]) -> int:
    """Measures, shows and writes; a missed limit is told and is no error."""
    unknown = set(names) - set(SUBJECTS)
    if unknown:
        Console(stderr=True).print(f"no such subject: {', '.join(sorted(unknown))}")
        return 2
    figures: list[Figure] = []
    for name in names or SUBJECTS:
        with Console(stderr=True).status(f"{name} ..."):
            figures += SUBJECTS[name]()
    report.show(figures)
    report.write(figures)
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
