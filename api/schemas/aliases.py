"""How the other names of a place or an office are written."""

import re
from collections import defaultdict
from collections.abc import Iterable
from typing import Final

_POSTCODE: Final = re.compile(r"(\d{4}) (.+)")
_FEW: Final = 3  # postcodes of a town that are written one by one


def written_aliases(aliases: Iterable[str]) -> list[str]:
    """Other names in order; of a town with many postcodes the first and the last of them."""
    codes: defaultdict[str, list[str]] = defaultdict(list)
    plain: list[str] = []
    for alias in sorted(aliases):
        found = _POSTCODE.fullmatch(alias)
        if found:
            codes[found[2]].append(found[1])
        else:
            plain.append(alias)
    towns = [
        f"{part} {town}"
        for town, several in codes.items()
        for part in (several if len(several) <= _FEW else (f"{several[0]}–{several[-1]}",))
    ]
    return sorted(towns) + plain
