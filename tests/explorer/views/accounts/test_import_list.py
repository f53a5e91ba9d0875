"""A list of people as CSV: previewed line by line, then made whole or not at all."""

from datetime import date

from streamlit.testing.v1 import AppTest

from explorer.address import ACCOUNTS
from graph.access.policy import Grant, Role
from graph.vocabulary import PreventionLevel
from tests.explorer.screen import Screens, assert_shows, buttons, press, text

WHOLE = """\
login;rolle;område;niveau;fra;til
ida.holm;Koordinator;Kystby;;;31.12.2027
ida.holm;Opsøgende medarbejder;kystby;exit|OUTREACH;2027-01-01;

bo;analyst;kystby;;;
"""


def _choose_file(app: AppTest, content: str, encoding: str = "utf-8") -> AppTest:
    app.file_uploader(key="import-file-0").set_value(
        ("people.csv", content.encode(encoding), "text/csv")
    )
    return app.run()


def _logins(screens: Screens) -> set[str]:
    return {account.login for account in screens.app.accounts.logins.all()}


def test_a_list_of_accounts_is_previewed_and_then_created(own_screens: Screens) -> None:
    app = _choose_file(own_screens.screen(ACCOUNTS, Role.ADMIN, tab="import"), WHOLE, "cp1252")
    assert_shows(
        app,
        "<td>2</td><td>ida.holm</td><td>Koordinator · Kystby · til og med 31. dec. 2027</td>"
        "<td>afventer en godkendelse mere</td>",
        "<td>3</td><td>ida.holm</td>",
        "<td>5</td><td>bo</td><td>Analytiker · Kystby</td><td>gives straks</td>",
    )
    assert "ida.holm" not in _logins(own_screens)
    press(app, "Opret 2 konti")
    accounts = own_screens.app.accounts
    ida = accounts.logins.by_login("ida.holm")
    assert [grant.grant for grant in accounts.grants.of(ida.id)] == [
        Grant(role=Role.COORDINATOR, areas=frozenset({"kystby"}), valid_to=date(2028, 1, 1)),
        Grant(
            role=Role.OUTREACH, areas=frozenset({"kystby"}), valid_from=date(2027, 1, 1),
            levels=frozenset({PreventionLevel.EXIT, PreventionLevel.OUTREACH}),
        ),
    ]  # fmt: skip
    assert len(accounts.changes.waiting_changes()) == 2
    assert not ida.is_invited
    invited = "kontaktvej user invite ida.holm\nkontaktvej user invite bo"
    assert_shows(
        app, "Alle konti på listen er oprettet.", "2 rettigheder afventer", invited,
        "personligt eller i telefonen",
    )  # fmt: skip
    assert not buttons(app, "import-apply"), "the field is empty again"
    assert not app.error


def test_an_invalid_list_shows_errors_by_line_and_column_and_creates_no_account(
    own_screens: Screens,
) -> None:
    content = (
        "login,role,area,from\n"
        "ida,boss,Kystby,\n"
        "bo,analyst,Atlantis,\n"
        "eva,analyst,kystby,31-31-2027\n"
        ",analyst,kystby,\n"
    )
    app = _choose_file(own_screens.screen(ACCOUNTS, Role.ADMIN, tab="import"), content)
    assert_shows(
        app,
        "4 fejl: Intet er oprettet.",
        "<td>2</td><td>role</td><td>Skriv en af: Koordinator",
        "<td>3</td><td>area</td><td>Intet område hedder Atlantis.</td>",
        "<td>4</td><td>from</td><td>Skriv en dato som",
        "<td>5</td><td>login</td><td>Skriv et brugernavn.</td>",
    )
    assert not buttons(app, "import-apply")
    assert not _logins(own_screens) & {"ida", "bo", "eva"}


def test_an_error_from_the_api_is_shown_at_its_line(own_screens: Screens) -> None:
    own_screens.app.accounts.add("taken")
    content = "login,role,area\nida,analyst,kystby\nida,admin,\ntaken,analyst,kystby\nbo,analyst,\n"
    app = _choose_file(own_screens.screen(ACCOUNTS, Role.ADMIN, tab="import"), content)
    assert_shows(
        app,
        "<td>3</td><td>role</td><td>Rollerne må ikke være i samme konto",
        "<td>4</td><td>login</td>",
        "<td>5</td><td>area</td>",
    )
    assert not buttons(app, "import-apply")
    assert not _logins(own_screens) & {"ida", "bo"}


def test_a_file_without_columns_or_rows_shows_an_error(own_screens: Screens) -> None:
    for content in ("", "name;phone\nida;1", "login;role\n"):
        app = _choose_file(own_screens.screen(ACCOUNTS, Role.ADMIN, tab="import"), content)
        assert "Første linje navngiver kolonnerne" in text(app), content
