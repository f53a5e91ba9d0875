"""Conventions of the code that a test can check; docs/contributing.md gives the reasons."""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).parents[1]
PACKAGES: Final = ("graph", "api", "explorer", "seed")
MODULES: Final = sorted(
    path
    for package in PACKAGES
    for path in (ROOT / package).rglob("*.py")
    if "node_modules" not in path.parts
)
MIRRORS: Final = ("api/schemas/", "api/client/")
"""Folders whose classes mirror those of the core under the same names."""
SHOWN: Final = ("api/schemas/", "api/routes/", "api/cli/")
"""Docstrings here are shown to users: in the OpenAPI document and as help of commands."""
OLD_NAMES: Final = frozenset(
    {
        "again", "beside", "doorway", "givers", "ground", "hanging", "installed", "knock", "lanes",
        "lookout", "news", "older", "painting", "parts", "revealed", "shelf", "terrain",
        "translated", "valve", "visit", "walking",
    }
)  # fmt: skip

IRREGULAR: Final = frozenset(
    {
        "begun", "broken", "built", "chosen", "drawn", "found", "given", "gone", "held",
        "hidden", "kept", "known", "left", "lost", "made", "meant", "met", "paid", "said",
        "seen", "sent", "shown", "spent", "spoken", "taken", "told", "won", "written",
    }
)  # fmt: skip
EXEMPT: Final = frozenset({"compiled", "delimited", "feed", "need", "relaxed", "seed", "uncovered"})
"""Nouns, two kinds of module (beside `plain` and `excel`), and two names of the wire."""


def _is_participle(name: str) -> bool:
    """Whether a name is a past participle alone: neither an action nor what is returned."""
    word = name.strip("_")
    if not re.fullmatch("[A-Za-z][a-z]+", word) or word.lower() in EXEMPT:
        return False
    return word.endswith("ed") or word.lower() in IRREGULAR


RIDDLES: Final = frozenset({"told", "tells", "whoever", "hangs_on", "laid"})
"""Words in names of tests for which there is a usual one: returns, shows, user, depends on."""


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_no_public_class_is_defined_twice() -> None:
    homes: defaultdict[str, list[str]] = defaultdict(list)
    for path in MODULES:
        if _name(path).startswith(MIRRORS):
            continue
        for node in ast.parse(path.read_text("utf-8")).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                homes[node.name].append(_name(path))
    assert {name: where for name, where in homes.items() if len(where) > 1} == {}


def test_no_module_has_a_retired_name_or_is_named_by_a_past_participle() -> None:
    assert [
        _name(path) for path in MODULES if path.stem in OLD_NAMES or _is_participle(path.stem)
    ] == []


def test_no_function_or_class_is_named_by_a_past_participle_alone() -> None:
    definitions = (
        (_name(path), node.name)
        for path in MODULES
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
    )
    assert [definition for definition in definitions if _is_participle(definition[1])] == []


def test_no_test_is_named_by_a_word_of_the_old_language() -> None:
    names = (
        (_name(path), name)
        for path in (ROOT / "tests").rglob("test_*.py")
        for name in re.findall(
            r"^ *(?:async )?def (test_\w+)", path.read_text("utf-8"), re.MULTILINE
        )
    )
    riddles = re.compile(rf"_(?:{'|'.join(sorted(RIDDLES))})(?:_|$)")
    assert [name for name in names if riddles.search(name[1])] == []


def _documented(tree: ast.Module, *, whole: bool) -> Iterator[tuple[str, str]]:
    nodes = ast.walk(tree) if whole else (tree,)
    for node in nodes:
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            text = ast.get_docstring(node)
            if text:
                yield getattr(node, "name", "module"), text.splitlines()[0]


@pytest.mark.parametrize("path", MODULES, ids=_name)
def test_a_docstring_begins_with_a_sentence_and_asks_nothing(path: Path) -> None:
    tree = ast.parse(path.read_text("utf-8"))
    is_shown = _name(path).startswith(SHOWN)
    first = list(_documented(tree, whole=not is_shown))
    odd = [(name, line) for name, line in first if "?" in line or not line.endswith((".", ":"))]
    assert odd == []


SOURCES: Final = sorted(
    path
    for folder in (*PACKAGES, "tests")
    for kind in ("*.py", "*.css", "*.js", "*.txt", "*.toml")
    for path in (ROOT / folder).rglob(kind)
    if "node_modules" not in path.parts and "golden" not in path.parts
)
REFERENCE: Final = re.compile(r'docs/(\w+)\.md, "([^"]+)"')
NUMBERED: Final = re.compile(r"§\d|\.md,? (?:§|section)")
"""A numbered section, which no page of ours has. In a law, a space stands between: `§ 115`."""


def _headings(page: str) -> set[str]:
    path = ROOT / "docs" / f"{page}.md"
    return set(re.findall(r"^#+ (.+)$", path.read_text("utf-8"), re.M)) if path.is_file() else set()


def test_a_reference_to_a_page_of_docs_names_a_heading_of_it() -> None:
    this = Path(__file__).resolve()
    texts = {_name(path): path.read_text("utf-8") for path in SOURCES if path != this}
    references = [
        (name, page, heading)
        for name, text in texts.items()
        for page, heading in REFERENCE.findall(re.sub(r"\s+(?:# )?", " ", text))
    ]
    assert len(references) > 40
    assert [
        reference for reference in references if reference[2] not in _headings(reference[1])
    ] == []
    assert [name for name, text in texts.items() if NUMBERED.search(text)] == []
