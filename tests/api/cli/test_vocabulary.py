"""`kontaktvej vocabulary check`, and the report on own kinds that the file lacks."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from api.cli.console import CommandRefused
from api.cli.vocabulary import missing_kinds, require_kinds_in_use
from graph.model import Plan
from graph.own_kinds import NO_OWN_KINDS
from graph.store.store import Store
from graph.vocabulary import PlanKind
from tests.api.process import environment
from tests.api.shell import Shell
from tests.change_sets import change_set, changed
from tests.fixtures.own_kinds import OWN_KINDS, TEXT


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    return Shell(**environment(tmp_path / "home"))


def test_check_accepts_a_valid_file_and_counts_its_kinds(shell: Shell, tmp_path: Path) -> None:
    (tmp_path / "own.toml").write_text(TEXT, "utf-8")
    file = str(tmp_path / "own.toml")
    assert "The file can be used: 7 kinds." in shell("vocabulary", "check", file).out
    danish = shell("vocabulary", "check", "--lang", "da", KONTAKTVEJ_VOCABULARY=file)
    assert (danish.code, danish.out) == (0, "Filen kan bruges: 7 typer.\n")
    assert not (tmp_path / "home").exists(), "no engine is started for it"


@pytest.mark.slow
def test_a_bad_file_is_refused_by_check_serve_and_doctor(shell: Shell, tmp_path: Path) -> None:
    bad = tmp_path / "bad.toml"
    bad.write_text(TEXT.replace("OUTREACH_WORKER", "NOWHERE"), "utf-8")
    fault = "line 5: DEMOKRATIKONSULENT.is_a: is not a kind that exists"
    checked = shell("vocabulary", "check", str(bad))
    assert (checked.code, checked.out) == (2, "")
    assert fault in checked.err
    for command in (("serve", "--port", "0"), ("find", "ssp")):
        refused = shell(*command, KONTAKTVEJ_VOCABULARY=str(bad))
        assert (refused.code, refused.out) == (2, ""), command
        assert fault in refused.err
    assert fault in shell("doctor", KONTAKTVEJ_VOCABULARY=str(bad)).out


def test_removing_a_kind_in_use_is_refused_with_the_number_of_uses(kystby_store: Store) -> None:
    updates = [
        changed(kystby_store, "outreach", own_kind="UNGEKONSULENT"),
        changed(kystby_store, "ssp-post", own_kind="SSP_KONSULENT"),
        changed(kystby_store, "nabo-ssp", own_kind="SSP_KONSULENT"),
    ]
    kystby_store.apply(change_set(updates=updates))
    require_kinds_in_use(kystby_store, OWN_KINDS)
    with pytest.raises(CommandRefused) as refused:
        require_kinds_in_use(kystby_store, NO_OWN_KINDS)
    assert refused.value.text("en").splitlines() == [
        "SSP_KONSULENT (a kind of SSP_COORDINATOR) is in use by 2 nodes, and cannot be removed "
        "from the file of own kinds.",
        "UNGEKONSULENT (a kind of OUTREACH_WORKER) is in use by 1 node, and cannot be removed "
        "from the file of own kinds.",
    ]
    assert "bruges af 2 noder" in refused.value.text("da")


def test_an_ended_node_does_not_count_as_a_use_of_its_kind(kystby_store: Store) -> None:
    plan = Plan(
        id="plan-own", kind=PlanKind.COOPERATION_PLAN, own_kind="LOKAL_AFTALE", title="Aftale",
        source="test",
    )  # fmt: skip
    ended = replace(plan, id="plan-ended", own_kind="GAMMEL_AFTALE", valid_to=date(2020, 1, 1))
    kystby_store.apply(change_set(creates=[plan, ended]))
    (sentence,) = missing_kinds(kystby_store, NO_OWN_KINDS, "en")
    assert sentence.startswith("LOKAL_AFTALE (a kind of COOPERATION_PLAN) is in use by 1 node,")
