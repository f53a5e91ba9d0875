"""A time in the browser ends when the awaited text is shown, also inside a component."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Error, Page

from tests.bench.response_times import AwaitedText, felt_s

LATE_MS = 120
SCREEN = f"""<button>Press</button><div class="place"></div><script>
  const root = document.querySelector(".place").attachShadow({{mode: "open"}});
  document.querySelector("button").onclick = () =>
    setTimeout(() => {{ root.innerHTML = "<p>Drawn</p>"; }}, {LATE_MS});
</script>"""


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    with browser.new_context() as context:
        page = context.new_page()
        page.set_content(SCREEN)
        yield page


def test_a_response_time_lasts_until_the_awaited_text_is_drawn(page: Page) -> None:
    press = page.get_by_role("button").click
    assert (
        felt_s(page, AwaitedText(where=".place", inside="p", text="drawn"), press) >= LATE_MS / 1000
    )


def test_a_text_that_is_never_drawn_raises_an_error_with_its_place(
    page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.bench.response_times.PATIENCE_MS", 300)
    with pytest.raises(Error, match=r"not drawn.*\.nowhere"):
        felt_s(page, AwaitedText(where=".nowhere"), page.get_by_role("button").click)
