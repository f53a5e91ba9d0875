"""Custom Streamlit components: registration, drawing, and the values they return.

Each component (contact path, combobox, editor, map, network) is a package with a `built` folder.
"""

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
    """The words for identifiers, checks and hidden names that a drawing needs."""

    def word(self, identifier: str, /) -> str:
        """The word for an identifier: `MUNICIPAL` is `Kommunalt`."""
        ...

    def kind(self, kind: str | None, own_kind: str | None, label: str, /) -> str:
        """The words for what a node is: its own kind, its kind, or its label."""
        ...

    def check(self, freshness: str, on: date | None, /) -> str:
        """The words for a check: `FRESH` and a date are `Kontrolleret 15. okt. 2026`."""
        ...

    def generic_name(self, label: str, /) -> str:
        """The words for a node whose name the caller may not know: `en person`."""
        ...


def draw(name: str, *, key: str, data: object, **on: Any) -> dict[str, Any]:
    """Draw a component; return the values it sends, by name."""
    _register(name)
    return dict(_renderer(name)(key=key, data=data, **on))


def script_of(name: str) -> str:
    """Register a component if necessary, and return the address of its script."""
    _register(name)
    (script,) = (EXPLORER / "components" / name / "built").glob("*.js")
    return f"/_stcore/bidi-components/kontaktvej.{name}/{script.name}"


def _register(name: str) -> None:
    """Register a component with Streamlit.

    It is registered here and not by a manifest in the package, since Streamlit finds no manifest
    in an editable installation; and once per runtime, since every AppTest has its own runtime.
    """
    registry = get_bidi_component_manager()
    if registry.get_component_asset_root(f"kontaktvej.{name}") is None:
        configs = [ComponentConfig(name, f"components/{name}/built")]
        registry.register_from_manifest(ComponentManifest("kontaktvej", "1", configs), EXPLORER)


@cache
def _renderer(name: str) -> ComponentRenderer:
    return component(f"kontaktvej.{name}", js=f"{name}-*.js", css=f"{name}-*.css")


def no_op() -> None:
    """Do nothing: Streamlit stores a component value only if it has a callback."""


def is_dark() -> bool:
    """Whether the page is in dark mode; a component draws some colors itself."""
    return st.context.theme.type == "dark"


def component_value(key: str, name: str) -> Any:
    """The value a component last sent under `name`; None if empty or not drawn yet."""
    values = st.session_state.get(key)
    return (values.get(name) or None) if values else None
