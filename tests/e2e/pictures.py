"""The README's pictures, taken of the served demo: `make pictures` writes docs/pictures.

Same data and nothing left to luck: a change in a picture is a change in the product.
"""

from pathlib import Path
from typing import Final

from api.identity.store import Assurance
from graph.access.policy import Grant, Role
from tests.browser import opened
from tests.databases import server_for_demo
from tests.e2e.demo import served_demo
from tests.e2e.desk import ScreenDriver, Seat

PICTURES: Final = Path("docs/pictures")
SIZE: Final = (1440, 950)
RELEASE: Final = "/?trigger=RELEASE&area=mun-0787"
LAESOE: Final = "act-ssp-0825"


def take(desk: ScreenDriver) -> None:
    """Whom to contact before a release, and what hangs on somebody who leaves."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    token = _account(desk, "ksp", sitting="act-kf-1462")
    with desk.seat(token=token, path=RELEASE, size=SIZE) as seat:
        seat.wait("Faste kontakter, Thisted")
        _shot(seat, "find.png")
    leaving = desk.holder(LAESOE)
    token = _account(desk, "ssp", sitting="act-ssp-0851")
    network = f"/netvaerk?id={LAESOE}&hops=2"
    with desk.seat(token=token, path=network, size=SIZE) as seat:
        seat.wait("Netværket som tabel")
        seat.pick("Valgt node", leaving.name, leaving.name)
        _shot(seat, "network.png")


def _account(desk: ScreenDriver, login: str, *, sitting: str) -> str:
    """The session of a coordinator of the demo who sits on a post."""
    accounts = desk.app.accounts
    account = accounts.logins.add(login, person=desk.holder(sitting).id, is_demo=True)
    coordinator = Grant(role=Role.COORDINATOR, areas=frozenset({"dk"}))
    accounts.grant(account, coordinator, given_by="pictures")
    return accounts.open_session(account, Assurance.STRONG)


def _shot(seat: Seat, name: str) -> None:
    seat.rest()
    seat.page.mouse.move(SIZE[0] - 1, SIZE[1] - 1)
    seat.page.evaluate("document.fonts.ready")
    seat.page.evaluate("document.activeElement?.blur()")
    seat.page.screenshot(path=PICTURES / name, animations="disabled", caret="hide")


def main() -> None:
    """Takes them, of a demo of its own: where NEO4J_URI names a server, in an empty database."""
    with (
        server_for_demo() as (server, folder),
        opened() as browser,
        served_demo(server, folder, browser) as desk,
    ):
        take(desk)


if __name__ == "__main__":
    main()
