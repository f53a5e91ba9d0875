"""Replacement of the ids of elements, and of references to them."""

from collections.abc import Mapping
from typing import Any

from graph.model import Consent, Element, Knows, Mark, marked_fields


def mapped_ids(element: Element, ids: Mapping[str, str]) -> dict[str, Any]:
    """Return the id and the references of an element under new ids; others stay as they are."""
    values: dict[str, Any] = {
        name: ids.get(reference, reference)
        for name in marked_fields(type(element), Mark.REF)
        for reference in (getattr(element, name),)
        if reference is not None
    }
    values["id"] = ids.get(element.id, element.id)
    if isinstance(element, Knows):  # its smaller end id comes first
        first, second = sorted((values["source_id"], values["target_id"]))
        values |= {"source_id": first, "target_id": second}
    if isinstance(element, Consent):
        values["audience"] = frozenset(
            ids.get(authority_id, authority_id) for authority_id in element.audience
        )
    return values
