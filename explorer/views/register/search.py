"""Queries of the register and the list of results.

The typed text is in the session only; kind, place and state are in the address.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import chain, islice
from typing import Final, cast

from api.client import ApiClient
from api.schemas.accounts import Me
from api.schemas.entities import LastCheck, Names
from api.schemas.words import Label
from explorer import address, screen_state, session
from explorer.components.combobox import MIN_LETTERS, MOST_LETTERS
from explorer.i18n import _, found_by, language
from explorer.labels import SOON
from explorer.views.find.need import fold_text

LABELS: Final[tuple[Label, ...]] = (
    "Actor", "Network", "Authority", "Person", "Organization", "ResourceIndividual",
)  # fmt: skip
"""The labels offered as filters."""
RESULT_LABELS: Final[tuple[Label, ...]] = (*LABELS, "Area")
MOST: Final = 50
CONSENT_ENDS: Final = "CONSENT_ENDS"
STATES: Final = ("VACANT", "WITHOUT_DEPUTY", "DOUBLED", "STALE")
_SEE_CONSENTS: Final = frozenset({"COORDINATOR", "OUTREACH", "DPO"})
# As the API refuses it, day 61 to 91 of administrative numbers included.
_CIVIL_NUMBER: Final = re.compile(
    r"(?<!\d)(?:0[1-9]|[12]\d|3[01]|6[1-9]|[78]\d|9[01])[ ./–-]{0,3}(?:0[1-9]|1[0-2])"
    r"(?:[ ./–-]{0,3}\d){6}(?!\d)"
)
_MOST_PAGES: Final = 5
_HELD_S: Final = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterQuery:
    """A search text and its filters."""

    text: str
    label: Label | None
    area: str | None
    state: str | None
    day: date
    is_today: bool

    @property
    def on(self) -> date | None:
        """The date to query; None for today."""
        return None if self.is_today else self.day

    @property
    def is_open(self) -> bool:
        """Whether nothing is searched for yet: a kind alone would list everything."""
        return not (self.text or self.area or self.state)

    @property
    def labels(self) -> tuple[Label, ...]:
        """The labels of the results."""
        return (self.label,) if self.label else RESULT_LABELS


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterRow:
    """A result as the list shows it."""

    id: str
    label: Label
    kind: str | None
    own_kind: str | None = None
    name: str
    place: tuple[str, ...]
    check: LastCheck | None = None


@dataclass(frozen=True, slots=True)
class RegisterResult:
    """The list; `is_cut`: there are more results. It is of `revision` or a later one.

    `remarks` say what of the text was left out, and what is outside the register.
    """

    rows: tuple[RegisterRow, ...]
    is_cut: bool
    revision: int = 0
    remarks: tuple[str, ...] = ()


def holds_civil_number(text: str) -> bool:
    """Whether a text appears to contain a civil registration number."""
    return _CIVIL_NUMBER.search(text) is not None


def register_query(text: str, on: date, *, is_today: bool) -> RegisterQuery:
    """The query of the address with a search text."""
    label, state = address.text("kind"), address.text("state")
    search_text = " ".join(text.split())[:MOST_LETTERS]
    return RegisterQuery(
        text=search_text if len(search_text) >= MIN_LETTERS else "",
        label=cast("Label", label) if label in LABELS else None,
        area=address.text("area"),
        state=state if state in (*STATES, CONSENT_ENDS) else None,
        day=on,
        is_today=is_today,
    )


def register_result(client: ApiClient, what: RegisterQuery) -> RegisterResult:
    """Return the list, fetched once per query: each request is logged and counted.

    Raises: Problem: as the API reports.
    """
    result, revision = screen_state.fetch(
        client,
        ("register", what, language()),
        lambda: screen_state.with_revision(client, lambda: find(client, what)),
        fresh_s=_HELD_S,
    )
    return replace(result, revision=revision)


def find(client: ApiClient, what: RegisterQuery) -> RegisterResult:
    """Return the list from the API, without a cache.

    Raises: Problem: as the API reports.
    """
    if what.state is not None:
        return _cut(_in_state(client, what))
    if what.text:
        answer = _names(client, what, what.labels)
        hits = answer.found
        by_id: dict[str, RegisterRow] = {}  # an office that has ended has the id of its successor
        for hit in hits:
            row = RegisterRow(
                id=hit.successor.id if hit.successor else hit.id,
                label=cast("Label", hit.label), kind=hit.kind,
                own_kind=hit.own_kind, name=hit.name, place=(*found_by(hit), *hit.place),
                check=hit.check,
            )  # fmt: skip
            by_id.setdefault(row.id, row)
        return RegisterResult(
            tuple(by_id.values()), is_cut=len(hits) == MOST, remarks=answer.remarks
        )
    rows: list[RegisterRow] = []
    pages = client.entities(
        label=what.label, area=what.area, on=what.on, fields="name,kind", limit=MOST + 1
    )
    for page in pages:
        for entity in page.found:
            if entity.label in RESULT_LABELS:
                places = [
                    area.name for area in entity.areas[:2] if area.name and area.name != entity.name
                ]
                rows.append(RegisterRow(
                    id=entity.id, label=cast("Label", entity.label), kind=entity.kind,
                    own_kind=entity.own_kind, name=entity.name or "", place=tuple(places),
                    check=entity.check,
                ))  # fmt: skip
        if len(rows) > MOST:
            break
    return _cut(sorted(rows, key=lambda row: RESULT_LABELS.index(row.label)))


def _names(client: ApiClient, what: RegisterQuery, labels: tuple[Label, ...]) -> Names:
    return client.names(what.text, label=labels, area=what.area, on=what.on, limit=MOST)


def state_words(me: Me) -> dict[str, str]:
    """The states offered as filters, with their labels."""
    words = session.terms("PostState")
    states = {state: words.get(state, state) for state in STATES}
    if not session.roles(me) & _SEE_CONSENTS:
        return states
    return {**states, CONSENT_ENDS: _("Consent ends within 30 days")}


def _in_state(client: ApiClient, what: RegisterQuery) -> list[RegisterRow]:
    """All posts or civilians in a state, those with matching names if there is a search text."""
    rows: dict[str, RegisterRow] = {}
    if what.state == CONSENT_ENDS and what.label in (None, "ResourceIndividual"):
        ends_before = what.day + SOON
        consents = client.consents(ends_before=ends_before, open_only=True, on=what.on, limit=100)
        pages = islice(consents, _MOST_PAGES)
        for receipt in chain.from_iterable(page.found for page in pages):
            is_over = receipt.is_withdrawn or receipt.ends_on <= what.day
            if receipt.individual and not is_over:
                rows[receipt.individual] = RegisterRow(
                    id=receipt.individual, label="ResourceIndividual", kind=None,
                    name=receipt.name or receipt.individual,
                    place=(receipt.renewal_name,) if receipt.renewal_name else (),
                )  # fmt: skip
        if what.area is not None:
            near = client.entities(
                label="ResourceIndividual", area=what.area, on=what.on, limit=100
            )
            ids = {entity.id for page in islice(near, _MOST_PAGES) for entity in page.found}
            rows = {node_id: row for node_id, row in rows.items() if node_id in ids}
    elif what.state != CONSENT_ENDS and what.label in (None, "Actor"):
        for row in client.coverage(area=what.area, state=(str(what.state),), on=what.on).rows:
            rows[row.post.id] = RegisterRow(
                id=row.post.id, label="Actor", kind=row.kind, own_kind=row.own_kind,
                name=row.post.name or row.post.id, place=(row.area.name,) if row.area.name else (),
                check=row.check,
            )  # fmt: skip
    if not what.text or not rows:
        return list(rows.values())
    label = "ResourceIndividual" if what.state == CONSENT_ENDS else "Actor"
    hits = (hit.id for hit in _names(client, what, (label,)).found)
    # the best hits of the country are few: a row with all the words is listed without being one
    words = [fold_text(word) for word in what.text.split()]
    texts = {row.id: fold_text(" ".join((row.name, *row.place))) for row in rows.values()}
    matches = (node_id for node_id, text in texts.items() if all(word in text for word in words))
    return [rows[node_id] for node_id in dict.fromkeys((*hits, *matches)) if node_id in rows]


def _cut(rows: Sequence[RegisterRow]) -> RegisterResult:
    return RegisterResult(tuple(rows[:MOST]), is_cut=len(rows) > MOST)
