"""Queries of the register and the list of results.

The typed text is in the session only; kind, place and state are in the address.
"""

import re
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import islice
from typing import Final, cast

from api.client import ApiClient
from api.schemas.accounts import Me
from api.schemas.entities import Checked, Entity, NameHit
from api.schemas.words import Label
from explorer import address, screen_state, session
from explorer.i18n import _, found_by, language

LABELS: Final[tuple[Label, ...]] = (
    "Actor", "Network", "Authority", "Person", "Organization", "ResourceIndividual",
)  # fmt: skip
"""The labels offered as filters."""
FOUND: Final[tuple[Label, ...]] = (*LABELS, "Area")
MOST: Final = 50
MIN_LETTERS: Final = 2
MOST_LETTERS: Final = 80
CONSENT_ENDS: Final = "CONSENT_ENDS"
STATES: Final = ("VACANT", "WITHOUT_DEPUTY", "DOUBLED", "STALE")
_CONSENT_DAYS: Final = 30
_SEE_CONSENTS: Final = frozenset({"COORDINATOR", "OUTREACH", "DPO"})
_CIVIL_NUMBER: Final = re.compile(r"(?<!\d)[0-3]\d[01]\d\d\d[ –-]{0,3}\d{4}(?!\d)")
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
        """Nothing is searched for yet: a kind alone would list everything."""
        return not (self.text or self.area or self.state)

    @property
    def labels(self) -> tuple[Label, ...]:
        """The labels of the results."""
        return (self.label,) if self.label else FOUND


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterRow:
    """A result as the list shows it."""

    id: str
    label: Label
    kind: str | None
    name: str
    place: tuple[str, ...]
    check: Checked | None = None


@dataclass(frozen=True, slots=True)
class RegisterResult:
    """The list; `is_cut`: there are more results. It is of `revision` or a later one."""

    rows: tuple[RegisterRow, ...]
    is_cut: bool
    revision: int = 0


def holds_civil_number(text: str) -> bool:
    """Whether a text appears to contain a civil registration number."""
    return _CIVIL_NUMBER.search(text) is not None


def register_query(text: str, on: date, *, is_today: bool) -> RegisterQuery:
    """The query of the address with a search text."""
    label, state = address.one("kind"), address.one("state")
    typed = " ".join(text.split())[:MOST_LETTERS]
    return RegisterQuery(
        text=typed if len(typed) >= MIN_LETTERS else "",
        label=cast("Label", label) if label in LABELS else None,
        area=address.one("area"),
        state=state if state in (*STATES, CONSENT_ENDS) else None,
        day=on,
        is_today=is_today,
    )


def register_result(client: ApiClient, what: RegisterQuery) -> RegisterResult:
    """Return the list, fetched once per query: each request is logged and counted.

    Raises: Problem: as the API reports.
    """
    asked = ("register", what, language())
    return screen_state.fetch(client, asked, lambda: _found(client, what), fresh_s=_HELD_S)


def _found(client: ApiClient, what: RegisterQuery) -> RegisterResult:
    revision = client.revision().revision  # read first, so that a concurrent write is noticed
    return replace(find(client, what), revision=revision)


def find(client: ApiClient, what: RegisterQuery) -> RegisterResult:
    """Return the list from the API, without a cache.

    Raises: Problem: as the API reports.
    """
    if what.state is not None:
        return _cut(_in_state(client, what))
    if what.text:
        hits = client.names(
            what.text, label=what.labels, area=what.area, on=what.on, limit=MOST
        ).found
        return RegisterResult(tuple(_of_hit(one) for one in hits), is_cut=len(hits) == MOST)
    rows: list[RegisterRow] = []
    pages = client.entities(
        label=what.label, area=what.area, on=what.on, fields="name,kind", limit=MOST + 1
    )
    for page in pages:
        rows += [_of_entity(one) for one in page.found if one.label in FOUND]
        if len(rows) > MOST:
            break
    return _cut(tuple(sorted(rows, key=lambda row: FOUND.index(row.label))))


def state_words(me: Me) -> dict[str, str]:
    """The states offered as filters, with their labels."""
    words = session.terms("PostState")
    told = {state: words.get(state, state) for state in STATES}
    if not session.roles(me) & _SEE_CONSENTS:
        return told
    return {**told, CONSENT_ENDS: _("Consent ends within 30 days")}


def _in_state(client: ApiClient, what: RegisterQuery) -> tuple[RegisterRow, ...]:
    """All posts in a state, restricted to matching names if there is a search text."""
    if what.state == CONSENT_ENDS:
        rows = _consents(client, what)
    elif what.label in (None, "Actor"):
        told = client.coverage(area=what.area, state=(str(what.state),), on=what.on).rows
        rows = tuple(
            {
                one.post.id: RegisterRow(
                    id=one.post.id,
                    label="Actor",
                    kind=one.kind,
                    name=one.post.name or one.post.id,
                    place=(one.area.name,) if one.area.name else (),
                    check=one.check,
                )
                for one in told
            }.values()
        )
    else:
        rows = ()
    if not what.text or not rows:
        return rows
    hits = client.names(
        what.text, label=(rows[0].label,), area=what.area, on=what.on, limit=MOST
    ).found
    known = {one.id: one for one in rows}
    return tuple(known[hit.id] for hit in hits if hit.id in known)


def _consents(client: ApiClient, what: RegisterQuery) -> tuple[RegisterRow, ...]:
    """The civilians whose consent ends soon."""
    if what.label not in (None, "ResourceIndividual"):
        return ()
    day = what.day + timedelta(days=_CONSENT_DAYS)
    pages = islice(client.consents(ends_before=day, on=what.on, limit=100), _MOST_PAGES)
    due = [one for page in pages for one in page.found if one.individual and not one.is_withdrawn]
    rows = {
        str(one.individual): RegisterRow(
            id=str(one.individual),
            label="ResourceIndividual",
            kind=None,
            name=one.name or str(one.individual),
            place=(one.renewal_name,) if one.renewal_name else (),
        )
        for one in due
    }
    if what.area is not None:
        near = client.entities(label="ResourceIndividual", area=what.area, on=what.on, limit=100)
        there = {one.id for page in islice(near, _MOST_PAGES) for one in page.found}
        rows = {one: row for one, row in rows.items() if one in there}
    return tuple(rows.values())


def _cut(rows: tuple[RegisterRow, ...]) -> RegisterResult:
    return RegisterResult(rows[:MOST], is_cut=len(rows) > MOST)


def _of_hit(hit: NameHit) -> RegisterRow:
    label = cast("Label", hit.label)
    return RegisterRow(
        id=hit.successor.id if hit.successor else hit.id, label=label, kind=hit.kind,
        name=hit.name, place=(*found_by(hit), *hit.place), check=hit.check,
    )  # fmt: skip


def _of_entity(one: Entity) -> RegisterRow:
    place = tuple(area.name for area in one.areas[:2] if area.name and area.name != one.name)
    return RegisterRow(
        id=one.id, label=cast("Label", one.label), kind=one.kind, name=one.name or "",
        place=place, check=one.check,
    )  # fmt: skip
