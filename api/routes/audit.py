"""Routes of the audit log: one's own rows, look-ups of oneself, and the whole log for the DPO."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Final, cast

from fastapi import APIRouter, Depends, Query, Request

from api.audit.chain import Anchors
from api.audit.entry import AuditKind, AuditRow
from api.audit.report import (
    CallerPosts,
    RowFilter,
    breach_of,
    look_ups,
    outcomes_of,
    rows_of,
    sample_of,
    search_text,
)
from api.audit.verify import verify
from api.audited_route import AuditedRoute
from api.dependencies import may, rate_limited_principal
from api.errors import Refusal
from api.exports.audit_log import caller_area_filter
from api.i18n import bilingual
from api.identity.store import Principal
from api.schemas import audit as wire
from api.schemas.audit import Moment
from api.state import AppState, RequestContext, app_state_of
from graph.access.policy import Role, Task
from graph.access.purposes import Purpose
from graph.errors import NotFound

_TAG: Final = "Who was told what?"
_SAMPLED: Final = timedelta(days=31)
_VERIFY_S: Final = 2.0  # time limit for a request
router = APIRouter(prefix="/audit", tags=[_TAG])
audited = APIRouter(route_class=AuditedRoute)
Who = Annotated[Principal, Depends(rate_limited_principal)]
QuestionContext = Annotated[
    RequestContext,
    Depends(may(Task.AUDIT, plain=(
        "after", "before", "limit", "caller", "action", "kind", "purpose", "role", "person",
        "size", "since", "until", "lang",
    ))),
]  # fmt: skip
Limit = Annotated[int, Query(ge=1, le=100)]
Place = Annotated[
    int, Query(ge=1, lt=wire.MOST_ROWS, description="the `next` of the page before this one")
]


@router.get("/mine")
def read_mine(
    request: Request,
    who: Who,
    before: Annotated[str | None, Query(max_length=40, examples=["req-9f8e7d6c5b4a3928"])] = None,
    limit: Limit = 50,
) -> wire.OwnRows:
    """Lists your own requests and changes, newest first."""
    rows, next_one = outcomes_of(
        app_state_of(request).audit, who.account, before=before, most=limit
    )
    own = tuple(
        wire.OwnRow(
            at=row.at, kind=row.kind.value, action=row.action, purpose=row.purpose,
            persons=len(row.subjects), count=row.count, result=row.result,
        )
        for row in rows
    )  # fmt: skip
    return wire.OwnRows(rows=own, next=next_one)


@router.get("/about-me")
def read_about_me(request: Request, who: Who) -> wire.OwnLookUps:
    """Lists when, how, why and from what kind of office you were looked up.

    It never says by whom.
    """
    app_state = app_state_of(request)
    if who.caller.person is None:
        return wire.OwnLookUps(look_ups=(), has_more=False)
    rows, next_one = look_ups(app_state.audit, who.caller.person, _offices(app_state))
    reports = tuple(wire.LookUp.model_validate(row) for row in rows)
    return wire.OwnLookUps(look_ups=reports, has_more=next_one is not None)


@audited.get("/rows")
def read_rows(
    context: QuestionContext,
    caller: Annotated[str | None, Query(max_length=120)] = None,
    login: Annotated[str | None, Query(max_length=64, examples=["line.bak"])] = None,
    person: Annotated[str | None, Query(max_length=120, examples=["amina"])] = None,
    action: Annotated[str | None, Query(max_length=60, examples=["reveal_detail"])] = None,
    kind: Annotated[AuditKind | None, Query(examples=["alert"])] = None,
    purpose: Purpose | None = None,
    role: Annotated[Role | None, Query(examples=["COORDINATOR"])] = None,
    since: Moment | None = None,
    until: Moment | None = None,
    before: Place | None = None,
    limit: Limit = 50,
) -> wire.AuditRows:
    """Lists rows of the audit log, newest first.

    With a grant for some areas, only the rows that concern these. Filters: account (id or login), a
    person the row names, action, kind, purpose, role and time. A row may have several roles.
    """
    if login is not None:
        try:
            account = context.app_state.accounts.logins.by_login(login).id
        except NotFound:
            return wire.AuditRows(rows=(), logins={}, names={})
        if caller not in (None, account):
            return wire.AuditRows(rows=(), logins={}, names={})
        caller = account
    row_filter = RowFilter(
        caller=caller, person=person, action=action, kind=kind, purpose=purpose, role=role,
        since=since, until=until, within=caller_area_filter(context),
    )  # fmt: skip
    rows, next_one = rows_of(context.app_state.audit, row_filter, before=before, most=limit)
    return _page(context, rows, next_one)


@audited.get("/subjects/{person}")
def read_subject(
    context: QuestionContext,
    person: str,
    before: Place | None = None,
    limit: Annotated[int, Query(ge=1, le=1_000)] = 100,
) -> wire.LookUps:
    """Lists how a person was looked up, as that person may see it: without names of staff."""
    rows, next_one = look_ups(
        context.app_state.audit,
        person,
        _offices(context.app_state),
        before=before,
        most=limit,
        within=caller_area_filter(context),
    )
    if rows:  # otherwise it may be any typed text
        context.subjects.add(person)
    reports = tuple(wire.LookUp.model_validate(row) for row in rows)
    return wire.LookUps(look_ups=reports, next=next_one)


@audited.get("/verify")
def read_verdict(
    context: QuestionContext, after: Annotated[int, Query(ge=0, lt=wire.MOST_ROWS)] = 0
) -> wire.Verdict:
    """Verifies that the log is unchanged, for at most two seconds.

    Where the log is longer, continue with `after`.
    """
    place = context.app_state.settings.anchor_file
    verdict = verify(
        context.app_state.audit, Anchors(place) if place else None, after=after, most_s=_VERIFY_S
    )
    return wire.Verdict(
        rows=verdict.rows, first=verdict.first, last=verdict.last, is_whole=verdict.is_whole,
        anchors=verdict.anchors,
        broken=wire.BrokenRow.model_validate(verdict.broken) if verdict.broken else None,
    )  # fmt: skip


@audited.get("/sample")
def read_sample(
    context: QuestionContext,
    size: Annotated[int, Query(ge=2, le=200)] = 20,
    since: Moment | None = None,
    until: Moment | None = None,
) -> wire.Sample:
    """Returns random rows of a month for a check.

    Half of them are urgent reveals and requests over a daily limit.
    """
    end = until or datetime.now(UTC)
    sample = sample_of(
        context.app_state.audit,
        size,
        since=since or end - _SAMPLED,
        until=end,
        within=caller_area_filter(context),
    )
    return wire.Sample(
        urgent=_rows(context, sample.urgent), others=_rows(context, sample.others),
        logins=_logins(context, (*sample.urgent, *sample.others)),
        names=_names(context, (*sample.urgent, *sample.others)),
    )  # fmt: skip


@audited.post("/terms")
def find_term(context: QuestionContext, body: wire.AskedTerm) -> wire.AuditRows:
    """Lists who typed a word.

    The log does not store words; it recognizes one that you send in full.
    """
    rows, next_one = search_text(
        context.app_state.audit,
        body.word,
        before=body.before,
        most=body.limit,
        within=caller_area_filter(context),
    )
    return _page(context, rows, next_one)


@audited.get("/breach")
def read_breach(
    context: QuestionContext,
    caller: Annotated[str, Query(max_length=120)],
    since: Moment,
    until: Moment,
) -> wire.Breach:
    """Lists whose data an account was shown in a period.

    For notifying them within 72 hours of a data breach.
    """
    if until <= since:
        text = bilingual("`until` must be after `since`.")
        raise Refusal("invalid", text, errors=[{"pointer": "", "in": "query", "field": "until"}])
    persons = breach_of(
        context.app_state.audit,
        caller,
        since=since,
        until=until,
        within=caller_area_filter(context),
    )
    context.subjects.update(person.person for person in persons)
    return wire.Breach(
        exposed=tuple(wire.Exposure.model_validate(person) for person in persons),
        logins=context.app_state.accounts.logins.logins_of({caller}),
        names=_visible_names(context, (person.person for person in persons)),
    )  # fmt: skip


router.include_router(audited)


def _page(
    context: RequestContext, rows: tuple[AuditRow, ...], next_one: int | None
) -> wire.AuditRows:
    """A page of rows, with the logins and names of those in them."""
    return wire.AuditRows(
        rows=_rows(context, rows), next=next_one, logins=_logins(context, rows),
        names=_names(context, rows),
    )  # fmt: skip


def _rows(context: RequestContext, rows: tuple[AuditRow, ...]) -> tuple[wire.AuditRow, ...]:
    """The rows in their wire form; the persons named in them count as shown."""
    context.subjects.update(*(row.subjects for row in rows))
    log = context.app_state.audit
    return tuple(
        wire.AuditRow.model_validate(replace(row, asked=log.decrypt_parameters(row.asked)))
        for row in rows
    )


def _logins(context: RequestContext, rows: Iterable[AuditRow]) -> dict[str, str]:
    """The logins of the accounts in some rows."""
    accounts = {row.caller for row in rows if row.caller}
    return context.app_state.accounts.logins.logins_of(accounts)


def _names(context: RequestContext, rows: Iterable[AuditRow]) -> dict[str, str]:
    """The names of those whom some rows named, and of what they asked about."""
    return _visible_names(
        context, (node_id for row in rows for node_id in (*row.subjects, *_ids(row.asked.values())))
    )


def _visible_names(context: RequestContext, ids: Iterable[str]) -> dict[str, str]:
    """The names behind some ids, as far as the caller may see them."""
    view = context.view()
    names = ((node_id, view.name_of(node_id)) for node_id in sorted(set(ids)))
    return {node_id: name for node_id, name in names if name is not None}


def _ids(values: Iterable[Any]) -> Iterator[str]:
    """The texts among the parameters of a row, any of which may be an id."""
    for value in values:
        if isinstance(value, str):
            yield value
        elif isinstance(value, list):
            yield from _ids(cast("list[Any]", value))


def _offices(app_state: AppState) -> CallerPosts:
    return CallerPosts(app_state.directory.snapshot(), app_state.accounts.person_of)
