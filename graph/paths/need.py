"""The need: the input of a path search, never stored, and its validation."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from graph.access.view import View
from graph.errors import InvalidNeed
from graph.model.opening_hours import is_missing_minute
from graph.paths.kernel.request import Direction
from graph.paths.policy import Policy
from graph.vocabulary import (
    Channel,
    Competence,
    Label,
    LegalGate,
    NetworkKind,
    PreventionLevel,
    Sector,
    Trigger,
)

_LANGUAGE: Final = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_MAX_VIA: Final = 2
_MAX_KM: Final = 1000  # Denmark is shorter
CRITERIA: Final = ("target", "trigger", "area", "network", "sector", "competence")

Via = str | NetworkKind | frozenset[NetworkKind] | Sector
"""An item a path must meet: a node by id (an authority: any of its posts), a network of a kind or
of one of several kinds, or a sector.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """Start, goal, time and terms of a search: docs/paths.md, "A need".

    `at` is a local minute of `on`; without it only the date is given, and waiting costs its mean.

    `start`, `target`, `area`, `from_area` and `avoid` are ids; without a start, the caller's own
    posts are used. `network` holds kinds, one of which suffices. `competence` is the beginning of a
    KLE number or `kv:` code. `within_km` is counted from `area`, which then need not be covered,
    else from where the path starts. The policy supplies numbers that are left out.
    """

    on: date
    at: datetime | None = None
    start: str | None = None
    target: str | None = None
    trigger: Trigger | None = None
    area: str | None = None
    from_area: str | None = None
    network: frozenset[NetworkKind] = frozenset()
    sector: Sector | None = None
    competence: str | None = None
    level: PreventionLevel | None = None
    language: str | None = None
    channel: Channel | None = None
    within_km: int | None = None
    avoid: frozenset[str] = frozenset()
    gate: LegalGate | None = None
    via: tuple[Via, ...] = ()
    direction: Direction = Direction.AUTO
    max_hops: int | None = None
    max_contacts: int | None = None
    max_paths: int | None = None
    overlap_percent: int | None = None

    def __post_init__(self) -> None:
        """Refuse a need without a goal, or with an invalid term.

        Raises:
            InvalidNeed: naming the field.
        """
        if not any(getattr(self, name) for name in CRITERIA):
            raise InvalidNeed(
                "target",
                "sig mindst ét: mål, behov, sted, samarbejde, sektor eller kompetence",
                "say at least one: target, trigger, place, network, sector or competence",
            )
        if self.at is not None and self.at.date() != self.on:
            raise InvalidNeed("at", "ligger ikke på datoen »on«", 'is not on the date "on"')
        if self.at is not None and is_missing_minute(self.at):
            raise InvalidNeed(
                "at",
                "findes ikke: uret stilles en time frem den nat. Vælg en anden time",
                "does not exist: the clocks go forward that night. Choose another hour",
            )
        if len(self.via) > _MAX_VIA:
            raise InvalidNeed("via", "højst to mellemled", "two stops on the way at most")
        if self.competence is not None and not is_competence(self.competence):
            raise InvalidNeed(
                "competence",
                "er ikke begyndelsen på et KLE-nummer eller en kv:-kode, vi bruger",
                "does not begin a KLE number or kv: code in use",
            )
        if self.language is not None and not _LANGUAGE.fullmatch(self.language):
            raise InvalidNeed(
                "language",
                "skal være en sprogkode, fx »so« (somali)",
                'must be a language tag, e.g. "so" (Somali)',
            )
        _check_range("within_km", self.within_km, 1, _MAX_KM)


def _check_range(field: str, number: int | None, low: int, high: int) -> None:
    if number is not None and not low <= number <= high:
        raise InvalidNeed(field, f"skal være fra {low} til {high}", f"must be from {low} to {high}")


def is_competence(prefix: str) -> bool:
    """Return whether a text begins the number of a competence."""
    return bool(prefix) and any(competence.number.startswith(prefix) for competence in Competence)


def has_competence(competences: frozenset[Competence], prefix: str) -> bool:
    """Return whether one of the competences has a number with this prefix."""
    return any(competence.number.startswith(prefix) for competence in competences)


def speaks(languages: frozenset[str], tag: str) -> bool:
    """Return whether one of the languages is this one, or a variety of it (`ar-SY` is `ar`)."""
    return any(language == tag or language.startswith(f"{tag}-") for language in languages)


def area_row(view: View, field: str, node_id: str) -> int:
    """Return the row of an area, or of its successor if it has ended.

    Raises:
        InvalidNeed: the node is not an area; the error names the field.
        NotFound: the node is absent or hidden.
    """
    row = view.current(node_id)
    if view.label(row) is not Label.AREA:
        raise InvalidNeed(field, "skal være et sted", "must be an area")
    return row


def check(view: View, need: Need, policy: Policy) -> None:
    """Refuse what this policy or this caller's rights do not allow, or a place that is none.

    Raises:
        InvalidNeed: naming the field.
        NotFound: a place is absent or hidden.
        ValueError: the View is of another date: an error of the calling code, not of the need.
    """
    if view.on != need.on:
        raise ValueError(f"a need of {need.on} is not answered by a View of {view.on}")
    search = policy.search
    _check_range("max_hops", need.max_hops, 1, search.max_hops)
    _check_range("max_paths", need.max_paths, 1, search.max_paths)
    _check_range("max_contacts", need.max_contacts, 1, policy.contacts.most)
    _check_range("overlap_percent", need.overlap_percent, 0, 100)
    for field, place in (("area", need.area), ("from_area", need.from_area)):
        if place is not None:
            area_row(view, field, place)
    if need.level is not None and need.level not in granted_levels(view):
        raise InvalidNeed(
            "level",
            "du har ikke adgang til det forebyggelsesniveau",
            "you have no access to that prevention level",
        )


def granted_levels(view: View) -> frozenset[PreventionLevel]:
    """The prevention levels of the caller's grants in force today."""
    return frozenset(
        level
        for grant in view.caller.grants
        if grant.is_valid(view.today)
        for level in grant.levels
    )
