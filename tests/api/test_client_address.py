"""The trusted client address: that of the connection, or one that the explorer has sealed."""

import pytest
from starlette.testclient import TestClient

from api.client_address import CLIENT, forwarded_address, line_of, sealed_address
from tests.fixtures.app import TestApp

KEY, OTHER = b"k" * 32, b"o" * 32
WRONG = {"login": "line.bak", "password": "forkert adgangskode"}


@pytest.mark.parametrize("address", ["192.0.2.7", "2001:db8::7", "127.0.0.1"])
def test_an_address_sealed_with_the_key_is_trusted(address: str) -> None:
    assert forwarded_address(sealed_address(address, KEY), KEY) == address


@pytest.mark.parametrize("header", [
    None, "", "192.0.2.7", "192.0.2.7 ", f"192.0.2.7 {'0' * 64}", "192.0.2.7 æ",
    sealed_address("192.0.2.7", OTHER), sealed_address("192.0.2.7", KEY)[:-1],
    sealed_address("192.0.2.7", KEY).replace("192.0.2.7", "192.0.2.8"),
    sealed_address("nowhere", KEY),
])  # fmt: skip
def test_a_header_without_a_valid_seal_or_address_is_ignored(header: str | None) -> None:
    assert forwarded_address(header, KEY) is None


def test_ipv6_addresses_of_one_subnet_count_as_one() -> None:
    assert (
        line_of("2001:db8:1:2::1") == line_of("2001:db8:1:2:ffff::9") != line_of("2001:db8:1:3::")
    )
    assert line_of("::ffff:192.0.2.1") == line_of("::ffff:c000:201")
    assert line_of("testclient") == "testclient"


def test_sign_in_failures_are_counted_by_the_sealed_client_address(app: TestApp) -> None:
    key: bytes = app.http.app_state["app_state"].explorer_key

    def tried(http: TestClient, header: str) -> int:
        return http.post("/sessions", json=WRONG, headers={CLIENT: header}).status_code

    guessing = [tried(app.http, sealed_address("192.0.2.7", key)) for _ in range(6)]
    assert guessing == [401] * 5 + [429]
    assert tried(app.http, sealed_address("192.0.2.8", key)) == 401
    forged = [
        tried(app.http, sealed_address(f"192.0.2.{number}", OTHER)) for number in range(9, 15)
    ]
    assert forged == [401] * 5 + [429], "all of them came from the same address"
