"""Every request sent in time is counted, and a refusal is not a response."""

from collections.abc import Generator
from pathlib import Path

import pytest

from tests.api.serving import served
from tests.bench.bare import BODY, bare_app
from tests.bench.load import Answered, Load, answered, request


@pytest.fixture
def port(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Generator[int]:
    """Yield the port of the bare route."""
    body = tmp_path / "body.json"
    body.write_bytes(b'{"paths":[]}')
    monkeypatch.setenv(BODY, str(body))
    with served(bare_app()) as address:
        yield int(address.rpartition(":")[2])


def test_several_clients_are_answered_at_once_on_lines_that_stay_open(port: int) -> None:
    requests = (request("POST", "/paths", port=port, body=b"{}"),)
    answers = answered(Load(port=port, requests=requests, clients=3, warm_s=0.1, for_s=0.3))
    assert answers.body == b'{"paths":[]}'
    assert len(answers.ms) >= 3
    assert all(ms > 0 for ms in answers.ms)


def test_a_client_that_reads_asks_less_often(port: int) -> None:
    requests = (request("POST", "/paths", port=port, body=b"{}"),)
    answers = answered(
        Load(port=port, requests=requests, clients=2, warm_s=0, for_s=0.3, pause_s=0.2)
    )
    assert 2 <= len(answers.ms) <= 4


def test_a_refusal_is_no_answer(port: int) -> None:
    requests = (request("GET", "/nowhere", port=port, token="none"),)
    with pytest.raises(RuntimeError, match="404"):
        answered(Load(port=port, requests=requests, clients=1, warm_s=0, for_s=0.2))


def test_answers_a_second_are_those_of_all_clients_together() -> None:
    assert Answered(ms=(1.0,) * 30, seconds=2, body=b"").per_second == 15
