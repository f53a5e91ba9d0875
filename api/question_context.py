"""The dependency of questions that can be asked as of an earlier revision.

A route that uses `question_context(…)` accepts `?revision=` and answers from the state at that
revision; every other route refuses it.
"""

from collections.abc import Callable, Coroutine
from typing import Annotated, Any

from fastapi import Depends, Query

from api.dependencies import REVISION, may
from api.settings import Settings
from api.state import RequestContext
from graph.access.policy import Task

Revision = Annotated[int | None, Query(ge=0, lt=2**53)]


def question_context(
    *,
    plain: tuple[str, ...],
    per_min: Callable[[Settings], int] | None = None,
    lists_people: bool = False,
) -> Callable[..., Coroutine[Any, Any, RequestContext]]:
    """A dependency like `may(Task.QUESTION, …)`, as of the `revision` parameter if given."""
    questioner = may(
        Task.QUESTION, plain=(*plain, REVISION), per_min=per_min, lists_people=lists_people
    )

    async def context(
        asked: Annotated[RequestContext, Depends(questioner)], revision: Revision = None
    ) -> RequestContext:
        asked.as_of_revision = revision
        return asked

    return context
