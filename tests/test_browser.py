"""The browser of the tests: it reaches this machine and nothing else."""

import pytest
from playwright.sync_api import Browser, Error


@pytest.mark.parametrize("address", ["http://192.0.2.1/", "https://kontaktvej.example/"])
def test_the_test_browser_reaches_no_other_host(browser: Browser, address: str) -> None:
    page = browser.new_page()
    try:
        with pytest.raises(Error, match="ERR_PROXY_CONNECTION_FAILED"):
            page.goto(address)
    finally:
        page.close()
