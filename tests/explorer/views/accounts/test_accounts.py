"""Accounts: an administrator creates, changes and disables them; every change is stored."""

from datetime import date

import pytest
from streamlit.testing.v1 import AppTest

from api.danish_time import danish_minute
from api.identity.changes import HOST
from api.identity.store import Assurance
from explorer.address import ACCOUNTS
from graph.access.policy import Grant, Role, Task
from graph.vocabulary import PreventionLevel
from tests.explorer.screen import Screens, assert_shows, button, open_screen, press, text
from tests.fixtures.app import bearer


def _form(app: AppTest, login: str, role: str | None, *areas: str) -> AppTest:
    press(app, "Ny konto")
    app.text_input(key="new-login").set_value(login).run()
    if role is not None:
        app.selectbox(key="new-person-right-role").set_value(role).run()
        if areas:
            app.multiselect(key="new-person-right-areas").set_value(list(areas)).run()
    return press(app, "Opret konto")


def _grants(screens: Screens, account: str) -> list[tuple[Role, bool]]:
    given = screens.app.accounts.grants.of(account)
    return [(grant.grant.role, grant.is_waiting) for grant in given]


@pytest.mark.slow
def test_a_new_account_shows_the_invite_command_and_awaits_a_second_approval(
    own_screens: Screens,
) -> None:
    app = _form(own_screens.screen(ACCOUNTS, Role.ADMIN), "Line.Bak", "COORDINATOR", "kystby")
    account = own_screens.app.accounts.logins.by_login("line.bak")
    assert app.query_params["account"] == account.id
    assert _grants(own_screens, account.id) == [(Role.COORDINATOR, True)]
    (grant,) = own_screens.app.accounts.grants.of(account.id)
    assert grant.grant.levels == frozenset(PreventionLevel)
    assert_shows(
        app,
        "Kontoen line.bak er oprettet. Rettigheden afventer en godkendelse mere.",
        "Koordinator · Kystby",
        "kontaktvej user invite line.bak",
        "Vent på den anden godkendelse",
    )
    assert not account.is_invited, "no code was made by it"
    dpo = own_screens.screen(ACCOUNTS, Role.DPO)
    assert_shows(dpo, "giv en rettighed: Koordinator · Kystby", hidden=["Alle konti"])
    press(dpo, "Godkend")
    assert _grants(own_screens, account.id) == [(Role.COORDINATOR, False)]


@pytest.mark.slow
def test_an_invalid_form_shows_the_reason_and_creates_no_account(own_screens: Screens) -> None:
    token = own_screens.app.token(Role.ADMIN)
    own_screens.app.accounts.add("taken")
    before = own_screens.app.accounts.logins.all()
    cases = (
        ("", None, (), "Skriv et brugernavn."),
        ("line", None, (), "Vælg en rolle."),
        ("line", "COORDINATOR", (), "Vælg mindst ét område."),
        ("no good", "COORDINATOR", ("kystby",), "Et brugernavn har 2 til 64"),
        ("taken", "COORDINATOR", ("kystby",), "Findes allerede"),
    )
    for login, role, areas, why in cases:
        app = _form(open_screen(ACCOUNTS, token), login, role, *areas)
        assert any(why in error.value for error in app.error), (
            login,
            [error.value for error in app.error],
        )
    assert own_screens.app.accounts.logins.all() == before


def test_a_service_account_is_created_with_its_right_and_shows_the_token_command(
    own_screens: Screens,
) -> None:
    app = own_screens.screen(ACCOUNTS, Role.ADMIN)
    press(app, "Ny konto")
    app.checkbox(key="new-service").check().run()
    app.text_input(key="new-login").set_value("fagsystem").run()
    app.multiselect(key="new-program-areas").set_value(["kystby"]).run()
    press(app, "Opret konto")
    account = own_screens.app.accounts.logins.by_login("fagsystem")
    assert account.is_service
    assert _grants(own_screens, account.id) == [(Role.SERVICE, True)]
    assert_shows(app, "kontaktvej user token fagsystem", hidden=["kontaktvej user invite"])


