"""In acute danger everybody who may ask gets the number of the duty line, at any time."""

import pytest

from tests.answers.press import demo_app, missing_numbers


@pytest.mark.slow
def test_no_role_is_refused_the_duty_line_of_any_municipality_now_or_later() -> None:
    with demo_app() as app:
        assert missing_numbers(app) == []
