"""Forgeries of the log that somebody without the key may try, by name."""

import random
import sqlite3
from collections.abc import Callable, Mapping
from typing import Final

Forgery = Callable[[sqlite3.Connection, int], object]
"""A function that forges a file of rows at the row with the given number."""
TEXTS: Final = (
    "at", "kind", "caller", "role", "via", "action", "subjects", "asked", "request_id", "key_id",
    "prev", "mac",
)  # fmt: skip
NUMBERS: Final = ("result", "ms")
_LETTERS: Final = '0123456789abcdefghijklmnopqrstuvwxyzæøå:-" []{},'


def renumber(file: sqlite3.Connection, seq: int) -> None:
    file.execute("DELETE FROM audit WHERE seq = ?", (seq,))
    (last,) = file.execute("SELECT max(seq) FROM audit").fetchone()
    for later in range(seq + 1, last + 1):
        file.execute("UPDATE audit SET seq = ? WHERE seq = ?", (later - 1, later))


def swap(file: sqlite3.Connection, seq: int) -> None:
    for old, new in ((seq, -1), (seq + 1, seq), (-1, seq + 1)):
        file.execute("UPDATE audit SET seq = ? WHERE seq = ?", (new, old))


def forge(file: sqlite3.Connection, seq: int) -> None:
    """Append a row with an invalid seal."""
    (last,) = file.execute("SELECT max(seq) FROM audit").fetchone()
    names = [name for _, name, *_ in file.execute("PRAGMA table_info(audit)")]
    row = dict(zip(names, file.execute("SELECT * FROM audit WHERE seq = ?", (last,)).fetchone(),
                   strict=True))  # fmt: skip
    row |= {"seq": last + 1, "prev": row["mac"], "mac": "f" * 64}
    marks = ", ".join("?" for _ in names)
    file.execute(f"INSERT INTO audit VALUES ({marks})", [row[name] for name in names])


def statement(sql: str) -> Forgery:
    return lambda file, seq: file.execute(sql, (seq,))


FORGERIES: Final[Mapping[str, Forgery]] = {
    "edit": statement("UPDATE audit SET caller = 'acc-other' WHERE seq = ?"),
    "delete": statement("DELETE FROM audit WHERE seq = ?"), "renumber": renumber, "swap": swap,
    "forge": forge, "truncate": statement("DELETE FROM audit WHERE seq >= ?"),
}  # fmt: skip


def edit_one_character(file: sqlite3.Connection, drawn: random.Random) -> str:
    """Change one character of one field of one row; return the name of the field and the row."""
    (last,) = file.execute("SELECT max(seq) FROM audit").fetchone()
    seq, name = drawn.randint(1, last), drawn.choice((*TEXTS, *NUMBERS))
    (value,) = file.execute(f"SELECT {name} FROM audit WHERE seq = ?", (seq,)).fetchone()
    text = str(value)
    place = drawn.randrange(len(text))
    letters = "123456789" if name in NUMBERS else _LETTERS
    letter = drawn.choice([item for item in letters if item != text[place]])
    changed = text[:place] + letter + text[place + 1 :]
    file.execute(f"UPDATE audit SET {name} = ? WHERE seq = ?", (changed, seq))
    return f"{name} of row {seq}"
