"""Wire models of imports: a file, what its columns mean, what it would do, and batches."""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field, JsonValue

from api.schemas.base import Id, Wire
from api.schemas.changes import RequestBody
from api.schemas.entities import NodeName
from api.schemas.words import Reference, Rung, Tier

RowStateWord = Literal["NEW", "CHANGED", "CONFLICT", "UNCHANGED", "REFUSED", "ENDED", "LEFT_OUT"]
ReadField = Literal["POST", "NETWORK", "AUTHORITY", "UNIT"]
FormatWord = Literal["LIST", "NATIVE", "OS2MO", "FK_ORG", "POPOLO", "HSDS"]
EndsWord = Literal["last-day", "day-after"]
EncodingWord = Literal["utf-8", "windows-1252", "cp850", "mac-roman"]
HolderWord = Literal["REPLACES", "BESIDE", "SKIP"]
PathEffectWord = Literal["LOST", "NEW", "CONTACT", "ANSWERING", "STOPS"]
Header = Annotated[str, Field(max_length=400)]
Typed = Annotated[str, Field(max_length=400)]


class Choice(Wire):
    """A value that can be chosen, and its name."""

    code: str = Field(examples=["SSP_CONSULTANT"])
    label: str


class ImportColumn(Wire):
    """A column: the field it was read as (null: not imported), how surely, and examples."""

    header: str
    field: str | None
    dates: str | None = Field(description="DMY or MDY: the order of day and month in its dates")
    score: int
    examples: tuple[str, ...]


class ImportReading(Wire):
    """How a word of the file is read; `meaning` is null if it is not known.

    `choices` then has values that may fit. In files of other systems, an empty meaning leaves the
    word out, and the word `*` stands for all words that are not listed. `count` is in how many
    rows it is, if that is known.
    """

    field: ReadField
    typed: str
    meaning: str | None
    label: str | None
    choices: tuple[Choice, ...] = ()
    count: int | None = None


class ImportFault(Wire):
    """A fault: file, sheet, line or path, column and rule.

    No content of a cell is in it, except a word whose letters are to be chosen.
    """

    file: str
    sheet: str | None
    line: int | None
    path: str | None = Field(description="its place in JSON")
    column: str | None
    header: str | None
    rule: str
    detail: str


class ImportDifference(Wire):
    """A field whose value differs between list and register; contact details show their hints."""

    id: str
    field: str
    source_says: JsonValue
    we_say: JsonValue
    is_conflict: bool = Field(
        description="it was changed here since the last import, so our value is kept"
    )


class ImportDuplicate(Wire):
    """A known person who may be the new one of a row, and can be chosen as a merge."""

    person: NodeName
    likeness: Literal["NAME", "SPELLING", "CONTACT"]
    score: int


