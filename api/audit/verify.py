"""Verification of the audit log: each row from the first, against its MAC and the anchors."""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from api.audit.chain import FIRST, Anchors, UnreadableAnchor
from api.audit.entry import DEMO
from api.audit.log import AuditLog
from api.audit.storage import Month
from graph.vocabulary import Term

_AT_ONCE: Final = 2_000


class BreakReason(Term):
    """The reason why a row is not as it was written."""

    MISSING = "MISSING", "Rækken mangler", "The row is missing"
    CHANGED = "CHANGED", "Rækken er ændret", "The row was changed"
    OTHER_MONTH = (
        "OTHER_MONTH",
        "Rækken står i en anden måneds fil",
        "It stands in the file of another month",
    )
    OUT_OF_CHAIN = "OUT_OF_CHAIN", "Rækken følger ikke den før", "It does not follow the one before"
    KEY_UNKNOWN = "KEY_UNKNOWN", "Nøglen findes ikke", "Its key does not exist"
    STUB_CHANGED = "STUB_CHANGED", "Resten af en måned er ændret", "A month's digest was changed"
    INDEX_CHANGED = "INDEX_CHANGED", "Personregistret er ændret", "The index of persons was changed"
    NOT_AS_ANCHORED = "NOT_AS_ANCHORED", "Den er ikke som forankret", "It is not as it was anchored"
    CUT = "CUT", "Rækken er skåret af", "The row was cut off"
    UNREADABLE = "UNREADABLE", "Filen er beskadiget", "The file is damaged"
    ANCHORS_UNREADABLE = (
        "ANCHORS_UNREADABLE",
        "Ankrene kan ikke læses",
        "The anchors are unreadable",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokenRow:
    """The first row that is not as it was written, and the reason."""

    seq: int
    why: BreakReason


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The result of a verification: rows `first` to `last`, and where the chain breaks, if it does.

    `is_whole`: its end was reached. `anchors` is None if there are none: then a truncation of the
    newest rows cannot be detected. `is_demo`: a row states that the demo began.
    """

    rows: int
    first: int
    last: int
    is_whole: bool
    anchors: int | None
    seconds: float
    broken: BrokenRow | None
    is_demo: bool = False

    @property
    def is_anchored(self) -> bool:
        """Whether a truncation would have been detected; assumed for the demo."""
        return self.is_demo or bool(self.anchors)

    @property
    def is_proven(self) -> bool:
        """Whether the whole log is as it was written, and its end is known to be the end."""
        return self.broken is None and self.is_whole and self.is_anchored

    @property
    def rows_per_s(self) -> int:
        """The verification speed."""
        return round(self.rows / self.seconds) if self.seconds else 0


class _Broke(Exception):
    """Ends the verification at a row."""

    def __init__(self, seq: int, why: BreakReason) -> None:
        super().__init__(seq, why)
        self.row = BrokenRow(seq=seq, why=why)


def verify(
    log: AuditLog, anchors: Anchors | None = None, *, after: int = 0, most_s: float | None = None
) -> Verdict:
    """Verify the chain from its beginning, or from a row that was verified before.

    Ends at the first row that is not as it was written, at the end, or when its time is up.
    """
    started = time.perf_counter()
    until = None if most_s is None else started + most_s
    while True:  # again if a month was dropped meanwhile and its rows disappeared
        walk, broken, dropped = _Walk(log, after, until), None, _dropped_count(log)
        try:
            if anchors is not None and anchors.path.exists():
                try:
                    walk.anchors = anchors.all()
                except (UnreadableAnchor, OSError):
                    raise _Broke(0, BreakReason.ANCHORS_UNREADABLE) from None
            walk.run()
        except _Broke as broke:
            broken = broke.row
        except SQLAlchemyError:
            broken = BrokenRow(seq=walk.seq + 1, why=BreakReason.UNREADABLE)
        if broken is None or _dropped_count(log) == dropped:
            break
    return Verdict(
        rows=walk.rows, first=walk.first, last=walk.seq, is_whole=walk.is_whole,
        anchors=None if walk.anchors is None else len(walk.anchors),
        seconds=time.perf_counter() - started, broken=broken, is_demo=walk.is_demo,
    )  # fmt: skip


def _dropped_count(log: AuditLog) -> int | None:
    """The number of dropped months; None if it cannot be determined."""
    try:
        return len(log.storage.month_digests())
    except SQLAlchemyError:
        return None


class _Walk:
    """The state of a verification: `seq` and `prev` are those of the last valid row."""

    def __init__(self, log: AuditLog, after: int, until: float | None) -> None:
        self._log, self._until = log, until
        self.seq, self.prev = 0, FIRST
        self.rows, self.first, self.is_whole, self.is_demo = 0, after + 1, False, False
        self._after = after
        self.anchors: Mapping[int, str] | None = None

    def run(self) -> None:
        """Verify each month in order, or its digest if it was dropped."""
        storage = self._log.storage
        digests, months = (
            {digest["month"]: digest for digest in storage.month_digests()},
            {*storage.existing_months()},
        )
        for name in sorted({*digests, *months}):
            digest = digests.get(name)
            if digest is not None:
                seals = self._log.seals
                if (
                    not seals.knows(digest["key_id"])
                    or seals.month_digest_mac(digest) != digest["mac"]
                ):
                    raise _Broke(digest["first_seq"], BreakReason.STUB_CHANGED)
                self._follows(digest["first_seq"], digest["first_prev"])
                self.seq, self.prev = digest["last_seq"], digest["last_mac"]
                self._check_anchor()
            if name not in months:
                continue
            with storage.read_month(name) as month:
                if digest is not None:
                    # A crash left the file of a dropped month: it is unchanged, or empty.
                    leftover = _Walk(self._log, 0, None)
                    leftover.seq, leftover.prev = digest["first_seq"] - 1, digest["first_prev"]
                    leftover._month(month)
                    end = digest["last_seq"], digest["last_mac"]
                    if leftover.rows and (leftover.seq, leftover.prev) != end:
                        raise _Broke(digest["last_seq"], BreakReason.STUB_CHANGED)
                elif not self._month(month):
                    return
        if self.seq < self._after:
            raise _Broke(self._after, BreakReason.MISSING)
        if self.anchors and max(self.anchors) > self.seq:
            raise _Broke(self.seq + 1, BreakReason.CUT)
        self.is_whole = True

    def _month(self, month: Month) -> bool:
        """Verify a month; False if the time was up before its end.

        The persons of the verified rows are folded into a number by XOR, which needs no order and
        constant memory, and compared with the index of persons.
        """
        folded, is_time_up = 0, False
        connection = month.connection.execution_options(yield_per=_AT_ONCE)
        # From the last verified row on; its MAC is the `prev` of the next row.
        query = select(month.rows).where(month.rows.c.seq >= self._after)
        with connection.execute(query.order_by(month.rows.c.seq)) as rows:
            names = tuple(rows.keys())
            for number, row in enumerate(rows):
                values = dict(zip(names, row, strict=True))
                if values["seq"] == self._after:
                    self.seq, self.prev = values["seq"], values["mac"]
                    continue
                self._row(values, month.name, is_first=number == 0)
                for subject in set(json.loads(values["subjects"] or "[]")):
                    folded ^= hash((subject, values["seq"]))
                if number % _AT_ONCE == 0 and self._until and time.perf_counter() > self._until:
                    is_time_up = True
                    break
        if self.seq > self._after:
            indexed, persons = 0, month.subjects.c
            in_index = select(persons.subject, persons.seq)
            in_index = in_index.where(persons.seq > self._after, persons.seq <= self.seq)
            for subject, seq in connection.execute(in_index):
                indexed ^= hash((subject, seq))
            if folded != indexed:
                raise _Broke(self.seq, BreakReason.INDEX_CHANGED)
        return not is_time_up

    def _row(self, row: Mapping[str, Any], month: str, *, is_first: bool) -> None:
        seals = self._log.seals
        self._follows(row["seq"], row["prev"])
        if not seals.knows(row["key_id"]):
            raise _Broke(row["seq"], BreakReason.KEY_UNKNOWN)
        if seals.mac(row, month) != row["mac"]:
            # Older versions sealed rows without the month, which then follows from the instant: the
            # first row of a month was written in it; a later one possibly under a clock that was
            # set back.
            written_in = str(row["at"])[:7]
            if seals.mac(row, None) != row["mac"]:
                is_moved = seals.mac(row, written_in) == row["mac"]
                why = BreakReason.OTHER_MONTH if is_moved else BreakReason.CHANGED
                raise _Broke(row["seq"], why)
            if written_in > month or (written_in < month and is_first):
                raise _Broke(row["seq"], BreakReason.OTHER_MONTH)
        self.seq, self.prev = row["seq"], row["mac"]
        self.is_demo |= row["action"] == DEMO
        self.rows += 1
        self._check_anchor()

    def _follows(self, seq: int, prev: str) -> None:
        if seq != self.seq + 1:
            raise _Broke(max(self.seq + 1, self._after), BreakReason.MISSING)
        if prev != self.prev:
            raise _Broke(seq, BreakReason.OUT_OF_CHAIN)

    def _check_anchor(self) -> None:
        if self.anchors and self.anchors.get(self.seq, self.prev) != self.prev:
            raise _Broke(self.seq, BreakReason.NOT_AS_ANCHORED)
