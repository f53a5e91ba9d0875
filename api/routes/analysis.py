"""Routes of analysis queries and of saved questions."""

import re
from collections.abc import Callable, Iterable
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Header, Response

from api.analysis.replica_content import analyst
from api.analysis.replica_schema import query_schema
from api.analysis.saved_queries import SavedQuestion, SavedQuestions
from api.audited_route import AuditedRoute
from api.dependencies import may
from api.errors import Refused
from api.i18n import bilingual
from api.schemas.analysis import (
    FORM,
    AnalysisSchema,
    Asked,
    AskedQuery,
    NewQuestion,
    QueryAnswer,
    Question,
    QuestionFile,
    Questions,
)
from api.state import RequestContext
from graph.access.policy import TASKS, Task
from graph.errors import NotFound
from graph.model.content_filter import refuse_content

router = APIRouter(tags=["What else?"], route_class=AuditedRoute)
SEALED: Final = ("query",)
Asking = Annotated[
    RequestContext, Depends(may(Task.ANALYZE, plain=("purpose", "lang"), sealed=SEALED))
]


@router.post("/analysis")
def run_query(context: Asking, body: AskedQuery) -> QueryAnswer:
    """What a query in Cypher finds in a copy of what an analyst may see; nothing can be written.

    No names, no contact details; of civilians numbers that are not small. A copy is made when it is
    first asked for, which takes some seconds: until then 503 says how far it is.
    """
    context.purpose = body.purpose
    answer = context.app_state.analysis.answer(
        context.who.caller, context.who.account, body.query, body.parameters
    )
    context.count = len(answer.rows)
    context.extra_parameters["operators"] = ",".join(answer.operators)
    if answer.cut is not None:
        context.extra_parameters["cut"] = answer.cut.value
    return QueryAnswer.model_validate(answer)


@router.get("/analysis/schema")
def read_analysis_schema(context: Asking) -> AnalysisSchema:
    """What a query can ask about: labels, links and properties, and examples to begin with."""
    revision = context.directory.newest(context.who.caller)
    query_s = context.app_state.analysis.query_s
    # The View of the replica, to which other roles and own posts add nothing.
    view = context.directory.view(analyst(context.who.caller, context.directory.today()))
    return query_schema(view, context.lang, revision=revision, query_s=query_s)


questions_router = APIRouter(tags=["Which questions are kept?"], route_class=AuditedRoute)
_PLAIN: Final = ("question", "roles", "lang", "kontaktvej_question")
_ETAG: Final = re.compile(r'"([1-9][0-9]{0,8})"')
QuestionsContext = Annotated[RequestContext, Depends(may(Task.ANALYZE, plain=_PLAIN))]
Keeping = Annotated[RequestContext, Depends(may(Task.ANALYZE, plain=_PLAIN, is_change=True))]
IfMatch = Annotated[
    str | None,
    Header(alias="If-Match", max_length=200, description="the ETag the question was read with",
           examples=['"3"']),
]  # fmt: skip


@questions_router.get("/questions", response_model_exclude_none=True)
def read_questions(context: QuestionsContext) -> Questions:
    """The questions you keep, then those shared with you, each by name."""
    questions = _saved_questions(context).visible_to(context.who.account, _roles(context))
    found = [_wire(context, one) for one in questions]
    context.count = len(found)
    return Questions(
        found=tuple(sorted(found, key=lambda one: (not one.is_mine, one.name.casefold(), one.id)))
    )


@questions_router.post("/questions", status_code=201, response_model_exclude_none=True)
def keep_question(context: Keeping, response: Response, sent: NewQuestion) -> Question:
    """Keeps a question, and shares it with the analysts you name."""
    return _with_etag(context, response, _keep(context, sent))


@questions_router.get("/questions/{question}", response_model_exclude_none=True)
def read_question(context: QuestionsContext, response: Response, question: str) -> Question:
    """One question. Send the `ETag` back as `If-Match` when you change it."""
    return _with_etag(context, response, _find(context, question))


@questions_router.put("/questions/{question}", response_model_exclude_none=True)
def change_question(
    context: Keeping, response: Response, question: str, sent: NewQuestion, if_match: IfMatch = None
) -> Question:
    """Puts a question of yours into other words, or shares it with others; all of it at once."""
    _guard(sent)
    changed = _saved_questions(context).change(
        question, context.who.account, _version(if_match), _content(sent),
        roles=_shared_roles(sent), accounts=_readers(context, sent.logins),
    )  # fmt: skip
    return _with_etag(context, response, changed)


@questions_router.delete("/questions/{question}", status_code=204)
def delete_question(context: Keeping, question: str, if_match: IfMatch = None) -> None:
    """Keeps a question of yours no longer; it is gone for those you shared it with, too."""
    _saved_questions(context).drop(question, context.who.account, _version(if_match))


