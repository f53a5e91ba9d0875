"""Mapping of a list's columns to fields: guessed from headers and cells, corrected, saved."""

import hashlib
import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final, cast

from graph.errors import InvalidNeed
from graph.exchange.imports.contacts import is_contact
from graph.exchange.imports.faults import FaultList, ImportFault, ImportRule
from graph.exchange.imports.header_exclusions import excluded_fields, may_be_phone
from graph.exchange.imports.register import ImportRegister
from graph.exchange.imports.tabular import SourceTable
from graph.exchange.imports.targets import CHANNELS, DATES, TargetField
from graph.exchange.imports.typed_hours import hours_of
from graph.exchange.imports.values import (
    DateOrder,
    ValueFault,
    date_order,
    is_active,
    is_date,
    languages_of,
    order_of,
)
from graph.exchange.imports.words import (
    header_scores,
    is_own_word,
    kinds_called,
    kinds_of,
    plain,
)
from graph.own_kinds import OwnKinds

ALL_OTHERS: Final = "*"
"""The word that stands for all words of a field without a meaning of their own."""
ACCEPTED: Final = 90
"""Least score at which a value is read as a kind or an authority without asking the user."""
_CHOSEN: Final = 100  # score of a reading that somebody chose
_MARGIN: Final = 3  # by which a score must exceed the next
_CELLS: Final = 300  # distinct cells of a column that are examined
_KNOWN_SCORE: Final = 80  # score of a header that identifies its field
_LEAST: Final = 50
_VERSION: Final = 1
_NAME: Final = re.compile(r"[^\W\d_][\w.'\u2019-]*(?: [^\W\d_][\w.'\u2019-]*){1,4}")


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnMapping:
    """The field of one column; None: it is not imported. `score`: confidence, 0 to 100.

    `is_new`: the saved mapping does not know the column, and nobody has said what it means.
    """

    header: str
    field: TargetField | None
    dates: DateOrder | None = None
    score: int = 100
    is_new: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueReading:
    """A value that is read as a kind or an authority: `value` is its identifier or id."""

    field: TargetField
    typed: str
    value: str
    score: int = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class TableMapping:
    """The mapping of a list: its columns, values for all rows, and readings of words.

    `missing` are the headers that the saved mapping reads and this list does not have.
    """

    columns: tuple[ColumnMapping, ...]
    constants: Mapping[TargetField, str] = field(default_factory=dict[TargetField, str])
    values: tuple[ValueReading, ...] = ()
    missing: tuple[str, ...] = ()

    def fields(self) -> frozenset[TargetField]:
        """Return the fields that a column or a constant has."""
        return (
            frozenset(column.field for column in self.columns if column.field)
            | self.constants.keys()
        )

    def column(self, target: TargetField) -> int | None:
        """Return the first column of a field."""
        return next((at for at, column in enumerate(self.columns) if column.field is target), None)

    def reading(self, target: TargetField, word: str) -> str | None:
        """Return the value that a word is read as; None: it has no reading."""
        key = plain(word)
        readings = (
            reading
            for reading in self.values
            if reading.field is target
            and plain(reading.typed) == key
            and reading.typed != ALL_OTHERS
        )
        return next((reading.value for reading in readings), None)

    def is_synonym(self, word: str, own_kinds: OwnKinds) -> bool:
        """Return whether a word for a post is not its kind's own, and nobody chose its meaning."""
        key = plain(word)
        for reading in self.values:
            if reading.field is TargetField.POST and plain(reading.typed) == key:
                return reading.score < _CHOSEN
        kinds = kinds_called(word, "post", own_kinds)
        return len(kinds) == 1 and not is_own_word(word, kinds[0])

    def with_choices(
        self,
        *,
        fields: Mapping[str, TargetField | None] | None = None,
        dates: Mapping[str, DateOrder] | None = None,
        constants: Mapping[TargetField, str] | None = None,
        values: Sequence[ValueReading] = (),
    ) -> "TableMapping":
        """Return the mapping with a user's choices, by header; a field moves to the chosen column.

        Raises: InvalidNeed: there is no such column.
        """
        places = {plain(column.header): at for at, column in enumerate(self.columns)}
        columns = list(self.columns)
        for header, target in (fields or {}).items():
            at = _place(places, header)
            if target is not None and target not in CHANNELS:
                columns = [
                    replace(column, field=None) if column.field is target else column
                    for column in columns
                ]
            columns[at] = replace(columns[at], field=target, score=_CHOSEN, is_new=False)
        for header, order in (dates or {}).items():
            at = _place(places, header)
            columns[at] = replace(columns[at], dates=order)
        replaced_keys = {(reading.field, plain(reading.typed)) for reading in values}
        readings = [
            reading
            for reading in self.values
            if (reading.field, plain(reading.typed)) not in replaced_keys
        ]
        return replace(
            self,
            columns=tuple(columns),
            constants={**self.constants, **(constants or {})},
            values=(*readings, *values),
        )

    def added_to(self, saved: "TableMapping") -> "TableMapping":
        """Return the mapping with the columns of a saved one that this list does not have."""
        headers = {plain(column.header) for column in self.columns}
        others = (column for column in saved.columns if plain(column.header) not in headers)
        return replace(self, columns=(*self.columns, *others))

    def to_json(self) -> str:
        """Return the mapping as JSON, to be saved by name; scores are left out."""
        body = {
            "version": _VERSION,
            "columns": [
                {
                    "header": column.header,
                    "field": column.field and column.field.value,
                    **({"dates": column.dates.value} if column.dates else {}),
                }
                for column in self.columns
            ],
            "constants": {key.value: self.constants[key] for key in sorted(self.constants)},
            "values": [
                {"field": reading.field.value, "typed": reading.typed, "value": reading.value}
                for reading in self.values
            ],
        }
        return json.dumps(body, ensure_ascii=False, indent=1)

    @classmethod
    def from_json(cls, text: str) -> "TableMapping":
        """Read a saved mapping. Raises: InvalidNeed: the text is not one."""
        try:
            body = cast("dict[str, Any]", json.loads(text))
            if body["version"] != _VERSION:
                raise ValueError
            return cls(
                columns=tuple(
                    ColumnMapping(
                        header=str(column["header"]),
                        field=TargetField(column["field"]) if column["field"] else None,
                        dates=DateOrder(column["dates"]) if column.get("dates") else None,
                    )
                    for column in body["columns"]
                ),
                constants={
                    TargetField(name): str(value) for name, value in body["constants"].items()
                },
                values=tuple(
                    ValueReading(
                        field=TargetField(reading["field"]),
                        typed=str(reading["typed"]),
                        value=str(reading["value"]),
                    )
                    for reading in body["values"]
                ),
            )
        except (ValueError, KeyError, TypeError, AttributeError):
            raise InvalidNeed(
                "mapping", "er ikke en gemt kolonneoversigt", "is no saved mapping"
            ) from None

    def digest(self) -> str:
        """Return the SHA-256 of the mapping as JSON."""
        return hashlib.sha256(self.to_json().encode()).hexdigest()


