"""Stored imports: uploaded lists that wait to be written, and the batches written before.

A list holds names and numbers, so its content and the choices about it are sealed before they are
stored. It is deleted when it has been written, and otherwise after some hours. A batch holds counts
only. Both are stored with the accounts: the graph holds facts only.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    ColumnElement,
    Connection,
    DateTime,
    Engine,
    Integer,
    MetaData,
    Row,
    Table,
    Text,
    delete,
    desc,
    insert,
    select,
    update,
)

from api.identity.tables import Clock, utc
from api.sql import exclusive_connection, read_connection, write_connection
from graph.model.base import random_id
from graph.progress import Progress, Stage

metadata: Final = MetaData()
upload_table: Final = Table(
    "import_upload",
    metadata,
    Column("id", Text, primary_key=True),
    Column("account", Text, nullable=False, index=True),
    Column("source", Text, nullable=False),
    Column("area", Text, nullable=False),
    Column("content", Text, nullable=False),  # sealed: the file and its name
    Column("choices", Text),  # sealed JSON: what the columns mean
    Column("first_yes", DateTime(timezone=True)),  # the first approval; it waits for a second
    Column("ends_at", DateTime(timezone=True), nullable=False),
)
batch_table: Final = Table(
    "import_batch",
    metadata,
    Column("id", Text, primary_key=True),  # that of the upload
    Column("batch", Text, nullable=False),  # the value of `batch` on nodes and links
    Column("account", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("area", Text, nullable=False),
    Column("counts", JSON, nullable=False),
    Column("change_set", Text, nullable=False),
    Column("revision", BigInteger),  # None: the outcome is not known yet
    Column("made_at", DateTime(timezone=True), nullable=False),
    Column("undo_asked_by", Text),
    Column("undone_by", Text),
    Column("undone_at", DateTime(timezone=True)),
)
source_table: Final = Table(
    "import_source",
    metadata,
    Column("source", Text, primary_key=True),
    Column("area", Text, nullable=False),
    Column("account", Text, nullable=False),  # the owner: the account that imported it last
    Column("choices", Text, nullable=False),  # sealed JSON: what its columns mean
    Column("saved_at", DateTime(timezone=True), nullable=False),
)
earlier_table: Final = Table(
    "import_source_earlier",
    metadata,
    Column("number", Integer, primary_key=True),  # ascending
    Column("source", Text, nullable=False, index=True),
    Column("batch", Text, nullable=False),  # the id of the import that replaced the choices
    Column("choices", Text, nullable=False),  # sealed, as above
)
progress_table: Final = Table(
    "import_progress",
    metadata,
    Column("id", Text, primary_key=True),  # that of the upload
    Column("stage", Text, nullable=False),
    Column("done", Integer, nullable=False),
    Column("total", Integer, nullable=False),
)
HOST: Final = "host"
"""The account of a list uploaded on the host for the stewards of its area."""
RETENTION: Final = timedelta(hours=4)
"""The retention of a list that is not written."""
WAITS: Final = timedelta(days=7)
"""The retention of a list that waits for a second approval."""
MOST_UPLOADS: Final = 3
"""The maximum number of lists of an account; the oldest is deleted."""
MOST_BATCHES: Final = 200
MOST_EARLIER: Final = 20
"""The maximum number of earlier column choices that are kept of a source."""
_WRITERS: Final = 0x696D706F


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredUpload:
    """An uploaded list; `content` and `choices` are sealed."""

    id: str
    account: str
    source: str
    area: str
    content: str
    choices: str | None
    first_yes: datetime | None
    ends_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredBatch:
    """An import that was written, or may have been: then its `revision` is None."""

    id: str
    batch: str
    account: str
    source: str
    area: str
    counts: dict[str, int]
    change_set: str
    revision: int | None
    made_at: datetime
    undo_asked_by: str | None = None
    undone_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedSource:
    """The column choices of a source from its last import by its owner; `choices` are sealed."""

    source: str
    area: str
    account: str
    choices: str


class StoredImports:
    """The lists and batches of one installation; safe under threads and processes."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine, self._clock = engine, clock
        with exclusive_connection(engine, _WRITERS) as connection:
            metadata.create_all(connection)

    # ---- lists

    def keep(
        self,
        account: str,
        *,
        source: str,
        area: str,
        content: str,
        choices: str | None = None,
        lasts: timedelta = RETENTION,
    ) -> StoredUpload:
        """Store a list in place of an earlier one of the same source and account."""
        now, table = self._clock(), upload_table.c
        upload = StoredUpload(
            id=random_id("imp"), account=account, source=source, area=area,
            content=content, choices=choices, first_yes=None, ends_at=now + lasts,
        )  # fmt: skip
        mine = _replaceable(account)
        with exclusive_connection(self._engine, _WRITERS) as connection:
            connection.execute(delete(upload_table).where(upload_table.c.ends_at <= now))
            connection.execute(delete(upload_table).where(mine & (table.source == source)))
            others = connection.scalars(select(table.id).where(mine).order_by(desc(table.ends_at)))
            for old in list(others)[MOST_UPLOADS - 1 :] if account != HOST else ():
                connection.execute(delete(upload_table).where(table.id == old))
            ids = select(table.id)  # of a stopped process the progress is left
            connection.execute(delete(progress_table).where(progress_table.c.id.not_in(ids)))
            values = {name: getattr(upload, name) for name in StoredUpload.__slots__}
            connection.execute(insert(upload_table), values)
        return upload

    def drop_earlier(self, account: str, source: str) -> None:
        """Delete the list of a source and account that a newer one would replace."""
        with exclusive_connection(self._engine, _WRITERS) as connection:
            is_earlier = _replaceable(account) & (upload_table.c.source == source)
            connection.execute(delete(upload_table).where(is_earlier))

    def find(self, upload_id: str) -> StoredUpload | None:
        """Return a list that was not written yet; None if there is none."""
        table = upload_table.c
        with read_connection(self._engine) as connection:
            row = connection.execute(
                select(upload_table).where(
                    (table.id == upload_id) & (table.ends_at > self._clock())
                )
            ).first()
        return None if row is None else _upload(row)

    def uploads(self) -> tuple[StoredUpload, ...]:
        """Return all lists that were not written yet, the newest first."""
        table = upload_table.c
        query = select(upload_table).where(table.ends_at > self._clock())
        with read_connection(self._engine) as connection:
            return tuple(map(_upload, connection.execute(query.order_by(desc(table.ends_at)))))

    def choose(self, upload_id: str, choices: str, account: str) -> None:
        """Store the column choices of a list; an earlier first approval of it is void.

        A list uploaded on the host becomes that account's.
        """
        ends_at = self._clock() + RETENTION
        self._set(upload_id, choices=choices, first_yes=None, ends_at=ends_at, account=account)

    def wait(self, upload_id: str, account: str) -> None:
        """Keep a list that an account has approved, until a second person approves it."""
        now = self._clock()
        self._set(upload_id, first_yes=now, ends_at=now + WAITS, account=account)

    def drop(self, upload_id: str) -> None:
        """Delete a list."""
        with write_connection(self._engine) as connection:
            connection.execute(delete(upload_table).where(upload_table.c.id == upload_id))

    def _set(self, upload_id: str, **values: object) -> None:
        with write_connection(self._engine) as connection:
            connection.execute(
                update(upload_table).where(upload_table.c.id == upload_id).values(**values)
            )

    # ---- previews that are being made

    def note_progress(self, upload_id: str, progress: Progress | None) -> bool:
        """Record how far the preview of a list is; None: it has ended. Return if it exists."""
        table = progress_table.c
        with exclusive_connection(self._engine, _WRITERS) as connection:
            connection.execute(delete(progress_table).where(table.id == upload_id))
            is_it = upload_table.c.id == upload_id
            if connection.scalar(select(upload_table.c.id).where(is_it)) is None:
                return False
            if progress is not None:
                values = {"stage": progress.stage, "done": progress.done, "total": progress.total}
                connection.execute(insert(progress_table), {"id": upload_id, **values})
            return True

    def progress(self) -> dict[str, Progress]:
        """Return how far the previews are that are being made, by the id of the list."""
        with read_connection(self._engine) as connection:
            return {
                row.id: Progress(Stage(row.stage), row.done, row.total)
                for row in connection.execute(select(progress_table))
            }

    # ---- saved sources

    def save(self, saved: SavedSource, batch_id: str) -> None:
        """Save the column choices of a source, for its next list.

        Those that they replace are kept with the id of the batch; undoing it puts them back.
        """
        values = {name: getattr(saved, name) for name in SavedSource.__slots__}
        source, old = source_table.c, earlier_table.c
        with exclusive_connection(self._engine, _WRITERS) as connection:
            is_it = source.source == saved.source
            replaced = connection.scalar(select(source.choices).where(is_it))
            if replaced is not None:
                earlier = {"source": saved.source, "batch": batch_id, "choices": replaced}
                connection.execute(insert(earlier_table), earlier)
                of_source = select(old.number).where(old.source == saved.source)
                numbers = list(connection.scalars(of_source.order_by(desc(old.number))))
                if len(numbers) > MOST_EARLIER:
                    is_old = (old.source == saved.source) & (old.number <= numbers[MOST_EARLIER])
                    connection.execute(delete(earlier_table).where(is_old))
            connection.execute(delete(source_table).where(is_it))
            connection.execute(insert(source_table), {**values, "saved_at": self._clock()})

    def _put_back(self, connection: Connection, batch: Row[Any]) -> None:
        """Put back the choices that a batch replaced, if it is the last that replaced any."""
        source, old = source_table.c, earlier_table.c
        newest = connection.execute(
            select(earlier_table).where(old.source == batch.source).order_by(desc(old.number))
        ).first()
        if newest is not None and newest.batch == batch.id:
            is_it = source.source == batch.source
            connection.execute(update(source_table).where(is_it).values(choices=newest.choices))
            connection.execute(delete(earlier_table).where(old.number == newest.number))

    def saved_sources(self) -> tuple[SavedSource, ...]:
        """Return all saved sources by name."""
        names = SavedSource.__slots__
        query = select(source_table).order_by(source_table.c.source)
        with read_connection(self._engine) as connection:
            return tuple(SavedSource(**_values(row, names)) for row in connection.execute(query))

    def saved_source(self, source: str) -> SavedSource | None:
        """Return a saved source; None if its list was never imported."""
        return next((saved for saved in self.saved_sources() if saved.source == source), None)

    # ---- batches

    def begin(self, batch: StoredBatch) -> None:
        """Record that a batch is about to be written, unless it is recorded already.

        An attempt at another change set that is not known to be written is replaced.
        """
        table = batch_table.c
        failed = table.revision.is_(None) & (table.change_set != batch.change_set)
        with exclusive_connection(self._engine, _WRITERS) as connection:
            connection.execute(delete(batch_table).where((table.id == batch.id) & failed))
            if connection.scalar(select(table.id).where(table.id == batch.id)) is None:
                connection.execute(insert(batch_table), _columns(batch))

    def settle(self, batch: StoredBatch, revision: int) -> None:
        """Record the revision that a batch was written as; the first record stays."""
        table = batch_table.c
        with exclusive_connection(self._engine, _WRITERS) as connection:
            same = select(table.change_set).where(table.id == batch.id)
            if connection.scalar(same) != batch.change_set:  # an attempt that failed was in between
                connection.execute(delete(batch_table).where(table.id == batch.id))
                connection.execute(insert(batch_table), _columns(batch))
            is_new = (table.id == batch.id) & table.revision.is_(None)
            connection.execute(update(batch_table).where(is_new).values(revision=revision))

    def abandon(self, batch: StoredBatch) -> None:
        """Delete the record of a batch that was not written."""
        table = batch_table.c
        mine = (table.id == batch.id) & (table.change_set == batch.change_set)
        with write_connection(self._engine) as connection:
            connection.execute(delete(batch_table).where(mine & table.revision.is_(None)))

    def batches(self, is_own_area: Callable[[str], bool]) -> tuple[StoredBatch, ...]:
        """Return the newest batches of the chosen areas, the newest first."""
        table = batch_table.c
        with read_connection(self._engine) as connection:
            areas = [
                area
                for area in connection.scalars(select(table.area).distinct())
                if is_own_area(area)
            ]
            query = select(batch_table).where(table.area.in_(areas))
            newest = query.order_by(desc(table.made_at)).limit(MOST_BATCHES)
            return tuple(map(_batch, connection.execute(newest)))

    def batch(self, batch_id: str) -> StoredBatch | None:
        """Return a batch; None if there is none."""
        query = select(batch_table).where(batch_table.c.id == batch_id)
        with read_connection(self._engine) as connection:
            return next(map(_batch, connection.execute(query)), None)

    def ask_undo(self, batch_id: str, account: str) -> None:
        """Record the first approval of the undo of a batch."""
        self._mark(batch_table.c.id == batch_id, undo_asked_by=account)

    def undone(self, batch: str, account: str) -> None:
        """Record that a batch was undone, given by its id in the graph; the first record stays.

        What the columns of its source meant before is put back.
        """
        table = batch_table.c
        condition = (table.batch == batch) & table.undone_at.is_(None)
        values = {"undone_by": account, "undone_at": self._clock()}
        with exclusive_connection(self._engine, _WRITERS) as connection:
            for found in connection.execute(select(batch_table).where(condition)).all():
                self._put_back(connection, found)
            connection.execute(update(batch_table).where(condition).values(values))

    def _mark(self, condition: ColumnElement[bool], **values: object) -> None:
        with write_connection(self._engine) as connection:
            connection.execute(update(batch_table).where(condition).values(**values))


def _replaceable(account: str) -> ColumnElement[bool]:
    """The condition on the lists of an account, except those that wait for a second steward."""
    return (upload_table.c.account == account) & upload_table.c.first_yes.is_(None)


def _values(row: Row[Any], names: Iterable[str]) -> dict[str, Any]:
    values = {name: getattr(row, name) for name in names}
    return {
        name: utc(value) if isinstance(value, datetime) else value for name, value in values.items()
    }


def _columns(batch: StoredBatch) -> dict[str, Any]:
    return {name: getattr(batch, name) for name in StoredBatch.__slots__}


def _upload(row: Row[Any]) -> StoredUpload:
    return StoredUpload(**_values(row, StoredUpload.__slots__))


def _batch(row: Row[Any]) -> StoredBatch:
    return StoredBatch(**_values(row, StoredBatch.__slots__))
