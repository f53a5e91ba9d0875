"""Who may sign in, with which rights? For administrators, never about an account of their own."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query

from api.audited import AuditedRoute
from api.errors import Refused
from api.identity.alerts import alert
from api.identity.dependencies import may
from api.identity.logins import INVITED
from api.identity.logins import Account as Known
from api.identity.who import NEEDS_STRONG
from api.routes.me import grant_on_wire, tokens_on_wire
from api.schemas.accounts import Account, Accounts, Invitation, NewAccount, NewGrant
from api.schemas.sign_in import Grant, NewToken, Token, Tokens
from api.visit import Visit
from graph.access import Grant as Right
from graph.access import Role, Task
from graph.errors import NotFound
from graph.vocabulary import Label, PreventionLevel

router = APIRouter(tags=["Who may sign in?"], route_class=AuditedRoute)
_PLAIN = (
    "account", "grant", "token", "person", "is_service", "role", "areas", "levels", "valid_from",
    "valid_to", "label", "scopes", "days", "limit", "lang",
)  # fmt: skip
Admin = Annotated[Visit, Depends(may(Task.ACCOUNTS, plain=_PLAIN))]
Reading = Annotated[Visit, Depends(may(Task.ACCOUNTS, plain=_PLAIN, is_change=False))]


@router.get("/accounts")
def read_accounts(
    visit: Reading,
    after: Annotated[
        str, Query(max_length=64, description="`next` of the page before", examples=["line.bak"])
    ] = "",
    limit: Annotated[int, Query(ge=1, le=100)] = 50,
) -> Accounts:
    """All accounts with their grants, in the order of their logins."""
    found = visit.house.accounts.logins.all(after=after, limit=limit + 1)
    page = found[:limit]
    return Accounts(
        found=tuple(_on_wire(visit, one) for one in page),
        next=page[-1].login if len(found) > limit else None,
    )


@router.get("/accounts/{account}")
def read_account(visit: Reading, account: str) -> Account:
    """One account with its grants, those that wait for a second administrator included."""
    return _on_wire(visit, visit.house.accounts.logins.find(account))


@router.post("/accounts", status_code=201)
def create_account(visit: Admin, sent: NewAccount) -> Invitation:
    """A new account without rights, and the code by which its owner chooses a password.

    A program gets tokens instead, and whoever signs in elsewhere needs none.
    """
    logins = visit.house.accounts.logins
    subject = (sent.subject.issuer, sent.subject.subject) if sent.subject else None
    account = logins.add(
        sent.login, person=sent.person, is_service=sent.is_service, subject=subject
    )
    if sent.person:
        visit.subjects.add(sent.person)
    if sent.is_service or subject:
        return Invitation(account=account, code=None, ends_at=None)
    return _invitation(visit, account)


@router.post("/accounts/{account}/invitation", status_code=201)
def invite_again(visit: Admin, account: str) -> Invitation:
    """A new code for somebody who has lost password or app; until it is used the old ones hold.

    Not for administrators and data protection officers: their proofs are renewed on the host.
    """
    accounts = visit.house.accounts
    accounts.grants.require_other(visit.who.account, account)
    if any(one.grant.role in NEEDS_STRONG for one in accounts.grants.of(account)):
        raise Refused("own-rights", (
            "For denne rolle fornyes beviset på værten: kontaktvej user invite.",
            "For this role the proof is renewed on the host: kontaktvej user invite.",
        ))  # fmt: skip
    alert(visit, account=account)
    return _invitation(visit, account)


@router.post("/accounts/{account}/disable", status_code=204)
def disable_account(visit: Admin, account: str) -> None:
    """Shuts an account: its sessions and tokens end for good, at their next call."""
    visit.house.accounts.grants.require_other(visit.who.account, account)
    visit.house.accounts.logins.disable(account)


@router.post("/accounts/{account}/enable", status_code=204)
def enable_account(visit: Admin, account: str) -> None:
    """Opens a shut account again, with the grants it has."""
    visit.house.accounts.grants.require_other(visit.who.account, account)
    visit.house.accounts.logins.enable(account)


@router.post("/accounts/{account}/grants", status_code=201)
def give_grant(visit: Admin, account: str, sent: NewGrant) -> Grant:
    """Gives rights; those of administrators and data protection officers wait until a second
    administrator has said yes.
    """
    for area in sent.areas:
        _require_area(visit, area)
    levels = sent.levels if sent.levels is not None else frozenset(PreventionLevel)
    right = Right(
        role=Role(sent.role), areas=frozenset(sent.areas),
        levels=frozenset(PreventionLevel(one) for one in levels),
        valid_from=sent.valid_from, valid_to=sent.valid_to,
    )  # fmt: skip
    if right.role in NEEDS_STRONG:
        alert(visit, account=account, role=right.role.value)
    grants = visit.house.accounts.grants
    return grant_on_wire(grants.give(account, right, by=visit.who.account))


@router.post("/grants/{grant}/confirm")
def confirm_grant(visit: Admin, grant: str) -> Grant:
    """A second administrator's yes: the grant is in force from now on."""
    alert(visit, grant=grant)
    grants = visit.house.accounts.grants
    return grant_on_wire(grants.confirm(grant, by=visit.who.account))


@router.delete("/grants/{grant}", status_code=204)
def end_grant(visit: Admin, grant: str) -> None:
    """Takes rights back; the next call is made without them."""
    visit.house.accounts.grants.end(grant, by=visit.who.account)


@router.get("/accounts/{account}/tokens")
def read_tokens_of(visit: Reading, account: str) -> Tokens:
    """The tokens of an account that still open something."""
    visit.house.accounts.logins.find(account)
    return tokens_on_wire(visit.house.accounts.tokens.of(account))


@router.post("/accounts/{account}/tokens", status_code=201)
def make_token_for(visit: Admin, account: str, sent: NewToken) -> Token:
    """A token for a program; people make their own."""
    accounts = visit.house.accounts
    if not accounts.logins.find(account).is_service:
        raise Refused("own-rights", (
            "Kun et system får token af en administrator.",
            "Only a program is given a token by an administrator.",
        ))  # fmt: skip
    made = accounts.tokens.make(
        account, label=sent.label, scopes=[Task(one) for one in sent.scopes], days=sent.days,
        made_by=visit.who.account,
    )  # fmt: skip
    return Token.model_validate(made)


@router.delete("/accounts/{account}/tokens/{token}", status_code=204)
def revoke_token_of(visit: Admin, account: str, token: str) -> None:
    """Ends a token of anybody; its next call is refused."""
    visit.house.accounts.tokens.revoke(account, token)


def _on_wire(visit: Visit, known: Known) -> Account:
    if known.person:
        visit.subjects.add(known.person)
    grants = visit.house.accounts.grants.of(known.id)
    return Account(
        id=known.id, login=known.login, person=known.person, is_disabled=known.is_disabled,
        is_service=known.is_service, is_demo=known.is_demo, has_password=known.has_password,
        has_totp=known.has_totp, is_invited=known.is_invited, made_at=known.made_at,
        grants=tuple(grant_on_wire(one) for one in grants),
    )  # fmt: skip


def _invitation(visit: Visit, account: str) -> Invitation:
    accounts = visit.house.accounts
    code = accounts.logins.invite(account)
    return Invitation(account=account, code=code, ends_at=accounts.clock() + INVITED)


def _require_area(visit: Visit, area: str) -> None:
    """Raises: NotFound: no area of today."""
    view = visit.view()
    if view.label(view.row(area)) is not Label.AREA:
        raise NotFound(area)
