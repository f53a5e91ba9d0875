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
    held = cast("JsonObject", document)
    if "memberships" in held or sum(name in held for name in _LISTS) > 1:
        return True
    return _list_of(held) is not None and ("id" in held or "organizations" in held)


def _list_of(one: Mapping[str, Any]) -> str | None:
    """The list that a single object belongs in."""
    members = one.get("memberships")
    if "person_id" in one or ("person" in one and "name" not in one):
        return "memberships"
    if "label" in one and ("organization_id" in one or "organization" in one or "role" in one):
        return "posts"
    if "name" in one:
        if _ABOUT_PERSONS & one.keys():
            return "persons"
        if isinstance(members, list) and members:
            first = cast("list[Any]", members)[0]
            keys = cast("JsonObject", first).keys() if isinstance(first, dict) else set[str]()
            is_person = "person_id" not in keys and "person" not in keys
            return "persons" if is_person else "organizations"
        if {"classification", "parent_id", "founding_date", "posts", "other_names"} & one.keys():
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
            for one, path in self.objects(collection.get(name), name):
                read(one, "" if is_single else path)
        for one, path in self._posts.values():
            self._post_seat(one, path)
        for one, path in self._members.values():
            self._member_seat(one, path)

    # ---- objects

    def _organization(self, one: JsonObject, path: str) -> str | None:
        found = self.required_id(one, "id", path)
        if found is None:
            return None
        name = self.name(one, "name", path)
        parent = self.id(one, "parent_id", path)
        for above, inner in self.objects(one.get("parent"), key_path(path, "parent")):
            parent = self._organization(above, inner) or parent
        for post, inner in self.objects(one.get("posts"), key_path(path, "posts")):
            self._post({"organization_id": found, **post}, inner)
        for member, inner in self.objects(one.get("memberships"), key_path(path, "memberships")):
            self._membership({"organization_id": found, **member}, inner)
        self.notes[RecordNote.AREAS] += bool(one.get("area_id") or one.get("area"))
        known = self.units.get(found)
        if name is None or (known is not None and len(one) <= 2):
            return found
        start = self.start(one, "founding_date", path)
        end = self.end(one, "dissolution_date", path)
        self.check_period(start, end, path)
        self.leave(one, _ORGANIZATION_READ)
        self.units[found] = SourceUnit(
            number=known.number if known else self.number(),
            path=path,
            id=found,
            name=name,
            type=self.name(one, "classification", path) or "",
            parent=parent,
            valid_from=start,
            valid_to=end,
            contacts=self._contacts(one, path),
        )
        return found

    def _person(self, one: JsonObject, path: str) -> str | None:
        found = self.required_id(one, "id", path)
        if found is None:
            return None
        for member, inner in self.objects(one.get("memberships"), key_path(path, "memberships")):
            self._membership({"person_id": found, **member}, inner)
        name = self.name(one, "name", path, about_person=True)
        if name is None:
            parts = [
                self.name(one, key, path, about_person=True)
                for key in ("given_name", "family_name")
            ]
            name = " ".join(part for part in parts if part) or None
        if name is None or (found in self.persons and len(one) <= 2):
            return found
        self.notes[RecordNote.PERSONAL_KEYS] += sum(bool(one.get(key)) for key in _PERSONAL)
        self.leave(one, _PERSON_READ | _PERSONAL)
        mail = self.contact(Channel.EMAIL, self.text(one, "email", path))
        self.persons[found] = SourcePerson(
            path=path,
            id=found,
            name=name,
            contacts=tuple(dict.fromkeys((*mail, *self._contacts(one, path, of_person=True)))),
        )
        return found

    def _post(self, one: JsonObject, path: str) -> str | None:
        found = self.required_id(one, "id", path)
        if found is None:
            return None
        inner = key_path(path, "organization")
        for body, place in self.objects(one.get("organization"), inner):
            one = {"organization_id": self._organization(body, place), **one}
        for member, inner in self.objects(one.get("memberships"), key_path(path, "memberships")):
            post = {"post_id": found, "organization_id": one.get("organization_id"), **member}
            self._membership(post, inner)
        known = self._posts.get(found)
        if known is None or len(known[0]) < len(one):
            self._posts[found] = one, path
        return found

    def _membership(self, one: JsonObject, path: str) -> None:
        whole = dict(one)
        for name, read in (
            ("person", self._person),
            ("organization", self._organization),
            ("post", self._post),
        ):
            for inner, place in self.objects(one.get(name), key_path(path, name)):
                if name == "post":
                    inner = {"organization_id": whole.get("organization_id"), **inner}
                whole.setdefault(f"{name}_id", read(inner, place))
        found = self.id(one, "id", path)
        key = found or "/".join(
            str(whole.get(name)) for name in ("person_id", "post_id", "organization_id", "role")
        )
        known = self._members.get(key)
        if known is not None:
            whole = {**known[0], **{name: value for name, value in whole.items() if value}}
        self._members[key] = whole, known[1] if known else path

    # ---- seats

    def _post_seat(self, one: JsonObject, path: str) -> None:
        """The post itself, held or vacant."""
        start, end = self.start(one, "start_date", path), self.end(one, "end_date", path)
        self.check_period(start, end, path)
        self.leave(one, _POST_READ)
        self.notes[RecordNote.AREAS] += bool(one.get("area_id") or one.get("area"))
        if self.is_past(end):
            return
        unit = self.id(one, "organization_id", path)
        if unit is None:
            self.faults.add(ImportRule.MISSING_RECORD, path=path)
            return
        label, role = self.name(one, "label", path), self.name(one, "role", path)
        self.seats.append(
            SourceSeat(
                number=self.number(),
                path=path,
                unit=unit,
                words=tuple(word for word in (role, label) if word),
                label=label,
                post_id=self.id(one, "id", path),
                contacts=self._contacts(one, path),
            )
        )

    def _member_seat(self, one: JsonObject, path: str) -> None:
        start, end = self.start(one, "start_date", path), self.end(one, "end_date", path)
        self.check_period(start, end, path)
        self.leave(one, _MEMBERSHIP_READ)
        person, post_id = self.id(one, "person_id", path), self.id(one, "post_id", path)
        if person is None:  # an organization or a post that is a member of another
            self.notes[RecordNote.NETWORKS] += 1
            return
        if self.is_past(end):
            return
        post = self._posts.get(post_id, ({}, ""))[0] if post_id else {}
        unit = post.get("organization_id") or self.id(one, "organization_id", path)
        if not isinstance(unit, str):
            self.faults.add(ImportRule.MISSING_RECORD, path=path)
            return
        role = self.name(one, "role", path)
        words = [post.get("role"), post.get("label"), role, self.name(one, "label", path)]
        is_deputy = plain(role or "") in _DEPUTY
        self.seats.append(
            SourceSeat(
                number=self.number(),
                path=path,
                unit=unit,
                words=tuple(
                    dict.fromkeys(word for word in words if isinstance(word, str) and word)
                ),
                label=post.get("label"),
                post_id=post_id,
                person=None if is_deputy else person,
                deputies=(person,) if is_deputy else (),
                valid_from=None if is_deputy else start,
                valid_to=None if is_deputy else end,
                contacts=self._contacts(one, path),
            )
        )

    def _contacts(self, one: JsonObject, path: str, *, of_person: bool = False) -> Contacts:
        found: list[tuple[Channel, str]] = []
        inner = key_path(path, "contact_details")
        for detail, place in self.objects(one.get("contact_details"), inner):
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
                found += self.contact(channel, self.text(detail, "value", place), words)
        return tuple(dict.fromkeys(found))
