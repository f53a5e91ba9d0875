"""Who asks, may they, and is it written down: what every route depends on.

A route names its task: `visit: Annotated[Visit, Depends(may(Task.QUESTION))]`. Before the route
runs, the caller is known, the role is found to have the task, and `asked` (or `intent`) is
committed. After it, before the first byte leaves, `AuditedRoute` commits what was shown.
"""

import re
import secrets
import time
from collections.abc import Callable, Coroutine, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Final, cast

from fastapi import Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.routing import APIRoute

from api.audit.budget import Budget
from api.audit.entry import AuditKind, Entry
from api.audit.log import AuditLog
from api.bodies import checked
from api.directory import Directory
from api.errors import Refused, kind_of
from api.identity.accounts import Accounts, SignedIn
from api.identity.bearer import Vouched, nobody_vouched, token_in, who_bears
from api.identity.call_limits import CallLimits
from api.identity.tasks import refusal
from api.settings import Settings
from graph.access import TASKS, WRITES, Task
from graph.errors import StoreUnavailable
from graph.model import new_id
from graph.model.guard import holds_number
from graph.view import View
from graph.vocabulary import Language

_CODE: Final = re.compile(r"[a-z0-9][a-z0-9_:.-]{0,119}|[A-Z][A-Z0-9_]{0,59}")
_NAME: Final = re.compile(r"[A-Za-z_-]{1,40}")
_SECRETS: Final = frozenset({"password", "new_password", "totp"})
_WHEN: Final = re.compile(r"\d{4}-\d\d-\d\d(T[\d:.]{5,15}(Z|[+-]\d\d:\d\d)?)?")
_DIGITS: Final = re.compile(r"[\d-]{6,}")  # of a civil registration or a telephone, in any place
_MOST_PLAIN: Final = 99_999
_IN_BODY: Final = re.compile(rb'"([a-z0-9][a-z0-9_:.-]{0,119})"')


@dataclass(slots=True, kw_only=True)
class House:
    """What an API process works with; one for all requests.

    ETags are made with `web_key`; `streams` are those open now, counted on the event loop alone.
    """

    settings: Settings
    directory: Directory
    accounts: Accounts
    audit: AuditLog
    web_key: bytes = field(repr=False)
    vouched: Vouched = nobody_vouched
    calls: CallLimits = field(default_factory=CallLimits)
    streams: int = 0


@dataclass(slots=True, kw_only=True)
class Visit:
    """One request of one caller: who it is, in which language, and where to ask.

    `subjects` are persons that were touched, besides those in the answer that a View of the visit
    shows: `views`, the last of each date. What a caller typed and may not see is thus never counted
    as shown, so *my look-ups* do not tell whether it is there. `is_change`:
    its intent is written down before, its outcome after; `change_set` is then what the write is
    called in the graph, so that an intent left open is settled. With a `budget` the answer leaves
    only where the day's number reaches.
    """

    house: House
    who: SignedIn
    task: Task
    action: str
    request_id: str
    lang: Language
    is_change: bool
    subjects: set[str] = field(default_factory=set[str])
    views: dict[date, View] = field(default_factory=dict[date, View])
    purpose: str | None = None
    count: int | None = None
    change_set: str | None = None
    budget: Budget | None = None

    @property
    def directory(self) -> Directory:
        """The graph."""
        return self.house.directory

    def view(self, on: date | None = None) -> View:
        """What the caller may see on a date; today where none is given."""
        view = self.directory.view(self.who.caller, on)
        self.views[view.on] = view
        return view

    def persons_in(self, ids: Iterable[str]) -> set[str]:
        """Which of these are persons that the caller was told of; all where no View was asked."""
        persons = set(self.directory.persons().intersection(ids))
        if not self.views:
            return persons
        views = self.views.values()
        return {one for one in persons if any(view.find(one) is not None for view in views)}

    def show(self, subjects: Iterable[str], count: int | None = None) -> None:
        """Writes down who is shown by the next part of a stream, before it is sent.

        Raises: Refused: `audit-unavailable`, and it may not be sent.
        """
        persons = tuple(sorted(self.persons_in(subjects)))
        _write(self, AuditKind.SHOWN, subjects=persons, count=count)


def may(
    task: Task,
    *,
    plain: tuple[str, ...] = (),
    is_change: bool | None = None,
    needs_grant: bool = True,
    needs_session: bool = False,
    per_min: Callable[[Settings], int] | None = None,
) -> Callable[[Request], Coroutine[Any, Any, Visit]]:
    """A dependency: the visit of a caller whose role has a task.

    `plain` are the names of parameters, in address and body, that hold ids, words, dates and
    numbers: they are written down as they are, and all others as HMAC; secrets not at all.
    `per_min`: how often an account may call this, besides all its calls together. The other
    conditions are those of `tasks.refusal`.
    """

    async def visit(request: Request) -> Visit:
        body = await _sent(request)
        asked = _Asked(
            task=task, plain=plain, body=body, needs_grant=needs_grant, per_min=per_min,
            is_change=task in WRITES if is_change is None else is_change,
            needs_session=needs_session,
        )  # fmt: skip
        return await run_in_threadpool(_visited, request, asked)

    visit.__dict__["task"] = task
    return visit


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """What a route says of itself, and what was sent to it."""

    task: Task
    plain: tuple[str, ...]
    body: Mapping[str, Any]
    is_change: bool
    needs_grant: bool
    needs_session: bool
    per_min: Callable[[Settings], int] | None


