"""Reads Popolo: organizations, posts, persons and memberships, as a collection or single objects.

Source: popoloproject.com, the schemas of the specification. An end date is the last day. Birth
dates, sex, nationality, pictures and biographies are never read.
"""

from collections.abc import Mapping
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
from graph.exchange.imports.words import plain
from graph.vocabulary import Channel, LinkType

_LISTS: Final = ("organizations", "persons", "posts", "memberships")
_CHANNELS: Final[Mapping[str, Channel]] = {
    "voice": Channel.PHONE, "phone": Channel.PHONE, "telephone": Channel.PHONE,
    "cell": Channel.MOBILE, "mobile": Channel.MOBILE, "email": Channel.EMAIL,
    "address": Channel.VISIT,
}  # fmt: skip
_DEPUTY: Final = frozenset(
    {plain(LinkType.DEPUTIZES_FOR.label_da), plain(LinkType.DEPUTIZES_FOR.label_en)}
)
"""Roles of a person who deputizes for the holder, as in Kontaktvej's own export."""
_PERSONAL: Final = frozenset(
    {
        "birth_date", "death_date", "gender", "national_identity", "image", "biography", "summary",
        "honorific_prefix", "honorific_suffix", "patronymic_name", "other_names", "identifiers",
        "images", "national_identities",
    }
)  # fmt: skip
_ABOUT_PERSONS: Final = frozenset(
    {"birth_date", "gender", "given_name", "family_name", "sort_name", "national_identity"}
)
_ORGANIZATION_READ: Final = frozenset(
    {
        "id", "name", "classification", "parent_id", "parent", "founding_date",
        "dissolution_date", "contact_details", "memberships", "posts", "area_id", "area",
    }
)  # fmt: skip
_POST_READ: Final = frozenset(
    {
        "id", "label", "role", "organization_id", "organization", "start_date", "end_date",
        "contact_details", "memberships", "area_id", "area",
    }
)  # fmt: skip
_PERSON_READ: Final = frozenset(
    {"id", "name", "given_name", "family_name", "email", "contact_details", "memberships"}
)
_MEMBERSHIP_READ: Final = frozenset(
    {
        "id", "label", "role", "person_id", "person", "organization_id", "organization",
        "post_id", "post", "start_date", "end_date", "contact_details",
    }
)  # fmt: skip


def is_popolo(document: Any) -> bool:
    """Return whether a document is a Popolo collection, or has the keys of one of its classes."""
    if not isinstance(document, dict):
        return False
    content = cast("JsonObject", document)
    if "memberships" in content or sum(name in content for name in _LISTS) > 1:
        return True
    return _list_of(content) is not None and ("id" in content or "organizations" in content)


def _list_of(record: Mapping[str, Any]) -> str | None:
    """The list that a single object belongs in."""
    members = record.get("memberships")
    if "person_id" in record or ("person" in record and "name" not in record):
        return "memberships"
    if "label" in record and (
        "organization_id" in record or "organization" in record or "role" in record
    ):
        return "posts"
    if "name" in record:
        if _ABOUT_PERSONS & record.keys():
            return "persons"
        if isinstance(members, list) and members:
            first = cast("list[Any]", members)[0]
            keys = cast("JsonObject", first).keys() if isinstance(first, dict) else set[str]()
            is_person = "person_id" not in keys and "person" not in keys
            return "persons" if is_person else "organizations"
        if {"classification", "parent_id", "founding_date", "posts", "other_names"} & record.keys():
            return "organizations"
    return None


