"""My account: rights in words, password, authenticator, sessions, tokens and budgets."""

import re

import pytest
from pyotp.totp import TOTP

from api.identity.store import Assurance
from api.identity.tables import utc_now
from explorer.address import MY_ACCOUNT
from graph.access.policy import Role
from tests.explorer.screen import Screens, assert_shows, html, open_screen, press, text
from tests.fixtures.accounts import PASSWORD

NEW = "fem helt andre ord end før"


def _token(screens: Screens, *roles: Role, person: str | None = None) -> tuple[str, str]:
    """Create an account with a password; return its id and a session token."""
    accounts = screens.app.accounts
    account = screens.app.account(*roles, person=person)
    accounts.credentials.redeem(accounts.logins.invite(account).code, PASSWORD)
    return account, accounts.open_session(account, Assurance.STRONG)


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.SERVICE])
def test_each_role_sees_its_rights_in_words(screens: Screens, role: Role) -> None:
    app = screens.screen(MY_ACCOUNT, role, person="carl" if role is Role.COORDINATOR else None)
    assert_shows(app, "Min konto", "Kystby", "Her er jeg logget ind", ":blue-badge[her]")
    assert not app.exception


def test_language_and_theme_are_chosen_on_the_account_screen_and_in_the_menu(
    screens: Screens,
) -> None:
    for lang, head, dark in (("da", "Udseende", "Mørkt"), ("en", "Appearance", "Dark")):
        app = screens.screen(MY_ACCOUNT, Role.ANALYST, lang=lang)
        assert head in [header.value for header in app.header]
        drawings = html(app)
        for choice in ("kv-languages", "kv-themes"):
            assert drawings.count(f'<p class="{choice}">') == 2, "in the menu and here"
        assert drawings.count(f'<a href="?theme=dark" target="_self">{dark}</a>') == 2


def test_an_account_without_rights_is_referred_to_an_administrator(screens: Screens) -> None:
    app = screens.screen(MY_ACCOUNT)
    assert_shows(
        app,
        "Du har ingen rettighed endnu. Spørg en administrator",
        "Skift adgangskode",
        "Lav nøgle",
    )


def test_a_session_with_a_password_alone_offers_to_set_up_an_authenticator(
    screens: Screens,
) -> None:
    token = screens.app.token(Role.ADMIN, assurance=Assurance.PASSWORD)
    app = open_screen(MY_ACCOUNT, token)
    assert_shows(app, "engangskode", "Sæt en app op", "Her er jeg logget ind", "Lav nøgle")


def test_a_coordinator_sees_posts_rights_tasks_and_the_remaining_daily_budget(
    screens: Screens,
) -> None:
    app = screens.screen(MY_ACCOUNT, Role.COORDINATOR, person="amina")
    assert_shows(
        app, "Funktioner: SSP-koordinator, Kystby", "Koordinator · Kystby",
        "<td>Rettelse</td><td>ja</td><td></td>",
        "<td>Konti</td><td>nej</td><td>Kræver en af rollerne: Administrator.</td>",
        "Kontaktoplysninger i dag", "<td>Bekymring</td><td>0</td><td>30</td>",
    )  # fmt: skip


def test_a_password_change_is_validated_and_ends_the_session(own_screens: Screens) -> None:
    accounts = own_screens.app.accounts
    _account, token = _token(own_screens, Role.COORDINATOR)
    app = open_screen(MY_ACCOUNT, token)

    def change(old: str, new: str, again: str) -> None:
        for key, value in zip(
            ("my-password", "my-new-password", "my-new-password-again"),
            (old, new, again),
            strict=True,
        ):
            app.text_input(key=key).set_value(value)
        press(app, "Skift adgangskode")

    change(PASSWORD, NEW, "noget andet helt")
    assert_shows(app, "Den nye adgangskode er ikke ens begge gange.")
    change(PASSWORD, "kort", "kort")
    assert_shows(app, "Vælg 14 til 128 tegn.")
    change("forkert adgangskode", NEW, NEW)
    assert_shows(app, "Adgangskode eller engangskode er forkert.")
    assert accounts.signed_in(token) is not None
    change(PASSWORD, NEW, NEW)
    assert [done.value for done in app.success] == [
        "Din adgangskode er ændret, og du er logget ud overalt."
    ]
    assert accounts.signed_in(token) is None
    assert "my-new-password" not in app.session_state


def test_an_authenticator_is_set_up_with_a_qr_code_and_confirmed(own_screens: Screens) -> None:
    accounts = own_screens.app.accounts
    account, token = _token(own_screens, Role.COORDINATOR)
    app = open_screen(MY_ACCOUNT, token)
    app.text_input(key="my-factor-password").set_value("forkert adgangskode")
    press(app, "Sæt en app op")
    assert_shows(app, "Adgangskode eller engangskode er forkert.")
    app.text_input(key="my-factor-password").set_value(PASSWORD)
    press(app, "Sæt en app op")
    assert 'src="data:image/svg+xml' in html(app)
    (secret,) = [code.value for code in app.code]
    assert re.fullmatch(r"[A-Z2-7]{32}", secret)
    app.text_input(key="my-confirm-totp").set_value("000000")
    press(app, "Brug denne app")
    assert not accounts.logins.find(account).has_totp
    app.text_input(key="my-confirm-totp").set_value(TOTP(secret).at(utc_now()))
    press(app, "Brug denne app")
    assert accounts.logins.find(account).has_totp
    assert_shows(app, "Fra nu af logger du ind med en kode", "Skift app", hidden=[secret])


def test_other_sessions_are_ended_one_by_one_or_all_at_once(own_screens: Screens) -> None:
    accounts = own_screens.app.accounts
    account, token = _token(own_screens, Role.ANALYST)
    others = [accounts.open_session(account, Assurance.PASSWORD) for _ in range(3)]
    other = accounts.signed_in(others[0])
    assert other is not None
    app = open_screen(MY_ACCOUNT, token)
    assert text(app).count("Logget ind") == 4
    app.button(key=f"session-{other.via}").click().run()
    assert_shows(app, "Sessionen er afsluttet.")
    assert [accounts.signed_in(session) is None for session in others] == [True, False, False]
    press(app, "Log ud alle andre steder")
    assert all(accounts.signed_in(session) is None for session in others)
    assert accounts.signed_in(token) is not None


@pytest.mark.slow
def test_a_token_is_made_shown_once_and_revoked(own_screens: Screens) -> None:
    accounts = own_screens.app.accounts
    account, token = _token(own_screens, Role.COORDINATOR)
    app = open_screen(MY_ACCOUNT, token)
    press(app, "Lav nøgle")
    assert_shows(app, "Navngiv den med små bogstaver")
    app.text_input(key="my-token-label").set_value("notebook")
    press(app, "Lav nøgle")
    assert_shows(app, "Vælg, hvad den må.")
    app.multiselect(key="my-token-scopes").set_value(["QUESTION"])
    press(app, "Lav nøgle")
    (new_token,) = accounts.tokens.of(account)
    (code,) = [block.value for block in app.code]
    assert accounts.signed_in(code) is not None
    app.run()
    assert code not in text(app)
    app.button(key=f"token-{new_token.id}").click().run()
    assert accounts.tokens.of(account) == ()
    assert_shows(app, "Nøglen er tilbagekaldt.", "Der er ingen nøgler.")
