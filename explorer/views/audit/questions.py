"""Rows of the log grouped by question: a search with the cards, numbers and files after it.

The log has rows for each request, and a screen makes many requests. A search and the data shown
after it form one question: requests of one session belong to the search before them, until the
next search or a longer pause.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from api.schemas.audit import AuditRow

TECHNICAL: Final = frozenset(
    {
        "read_vocabulary", "read_areas", "read_analysis_schema", "read_verdict", "read_tokens",
        "read_contact_requests", "read_proposals", "open_session", "end_session", "anchor",
        "sweep", "drop_month", "demo",
    }
)  # fmt: skip
"""Requests that screens make by themselves, sign-ins, and the upkeep of the log."""
_FOLLOWING: Final = frozenset(
    {
        "read_entity", "read_link", "read_entity_changes", "read_link_changes", "reveal_detail",
        "reveal_contacts", "read_export", "make_export", "make_map_export", "make_matrix_export",
        "make_metrics_export", "make_query_export", "make_audit_export", "make_subject_letter",
        "find_why_not", "find_paths_through_stops", "ask_for_contact",
    }
)  # fmt: skip
"""Actions on the answer to a search."""
_BROWSED: Final = frozenset({"read_rows"})
"""Actions whose pages and filters count as one question."""
REVEALING: Final = frozenset({"reveal_detail", "reveal_contacts"})
BEGUN_KINDS: Final = frozenset({"asked", "intent"})
_SUCCESS_KINDS: Final = frozenset({"shown", "done"})
_PAUSE: Final = timedelta(minutes=15)
_AT_ONCE: Final = timedelta(seconds=10)
"""The time within which a screen makes its requests, and a user continues typing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedRequest:
    """The outcomes of a request, or its beginning without a known outcome; and its parameters."""

    rows: tuple[AuditRow, ...]
    parameters: Mapping[str, Any]

    @property
    def last(self) -> AuditRow:
        """The row of its last outcome."""
        return self.rows[-1]

    @property
    def is_ordinary(self) -> bool:
        """Whether the request has no refusal, failure or alert."""
        return all(row.kind in _SUCCESS_KINDS or row.kind in BEGUN_KINDS for row in self.rows)


@dataclass(slots=True, kw_only=True)
class LoggedQuestion:
    """Requests of one session that belong together, the oldest first."""

    requests: list[LoggedRequest] = field(default_factory=list[LoggedRequest])

    @property
    def head(self) -> LoggedRequest:
        """The search itself, or the first request where there was none."""
        searches = (request for request in self.requests if request.last.action not in _FOLLOWING)
        return next(searches, self.requests[0])

    @property
    def begins(self) -> datetime:
        """The time of the first request."""
        return self.requests[0].last.at

    @property
    def ends(self) -> datetime:
        """The time of the last request."""
        return self.requests[-1].last.at

    @property
    def revealed_people(self) -> tuple[str, ...]:
        """The persons whose contact details were shown."""
        return self._subjects(REVEALING)

    @property
    def people(self) -> tuple[str, ...]:
        """The persons in the answers."""
        return self._subjects(None)

    @property
    def purposes(self) -> tuple[str, ...]:
        """The purposes that were stated."""
        rows = (row for request in self.requests for row in request.rows)
        return tuple(dict.fromkeys(row.purpose for row in rows if row.purpose))

    @property
    def exceptions(self) -> tuple[AuditRow, ...]:
        """The rows of refusals, failures and alerts."""
        return tuple(
            row
            for request in self.requests
            for row in request.rows
            if row.kind not in _SUCCESS_KINDS and row.kind not in BEGUN_KINDS
        )

    def takes(self, request: LoggedRequest) -> bool:
        """Whether a later request of the same session belongs to this question."""
        action, pause = request.last.action, request.last.at - self.ends
        if pause > _PAUSE:
            return False
        head = self.head
        is_same = action == head.last.action
        if action in _FOLLOWING or (is_same and request.parameters == head.parameters):
            return True
        if is_same and action in _BROWSED:
            return True
        return pause <= _AT_ONCE and (is_same or head.last.action in _FOLLOWING)

    def _subjects(self, actions: frozenset[str] | None) -> tuple[str, ...]:
        return tuple(
            dict.fromkeys(
                subject
                for request in self.requests
                for row in request.rows
                if row.kind in _SUCCESS_KINDS and (actions is None or row.action in actions)
                for subject in row.subjects
            )
        )


def requests_of(rows: Iterable[AuditRow]) -> list[LoggedRequest]:
    """The requests behind some rows, the oldest first."""
    of_each: dict[str, list[AuditRow]] = {}
    for row in sorted(rows, key=lambda row: row.seq):
        of_each.setdefault(row.request_id, []).append(row)
    return [
        LoggedRequest(
            rows=tuple(row for row in of_one if row.kind not in BEGUN_KINDS) or (of_one[0],),
            parameters={name: value for row in of_one for name, value in row.asked.items()},
        )
        for of_one in of_each.values()
    ]


def questions(rows: Iterable[AuditRow]) -> tuple[list[LoggedQuestion], list[AuditRow]]:
    """The questions in some rows, the newest first; and the technical rows, the newest first."""
    latest: dict[tuple[str | None, str | None], LoggedQuestion] = {}
    entries: list[LoggedQuestion] = []
    technical: list[AuditRow] = []
    for request in requests_of(rows):
        row = request.last
        if row.action in TECHNICAL and request.is_ordinary:
            technical += request.rows
            continue
        who = (row.caller, row.via)
        question = latest.get(who)
        if question is None or not question.takes(request):
            question = latest[who] = LoggedQuestion()
            entries.append(question)
        question.requests.append(request)
    entries.sort(key=lambda question: question.requests[-1].last.seq, reverse=True)
    return entries, technical[::-1]
