"""What a need finds, on the wire: contacts with ways, or why there is none and what would make one.

Ids, codes and numbers are the same for every reader; `words` are in the caller's language.
"""

from datetime import date

from pydantic import Field

from api.schemas.base import Minute, Wire
from api.schemas.needs import Need
from api.schemas.paths import Named, Path, Resolution, Stop
from api.schemas.words import (
    Cause,
    Channel,
    DirectGround,
    Direction,
    FewerWhy,
    FitNeed,
    LegalGate,
    LinkType,
    PostKind,
    Relaxed,
)


class Edge(Wire):
    """Where a search stands: how far from its end, or since when nobody answers there."""

    node: Named
    hops: int
    cost: int
    vacant_since: date | None
    is_closed: bool


class Missing(Wire):
    """A link that would make a path, what that would cost, and who could make it.

    No `source`: a deputy, who could be anybody. `steward`: the area whose steward can.
    """

    type: LinkType
    source: Named | None
    target: Named
    gate: LegalGate | None
    path_cost: int
    path_chance: float
    makers: tuple[Named, ...]
    steward: Named | None


class WouldWork(Wire):
    """A term given up, and how many paths there are without it."""

    term: Relaxed
    paths: int


class Nearest(Wire):
    """The best path on the next rung of areas."""

    rung: int
    node: Named
    hops: int
    cost: int
    chance: float


class NoPathWords(Wire):
    """Why there is no path, a sentence for each thing."""

    sentences: tuple[str, ...]


class NoPath(Wire):
    """Why there is no path, and what would have to exist. `proved`: the search was complete."""

    cause: Cause
    proved: bool
    frontier: tuple[Edge, ...]
    from_target: tuple[Edge, ...]
    missing: tuple[Missing, ...]
    would_work: tuple[WouldWork, ...]
    nearest: Nearest | None
    words: NoPathWords


class FewerWords(Wire):
    """Why there are no more paths, in a sentence."""

    text: str


class Fewer(Wire):
    """Why there are fewer paths than asked for; `bottleneck` is a stop all of them share."""

    why: FewerWhy
    bottleneck: Named | None
    words: FewerWords


# ---- contacts


class FitWords(Wire):
    """Why a post is right, as the policy says it."""

    text: str = Field(examples=["koordinerer SSP Ringsted"])


class Fit(Wire):
    """Why a post is right for a need: the kind of need, and the class, 1 for the best.

    `through` is what makes it so: the network it coordinates, the place, the authority.
    """

    need: FitNeed
    number: int
    through: Named | None
    words: FitWords


class DirectWords(Wire):
    """That you may call, in a sentence, and what to observe."""

    text: str = Field(
        examples=["Du må ringe direkte. Nævn ingen: I har intet fælles retsgrundlag."]
    )
    sentences: tuple[str, ...] = Field(examples=[[]])


class Direct(Wire):
    """That a contact may be called without anybody between, and on what ground.

    `covers_need`: the call is all the need asks for; else the ways are the answer. NAMED has the
    `gate` and the network or authority you share as `through`; CONSENT until when it holds and who
    opens the door otherwise. `channels`: kinds only.
    """

    ground: DirectGround
    covers_need: bool
    channels: tuple[Channel, ...]
    gate: LegalGate | None
    through: Named | None
    until: date | None
    opener: Named | None
    words: DirectWords


class ContactWords(Wire):
    """Who it is and why, in a line; and that it is you, where it is."""

    title: str = Field(examples=["SSP-koordinator, Ringsted — koordinerer SSP Ringsted"])
    you: str | None = Field(examples=[None])


class Contact(Wire):
    """Somebody who meets the need: how to reach them, and when.

    `is_you`: you answer there yourself. `is_exact`: no better ways; `fewer`: why there are fewer
    than asked for. `none`: why no way leads there, where there is none and the ways are the answer.
    """

    number: int
    stop: Stop
    fit: Fit
    is_you: bool
    direct: Direct | None
    ways: tuple[Path, ...]
    is_exact: bool
    is_cut_off: bool
    fewer: Fewer | None
    none: NoPath | None
    words: ContactWords


class PassedClassWords(Wire):
    """The same in a sentence."""

    text: str = Field(examples=["SSP-koordinator, Læsø: ingen svarer før 4. feb."])


class PassedClass(Wire):
    """A class of posts that was left because none of them can be reached, and why.

    `posts`: at most three of them. `until`: the first date on which one of them answers again.
    """

    fit: Fit
    posts: tuple[Named, ...]
    cause: Cause
    until: date | None
    none: NoPath
    words: PassedClassWords


# ---- the place


class LocalPost(Wire):
    """A standing post of a place, who answers there, and whether it may be called directly.

    `is_you`: you answer there yourself; then there is no call.
    """

    post: Named
    kind: PostKind
    resolution: Resolution
    is_you: bool
    direct: Direct | None


class LocalDeskWords(Wire):
    """What it is called."""

    title: str = Field(examples=["Faste kontakter, Ringsted"])


class LocalDesk(Wire):
    """The standing posts of a place in the order of the policy."""

    area: Named
    posts: tuple[LocalPost, ...]
    words: LocalDeskWords


class AcuteCardWords(Wire):
    """What to do, in order; `inform` is the heading above those who are told afterwards."""

    title: str = Field(examples=["Akut fare: ring 112. Politi: 114."])
    duty_line: str
    inform: str = Field(examples=["Orientér bagefter:"])


class AcuteCard(Wire):
    """What to do in acute danger: the emergency lines, then the duty line of the place.

    `duty_line` is none where no place is named or known. `inform`: who is told afterwards.
    """

    area: Named | None
    lines: tuple[LocalPost, ...]
    duty_line: LocalPost | None
    inform: tuple[LocalPost, ...]
    words: AcuteCardWords


# ---- the whole


class PathsWords(Wire):
    """What was asked, and by which data and rules it was answered."""

    headline: str = Field(
        examples=["Fra PET Forebyggelsescenter til Ringsted (SSP), 28. nov. 2026 kl. 22.00"]
    )
    origin: str


class Paths(Wire):
    """What was asked, by which data and policy, and the contacts; `none` where there are none.

    `at`: the Danish minute asked about; none: the date alone. `rung` is of the first contact: 0 the
    area itself, 1 what it lies in, 2 national. `direction` is that of the first contact's ways.
    `passed`: the classes left above the first contact. `acute` is told for ACUTE alone, which has
    no contacts to choose from.
    """

    need: Need
    on: date
    at: Minute | None
    revision: int
    policy: str
    direction: Direction
    rung: int
    start: Named | None
    target: Named | None
    area: Named | None
    contacts: tuple[Contact, ...]
    passed: tuple[PassedClass, ...]
    local: LocalDesk | None
    acute: AcuteCard | None
    none: NoPath | None
    words: PathsWords

    @property
    def paths(self) -> tuple[Path, ...]:
        """All ways in the order of their contacts; their numbers rise over all of them."""
        return tuple(path for contact in self.contacts for path in contact.ways)
