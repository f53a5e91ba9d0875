"""Who is central, who hangs together, do districts keep to themselves?"""

from dataclasses import fields
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Query

from api.audited_route import AuditedRoute
from api.known import question_context
from api.schemas.metrics import Metrics, MetricsWords
from api.state import RequestContext
from api.text.metrics import MEANING
from graph.questions.metrics import Metric, metrics
from graph.vocabulary import NetworkKind, PostKind

router = APIRouter(tags=["Who is central?"], route_class=AuditedRoute)
Asking = Annotated[
    RequestContext, Depends(question_context(plain=("measure", "kind", "on", "lang")))
]


@router.get("/metrics", response_model_exclude_none=True)
def read_metrics(
    context: Asking,
    measure: Annotated[Metric, Query(examples=["HARMONIC"])],
    kind: Annotated[tuple[PostKind | NetworkKind, ...], Query()] = (),
    on: date | None = None,
) -> Metrics:
    """A measure of who works with whom, by a method that is named with its version.

    The highest two hundred of the posts and networks, or of some kinds; communities; or districts.
    """
    found = metrics(context.view(on), measure, context.directory.policy, kinds=kind)
    context.count = len(found.rows) or len(found.communities)
    danish, english = MEANING[measure]
    words = MetricsWords(
        name=measure.label(context.lang), meaning=danish if context.lang == "da" else english
    )
    told = {one.name: getattr(found, one.name) for one in fields(found)}
    return Metrics.model_validate({**told, "words": words}, from_attributes=True)
