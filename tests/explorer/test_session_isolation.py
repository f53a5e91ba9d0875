"""The explorer uses nothing that Streamlit shares between sessions: caches and media store.

A cached answer could reach another session, and data of `st.download_button` lies at an address
that needs no cookie, also after the session.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

EXPLORER = Path(__file__).parents[2] / "explorer"
SHARED = frozenset(
    {"cache_data", "cache_resource", "download_button", "image", "audio", "video", "pyplot", "logo"}
)
"""Calls of Streamlit whose data all sessions can reach."""
CACHED = frozenset(
    {
        "components/__init__.py:_renderer", "session.py:_key", "session.py:_pool",
        "outlines/__init__.py:outlines", "outlines/__init__.py:centers",
        "help_pages.py:welcome_steps",
        "components/network/arrangement.py:_centers", "components/network/arrangement.py:_paths",
        "components/network/arrangement.py:_rings",
    }
)  # fmt: skip
"""Everything cached for the whole process: our own files and connections; never an answer."""


def nodes() -> Iterator[tuple[str, ast.AST]]:
    for path in sorted(EXPLORER.rglob("*.py")):
        if "node_modules" not in path.parts:
            name = path.relative_to(EXPLORER).as_posix()
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                yield name, node


def test_no_streamlit_function_shared_between_sessions_is_used() -> None:
    calls = [
        f"{name}:{node.lineno}: {node.attr}"
        for name, node in nodes()
        if isinstance(node, ast.Attribute)
        and node.attr in SHARED
        and isinstance(node.value, ast.Name)
        and node.value.id in ("st", "streamlit")
    ]
    assert calls == []
    imported = {
        alias.name
        for _, node in nodes()
        if isinstance(node, ast.ImportFrom) and node.module == "streamlit"
        for alias in node.names
    }
    assert imported.isdisjoint(SHARED)


def test_only_listed_functions_are_cached_for_the_whole_process() -> None:
    cached = {
        f"{name}:{node.name}"
        for name, node in nodes()
        if isinstance(node, ast.FunctionDef)
        and any("cache" in ast.unparse(decorator) for decorator in node.decorator_list)
        and "cached_property" not in map(ast.unparse, node.decorator_list)
    }
    assert cached == CACHED
