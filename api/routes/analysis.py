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
from api.errors import NO_ETAG, Refusal
from api.i18n import bilingual
from api.schemas.analysis import (
    FORM,
    AnalysisSchema,
    AskedQuery,
    NewQuestion,
    QueryAnswer,
    Question,
    QuestionContent,
    QuestionFile,
    Questions,
)
from api.state import RequestContext
from graph.access.policy import TASKS, Task
from graph.errors import Fault, Invalid, NotFound
from graph.model.content_filter import holds_contact, refuse_content
from graph.vocabulary import Rule

router = APIRouter(tags=["What else?"], route_class=AuditedRoute)
SEALED: Final = ("query",)
QuestionContext = Annotated[
    RequestContext, Depends(may(Task.ANALYZE, plain=("purpose", "lang"), sealed=SEALED))
]


@router.post("/analysis")
def run_query(context: QuestionContext, body: AskedQuery) -> QueryAnswer:
    """Runs a read-only Cypher query on a copy of what an analyst may see.

    The copy holds no names and no contact details; numbers of civilians are suppressed where they
    are small. It is built at the first query, which takes some seconds: until then 503 says how far
    it is.
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
def read_analysis_schema(context: QuestionContext) -> AnalysisSchema:
    """Returns the labels, links and properties a query can use, with example queries."""
    revision = context.directory.newest(context.who.caller)
    query_s = context.app_state.analysis.query_s
    # The View of the replica, to which other roles and own posts add nothing.
    view = context.directory.view(analyst(context.who.caller, context.directory.today()))
    return query_schema(view, context.lang, revision=revision, query_s=query_s)


questions_router = APIRouter(tags=["Which questions are saved?"], route_class=AuditedRoute)
_PLAIN: Final = ("question", "roles", "lang", "kontaktvej_question")
_ETAG: Final = re.compile(r'"([1-9][0-9]{0,8})"')
QuestionsContext = Annotated[RequestContext, Depends(may(Task.ANALYZE, plain=_PLAIN))]
SaveContext = Annotated[RequestContext, Depends(may(Task.ANALYZE, plain=_PLAIN, is_change=True))]
IfMatch = Annotated[
    str | None,
    Header(alias="If-Match", max_length=200, description="the ETag of the question as you read it",
           examples=['"3"']),
]  # fmt: skip


@questions_router.get("/questions", response_model_exclude_none=True)
def read_questions(context: QuestionsContext) -> Questions:
    """Lists your saved questions, then those shared with you, each by name."""
    questions = _saved_questions(context).visible_to(context.who.account, _roles(context))
    wired = [_wire(context, question) for question in questions]
    context.count = len(wired)
    wired.sort(key=lambda question: (not question.is_mine, question.name.casefold(), question.id))
    return Questions(found=tuple(wired))


@questions_router.post("/questions", status_code=201, response_model_exclude_none=True)
def keep_question(context: SaveContext, response: Response, body: NewQuestion) -> Question:
    """Saves a question and shares it with the analysts you name."""
    return _with_etag(context, response, _keep(context, body))


@questions_router.get("/questions/{question}", response_model_exclude_none=True)
def read_question(context: QuestionsContext, response: Response, question: str) -> Question:
    """Returns a saved question. Send its `ETag` back as `If-Match` to change it."""
    return _with_etag(context, response, _find(context, question))


@questions_router.put("/questions/{question}", response_model_exclude_none=True)
def change_question(
    context: SaveContext,
    response: Response,
    question: str,
    body: NewQuestion,
    if_match: IfMatch = None,
) -> Question:
    """Replaces a saved question of yours, including whom it is shared with."""
    _guard(body)
    changed = _saved_questions(context).change(
        question, context.who.account, _version(if_match), _content(body),
        roles=_shared_roles(body), accounts=_readers(context, body.logins),
    )  # fmt: skip
    return _with_etag(context, response, changed)


@questions_router.delete("/questions/{question}", status_code=204)
def delete_question(context: SaveContext, question: str, if_match: IfMatch = None) -> None:
    """Deletes a saved question of yours, also for those you shared it with."""
    _saved_questions(context).drop(question, context.who.account, _version(if_match))


@questions_router.get("/questions/{question}/file", response_model_exclude_none=True)
def read_question_file(
    context: QuestionsContext, response: Response, question: str
) -> QuestionFile:
    """Returns a saved question as a file that names no account."""
    saved = _find(context, question)
    response.headers["Content-Disposition"] = f'attachment; filename="{saved.id}.json"'
    content = {
        name: value for name, value in saved.content.items() if name in QuestionContent.model_fields
    }
    return QuestionFile(kontaktvej_question=FORM, **content)


@questions_router.post("/questions/file", status_code=201, response_model_exclude_none=True)
def keep_question_file(context: SaveContext, response: Response, body: QuestionFile) -> Question:
    """Saves the question of a file as one of yours, shared with no one."""
    new = NewQuestion(**body.model_dump(include=set(QuestionContent.model_fields)))
    return _with_etag(context, response, _keep(context, new))


def _saved_questions(context: RequestContext) -> SavedQuestions:
    return context.app_state.accounts.questions


def _find(context: RequestContext, question: str) -> SavedQuestion:
    return _saved_questions(context).find(question, context.who.account, _roles(context))


def _keep(context: RequestContext, body: NewQuestion) -> SavedQuestion:
    _guard(body)
    return _saved_questions(context).keep(
        context.who.account, _content(body), roles=_shared_roles(body),
        accounts=_readers(context, body.logins),
    )  # fmt: skip


def _roles(context: RequestContext) -> frozenset[str]:
    """The roles of the caller that are valid today and allow analysis."""
    day = context.directory.today()
    roles = {grant.role for grant in context.who.caller.grants if grant.is_valid(day)}
    return frozenset(role.value for role in roles & TASKS[Task.ANALYZE])


def _content(body: NewQuestion) -> dict[str, Any]:
    """The stored content of a question: everything but whom it is shared with, which is stored
    apart.
    """
    return body.model_dump(mode="json", exclude={"roles", "logins"})


def _guard(body: QuestionContent) -> None:
    """Check the texts of a question, since it is stored and shared like any other text.

    Raises:
        Invalid: a line other than the query's contains a contact detail.
        RefusedContent: a line contains data about a citizen.
    """
    texts: list[tuple[str, Iterable[str]]] = [
        ("name", [body.name]),
        ("description", body.description.split("\n")),
        ("query", body.query.replace("\t", " ").split("\n")),
        (
            "parameters",
            (str(part) for each in body.parameters for part in (each.label, each.default)),
        ),
    ]
    for field, lines in texts:
        for line in lines:
            refuse_content(field, line)
            if field != "query" and holds_contact(line):
                raise Invalid([Fault("", field, Rule.CONTACT_DETAIL)])


def _shared_roles(body: NewQuestion) -> frozenset[str]:
    readers = {role.value for role in TASKS[Task.ANALYZE]}
    _require("roles", body.roles, readers.__contains__)
    return frozenset(body.roles)


def _readers(context: RequestContext, logins: Iterable[str]) -> frozenset[str]:
    """The accounts of analysts by their logins; a non-analyst is reported like an unknown login."""
    accounts: dict[str, str] = {}
    day = context.directory.today()
    for login in logins:
        try:
            account = context.app_state.accounts.logins.by_login(login)
        except NotFound:
            continue
        grants = context.app_state.accounts.grants.of(account.id)
        roles = {
            grant.grant.role
            for grant in grants
            if not grant.is_waiting and grant.grant.is_valid(day)
        }
        if roles & TASKS[Task.ANALYZE]:
            accounts[login] = account.id
    _require("logins", logins, accounts.__contains__)
    return frozenset(accounts.values()) - {context.who.account}


def _require(field: str, values: Iterable[str], is_known: Callable[[str], bool]) -> None:
    unknown = [place for place, value in enumerate(values) if not is_known(value)]
    if unknown:
        raise Refusal(
            "invalid",
            bilingual("A question can be shared only with those who may analyze."),
            errors=[{"pointer": f"/{field}/{place}", "field": field, "rule": "NO_ANALYST",
                     "detail": "no analyst of this name"} for place in unknown],
        )  # fmt: skip


def _version(if_match: str | None) -> int | None:
    """The version a change is based on; None: a tag that no question has ever had.

    Raises: Refusal: `precondition-required`: there is no If-Match.
    """
    if if_match is None:
        raise Refusal("precondition-required", NO_ETAG)
    match = _ETAG.fullmatch(if_match)
    return int(match[1]) if match else None


def _with_etag(context: RequestContext, response: Response, saved: SavedQuestion) -> Question:
    response.headers["ETag"] = f'"{saved.version}"'
    return _wire(context, saved)


def _wire(context: RequestContext, saved: SavedQuestion) -> Question:
    is_mine = saved.account == context.who.account
    logins = context.app_state.accounts.logins.logins_of({saved.account, *saved.accounts})
    readers = sorted(logins[account] for account in saved.accounts if account in logins)
    return Question(
        **saved.content,
        id=saved.id, version=saved.version, is_mine=is_mine,
        owner=logins.get(saved.account, saved.account),
        changed_at=saved.changed_at,
        roles=tuple(sorted(saved.roles)) if is_mine else None,
        logins=tuple(readers) if is_mine else None,
    )  # fmt: skip
