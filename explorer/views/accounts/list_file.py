"""A list of accounts as a CSV file: parsed row by row, each error with its line and column.

One line is one right; lines with the same login are one account.
"""

import csv
import io
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final, TypeVar, get_args

from pydantic import ValidationError

from api.client import Fault, ListedAccount, NewGrant
from api.schemas.accounts import Level, Role
from explorer import session
from explorer.i18n import _
from explorer.views.accounts import rights

T = TypeVar("T", bound=str)
COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "login": ("login", "brugernavn"),
    "role": ("role", "rolle"),
    "areas": ("area", "areas", "område", "områder", "kommune"),
    "levels": ("level", "levels", "niveau", "niveauer", "forebyggelsesniveau"),
    "valid_from": ("from", "fra", "første dag"),
    "valid_to": ("to", "til", "sidste dag"),
    "person": ("person",),
}
"""The columns, with the names that each may have in the first line."""
_REQUIRED: Final = ("login", "role")
MOST_BYTES: Final = 100_000
_DAYS: Final = ("%Y-%m-%d", "%d.%m.%Y", "%d-%m-%Y", "%d/%m/%Y")


@dataclass(frozen=True, slots=True, kw_only=True)
class RowFault:
    """An error in a cell: line and column as in a spreadsheet, and the rule in words."""

    line: int
    column: str
    text: str


@dataclass(slots=True, kw_only=True)
class AccountFile:
    """The accounts of a file, complete only without faults.

    `lines` has the lines of each account's rights.
    """

    accounts: list[ListedAccount] = field(default_factory=list[ListedAccount])
    lines: list[list[int]] = field(default_factory=list[list[int]])
    faults: list[RowFault] = field(default_factory=list[RowFault])
    headings: Mapping[str, str] = field(default_factory=dict[str, str])

    def row_fault(self, fault: Fault) -> RowFault:
        """Convert the pointer of an API error, `/accounts/2/grants/0/areas`, to line and column."""
        parts = fault.pointer.split("/")
        line, column = 1, ""
        if len(parts) > 3 and parts[1] == "accounts" and parts[2].isdecimal():
            of_account = self.lines[int(parts[2])]
            is_of_grant = parts[3] == "grants" and len(parts) > 5
            line = of_account[int(parts[4]) if is_of_grant else 0]
            column = parts[5] if is_of_grant else parts[3]
        return RowFault(line=line, column=self.heading(column), text=fault.detail or fault.rule)

    def heading(self, column: str) -> str:
        """The name of a column in the file."""
        return self.headings.get(column, column)


def parse(content: bytes, names: Mapping[str, str]) -> AccountFile:
    """Read a CSV file; `names` are the areas that a right can name."""
    file = AccountFile()
    rows = _rows(content)
    head, *body = rows or [[]]
    headings = [cell.strip().casefold() for cell in head]
    places = {
        column: headings.index(word)
        for column, words in COLUMNS.items()
        for word in words
        if word in headings
    }
    file.headings = {column: head[place].strip() for column, place in places.items()}
    missing = [column for column in _REQUIRED if column not in places]
    if missing or not any(map(any, body)):
        text = _("The first line names the columns; login and role must be there, and a row.")
        file.faults.append(RowFault(line=1, column=", ".join(missing), text=text))
        return file
    reader = _Reader(names)
    by_login: dict[str, int] = {}
    grants: list[list[NewGrant]] = []
    accounts: list[tuple[str, str | None]] = []
    for line, cells in enumerate(body, 2):
        if not any(cell.strip() for cell in cells):
            continue
        row = {
            column: cells[place].strip() if place < len(cells) else ""
            for column, place in places.items()
        }
        grant = reader.grant(row, line, file)
        login = row["login"].casefold()
        if not login:
            file.faults.append(
                RowFault(line=line, column=file.heading("login"), text=_("Write a login."))
            )
        if grant is None or not login:
            continue
        if login not in by_login:
            by_login[login] = len(accounts)
            accounts.append((login, row.get("person") or None))
            grants.append([])
            file.lines.append([])
        grants[by_login[login]].append(grant)
        file.lines[by_login[login]].append(line)
    for (login, person), account_grants, lines in zip(accounts, grants, file.lines, strict=True):
        try:
            file.accounts.append(
                ListedAccount(
                    login=login, person=person, grants=tuple(account_grants),
                    is_service=all(grant.role == "SERVICE" for grant in account_grants),
                )
            )  # fmt: skip
        except ValidationError as error:
            column = str(error.errors()[0]["loc"][0])
            texts = {
                "login": _("A login has 2 to 64 letters, digits and . _ @ + -"),
                "person": _("The id of the person is not one: write for example per-00421."),
            }
            text = texts.get(column, _("At most ten rights for one account."))
            file.faults.append(RowFault(line=lines[0], column=file.heading(column), text=text))
    return file


