"""Names of the invented people: plausible, and never that of an office-holder."""

import random
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Final

from faker.providers.person.da_DK import Provider

from graph.model.content_filter import fold
from seed.structure.sources import DATA

REFUSED_FILE: Final = DATA / "refused_names.txt"
MIDDLE_NAMES: Final = (
    "Rugvang", "Lyngtoft", "Stenrugvang", "Havretoft", "Vindløkke", "Bøgevang", "Kløvertoft",
    "Marskvang", "Tjørnetoft", "Rørvang", "Ellehegn", "Klithegn", "Hørløkke", "Mosevang",
    "Pilehegn", "Sandtoft", "Brombærvang", "Hasselhegn", "Kornløkke", "Tranevang", "Lærkehegn",
    "Bækvang", "Engtoft", "Skovhegn", "Bygtoft", "Høvang", "Fyrløkke", "Strandhegn", "Rævetoft",
    "Sivvang", "Svaleløkke", "Ørtoft", "Agerhegn", "Birkevang", "Dueløkke", "Gyvelhegn",
    "Humletoft", "Kirsebærvang", "Mærgelhegn", "Ribsløkke",
)  # fmt: skip
"""Invented: the middle name is the first protection against the name of a real person."""


GIVEN_NAMES: Final = tuple(Provider.first_names)
SURNAMES: Final = tuple(Provider.last_names)


class Names:
    """Draws full names, each one once, and none of the refused ones."""

    def __init__(self, stream: random.Random, taken: Iterable[str] = ()) -> None:
        """Initialize with `taken`, names already assigned elsewhere."""
        self._stream = stream
        self._taken = set(taken)

    def draw(self) -> str:
        """Given name, made-up middle name and surname; independent of language and place."""
        while True:
            given = self._stream.choice(GIVEN_NAMES)
            surname = self._stream.choice(SURNAMES)
            name = f"{given} {self._stream.choice(MIDDLE_NAMES)} {surname}"
            if name not in self._taken and not is_refused(name):
                self._taken.add(name)
                return name


def slug(text: str) -> str:
    """Lower-case letters, digits and hyphens: for ids and addresses."""
    marks = "".join(mark if mark.isalnum() else " " for mark in fold(text))
    return "-".join(marks.split())


def is_refused(name: str) -> bool:
    """Whether it is the name of an office-holder, ignoring the middle name."""
    words = fold(name).split()
    return not _refused().isdisjoint({" ".join(words), f"{words[0]} {words[-1]}"})


@cache
def _refused() -> frozenset[str]:
    return refused_names()


def refused_names(path: Path = REFUSED_FILE) -> frozenset[str]:
    """The names of office-holders, folded, in full and as given name with surname."""
    names: set[str] = set()
    for line in path.read_text(encoding="utf-8").splitlines():
        words = fold(line.partition("#")[0]).split()
        if words:
            names |= {" ".join(words), f"{words[0]} {words[-1]}"}
    return frozenset(names)