def _place(places: Mapping[str, int], header: str) -> int:
    try:
        return places[plain(header)]
    except KeyError:
        raise InvalidNeed(
            "column",
            f'der er ingen kolonne "{header}"',
            f'there is no column "{header}"',
        ) from None


def guess(table: SourceTable, register: ImportRegister) -> TableMapping:
    """Guess what the columns of a table mean, from their headers and their contents.

    Each field except contact fields has one column: the one that fits it best.
    """
    columns = range(len(table.headers))
    contents = [_Contents.of(table, at, register) for at in columns]
    ranked = sorted(
        (
            (not contents[at].cells, -score, at, target.code, target)
            for at in columns
            for target, score in _scores(table.headers[at], contents[at]).items()
            if score >= _LEAST
        ),
    )
    matches: dict[int, tuple[TargetField, float]] = {}
    targets: set[TargetField] = set()
    for _is_empty, score, at, _code, target in ranked:
        if at not in matches and (target not in targets or target in CHANNELS):
            matches[at] = target, -score
            targets.add(target)
    if TargetField.POST not in targets:  # a job title that names the post, as in most lists
        for at, (target, score) in matches.items():
            if target is TargetField.TITLE and contents[at].shares[TargetField.POST] >= 0.4:
                matches[at] = TargetField.POST_AND_TITLE, score
    mapped: list[ColumnMapping] = []
    for at in columns:
        target, score = matches.get(at, (None, 0.0))
        order = date_order(contents[at].cells)[0] if target in DATES else None
        mapped.append(
            ColumnMapping(header=table.headers[at], field=target, dates=order, score=round(score))
        )
    return with_readings(TableMapping(columns=tuple(mapped)), table, register)


