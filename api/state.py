"""Application state, the context of a request, and its audit rows."""

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from threading import Lock
from typing import Any, Final

from cachetools import TTLCache
from fastapi import Request

from api.analysis.query_runner import QueryRunner
from api.audit.budget import Budget
from api.audit.entry import AuditKind, Entry
from api.audit.log import AuditLog
from api.client_address import CLIENT, forwarded_address, line_of
from api.directory import Directory
from api.errors import Refusal
from api.identity.principal import TokenVerifier, no_issuer
from api.identity.rate_limits import CallLimits
from api.identity.store import IdentityStore, Principal
from api.schemas.entities import NodeName
from api.settings import Settings
from graph.access.policy import SEES_NAMES, TASKS, Role, Task
from graph.access.purposes import Purpose
from graph.access.reference_dates import reference_date
from graph.access.view import View
from graph.model.base import random_id
from graph.vocabulary import Language

_PREVIEWS_KEPT_S: Final = 600
_MOST_PREVIEWS: Final = 8
_BEYOND_LIMIT: Final = frozenset({Purpose.ACUTE.value, Purpose.SERIOUS.value})
"""The purposes for which a person is shown beyond the hourly limit."""


class PreviewCache:
    """The last previews of imports in this process, for some minutes; thread-safe."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._entries: TTLCache[tuple[Hashable, ...], object] = TTLCache(
            _MOST_PREVIEWS, _PREVIEWS_KEPT_S
        )

    def get(self, key: tuple[Hashable, ...]) -> object | None:
        """Return the cached object of a key; None if there is none."""
        with self._lock:
            return self._entries.get(key)

    def put(self, key: tuple[Hashable, ...], entry: object) -> None:
        """Cache an object for `_PREVIEWS_KEPT_S` seconds at most."""
        with self._lock:
            self._entries[key] = entry

    def forget(self, import_id: str) -> None:
        """Drop the cached objects of a list; its id is the first member of their keys."""
        with self._lock:
            for key in [key for key in self._entries if key[0] == import_id]:
                del self._entries[key]


@dataclass(slots=True, kw_only=True)
class AppState:
    """The resources of an API process, shared by all requests.

    ETags are made with `web_key`; `explorer_key` authenticates client addresses sent by the
    explorer. `streams` counts the open streams by account, on the event loop alone. `is_set_up`: an
    account exists; False if none existed at the last check.
    """

    settings: Settings
    directory: Directory
    accounts: IdentityStore
    audit: AuditLog
    analysis: QueryRunner
    web_key: bytes = field(repr=False)
    explorer_key: bytes = field(repr=False)
    vouched: TokenVerifier = no_issuer
    calls: CallLimits = field(default_factory=CallLimits)
    imports: PreviewCache = field(default_factory=PreviewCache)
    streams: Counter[str] = field(default_factory=Counter[str])
    is_set_up: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditedPart:
    """A part of an answer with an audit row of its own: parameters, persons, purpose."""

    asked: Mapping[str, Any]
    subjects: tuple[str, ...]
    purpose: str | None


@dataclass(slots=True, kw_only=True)
class RequestContext:
    """The context of one request: caller, task, language, Views, and what the audit records.

    `subjects` are persons that were touched, besides those in the answer that a View of the request
    shows: `views`, the last of each date, and `views_to_write`. An id that a caller typed but may
    not see is never counted as shown, so *my look-ups* do not disclose whether it exists.

    `is_change`: an intent is recorded before, and the outcome after; `change_set` is then the
    idempotency key of the write in the graph, by which an open intent is settled. With a `budget`
    the answer is sent only if the day's budget suffices. `extra_parameters` are recorded with the
    outcome. `as_of_revision`: the older revision that is asked about; None: the present state.
    `parts`: if there are any, each has an audit row in place of one for the whole answer.
    `is_emergency`: the answer is for acute danger, and is not refused by the hourly limit.
    """

    app_state: AppState
    who: Principal
    task: Task
    action: str
    request_id: str
    lang: Language
    is_change: bool
    subjects: set[str] = field(default_factory=set[str])
    views: dict[date, View] = field(default_factory=dict[date, View])
    views_to_write: dict[date, View] = field(default_factory=dict[date, View])
    purpose: str | None = None
    count: int | None = None
    change_set: str | None = None
    budget: Budget | None = None
    extra_parameters: dict[str, Any] = field(default_factory=dict[str, Any])
    as_of_revision: int | None = None
    parts: tuple[AuditedPart, ...] = ()
    is_emergency: bool = False

    @property
    def directory(self) -> Directory:
        """The graph."""
        return self.app_state.directory

    @property
    def roles(self) -> frozenset[Role]:
        """The roles of the caller's grants that are valid today."""
        return self.who.roles(self.directory.today())

    def view(self, on: date | None = None) -> View:
        """The View of the caller on a date, by default today, as of the requested revision."""
        view = self.directory.view(self.who.caller, on, revision=self.as_of_revision)
        self.views[view.on] = view
        return view

    def view_to_write(self, *ids: str) -> View:
        """The View that a write to some elements is checked against: today's, also for past dates.

        For elements that begin later, it is the View of the first day on which all of them are
        valid, restricted to what today's View shows.
        """
        snapshot, today = self.directory.snapshot(), self.directory.today()
        days = (reference_date(snapshot, element_id, today) or today for element_id in ids)
        on = max(days, default=today)
        if on <= today:
            return self.view()
        if on not in self.views_to_write:
            self.views_to_write[on] = self.directory.view_to_write(self.who.caller, on)
        return self.views_to_write[on]

    def person_of(self, account: str) -> NodeName | None:
        """Return the person of an account; None if it has none or the caller may not see them."""
        person, view = self.app_state.accounts.person_of(account), self.view()
        row = None if person is None else view.find(person)
        return None if row is None else NodeName(id=view.id(row), name=view.name(row))

    @property
    def change_set_id(self) -> str:
        """The idempotency key of its write; only tasks that write to the graph have one."""
        if self.change_set is None:
            raise TypeError("a route that writes has a task that writes")
        return self.change_set

    def persons_sent(self, body: bytes) -> frozenset[str]:
        """Return the persons in a JSON text that a View of the request shows."""
        return self.directory.persons_sent(body, self._looked_through())

    def _looked_through(self) -> tuple[View, ...]:
        return (*self.views.values(), *self.views_to_write.values())

    def show(self, subjects: Iterable[str], count: int | None = None) -> None:
        """Record who is shown by the next part of a stream, before it is sent.

        Raises: Refusal: `audit-unavailable`; the part must not be sent.
        """
        persons = self.directory.persons_among(subjects, self._looked_through())
        record_audit(self, AuditKind.SHOWN, subjects=tuple(sorted(persons)), count=count)


