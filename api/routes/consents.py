"""Routes of consents: receipts by end date, renewal, withdrawal, and withdrawal links."""

from contextlib import suppress
from datetime import date
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import HTMLResponse

from api.audit.log import AuditKind, Entry
from api.audited_route import AuditedRoute
from api.consent_withdrawal import newest_view, renew, withdraw, write_owed_withdrawals
from api.dependencies import may
from api.editing.change_plan import created_id
from api.editing.idempotency import Keyed, idempotency_record
from api.errors import Refusal
from api.schemas.changes import (
    AskedRenewal,
    DueAt,
    Receipt,
    Receipts,
    RenewedConsent,
    WithdrawalLink,
    WithdrawnConsent,
)
from api.state import RequestContext, app_state_of, request_id_of
from graph.access.permissions import may_renew, may_withdraw
from graph.access.policy import Task
from graph.access.view import View
from graph.errors import NotFound
from graph.model import Consent, new_id
from graph.questions.consents import DUE, due_by_post, receipts
from graph.vocabulary import Channel, ConsentPurpose, ObtainedHow

router = APIRouter(tags=["What did they agree to?"], route_class=AuditedRoute)
links = APIRouter(tags=["What did they agree to?"], include_in_schema=False)  # HTML, for browsers
ReadContext = Annotated[
    RequestContext,
    Depends(may(Task.CONSENTS, plain=("ends_before", "open_only", "limit", "lang", "on"))),
]
RenewContext = Annotated[
    RequestContext,
    Depends(
        may(
            Task.EDIT,
            plain=(
                "consent_id", "purposes", "audience", "channels", "is_mediated_only", "given_on",
                "expires_on", "obtained_how", "covers_art9", "is_adult", "lang",
            ),
        )
    ),
]  # fmt: skip
WithdrawContext = Annotated[
    RequestContext, Depends(may(Task.WITHDRAW, plain=("consent_id", "lang")))
]
_NOT_YET: Final[dict[int | str, dict[str, Any]]] = {
    202: {
        "description": "Withdrawn; the graph is updated when the database is back",
        "model": WithdrawnConsent,
    }
}
UNKNOWN_PER_MIN: Final = 6
_HEADERS: Final = {
    "Content-Security-Policy": "default-src 'none'; form-action 'self'; frame-ancestors 'none'"
}
_PAGE: Final = """<!doctype html>
<html lang="da"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Kontaktvej</title>
<main><h1>{title}</h1>{body}</main></html>
"""
_ASK: Final = _PAGE.format(
    title="Træk dit samtykke tilbage <span lang=en>· Withdraw your consent</span>",
    body="""<p>Tryk på knappen, så viser Kontaktvej dig ikke længere.</p>
<p lang="en">Press the button, and Kontaktvej no longer shows you.</p>
<form method="post"><button>Træk tilbage · <span lang="en">Withdraw</span></button></form>""",
)
_DONE_PAGE: Final = _PAGE.format(
    title="Tak <span lang=en>· Thank you</span>",
    body="""<p>Hvis linket er dit, er samtykket trukket tilbage nu.</p>
<p lang="en">If the link is yours, the consent is withdrawn now.</p>""",
)


@router.get("/consents")
def read_consents(
    context: ReadContext,
    ends_before: Annotated[date | None, Query(examples=["2026-12-31"])] = None,
    on: date | None = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 50,
    page: Annotated[str | None, Query(max_length=140)] = None,
    *,
    open_only: bool = False,
) -> Receipts:
    """Lists the consents you may see that end before a date, the first to end first.

    `open_only` leaves out those that are withdrawn or replaced by another. A steward gets the
    number that each post has to renew instead; small numbers are suppressed.
    """
    write_owed_withdrawals(context.app_state.accounts, context.directory)
    view = context.view(on)
    after = None  # the last sort key of the preceding page
    if page is not None:
        day, _, last = page.partition("~")
        try:
            after = date.fromisoformat(day), last
        except ValueError:
            raise Refusal("malformed", where="page") from None
    rows = [
        receipt
        for receipt in receipts(view, ends_before=ends_before, open_only=open_only)
        if after is None or (receipt.ends_on, receipt.id) > after
    ]
    items = rows[:limit]
    due = due_by_post(view, ends_before=ends_before or view.today + DUE)
    return Receipts(
        found=tuple(map(Receipt.model_validate, items)),
        due_by_post=tuple(map(DueAt.model_validate, due)),
        next=f"{items[-1].ends_on.isoformat()}~{items[-1].id}" if len(rows) > limit else None,
    )


@router.post("/consents/{consent_id}/withdraw", responses=_NOT_YET)
def withdraw_consent(
    context: WithdrawContext, consent_id: str, response: Response
) -> WithdrawnConsent:
    """Withdraws a consent on behalf of the person who gave it.

    The person is hidden from the next request on, on every date. It also holds while the database
    is away: the answer is then 202, and the graph is updated later.
    """
    app_state = context.app_state
    if not may_withdraw(newest_view(context.directory, context.who.caller), consent_id):
        raise NotFound(consent_id)
    individual = withdraw(
        app_state.accounts,
        context.directory,
        consent_id,
        change_set=context.change_set_id,
        by=context.who.account,
    )
    context.subjects.add(individual)
    is_written = write_owed_withdrawals(app_state.accounts, context.directory)
    response.status_code = 200 if is_written else 202
    return WithdrawnConsent(consent=consent_id, is_written=is_written)