def for_table(saved: TableMapping, table: SourceTable, register: ImportRegister) -> TableMapping:
    """Return a saved mapping for the columns of this table.

    A column that it does not know is guessed and marked as new; its meaning must be chosen.
    """
    by_header = {plain(column.header): column for column in saved.columns}
    headers = set(map(plain, table.headers))
    missing = tuple(
        column.header
        for name, column in by_header.items()
        if column.field is not None and name not in headers
    )
    known_fields = {by_header[name].field for name in headers & by_header.keys()}
    guessed: Sequence[ColumnMapping] = ()
    if headers - by_header.keys() - {""} and not table.is_correction:
        guessed = guess(table, register).columns
    columns: list[ColumnMapping] = []
    for at, header in enumerate(table.headers):
        saved_column = by_header.get(plain(header))
        if saved_column is not None and header:
            order = saved_column.dates
            if saved_column.field in DATES and order is None:
                order = date_order(row.cells[at] for row in table.rows)[0]
            columns.append(replace(saved_column, header=header, dates=order))
        elif guessed and header:
            column = guessed[at]
            is_taken = column.field in known_fields and column.field not in CHANNELS
            target = None if is_taken else column.field
            columns.append(replace(column, field=target, is_new=bool(table.examples(at, 1))))
        else:
            columns.append(ColumnMapping(header=header, field=None, score=0))
    return with_readings(replace(saved, columns=tuple(columns), missing=missing), table, register)


def with_readings(
    mapping: TableMapping, table: SourceTable, register: ImportRegister
) -> TableMapping:
    """Add readings of words that nearly match a kind or an authority."""
    new_readings: list[ValueReading] = []
    for target, word, _ in listed_words(mapping, table, register.own_kinds):
        if mapping.reading(target, word) is not None:
            continue
        if any(plain(new.typed) == plain(word) for new in new_readings if new.field is target):
            continue
        reading = _nearly(target, word, register)
        if reading is not None:
            new_readings.append(reading)
    return replace(mapping, values=(*mapping.values, *new_readings))


def listed_words(
    mapping: TableMapping, table: SourceTable, own_kinds: OwnKinds
) -> Iterator[tuple[TargetField, str, int]]:
    """Yield the words of a list for kinds and authorities, with their field and number of rows."""
    for at, column in enumerate(mapping.columns):
        if column.field is not None and column.field in _READ_AS:
            for cell, count in Counter(row.cells[at] for row in table.rows).items():
                for target, word in words_of(column.field, cell, own_kinds):
                    yield target, word, count


def words_of(
    field: TargetField, cell: str, own_kinds: OwnKinds
) -> Iterator[tuple[TargetField, str]]:
    """Yield the words of one cell, with the field of their readings."""
    target = _READ_AS.get(field)
    if target is not None:
        parts = network_words(cell, own_kinds) if target is TargetField.NETWORK else (cell,)
        yield from ((target, part) for part in parts if part)


def network_words(text: str, own_kinds: OwnKinds) -> tuple[str, ...]:
    """Return the networks that a cell lists; the name of a kind is one, whatever is in it."""
    if kinds_called(text, "network", own_kinds):
        return (text,)
    parts = re.split(r"\s*(?:[,;/+&\n]|\bog\b|\band\b)\s*", text)
    return tuple(part for part in parts if part)