def test_accounts_are_listed_with_state_rights_and_last_use_and_searched(screens: Screens) -> None:
    account = screens.app.account(Role.COORDINATOR)
    login = screens.app.accounts.logins.find(account).login
    app = screens.screen(ACCOUNTS, Role.ADMIN)
    app.text_input(key="accounts-sought").set_value(login).run()
    content = text(app)
    assert f'href="/konti?account={account}"' in content
    assert_shows(content, "Koordinator · Kystby", "ikke inviteret endnu", "<td>–</td>")
    assert login not in str(dict(app.query_params))
    app.text_input(key="accounts-sought").set_value("nobody-is-called-so").run()
    assert_shows(app, "Ingen konto har det i sit brugernavn.")


def test_the_state_of_an_account_without_a_password_shows_how_it_signs_in(
    own_screens: Screens,
) -> None:
    """An account that has been used is never shown as not invited yet."""
    accounts = own_screens.app.accounts

    def state(account: str, lang: str = "da") -> str:
        return text(own_screens.screen(ACCOUNTS, Role.ADMIN, account=account, lang=lang))

    fresh = accounts.add("line")
    assert_shows(state(fresh), "ikke inviteret endnu")
    assert_shows(state(fresh), "personligt eller i telefonen", hidden=["Der er udskrevet en kode"])
    ends_at = danish_minute(accounts.logins.invite(fresh).ends_at)
    assert_shows(state(fresh), "inviteret", hidden=["ikke inviteret endnu"])
    ends = (f"{ends_at:%H.%M}.", f"{ends_at:%H:%M}.")
    assert_shows(state(fresh), "Der er udskrevet en kode. Den gælder til", ends[0], "rettigheder")
    assert_shows(
        state(fresh, "en"), "it is valid until", ends[1], "/login/invitation", "works once"
    )
    used = own_screens.app.account(Role.COORDINATOR)
    token = accounts.tokens.make(
        used, label="notebook", scopes=[Task.QUESTION], days=9, made_by=used
    )
    assert own_screens.app.get("/areas", bearer(token.text or "")).status_code == 200
    assert_shows(state(used), "nøgle, ingen adgangskode", hidden=["ikke inviteret endnu"])
    assert_shows(state(used, "en"), "token, no password", hidden=["not invited yet"])
    accounts.tokens.revoke(used, token.id)
    assert_shows(state(used), "har været brugt, ingen adgangskode", hidden=["ikke inviteret endnu"])


@pytest.mark.slow
def test_a_right_is_given_for_levels_and_days_and_ended(own_screens: Screens) -> None:
    accounts = own_screens.app.accounts
    account = accounts.add("line")
    app = own_screens.screen(ACCOUNTS, Role.ADMIN, account=account)
    key = f"grant-{account}"
    app.selectbox(key=f"{key}-role").set_value("ANALYST").run()
    app.multiselect(key=f"{key}-areas").set_value(["kystby"]).run()
    app.multiselect(key=f"{key}-levels").set_value(["EXIT"]).run()
    app.date_input(key=f"{key}-first").set_value(date(2027, 1, 1)).run()
    app.date_input(key=f"{key}-last").set_value(date(2027, 12, 31)).run()
    press(app, "Giv rettigheden")
    (given,) = accounts.grants.of(account)
    assert given.grant == Grant(
        role=Role.ANALYST, areas=frozenset({"kystby"}), levels=frozenset({PreventionLevel.EXIT}),
        valid_from=date(2027, 1, 1), valid_to=date(2028, 1, 1),
    )  # fmt: skip
    assert not given.is_waiting
    grant_text = "Analytiker · Kystby · Exit · fra 1. jan. 2027 til og med 31. dec. 2027"
    assert_shows(app, "Rettigheden er givet.", grant_text)
    app.button(key=f"grant-{given.id}").click().run()
    assert accounts.grants.of(account) == ()
    assert_shows(app, "Rettigheden er afsluttet.", "Kontoen har ingen rettighed endnu.")


