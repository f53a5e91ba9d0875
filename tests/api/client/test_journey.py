"""What a steward and an administrator do, from Python: real client, real server, real store."""

import json
import subprocess
import sys
from collections.abc import Generator
from pathlib import Path

import pytest
from pydantic import SecretStr
from pyotp.totp import TOTP

from api import client as kv
from api.client import ApiClient, Invalid, Need, NotAllowed, NotFound, NotSignedIn
from api.identity.store import first_code
from graph.access.policy import Role
from graph.store.store import Store
from tests.api.serving import served
from tests.change_sets import NUMBERS
from tests.fixtures.accounts import PASSWORD, Clock
from tests.fixtures.app import TestApp, opened_app
from tests.kystby import TODAY

HOURS = kv.ChangedFields(fields={"hours": "MO-FR 08:00-16:00"})


@pytest.fixture
def app(kystby_store: Store, tmp_path: Path, clock: Clock) -> Generator[TestApp]:
    """Kystby without accounts, and a clock for the codes of an authenticator app."""
    with opened_app(kystby_store, tmp_path, clock=clock, is_set_up=False) as app:
        yield app


@pytest.fixture
def address(app: TestApp) -> Generator[str]:
    with served(app.http.app) as address:
        yield address


def sign_in_with_second_factor(client: ApiClient, login: str, clock: Clock) -> None:
    """Adds a second factor, and signs in with it."""
    client.sign_in(login, PASSWORD)
    secret = client.begin_second_factor(kv.Proof(password=SecretStr(PASSWORD))).totp_secret
    assert secret is not None
    client.confirm_second_factor(kv.Code(totp=SecretStr(TOTP(secret).at(clock.now))))
    clock.turn(seconds=30)  # a code is valid once
    assert client.sign_in(login, PASSWORD, TOTP(secret).at(clock.now)).assurance == "STRONG"


@pytest.mark.slow
def test_from_sign_in_to_a_change_in_the_stream(app: TestApp, address: str, clock: Clock) -> None:
    account = app.account(Role.STEWARD, Role.COORDINATOR, person="carl")
    app.accounts.credentials.redeem(app.accounts.logins.invite(account).code, PASSWORD)
    login = app.accounts.logins.find(account).login
    with ApiClient(address, lang="en") as client:
        sign_in_with_second_factor(client, login, clock)
        post = client.names("ssp-koordinator kystby").found[0].id
        (path, *_) = client.paths(Need(target=post, on=TODAY)).paths
        entity = client.entity(path.stops[-1].node.id)
        assert entity.value.entity.id == "ssp-post"

        would = client.dry_run.change_entity(post, HOURS, entity.etag)
        assert would.is_allowed
        assert would.would[0].after == HOURS.fields
        assert client.revision().revision == 1
        first = client.change_entity(post, HOURS, entity.etag).things[0]
        with pytest.raises(kv.Conflict) as slower:
            client.change_entity(post, kv.ChangedFields(fields={"hours": None}), entity.etag)
        versions = slower.value.members["versions"]
        assert (versions["sent"], versions["current"]["hours"]) == (
            {"hours": None}, HOURS.fields["hours"],
        )  # fmt: skip
        assert slower.value.members["current"] == first.etag == client.entity(post).etag
        done = client.change_entity(post, kv.ChangedFields(fields={"hours": None}), first.etag)

        (page,) = client.changes(since=1)
        assert [(change.id, change.fields) for change in page.changes] == [
            ("ssp-post", ("hours",))
        ] * 2
        assert page.until == done.revision == 3
        events = client.changes_to_come(since=1)
        assert [next(events).revision for _ in range(2)] == [2, 3]
        events.close()
        (entity_change,) = client.entity_changes(post)
        assert [change.kind for change in entity_change.changes] == [
            "CREATED",
            "UPDATED",
            "UPDATED",
        ]

        (detail,) = client.entity("bo").value.details
        request = kv.AskedReveal(detail=detail.id, channel="MOBILE", purpose="CONCERN")
        assert client.reveal_detail(request).value == NUMBERS["phone-bo"]
        client.sign_out()
        with pytest.raises(NotSignedIn):
            client.me()
    assert NUMBERS["phone-bo"] not in repr(app.rows())


