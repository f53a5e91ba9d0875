"""Every setting is explained, read from one place, and refused with a message if invalid."""

import os
import re
from pathlib import Path
from typing import cast

import pytest
from pydantic import ValidationError

from api.client.transport import TIMEOUT
from api.settings import PREFIX, DemoSettings, Settings, describe_settings, load_settings
from graph.store.location import HOME, LINGER

GUIDE = Path(__file__).parents[2] / "docs/operations.md"
_OF_THE_STORE = {LINGER, "NEO4J_URI", "NEO4J_USERNAME", "NEO4J_PASSWORD", "NEO4J_DATABASE"}


@pytest.fixture(autouse=True)
def _clear_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(f"{PREFIX}{name.upper()}", raising=False)


def test_the_guide_explains_each_setting_and_no_other() -> None:
    table = "\n".join(
        line for line in GUIDE.read_text("utf-8").splitlines() if line.startswith("| `")
    )
    names = set(re.findall(rf"`((?:{PREFIX}(?!EXPLORER_)|NEO4J_)\w+)`", table))
    assert names == {f"{PREFIX}{name.upper()}" for name in Settings.model_fields} | _OF_THE_STORE


def test_the_guide_lists_each_setting_with_its_description_and_default() -> None:
    rows = {line.split("`")[1]: line for line in GUIDE.read_text("utf-8").splitlines()
            if line.startswith(f"| `{PREFIX}")}  # fmt: skip
    for name, setting in Settings.model_fields.items():
        row = rows[f"{PREFIX}{name.upper()}"]
        assert row.startswith(f"| `{PREFIX}{name.upper()}` | {setting.description}"), name
        assert row.endswith(f"| {_as_text(setting.default)} |"), name


def _as_text(default: object) -> str:
    match default:
        case None | ():
            return "–"
        case tuple():
            return f"`{', '.join(map(str, cast('tuple[object, ...]', default)))}`"
        case str():
            return f"`{default}`"
        case _:
            return str(default).lower()


def test_each_setting_has_a_description_and_a_default() -> None:
    for name, field in Settings.model_fields.items():
        assert field.description, name
        assert not field.is_required(), name
    assert f"{PREFIX}HOME" == HOME


def test_settings_come_from_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(f"{PREFIX}PORT=9999\n", "utf-8")
    monkeypatch.chdir(tmp_path)
    assert Settings().port == 8000
    monkeypatch.setenv(f"{PREFIX}PORT", "9000")
    monkeypatch.setenv(f"{PREFIX}ALLOWED_HOSTS", "kontaktvej.kystby.dk, localhost")
    assert Settings().port == 9000
    assert Settings().allowed_hosts == ("kontaktvej.kystby.dk", "localhost")
    assert load_settings(Settings, port=1234, host=None).port == 1234


def test_settings_are_frozen() -> None:
    with pytest.raises(ValidationError):
        Settings().port = 1


def test_an_invalid_setting_is_reported_without_its_value(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(f"{PREFIX}WORKERS", "hemmelig")
    with pytest.raises(ValidationError) as error:
        Settings()
    assert "KONTAKTVEJ_WORKERS" in describe_settings(error.value)
    assert "hemmelig" not in describe_settings(error.value)


def test_demo_mode_cannot_be_set_by_an_environment_variable(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv(f"{PREFIX}IS_DEMO", "true")
    assert not Settings().is_demo
    assert DemoSettings().is_demo


def test_the_demo_uses_up_to_two_workers_by_default(monkeypatch: pytest.MonkeyPatch) -> None:
    assert Settings().workers == 1
    assert DemoSettings().workers == min(2, os.cpu_count() or 1)
    monkeypatch.setenv(f"{PREFIX}WORKERS", "3")
    assert DemoSettings().workers == 3


def test_the_home_option_sets_the_data_folder(tmp_path: Path) -> None:
    assert load_settings(Settings, home=tmp_path).place().home == tmp_path


def test_a_client_waits_longer_than_a_question_may_take() -> None:
    assert TIMEOUT.read is not None
    assert Settings().question_s < TIMEOUT.read - 1
