"""Does the script of the guide answer its five questions, on the demo and over HTTP?"""

import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from graph.access import Role
from graph.store.store import Store
from seed.planting import plant
from tests.api.house import opened_house
from tests.api.serving import served
from tests.kystby import TODAY

SCRIPT = Path("docs/five_questions.py")


@pytest.mark.drill
@pytest.mark.ci_drill
def test_the_script_answers_all_five(store: Store, tmp_path: Path) -> None:
    plant(store, now=datetime.now(UTC), today=TODAY)
    with opened_house(store, tmp_path) as house, served(house.http.app) as address:
        token = house.token(Role.COORDINATOR, areas=("dk",))
        told = subprocess.run(
            [sys.executable, str(SCRIPT)], check=True, capture_output=True, text=True,
            env={**os.environ, "KONTAKTVEJ_API": address, "KONTAKTVEJ_TOKEN": token},
        ).stdout.splitlines()  # fmt: skip
    asked = [place for place, line in enumerate(told) if line[0].isdigit()]
    assert len(asked) == 5
    answers = [told[begin + 1 : end] for begin, end in zip(asked, [*asked[1:], None], strict=True)]
    assert "Rikke Lyngtoft Bæk, deputy" in answers[0][-1]
    assert answers[1][3] == "  PSYCHIATRY: No contact path"
    assert any("a holder or a deputy for SSP-koordinator, Læsø" in line for line in answers[2])
    assert answers[3][0].startswith("  Mentor 1, Viborg")
    assert len(answers[4]) == 98