@pytest.mark.slow
def test_a_change_set_with_an_idempotency_key_is_applied_once(app: TestApp, address: str) -> None:
    with ApiClient(address, app.token(Role.STEWARD, Role.OUTREACH, person="dina")) as client:
        link = client.link("intake--ssp")
        person = kv.Create(label="Person", called="@new", fields={
            "name": "Bo Rugvang Sørensen", "visibility": "NETWORK",
        })  # fmt: skip
        holds = kv.Create(type="HOLDS", fields={
            "source_id": "@new", "target_id": "release", "valid_from": TODAY.isoformat(),
        })  # fmt: skip
        changes = kv.ChangeSet(
            creates=(person, holds), verifies=(kv.Verify(id="intake--ssp", if_match=link.etag),)
        )
        (first, again) = (client.apply_change_set(changes, key="one-handover") for _ in range(2))
        assert first == again
        assert [element.called for element in first.things].count("@new") == 1
        assert client.revision().revision == 2
        broken = kv.ChangedFields(fields={"hours": "always"})
        refused = client.dry_run.change_entity("release", broken, client.entity("release").etag)
        assert (refused.is_allowed, refused.errors[0].field) == (False, "hours")
        with pytest.raises(Invalid):
            client.change_entity("release", broken, client.entity("release").etag)
        matches = [link.id for page in client.links(type="COVERS", limit=3) for link in page.found]
        assert len(matches) == len(set(matches)) == 7
        (cards,) = client.areas(kind="MUNICIPALITY")
        assert [item.entity.id for item in cards.found] == ["kystby", "nabo"]


def test_from_the_first_code_to_a_token_for_a_program(
    app: TestApp, address: str, clock: Clock
) -> None:
    first = first_code(app.accounts)
    assert first is not None
    with ApiClient(address, lang="en") as admin, ApiClient(address, lang="en") as line:
        secret = admin.set_up(
            kv.SetUp(code=SecretStr(first.code), login="anna",
                  password=SecretStr(PASSWORD))
        ).totp_secret  # fmt: skip
        assert secret is not None
        admin.sign_in("anna", PASSWORD, TOTP(secret).at(clock.now))
        account = admin.create_account(kv.NewAccount(login="line.bak", person="carl"))
        change = admin.give_grant(
            account.id, kv.NewGrant(role="ANALYST", areas=frozenset({"kystby"}))
        )
        assert (change.state, change.person) == ("WAITING", "carl")
        with ApiClient(address, app.token(Role.DPO)) as dpo:
            assert [change.id for change in dpo.account_changes().waiting] == [change.id]
            grant = dpo.confirm_account_change(change.id).grant
        assert grant is not None
        code = app.accounts.logins.invite(account.id).code  # printed on the host
        line.redeem_invitation(kv.Redemption(code=SecretStr(code), password=SecretStr(PASSWORD)))
        line.sign_in("line.bak", PASSWORD)
        assert line.coverage(area="kystby").cells
        token = line.make_token(
            kv.NewToken(label="notebook", scopes=frozenset({"QUESTION"}), days=30)
        )
        with ApiClient(address, token.text) as program:
            assert program.neighborhood("kystby").neighbors
            with pytest.raises(NotAllowed):
                program.tokens()
            admin.end_grant(grant.id)
            with pytest.raises(NotAllowed) as error:
                program.coverage()
        assert error.value.slug == "no-grant"
        assert admin.problem_kind(error.value.slug).status == 403
        (page,) = line.audit_mine()
        assert {"read_coverage", "make_token"} <= {row.action for row in page.rows}
        new = SecretStr("en helt anden adgangskode")
        line.change_password(kv.ChangedPassword(password=SecretStr(PASSWORD), new_password=new))
        with pytest.raises(NotSignedIn):
            line.me()
        accounts = [item for page in admin.accounts(limit=1) for item in page.found]
        assert [account.login for account in accounts][:2] == ["anna", "line.bak"]


def test_a_dpo_reads_the_log_and_an_outreach_worker_withdraws_a_consent(
    app: TestApp, address: str
) -> None:
    app.account()
    with ApiClient(address, app.token(Role.OUTREACH, person="dina")) as dina:
        dina.names("kystby")
        (page,) = dina.consents()
        assert {item.id for item in page.found} == {"consent-jens", "consent-kaj"}
        assert dina.make_withdrawal_link("consent-jens").path.startswith("/withdraw/")
        assert dina.withdraw_consent("consent-jens").is_written
        assert dina.contact_requests().made == ()
    with ApiClient(address, app.token(Role.DPO)) as officer:
        typed = officer.audit_term(kv.AskedTerm(word="kystby")).rows
        assert {row.action for row in typed} == {"read_names", "find_term"}
        rows = [record for page in officer.audit_rows(limit=2) for record in page.rows]
        assert [record.seq for record in rows] == list(range(rows[0].seq, 0, -1))
        verdict = officer.audit_verdict()
        assert (verdict.is_whole, verdict.broken) == (True, None)