@router.post("/consents/{consent_id}/renew", status_code=201)
def renew_consent(
    context: RenewContext, key: Keyed, consent_id: str, body: AskedRenewal
) -> RenewedConsent:  # fmt: skip
    """Records a renewed consent, also after a withdrawal.

    The old consent ends today, and nothing else of it changes; the new one is renewed by the same
    post, and door openers then depend on it.
    """
    with idempotency_record(context, key) as record:
        receipt = _receipt(
            context.view(), consent_id, body, created_id(record.change_set, "receipt")
        )
        individual = renew(
            context.app_state.accounts, context.directory, consent_id, receipt,
            change_set=record.change_set, by=context.who.account, asked_at=record.begun_at,
        )  # fmt: skip
    context.subjects.add(individual)
    return RenewedConsent(consent=receipt.id)


def _receipt(view: View, consent_id: str, body: AskedRenewal, receipt_id: str) -> Consent:
    """The consent that is renewed. Raises: NotFound: the caller may not renew it."""
    if not may_renew(view, consent_id):
        raise NotFound(consent_id)
    post: str = view.value(view.row(consent_id), "renewal_by")
    return Consent(
        id=receipt_id,
        source="form",
        purposes=frozenset(map(ConsentPurpose, body.purposes)),
        audience=frozenset(body.audience),
        channels=frozenset(map(Channel, body.channels)),
        is_mediated_only=body.is_mediated_only,
        given_on=body.given_on,
        expires_on=body.expires_on,
        obtained_how=ObtainedHow(body.obtained_how),
        text_version=body.text_version,
        covers_art9=body.covers_art9,
        is_adult=body.is_adult,
        recorded_by=min(view.caller.posts, default=post),
        renewal_by=post,
    )


@router.post("/consents/{consent_id}/withdrawal-link", status_code=201)
def make_withdrawal_link(context: WithdrawContext, consent_id: str) -> WithdrawalLink:
    """Creates a link by which the person withdraws the consent.

    The page has one button and needs no sign-in.
    """
    if not may_withdraw(context.view(), consent_id):
        raise NotFound(consent_id)
    token = context.app_state.accounts.withdrawal_links.make(consent_id)
    return WithdrawalLink(path=f"/withdraw/{token}")


@links.get("/withdraw/{token}", response_class=HTMLResponse)
def read_withdrawal(request: Request, token: str) -> HTMLResponse:
    """Shows the withdrawal page: one button, and nothing about anyone.

    The page is the same for a valid and an invalid link.
    """
    if app_state_of(request).accounts.withdrawal_links.consent_of(token) is None:
        _write_unknown(request, "read_withdrawal")
    else:
        _record(request, AuditKind.ASKED, "read_withdrawal")
    return HTMLResponse(_ASK, headers=_HEADERS)


@links.post("/withdraw/{token}", response_class=HTMLResponse)
def withdraw_by_link(request: Request, token: str) -> HTMLResponse:
    """Withdraws the consent of a withdrawal link.

    The answer is the same for a valid and an invalid link.
    """
    app_state, change_set = app_state_of(request), new_id()
    consent = app_state.accounts.withdrawal_links.consent_of(token)
    if consent is None:
        _write_unknown(request, "withdraw_by_link")
        return HTMLResponse(_DONE_PAGE, headers=_HEADERS)
    _record(request, AuditKind.INTENT, "withdraw_by_link", change_set=change_set)
    individuals: tuple[str, ...] = ()
    with suppress(NotFound):  # the receipt is gone
        individuals = (
            withdraw(
                app_state.accounts, app_state.directory, consent, change_set=change_set,
                by="withdrawal-link",
            ),
        )  # fmt: skip
    if individuals:
        write_owed_withdrawals(app_state.accounts, app_state.directory)
    _record(request, AuditKind.DONE, "withdraw_by_link", individuals, change_set=change_set)
    return HTMLResponse(_DONE_PAGE, headers=_HEADERS)


def _write_unknown(request: Request, action: str) -> None:
    """Record a request with an unknown link; rate-limited, so a flood does not fill the log."""
    try:
        app_state_of(request).calls.require("", "unknown-link", UNKNOWN_PER_MIN)
    except Refusal:
        return
    _record(request, AuditKind.DENIED, action)


def _record(
    request: Request,
    kind: AuditKind,
    action: str,
    subjects: tuple[str, ...] = (),
    *,
    change_set: str | None = None,
) -> None:
    app_state_of(request).audit.append(
        Entry(
            kind=kind, action=action, request_id=request_id_of(request), subjects=subjects,
            change_set=change_set,
        )
    )  # fmt: skip
