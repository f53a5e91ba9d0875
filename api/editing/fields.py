"""Parses the fields of a request body into nodes and links; reports all faults at once."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import MISSING, dataclass, fields, replace
from datetime import date
from typing import Any, Final, TypeVar, cast

from api.errors import Refusal
from graph.errors import Invalid, RefusedContent
from graph.model import (
    ContactDetail,
    Element,
    Mark,
    Person,
    ResourceIndividual,
    Secret,
    marked_fields,
)
from graph.model.base import clean, code_fields, each_text
from graph.model.content_filter import refuse_content, refuse_number
from graph.snapshot.field_types import FieldKind, FieldType, field_types
from graph.vocabulary import Language, Rule, Term


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldError:
    """A fault in the body; `is_content`: the content filter refused a text, at `position`."""

    pointer: str
    id: str | None
    field: str
    rule: Rule
    position: int | None = None
    is_content: bool = False

    def as_error(self, lang: Language) -> dict[str, Any]:
        """The fault in its wire form."""
        place = {} if self.position is None else {"position": self.position}
        return {"pointer": self.pointer, "id": self.id, "field": self.field,
                "rule": self.rule.value, **place,
                "detail": self.rule.reason(self.field, lang)}  # fmt: skip


def field_errors_in(
    error: Invalid, pointer: str, element_id: str | None, *, besides: frozenset[str] = frozenset()
) -> list[FieldError]:
    """The faults that the model finds in an element, except those in the fields `besides`."""
    return [
        FieldError(
            pointer=field_pointer(pointer, fault.field), id=element_id, field=fault.field,
            rule=fault.rule, position=error.position if isinstance(error, RefusedContent) else None,
            is_content=isinstance(error, RefusedContent),
        )
        for fault in error.faults
        if fault.field not in besides
    ]  # fmt: skip


def field_pointer(pointer: str, field: str) -> str:
    """The JSON pointer of a field of an element."""
    return f"{pointer}/fields/{field}" if field else pointer


def fields_refusal(faults: Sequence[FieldError], lang: Language) -> Refusal:
    """One problem with all faults; `refused-content` for a text of a kind that is never stored."""
    errors = [fault.as_error(lang) for fault in faults]
    content = next((fault for fault in faults if fault.is_content), None)
    if content is not None:
        error = RefusedContent(content.field, content.rule)
        return Refusal(
            "refused-content", (error.text("da"), error.text("en")), field=content.field,
            rule=content.rule.value, position=content.position, errors=errors,
        )  # fmt: skip
    danish: list[str] = []
    english: list[str] = []
    for fault in faults:
        place = " ".join(part for part in (fault.id, fault.field) if part)
        place = f"{place}: " if place else ""
        danish.append(f"{place}{fault.rule.reason(fault.field, 'da')}")
        english.append(f"{place}{fault.rule.reason(fault.field, 'en')}")
    return Refusal("invalid", (f"{'; '.join(danish)}.", f"{'; '.join(english)}."), errors=errors)


T = TypeVar("T", bound=Element)
OURS: Final = frozenset(
    {"id", "revision", "source", "verified_on", "verified_by", "hint", "withdrawn_on"}
    | {"declared_by", "external_id", "batch"}
)
"""Fields set by the application: on verification, on withdrawal, from the account, by an import."""
_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
_PLAIN_NAME: Final = re.compile(r"[a-z_]{1,40}")
_STAND_IN: Final = "Xx Xx"  # replaces a refused text, so that the other fields are checked too


class _Misfit(Exception):
    """A value that a field does not accept."""

    def __init__(self, rule: Rule) -> None:
        super().__init__(rule)
        self.rule = rule


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldReading:
    """The parsed values for a class of elements, and the faults found so far."""

    values: Mapping[str, Any]
    faults: tuple[FieldError, ...]


def read_fields(
    cls: type[Element], body: Mapping[str, Any], *, pointer: str, element_id: str | None
) -> FieldReading:
    """Convert sent values to those of the dataclass; each that does not fit is a fault."""
    values: dict[str, Any] = {}
    faults: list[FieldError] = []
    for place, (name, value) in enumerate(body.items()):
        try:
            values[name] = _read(cls, name, value)
        except _Misfit as misfit:
            shown_name = name if _PLAIN_NAME.fullmatch(name) else str(place)
            try:
                refuse_content("name", name.replace("_", " "))
            except RefusedContent:  # it could be free text
                shown_name = str(place)
            faults.append(
                FieldError(
                    pointer=field_pointer(pointer, shown_name),
                    id=element_id,
                    field=shown_name,
                    rule=misfit.rule,
                )
            )
    return FieldReading(values=values, faults=tuple(faults))


def _read(cls: type[Element], name: str, value: Any) -> Any:
    if name in OURS:
        raise _Misfit(Rule.SET_BY_US)
    if name == "value" and cls is ContactDetail:
        return Secret(_text(value))
    field = field_types(cls).get(name)
    if field is None:
        raise _Misfit(Rule.UNKNOWN_FIELD)
    if value is None:
        return None
    match field.kind:
        case FieldKind.TEXT:
            return _text(value)
        case FieldKind.TEXTS:
            return _texts(value)
        case FieldKind.WORD:
            return _word(field, value)
        case FieldKind.WORDS:
            return frozenset(_word(field, text) for text in _texts(value))
        case FieldKind.DATE if isinstance(value, str) and _DATE.fullmatch(value):
            with suppress(ValueError):
                return date.fromisoformat(value)
        case FieldKind.NUMBER if type(value) is int and abs(value) <= 2**31 - 2:
            return value
        case FieldKind.SHARE if isinstance(value, int | float) and not isinstance(value, bool):
            if abs(value) <= 1e9:
                return float(value)
        case FieldKind.FLAG if isinstance(value, bool):
            return value
        case _:
            pass
    raise _Misfit(Rule.BAD_FORMAT)


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise _Misfit(Rule.BAD_FORMAT)
    return value


def _texts(value: Any) -> frozenset[str]:
    if not isinstance(value, list):
        raise _Misfit(Rule.BAD_FORMAT)
    return frozenset(_text(text) for text in cast("list[object]", value))


def _word(field: FieldType, value: Any) -> Term:
    try:
        return cast("type[Term]", field.words)(_text(value))
    except ValueError as error:
        raise _Misfit(Rule.UNKNOWN_WORD) from error


def build(
    cls: type[T], values: Mapping[str, Any], *, pointer: str, faulty: frozenset[str]
) -> tuple[T | None, list[FieldError]]:
    """A new element, or None with its faults; `faulty` are fields with reported faults."""
    refused = list(_content_faults(cls, values, pointer, None))
    required = [
        field.name
        for field in fields(cls)
        if field.default is MISSING and field.default_factory is MISSING and field.name not in OURS
    ]
    if cls is ContactDetail:
        required.append("value")
    missing = [
        FieldError(pointer=field_pointer(pointer, name), id=None, field=name, rule=Rule.REQUIRED)
        for name in required
        if name not in values and name not in faulty
    ]
    if missing or faulty & set(required):
        return None, [*refused, *missing]
    complete = dict(values)
    for name in (fault.field for fault in refused):
        if name == "value":
            complete[name] = Secret(_STAND_IN)
        else:
            is_set = field_types(cls)[name].kind is FieldKind.TEXTS
            complete[name] = frozenset({_STAND_IN}) if is_set else _STAND_IN
    element, faults = _try_build(lambda: cls(**complete), pointer, None, refused)
    return (None if faults else element), faults


def update_fields(
    element: T, values: Mapping[str, Any], *, pointer: str
) -> tuple[T, list[FieldError]]:
    """An element with changed fields, as far as they are valid, and its faults."""
    refused = list(_content_faults(type(element), values, pointer, element.id))
    left_out = {fault.field for fault in refused}
    valid = {name: value for name, value in values.items() if name not in left_out}
    after, faults = _try_build(lambda: replace(element, **valid), pointer, element.id, refused)
    return after or element, faults


def _content_faults(
    cls: type[Element], values: Mapping[str, Any], pointer: str, element_id: str | None
) -> Iterator[FieldError]:
    """A fault for each text that the content filter refuses, not only for the first."""
    about_person = issubclass(cls, Person | ResourceIndividual)
    for name, value in values.items():
        try:
            if name in code_fields(cls):
                for code in each_text(value):
                    refuse_number(name, code)
            elif isinstance(value, Secret):
                refuse_content(name, value.uncover())
            elif name in (*marked_fields(cls, Mark.TEXT), *marked_fields(cls, Mark.GUARDED)):
                for text in each_text(value):
                    refuse_content(name, clean(text), about_person=about_person)
        except RefusedContent as error:
            yield from field_errors_in(error, pointer, element_id)


def _try_build(
    build: Callable[[], T], pointer: str, element_id: str | None, refused: list[FieldError]
) -> tuple[T | None, list[FieldError]]:
    faulty = frozenset(fault.field for fault in refused)
    try:
        return build(), refused
    except Invalid as error:
        return None, [*refused, *field_errors_in(error, pointer, element_id, besides=faulty)]
