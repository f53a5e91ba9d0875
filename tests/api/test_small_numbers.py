"""Whatever route is asked, worlds that publish the same numbers of civilians are told alike.

So no two answers, on whatever pages, can be taken from each other to give a smaller number.
"""

from collections.abc import Generator
from pathlib import Path

import pytest

from graph.access.policy import Role
from graph.model import ContactDetail, Element
from graph.store.store import Store
from tests import kystby
from tests.api.test_non_interference import Stage
from tests.change_sets import kystby_with_numbers
from tests.databases import Server
from tests.fixtures.accounts import Clock
from tests.fixtures.app import opened_app
from tests.fixtures.endpoint_examples import Ask, Ids, questions
from tests.graph.questions.test_small_numbers import things

PLACES = ("kystby", "outreach", "forum")
ALIKE = ((5, 0), (9, 4))
"""Civilians of Kystby and of the town next door: in both worlds, five are told and none."""
_OWN = ("/audit", "/me", "/accounts")


@pytest.fixture
def stage(store: Store, server: Server, tmp_path: Path) -> Generator[Stage]:
    """The application, and a clock that stands still for accounts and audit."""
    with opened_app(store, tmp_path, clock=Clock()) as app:
        yield Stage(app=app, server=server, openapi=app.asgi.openapi())


def world(here: int, next_door: int) -> list[Element]:
    numbered = {one.id: one for one in kystby_with_numbers() if isinstance(one, ContactDetail)}
    return [numbered.get(one.id, one) for one in things(here, next_door)]


def asks(stage: Stage) -> list[Ask]:
    """Every question but those about the caller's own account."""
    known = questions(stage.openapi, Ids(nodes=PLACES, links=("outreach--forum",)))
    return [
        ask
        for template, several in known.items()
        for ask in several
        if not template.partition(" ")[2].startswith(_OWN) and "lang" not in ask.params
    ]


@pytest.mark.drill
@pytest.mark.ci_drill
def test_worlds_that_publish_the_same_are_told_alike_by_every_route(stage: Stage) -> None:
    _, headers = stage.enter(kystby.caller_of(Role.ANALYST, areas=("dk",)))
    wanted = asks(stage)
    answers: list[list[tuple[object, ...]]] = []
    for numbers in ALIKE:
        with stage.showing(world(*numbers), frozenset(), seed=1):
            answers.append(stage.told(wanted, headers))
    for first, second in zip(*answers, strict=True):
        assert first == second
    told = b"".join(bytes(answer[-1]) for answer in answers[0] if isinstance(answer[-1], bytes))
    assert b'"at_least":' in told
    assert b'"civilians":' in told
