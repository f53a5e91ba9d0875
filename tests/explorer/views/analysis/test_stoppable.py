"""A request that takes a while: it is asked once, and it can be stopped."""

from streamlit.testing.v1 import AppTest

from tests.explorer.screen import press


def _asked() -> None:
    """A script of its own, whose request takes long enough to be stopped."""
    import time

    import streamlit as st

    from explorer.views.analysis import stoppable

    def ask() -> str:
        time.sleep(0.6)
        return "answered"

    st.text(stoppable.result("question", ask, key="stop", stopped=lambda: None))


def _stopping() -> None:
    """A script of its own with a request that runs, and the button that stops it."""
    import streamlit as st

    from explorer.views.analysis import stoppable

    def stopped() -> None:
        st.session_state["stopped"] = True

    stoppable.button("stop", stopped)


def test_the_answer_takes_the_place_of_the_button_that_stops() -> None:
    app = AppTest.from_function(_asked).run(timeout=600)
    assert [one.value for one in app.text] == ["answered"]
    assert not app.button
    assert "analysis-running" not in app.session_state


def test_stopping_forgets_the_request_and_tells_who_asked() -> None:
    app = AppTest.from_function(_stopping)
    app.session_state["analysis-running"] = ("question", None)
    press(app.run(timeout=600), "Afbryd")
    assert "analysis-running" not in app.session_state
    assert app.session_state["stopped"]
