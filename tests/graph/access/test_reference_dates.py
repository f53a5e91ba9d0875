from datetime import date

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from graph.access.reference_dates import reference_date, reference_dates
from graph.snapshot.field_types import MISSING, date_to_day, day_to_date
from graph.snapshot.snapshot import Snapshot
from tests import kystby
from tests.fixtures.snapshots import snapshot_of
from tests.kystby import TODAY

ASKED = date(2026, 3, 15)
LINK = "ihd--ssp-post"


def snapshot(begins: date | None, until: date | None) -> Snapshot:
    return snapshot_of(kystby.elements(**{LINK: {"valid_from": begins, "valid_to": until}}))


def day_of(known: Snapshot, on: date = ASKED) -> date | None:
    return day_to_date(int(reference_dates(known, on, TODAY).links[known.link_row_of[LINK]]))


@pytest.mark.parametrize(
    ("begins", "until", "next_to_today", "shared"),
    [
        (None, None, TODAY, TODAY),
        (None, date(2026, 6, 20), date(2026, 6, 19), ASKED),
        (date(2026, 4, 10), date(2026, 6, 20), date(2026, 6, 19), date(2026, 6, 1)),
        (date(2026, 6, 12), date(2026, 6, 20), date(2026, 6, 19), date(2026, 6, 12)),
        (date(2027, 2, 3), None, date(2027, 2, 3), date(2027, 2, 28)),
        (date(2027, 2, 3), date(2027, 2, 10), date(2027, 2, 3), date(2027, 2, 9)),
        (date(2026, 11, 2), date(2026, 11, 25), date(2026, 11, 24), date(2026, 11, 2)),
    ],
)
def test_the_reference_date_of_a_link_is_today_or_a_date_on_which_it_is_valid(
    begins: date | None, until: date | None, next_to_today: date, shared: date
) -> None:
    known = snapshot(begins, until)
    assert reference_date(known, LINK, TODAY) == next_to_today
    assert day_of(known) == shared


def test_absent_elements_and_never_valid_links_have_no_reference_date() -> None:
    day = date(2026, 6, 1)
    known = snapshot_of(kystby.elements(**{"ihd": {"valid_to": day}, LINK: {"valid_from": day}}))
    assert reference_date(known, LINK, TODAY) is None
    assert reference_date(known, "nobody", TODAY) is None
    assert reference_date(known, "ihd", TODAY) == date(2026, 5, 31)
    assert reference_dates(known, TODAY, TODAY).links[known.link_row_of[LINK]] == MISSING


DATES = st.dates(date(2020, 1, 1), date(2032, 1, 1))


@given(DATES, DATES, DATES)
def test_each_reference_date_is_a_date_on_which_the_link_is_valid(
    one: date, other: date, on: date
) -> None:
    begins, until = sorted((one, other))
    assume(begins != until)
    known = snapshot(begins, until)
    day = day_of(known, on)
    assert day is not None
    assert begins <= day < until
    assert np.all(reference_dates(known, on, TODAY).nodes == date_to_day(TODAY))