def record_audit(
    context: RequestContext,
    kind: AuditKind,
    *,
    asked: Mapping[str, Any] | None = None,
    subjects: tuple[str, ...] = (),
    result: int | None = None,
    count: int | None = None,
    ms: int | None = None,
) -> None:
    """Commit an audit row of a request, and count the people whom it shows to the account.

    Raises: Refusal: the row cannot be written, the day's budget is used, or the account was shown
        the most people of an hour and this is another one.
    """
    if kind in (AuditKind.SHOWN, AuditKind.DONE):
        count_people(context, subjects, is_refusable=kind is AuditKind.SHOWN)
    entry = replace(
        _entry(context, kind, result=result, ms=ms), purpose=context.purpose, asked=asked or {},
        subjects=subjects, count=context.count if count is None else count,
    )  # fmt: skip
    if context.budget is not None and kind in (AuditKind.SHOWN, AuditKind.DONE):
        context.app_state.audit.spend(entry, context.budget)
    else:
        context.app_state.audit.append(entry)


def count_people(
    context: RequestContext, people: Iterable[str], *, is_refusable: bool = True
) -> None:
    """Count the people shown to a caller who may see names; alert at the hourly limit.

    Beyond it nobody else is shown, except in acute danger and after a write, which is committed.

    Raises: Refusal: `people-limit`.
    """
    if SEES_NAMES.isdisjoint(context.roles):
        return
    is_refusable &= not context.is_emergency and context.purpose not in _BEYOND_LIMIT
    app_state, most = context.app_state, context.app_state.settings.people_per_hour
    try:
        is_reached = app_state.accounts.people_shown.count(
            context.who.account, people, most, is_refusable=is_refusable
        )
    except Refusal as refused:
        status = refused.kind.status
        app_state.audit.append(_entry(context, AuditKind.NOT_DONE, result=status, ms=None))
        raise
    if is_reached:
        entry = _entry(context, AuditKind.ALERT, result=None, ms=None)
        app_state.audit.append(replace(entry, asked={"people_per_hour": most}))


