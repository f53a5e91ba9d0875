"""Kystby with a unique marker in every field that is sealed or not visible to all roles."""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from graph.access.policy import Role
from graph.model import (
    Consent,
    ContactDetail,
    Element,
    Organization,
    Person,
    ReachedBy,
    ResourceIndividual,
    Secret,
)
from graph.vocabulary import Channel
from tests import kystby
from tests.graph.paths.additions import tie

PUBLIC: Final = "Foreningen Zqaabentnavnsomalleerfriesttilatlaesehersteder"
"""The name of an association: not sealed, so a search of the store's files must find it."""
_LETTERS: Final = 36  # long: the store packs short texts, so a search of its files would miss them
_VALUE: Final = "value"
_SIGNS: Final = "•·"
_HIDDEN_HOPS: Final = (
    "ssp-post--ssp", "intake--ssp", "ihd--ssp-post", "carl--dina", "outreach--jens",
)  # fmt: skip
MADE_BY: Final = "made_by"


@dataclass(frozen=True, slots=True, kw_only=True)
class Canary:
    element: str
    field: str
    marker: str

    def __str__(self) -> str:
        return f"{self.element}.{self.field}"

    @property
    def is_value(self) -> bool:
        """Whether the field is a contact value, which only a reveal shows."""
        return self.field == _VALUE

    @property
    def is_personal(self) -> bool:
        """Whether the field is a sealed name or number, which no log and no file may hold."""
        return self.field in ("name", "title", "display_name", _VALUE)

    @property
    def is_id(self) -> bool:
        """Whether the field is an id of an account or of a text, which a log may hold."""
        return not self.is_personal and self.field != "hint"

    @property
    def forms(self) -> tuple[str, ...]:
        """The spellings of the marker in a leak: plain, JSON-escaped and percent-encoded."""
        return tuple({self.marker, json.dumps(self.marker)[1:-1], quote(self.marker)})


def letters(element_id: str, field: str) -> str:
    """The letters of a marker: the same on every run, and no word."""
    digest = hashlib.sha512(f"{element_id}.{field}".encode()).digest()
    return "zq" + "".join(chr(ord("a") + byte % 26) for byte in digest[:_LETTERS])


def _hint(element_id: str) -> str:
    return "".join(_SIGNS[byte % 2] for byte in hashlib.sha256(element_id.encode()).digest()[:24])


def _planted(element: Element) -> dict[str, Any]:
    """Return the fields of an element that hold a marker, with their values."""
    match element:
        case Person():
            return {
                "name": f"Zacharias {letters(element.id, 'name').capitalize()}",
                "title": letters(element.id, "title").capitalize(),
            }
        case ResourceIndividual():
            return {"display_name": letters(element.id, "display_name").capitalize()}
        case ContactDetail():
            return {
                "value": f"{letters(element.id, 'value')}@kystby.example",
                "hint": _hint(element.id),
                "verified_by": letters(element.id, "verified_by"),
            }  # fmt: skip
        case Consent():
            mark = letters(element.id, "text_version")
            number = int.from_bytes(hashlib.sha256(mark.encode()).digest()[:2]) % 9000 + 1000
            return {
                "audience": letters(element.id, "audience"),
                "text_version": f"zqx-{number}",
                "recorded_by": letters(element.id, "recorded_by"),
            }
        case _ if element.id in _HIDDEN_HOPS:
            return {"verified_by": letters(element.id, "verified_by")}
        case _:
            return {}


def elements() -> tuple[Element, ...]:
    """Return Kystby with all markers, and a contact detail more for the intake and for Amina."""
    details = (("intake", "mail-intake"), ("amina", "mail-amina"))
    more: list[Element] = [
        Organization(id="aabent", kind=_KIND, name=PUBLIC, source="kystby"),
        *(
            ContactDetail(id=item, channel=Channel.EMAIL, hint="•", source="kystby")
            for _, item in details
        ),
        *(tie(ReachedBy, owner, item) for owner, item in details),
    ]
    known = kystby.elements(kystby={"lat": 56.16, "lon": 10.21})
    return tuple(_with_markers(element) for element in (*known, *more))


def _with_markers(element: Element) -> Element:
    fields = _planted(element)
    if isinstance(element, ContactDetail):
        # as if read from the store: a new value would replace the marker in the hint
        value = Secret(fields["value"], is_stored=True)
        fields |= {"value": value, "channel": Channel.EMAIL}
    if isinstance(element, ContactDetail) or "verified_by" in fields:
        fields["verified_on"] = kystby.TODAY
    if isinstance(element, Consent):
        fields["audience"] = element.audience | {fields["audience"]}
    return replace(element, **fields)


_KIND: Final = next(element.kind for element in kystby.nodes() if isinstance(element, Organization))


def canaries() -> tuple[Canary, ...]:
    return (
        *(
            Canary(element=element.id, field=field, marker=str(marker))
            for element in elements()
            for field, marker in _planted(element).items()
        ),
        Canary(element="change", field=MADE_BY, marker=letters("change", MADE_BY)),
    )


def found_in(text: str, known: Iterable[Canary]) -> set[str]:
    """Return the names of the markers that a text holds."""
    return {str(item) for item in known if any(form in text for form in item.forms)}


def found_in_bytes(content: bytes, known: Iterable[Canary]) -> set[str]:
    """Return the names of the markers in a file, in UTF-8 or UTF-16: the engine may use either."""
    return {
        str(item)
        for item in known
        for form in item.forms
        if any(form.encode(coded) in content for coded in ("utf-8", "utf-16-le", "utf-16-be"))
    }


def expected() -> Mapping[Role, frozenset[str]]:
    """Return the markers that each role is shown, according to `canaries.txt`."""
    lines = Path(__file__).with_name("canaries.txt").read_text("utf-8").splitlines()
    cells = [re.split(r"\s+", line) for line in lines if line and not line.startswith("#")]
    assert [name for name, *_ in cells] == [str(canary) for canary in canaries()]
    return {
        role: frozenset(name for name, *item in cells if item[place] == "+")
        for place, role in enumerate(Role)
    }