def _visited(request: Request, asked: _Asked) -> Visit:
    house, task = house_of(request), asked.task
    who = signed_in(request)
    visit = Visit(
        house=house, who=who, task=task, action=action_of(request), lang=language_of(request),
        request_id=request_id_of(request), is_change=asked.is_change,
        change_set=new_id() if task in WRITES - {Task.ACCOUNTS} else None,
    )  # fmt: skip
    request.state.visit = visit
    house.calls.require(who.account, "all", house.settings.calls_per_min)
    if asked.per_min is not None:
        house.calls.require(who.account, visit.action, asked.per_min(house.settings))
    given = {**request.path_params, **request.query_params, **asked.body}
    _write(visit, AuditKind.INTENT if visit.is_change else AuditKind.ASKED,
           asked=_told(house.audit, given, asked.plain))  # fmt: skip
    refused = refusal(who, task, house.directory.today(), needs_grant=asked.needs_grant,
                      needs_session=asked.needs_session)  # fmt: skip
    if refused:
        raise refused
    return visit


def signed_in(request: Request) -> SignedIn:
    """Whoever bears the token of the request: of a session, of a program, or of an issuer.

    Raises: Refused: there is none, or it has ended.
    """
    return _signed_in(request, is_activity=True)


def looking_on(request: Request) -> SignedIn:
    """As `signed_in`, for what a screen asks by itself: it keeps no session from ending idle."""
    return _signed_in(request, is_activity=False)


def _signed_in(request: Request, *, is_activity: bool) -> SignedIn:
    house = house_of(request)
    return who_bears(
        token_in(request.headers.get("authorization", "")), house.accounts, house.vouched,
        idle_min=house.settings.session_idle_min, is_activity=is_activity,
    )  # fmt: skip


async def _sent(request: Request) -> Mapping[str, Any]:
    """The members of a JSON body; what is wrong with it is told later, by whoever reads it."""
    if request.method in ("GET", "HEAD"):
        return {}
    try:
        sent: Any = await request.json()
    except ValueError:
        return {}
    return cast("dict[str, Any]", sent) if isinstance(sent, dict) else {"body": sent}


def _told(audit: AuditLog, given: Mapping[str, Any], plain: tuple[str, ...]) -> dict[str, Any]:
    """What is written down of the parameters; of a typed text only what a known one can match."""
    return {
        name if _NAME.fullmatch(name) else _as_term(audit, name): value
        if name in plain and _is_plain(value)
        else _as_term(audit, value)
        for name, value in given.items()
        if value not in (None, [], "") and name not in _SECRETS
    }


def _as_term(audit: AuditLog, value: object) -> str:
    whole = str(value).encode("utf-8", "replace").decode()  # halves of characters have no bytes
    return f"hmac:{audit.term(whole)}"


def _is_plain(value: object) -> bool:
    """May it stand in the log as it is? Ids, words, dates and small numbers; never a long one."""
    match value:
        case bool():
            return True
        case int() | float():
            return abs(value) <= _MOST_PLAIN
        case str():
            is_code = _CODE.fullmatch(value) is not None and _DIGITS.fullmatch(value) is None
            return (is_code and not holds_number(value)) or _WHEN.fullmatch(value) is not None
        case list():
            return all(_is_plain(one) for one in cast("list[object]", value))
        case _:
            return False


# ---- what is written down


class AuditedRoute(APIRoute):
    """A route whose outcome is written down before a byte of its answer leaves."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler of the framework, then the audit's last word."""
        handle = super().get_route_handler()

        async def audited(request: Request) -> Response:
            started = time.perf_counter()
            try:
                response = await handle(await checked(request))
            except Exception as error:
                await run_in_threadpool(_refused, request, error, started)
                raise
            await run_in_threadpool(_shown, request, response, started)
            return response

        return audited


def _shown(request: Request, response: Response, started: float) -> None:
    visit: Visit | None = getattr(request.state, "visit", None)
    if visit is None:
        _tell(request, AuditKind.DONE, response.status_code, started)
        return
    subjects = visit.subjects | _persons(visit, _ids_in(_body(response)))
    _write(
        visit, AuditKind.DONE if visit.is_change else AuditKind.SHOWN,
        subjects=tuple(sorted(subjects)), result=response.status_code, ms=_ms(started),
    )  # fmt: skip


