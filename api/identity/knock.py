"""A request of somebody who is not signed in yet: setting up, signing in, taking up an invitation.

There is no visit yet, so what is written down of it is written here: an intent before anything
else, then how it ended. Never a password or a code, and the login only as HMAC.
"""

from dataclasses import dataclass
from typing import Any, Final, cast

from fastapi import Request
from fastapi.concurrency import run_in_threadpool

from api.audit.log import AuditKind, Entry
from api.identity.failures import Knocking, knocking
from api.identity.logins import login_of
from api.visit import House, action_of, address_of, house_of, request_id_of

_LONGEST_LOGIN: Final = 320


@dataclass(slots=True, kw_only=True)
class Knock:
    """Who knocks, as far as is known; `account` and `via` once it is."""

    house: House
    action: str
    request_id: str
    address: str
    login: str | None
    account: str | None = None
    via: str | None = None

    @property
    def failing(self) -> Knocking:
        """As whom failures are counted."""
        return knocking(self.login or "", self.address)

    def tell(self, kind: AuditKind, result: int | None = None, ms: int | None = None) -> None:
        """Writes a row.

        Raises: Refused: `audit-unavailable`.
        """
        asked = {"login": f"hmac:{self.login}"} if self.login else {}
        if kind is AuditKind.ALERT:
            asked["address"] = self.failing.address  # for whoever has to shut it out
        self.house.audit.append(
            Entry(
                kind=kind, action=self.action, request_id=self.request_id, caller=self.account,
                via=self.via, asked=asked, result=result, ms=ms,
            )
        )  # fmt: skip


async def knocks(request: Request) -> Knock:
    """A dependency: what is written down of somebody not signed in; the intent already is."""
    login = await _login_in(request)
    house = house_of(request)
    knock = Knock(
        house=house, action=action_of(request), request_id=request_id_of(request),
        address=address_of(request), login=house.audit.term(login_of(login)) if login else None,
    )  # fmt: skip
    request.state.tell = knock.tell
    await run_in_threadpool(knock.tell, AuditKind.INTENT)
    return knock


async def _login_in(request: Request) -> str | None:
    try:
        sent: Any = await request.json()
    except (ValueError, RecursionError):
        return None
    login = cast("dict[str, Any]", sent).get("login") if isinstance(sent, dict) else None
    return login[:_LONGEST_LOGIN] if isinstance(login, str) else None
