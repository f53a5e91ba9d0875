"""What else? Analysts' own questions in Cypher, asked of a copy of what they may see."""

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Response

from api.analysis.replica_content import analyst
from api.analysis.schema import query_schema
from api.audited_route import AuditedRoute
from api.dependencies import may
from api.schemas.analysis import AnalysisSchema, AskedQuery, QueryAnswer
from api.sent import json_response
from api.state import RequestContext
from graph.access.policy import Task
from graph.access.view import View

router = APIRouter(tags=["What else?"], route_class=AuditedRoute)
SEALED: Final = ("query",)
Asking = Annotated[
    RequestContext, Depends(may(Task.ANALYZE, plain=("purpose", "lang"), sealed=SEALED))
]


@router.post("/analysis", response_model=QueryAnswer)
def run_query(context: Asking, asked: AskedQuery) -> Response:
    """What a query in Cypher finds in a copy of what an analyst may see; nothing can be written.

    No names, no contact details; of civilians numbers that are not small. A copy is made when it is
    first asked for, which takes some seconds: until then 503 says how far it is.
    """
    context.purpose = asked.purpose
    answer = context.app_state.analysis.answer(
        context.who.caller, context.who.account, asked.query, asked.parameters
    )
    context.count = len(answer.rows)
    context.extra_parameters["operators"] = ",".join(answer.operators)
    if answer.cut is not None:
        context.extra_parameters["cut"] = answer.cut.value
    return json_response(QueryAnswer.model_validate(answer))


@router.get("/analysis/schema")
def read_analysis_schema(context: Asking) -> AnalysisSchema:
    """What a query can ask about: labels, links and properties, and examples to begin with."""
    revision = context.directory.newest(context.who.caller)
    query_s = context.app_state.analysis.query_s
    return query_schema(_as_analyst(context), context.lang, revision=revision, query_s=query_s)


def _as_analyst(context: RequestContext) -> View:
    """What the copy holds: no other role and no own post adds to it."""
    directory = context.directory
    return directory.view(analyst(context.who.caller, directory.today()))
