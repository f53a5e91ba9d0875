"""What is wrong with what was sent: where, in which field, which rule; never the text itself."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from api.errors import Refused
from graph.errors import Invalid, RefusedContent
from graph.vocabulary import Language, Rule


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldError:
    """A fault at a place of the body. `is_content`: the guard refused a text, at `position`."""

    pointer: str
    id: str | None
    field: str
    rule: Rule
    position: int | None = None
    is_content: bool = False

    def told(self, lang: Language) -> dict[str, Any]:
        """The fault on the wire."""
        place = {} if self.position is None else {"position": self.position}
        return {"pointer": self.pointer, "id": self.id, "field": self.field,
                "rule": self.rule.value, **place, "detail": self.rule.label(lang)}  # fmt: skip


def field_errors_in(
    error: Invalid, pointer: str, thing_id: str | None, *, besides: frozenset[str] = frozenset()
) -> list[FieldError]:
    """The faults the model finds in one thing that was sent; those in some fields are known."""
    return [
        FieldError(
            pointer=field_pointer(pointer, fault.field), id=thing_id, field=fault.field,
            rule=fault.rule, position=error.position if isinstance(error, RefusedContent) else None,
            is_content=isinstance(error, RefusedContent),
        )
        for fault in error.faults
        if fault.field not in besides
    ]  # fmt: skip


def field_pointer(pointer: str, field: str) -> str:
    """Where in the body a field of a thing stands."""
    return f"{pointer}/fields/{field}" if field else pointer


def refused_fields(faults: Sequence[FieldError], lang: Language) -> Refused:
    """One problem with all faults; `refused-content` where a text is of a kind never stored."""
    content = next((fault for fault in faults if fault.is_content), None)
    if content is None:
        return Refused("invalid", _sentence(faults), errors=_told(faults, lang))
    refused = RefusedContent(content.field, content.rule)
    return Refused(
        "refused-content", (refused.text("da"), refused.text("en")),
        field=content.field, rule=content.rule.value, position=content.position,
        errors=_told(faults, lang),
    )  # fmt: skip


def _told(faults: Iterable[FieldError], lang: Language) -> list[dict[str, Any]]:
    return [fault.told(lang) for fault in faults]


def _sentence(faults: Sequence[FieldError]) -> tuple[str, str]:
    danish, english = (
        "; ".join(_line(fault, lang) for fault in faults) + "." for lang in ("da", "en")
    )
    return danish, english


def _line(fault: FieldError, lang: Language) -> str:
    place = " ".join(part for part in (fault.id, fault.field) if part)
    return f"{place}: {fault.rule.label(lang)}" if place else fault.rule.label(lang)
