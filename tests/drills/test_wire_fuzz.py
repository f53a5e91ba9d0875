"""Each answer conforms to the OpenAPI document, for any request by any role."""

from collections.abc import Generator
from copy import deepcopy
from pathlib import Path
from typing import Any, Final

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import Case
from schemathesis.core.result import Ok
from schemathesis.generation import GenerationMode

from api.settings import Settings
from graph.store.store import Store
from tests.change_sets import fill_with_kystby
from tests.drills.figures import note
from tests.drills.wire_fuzz import Fuzz, known_in, things_in, welcome_in
from tests.fixtures.app import opened_app

FEW, MANY = 300, 10_000
_PARTS: Final = 5
"""The operations are split into this many parts, each with a Kystby of its own."""
_UNHURRIED: Final = Settings(
    calls_per_min=1_000_000,
    names_per_min=1_000_000,
    strangers_per_min=1_000_000,
    people_per_hour=1_000_000,
    reveals_per_day=500,
    checks_per_day=500,
)
_MODES: Final = (GenerationMode.POSITIVE, GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
_SLOW: Final[list[Any]] = list(HealthCheck)  # the library's enumerations have an unknown type


@pytest.fixture
def fuzz(store: Store, tmp_path: Path) -> Generator[Fuzz]:
    fill_with_kystby(store)
    with opened_app(store, tmp_path, _UNHURRIED) as app:
        yield Fuzz(app=app, known=known_in(app), things=things_in(app), welcome=welcome_in(app))


def operations(fuzz: Fuzz) -> list[Any]:
    """Return the operations of the document; those that remove something come last."""
    schema: Any = schemathesis.openapi.from_dict(fuzz.app.asgi.openapi())
    operations: list[Any] = [
        result.ok() for result in schema.get_all_operations() if isinstance(result, Ok)
    ]
    return sorted(operations, key=_place)


def _place(operation: Any) -> tuple[bool, int]:
    is_last = "withdraw" in operation.path or "disable" in operation.path
    return is_last, ("GET", "POST", "PUT", "PATCH", "DELETE").index(operation.method.upper())


def drive(fuzz: Fuzz, operations: list[Any], count: int, *, is_repeatable: bool) -> None:
    """Send about `count` cases, evenly per operation, valid and invalid, signed in or not."""
    quietly = settings(
        max_examples=-(-count // len(operations)), derandomize=is_repeatable, database=None,
        phases=(Phase.generate,), suppress_health_check=_SLOW,
    )  # fmt: skip
    for operation in operations:
        modes = [operation.as_strategy(generation_mode=mode) for mode in _MODES]

        @quietly
        @given(case=st.one_of(modes), data=st.data())
        def send_case(case: Case[Any], data: st.DataObject) -> None:
            fuzz.ask(case, data)

        send_case()
    note("wire", operations=len(operations), cases=fuzz.statuses.total(), wrong=len(fuzz.wrong),
         server_errors=fuzz.server_errors, not_ready=fuzz.to_come)  # fmt: skip
    assert not fuzz.wrong, "\n".join(fuzz.wrong)
    assert {label for label, _ in fuzz.answer_counts} == {
        operation.label for operation in operations
    }
    assert fuzz.statuses.total() >= count


@pytest.mark.drill
@pytest.mark.ci_drill
def test_every_answer_conforms_to_the_openapi_document(fuzz: Fuzz) -> None:
    drive(fuzz, operations(fuzz), FEW, is_repeatable=True)
    assert {200, 201, 400, 403, 404, 422} <= fuzz.statuses.keys()


@pytest.mark.drill
@pytest.mark.ci_drill
def test_planting_known_ids_does_not_change_the_generated_value(fuzz: Fuzz) -> None:
    drawn = {"changes": [{"label": "ACTOR", "fields": {"hours": "MO-FR 09:00-15:00"}}]}
    before = deepcopy(drawn)

    @settings(max_examples=50, derandomize=True, database=None)
    @given(data=st.data())
    def planted(data: st.DataObject) -> None:
        fuzz.planted(drawn, data)
        assert drawn == before

    planted()


@pytest.mark.drill
@pytest.mark.worlds
@pytest.mark.parametrize("part", range(_PARTS))
def test_thousands_of_answers_conform_to_the_openapi_document(fuzz: Fuzz, part: int) -> None:
    drive(fuzz, operations(fuzz)[part::_PARTS], MANY // _PARTS, is_repeatable=False)
