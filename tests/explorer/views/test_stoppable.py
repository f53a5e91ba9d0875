"""A slow request: it is sent once, and it can be stopped."""

from streamlit.testing.v1 import AppTest

from tests.explorer.screen import press


def _slow_script() -> None:
    """A script of its own, whose request takes as many seconds as the session says."""
    import time

    import streamlit as st

    from explorer.views import stoppable

    seconds: float = st.session_state["seconds"]

    def ask() -> str:
        time.sleep(seconds)
        return "answered"

    def progress() -> tuple[str, float]:
        st.session_state["progress"] = "asked"
        return "half", 0.5

    st.text(stoppable.result("question", ask, key="stop", on_stop=lambda: None, progress=progress))


def _stopping() -> None:
    """A script of its own with a request that runs, and the button that stops it."""
    import streamlit as st

    from explorer.views import stoppable

    def on_stop() -> None:
        st.session_state["stopped"] = True

    stoppable.button("stop", on_stop)


def _answered_after(seconds: float) -> AppTest:
    app = AppTest.from_function(_slow_script)
    app.session_state["seconds"] = seconds
    return app.run(timeout=600)


def test_the_answer_replaces_the_stop_button() -> None:
    app = _answered_after(0.6)
    assert [element.value for element in app.text] == ["answered"]
    assert not app.button
    assert "running-request" not in app.session_state


def test_slow_and_fast_answers_leave_the_element_below_at_the_same_position() -> None:
    slow, quick = (_answered_after(seconds).main.children for seconds in (0.6, 0))
    (text,) = (place for place, element in quick.items() if element.type == "text")
    assert slow[text].type == "text"


def test_stopping_discards_the_request_and_calls_on_stop() -> None:
    app = AppTest.from_function(_stopping)
    app.session_state["running-request"] = ("question", None)
    press(app.run(timeout=600), "Afbryd")
    assert "running-request" not in app.session_state
    assert app.session_state["stopped"]


def test_the_progress_is_requested_only_while_an_answer_takes_long() -> None:
    assert "progress" not in _answered_after(0.6).session_state
    slow = _answered_after(3)
    assert slow.session_state["progress"] == "asked"
    assert [element.value for element in slow.text] == ["answered"]
