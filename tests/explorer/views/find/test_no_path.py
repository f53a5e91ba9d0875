"""The alternatives that are offered where there is no contact path."""

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


def test_a_button_searches_for_the_nearest_contact_one_tier_up() -> None:
    app = AppTest.from_function(_screen)
    app.query_params["area"], app.query_params["sector"] = "kystby", "YOUTH"
    app.run()
    press(app, "Prøv Infohus")
    assert app.query_params == {"target": "ihd"}
