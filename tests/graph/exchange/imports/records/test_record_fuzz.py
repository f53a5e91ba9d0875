"""Any file is either read, or refused with its rule."""

import copy
from collections.abc import Callable
from contextlib import suppress
from datetime import date, timedelta
from functools import cache
from typing import Any, Final, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.exchange.imports import FileRefused, ImportRegister
from graph.exchange.imports.records import (
    EndMeaning,
    RecordFormat,
    detect_format,
    preview_records,
    read_records,
)
from tests.graph.exchange.imports.office_lists import ON, options, register_of
from tests.graph.exchange.imports.records import (
    test_fk_organisation,
    test_hsds,
    test_popolo,
)
from tests.graph.exchange.imports.records.record_files import (
    as_json,
    mo_answer,
    read,
    readings,
    source_of,
)

WHOLE: Final[dict[RecordFormat, Callable[[], Any]]] = {
    RecordFormat.OS2MO: mo_answer,
    RecordFormat.FK_ORG: test_fk_organisation.answer,
    RecordFormat.POPOLO: test_popolo.collection,
    RecordFormat.HSDS: test_hsds.tables,
}
WORDS: Final = ("UNIT:*=UNIT/MUNICIPAL/YOUTH", "POST:*=OUTREACH_WORKER")
LEAVES: Final = st.one_of(
    st.none(), st.booleans(), st.integers(), st.text(max_size=20), st.dates().map(str),
    st.sampled_from(["", "o1", "o2", "infinity", "2026-02-30", "+45", "MO", "0001-01-01",
                     "9999-12-31", "2026-01-01T00:00:00+01:00", "0001-01-01T00:00:00+14:00"]),
    st.floats(allow_nan=False, allow_infinity=False),
)  # fmt: skip
VALUES: Final = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["uuid", "id", "name", "validity", "from", "to", "x", "objects"]),
            inner,
            max_size=3,
        )
    ),
    max_leaves=6,
)


def _places(value: Any) -> list[tuple[Any, Any]]:
    """Return every member of a document, as its container and key."""
    places: list[tuple[Any, Any]] = []
    items = value.items() if isinstance(value, dict) else enumerate(value)  # type: ignore[arg-type] - any JSON
    for key, child in list(items):  # type: ignore[arg-type] - any JSON
        places.append((cast("Any", value), key))
        if isinstance(child, dict | list):
            places += _places(child)
    return places


@pytest.mark.parametrize("form", list(RecordFormat))
@settings(max_examples=100)
@given(data=st.data())
def test_a_changed_file_is_read_or_refused(form: RecordFormat, data: st.DataObject) -> None:
    document = copy.deepcopy(WHOLE[form]())
    for _ in range(data.draw(st.integers(1, 3))):
        places = _places(document)
        holder, key = places[data.draw(st.integers(0, len(places) - 1))]
        holder[key] = data.draw(VALUES)
    source = source_of(as_json(document))
    detect_format(source)
    with suppress(FileRefused):
        records = read_records(source, form, ON, ends=EndMeaning.LAST_DAY)
        preview = preview_records(records, readings(*WORDS), denmark_register(), options())
        assert preview.questions == ()
        assert sum(preview.counts().values()) == len(preview.rows)


@cache
def denmark_register() -> ImportRegister:
    return register_of()


@given(data=st.binary(max_size=200))
def test_any_bytes_are_refused_or_read(data: bytes) -> None:
    source = source_of(data)
    detect_format(source)
    for form in RecordFormat:
        with suppress(FileRefused):
            read_records(source, form, ON)


@settings(max_examples=40)
@given(last=st.dates(date(2026, 11, 26), date(2099, 1, 1)))
def test_an_inclusive_last_day_ends_the_day_after_in_every_format(last: date) -> None:
    after = last + timedelta(days=1)
    mo = mo_answer()
    second = mo["data"]["engagements"]["objects"][0]["validities"][1]
    second["validity"]["to"] = last.isoformat()
    popolo = test_popolo.collection()
    popolo["memberships"][0]["end_date"] = last.isoformat()
    fk = test_fk_organisation.answer(last.isoformat())
    for document, form in (
        (mo, RecordFormat.OS2MO), (popolo, RecordFormat.POPOLO), (fk, RecordFormat.FK_ORG),
    ):  # fmt: skip
        records = read(document, form)
        assert after in {seat.valid_to for seat in records.seats}