class PopoloReader(RecordReader):
    """Reads one document."""

    def __init__(self, faults: FaultList, on: date) -> None:
        super().__init__(faults, on)
        self._posts: dict[str, tuple[JsonObject, str]] = {}
        self._members: dict[str, tuple[JsonObject, str]] = {}

    def read(self, document: Any) -> None:
        """Read a collection, or a single object. Raises: FileRefused: it is neither."""
        if not isinstance(document, dict):
            raise self.faults.refuse(ImportRule.OTHER_FORMAT)
        document = cast("JsonObject", document)
        collection = document
        if not any(isinstance(document.get(name), list) for name in _LISTS[:3]) or (
            "id" in document and "name" in document
        ):
            kind = _list_of(document)
            if kind is None and not isinstance(document.get("memberships"), list):
                raise self.faults.refuse(ImportRule.OTHER_FORMAT)
            if kind is not None:
                collection = {kind: [document]}
        else:
            self.leave(document, {*_LISTS, "meta", "areas", "@context", "events"})
            self.notes[RecordNote.AREAS] += len(document.get("areas") or ())
        if "@context" in document:
            self.notes[RecordNote.CONTEXT] += 1
        is_single = collection is not document
        for name, read in (
            ("organizations", self._organization),
            ("persons", self._person),
            ("posts", self._post),
            ("memberships", self._membership),
        ):
            for record, path in self.objects(collection.get(name), name):
                read(record, "" if is_single else path)
        for post, path in self._posts.values():
            self._post_seat(post, path)
        for membership, path in self._members.values():
            self._member_seat(membership, path)

    # ---- objects

    def _organization(self, organization: JsonObject, path: str) -> str | None:
        organization_id = self.required_id(organization, "id", path)
        if organization_id is None:
            return None
        name = self.name(organization, "name", path)
        parent = self.id(organization, "parent_id", path)
        for above, inner in self.objects(organization.get("parent"), key_path(path, "parent")):
            parent = self._organization(above, inner) or parent
        for post, inner in self.objects(organization.get("posts"), key_path(path, "posts")):
            self._post({"organization_id": organization_id, **post}, inner)
        for member, inner in self.objects(
            organization.get("memberships"), key_path(path, "memberships")
        ):
            self._membership({"organization_id": organization_id, **member}, inner)
        self.notes[RecordNote.AREAS] += bool(
            organization.get("area_id") or organization.get("area")
        )
        existing = self.units.get(organization_id)
        if name is None or (existing is not None and len(organization) <= 2):
            return organization_id
        start = self.start(organization, "founding_date", path)
        end = self.end(organization, "dissolution_date", path)
        self.check_period(start, end, path)
        self.leave(organization, _ORGANIZATION_READ)
        self.units[organization_id] = SourceUnit(
            number=existing.number if existing else self.number(),
            path=path,
            id=organization_id,
            name=name,
            type=self.name(organization, "classification", path) or "",
            parent=parent,
            valid_from=start,
            valid_to=end,
            contacts=self._contacts(organization, path),
        )
        return organization_id

    def _person(self, person: JsonObject, path: str) -> str | None:
        person_id = self.required_id(person, "id", path)
        if person_id is None:
            return None
        for member, inner in self.objects(person.get("memberships"), key_path(path, "memberships")):
            self._membership({"person_id": person_id, **member}, inner)
        name = self.name(person, "name", path, about_person=True)
        if name is None:
            parts = [
                self.name(person, key, path, about_person=True)
                for key in ("given_name", "family_name")
            ]
            name = " ".join(part for part in parts if part) or None
        if name is None or (person_id in self.persons and len(person) <= 2):
            return person_id
        self.notes[RecordNote.PERSONAL_KEYS] += sum(bool(person.get(key)) for key in _PERSONAL)
        self.leave(person, _PERSON_READ | _PERSONAL)
        mail = self.contact(Channel.EMAIL, self.text(person, "email", path))
        self.persons[person_id] = SourcePerson(
            path=path,
            id=person_id,
            name=name,
            contacts=tuple(dict.fromkeys((*mail, *self._contacts(person, path, of_person=True)))),
        )
        return person_id

    def _post(self, record: JsonObject, path: str) -> str | None:
        post_id = self.required_id(record, "id", path)
        if post_id is None:
            return None
        inner = key_path(path, "organization")
        for body, place in self.objects(record.get("organization"), inner):
            record = {"organization_id": self._organization(body, place), **record}
        for member, inner in self.objects(record.get("memberships"), key_path(path, "memberships")):
            post = {"post_id": post_id, "organization_id": record.get("organization_id"), **member}
            self._membership(post, inner)
        existing = self._posts.get(post_id)
        if existing is None or len(existing[0]) < len(record):
            self._posts[post_id] = record, path
        return post_id

    def _membership(self, membership: JsonObject, path: str) -> None:
        whole = dict(membership)
        for name, read in (
            ("person", self._person),
            ("organization", self._organization),
            ("post", self._post),
        ):
            for inner, place in self.objects(membership.get(name), key_path(path, name)):
                if name == "post":
                    inner = {"organization_id": whole.get("organization_id"), **inner}
                whole.setdefault(f"{name}_id", read(inner, place))
        membership_id = self.id(membership, "id", path)
        key = membership_id or "/".join(
            str(whole.get(name)) for name in ("person_id", "post_id", "organization_id", "role")
        )
        existing = self._members.get(key)
        if existing is not None:
            whole = {**existing[0], **{name: value for name, value in whole.items() if value}}
        self._members[key] = whole, existing[1] if existing else path

    # ---- seats

    def _post_seat(self, post: JsonObject, path: str) -> None:
        """The post itself, held or vacant."""
        start, end = self.start(post, "start_date", path), self.end(post, "end_date", path)
        self.check_period(start, end, path)
        self.leave(post, _POST_READ)
        self.notes[RecordNote.AREAS] += bool(post.get("area_id") or post.get("area"))
        if self.is_past(end):
            return
        unit = self.id(post, "organization_id", path)
        if unit is None:
            self.faults.add(ImportRule.MISSING_RECORD, path=path)
            return
        label, role = self.name(post, "label", path), self.name(post, "role", path)
        self.seats.append(
            SourceSeat(
                number=self.number(),
                path=path,
                unit=unit,
                words=tuple(word for word in (role, label) if word),
                label=label,
                post_id=self.id(post, "id", path),
                contacts=self._contacts(post, path),
            )
        )

    def _member_seat(self, membership: JsonObject, path: str) -> None:
        start, end = (
            self.start(membership, "start_date", path),
            self.end(membership, "end_date", path),
        )
        self.check_period(start, end, path)
        self.leave(membership, _MEMBERSHIP_READ)
        person, post_id = (
            self.id(membership, "person_id", path),
            self.id(membership, "post_id", path),
        )
        if person is None:  # an organization or a post that is a member of another
            self.notes[RecordNote.NETWORKS] += 1
            return
        if self.is_past(end):
            return
        post, post_path = self._posts.get(post_id or "", ({}, path))
        label = self.name(post, "label", post_path)
        unit = post.get("organization_id") or self.id(membership, "organization_id", path)
        if not isinstance(unit, str):
            self.faults.add(ImportRule.MISSING_RECORD, path=path)
            return
        role = self.name(membership, "role", path)
        words = [
            self.name(post, "role", post_path), label, role, self.name(membership, "label", path)
        ]  # fmt: skip
        is_deputy = plain(role or "") in _DEPUTY
        self.seats.append(
            SourceSeat(
                number=self.number(),
                path=path,
                unit=unit,
                words=tuple(dict.fromkeys(word for word in words if word)),
                label=label,
                post_id=post_id,
                person=None if is_deputy else person,
                deputies=(person,) if is_deputy else (),
                valid_from=None if is_deputy else start,
                valid_to=None if is_deputy else end,
                contacts=self._contacts(membership, path),
            )
        )

    def _contacts(self, record: JsonObject, path: str, *, of_person: bool = False) -> Contacts:
        contacts: list[tuple[Channel, str]] = []
        inner = key_path(path, "contact_details")
        for detail, place in self.objects(record.get("contact_details"), inner):
            sort = self.text(detail, "type", place) or ""
            channel = _CHANNELS.get(sort.casefold())
            end = self.end(detail, "valid_until", place)
            if end is not None and end <= self.on:
                self.notes[RecordNote.PAST] += 1
            elif channel is None:
                self.notes[RecordNote.OTHER_CHANNELS] += 1
            elif of_person and channel is Channel.VISIT:
                self.notes[RecordNote.SECRET_ADDRESSES] += 1
            else:
                words = " ".join(
                    filter(None, (sort, self.text(detail, "label", place),
                                  self.text(detail, "note", place)))
                )  # fmt: skip
                contacts += self.contact(channel, self.text(detail, "value", place), words)
        return tuple(dict.fromkeys(contacts))
