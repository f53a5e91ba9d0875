"""Base of the readers of all formats: values with paths, periods, contacts, and unread keys.

Every text that is read passes the content filter here, since a file with forbidden content is
refused as a whole.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from datetime import date, datetime, time, timedelta
from enum import Enum
from typing import Any, Final, cast
from zoneinfo import ZoneInfo

from graph.errors import RefusedContent
from graph.exchange.imports.contacts import ContactFault, mail_of, phone_of
from graph.exchange.imports.faults import FaultList, ImportRule
from graph.exchange.imports.records.json_text import key_path, text_for_filter
from graph.exchange.imports.records.source_records import (
    RecordNote,
    SourcePerson,
    SourceSeat,
    SourceUnit,
)
from graph.exchange.imports.values import ValueFault, languages_of
from graph.exchange.imports.words import plain
from graph.model.base import MAX_TEXT
from graph.model.content_filter import normalize_text, refuse_content
from graph.vocabulary import Channel, Rule

JsonObject = dict[str, Any]
DAY: Final = timedelta(days=1)
_COPENHAGEN: Final = ZoneInfo("Europe/Copenhagen")
_ENDLESS: Final = ("infinity", "-infinity", "")
_PARTIAL: Final = re.compile(r"(\d{4})(?:-(\d{2}))?")
_LAST_YEAR: Final = 9999
_PRIVATE: Final = frozenset({"privat", "private", "hjemme", "home", "hjem", "bopael", "personlig"})
_MOBILE: Final = frozenset({"mobil", "mobile", "cell", "mob", "mobiltelefon", "sms"})
MOST_ID: Final = 100


class EndMeaning(Enum):
    """The meaning of the end of a period: the last day, or the day after."""

    LAST_DAY = "last-day"
    DAY_AFTER = "day-after"


class RecordReader:
    """Reads values from a document; faults are collected, and unread keys are counted.

    A reader of a format adds its records to `units`, `seats` and `persons`.
    """

    def __init__(self, faults: FaultList, on: date) -> None:
        self.faults, self.on = faults, on
        self.units: dict[str, SourceUnit] = {}
        self.seats: list[SourceSeat] = []
        self.persons: dict[str, SourcePerson] = {}
        self.notes: Counter[RecordNote] = Counter()
        self.unread: Counter[str] = Counter()
        self._number = 0

    def number(self) -> int:
        """Return the number of the next record, from 1."""
        self._number += 1
        return self._number

    # ---- values

    def objects(self, value: object, path: str) -> Iterator[tuple[JsonObject, str]]:
        """Yield the objects of a list, or the one object, with their paths; None has none."""
        if value is None:
            return
        if isinstance(value, dict):
            yield cast("JsonObject", value), path
        elif isinstance(value, list):
            for at, member in enumerate(cast("list[object]", value)):
                yield from self.objects(member, f"{path}[{at}]")
        else:
            self.faults.add(ImportRule.UNEXPECTED_VALUE, path=path)

    def first(self, value: object, path: str) -> JsonObject:
        """Return the first object of a list, or the one object; an empty one if there is none."""
        none: JsonObject = {}
        return next((member for member, _ in self.objects(value, path)), none)

    def text(
        self, record: Mapping[str, Any], key: str, path: str, *, about_person: bool = False
    ) -> str | None:
        """Return a text, normalized; None if it is missing or empty."""
        value, inner = record.get(key), key_path(path, key)
        if isinstance(value, int) and not isinstance(value, bool):
            value = str(value)
        if value is None:
            return None
        if not isinstance(value, str):
            self.faults.add(ImportRule.UNEXPECTED_VALUE, path=inner)
            return None
        text = normalize_text(value)
        try:
            refuse_content("", text_for_filter(key, text), about_person=about_person)
        except RefusedContent as error:
            self.faults.add(error.rule, path=inner)
        return text or None

    def name(
        self, record: Mapping[str, Any], key: str, path: str, *, about_person: bool = False
    ) -> str | None:
        """Return a text that is short enough to be stored."""
        text = self.text(record, key, path, about_person=about_person)
        if text is not None and len(text) > MAX_TEXT:
            self.faults.add(Rule.TOO_LONG, path=key_path(path, key))
            return None
        return text

    def id(self, record: Mapping[str, Any], key: str, path: str) -> str | None:
        """Return an id at the source."""
        text = self.text(record, key, path)
        if text is not None and (len(text) > MOST_ID or "@" in text):
            self.faults.add(Rule.BAD_FORMAT, path=key_path(path, key))
            return None
        return text

    def required_id(self, record: Mapping[str, Any], key: str, path: str) -> str | None:
        """Return an id; a missing id is a fault, since the next file could not be compared."""
        record_id = self.id(record, key, path)
        if record_id is None:
            self.faults.add(ImportRule.MISSING_ID, path=path)
        return record_id

    # ---- periods

    def start(self, record: Mapping[str, Any], key: str, path: str) -> date | None:
        """Return the first day of a period; a year or month begins on its first day."""
        text = self._date_text(record, key, path)
        if text is None:
            return None
        if match := _PARTIAL.fullmatch(text):
            return self._day(f"{match[1]}-{match[2] or '01'}-01", key_path(path, key))
        return self._day(text, key_path(path, key))

    def end(
        self, record: Mapping[str, Any], key: str, path: str, ends: EndMeaning = EndMeaning.LAST_DAY
    ) -> date | None:
        """Return the half-open end of a period; a year or month ends on its last day."""
        text = self._date_text(record, key, path)
        if text is None:
            return None
        inner = key_path(path, key)
        if match := _PARTIAL.fullmatch(text):
            year, month = int(match[1]), int(match[2] or "12")
            if month == 12:
                year, month = year + 1, 0
            return self._day(f"{year:04}-{month + 1:02}-01", inner)
        day = self._day(text, inner)
        if day is None or (ends is EndMeaning.DAY_AFTER and self._is_midnight(text)):
            return day
        return day + DAY

    def checked_on(self, record: Mapping[str, Any], key: str, path: str) -> date | None:
        """Return the date of a check; one later than the date of the import is a fault."""
        day = self.start(record, key, path)
        if day is not None and day > self.on:
            self.faults.add(ImportRule.CHECK_AHEAD, path=key_path(path, key))
            return None
        return day

    def _date_text(self, record: Mapping[str, Any], key: str, path: str) -> str | None:
        text = self.text(record, key, path)
        if text is None or text.casefold() in _ENDLESS or text.startswith(str(_LAST_YEAR)):
            return None
        return text

    def _day(self, text: str, path: str) -> date | None:
        try:
            if len(text) == len("2026-01-01"):
                return date.fromisoformat(text)
            moment = datetime.fromisoformat(text)
            if moment.tzinfo is not None:
                moment = moment.astimezone(_COPENHAGEN)
            return moment.date()
        except (ValueError, OverflowError):
            self.faults.add(ImportRule.BAD_DATE, path=path)
            return None

    @staticmethod
    def _is_midnight(text: str) -> bool:
        if len(text) == len("2026-01-01"):
            return False  # a day without a time includes the whole day
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is not None:
            moment = moment.astimezone(_COPENHAGEN)
        return moment.time() == time()

    def is_past(self, valid_to: date | None) -> bool:
        """Return whether a period has ended before the date of the import, and count it if so."""
        if valid_to is None or self.on < valid_to:
            return False
        self.notes[RecordNote.PAST] += 1
        return True

    def check_period(self, start: date | None, end: date | None, path: str) -> None:
        """Add a fault if a period is empty or reversed."""
        if start is not None and end is not None and start >= end:
            self.faults.add(Rule.FROM_AFTER_TO, path=path)

    # ---- contacts and languages

    def contact(
        self, channel: Channel, value: str | None, sort: str = ""
    ) -> list[tuple[Channel, str]]:
        """Return a contact value in the form of the register, or nothing.

        `sort` is the source's word for it: a private one is skipped, a mobile one recognized.
        """
        if value is None:
            return []
        words = set(plain(sort).split())
        if words & _PRIVATE:
            self.notes[RecordNote.SECRET_ADDRESSES] += 1
            return []
        if channel is Channel.PHONE and words & _MOBILE:
            channel = Channel.MOBILE
        try:
            if channel in (Channel.PHONE, Channel.MOBILE):
                text = value.strip('" ').removeprefix("tel:").partition(";")[0]
                return [(channel, phone_of(text))]
            if channel is Channel.EMAIL:
                return [(channel, mail_of(value))]
        except ContactFault:
            self.notes[RecordNote.BAD_CONTACTS] += 1
            return []
        return [(channel, value)] if len(value) <= MAX_TEXT else []

    def languages(self, words: Collection[str]) -> frozenset[str]:
        """Return the codes of languages; an unknown one is not read."""
        codes: set[str] = set()
        for word in words:
            try:
                codes |= languages_of(word)
            except ValueFault:
                self.notes[RecordNote.UNREAD_KEYS] += 1
        return frozenset(codes)

    # ---- what is not read

    def read(self, document: Any) -> None:
        """Read a whole document. Raises: FileRefused: it is not of the format."""
        raise NotImplementedError

    def leave(self, record: Mapping[str, Any], read_keys: Collection[str]) -> None:
        """Count the keys of an object that are not read and have a value."""
        for key, value in record.items():
            if key not in read_keys and value not in (None, "", [], {}):
                self.unread[key_path("", key)] += 1
                self.notes[RecordNote.UNREAD_KEYS] += 1