def test_roles_that_cannot_be_combined_are_refused_with_the_message_of_the_api(
    own_screens: Screens,
) -> None:
    account = own_screens.app.account(Role.COORDINATOR)
    app = own_screens.screen(ACCOUNTS, Role.ADMIN, account=account)
    app.selectbox(key=f"grant-{account}-role").set_value("ADMIN").run()
    press(app, "Giv rettigheden")
    assert_shows(app, "Rollerne må ikke være i samme konto")
    assert _grants(own_screens, account) == [(Role.COORDINATOR, False)]


@pytest.mark.slow
def test_an_account_is_signed_out_disabled_and_enabled_and_its_token_revoked(
    own_screens: Screens,
) -> None:
    accounts = own_screens.app.accounts
    account = own_screens.app.account(Role.COORDINATOR)
    session = accounts.open_session(account, Assurance.PASSWORD)
    token = accounts.tokens.make(
        account, label="notebook", scopes=[Task.QUESTION], days=9, made_by=account
    )
    app = own_screens.screen(ACCOUNTS, Role.ADMIN, account=account)
    assert_shows(app, "kun adgangskode", "notebook", "Spørgsmål")
    app.button(key=f"token-{token.id}").click().run()
    assert accounts.signed_in(token.text or "") is None
    assert_shows(app, "Nøglen er tilbagekaldt.", "Der er ingen nøgler.")
    app.button(key="sessions-end").click().run()
    assert accounts.signed_in(session) is None
    assert_shows(app, "Sessionerne er afsluttet.", "Ingen er logget ind.")
    app.button(key="account-disable").click().run()
    assert accounts.logins.find(account).is_disabled
    assert_shows(app, "Kontoen er lukket.", hidden=["kontaktvej user invite"])
    app.button(key="account-enable").click().run()
    assert accounts.logins.find(account).is_disabled, "it reads people again: that waits"
    (change,) = accounts.changes.waiting_changes()
    assert_shows(app, "Det sker, når en anden administrator")
    accounts.changes.confirm(change.id, by=HOST, is_host=True)
    assert not accounts.logins.find(account).is_disabled


def test_resetting_a_lost_authenticator_waits_for_a_second_approval(own_screens: Screens) -> None:
    accounts = own_screens.app.accounts
    account = own_screens.app.account(Role.DPO)
    accounts.credentials.redeem(accounts.logins.invite(account).code, "fire ord man kan huske")
    assert accounts.logins.find(account).has_totp
    app = own_screens.screen(ACCOUNTS, Role.ADMIN, account=account)
    app.button(key="factor-forget").click().run()
    (change,) = accounts.changes.waiting_changes()
    assert (change.kind, change.account) == ("FORGET_FACTOR", account)
    assert accounts.logins.find(account).has_totp


def test_an_administrator_cannot_change_their_own_account(own_screens: Screens) -> None:
    accounts = own_screens.app.accounts
    account = own_screens.app.account(Role.ADMIN)
    app = open_screen(ACCOUNTS, accounts.open_session(account, Assurance.STRONG), account=account)
    assert_shows(app, "Det er din egen konto", hidden=["kontaktvej user", "Giv rettigheden"])
    assert [button.key for button in app.button] == ["accounts-back"]


@pytest.mark.parametrize("role", [role for role in Role if role not in (Role.ADMIN, Role.DPO)])
def test_the_accounts_screen_is_refused_to_other_roles(screens: Screens, role: Role) -> None:
    app = screens.screen(ACCOUNTS, role)
    assert_shows(app, "Din rolle giver ikke adgang her.", hidden=["Alle konti", "Ny konto"])


def test_a_session_by_password_alone_needs_a_one_time_code(screens: Screens) -> None:
    token = screens.app.token(Role.ADMIN, assurance=Assurance.PASSWORD)
    assert_shows(open_screen(ACCOUNTS, token), "engangskode", hidden=["Alle konti", "Ny konto"])


def test_an_unknown_account_shows_a_not_found_message(screens: Screens) -> None:
    app = screens.screen(ACCOUNTS, Role.ADMIN, account="acc-nobody")
    assert_shows(app, "Findes ikke, eller du har ikke adgang.")
    assert button(app, "Alle konti")
