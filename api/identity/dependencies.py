"""Who asks, may they, and is it written down: what every route depends on.

A route names its task: `visit: Annotated[Visit, Depends(may(Task.QUESTION))]`. Before the route
runs, the caller is known, the role is found to have the task, and `asked` (or `intent`) is
committed. After it, before the first byte leaves, `AuditedRoute` commits what was shown.
"""

import re
import secrets
import time
from collections.abc import Callable, Coroutine, Iterable, Mapping
from dataclasses import dataclass, field
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
from api.settings import Settings
from graph.access import TASKS, WRITES, Task
from graph.model import new_id
from graph.model.guard import holds_number
from graph.view import View
from graph.vocabulary import Language

_CODE: Final = re.compile(r"[a-z0-9][a-z0-9_:.-]{0,119}|[A-Z][A-Z0-9_]{0,59}")
_NAME: Final = re.compile(r"[A-Za-z_-]{1,40}")
_IN_BODY: Final = re.compile(rb'"([a-z0-9][a-z0-9_:.-]{0,119})"')


@dataclass(slots=True, kw_only=True)
class House:
    """What an API process works with; one for all requests. ETags are made with `web_key`."""

    settings: Settings
    directory: Directory
    accounts: Accounts
    audit: AuditLog
    web_key: bytes = field(repr=False)


@dataclass(slots=True, kw_only=True)
class Visit:
    """One request of one caller: who it is, in which language, and where to ask.

    `subjects` are persons that were touched though their ids are not in the answer; `change_set` is
    what the write of this request is called in the graph, so that an intent left open is settled.
    With a `budget` the answer leaves only where the day's number reaches.
    """

    house: House
    who: SignedIn
    task: Task
    action: str
    request_id: str
    lang: Language
    subjects: set[str] = field(default_factory=set[str])
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
        return self.directory.view(self.who.caller, on)

    def show(self, subjects: Iterable[str], count: int | None = None) -> None:
        """Writes down who is shown by the next part of a stream, before it is sent.

        Raises: Refused: `audit-unavailable`, and it may not be sent.
        """
        persons = self.directory.persons().intersection(subjects)
        _write(self, AuditKind.SHOWN, subjects=tuple(sorted(persons)), count=count)


def may(
    task: Task, *, plain: tuple[str, ...] = ()
) -> Callable[[Request], Coroutine[Any, Any, Visit]]:
    """A dependency: the visit of a caller whose role has a task.

    `plain` are the names of parameters, in address and body, that hold ids, words, dates and
    numbers: they are written down as they are, and all others as HMAC.
    """

    async def visit(request: Request) -> Visit:
        body = await _sent(request)
        return await run_in_threadpool(_visited, request, task, plain, body)

    visit.__dict__["task"] = task
    return visit


def _visited(
    request: Request, task: Task, plain: tuple[str, ...], body: Mapping[str, Any]
) -> Visit:
    house = house_of(request)
    who = signed_in(request)
    visit = Visit(
        house=house, who=who, task=task, action=_action(request), lang=language_of(request),
        request_id=request_id_of(request),
        change_set=new_id() if task in WRITES - {Task.ACCOUNTS} else None,
    )  # fmt: skip
    request.state.visit = visit
    given = {**request.path_params, **request.query_params, **body}
    _write(visit, AuditKind.INTENT if task in WRITES else AuditKind.ASKED,
           asked=_told(house.audit, given, plain))  # fmt: skip
    _require_role(who, task, house.directory.today())
    return visit


def signed_in(request: Request) -> SignedIn:
    """Whoever bears the token of the request.

    Raises: Refused: there is none, or it has ended.
    """
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise Refused("unauthenticated")
    house = house_of(request)
    who = house.accounts.signed_in(token.strip(), idle_min=house.settings.session_idle_min)
    if who is None:
        raise Refused("unauthenticated")
    return who


def _require_role(who: SignedIn, task: Task, day: date) -> None:
    grants = [grant for grant in who.caller.grants if grant.is_valid(day)]
    if not grants:
        raise Refused("no-grant")
    if not any(grant.role in TASKS[task] for grant in grants):
        raise Refused("forbidden", needed=task.value)


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
        name if _NAME.fullmatch(name) else f"hmac:{audit.term(name)}": value
        if name in plain and _is_plain(value)
        else f"hmac:{audit.term(str(value))}"
        for name, value in given.items()
        if value not in (None, [], "")
    }


def _is_plain(value: object) -> bool:
    match value:
        case bool() | int() | float():
            return not holds_number(str(value))
        case str():
            return _CODE.fullmatch(value) is not None and not holds_number(value)
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
        return
    subjects = visit.subjects | (_ids_in(response) & visit.directory.persons())
    _write(
        visit, AuditKind.DONE if visit.task in WRITES else AuditKind.SHOWN,
        subjects=tuple(sorted(subjects)), result=response.status_code, ms=_ms(started),
    )  # fmt: skip


def _ids_in(response: Response) -> set[str]:
    """What may be an id in an answer. A stream has no body yet: its route tells by `Visit.show`."""
    body: bytes | memoryview = getattr(response, "body", b"")
    ids: list[bytes] = _IN_BODY.findall(bytes(body))
    return {one.decode() for one in ids}


def _refused(request: Request, error: Exception, started: float) -> None:
    if kind_of(error).slug in ("outcome-unknown", "audit-unavailable"):
        return  # the first leaves its intent open until the store is asked; the second says it all
    status = kind_of(error).status
    kind = AuditKind.DENIED if status in (401, 403, 404) else AuditKind.NOT_DONE
    visit: Visit | None = getattr(request.state, "visit", None)
    if visit is not None:
        _write(visit, kind, result=status, ms=_ms(started))
        return
    house_of(request).audit.append(
        Entry(kind=kind, action=_action(request), request_id=request_id_of(request), result=status,
              ms=_ms(started))
    )  # fmt: skip


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


def _action(request: Request) -> str:
    route: Any = request.scope.get("route")
    return str(getattr(route, "name", "unknown"))


# ---- of a request


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
