"""Accounts as an administrator makes them, and their owners take them up and sign in."""

from tests.fixtures.accounts import PASSWORD
from tests.fixtures.app import TestHouse

Headers = dict[str, str]


def bearer(token: str) -> Headers:
    return {"Authorization": f"Bearer {token}"}


def account_of(house: TestHouse, admin: Headers, login: str) -> str:
    """The id of an account that an administrator made, and its owner took up with the code that was
    printed on the host.
    """
    made = house.http.post("/accounts", json={"login": login}, headers=admin).json()
    account: str = made["id"]
    taken = {"code": house.accounts.logins.invite(account), "password": PASSWORD}
    assert house.http.post("/invitations/redeem", json=taken).status_code == 201
    return account


def session_of(house: TestHouse, login: str) -> Headers:
    opened = house.http.post("/sessions", json={"login": login, "password": PASSWORD})
    assert opened.status_code == 201, opened.text
    return bearer(opened.json()["token"])
