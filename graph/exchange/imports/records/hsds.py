"""Reads HSDS 3: tables as CSV in a folder or zip, tables as JSON, or nested objects of its API.

Source: openreferral/specification 3.0, `schema/compiled`. An organization becomes an authority or
an association, a service a post, a contact with a name its holder. Programs are networks, and are
not imported. End dates are the last day.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Final, cast

from graph.exchange.imports.faults import FaultList, ImportRule
from graph.exchange.imports.records.json_text import key_path
from graph.exchange.imports.records.record_reader import JsonObject, RecordReader
from graph.exchange.imports.records.source_records import (
    Contacts,
    RecordNote,
    SourcePerson,
    SourceSeat,
    SourceUnit,
)
from graph.model.opening_hours import DAYS, is_hours
from graph.vocabulary import Channel

_TABLES: Final[Mapping[str, str]] = {
    "organization": "organizations", "service": "services", "contact": "contacts",
    "phone": "phones", "schedule": "schedules", "language": "languages", "location": "locations",
    "address": "addresses", "program": "programs", "service_area": "service_areas",
    "service_at_location": "service_at_locations", "attribute": "attributes",
    "organization_identifier": "organization_identifiers", "funding": "funding",
    "cost_option": "cost_options", "required_document": "required_documents",
    "accessibility": "accessibility", "taxonomy": "taxonomies",
    "taxonomy_term": "taxonomy_terms", "metadata": "metadata",
    "meta_table_description": "meta_table_descriptions", "unit": "units", "url": "urls",
}  # fmt: skip
_PLURALS: Final = {name: name for name in _TABLES.values()} | dict(_TABLES)
_NOT_READ: Final = frozenset(
    {
        "attributes", "organization_identifiers", "funding", "cost_options", "required_documents",
        "accessibility", "taxonomies", "taxonomy_terms", "metadata", "meta_table_descriptions",
        "units", "urls", "service_at_locations",
    }
)  # fmt: skip
_OWNED: Final = ("organization", "service", "location", "contact")
_OTHERS: Final = frozenset({"persons", "posts", "memberships"})
"""Lists of Popolo, which has organizations too."""
_PAST_STATUSES: Final = frozenset({"inactive", "defunct"})
_FAX: Final = frozenset({"fax", "pager", "textphone", "video", "tty"})
_WORD: Final = 80  # characters of a description that may be the kind of a post
_READ_KEYS: Final[Mapping[str, frozenset[str]]] = {
    "organizations": frozenset(
        {"id", "name", "description", "email", "legal_status", "parent_organization_id"}
    ),
    "services": frozenset(
        {"id", "organization_id", "program_id", "name", "description", "email", "status",
         "assured_date"}
    ),
    "contacts": frozenset(
        {"id", "organization_id", "service_id", "service_at_location_id", "location_id", "name",
         "title", "email"}
    ),
    "phones": frozenset(
        {"id", "organization_id", "service_id", "location_id", "contact_id", "number", "type",
         "service_at_location_id"}
    ),
    "schedules": frozenset(
        {"id", "service_id", "location_id", "valid_from", "valid_to", "dtstart", "until", "freq",
         "byday", "wkst", "opens_at", "closes_at", "interval", "service_at_location_id"}
    ),
    "languages": frozenset({"id", "service_id", "location_id", "phone_id", "name", "code"}),
}  # fmt: skip

_NOT_EVERY_WEEK: Final = ("count", "byweekno", "bymonthday", "byyearday")
"""Keys of a schedule that leave out some weeks."""
Row = tuple[JsonObject, str]


def is_hsds(document: Any) -> bool:
    """Return whether a document is HSDS: tables, a page of its API, or an object of it."""
    if not isinstance(document, dict):
        return False
    content = cast("JsonObject", document)
    if _OTHERS & content.keys():
        return False
    tables = [name for name in content if _table_of(name) and isinstance(content[name], list)]
    if "id" not in content and {_table_of(name) for name in tables} & {"organizations", "services"}:
        return True
    return bool(_kind_of(content)) or isinstance(content.get("contents"), list)


def _table_of(name: str) -> str | None:
    return _PLURALS.get(name.removesuffix(".csv").removesuffix(".json").casefold())


def _kind_of(record: Mapping[str, Any]) -> str | None:
    """The table of a nested object."""
    if "name" not in record or "id" not in record:
        return None
    if {"organization_id", "status", "organization", "schedules"} & record.keys():
        return "services"
    return "organizations" if {"description", "services"} & record.keys() else None


class HsdsReader(RecordReader):
    """Reads one document or the tables of a folder."""

    def __init__(self, faults: FaultList, on: date) -> None:
        super().__init__(faults, on)
        self._rows: defaultdict[str, dict[str, Row]] = defaultdict(dict)

    def read(self, document: Any) -> None:
        """Read a JSON document. Raises: FileRefused: it is not HSDS."""
        if not is_hsds(document):
            raise self.faults.refuse(ImportRule.OTHER_FORMAT)
        content: JsonObject = document
        if "id" in content or "contents" in content:
            for record, path in self.objects(content.get("contents", content), ""):
                kind = _kind_of(record)
                if kind is None:
                    self.faults.add(ImportRule.UNEXPECTED_VALUE, path=path)
                else:
                    self._collect(kind, record, path, {})
        else:
            for name, rows in content.items():
                table = _table_of(name)
                if table is None:
                    if name != "about":
                        self.leave({name: rows}, ())
                    continue
                for record, path in self.objects(rows, name):
                    self._collect(table, record, path, {})
        self._records()

    def read_tables(self, tables: Mapping[str, Sequence[Row]]) -> None:
        """Read the rows of CSV files, by file name.

        Raises: FileRefused: none is a table of organizations or services.
        """
        table_names = {_table_of(name) for name in tables}
        if not table_names & {"organizations", "services"}:
            raise self.faults.refuse(ImportRule.OTHER_FORMAT)
        for name, rows in tables.items():
            table = _table_of(name)
            if table is None:
                self.unread[name] += len(rows)
                self.notes[RecordNote.UNREAD_KEYS] += 1
                continue
            for record, path in rows:
                self._add(table, record, path)
        self._records()

    # ---- tables

    def _collect(self, table: str, record: JsonObject, path: str, owner: Mapping[str, str]) -> None:
        """Add an object and its nested objects, with the ids of their enclosing objects."""
        own: JsonObject = {**owner, **record}
        record_id = record.get("id")
        single = next(name for name, plural in _TABLES.items() if plural == table)
        inner = dict(owner)
        if isinstance(record_id, str) and single in (*_OWNED, "phone"):
            inner[f"{single}_id"] = record_id
        for key, value in record.items():
            child = _table_of(key)
            if child is None or not isinstance(value, list | dict):
                continue
            own.pop(key)
            for member, place in self.objects(cast("object", value), key_path(path, key)):
                self._collect(child, member, place, inner)
                if key == "organization" and isinstance(member.get("id"), str):
                    own.setdefault("organization_id", member["id"])
        self._add(table, own, path)

    def _add(self, table: str, record: JsonObject, path: str) -> None:
        if table in _NOT_READ:
            self.notes[RecordNote.UNREAD_KEYS] += 1
            self.unread[table] += 1
            return
        record_id = self.required_id(record, "id", path)
        if record_id is None:
            return
        existing = self._rows[table].get(record_id)
        if existing is not None:  # the same object nested in another
            record = {**record, **{key: value for key, value in existing[0].items() if value}}
        self._rows[table][record_id] = record, existing[1] if existing else path

    def _of(self, table: str, key: str, owner: str) -> Iterable[Row]:
        return [row for row in self._rows[table].values() if row[0].get(key) == owner]

    # ---- records

    def _records(self) -> None:
        for table, read_keys in _READ_KEYS.items():
            for record, _ in self._rows[table].values():
                self.leave(record, read_keys)
        self.notes[RecordNote.NETWORKS] += len(self._rows["programs"])
        self.notes[RecordNote.AREAS] += len(self._rows["service_areas"])
        services: dict[str, tuple[tuple[str, ...], str | None, str | None]] = {}
        for record_id, (record, path) in self._rows["organizations"].items():
            self._organization(record_id, record, path)
        for record_id, (record, path) in self._rows["services"].items():
            if str(record.get("status", "")).casefold() in _PAST_STATUSES:
                self.notes[RecordNote.PAST] += 1
                continue
            services[record_id] = self._service(record_id, record, path)
        for record_id, (record, path) in self._rows["contacts"].items():
            self._contact(record_id, record, path, services)

    def _organization(self, organization_id: str, organization: JsonObject, path: str) -> None:
        name = self.name(organization, "name", path)
        if name is None:
            self.faults.add(ImportRule.UNEXPECTED_VALUE, path=key_path(path, "name"))
            return
        description = self.text(organization, "description", path) or ""
        status = self.name(organization, "legal_status", path)
        self.units[organization_id] = SourceUnit(
            number=self.number(),
            path=path,
            id=organization_id,
            name=name,
            type=status or (description if len(description) <= _WORD else ""),
            parent=self.id(organization, "parent_organization_id", path),
            contacts=self._contacts_of(organization, path, "organization_id", organization_id),
        )

    def _service(
        self, service_id: str, service: JsonObject, path: str
    ) -> tuple[tuple[str, ...], str | None, str | None]:
        name = self.name(service, "name", path)
        description = self.text(service, "description", path) or ""
        unit = self.id(service, "organization_id", path)
        if name is None or unit is None:
            self.faults.add(ImportRule.MISSING_RECORD, path=path)
            return (), None, None
        words = (description, name) if 0 < len(description) <= _WORD else (name,)
        codes = [
            word
            for row, place in self._of("languages", "service_id", service_id)
            if (word := self.text(row, "code", place) or self.text(row, "name", place))
        ]
        self.seats.append(
            SourceSeat(
                number=self.number(),
                path=path,
                unit=unit,
                words=words,
                label=name,
                post_id=service_id,
                hours=self._hours(service_id),
                languages=self.languages(codes),
                checked_on=self.checked_on(service, "assured_date", path),
                contacts=self._contacts_of(service, path, "service_id", service_id),
            )
        )
        return words, name, unit

    def _contact(
        self,
        contact_id: str,
        contact: JsonObject,
        path: str,
        services: Mapping[str, tuple[tuple[str, ...], str | None, str | None]],
    ) -> None:
        """A contact with a name holds the post of its title, or of its service."""
        name = self.name(contact, "name", path, about_person=True)
        title = self.name(contact, "title", path, about_person=True)
        service = self.id(contact, "service_id", path)
        words, label, unit = services.get(service or "", ((), None, None))
        unit = unit or self.id(contact, "organization_id", path)
        if unit is None:
            location = self._rows["locations"].get(str(contact.get("location_id")))
            unit = self.id(location[0], "organization_id", location[1]) if location else None
        if unit is None:
            self.faults.add(ImportRule.MISSING_RECORD, path=path)
            return
        contacts = self._contacts_of(contact, path, "contact_id", contact_id)
        if name is not None:
            self.persons[contact_id] = SourcePerson(
                path=path, id=contact_id, name=name, contacts=contacts
            )
        self.seats.append(
            SourceSeat(
                number=self.number(),
                path=path,
                unit=unit,
                words=tuple(dict.fromkeys((*((title,) if title else ()), *words))),
                label=label,
                post_id=service if label else None,
                person=contact_id if name else None,
                title=title if name else None,
                contacts=() if name else contacts,
            )
        )

    def _contacts_of(self, record: JsonObject, path: str, key: str, owner_id: str) -> Contacts:
        """Mail and phones; of several owners of a phone the narrowest: contact, then service."""
        narrower = {
            "organization_id": ("contact_id", "service_id"),
            "service_id": ("contact_id",),
        }.get(key, ())
        reached = self.contact(Channel.EMAIL, self.text(record, "email", path))
        for row, place in self._of("phones", key, owner_id):
            if any(row.get(name) for name in narrower):
                continue
            sort = self.text(row, "type", place) or ""
            if sort.casefold() in _FAX:
                self.notes[RecordNote.OTHER_CHANNELS] += 1
                continue
            reached += self.contact(Channel.PHONE, self.text(row, "number", place), sort)
        return tuple(dict.fromkeys(reached))

    def _hours(self, service: str) -> str | None:
        """The weekly hours of a service on the date, consecutive days as a span."""
        by_times: defaultdict[str, set[int]] = defaultdict(set)
        for row, place in self._of("schedules", "service_id", service):
            ends = [self.end(row, key, place) for key in ("valid_to", "until")]
            if any(end is not None and end <= self.on for end in ends):
                self.notes[RecordNote.PAST] += 1
                continue
            starts = [self.start(row, key, place) for key in ("valid_from", "dtstart")]
            is_later = any(start is not None and start > self.on for start in starts)
            opens, closes = (
                (self.text(row, key, place) or "")[:5] for key in ("opens_at", "closes_at")
            )
            days = [day.strip() for day in (self.text(row, "byday", place) or "").split(",") if day]
            times = f"{opens}-{'24:00' if closes in ('00:00', '23:59') else closes}"
            is_weekly = (self.text(row, "freq", place) or "").upper() == "WEEKLY"
            is_each = self.text(row, "interval", place) in (None, "1") and not any(
                map(row.get, _NOT_EVERY_WEEK)
            )
            is_read = days and is_hours(times) and set(days) <= set(DAYS)
            if is_later or not (is_weekly and is_each and is_read):
                self.notes[RecordNote.HOURS] += 1
                continue
            self.notes[RecordNote.HOURS_END] += any(end is not None for end in ends)
            by_times[times] |= {DAYS.index(day) for day in days}
        groups = [
            (first, f"{span} {times}".strip())
            for times, days in by_times.items()
            for first, span in _spans(days)
        ]
        return "; ".join(text for _, text in sorted(groups)) or None


def _spans(days: set[int]) -> list[tuple[int, str]]:
    """Runs of weekdays, each with its first day; the whole week has an empty name."""
    if len(days) == len(DAYS):
        return [(0, "")]
    spans: list[tuple[int, str]] = []
    for day in sorted(days):
        if day - 1 in days:
            continue
        last = day
        while last + 1 in days:
            last += 1
        spans.append((day, DAYS[day] if last == day else f"{DAYS[day]}-{DAYS[last]}"))
    return spans
