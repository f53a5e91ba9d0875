"""The alternatives that are offered where there is no contact path."""

import pytest
from streamlit.testing.v1 import AppTest

from tests.explorer.screen import press


def _screen() -> None:
    from api.schemas.paths import Nearest, NoPath
    from explorer.views.find.no_path import one_tier_up

    nearest = {
        "rung": 1,
        "node": {"id": "ihd", "name": "Infohus"},
        "hops": 1,
        "cost": 1,
        "chance": 1,
    }
    none = {
        "cause": "GATE", "proved": True, "frontier": (), "from_target": (), "missing": (),
        "would_work": (), "nearest": Nearest.model_validate(nearest), "words": {"sentences": ()},
    }  # fmt: skip
    one_tier_up(NoPath.model_validate(none))


def _elsewhere() -> None:
    from api.schemas.paths import NoPath
    from explorer.views.find.need import NeedQuery
    from explorer.views.find.no_path import elsewhere

    none = {
        "cause": "NO_TARGET", "proved": True, "frontier": (), "from_target": (), "missing": (),
        "would_work": (), "nearest": None, "words": {"sentences": ()},
        "nearest_able": (
            {
                "node": {"id": "mentor", "name": "Mentor"},
                "area": {"id": "nabo", "name": "Nabo"},
                "km": 59,
            },
        ),
        "begin_at": ({"id": "ihd", "name": "Infohus"},),
    }  # fmt: skip
    query = NeedQuery(fields={}, stops=(), missing=None, is_move=False, is_back=False)
    elsewhere(NoPath.model_validate(none), query)


@pytest.mark.parametrize(
    ("button", "change"),
    [
        ("Mentor (59 km)", {"area": "nabo"}),
        ("Inden for 59 km", {"area": "kystby", "within_km": "59"}),
        ("Begynd hos Infohus", {"area": "kystby", "start": "ihd"}),
    ],
)
def test_buttons_change_the_need_to_the_nearest_who_meet_its_terms(
    button: str, change: dict[str, str]
) -> None:
    app = AppTest.from_function(_elsewhere)
    app.query_params["area"], app.query_params["language"] = "kystby", "so"
    app.run()
    press(app, button)
    assert app.query_params == {"language": "so", **change}


def test_a_button_searches_for_the_nearest_contact_one_tier_up() -> None:
    app = AppTest.from_function(_screen)
    app.query_params["area"], app.query_params["sector"] = "kystby", "YOUTH"
    app.run()
    press(app, "Prøv Infohus")
    assert app.query_params == {"target": "ihd"}
