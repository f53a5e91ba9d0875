"""Every question has a route and a client method, every error a kind, and every kind words."""

import ast
import pkgutil
from collections.abc import Iterator, Mapping
from importlib import import_module
from inspect import getsource
from types import ModuleType
from typing import Final

import pytest
from fastapi.routing import APIRoute, iter_route_contexts

import graph.questions
from api.client import ApiClient
from api.errors import KINDS, SLUGS, kind_of
from api.i18n import _
from api.text.problems import EXPLAINED
from graph.errors import GraphError
from tests.api.client.operations import application, operations

OTHERWISE_NAMED: Final[Mapping[str, frozenset[str]]] = {
    "entities": frozenset(
        {"read_entities", "read_entity", "read_areas", "read_networks", "read_links", "read_link"}
    ),
    "due_links": frozenset({"read_due"}),
    "meeting_participants": frozenset({"find_table"}),
    "reveal": frozenset({"reveal_detail", "ask_for_contact"}),
    "stops": frozenset({"find_paths_through_stops"}),
}
"""Questions with several operations, or with an operation named by the user's word for it."""
NO_QUESTION: Final = {
    "answer_changes": "who answers in a planned register: a part of the preview of an import",
    "name_forms": "by which texts a node is found: how names are looked up",
    "name_index": "which nodes each word may mean: how names are looked up",
    "phrases": "what a typed text asks for: how names are looked up",
    "path_changes": "which paths a planned register changes: a part of the preview of an import",
    "post_states": "the state of each post: rows of coverage, counted on its map",
    "reference_needs": "what must be reached in every municipality: a part of impact and bridges",
    "reference_paths": "whom one reaches there and on whom that rests: the same",
}
THROUGH: Final = {"api.change_stream"}
"""Modules between a route and its question."""


PATH_QUESTIONS: Final = frozenset({"path_diff", "stops", "why_not"})
"""The questions of `graph.paths`, besides `find`."""


def _questions() -> list[str]:
    modules = pkgutil.iter_modules(graph.questions.__path__)
    return sorted(PATH_QUESTIONS | {module.name for module in modules})


def _imported(module: ModuleType) -> Iterator[str]:
    """Yield the modules and names that a module imports, directly or through `THROUGH`."""
    for node in ast.walk(ast.parse(getsource(module))):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{name.name}" for name in node.names)
            if node.module in THROUGH:
                yield from _imported(import_module(node.module))


def _routes() -> dict[str, APIRoute]:
    matches = (context.original_route for context in iter_route_contexts(application().routes))
    return {route.name: route for route in matches if isinstance(route, APIRoute)}


@pytest.mark.parametrize("question", sorted({*_questions()} - set(NO_QUESTION)))
def test_every_question_has_a_route_and_a_client_method(question: str) -> None:
    by_rule = {f"read_{question}", f"find_{question}"} & set(_routes())
    asked_by = OTHERWISE_NAMED.get(question, by_rule)
    assert asked_by
    for name in asked_by:
        module = import_module(_routes()[name].endpoint.__module__)
        home = "graph.paths" if question in PATH_QUESTIONS else "graph.questions"
        assert f"{home}.{question}" in set(_imported(module)), name
        (operation,) = (item for item in operations() if item.id == name)
        assert all(callable(getattr(ApiClient, method)) for method in operation.methods)


def test_the_exception_lists_name_existing_questions() -> None:
    assert {*OTHERWISE_NAMED, *NO_QUESTION} <= set(_questions())


def _errors(root: type[GraphError]) -> Iterator[type[GraphError]]:
    yield root
    for cls in root.__subclasses__():
        yield from _errors(cls)


def test_every_graph_error_has_a_kind_and_every_kind_has_texts_in_both_languages() -> None:
    of_graph = {cls for cls in _errors(GraphError) if cls.__module__ == "graph.errors"}
    assert of_graph == set(SLUGS)
    assert set(SLUGS.values()) <= set(KINDS)
    assert set(EXPLAINED) == set(KINDS)
    for slug, kind in KINDS.items():
        texts = {
            text for lang in ("da", "en") for text in (kind.title(lang), _(EXPLAINED[slug], lang))
        }
        assert len(texts) == 4, slug
        assert all(texts), slug


def test_a_subclass_of_a_graph_error_has_the_kind_of_its_nearest_base() -> None:
    for cls in _errors(GraphError):
        error = cls.__new__(cls)
        assert kind_of(error).slug == next(SLUGS[item] for item in cls.__mro__ if item in SLUGS)
