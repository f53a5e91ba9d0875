"""What the explorer draws by itself: a contact path, a field that finds by name, a network."""

from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Final, Protocol

import streamlit as st
from streamlit.components.v2 import component
from streamlit.components.v2.get_bidi_component_manager import get_bidi_component_manager
from streamlit.components.v2.manifest_scanner import ComponentConfig, ComponentManifest
from streamlit.components.v2.types import ComponentRenderer

EXPLORER: Final = Path(__file__).parent.parent


class ComponentLabels(Protocol):
    """How a screen says what an answer tells in identifiers, dates and gaps."""

    def word(self, identifier: str, /) -> str:
        """`MUNICIPAL` is `Kommunalt`."""
        ...

    def check(self, freshness: str, on: date | None, /) -> str:
        """`FRESH` and a date are `Kontrolleret 15. okt. 2026`."""
        ...

    def unnamed(self, label: str, /) -> str:
        """What a node is called whose name the caller may not know: `en person`."""
        ...


def draw(name: str, *, key: str, data: object, **on: Any) -> dict[str, Any]:
    """Draws a component; what it tells back, by name."""
    _register(name)
    return dict(_renderer(name)(key=key, data=data, **on))


def script_of(name: str) -> str:
    """Where a browser finds the script of a component, from now on."""
    _register(name)
    return f"/_stcore/bidi-components/kontaktvej.{name}/{_script(name)}"


def _register(name: str) -> None:
    """Tells Streamlit of a component.

    Here and not by a manifest in the package: Streamlit finds none in an editable installation. And
    again for each runtime, since every AppTest has one of its own.
    """
    registry = get_bidi_component_manager()
    if registry.get_component_asset_root(f"kontaktvej.{name}") is None:
        built = [ComponentConfig(name, f"components/{name}/built")]
        registry.register_from_manifest(ComponentManifest("kontaktvej", "1", built), EXPLORER)


@cache
def _script(name: str) -> str:
    (script,) = (EXPLORER / "components" / name / "built").glob("*.js")
    return script.name


@cache
def _renderer(name: str) -> ComponentRenderer:
    return component(f"kontaktvej.{name}", js=f"{name}-*.js", css=f"{name}-*.css")


def is_dark() -> bool:
    """Whether the page is dark now; a component draws some colors itself."""
    return st.context.theme.type == "dark"


def held(key: str, name: str) -> Any:
    """What a component told last under `name`; None for nothing, and before it was drawn."""
    told = st.session_state.get(key)
    return (told.get(name) or None) if told else None
