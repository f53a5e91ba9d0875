"""Accounts as an administrator makes them, and their owners take them up and sign in."""

from tests.fixtures.accounts import PASSWORD
from tests.fixtures.app import TestApp

Headers = dict[str, str]


def bearer(token: str) -> Headers:
    return {"Authorization": f"Bearer {token}"}


def account_of(app: TestApp, admin: Headers, login: str) -> str:
    """The id of an account that an administrator made, and its owner took up with the code that was
    printed on the host.
    """
    made = app.http.post("/accounts", json={"login": login}, headers=admin).json()
    account: str = made["id"]
    taken = {"code": app.accounts.logins.invite(account), "password": PASSWORD}
    assert app.http.post("/invitations/redeem", json=taken).status_code == 201
    return account


def session_of(app: TestApp, login: str) -> Headers:
    opened = app.http.post("/sessions", json={"login": login, "password": PASSWORD})
    assert opened.status_code == 201, opened.text
    return bearer(opened.json()["token"])