def _rows(content: bytes) -> list[list[str]]:
    """The rows of a file as a spreadsheet writes it: UTF-8 or Windows, semicolons or commas."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", "replace")
    first = text.partition("\n")[0]
    delimiter = max(";,\t", key=first.count)
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))


class _Reader:
    """Reads the cells of a right: words in Danish or English, ids or names of areas."""

    def __init__(self, names: Mapping[str, str]) -> None:
        self._areas = {area.casefold(): [area] for area in names}
        for area in names:
            name = rights.short_name(names, area).casefold()
            self._areas.setdefault(name, []).append(area)
            self._areas.setdefault(names[area].casefold(), []).append(area)
        self._roles: Mapping[str, Role] = _words("Role", get_args(Role))
        self._levels: Mapping[str, Level] = _words("PreventionLevel", get_args(Level))

    def grant(self, row: Mapping[str, str], line: int, file: AccountFile) -> NewGrant | None:
        """The right of a row; None, and an entry in the file's faults, if it cannot be read."""
        before = len(file.faults)

        def fault(column: str, text: str) -> None:
            file.faults.append(RowFault(line=line, column=file.heading(column), text=text))

        role = self._roles.get(row["role"].casefold())
        if role is None:
            choices = ", ".join(session.terms("Role").values())
            fault("role", _("Write one of: {choices}", choices=choices))
        areas: set[str] = set()
        for name in _parts(row.get("areas", "")):
            matches = dict.fromkeys(self._areas.get(name.casefold(), []))
            if len(matches) == 1:
                areas.update(matches)
            elif matches:
                ids = ", ".join(matches)
                fault("areas", _("Several areas are called that; write one of: {ids}", ids=ids))
            else:
                fault("areas", _("No area is called {name}.", name=name))
        levels: set[Level] = set()
        for name in _parts(row.get("levels", "")):
            level = self._levels.get(name.casefold())
            if level is None:
                choices = ", ".join(session.terms("PreventionLevel").values())
                fault("levels", _("Write one of: {choices}", choices=choices))
            else:
                levels.add(level)
        days: dict[str, date | None] = {}
        for column in ("valid_from", "valid_to"):
            cell = row.get(column, "")
            days[column] = None
            for shape in _DAYS:
                with suppress(ValueError):
                    at = datetime.strptime(cell, shape)  # noqa: DTZ007 - a date has no zone
                    days[column] = at.date()
                    break
            if cell and days[column] is None:
                fault(column, _("Write a date as 2027-01-31 or 31.01.2027."))
        if role is None or len(file.faults) > before:
            return None
        return NewGrant(
            role=role, areas=frozenset(areas), levels=frozenset(levels) or None,
            valid_from=days["valid_from"], valid_to=rights.after(days["valid_to"]),
        )  # fmt: skip


def _parts(cell: str) -> list[str]:
    """The parts of a cell, separated by commas or vertical bars."""
    return [part for part in map(str.strip, cell.replace("|", ",").split(",")) if part]


def _words(enumeration: str, identifiers: Sequence[T]) -> dict[str, T]:
    """The identifiers by each accepted spelling: identifier and label, case-folded."""
    labels = session.terms(enumeration)
    return {
        spelling.casefold(): identifier
        for identifier in identifiers
        for spelling in (identifier, labels.get(identifier, identifier))
    }
