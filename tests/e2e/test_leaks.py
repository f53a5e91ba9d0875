"""Two users with different rights at the same time: neither sees data of the other alone.

Every profile of the browser tests also asserts at its end that no name of the register is in an
address, a title or a cookie.
"""

import pytest

from graph.access.policy import Role
from tests.e2e.desk import ScreenDriver, Seat
from tests.e2e.test_network_journeys import WORKER, civilians

ADDRESSES = (
    f"/netvaerk?id={WORKER}",
    "/vedligehold?tab=consents",
    f"/register?id={WORKER}",
    "/kort?measure=CIVILIANS&area=mun-0751",
    "/log?tab=mine",
    "/?start=act-ihm-0751&trigger=CONCERN&area=mun-0751",
)


def content(seat: Seat) -> str:
    """Return everything that reached a browser: page, labels of drawings, title and cookies.

    Drawings keep their text in shadow roots, which Playwright's `content` does not include.
    """
    shadows: list[str] = seat.page.evaluate(
        """() => [...document.querySelectorAll("*")].flatMap(
          (node) => node.shadowRoot ? [node.shadowRoot.textContent] : [])"""
    )
    cookies = map(str, seat.page.context.cookies())
    return "\n".join([seat.page.content(), seat.page.title(), *shadows, *cookies])


def test_interleaved_sessions_leak_no_names_of_civilians(desk: ScreenDriver) -> None:
    known, hidden = civilians(desk.world)
    with (
        desk.seat(Role.OUTREACH, areas=("com-aarhus-vest",), path=None) as worker,
        desk.seat(Role.COORDINATOR, areas=("mun-0851",), path=None) as stranger,
    ):
        pages = ""
        for address in ADDRESSES:
            worker.open(address)
            stranger.open(address)
            pages += content(worker)
            other = content(stranger)
            assert not [name for name in (*known, *hidden) if name in other], address
            assert not [name for name in hidden if name in pages], address
        assert all(name in pages for name in known)

        worker.open("/netvaerk")
        worker.pick("Centrér på", known[0].split()[1], known[0])
        worker.wait("Netværket som tabel")
        worker.rest()
        stranger.open(worker.page.url.removeprefix(desk.address), "Findes ikke")
        assert known[0] not in content(stranger)

        for seat in (worker, stranger):
            assert len(seat.requests) > len(ADDRESSES)
            assert set(seat.requests) & set(seat.traces().splitlines())


@pytest.mark.parametrize(
    "script",
    [
        "history.pushState({}, '', '?q=' + encodeURIComponent(name))",
        "document.title = name.toUpperCase()",
        "document.cookie = 'seen=' + encodeURIComponent(name)",
    ],
    ids=["address", "title", "cookie"],
)
def test_a_name_in_an_address_title_or_cookie_fails_its_browser_profile(
    desk: ScreenDriver, script: str
) -> None:
    name = desk.holder(WORKER).name

    def leave() -> None:
        with desk.profile() as (_, seat):
            seat.page.goto("/login")
            seat.page.evaluate(f"name => {{ {script}; }}", name)

    with pytest.raises(AssertionError, match=name.casefold()):
        leave()
