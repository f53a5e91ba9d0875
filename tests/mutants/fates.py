"""How many of the changed programs do the tests notice, file by file?"""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Final

LEAST: Final = 0.9
_KILLED: Final = ("killed", "timeout")


def fates_of(lines: Iterable[str]) -> dict[str, str]:
    """What became of each mutant, from lines such as `graph.x.x_f__mutmut_1: killed`."""
    pairs = (line.strip().rpartition(": ") for line in lines)
    return {mutant: fate for mutant, _, fate in pairs if "__mutmut_" in mutant}


def file_of(mutant: str) -> str:
    """The source file in which it is a change."""
    return mutant.rpartition(".")[0].replace(".", "/") + ".py"


def shares(fates: Mapping[str, str]) -> dict[str, tuple[int, int]]:
    """Of each file how many mutants were killed, of how many; one that no test meets lives."""
    total = Counter(map(file_of, fates))
    killed = Counter(file_of(mutant) for mutant, fate in fates.items() if fate in _KILLED)
    return {file: (killed[file], total[file]) for file in sorted(total)}


def is_enough(killed: int, total: int) -> bool:
    """Whether enough are killed: docs/contributing.md, "Tests"."""
    return killed >= LEAST * total
