"""The errors of a form, shown below the fields that they concern."""

from collections.abc import Iterable, Mapping
from typing import Final

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from api.client import Invalid, Problem
from explorer.i18n import _, paragraphs, plain
from explorer.views.curation import editing

EXAMPLES: Final[Mapping[str, str]] = {
    "text_version": "da-3",
    "website": "https://www.kystby.dk",
}
"""An example value for each field that has a format."""


class FieldErrors:
    """The places below the fields of one form, in which its errors are drawn."""

    def __init__(self) -> None:
        self._places: dict[str, DeltaGenerator] = {}

    def below(self, *fields: str) -> None:
        """Reserve the place for the errors of the fields that were just drawn."""
        place = st.empty()
        self._places |= dict.fromkeys(fields, place)

    def tell(self, errors: Mapping[str, str], *, besides: Iterable[str] = ()) -> None:
        """Draw each error below its field; those without a field, and `besides`, at the call.

        Without errors nothing is drawn.
        """
        elsewhere = [*besides]
        for field, text in errors.items():
            place = self._places.get(field)
            if place is None:
                label = editing.field_name(field)
                elsewhere.append(f"{label}: {text}" if label != field else text)
            else:
                place.error(plain(text))
        if errors or elsewhere:
            st.error(paragraphs([_("Nothing was saved."), *map(plain, elsewhere)]))

    def draw_problem(self, problem: Problem) -> bool:
        """Draw the errors of a problem that concerns fields; return whether it does."""
        if not isinstance(problem, Invalid):
            return False
        errors = {fault.field: editing.sentence_of(fault.detail) for fault in problem.errors}
        is_explained = bool(errors) and problem.slug != "refused-content"
        self.tell(errors, besides=() if is_explained else (problem.detail,))
        return True


def required_errors(values: Mapping[str, object], required: Iterable[str]) -> dict[str, str]:
    """The errors of required fields that are not filled in."""
    return {
        field: _("Must be filled in.")
        for field in required
        if values.get(field) in (None, "", [], False)
    }


def example(field: str) -> str:
    """The hint with an example for a field that has a format."""
    return _("Write for example {example}.", example=EXAMPLES[field])