def _nearly(target: TargetField, word: str, register: ImportRegister) -> ValueReading | None:
    if target is TargetField.AUTHORITY:
        if plain(word) in register.authorities:
            return None
        near = register.near(word, 2)
        if not near or not _is_sure([score for _, score in near]):
            return None
        return ValueReading(field=target, typed=word, value=near[0][0], score=round(near[0][1]))
    section = "post" if target is TargetField.POST else "network"
    if target is TargetField.NETWORK and plain(word) in register.network_names:
        return None
    kinds = kinds_of(word, section, register.own_kinds)
    if not kinds or kinds[0].score == 100 or not _is_sure([kind.score for kind in kinds]):
        return None
    score = min(round(kinds[0].score), _CHOSEN - 1)
    return ValueReading(field=target, typed=word, value=kinds[0].id, score=score)


def _is_sure(scores: Sequence[float]) -> bool:
    return scores[0] >= ACCEPTED and (len(scores) < 2 or scores[0] - scores[1] >= _MARGIN)


def mapping_faults(mapping: TableMapping, table: SourceTable) -> tuple[ImportFault, ...]:
    """Return what must be chosen before rows are read: missing fields, new columns, date orders.

    The order of day and month is never guessed.
    """
    faults, has = FaultList(table.file, table.sheet), mapping.fields()
    if has.isdisjoint({TargetField.AUTHORITY, TargetField.AUTHORITY_CODE}):
        faults.add(
            ImportRule.MISSING_COLUMN, table.header_line, header=TargetField.AUTHORITY.label_en
        )
    if has.isdisjoint({TargetField.POST, TargetField.POST_AND_TITLE}):
        faults.add(ImportRule.MISSING_COLUMN, table.header_line, header=TargetField.POST.label_en)
    for at, column in enumerate(mapping.columns):
        if column.is_new:
            faults.add(ImportRule.NEW_COLUMN, table.header_line, at, column.header)
        if column.field in DATES and column.dates is None:
            cells = [row.cells[at] for row in table.rows]
            if date_order(cells)[1]:
                faults.add(
                    ImportRule.DATE_ORDER, table.header_line, at, column.header,
                    [order.value.lower() for order in DateOrder],
                )  # fmt: skip
    return tuple(faults.entries)


# ---- contents


@dataclass(frozen=True, slots=True)
class _Contents:
    """The distinct cells of a column, and by field the share of them that fit it."""

    cells: tuple[str, ...]
    shares: Mapping[TargetField, float]

    @classmethod
    def of(cls, table: SourceTable, at: int, register: ImportRegister) -> "_Contents":
        distinct_cells: dict[str, None] = {}
        for row in table.rows:
            if row.cells[at]:
                distinct_cells.setdefault(row.cells[at])
            if len(distinct_cells) == _CELLS:
                break
        cells = tuple(distinct_cells)

        def share(is_so: Callable[[str], bool]) -> float:
            return sum(map(is_so, cells)) / len(cells) if cells else 0

        dates = share(is_date)
        phones = share(lambda cell: "@" not in cell and is_contact(cell))
        mails = share(lambda cell: "@" in cell and is_contact(cell))
        authorities = share(
            lambda cell: not cell.isdecimal() and plain(cell) in register.authorities
        )
        kinds = share(lambda cell: _is_kind(cell, "post", register.own_kinds))
        shares = {
            TargetField.EMAIL: mails,
            TargetField.SECURE_EMAIL: mails,
            TargetField.PHONE: phones,
            TargetField.MOBILE: phones,
            TargetField.CONTACT: share(is_contact),
            TargetField.AUTHORITY: authorities,
            TargetField.AUTHORITY_CODE: share(
                lambda cell: (
                    cell.isdecimal()
                    and len(cell) in (3, 4)
                    and cell.lstrip("0") in register.authorities
                )
            ),
            TargetField.POST: kinds,
            TargetField.NETWORK: share(lambda cell: _is_kind(cell, "network", register.own_kinds)),
            TargetField.NAME: share(lambda cell: bool(_NAME.fullmatch(cell)) and cell[:1].isupper())
            - authorities
            - kinds,
            TargetField.DEPUTY: share(lambda cell: not is_contact(cell)),
            TargetField.HOURS: share(lambda cell: _reads(hours_of, cell)),
            TargetField.LANGUAGES: share(lambda cell: _reads(languages_of, cell)),
            TargetField.ENTRY_POINT: share(lambda cell: _reads(order_of, cell)),
            TargetField.ACTIVE: share(lambda cell: _reads(is_active, cell)),
            **dict.fromkeys(DATES, dates),
        }
        return cls(cells, shares)


