"""Wire models of exports: the requests, and the ticket with which a file is fetched."""

from datetime import date, datetime
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from api.schemas.base import Id, Wire
from api.schemas.coverage import MapUnit
from api.schemas.paths import Need
from api.schemas.reveal import require_emergency
from api.schemas.words import MapMeasure, MatrixColumns, Metric, NetworkKind, PostKind, Trigger

FormatWord = Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9_]{1,39}$")]
"""A word of the vocabulary `ExportFormat`; the server knows which there are."""
ContactFormat = Literal["VCARD", "ACTION_CARD"]
NamesPurpose = Literal[
    "CONCERN", "ACUTE", "SERIOUS", "RELEASE", "MOVE", "KNOWLEDGE", "HAND_BACK",
    "VERIFY", "CORRECTION",
]  # fmt: skip
LossKind = Literal[
    "DETAILS", "NAMES", "NAMES_ELSEWHERE", "PERSONAL", "CIVILIANS", "TIES", "FIELDS", "LISTS",
    "DATES", "LINKS", "TERMS", "OTHERS", "MORE_DETAILS", "NOT_SHOWN", "ROWS", "OLDER", "BEGUN",
    "NODES", "GROUNDS", "CHECKS", "CHECKERS", "DEPUTY_ORDER", "COMPETENCES", "LANGUAGES", "HOURS",
    "POST_DATES", "HOLDER_DATES", "PROGRAMS", "VALUES",
]  # fmt: skip


class AskedExport(Wire):
    """Which nodes to export: as a table of them or of their links, or as a network.

    Without `nodes` it is the whole register as far as you may see it. The file has no contact
    details and shows people by id. `with_names` needs a purpose, and
    includes only the names of people in your own areas.
    """

    format: FormatWord = Field(examples=["NODES_CSV"])
    nodes: tuple[Id, ...] = Field(
        default=(), max_length=5_000, examples=[["act-ssp-0787", "net-ssp-0787"]]
    )
    with_names: bool = Field(default=False, examples=[False])
    purpose: NamesPurpose | None = Field(default=None, examples=["VERIFY"])
    on: date | None = Field(default=None, examples=["2026-11-25"])

    @model_validator(mode="after")
    def _purposeful(self) -> Self:
        if self.with_names != (self.purpose is not None):
            raise ValueError("names are exported for a purpose, and nothing else is")
        return self


class AskedMap(Wire):
    """The measure, posts and areas of the coverage map to export, as in `GET /coverage/map`."""

    measure: MapMeasure = Field(default="VERIFIED", examples=["VACANT"])
    kind: tuple[PostKind, ...] = Field(default=(), max_length=50, examples=[["SSP_COORDINATOR"]])
    meets_in: tuple[NetworkKind, ...] = Field(default=(), max_length=50, examples=[["SSP"]])
    by: MapUnit = Field(default="MUNICIPALITY", examples=["MUNICIPALITY"])
    on: date | None = Field(default=None, examples=["2026-11-25"])


class AskedMetrics(Wire):
    """The network measure to export, as in `GET /metrics`."""

    measure: Metric = Field(examples=["HARMONIC"])
    kind: tuple[PostKind | NetworkKind, ...] = Field(
        default=(), max_length=50, examples=[["SSP_COORDINATOR"]]
    )
    on: date | None = Field(default=None, examples=["2026-11-25"])


class AskedMatrix(Wire):
    """The columns and areas of the coverage matrix to export, as in `GET /coverage/matrix`."""

    columns: MatrixColumns = Field(default="NETWORK", examples=["LANGUAGE"])
    column: tuple[str, ...] = Field(default=(), max_length=40, examples=[["so", "uk"]])
    by: MapUnit = Field(default="MUNICIPALITY", examples=["MUNICIPALITY"])
    area: Id | None = Field(default=None, examples=["pol-1462"])
    on: date | None = Field(default=None, examples=["2026-11-25"])


class AskedContacts(Wire):
    """A post, or the path number `answer` of a need, and the purpose of the export.

    With `contact` it is only the contact of that number, for a direct call. With `stops` it is the
    whole path through these, as `POST /paths/stops` returns it. With `district` it is a card for
    each municipality of that police district; the need then names no place. A need may be for a
    minute earlier today. Each contact detail in the file counts as revealed, once a day; `beyond`
    is that of `POST /reveal`.
    """

    format: ContactFormat = Field(examples=["VCARD"])
    purpose: Trigger = Field(examples=["RELEASE"])
    post: Id | None = Field(default=None, examples=["act-ssp-0787"])
    need: Need | None = None
    stops: tuple[Id, ...] = Field(default=(), max_length=10, examples=[()])
    answer: int = Field(default=1, ge=1, le=100, examples=[1])
    contact: int | None = Field(default=None, ge=1, le=100, examples=[None])
    district: Id | None = Field(default=None, examples=[None])
    beyond: bool = False

    @model_validator(mode="after")
    def _of_one(self) -> Self:
        if (self.post is None) == (self.need is None):
            raise ValueError("a post or a need, and not both")
        require_emergency(self.purpose, is_beyond=self.beyond)
        if self.format == "ACTION_CARD" and self.need is None:
            raise ValueError("an action card is of a need's path")
        if self.stops and self.need is None:
            raise ValueError("stops are on the way of a need")
        if self.contact is not None and (self.need is None or self.stops):
            raise ValueError("a contact is of a need without stops")
        if self.district is not None:
            if self.format != "ACTION_CARD" or self.need is None:
                raise ValueError("a district has action cards of a need")
            if self.need.area is not None or self.need.target is not None:
                raise ValueError("the need of a district names no place: each card has its own")
            if self.stops or self.contact is not None:
                raise ValueError("the cards of a district are of paths, without stops")
        return self


class ExportLoss(Wire):
    """Something the file leaves out, the number of it if it can be counted, and a sentence."""

    kind: LossKind = Field(examples=["NAMES"])
    count: int | None = Field(default=None, examples=[3])
    text: str = Field(examples=["Personer står med id, ikke med navn (3)."])


class Ticket(Wire):
    """A ticket for a file: it works once, for the same account, within five minutes.

    `export` is the number of the export, as in the name of the file and in the log; `reveals` is
    how many contact details in it were counted. A CSV file has only rows: `about` is the ticket of
    a second file that describes the first.
    """

    ticket: str = Field(repr=False, examples=["Xb2mV8yQ4n0rZt6uW1cE5sH7kL9pA3dFgJiOoRqTvYw"])
    about: str | None = Field(
        default=None, repr=False, examples=["m3dZ0kq5tQh1vYw9cJrXb2V8yQ4n0rZt6uW1cE5sH7k"]
    )
    export: str = Field(examples=["K-20261125-7F3A0001"])
    file: str = Field(examples=["kontaktvej-K-20261125-7F3A0001.csv"])
    ends_at: datetime
    rows: int = Field(examples=[22])
    reveals: int = Field(examples=[0])
    losses: tuple[ExportLoss, ...]
