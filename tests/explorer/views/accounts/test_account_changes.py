"""Changes of rights: shown on every screen to those who may say yes, and decided by a press."""

from api.identity.changes import StoredAccountChange
from api.identity.store import Assurance
from explorer.address import ACCOUNTS, AUDIT, FIND
from graph.access.policy import Grant, Role
from tests.explorer.screen import Screens, assert_shows, button, open_screen, press, text

COORDINATOR = Grant(role=Role.COORDINATOR, areas=frozenset({"kystby"}))


def _request_coordinator(screens: Screens) -> tuple[str, StoredAccountChange]:
    """Request the role of coordinator for an account; return its login and the pending change."""
    accounts = screens.app.accounts
    account = screens.app.account(person="amina")
    change = accounts.changes.give(account, COORDINATOR, by=screens.app.account(Role.ADMIN))
    return accounts.logins.find(account).login, change


def test_a_pending_change_is_shown_only_to_roles_that_may_approve_it(own_screens: Screens) -> None:
    _, change = _request_coordinator(own_screens)
    for screen, role in ((FIND, Role.DPO), (AUDIT, Role.DPO), (AUDIT, Role.ADMIN)):
        app = own_screens.screen(screen, role)
        assert "1 ændring af rettigheder venter på dit ja eller nej." in text(app)
        assert 'href="/konti?tab=changes"' in text(app)
    assert "venter på dit ja" not in text(own_screens.screen(FIND, Role.COORDINATOR))
    own_screens.app.accounts.changes.refuse(change.id, by=change.asked_by)
    assert "venter på dit ja" not in text(own_screens.screen(AUDIT, Role.DPO))


def test_a_change_is_approved_or_refused_by_a_button(own_screens: Screens) -> None:
    for label, outcome, count in (("Godkend", "udført", 1), ("Afvis", "afvist", 0)):
        login, change = _request_coordinator(own_screens)
        app = own_screens.screen(ACCOUNTS, Role.DPO)
        content = text(app)
        assert f"<td>{login} · Amina Søkilde Østergård</td>" in content
        assert " · amina" not in content, "the id of a person whom the reader knows by name"
        asker = own_screens.app.accounts.logins.find(change.asked_by).login
        assert f"<td>{asker}</td>" in content
        assert "giv en rettighed: Koordinator · Kystby" in content
        assert_shows(press(app, label), "Intet afventer godkendelse.", f"<td>{outcome}</td>")
        assert len(own_screens.app.accounts.grants.of(change.account)) == count


def test_the_requester_cannot_approve_and_a_second_refusal_finds_nothing_pending(
    own_screens: Screens,
) -> None:
    _, change = _request_coordinator(own_screens)
    accounts = own_screens.app.accounts
    app = open_screen(
        ACCOUNTS, accounts.open_session(change.asked_by, Assurance.STRONG), tab="changes"
    )
    assert "venter på dit ja" not in text(app)
    assert button(app, "Godkend").disabled
    accounts.changes.refuse(change.id, by=change.asked_by)
    assert "Intet afventer godkendelse." in text(press(app, "Afvis"))