_READ_AS: Final = {
    TargetField.POST: TargetField.POST, TargetField.POST_AND_TITLE: TargetField.POST,
    TargetField.NETWORK: TargetField.NETWORK, TargetField.AUTHORITY: TargetField.AUTHORITY,
}  # fmt: skip
"""The field of the readings of each field whose cells are words for a kind or an authority."""
_STRICT: Final = frozenset(
    {
        TargetField.EMAIL, TargetField.SECURE_EMAIL, TargetField.PHONE, TargetField.MOBILE,
        TargetField.CONTACT, TargetField.AUTHORITY_CODE, TargetField.HOURS, TargetField.LANGUAGES,
        TargetField.ENTRY_POINT, TargetField.DEPUTY, *DATES,
    }
)  # fmt: skip
"""Fields with a fixed cell format: a column of other cells is none of them."""
_BY_CONTENT: Final = (
    TargetField.EMAIL, TargetField.PHONE, TargetField.CONTACT, TargetField.AUTHORITY,
    TargetField.POST, TargetField.NETWORK, TargetField.NAME,
)  # fmt: skip
"""Fields that are recognized by their cells alone; a phone only under a header that allows it."""


def _scores(header: str, contents: _Contents) -> dict[TargetField, float]:
    """How well a column fits each field, 0 to 100; fields that its header excludes are left out."""
    excluded = excluded_fields(plain(header))
    by_header: Mapping[TargetField | None, float] = header_scores(header) if header else {}
    ignored = by_header.get(None, 0)
    best = max((score for target, score in by_header.items() if target), default=0)
    if ignored >= _KNOWN_SCORE and ignored >= best:
        return {}
    scores: dict[TargetField, float] = {}
    for target, score in by_header.items():
        if target is None or score < _KNOWN_SCORE or target in excluded:
            continue
        share = contents.shares.get(target)
        if share is None or not contents.cells:
            scores[target] = 0.7 * score + 15
        elif target in _STRICT and share < 0.2:
            scores[target] = 0.4 * score
        elif target is TargetField.ACTIVE and share < 1:  # another kind of status
            continue
        else:
            scores[target] = 0.7 * score + 30 * share
    for target in _BY_CONTENT:
        share = contents.shares[target]
        if target in excluded:
            continue
        if target is TargetField.PHONE and not may_be_phone(plain(header)):
            continue
        if target is TargetField.CONTACT and any(
            contents.shares[channel] >= 0.8 for channel in (TargetField.PHONE, TargetField.EMAIL)
        ):
            continue
        if share >= 0.8 and best < 95 and target not in scores:
            scores[target] = 40 + 20 * share
        elif share >= 0.8 and target not in scores and scores and max(scores.values()) < _LEAST:
            scores[target] = 40 + 20 * share  # the header contradicts the cells
    return scores


def _is_kind(cell: str, section: str, own_kinds: OwnKinds) -> bool:
    if len(cell) > 80 or "@" in cell:
        return False
    parts = network_words(cell, own_kinds) if section == "network" else (cell,)
    return bool(parts) and all(
        (kinds := kinds_of(part, section, own_kinds)) and kinds[0].score >= ACCEPTED
        for part in parts
    )


def _reads(read: Callable[[str], object], cell: str) -> bool:
    try:
        read(cell)
    except ValueFault:
        return False
    return True
