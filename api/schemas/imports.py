"""Wire models of imports: a file, what its columns mean, what it would do, and batches."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field, JsonValue

from api.schemas.base import Id, Wire
from api.schemas.changes import Asked
from api.schemas.entities import NodeName
from api.schemas.words import Reference, Rung, Tier

RowStateWord = Literal["NEW", "CHANGED", "CONFLICT", "UNCHANGED", "REFUSED", "ENDED"]
ReadField = Literal["POST", "NETWORK", "AUTHORITY", "UNIT"]
FormatWord = Literal["LIST", "NATIVE", "OS2MO", "FK_ORG", "POPOLO", "HSDS"]
EndsWord = Literal["last-day", "day-after"]
PathEffectWord = Literal["LOST", "NEW", "CONTACT", "ANSWERING", "STOPS"]
Header = Annotated[str, Field(max_length=400)]
Typed = Annotated[str, Field(max_length=400)]


class Choice(Wire):
    """A word that may be picked, and what it is called."""

    code: str = Field(examples=["SSP_CONSULTANT"])
    label: str


class ImportColumn(Wire):
    """A column: the field it was read as (None: not imported), how sure, and five examples."""

    header: str
    field: str | None
    dates: str | None = Field(description="DMY or MDY: what comes first in its dates")
    score: int
    examples: tuple[str, ...]


class ImportReading(Wire):
    """How a word of the file is read; `meaning` None: it is not known, and a choice may fit.

    Of formats of others, an empty meaning leaves the word out, and the word `*` stands for all
    words that are not chosen. `count` is how often an unknown one stands there.
    """

    field: ReadField
    typed: str
    meaning: str | None
    label: str | None
    choices: tuple[Choice, ...] = ()
    count: int | None = None


class ImportFault(Wire):
    """What is wrong: file, sheet, line or path, column and rule; never the content of a cell."""

    file: str
    sheet: str | None
    line: int | None
    path: str | None = Field(description="where it stands in JSON")
    column: str | None
    header: str | None
    rule: str
    detail: str


class ImportDifference(Wire):
    """A field that the list and the register have otherwise; of contact details the hints."""

    id: str
    field: str
    source_says: JsonValue
    we_say: JsonValue
    is_conflict: bool = Field(description="we changed it ourselves, so ours is kept")


class ImportDuplicate(Wire):
    """A known person who may be the new one of a row; picked as a merge, the row means them."""

    person: NodeName
    likeness: Literal["NAME", "SPELLING", "CONTACT"]
    score: int


class ImportRow(Wire):
    """What a row does; without a line it is something of the source that ends.

    Of formats of others, a row is a record with its number and `path`, and `post` may be a unit. Of
    Kontaktvej's own format it is a node or link: `sort` says which, and `post` is its name.
    """

    line: int | None
    path: str | None
    state: RowStateWord
    sort: str | None
    post: str | None
    person: str | None
    creates: int
    ends: int
    differences: tuple[ImportDifference, ...]
    duplicates: tuple[ImportDuplicate, ...]
    faults: tuple[ImportFault, ...]


class ImportNote(Wire):
    """Something that a reader should know, and how often."""

    text: str
    count: int


class ImportPathStop(Wire):
    """A step of a path, and who answers there; `is_hidden`: somebody whose name is not for you."""

    node: NodeName
    rung: Rung | None
    who: NodeName | None
    is_hidden: bool


class ImportPath(Wire):
    """A way to a standard contact of a municipality before and after; empty: there is none.

    `tier` is that of the posts it begins at.
    """

    area: NodeName
    reference: Reference
    tier: Tier | None
    what: PathEffectWord
    before: tuple[ImportPathStop, ...]
    after: tuple[ImportPathStop, ...]


class ImportPaths(Wire):
    """Which ways would change, of `compared`: SSP, PSP, KSP, info house and intake of each place.

    `is_cut`: there are more, which were not compared in the time there is. `count` are those that
    change, of which the first hundred are in `changed`.
    """

    compared: int
    is_cut: bool
    count: int
    changed: tuple[ImportPath, ...]


class ImportPreview(Wire):
    """What the list would do. `digest` and `revision` are sent back to write exactly that."""

    digest: str
    revision: int
    counts: dict[RowStateWord, int]
    creates: int
    updates: int
    ends: int
    rows: tuple[ImportRow, ...]
    paths: ImportPaths | None = Field(description="null: nothing would be written")
    next: str | None = Field(description="ask for it as `page`; null: no more")


class Import(Wire):
    """A file that was sent and is not written yet."""

    id: str
    source: str
    area: str
    file: str
    format: FormatWord
    sheet: str | None
    rows: int
    ends_at: datetime = Field(description="when it is deleted if it is not written")
    is_complete: bool
    takes_source: bool
    is_mine: bool
    is_waiting: bool = Field(description="somebody else must give the second approval")
    columns: tuple[ImportColumn, ...]
    fields: tuple[Choice, ...] = Field(description="what a column may mean")
    constants: dict[str, str]
    readings: tuple[ImportReading, ...]
    merges: dict[str, Id]
    notes: tuple[ImportNote, ...]
    faults: tuple[ImportFault, ...] = Field(description="what must be chosen before rows are read")
    preview: ImportPreview | None


class PickedReading(Asked):
    """How a word is read: as a kind of post or network, or as an authority by its id.

    Of formats of others: a type of unit as `UNIT` or `UNIT/MUNICIPAL/YOUTH`; an empty meaning
    leaves the word out, and the word `*` stands for all others.
    """

    field: ReadField
    typed: Typed
    meaning: Id


class AskedMapping(Asked):
    """What the columns mean where the guess is wrong, and how the list is carried out.

    It takes the place of what was sent before. `merges` are ids of persons by the line that means
    them. `is_complete`: what the list no longer has is ended.
    """

    fields: dict[Header, str | None] = Field(
        default={}, max_length=200, examples=[{"Stilling": "TITLE", "Bemærkning": None}]
    )
    dates: dict[Header, Literal["DMY", "MDY"]] = Field(
        default={}, max_length=200, examples=[{"Startdato": "DMY"}]
    )
    constants: dict[str, Typed] = Field(
        default={}, max_length=20, examples=[{"AUTHORITY": "Thisted Kommune"}]
    )
    readings: tuple[PickedReading, ...] = Field(default=(), max_length=500)
    merges: dict[str, Id] = Field(default={}, max_length=1_000, examples=[{"7": "per-00421"}])
    is_complete: bool = Field(default=False, examples=[False])
    takes_source: bool = Field(default=False, examples=[False])


class AskedApply(Asked):
    """The preview that is to be written. `skips_refused`: without the rows that are refused."""

    digest: str = Field(max_length=64, examples=["9f2c" * 16])
    revision: int = Field(ge=0, lt=2**53, examples=[41])
    skips_refused: bool = Field(default=False, examples=[False])


class ImportBatch(Wire):
    """An import that was written. Its id is that of the list; `batch` stands on what it wrote."""

    id: str
    batch: str
    source: str
    area: str
    by: NodeName | None
    is_mine: bool
    made_at: datetime = Field(examples=["2026-11-25T09:30:00Z"])
    counts: dict[str, int]
    undo_asked: bool = Field(description="one person has asked to undo it; another must agree")
    undone_at: datetime | None


class WaitingImport(Wire):
    """A list that is not written yet."""

    id: str
    source: str
    area: str
    is_mine: bool
    is_from_server: bool = Field(description="the server left it for the stewards of the area")
    is_waiting: bool
    ends_at: datetime


class SavedImport(Wire):
    """A source whose columns are known: its next list is read as its last one was."""

    source: str = Field(examples=["mun-0787.hr"])
    area: str = Field(examples=["mun-0787"])


class Imports(Wire):
    """My lists that are not written yet, those that wait for me, and the batches of my areas."""

    open: tuple[WaitingImport, ...]
    batches: tuple[ImportBatch, ...]
    saved: tuple[SavedImport, ...] = Field(description="whose columns are known for next time")