@questions_router.get("/questions/{question}/file", response_model_exclude_none=True)
def read_question_file(
    context: QuestionsContext, response: Response, question: str
) -> QuestionFile:
    """A question as a file: what it says, and nobody's name."""
    kept = _find(context, question)
    response.headers["Content-Disposition"] = f'attachment; filename="{kept.id}.json"'
    return QuestionFile(kontaktvej_question=FORM, **kept.content)


@questions_router.post("/questions/file", status_code=201, response_model_exclude_none=True)
def keep_question_file(context: Keeping, response: Response, sent: QuestionFile) -> Question:
    """Keeps the question of a file as one of yours, shared with nobody."""
    said = NewQuestion(**sent.model_dump(include=set(Asked.model_fields)))
    return _with_etag(context, response, _keep(context, said))


def _saved_questions(context: RequestContext) -> SavedQuestions:
    return context.app_state.accounts.questions


def _find(context: RequestContext, question: str) -> SavedQuestion:
    return _saved_questions(context).find(question, context.who.account, _roles(context))


def _keep(context: RequestContext, sent: NewQuestion) -> SavedQuestion:
    _guard(sent)
    return _saved_questions(context).keep(
        context.who.account, _content(sent), roles=_shared_roles(sent),
        accounts=_readers(context, sent.logins),
    )  # fmt: skip


def _roles(context: RequestContext) -> frozenset[str]:
    """The roles of the caller that are valid today and allow analysis."""
    day = context.directory.today()
    held = {grant.role for grant in context.who.caller.grants if grant.is_valid(day)}
    return frozenset(role.value for role in held & TASKS[Task.ANALYZE])


def _content(sent: Asked) -> dict[str, Any]:
    return sent.model_dump(mode="json", include=set(Asked.model_fields))


def _guard(sent: Asked) -> None:
    """Check the texts of a question, since it is stored and shared like any other text.

    Raises: RefusedContent: a line contains data about a citizen.
    """
    texts: list[tuple[str, Iterable[str]]] = [
        ("name", [sent.name]),
        ("description", sent.description.split("\n")),
        ("query", sent.query.replace("\t", " ").split("\n")),
        ("parameters", (str(part) for one in sent.parameters for part in (one.label, one.default))),
    ]
    for field, lines in texts:
        for line in lines:
            refuse_content(field, line)


def _shared_roles(sent: NewQuestion) -> frozenset[str]:
    known = {role.value for role in TASKS[Task.ANALYZE]}
    _require("roles", sent.roles, known.__contains__)
    return frozenset(sent.roles)


def _readers(context: RequestContext, logins: Iterable[str]) -> frozenset[str]:
    """The accounts of analysts by their logins; a non-analyst is reported like an unknown login."""
    accounts: dict[str, str] = {}
    day = context.directory.today()
    for login in logins:
        try:
            account = context.app_state.accounts.logins.named(login)
        except NotFound:
            continue
        grants = context.app_state.accounts.grants.of(account.id)
        held = {one.grant.role for one in grants if not one.is_waiting and one.grant.is_valid(day)}
        if held & TASKS[Task.ANALYZE]:
            accounts[login] = account.id
    _require("logins", logins, accounts.__contains__)
    return frozenset(accounts.values()) - {context.who.account}


def _require(field: str, given: Iterable[str], is_known: Callable[[str], bool]) -> None:
    unknown = [place for place, one in enumerate(given) if not is_known(one)]
    if unknown:
        raise Refused(
            "invalid",
            bilingual("A question can be shared only with those who may analyze."),
            errors=[{"pointer": f"/{field}/{place}", "field": field, "rule": "NO_ANALYST",
                     "detail": "no analyst of this name"} for place in unknown],
        )  # fmt: skip


def _version(if_match: str | None) -> int | None:
    """The version a change is based on; None: a tag that no question has ever had.

    Raises: Refused: `precondition-required`: there is no If-Match.
    """
    if if_match is None:
        raise Refused(
            "precondition-required",
            bilingual("Send the ETag you read it with, so that nobody is overwritten unseen."),
        )  # fmt: skip
    found = _ETAG.fullmatch(if_match)
    return int(found[1]) if found else None


def _with_etag(context: RequestContext, response: Response, kept: SavedQuestion) -> Question:
    response.headers["ETag"] = f'"{kept.version}"'
    return _wire(context, kept)


def _wire(context: RequestContext, kept: SavedQuestion) -> Question:
    logins, is_mine = context.app_state.accounts.logins, kept.account == context.who.account
    return Question(
        **kept.content,
        id=kept.id, version=kept.version, owner=logins.find(kept.account).login, is_mine=is_mine,
        changed_at=kept.changed_at,
        roles=tuple(sorted(kept.roles)) if is_mine else None,
        logins=tuple(sorted(logins.find(one).login for one in kept.accounts)) if is_mine else None,
    )  # fmt: skip
