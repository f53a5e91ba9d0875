"""Reads objects of FK-Organisation as JSON: units, functions, users, addresses and classes.

They have the form of the public standard *Organisation 2.0*: registrations with attributes, states
and relations, each with its own period. Both spellings are read: that of the web service SF1500
(`RelationListe`, `TilTidspunkt`, an inclusive end) and that of the database LoRa (`relationer`,
`virkning.to`, the moment after the end). Personal numbers are never read.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any, Final, cast

from graph.exchange.imports.faults import FaultList, ImportRule
from graph.exchange.imports.records.json_text import key_path
from graph.exchange.imports.records.record_reader import EndMeaning, JsonObject, RecordReader
from graph.exchange.imports.records.source_records import (
    RecordNote,
    SourcePerson,
    SourceSeat,
    SourceUnit,
)
from graph.exchange.imports.words import plain
from graph.vocabulary import Channel

_ATTRIBUTES: Final = ("attributter", "attributliste")
_STATES: Final = ("tilstande", "tilstandliste")
_RELATIONS: Final = ("relationer", "relationliste")
_REGISTRATIONS: Final = ("registreringer", "registrering")
_KINDS: Final[Mapping[str, str]] = {
    "organisationenhed": "unit", "organisationfunktion": "function", "bruger": "user",
    "person": "person", "adresse": "address", "klasse": "class", "organisation": "organization",
    "interessefaellesskab": "community", "itsystem": "system",
}  # fmt: skip
_NAMES: Final = ("enhedsnavn", "enhednavn")
_FUNCTION_NAMES: Final = ("funktionsnavn", "funktionnavn")
_GENERAL: Final = frozenset({"leder", "engagement", "tilknytning", "ansaettelse"})
"""Functions whose purpose is given by their type or task."""
_ADDRESS: Final = "adresse"
_NO_SEAT: Final = frozenset(
    {"adresse", "kle", "it system", "itsystem", "orlov", "rolle", "tilknyttet enhed", "ejer",
     "relateret enhed", "rollebinding"}
)  # fmt: skip
_USERS: Final = "tilknyttedebrugere"
_INACTIVE: Final = "inaktiv"
_URNS: Final[Mapping[str, Channel]] = {
    "urn:mailto:": Channel.EMAIL, "mailto:": Channel.EMAIL, "tel:": Channel.PHONE,
    "urn:magenta.dk:telefon:": Channel.PHONE, "urn:dk:telefon:": Channel.PHONE,
}  # fmt: skip
_READ_KEYS: Final = frozenset(
    {
        "id", "uuid", "objektid", "objekttype", "note", "brugerref", "fratidspunkt", "tiltidspunkt",
        "livscykluskode", "tidspunkt", "notetekst", "@context",
        *_ATTRIBUTES, *_STATES, *_RELATIONS, *_REGISTRATIONS,
    }
)  # fmt: skip


class _Object:
    """One object in its present registration, with keys in lower case."""

    def __init__(self, kind: str, object_id: str | None, body: JsonObject, path: str) -> None:
        self.kind, self.id, self.body, self.path = kind, object_id, body, path


def is_fk_organisation(document: Any) -> bool:
    """Return whether a document has an object with attributes and relations of the standard."""
    if isinstance(document, list):
        return any(is_fk_organisation(member) for member in cast("list[Any]", document))
    if not isinstance(document, dict):
        return False
    keys = {key.casefold() for key in cast("JsonObject", document)}
    if keys & {*_ATTRIBUTES, *_REGISTRATIONS}:
        return True
    return any(
        is_fk_organisation(value)
        for key, value in cast("JsonObject", document).items()
        if key.casefold() == "results" or key.casefold() in _KINDS
    )


class FkOrganisationReader(RecordReader):
    """Reads one document."""

    def __init__(self, faults: FaultList, on: date) -> None:
        super().__init__(faults, on)
        self._objects: list[_Object] = []
        self._by_id: dict[str, _Object] = {}

    def read(self, document: Any) -> None:
        """Read a document. Raises: FileRefused: it has no objects of the standard."""
        if not is_fk_organisation(document):
            raise self.faults.refuse(ImportRule.OTHER_FORMAT)
        self._collect(document, "")
        for entity in self._objects:
            if entity.kind in ("unit", "organization"):
                self._unit(entity)
            elif entity.kind == "user":
                self._user(entity)
        for entity in self._objects:
            if entity.kind == "function":
                self._function(entity)
            elif entity.kind == "community":
                self.notes[RecordNote.NETWORKS] += 1

    # ---- objects

    def _collect(self, value: Any, path: str) -> None:
        if isinstance(value, list):
            for at, member in enumerate(cast("list[Any]", value)):
                self._collect(member, f"{path}[{at}]")
            return
        if not isinstance(value, dict):
            self.faults.add(ImportRule.UNEXPECTED_VALUE, path=path)
            return
        record = _lower(cast("JsonObject", value))
        registrations = next((record[key] for key in _REGISTRATIONS if key in record), None)
        if registrations is not None or any(key in record for key in _ATTRIBUTES):
            self._add(record, registrations, path)
            return
        for key, child in cast("JsonObject", value).items():
            if key.casefold() == "results" or key.casefold() in _KINDS:
                self._collect(child, key_path(path, key))
            elif child not in (None, "", [], {}):
                self.unread[key_path("", key)] += 1
                self.notes[RecordNote.UNREAD_KEYS] += 1

    def _add(self, record: JsonObject, registrations: object, path: str) -> None:
        self.leave(record, _READ_KEYS)
        object_id = self._own_id(record, path)
        body, inner = record, path
        if registrations is not None:  # the present one is the last that is not deleted
            for registration, place in self.objects(
                registrations, key_path(path, "registreringer")
            ):
                body, inner = _lower(registration), place
        if str(body.get("livscykluskode", "")).casefold() in ("slettet", "passiveret"):
            self.notes[RecordNote.PAST] += 1
            return
        kind = ""
        for key in _part(body, _ATTRIBUTES):
            stem = key.removesuffix("egenskaber").removesuffix("udvidelser")
            kind = kind or _KINDS.get(stem, "")
        if not kind:
            kind = _KINDS.get(plain(str(record.get("objekttype", ""))).replace(" ", ""), "")
        if not kind:
            for stem, name in _KINDS.items():
                if f"{stem}gyldighed" in _part(body, _STATES) or f"{stem}egenskab" in body:
                    kind = kind or name
        if not kind:  # the attributes of an object of SF1500 are all called Egenskab
            attributes = self._egenskab(body)
            for names, named_kind in (
                (_NAMES, "unit"), (_FUNCTION_NAMES, "function"), (("brugernavn",), "user"),
                (("adressetekst",), "address"), (("organisationnavn", "organisationsnavn"),
                "organization"), (("navntekst",), "person"), (("titel", "titeltekst"), "class"),
            ):  # fmt: skip
                if any(name in attributes for name in names):
                    kind = kind or named_kind
        entity = _Object(kind, object_id, body, inner)
        self._objects.append(entity)
        if object_id is not None:
            self._by_id[object_id] = entity
        elif kind in ("unit", "function", "user"):
            self.faults.add(ImportRule.MISSING_ID, path=path)

    def _own_id(self, record: JsonObject, path: str) -> str | None:
        for key in ("id", "uuid", "objektid"):
            value = record.get(key)
            if isinstance(value, dict):
                return self.id(_lower(cast("JsonObject", value)), "uuididentifikator", path)
            if value is not None:
                return self.id(record, key, path)
        value = record.get("objekttype")
        if isinstance(value, dict):
            return self.id(_lower(cast("JsonObject", value)), "uuididentifikator", path)
        return None

    def _egenskab(self, body: JsonObject) -> JsonObject:
        """The attributes in effect, including those of extensions."""
        attributes: JsonObject = {}
        for value in _part(body, _ATTRIBUTES).values():
            for attribute in self._in_effect(value, ""):
                attributes |= attribute
        return attributes

    def _in_effect(self, value: object, path: str) -> list[JsonObject]:
        """The attributes or relations in effect on the date, else those that begin next."""
        present = [
            (record, start or self.on)
            for record, start, end in self._periods(value, path)
            if end is None or self.on < end
        ]
        on = max(self.on, min((start for _, start in present), default=self.on))
        return [record for record, start in present if start <= on]

    def _periods(
        self, value: object, path: str
    ) -> Iterator[tuple[JsonObject, date | None, date | None]]:
        """The attributes or relations of a list, each with its period."""
        for member, inner in self.objects(value, path):
            record = _lower(member)
            yield record, *self._effect(record, inner)

    def _effect(self, record: JsonObject, path: str) -> tuple[date | None, date | None]:
        """The period of an attribute, state or relation."""
        value = record.get("virkning")
        if not isinstance(value, dict):
            return None, None
        span, inner = _lower(cast("JsonObject", value)), key_path(path, "virkning")
        if "from" in span or "to" in span:
            is_last = span.get("to_included") is True
            ends = EndMeaning.LAST_DAY if is_last else EndMeaning.DAY_AFTER
            return self.start(span, "from", inner), self.end(span, "to", inner, ends)
        start = _lower(self.first(span.get("fratidspunkt"), inner))
        end = _lower(self.first(span.get("tiltidspunkt"), inner))
        return (
            self.start(start, "tidsstempeldatotid", inner),
            self.end(end, "tidsstempeldatotid", inner),
        )

    def _validity(self, entity: _Object) -> tuple[date | None, date | None]:
        """The period in which an object is active, from the states that say so."""
        starts: list[date | None] = []
        ends: list[date | None] = []
        for key, value in _part(entity.body, _STATES).items():
            if not key.endswith("gyldighed"):
                continue
            for state, inner in self.objects(value, entity.path):
                record = _lower(state)
                status = str(record.get("gyldighed") or record.get("gyldighedstatuskode") or "")
                if plain(status) != _INACTIVE:
                    start, end = self._effect(record, inner)
                    self.check_period(start, end, inner)
                    starts.append(start)
                    ends.append(end)
        return (
            None if not starts or None in starts else min(filter(None, starts)),
            None if not ends or None in ends else max(filter(None, ends)),
        )

    def _relations(self, entity: _Object, *names: str) -> list[JsonObject]:
        """The relations in effect."""
        relations = _part(entity.body, _RELATIONS)
        inner = key_path(entity.path, "relationer")
        return [
            relation
            for name in names
            for relation in self._in_effect(relations.get(name), key_path(inner, name))
        ]

    def _target(self, relation: JsonObject, path: str) -> str | None:
        """The id that a relation leads to."""
        reference = relation.get("referenceid")
        if isinstance(reference, dict):
            return self.id(_lower(cast("JsonObject", reference)), "uuididentifikator", path)
        return self.id(relation, "uuid", path)

    def _first_target(self, entity: _Object, *names: str) -> str | None:
        targets = (
            self._target(relation, entity.path) for relation in self._relations(entity, *names)
        )
        return next((target for target in targets if target), None)

    def _title(self, object_id: str | None) -> str | None:
        """The title of a class of the file."""
        entity = self._by_id.get(object_id or "")
        if entity is None or entity.kind != "class":
            return None
        attributes = self._egenskab(entity.body)
        for key in ("titel", "titeltekst", "brugervendtnoegle", "brugervendtnoegletekst"):
            text = self.name(attributes, key, entity.path, about_person=True)
            if text is not None:
                return text
        return None

    # ---- records

    def _unit(self, entity: _Object) -> None:
        attributes = self._egenskab(entity.body)
        keys = (*_NAMES, "organisationsnavn", "organisationnavn")
        name = next(
            (text for key in keys if (text := self.name(attributes, key, entity.path))), None
        )
        start, end = self._validity(entity)
        if entity.id is None:
            return
        if name is None:
            if end is None or self.on < end:
                self.faults.add(ImportRule.UNEXPECTED_VALUE, path=entity.path)
            return
        type_id = self._first_target(entity, "enhedstype")
        self.notes[RecordNote.TASKS] += len(self._relations(entity, "opmærkning", "opgaver"))
        self.units[entity.id] = SourceUnit(
            number=self.number(),
            path=entity.path,
            id=entity.id,
            name=name,
            type=self._title(type_id) or type_id or "",
            parent=self._first_target(entity, "overordnet"),
            valid_from=start,
            valid_to=end,
            contacts=tuple(self._contacts(entity, of_person=False)),
        )

    def _user(self, entity: _Object) -> None:
        if entity.id is None:
            return
        sources = [entity]
        sources += [
            self._by_id[target]
            for relation in self._relations(entity, "tilknyttedepersoner")
            if (target := self._target(relation, entity.path)) in self._by_id
        ]
        name: str | None = None
        for source in reversed(sources):
            attributes = self._egenskab(source.body)
            parts = [
                self.name(attributes, key, source.path, about_person=True)
                for key in ("fornavn", "efternavn")
            ]
            name = name or " ".join(part for part in parts if part) or None
            for key in ("navn", "navntekst", "senavn", "brugernavn"):
                text = self.name(attributes, key, source.path, about_person=True)
                if name is None and text is not None and len(text.split()) > 1:
                    name = text
        if name is None:
            return
        self.persons[entity.id] = SourcePerson(
            path=entity.path,
            id=entity.id,
            name=name,
            contacts=tuple(self._contacts(entity, of_person=True)),
        )

    def _function(self, entity: _Object) -> None:
        attributes = self._egenskab(entity.body)
        name = next(
            (text for key in _FUNCTION_NAMES
             if (text := self.name(attributes, key, entity.path, about_person=True))), "",
        )  # fmt: skip
        word = plain(name)
        if word in _NO_SEAT:
            if word == _ADDRESS:
                self._address_function(entity)
            elif word == "kle":
                self.notes[RecordNote.TASKS] += 1
            return
        start, end = self._validity(entity)
        if entity.id is None or self.is_past(end):
            return
        unit = self._first_target(entity, "tilknyttedeenheder")
        if unit is None:
            self.faults.add(ImportRule.MISSING_RECORD, path=entity.path)
            return
        classes = [
            title
            for relation in self._relations(
                entity, "opgaver", "organisatoriskfunktionstype", "funktionstype"
            )
            if (title := self._title(self._target(relation, entity.path)))
        ]
        words = (*classes, name) if word in _GENERAL else (name, *classes)
        for holder, begins, ends in self._holders(entity, start, end) or [(None, start, end)]:
            self.seats.append(
                SourceSeat(
                    number=self.number(),
                    path=entity.path,
                    unit=unit,
                    words=tuple(dict.fromkeys(text for text in words if text)),
                    post_id=entity.id,
                    person=holder,
                    title=next((text for text in words if text), None) if holder else None,
                    valid_from=begins,
                    valid_to=ends,
                    contacts=tuple(self._contacts(entity, of_person=holder is not None)),
                )
            )

    def _holders(
        self, entity: _Object, start: date | None, end: date | None
    ) -> list[tuple[str, date | None, date | None]]:
        """The users of a function, each with the period of the relation within the function's own.

        Consecutive periods of one user are one; after a gap, the first that has not ended is read.
        """
        path = key_path(key_path(entity.path, "relationer"), _USERS)
        relations = self._periods(_part(entity.body, _RELATIONS).get(_USERS), path)
        periods: dict[str, tuple[date | None, date | None]] = {}
        for record, first, last in sorted(relations, key=lambda relation: relation[1] or date.min):
            holder = self._target(record, entity.path)
            begins = max(filter(None, (start, first)), default=None)
            ends = min(filter(None, (end, last)), default=None)
            if holder is None or (begins and ends and begins >= ends):
                continue
            if holder in periods:
                earlier, until = periods[holder]
                if until is None or (begins and self.on < until < begins):
                    continue
                if begins is None or begins <= until:
                    begins, ends = earlier, None if ends is None else max(until, ends)
            periods[holder] = begins, ends
        return [
            (holder, begins, ends)
            for holder, (begins, ends) in periods.items()
            if ends is None or self.on < ends
        ]

    def _address_function(self, entity: _Object) -> None:
        """An address of LoRa, which is a function between an address and its owner."""
        _, end = self._validity(entity)
        if self.is_past(end):
            return
        if any(
            relation.get("objekttype") == "synlighed"
            for relation in self._relations(entity, "opgaver")
        ):  # defined by a class; only an address known to be public could be read
            self.notes[RecordNote.SECRET_ADDRESSES] += 1
            return
        for relation in self._relations(entity, _USERS):
            owner = self.persons.get(self._target(relation, entity.path) or "")
            if owner is not None:
                contacts = (*owner.contacts, *self._contacts(entity, of_person=True))
                self.persons[owner.id] = replace(owner, contacts=tuple(dict.fromkeys(contacts)))
        for relation in self._relations(entity, "tilknyttedeenheder"):
            unit = self.units.get(self._target(relation, entity.path) or "")
            if unit is not None:
                contacts = (*unit.contacts, *self._contacts(entity, of_person=False))
                self.units[unit.id] = replace(unit, contacts=tuple(dict.fromkeys(contacts)))

    def _contacts(self, entity: _Object, *, of_person: bool) -> Iterator[tuple[Channel, str]]:
        """The addresses of an object: URNs, or objects of the file whose text gives the channel."""
        for relation in self._relations(entity, "adresser"):
            roles = (
                _lower(self.first(relation.get(key), entity.path)) for key in ("rolle", "type")
            )
            sort = " ".join(self._title(self._target(role, entity.path)) or "" for role in roles)
            urn = self.text(relation, "urn", entity.path)
            if urn is not None:
                channel = next((_URNS[head] for head in _URNS if urn.startswith(head)), None)
                if channel is None:
                    self.notes[RecordNote.OTHER_CHANNELS] += 1
                else:
                    head = next(head for head in _URNS if urn.startswith(head))
                    yield from self.contact(channel, urn.removeprefix(head), sort)
                continue
            target = self._by_id.get(self._target(relation, entity.path) or "")
            if target is None or target.kind != "address":
                self.notes[RecordNote.OTHER_CHANNELS] += 1
                continue
            text = self.text(self._egenskab(target.body), "adressetekst", target.path)
            if text is not None and "@" in text:
                yield from self.contact(Channel.EMAIL, text, sort)
            elif text is not None and len([char for char in text if char.isdigit()]) >= 8:
                yield from self.contact(Channel.PHONE, text, sort)
            elif of_person:
                self.notes[RecordNote.SECRET_ADDRESSES] += 1
            else:
                self.notes[RecordNote.OTHER_CHANNELS] += 1


def _lower(record: Mapping[str, Any]) -> JsonObject:
    return {key.casefold(): value for key, value in record.items()}


def _part(body: JsonObject, names: tuple[str, ...]) -> JsonObject:
    """The attributes, states or relations of a registration, with keys in lower case."""
    for name in names:
        value = body.get(name)
        if isinstance(value, dict):
            return _lower(cast("JsonObject", value))
    return {}
