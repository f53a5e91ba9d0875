"""Conversion of elements in Kontaktvej's own format to elements of a source, for stewards' files.

The operator's files may set every field of an element. A steward's may set what a form may: an
element that the steward does not see is a new one, with an id of the source, so that a file does
not reveal whether an id is taken; and source, id at the source and checker are those of the import.
"""

from collections.abc import Mapping
from dataclasses import fields, replace
from itertools import count
from typing import Any, Final

from graph.exchange.imports.comparison import ImportOptions
from graph.exchange.imports.mapped_ids import mapped_ids
from graph.exchange.imports.native import NativeData, NativeElement
from graph.model import Element, Link, id_of
from graph.model.rule_context import ends

_CHECKS: Final = ("verified_on", "verified_by")


def as_source(
    data: NativeData, present: Mapping[str, Element], options: ImportOptions
) -> NativeData:
    """Return the elements as the source's own; `present` are those that the sender sees, by id."""
    ids: dict[str, str] = {}
    for element in sorted(
        (entry.element for entry in data.elements), key=lambda element: isinstance(element, Link)
    ):
        if element.id in present:
            ids[element.id] = element.id
            continue
        own = (element.id,)
        if isinstance(element, Link):  # a link with a new end is new too
            own = (element.id, *(ids.get(end, end) for end in ends(element)))
        numbered = (id_of(options.source, "native", *own, str(number)) for number in count())
        ids[element.id] = next(  # ids of undone elements are not reused
            new_id
            for new_id in numbered
            if new_id not in present or not present[new_id].is_taken_back()
        )
    elements = tuple(
        replace(entry, element=_own(entry, ids, present, options)) for entry in data.elements
    )
    return replace(data, elements=elements)


def _own(
    entry: NativeElement,
    ids: Mapping[str, str],
    present: Mapping[str, Element],
    options: ImportOptions,
) -> Any:
    element, existing = entry.element, present.get(ids[entry.element.id])
    original: Any = element
    if type(existing) is not type(element):
        existing = None  # refused as a duplicate
    names = {field.name for field in fields(element)}
    values = mapped_ids(element, ids)
    values |= {
        "source": options.source if existing is None else existing.source,
        "external_id": None if isinstance(element, Link) else element.id,
    }
    if existing is not None:
        values["external_id"] = existing.external_id
    if names.issuperset(_CHECKS):
        checked_on, checker = original.verified_on, options.made_by
        if existing is not None and getattr(existing, "verified_on", None) == checked_on:
            checker = getattr(existing, "verified_by", None)
        values["verified_by"] = None if checked_on is None else checker
    return replace(original, **values)
