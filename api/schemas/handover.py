"""Who hands over to whom when somebody moves, on the wire."""

from datetime import date

from pydantic import Field

from api.schemas.base import Wire
from api.schemas.paths import Named, Path, Resolution
from api.schemas.words import Cause, Gap, LegalGate, Sector


class Side(Wire):
    """The posts of a sector that answer for one of the places, and who answers at each.

    `rung`: 0 for the place itself, 1 for what it lies in, 2 for the country.
    """

    rung: int
    posts: tuple[Resolution, ...]
    gap: Gap | None


class SectorHandoverWords(Wire):
    """What is missing, each in a word or two; empty: nothing is."""

    gaps: tuple[str, ...] = Field(examples=[["Ingen kontaktvej"]])


class SectorHandover(Wire):
    """How one sector hands over.

    `path` is the best from the giving side to the taking one, `cause` why there is none where both
    have posts. `is_same`: who takes over has it already. `gaps`: what is missing.
    """

    sector: Sector
    giving: Side
    taking: Side
    path: Path | None
    gates: tuple[LegalGate, ...]
    cause: Cause | None
    is_same: bool
    is_exact: bool
    gaps: tuple[Gap, ...]
    words: SectorHandoverWords


class Handover(Wire):
    """Between which places, by which data and policy; a row for each sector as asked."""

    from_area: Named
    to_area: Named
    on: date
    revision: int
    policy: str
    sectors: tuple[SectorHandover, ...]
