"""Pictures of the served demo for the README and the user guide: `make pictures` writes them.

Same data and nothing left to luck: a change in a picture is a change in the product. Each screen
that `explorer/address.py` lists gets one, in docs/pictures/screens, so that a new screen needs a
line in `examples.py` at most.
"""

from pathlib import Path
from typing import Final

from PIL import Image

from api.identity.store import Assurance
from explorer.address import SCREENS
from graph.access.policy import Grant, Role
from tests.browser import opened
from tests.databases import server_for_demo
from tests.e2e.demo import served_demo
from tests.e2e.desk import PASSWORD, ScreenDriver, Seat
from tests.e2e.examples import FIVE_STEPS, RELEASE, TOWN, example

PICTURES: Final = Path("docs/pictures")
SIZE: Final = (1280, 900)
_COLORS: Final = 256  # of a flat screen; a picture is then a third as large
_LOGINS: Final = {
    Role.COORDINATOR: ("ksp", "act-kf-1462"),
    Role.OUTREACH: ("gade", "act-outreach-aarhus-vest"),
}
"""Who is in the pictures: a login that tells the role, and the post of its owner."""


def take(desk: ScreenDriver) -> None:
    """Take the two of the README, then one of each screen."""
    tokens = {role: _session(desk, role) for role in Role if role is not Role.SERVICE}
    coordinator = tokens[Role.COORDINATOR]
    with desk.seat(token=coordinator, path=RELEASE, size=SIZE, lang="da"):
        pass  # so that the log has something to show
    with desk.seat(token=coordinator, path=FIVE_STEPS, size=SIZE, lang="en") as seat:
        _shot(seat, "find.png")
    with desk.seat(token=coordinator, path=TOWN, size=SIZE, lang="en") as seat:
        _shot(seat, "network.png")
    for screen in SCREENS:
        role, path = example(screen)
        with desk.seat(token=tokens[role], path=path, size=SIZE) as seat:
            _shot(seat, f"screens/{screen.module}.png")


def _session(desk: ScreenDriver, role: Role) -> str:
    """The session of an account of the demo with a role."""
    accounts = desk.app.accounts
    login, post = _LOGINS.get(role, (role.value.lower(), None))
    person = None if post is None else desk.holder(post).id
    account = accounts.logins.add(login, person=person, is_demo=True)
    accounts.grant(account, Grant(role=role, areas=frozenset({"dk"})), given_by="pictures")
    accounts.credentials.redeem(accounts.logins.invite(account), PASSWORD)
    return accounts.open_session(account, Assurance.STRONG)


def _shot(seat: Seat, name: str) -> None:
    seat.rest()
    seat.page.mouse.move(SIZE[0] - 1, SIZE[1] - 1)
    seat.page.evaluate("document.fonts.ready")
    seat.page.evaluate("document.activeElement?.blur()")
    path = PICTURES / name
    path.parent.mkdir(parents=True, exist_ok=True)
    seat.page.screenshot(path=path, animations="disabled", caret="hide")
    with Image.open(path) as picture:
        small = picture.convert("RGB").quantize(_COLORS, dither=Image.Dither.NONE)
    small.save(path, optimize=True)


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
