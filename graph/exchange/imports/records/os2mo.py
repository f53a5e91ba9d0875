"""Reads answers of OS2mo's GraphQL: units, managers, engagements, associations and addresses.

Source: os2mo's schema.graphql and its migration guide. Until version 28 the end of a validity is
its last day, from version 29 the moment after it: if the file does not prove which, the user
must choose. CPR numbers, birth dates and secret addresses are never read.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime
from itertools import pairwise
from typing import Any, Final, cast

from graph.exchange.imports.faults import FaultList, ImportRule
from graph.exchange.imports.records.json_text import key_path
from graph.exchange.imports.records.record_reader import DAY, EndMeaning, JsonObject, RecordReader
from graph.exchange.imports.records.source_records import (
    Contacts,
    RecordNote,
    SourcePerson,
    SourceSeat,
    SourceUnit,
)
from graph.exchange.imports.words import plain
from graph.vocabulary import Channel

_ROOTS: Final = (
    "org_units", "managers", "engagements", "associations", "employees", "persons", "addresses",
)  # fmt: skip
_SEATS: Final[Mapping[str, tuple[str, ...]]] = {
    "managers": ("manager_type",),
    "engagements": ("job_function",),
    "associations": ("association_type", "job_function"),
}
"""The classes that may name the kind of a post."""
_NOT_READ: Final = frozenset({"classes", "facets", "itsystems", "itusers", "kles", "leaves", "org"})
_STATES: Final = ("validities", "objects")
_CHANNELS: Final[Mapping[str, Channel]] = {
    "EMAIL": Channel.EMAIL, "PHONE": Channel.PHONE, "DAR": Channel.VISIT,
}  # fmt: skip
_VISIBLE_WORDS: Final = frozenset(
    {
        "public", "internal", "external", "offentlig", "intern", "ekstern", "maa vises eksternt",
        "maa vises internt",
    }
)  # fmt: skip
"""Visibilities of addresses that may be read; any other is treated as secret."""
_PERSONAL: Final = frozenset({"nickname", "nickname_given_name", "nickname_surname", "seniority"})
_META: Final = frozenset({"uuid", "type", "validity", "user_key", "__typename"})
_UNIT_READ: Final = _META | {
    "name", "parent", "parent_uuid", "parent_response", "unit_type", "unit_type_response",
    "org_unit_type", "addresses", "kles", *_SEATS,
}  # fmt: skip
_SEAT_READ: Final = _META | {
    "org_unit", "org_unit_uuid", "org_unit_response", "person", "employee", "employee_uuid",
    "person_response", "employee_response", "manager_type", "manager_type_response",
    "job_function", "job_function_response", "association_type", "association_type_response",
    "substitute", "substitute_uuid", "substitute_response", "addresses",
}  # fmt: skip
_PERSON_READ: Final = _META | {"name", "given_name", "givenname", "surname", "addresses", *_SEATS}


def is_os2mo(document: Any) -> bool:
    """Return whether a document is an answer of OS2mo, or a list of them."""
    return any(True for _ in _answers(document, ""))


def _answers(document: Any, path: str) -> Iterator[tuple[JsonObject, str]]:
    """The data of each answer."""
    if isinstance(document, list):
        for at, member in enumerate(cast("list[Any]", document)):
            yield from _answers(member, f"{path}[{at}]")
    elif isinstance(document, dict):
        answer = cast("JsonObject", document)
        roots = _ROOTS[:-2]  # persons and addresses may be another format's
        if isinstance(answer.get("data"), dict):
            answer, path, roots = answer["data"], key_path(path, "data"), _ROOTS
        if any(name in answer for name in roots):
            yield answer, path


class Os2moReader(RecordReader):
    """Reads one answer, or the pages of one; `ends` is the meaning of end dates, if known."""

    def __init__(self, faults: FaultList, on: date, ends: EndMeaning | None = None) -> None:
        super().__init__(faults, on)
        self._ends = ends or EndMeaning.LAST_DAY
        self._is_told = ends is not None
        self._end_meanings: set[EndMeaning] = set()
        self._unproved: str | None = None
        self._seats_by_key: dict[tuple[str, str | None, str, str], SourceSeat] = {}

    def read(self, document: Any) -> None:
        """Read an answer. Raises: FileRefused: it is not one, or contains errors of the source."""
        answers = list(_answers(document, ""))
        if not answers:
            raise self.faults.refuse(ImportRule.OTHER_FORMAT)
        for answer, path in self.objects(document, ""):
            if answer.get("errors"):
                raise self.faults.refuse(
                    ImportRule.ANSWER_WITH_ERRORS, path=key_path(path, "errors")
                )
        if not self._is_told:
            self._prove_ends(document, "")
            if len(self._end_meanings) == 1:
                self._ends = next(iter(self._end_meanings))
            elif self._end_meanings or self._unproved is not None:
                self.faults.add(
                    ImportRule.ENDS_UNCLEAR, path=self._unproved,
                    proposals=[ends.value for ends in EndMeaning],
                )  # fmt: skip
        for data, path in answers:
            self.leave(data, {*_ROOTS, *_NOT_READ})
            self.notes[RecordNote.TASKS] += len(list(self._rows(data.get("kles"), "")))
            for name in ("employees", "persons"):
                for person, inner in self._rows(data.get(name), key_path(path, name)):
                    self._person(person, inner)
            for unit, inner in self._rows(data.get("org_units"), key_path(path, "org_units")):
                self._unit(unit, inner)
            for name in _SEATS:
                for seat, inner in self._rows(data.get(name), key_path(path, name)):
                    self._seat(name, seat, inner)
            for address, inner in self._rows(data.get("addresses"), key_path(path, "addresses")):
                self._address(address, inner)
        self.seats += self._seats_by_key.values()

    # ---- the end of a validity

    def _prove_ends(self, value: Any, path: str) -> None:
        """Compare the end of each validity with the start of the next of the same object."""
        if isinstance(value, list):
            for at, member in enumerate(cast("list[Any]", value)):
                self._prove_ends(member, f"{path}[{at}]")
        elif isinstance(value, dict):
            for key, child in cast("JsonObject", value).items():
                inner = key_path(path, key)
                if key in _STATES and isinstance(child, list):
                    self._compare(cast("list[Any]", child))
                if key == "validity" and isinstance(child, dict):
                    end = cast("JsonObject", child).get("to")
                    if isinstance(end, str) and len(end) > len("2026-01-01"):
                        self._unproved = self._unproved or key_path(inner, "to")
                else:
                    self._prove_ends(child, inner)

    def _compare(self, states: list[Any]) -> None:
        periods: list[tuple[datetime, datetime | None]] = []
        for state in states:
            record = cast("JsonObject", state) if isinstance(state, dict) else {}
            validity = record.get("validity")
            if isinstance(validity, dict):
                spans = cast("JsonObject", validity)
                start, end = _moment(spans.get("from")), _moment(spans.get("to"))
                if start is not None:
                    periods.append((start, end))
        periods.sort(key=lambda period: period[0])
        for (_, end), (start, _) in pairwise(periods):
            if end is not None and end == start:
                self._end_meanings.add(EndMeaning.DAY_AFTER)
            elif end is not None and end.date() + DAY == start.date():
                self._end_meanings.add(EndMeaning.LAST_DAY)

    def _period(self, state: JsonObject, path: str) -> tuple[date | None, date | None]:
        validity, inner = state.get("validity"), key_path(path, "validity")
        if not isinstance(validity, dict):
            return None, None
        span = cast("JsonObject", validity)
        start, end = self.start(span, "from", inner), self.end(span, "to", inner, self._ends)
        self.check_period(start, end, inner)
        return start, end

    # ---- objects

    def _rows(self, value: object, path: str) -> Iterator[tuple[JsonObject, str]]:
        """The objects of a collection, whether it has pages or is a plain list."""
        collection = cast("JsonObject", value) if isinstance(value, dict) else {}
        if "objects" in collection and "uuid" not in collection:
            yield from self.objects(collection["objects"], key_path(path, "objects"))
        else:
            yield from self.objects(cast("object", value), path)

    def _states(self, record: JsonObject, path: str) -> Iterator[tuple[JsonObject, str]]:
        """Yield the states of an object over time, each with the object's id."""
        uuid = {"uuid": record["uuid"]} if record.get("uuid") else {}
        for name in _STATES:
            if isinstance(record.get(name), list):
                for state, inner in self.objects(record[name], key_path(path, name)):
                    yield {**uuid, **state}, inner
                return
        if "current" in record:
            for state, inner in self.objects(record["current"], key_path(path, "current")):
                yield {**uuid, **state}, inner
            return
        yield record, path

    def _unit(self, unit: JsonObject, path: str) -> str | None:
        best: tuple[tuple[bool, date], JsonObject, str] | None = None
        first: list[date | None] = []
        last: list[date | None] = []
        contacts: dict[tuple[Channel, str], None] = {}
        unit_id: str | None = None
        for state, inner in self._states(unit, path):
            unit_id = self.required_id(state, "uuid", inner)
            if unit_id is None:
                return None
            start, end = self._period(state, inner)
            first.append(start)
            last.append(end)
            is_ended = end is not None and end <= self.on
            rank = is_ended, end or date.max if is_ended else start or date.min
            if best is None or rank < best[0]:
                best = rank, state, inner
            for name in _SEATS:
                for seat, place in self._rows(state.get(name), key_path(inner, name)):
                    self._seat(name, seat, place, unit=unit_id)
            if not is_ended:
                contacts |= dict.fromkeys(self._addresses(state, inner, of_person=False))
        if best is None or unit_id is None:
            return unit_id
        _, state, inner = best
        name = self.name(state, "name", inner)
        if name is None:
            self.faults.add(ImportRule.UNEXPECTED_VALUE, path=key_path(inner, "name"))
            return unit_id
        self.leave(state, _UNIT_READ)
        self.notes[RecordNote.TASKS] += len(list(self._rows(state.get("kles"), "")))
        existing = self.units.get(unit_id)
        self.units[unit_id] = SourceUnit(
            number=existing.number if existing else self.number(),
            path=inner,
            id=unit_id,
            name=name,
            type=self._class(state, inner, ("unit_type", "org_unit_type")) or "",
            parent=self._reference(state, inner, ("parent",)),
            valid_from=None if None in first else min(filter(None, first)),
            valid_to=None if None in last else max(filter(None, last)),
            contacts=(*(existing.contacts if existing else ()), *contacts),
        )
        return unit_id

    def _person(self, person: JsonObject, path: str) -> str | None:
        person_id: str | None = None
        for state, inner in self._states(person, path):
            person_id = self.id(state, "uuid", inner)
            if person_id is None:
                self.faults.add(ImportRule.MISSING_ID, path=inner)
                return None
            for name in _SEATS:
                for seat, place in self._rows(state.get(name), key_path(inner, name)):
                    self._seat(name, seat, place, person=person_id)
            parts = [
                self.name(state, key, inner, about_person=True)
                for key in ("given_name", "givenname", "surname")
            ]
            name = " ".join(part for part in parts if part)
            name = self.name(state, "name", inner, about_person=True) or name
            _, end = self._period(state, inner)
            if not name or (end is not None and end <= self.on and person_id in self.persons):
                continue
            self.notes[RecordNote.PERSONAL_KEYS] += sum(bool(state.get(key)) for key in _PERSONAL)
            self.leave(state, _PERSON_READ | _PERSONAL)
            existing = self.persons.get(person_id)
            contacts = (*(existing.contacts if existing else ()), *self._addresses(state, inner))
            self.persons[person_id] = SourcePerson(
                path=inner, id=person_id, name=name, contacts=tuple(dict.fromkeys(contacts))
            )
        return person_id

    def _seat(
        self,
        sort: str,
        record: JsonObject,
        path: str,
        *,
        unit: str | None = None,
        person: str | None = None,
    ) -> None:
        """A manager, engagement or association; a manager without an employee is vacant."""
        for state, inner in self._states(record, path):
            seat_id = self.required_id(state, "uuid", inner)
            if seat_id is None:
                return
            start, end = self._period(state, inner)
            if self.is_past(end):
                continue
            at = self._reference(state, inner, ("org_unit",)) or unit
            holder = self._reference(state, inner, ("person", "employee")) or person
            substitute = self._reference(state, inner, ("substitute",))
            if at is None:
                self.faults.add(ImportRule.MISSING_RECORD, path=inner)
                continue
            word = self._class(state, inner, _SEATS[sort]) or ""
            self.leave(state, _SEAT_READ)
            key = seat_id, holder, at, word
            existing = self._seats_by_key.get(key)
            if (
                existing is not None
                and existing.valid_to is not None
                and existing.valid_to != start
            ):
                self.notes[RecordNote.PAST] += 1  # a later period of the same seat
                continue
            seat = SourceSeat(
                number=self.number(),
                path=inner,
                unit=at,
                words=(word,) if word else (),
                post_id=seat_id,
                person=holder,
                title=word or None,
                deputies=(substitute,) if substitute else (),
                valid_from=start,
                valid_to=end,
                contacts=self._addresses(state, inner, of_person=holder is not None),
            )
            if existing is not None:
                seat = replace(seat, number=existing.number, valid_from=existing.valid_from)
            self._seats_by_key[key] = seat

    def _reference(self, state: JsonObject, path: str, names: tuple[str, ...]) -> str | None:
        """The id of another object, in any of its forms; an embedded object is read too."""
        for name in names:
            for key in (name, f"{name}_response"):
                reference = self.first(state.get(key), key_path(path, key))
                if reference:
                    read = {"org_unit": self._unit, "parent": self._unit}.get(name, self._person)
                    inner = key_path(path, key)
                    is_known = str(reference.get("uuid")) in self.units  # described fully elsewhere
                    if not is_known and any(
                        part in reference for part in ("name", "current", "given_name")
                    ):
                        return read(reference, inner)
                    return self.required_id(reference, "uuid", inner)
            uuid = self.id(state, f"{name}_uuid", path)
            if uuid is not None:
                return uuid
        return None

    def _class(self, state: JsonObject, path: str, names: tuple[str, ...]) -> str | None:
        """The word of a class."""
        for name in names:
            for key in (name, f"{name}_response"):
                inner = key_path(path, key)
                record = self.first(state.get(key), inner)
                record = self.first(record.get("current"), key_path(inner, "current")) or record
                for word in ("name", "full_name", "user_key"):
                    # It may become a title.
                    text = self.name(record, word, inner, about_person=True)
                    if text is not None:
                        return text
        return None

    # ---- addresses

    def _addresses(self, state: JsonObject, path: str, *, of_person: bool = True) -> Contacts:
        contacts: list[tuple[Channel, str]] = []
        for record, inner in self._rows(state.get("addresses"), key_path(path, "addresses")):
            for address, place in self._states(record, inner):
                contacts += self._contact(address, place, of_person=of_person)
        return tuple(dict.fromkeys(contacts))

    def _address(self, address: JsonObject, path: str) -> None:
        """Add a top-level address to its person or unit."""
        for state, inner in self._states(address, path):
            person = self._reference(state, inner, ("person", "employee"))
            unit = self._reference(state, inner, ("org_unit",))
            contacts = self._contact(state, inner, of_person=person is not None)
            if person in self.persons:
                source_person = self.persons[person]
                all_contacts = tuple(dict.fromkeys((*source_person.contacts, *contacts)))
                self.persons[person] = replace(source_person, contacts=all_contacts)
            elif unit in self.units:
                owner = self.units[unit]
                all_contacts = tuple(dict.fromkeys((*owner.contacts, *contacts)))
                self.units[unit] = replace(owner, contacts=all_contacts)

    def _contact(
        self, state: JsonObject, path: str, *, of_person: bool
    ) -> list[tuple[Channel, str]]:
        _, end = self._period(state, path)
        if self.is_past(end):
            return []
        inner = key_path(path, "address_type")
        sort = self.first(state.get("address_type"), inner)
        scope = self.text(sort, "scope", inner) or ""
        channel = _CHANNELS.get(scope.upper())
        if channel is None:
            self.notes[RecordNote.OTHER_CHANNELS] += 1
            return []
        if self._is_secret(state, path) or (of_person and channel is Channel.VISIT):
            self.notes[RecordNote.SECRET_ADDRESSES] += 1
            return []
        keys = ("name", "value") if channel is Channel.VISIT else ("value", "name")
        value = next((text for key in keys if (text := self.text(state, key, path))), None)
        words = [self.text(sort, key, inner) or "" for key in ("name", "user_key")]
        return self.contact(channel, value, " ".join(words))

    def _is_secret(self, state: JsonObject, path: str) -> bool:
        """Whether an address may not be read; one without a visibility key may not."""
        if "visibility" not in state and "visibility_uuid" not in state:
            return True
        inner = key_path(path, "visibility")
        if not state.get("visibility"):
            return bool(state.get("visibility_uuid"))
        visibility = self.first(state["visibility"], inner)
        words = [self.text(visibility, key, inner) or "" for key in ("scope", "name", "user_key")]
        return not any(plain(word) in _VISIBLE_WORDS for word in words) or any(
            plain(word) in ("secret", "hemmelig") for word in words
        )


def _moment(text: object) -> datetime | None:
    try:
        return datetime.fromisoformat(text).replace(tzinfo=None) if isinstance(text, str) else None
    except ValueError:
        return None
