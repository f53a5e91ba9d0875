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


def test_a_load_of_several_clients_returns_the_body_and_response_times(port: int) -> None:
    requests = (request("POST", "/paths", port=port, body=b"{}"),)
    answers = answered(Load(port=port, requests=requests, clients=3, warm_s=0.1, for_s=0.3))
    assert answers.body == b'{"paths":[]}'
    assert len(answers.ms) >= 3
    assert all(ms > 0 for ms in answers.ms)


def test_a_pause_between_requests_limits_their_number(port: int) -> None:
    requests = (request("POST", "/paths", port=port, body=b"{}"),)
    answers = answered(
        Load(port=port, requests=requests, clients=2, warm_s=0, for_s=0.3, pause_s=0.2)
    )
    assert 2 <= len(answers.ms) <= 4


def test_a_response_with_an_error_status_raises_runtime_error(port: int) -> None:
    requests = (request("GET", "/nowhere", port=port, token="none"),)
    with pytest.raises(RuntimeError, match="404"):
        answered(Load(port=port, requests=requests, clients=1, warm_s=0, for_s=0.2))


def test_answers_per_second_is_the_total_count_over_the_duration() -> None:
    assert Answered(ms=(1.0,) * 30, seconds=2, body=b"").per_second == 15
