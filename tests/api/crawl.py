"""Every question the API can be asked, from its own description, so that none is forgotten."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from tests.kystby import TODAY

TEXTS: Final = ("kystby", "lyng", "ssp")
VALUES: Final[Mapping[str, Sequence[str]]] = {
    "text": TEXTS,
    "from": ("2026-01-01",),
    "to": ("2027-06-01",),
    "since": ("0",),
    "slug": ("not-found",),
    "start": ("ihd",),
}
"""What required parameters are given, besides ids."""
ID_NAMES: Final = frozenset(
    {"id", "node_id", "link_id", "detail_id", "consent_id", "entity_id", "account_id", "subject"}
)
BODIES: Final[Mapping[str, Sequence[Mapping[str, Any]]]] = {
    "/paths": (
        {"start": "ihd", "target": "ssp-post"},
        {"start": "ssp-post", "target": "vindrosen"},
        {"start": "ihd", "target": "jens"},
        {"start": "amina", "area": "nabo"},
    ),
}
"""What posted questions are asked; one that is not here fails the test that asks it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """One request of a caller."""

    method: str
    path: str
    template: str
    params: Mapping[str, str] = field(default_factory=dict[str, str])
    body: Mapping[str, Any] | None = None


def questions(openapi: Mapping[str, Any], ids: Iterable[str]) -> Iterator[Ask]:
    """Every GET, with each id where it takes one, and every question that is posted."""
    known = tuple(ids)
    for template, operations in openapi["paths"].items():
        if "get" in operations:
            yield from _reads(template, operations["get"], known)
        posted = operations.get("post", {})
        if posted.get("operationId", "").startswith("find_"):
            for body in BODIES[template]:
                given = {"on": TODAY.isoformat(), **body}
                yield Ask(method="POST", path=template, template=template, body=given)


def _reads(template: str, operation: Mapping[str, Any], ids: tuple[str, ...]) -> Iterator[Ask]:
    asked: list[tuple[str, dict[str, str]]] = [(template, {})]
    for parameter in operation.get("parameters", ()):
        if not parameter.get("required"):
            continue
        name, place = parameter["name"], parameter["in"]
        values = ids if name in ID_NAMES else VALUES[name]
        asked = [
            (path.replace(f"{{{name}}}", value), params)
            if place == "path"
            else (path, {**params, name: value})
            for path, params in asked
            for value in values
        ]
    for path, params in asked:
        yield Ask(method="GET", path=path, template=template, params=params)