class ImportRow(Wire):
    """The effect of a row; without a line it is an element of the source that ends.

    In files of other systems, a row is a record with its number and `path`, and `post` may be a
    unit. In Kontaktvej's own format it is a node or link: `sort` says which, and `post` is its
    name.
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
    holders: tuple[NodeName, ...] = Field(
        description="who holds the post of a new holder: `holders` of the mapping says whether the "
        "new one replaces them, is beside them or is skipped"
    )
    faults: tuple[ImportFault, ...]


class ImportNote(Wire):
    """Something to know about the file, and how often it occurs."""

    text: str
    count: int


class ImportPathStop(Wire):
    """A step of a path, and who answers there; `is_hidden`: a name you may not see."""

    node: NodeName
    rung: Rung | None
    who: NodeName | None
    is_hidden: bool


class ImportAnswer(Wire):
    """A post at which somebody else would answer on a day; null: there is no such post."""

    on: date
    post: NodeName
    before: ImportPathStop | None
    after: ImportPathStop | None


class ImportAnswers(Wire):
    """Who would answer after the import, and who has no post any more: the first hundred of each.

    `count` and `stop_count` are of all of them.
    """

    count: int
    changed: tuple[ImportAnswer, ...]
    stop_count: int
    stops: tuple[NodeName, ...]


class ImportPath(Wire):
    """The path to a standard contact of a municipality before and after; empty: none.

    `tiers` are those of the posts where paths start that change in the same way; the path is that
    of the first.
    """

    area: NodeName
    reference: Reference
    tiers: tuple[Tier, ...]
    what: PathEffectWord
    before: tuple[ImportPathStop, ...]
    after: tuple[ImportPathStop, ...]


class ImportPaths(Wire):
    """Which of the `compared` paths would change: SSP, PSP, KSP, info house and intake.

    `is_cut`: some were not compared in the time allowed. `count` is how many change; `changed` has
    the first hundred of them.
    """

    compared: int
    is_cut: bool
    count: int
    changed: tuple[ImportPath, ...]


class ImportPreview(Wire):
    """The effect of an import. Send `digest` and `revision` back to write exactly that."""

    digest: str
    revision: int
    counts: dict[RowStateWord, int]
    creates: int
    updates: int
    ends: int
    rows: tuple[ImportRow, ...]
    held: int = Field(description="rows with `holders`, which must be chosen")
    answers: ImportAnswers | None = Field(description="null if nothing would be written")
    paths: ImportPaths | None = Field(description="null if nothing would be written")
    next: str | None = Field(description="the `page` to ask for next; null: no more")


class Import(Wire):
    """An uploaded file that is not written yet."""

    id: str
    source: str
    area: str
    file: str
    format: FormatWord
    sheet: str | None
    rows: int
    ends_at: datetime = Field(description="when the file is deleted unless it is written")
    is_complete: bool
    takes_source: bool
    is_mine: bool
    is_waiting: bool = Field(description="it waits for the second approval of somebody else")
    columns: tuple[ImportColumn, ...]
    fields: tuple[Choice, ...] = Field(description="the fields that a column can be read as")
    constants: dict[str, str]
    readings: tuple[ImportReading, ...]
    merges: dict[str, Id]
    holders: dict[str, HolderWord]
    notes: tuple[ImportNote, ...]
    faults: tuple[ImportFault, ...] = Field(
        description="what has to be chosen before rows can be read"
    )
    preview: ImportPreview | None


class PickedReading(RequestBody):
    """How to read a word: as a kind of post or network, or as an authority by its id.

    An own kind is named by its id, see `/vocabulary`. In files of other systems: a type of unit as
    `UNIT` or `UNIT/MUNICIPAL/YOUTH`; an empty meaning leaves the word out, and the word `*` stands
    for all others.
    """

    field: ReadField
    typed: Typed
    meaning: Id


class AskedMapping(RequestBody):
    """Corrections of what columns and words mean, and how to import the list.

    It replaces an earlier mapping. `merges`: the id of the person that a row means, by line.
    `holders`: what the new holder of a row is to those who hold the post, by line; `*` stands for
    all other rows.
    `is_complete`: elements of the source that are no longer in the list end.
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
    holders: dict[str, HolderWord] = Field(
        default={}, max_length=1_000, examples=[{"*": "REPLACES", "7": "BESIDE"}]
    )
    is_complete: bool = Field(default=False, examples=[False])
    takes_source: bool = Field(default=False, examples=[False])


class AskedApply(RequestBody):
    """The preview to write. `skips_refused`: leave out the refused rows."""

    digest: str = Field(max_length=64, examples=["9f2c" * 16])
    revision: int = Field(ge=0, lt=2**53, examples=[41])
    skips_refused: bool = Field(default=False, examples=[False])


class ImportBatch(Wire):
    """An import that was written. `batch` is stored with everything it wrote."""

    id: str
    batch: str
    source: str
    area: str
    by: NodeName | None
    is_mine: bool
    made_at: datetime = Field(examples=["2026-11-25T09:30:00Z"])
    counts: dict[str, int]
    undo_asked: bool = Field(
        description="somebody has asked to undo it, and another person has to agree"
    )
    undone_at: datetime | None


class KeptElement(Wire):
    """Something that the undo of an import keeps: of a link or contact detail, whose it is."""

    node: NodeName
    why: Literal["EDITED", "NEEDED", "CONSENT"] = Field(
        description="edited since; needed by something later; a consent, which is not undone"
    )
    by: NodeName | None = Field(description="who edited it, or what needs it, if you may see it")


class ImportUndo(Wire):
    """What undoing an import would do."""

    id: str
    ends: int = Field(description="nodes and links that end")
    restores: int = Field(description="nodes and links that get their old values back")
    kept: tuple[KeptElement, ...]
    kept_count: int = Field(description="also of what you may not see")


class ImportProgress(Wire):
    """How far the preview of an import is; `total` is 0 if it is not known."""

    stage: str = Field(description="in words")
    done: int
    total: int


class WaitingImport(Wire):
    """An uploaded list that is not written yet."""

    id: str
    source: str
    area: str
    is_mine: bool
    is_from_server: bool = Field(
        description="it was left by a command on the server, for the stewards of the area"
    )
    is_waiting: bool
    progress: ImportProgress | None = Field(description="null unless its preview is being made")
    ends_at: datetime


class SavedImport(Wire):
    """A source with a saved mapping: its next list is read in the same way."""

    source: str = Field(examples=["mun-0787.hr"])
    area: str = Field(examples=["mun-0787"])


class Imports(Wire):
    """Your unwritten imports, those that wait for you, and the batches of your areas."""

    open: tuple[WaitingImport, ...]
    batches: tuple[ImportBatch, ...]
    saved: tuple[SavedImport, ...] = Field(description="sources with a saved mapping")