def _body(response: Response) -> bytes:
    """What is sent. A stream has no body yet: it is written down event by event."""
    body: bytes | memoryview = getattr(response, "body", b"")
    return bytes(body)


def _ids_in(body: bytes) -> set[str]:
    """What may be an id in what is sent."""
    ids: list[bytes] = _IN_BODY.findall(body)
    return {one.decode() for one in ids}


def write_shown(visit: Visit, body: bytes) -> None:
    """Commits what a part of a stream shows, before it leaves.

    Raises: Refused: `audit-unavailable`, and it may not leave.
    """
    visit.show(_ids_in(body))


def still_may(request: Request, visit: Visit) -> Visit:
    """The visit of the same session as it is now, for a stream; being told is no activity.

    Raises: Refused: the session has ended, or the role lost the task.
    """
    who = looking_on(request)
    refused = refusal(
        who, visit.task, visit.directory.today(), needs_grant=True, needs_session=False
    )
    if refused:
        raise refused
    return replace(visit, who=who)


def _persons(visit: Visit, found: set[str]) -> set[str]:
    """Those of some ids that are persons'; of a write that stands, all where nobody can tell."""
    try:
        return visit.persons_in(found)
    except StoreUnavailable:
        if visit.task not in WRITES:
            raise
        return found


def _refused(request: Request, error: Exception, started: float) -> None:
    if kind_of(error).slug in ("outcome-unknown", "audit-unavailable"):
        return  # the first leaves its intent open until the store is asked; the second says it all
    status = kind_of(error).status
    kind = AuditKind.DENIED if status in (401, 403, 404) else AuditKind.NOT_DONE
    visit: Visit | None = getattr(request.state, "visit", None)
    if visit is not None:
        _write(visit, kind, result=status, ms=_ms(started))
        return
    if _tell(request, kind, status, started):
        return
    house_of(request).audit.append(
        Entry(kind=kind, action=action_of(request), request_id=request_id_of(request),
              result=status, ms=_ms(started))
    )  # fmt: skip


def _tell(request: Request, kind: AuditKind, result: int, started: float) -> bool:
    """Lets whoever is not signed in yet, but known a little, write the outcome (`knock.py`)."""
    tell: Callable[[AuditKind, int, int], None] | None = getattr(request.state, "tell", None)
    if tell is not None:
        tell(kind, result, _ms(started))
    return tell is not None


def _write(
    visit: Visit,
    kind: AuditKind,
    *,
    asked: Mapping[str, Any] | None = None,
    subjects: tuple[str, ...] = (),
    result: int | None = None,
    count: int | None = None,
    ms: int | None = None,
) -> None:
    entry = Entry(
        kind=kind, action=visit.action, request_id=visit.request_id, caller=visit.who.account,
        role=_role_used(visit), via=visit.who.via, purpose=visit.purpose, asked=asked or {},
        subjects=subjects, result=result, count=visit.count if count is None else count, ms=ms,
        change_set=visit.change_set,
    )  # fmt: skip
    if visit.budget is not None and kind in (AuditKind.SHOWN, AuditKind.DONE):
        visit.house.audit.spend(entry, visit.budget)
    else:
        visit.house.audit.append(entry)


def _role_used(visit: Visit) -> str | None:
    """The roles by which the task was open; all there are where none is."""
    roles = {grant.role for grant in visit.who.caller.grants}
    used = roles & TASKS[visit.task] or roles
    return "+".join(sorted(role.value for role in used)) or None


def intend(visit: Visit) -> None:
    """Writes down once more what is about to be written, under the name it had at the first try."""
    _write(visit, AuditKind.INTENT)


def _ms(started: float) -> int:
    return round(1000 * (time.perf_counter() - started))


def action_of(request: Request) -> str:
    """The name of the route, as the log has it."""
    route: Any = request.scope.get("route")
    return str(getattr(route, "name", "unknown"))


# ---- of a request


def require_setup(request: Request) -> None:
    """A dependency of every route but health and the set-up itself.

    Raises: Refused: `setup-required`, while nobody has an account.
    """
    if house_of(request).accounts.is_empty():
        raise Refused("setup-required")


def house_of(request: Request) -> House:
    """What this process works with."""
    house: House = request.state.house
    return house


def request_id_of(request: Request) -> str:
    """One id for all rows of a request."""
    if not hasattr(request.state, "request_id"):
        request.state.request_id = f"req-{secrets.token_hex(8)}"
    request_id: str = request.state.request_id
    return request_id


def language_of(request: Request) -> Language:
    """`?lang=`, else what the browser prefers, else Danish."""
    asked = request.query_params.get("lang") or request.headers.get("accept-language", "")
    return "en" if asked.lower().startswith("en") else "da"
