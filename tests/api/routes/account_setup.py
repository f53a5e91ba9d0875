"""Accounts that an administrator made and their owners have redeemed."""

from tests.fixtures.accounts import PASSWORD
from tests.fixtures.app import Headers, TestApp, bearer


def account_of(app: TestApp, admin: Headers, login: str) -> str:
    """Return the id of an account that an administrator made and its owner redeemed with the code
    that was printed on the host.
    """
    account: str = app.post("/accounts", admin, {"login": login}).json()["id"]
    body = {"code": app.accounts.logins.invite(account).code, "password": PASSWORD}
    assert app.post("/invitations/redeem", {}, body).status_code == 201
    return account


def session_of(app: TestApp, login: str) -> Headers:
    opened = app.post("/sessions", {}, {"login": login, "password": PASSWORD})
    assert opened.status_code == 201, opened.text
    return bearer(opened.json()["token"])