def test_an_export_can_be_fetched_once(app: TestApp, address: str) -> None:
    app.account()
    with ApiClient(address, app.token(Role.COORDINATOR), "en") as client:
        export = client.make_export(kv.AskedExport(format="NODES_CSV", nodes=("ssp-post", "bo")))
        assert [loss.text for loss in export.losses][:2] == [
            "Contact details stay behind.", "People stand by id, not by name (1).",
        ]  # fmt: skip
        file = client.export(export.ticket)
        assert (file.name, file.media_type.partition(";")[0]) == (export.file, "text/csv")
        assert export.export in file.name
        assert export.about is not None
        about = client.export(export.about)
        assert json.loads(about.content)["Export"] == export.export
        with pytest.raises(NotFound):
            client.export(export.ticket)
        need = Need(start="ihd", target="ssp-post")
        request = kv.AskedContacts(format="ACTION_CARD", purpose="RELEASE", need=need)
        card = client.reveal_contacts(request)
        assert card.reveals == 1
        assert client.export(card.ticket).content.startswith(b"%PDF-")


def test_several_numbers_are_shown_together_or_none_of_them(app: TestApp, address: str) -> None:
    bo = kv.AskedDetail(detail="phone-bo", channel="MOBILE")
    erik = kv.AskedDetail(detail="phone-erik", channel="MOBILE")
    both = kv.AskedReveal(details=(bo, erik), purpose="CONCERN")
    token = app.token(Role.COORDINATOR, areas=("dk",))
    with ApiClient(address, token) as client:
        rows = client.reveal_details(both).revealed
        assert [row.value for row in rows] == [NUMBERS["phone-bo"], NUMBERS["phone-erik"]]
        assert [row.owner for row in rows] == ["bo", "erik"]
        budget = next(item for item in client.budgets().found if item.purpose == "CONCERN")
        assert budget.used == 2
    with ApiClient(address, app.token(Role.COORDINATOR)) as client:
        with pytest.raises(NotFound) as error:
            client.reveal_details(both)
        assert error.value.members["pointer"] == "/details/1"
        assert all(item.used == 0 for item in client.budgets().found)


def test_a_name_leads_to_a_path_in_the_callers_language(app: TestApp, address: str) -> None:
    token = app.token(Role.COORDINATOR, person="carl")
    with ApiClient(address, token, "en") as client:
        answer = client.paths(Need(target=client.names("ssp-koordinator kystby").found[0].id))
    assert answer.paths[0].stops[-1].node.id == "ssp-post"
    assert answer.paths[0].words.summary.startswith("1 step, oldest check 41 days")


def test_every_question_about_paths_has_its_method(app: TestApp, address: str) -> None:
    token = app.token(Role.COORDINATOR, areas=("dk",), person="carl")
    with ApiClient(address, token) as client:
        assert client.ready().is_ready
        assert client.revision().revision == 1
        whole = client.paths_through_stops(kv.AskedStops(target="intake", stops=("ssp-post",)))
        assert whole.paths[0].legs[0].stops[-1].node.id == "ssp-post"
        why = client.why_not(kv.AskedWhyNot(target="ssp-post", node="nobody")).why_not
        assert why.obstacle == "NOT_FOUND"
        assert len(client.reach(kv.AskedReach(sector="YOUTH")).municipalities) == 2
        moved = client.handover(kv.AskedHandover(from_area="kystby", to_area="nabo"))
        assert len(moved.sectors) == 4
        table = client.table(kv.AskedTable(area="kystby", required=("POLICE",)))
        assert [seat.person and seat.person.id for seat in table.seats] == ["carl"]


def test_an_api_refusal_is_raised_as_the_exception_class_of_its_status(
    app: TestApp, address: str
) -> None:
    with ApiClient(address, app.token(Role.COORDINATOR), "en") as client:
        with pytest.raises(NotFound) as hidden:
            client.paths(Need(target="erik"))
        with pytest.raises(Invalid) as invalid:
            client.paths(Need(start="ihd"))
    assert hidden.value.slug == "not-found"
    assert hidden.value.request_id
    assert [fault.pointer for fault in invalid.value.errors] == ["/target"]
    assert "say at least one" in str(invalid.value)
    with ApiClient(address, app.token(Role.ADMIN)) as client, pytest.raises(NotAllowed) as error:
        client.names("amina")
    assert error.value.members["needed"] == "QUESTION"
    with ApiClient(address) as client, pytest.raises(NotSignedIn):
        client.names("amina")


def test_importing_the_client_loads_no_server_and_no_graph() -> None:
    loaded = subprocess.run(
        [sys.executable, "-c", "import api.client, sys; print(*sys.modules)"],
        capture_output=True, text=True, check=True,
    ).stdout.split()  # fmt: skip
    assert not {"graph", "fastapi", "sqlalchemy", "neo4j", "numpy"} & set(loaded)
