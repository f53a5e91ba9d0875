"""Pictures of the served demo for the README and the user guide: `make pictures` writes them.

The pictures are reproducible: a change in a picture is a change in the product. Each screen in
`explorer/address.py` gets one in each language, in docs/pictures/da and docs/pictures/en, so
that a new screen needs a line in `examples.py` at most.
"""

from pathlib import Path
from typing import Final

from PIL import Image

from api.identity.store import Assurance
from explorer.address import IMPORT, SCREENS
from graph.access.policy import Grant, Role
from tests.browser import open_browser
from tests.databases import server_for_demo
from tests.e2e.demo import served_demo
from tests.e2e.desk import PASSWORD, ScreenDriver, Seat
from tests.e2e.examples import FIVE_STEPS, RELEASE, TOWN, example

PICTURES: Final = Path("docs/pictures")
SIZE: Final = (1280, 900)
_COLORS: Final = 256  # enough for flat screens; the file is a third as large
_LOGINS: Final = {
    Role.COORDINATOR: ("ksp", "act-kf-1462"),
    Role.OUTREACH: ("gade", "act-outreach-aarhus-vest"),
}
"""The accounts in the pictures: a login that shows the role, and the post of its owner."""
_OWN_KINDS: Final = (
    {"id": "DEMOKRATIKONSULENT", "of": "PostKind", "is_a": "OUTREACH_WORKER",
     "label_da": "Demokratikonsulent", "label_en": "Democracy adviser"},
    {"id": "TRYGHEDSFORUM", "of": "NetworkKind", "is_a": "LOCAL_COUNCIL",
     "label_da": "Tryghedsforum", "label_en": "Safety forum"},
)  # fmt: skip
_LIST: Final = """\
Kommune;Funktion;Skole/afd.;Navn;Stilling;Tlf.;Træffetid;Ansat fra
Thisted;SSP-koordinator;;Mette Rugvang Bæk;Konsulent;05 12 34 56;man-fre 9-15;1.8.2026
Thisted Kommune;SSP-kontaktlærer;Vesterskolen;Jens Lyngtoft Kær;Lærer;05 22 34 57;;13.8.2025
Thisted;SSP-kontaktlærer;Østerskolen;Åse Engvang Holm;Lærer;05 32 34 58;tir 12-14;1.2.2024
Thisted;SSP-kontaktlærer;Lilleskolen;Per Birkeled Dam;Lærer;05 42;;1.8.2023
"""


def take(desk: ScreenDriver) -> None:
    """Take the two pictures of the README, then one of each screen."""
    tokens = {role: _session(desk, role) for role in Role if role is not Role.SERVICE}
    coordinator = tokens[Role.COORDINATOR]
    with desk.seat(token=coordinator, path=RELEASE, size=SIZE, lang="da"):
        pass  # so that the log has rows to show
    with desk.seat(token=coordinator, path=FIVE_STEPS, size=SIZE, lang="en") as seat:
        _shot(seat, "find.png")
    with desk.seat(token=coordinator, path=TOWN, size=SIZE, lang="en") as seat:
        _shot(seat, "network.png")
    sent = _sent_list(desk, tokens[Role.STEWARD])
    _add_own_kinds(desk, tokens[Role.STEWARD])
    for screen in SCREENS:
        role, path = example(screen)
        path = f"{path}?id={sent}" if screen is IMPORT else path
        for lang in ("da", "en"):
            with desk.seat(token=tokens[role], path=path, size=SIZE, lang=lang) as seat:
                _shot(seat, f"{lang}/{screen.module}.png")


def _sent_list(desk: ScreenDriver, token: str) -> str:
    """Send a list as a steward and return its id."""
    answer = desk.app.http.post(
        "/imports", content=_LIST.encode(), headers={"Authorization": f"Bearer {token}"},
        params={"file": "ssp-thisted.csv", "source": "ssp", "area": "mun-0787"},
    )  # fmt: skip
    return str(answer.json()["id"])


def _add_own_kinds(desk: ScreenDriver, token: str) -> None:
    """Add two own kinds."""
    headers = {"Authorization": f"Bearer {token}"}
    for kind in _OWN_KINDS:
        version = desk.app.http.get("/vocabulary/own-kinds", headers=headers).headers["ETag"]
        added = desk.app.http.post(
            "/vocabulary/own-kinds", json=kind, headers={**headers, "If-Match": version}
        )
        assert added.status_code == 201, added.text


def _session(desk: ScreenDriver, role: Role) -> str:
    """Create a demo account with a role and return its session."""
    accounts = desk.app.accounts
    login, post = _LOGINS.get(role, (role.value.lower(), None))
    person = None if post is None else desk.holder(post).id
    account = accounts.logins.add(login, person=person, is_demo=True)
    accounts.grant(account, Grant(role=role, areas=frozenset({"dk"})), given_by="pictures")
    accounts.credentials.redeem(accounts.logins.invite(account).code, PASSWORD)
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
    """Take the pictures of a new demo; where NEO4J_URI names a server, in an empty database."""
    with (
        server_for_demo() as (server, folder),
        open_browser() as browser,
        served_demo(server, folder, browser) as desk,
    ):
        take(desk)


if __name__ == "__main__":
    main()