def record_audit_parts(context: RequestContext, *, result: int, ms: int) -> None:
    """Commit a row for each part of an answer, all or none, and count the people of all parts.

    Raises: Refusal: as `record_audit`; the day's budget must suffice for all of them.
    """
    is_refusable = all(part.purpose not in _BEYOND_LIMIT for part in context.parts)
    people = {person for part in context.parts for person in part.subjects}
    count_people(context, people, is_refusable=is_refusable)
    entry = _entry(context, AuditKind.SHOWN, result=result, ms=ms)
    rows = [
        replace(entry, asked=part.asked, subjects=part.subjects, purpose=part.purpose)
        for part in context.parts
    ]
    context.app_state.audit.append_all(rows, context.budget)


def _entry(
    context: RequestContext, kind: AuditKind, *, result: int | None, ms: int | None
) -> Entry:
    # the caller's roles that have the task; all of their roles if none has it
    roles = context.roles & TASKS[context.task] or context.roles
    return Entry(
        kind=kind, action=context.action, request_id=context.request_id, caller=context.who.account,
        role="+".join(sorted(role.value for role in roles)) or None, via=context.who.via,
        result=result, ms=ms, change_set=context.change_set,
    )  # fmt: skip


def record_intent(context: RequestContext) -> None:
    """Record the intent again, under the idempotency key of the first attempt."""
    record_audit(context, AuditKind.INTENT)


def record_alert(context: RequestContext, **about: Any) -> None:
    """Record an alert, which a person should review, before the action itself.

    Raises: Refusal: `audit-unavailable`; the action must not be performed.
    """
    context.app_state.audit.append(
        Entry(
            kind=AuditKind.ALERT, action=context.action, request_id=context.request_id,
            caller=context.who.account, via=context.who.via, asked=about,
        )
    )  # fmt: skip


# ---- properties of a request


def app_state_of(request: Request) -> AppState:
    """The resources of this process."""
    app_state: AppState = request.state.app_state
    return app_state


def address_of(request: Request) -> str:
    """The client address of a request.

    It is the address that the explorer reports for its user, else that of the socket or the trusted
    proxy.
    """
    own = request.client.host if request.client else ""
    return forwarded_address(request.headers.get(CLIENT), app_state_of(request).explorer_key) or own


def limit_anonymous_calls(request: Request, what: str = "stranger", *, times: int = 1) -> None:
    """Count a call of an unauthenticated client, by its address.

    Raises: Refusal: `too-many` in the last minute.
    """
    app_state, line = app_state_of(request), line_of(address_of(request))
    app_state.calls.require(line, what, times * app_state.settings.strangers_per_min)


def request_id_of(request: Request) -> str:
    """The id shared by all rows of a request."""
    if not hasattr(request.state, "request_id"):
        request.state.request_id = random_id("req")
    request_id: str = request.state.request_id
    return request_id


def language_of(request: Request) -> Language:
    """The `lang` parameter, else what the browser prefers, else Danish."""
    language = request.query_params.get("lang") or request.headers.get("accept-language", "")
    return "en" if language.lower().startswith("en") else "da"


def action_of(request: Request) -> str:
    """The name of the route, as recorded in the log."""
    route: Any = request.scope.get("route")
    return str(getattr(route, "name", "unknown"))
