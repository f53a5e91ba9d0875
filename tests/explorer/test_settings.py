"""Every setting of the screens is explained, and refused with a message if invalid."""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import cast

import pytest
from pydantic import ValidationError

from explorer.settings import PREFIX, ExplorerSettings

GUIDE = Path(__file__).parents[2] / "docs/operations.md"


def test_the_guide_lists_each_setting_with_its_description_and_default() -> None:
    rows = {
        line.split("`")[1]: line
        for line in GUIDE.read_text("utf-8").splitlines()
        if line.startswith(f"| `{PREFIX}")
    }
    assert set(rows) == {f"{PREFIX}{name.upper()}" for name in ExplorerSettings.model_fields}
    for name, field in ExplorerSettings.model_fields.items():
        row = rows[f"{PREFIX}{name.upper()}"]
        assert row.startswith(f"| `{PREFIX}{name.upper()}` | {field.description} |"), name
        assert re.search(rf"\| `?{re.escape(_as_text(field.default))}`? \|$", row), name


@pytest.mark.parametrize(
    ("settings", "why"),
    [
        ({"host": "0.0.0.0"}, "can be reached by others"),
        ({"certificate": Path("a.pem")}, "given together"),
        ({"oidc_issuer": "https://login.example"}, "given together"),
        ({"port": 70_000}, "less than or equal"),
    ],
)
def test_invalid_settings_are_refused_with_a_message(settings: dict[str, object], why: str) -> None:
    with pytest.raises(ValidationError, match=why):
        ExplorerSettings.model_validate(settings)


def _as_text(default: object) -> str:
    if default is None or default == ():
        return "–"
    if isinstance(default, tuple):
        return ", ".join(map(str, cast("Iterable[object]", default)))
    return str(default).lower() if isinstance(default, bool) else str(default)
