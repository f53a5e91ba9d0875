"""Second approval: a change that ends many elements waits, sealed, for a week.

Another person must approve it and then writes it, subject to their rights at that time. It is
refused if an element was changed meanwhile, or if it was approved before.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, TypeVar

from sqlalchemy import Column, DateTime, Table, Text, delete, insert, select

from api.editing.change_plan import ChangePlan, element_in, with_end_dates
from api.errors import Refusal
from api.etags import etag_of
from api.i18n import bilingual
from api.identity.tables import metadata
from api.schemas import changes as wire
from api.sql import read_connection, write_connection
from api.state import RequestContext
from graph.errors import NotFound
from graph.model import Element

MOST_ENDS: Final = 20
"""Elements one account may end alone; more need the approval of a second person."""
WAITS: Final = timedelta(days=7)
waiting_table: Final = Table(
    "waiting_change",
    metadata,
    Column("id", Text, primary_key=True),  # the id of the change set
    Column("account", Text, nullable=False),
    Column("content", Text, nullable=False),  # sealed JSON: it may contain names and numbers
    Column("made_at", DateTime(timezone=True), nullable=False),
)
_CHANGED: Final = '"changed since"'
_OWN: Final = bilingual(
    "The same person cannot say yes twice. Ask somebody else who may change these things."
)
Based = TypeVar("Based", wire.Update, wire.Ending, wire.Verify)


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingChange:
    """A change that waits: its account, and the revision of each element it changes."""

    account: str
    changes: wire.ChangeSet
    revisions: Mapping[str, int]


def require_second_approval(
    context: RequestContext, changes: wire.ChangeSet, plan: ChangePlan, change_set: str
) -> None:
    """Store a change that ends more than one account may end alone, and write nothing of it.

    Raises: Refusal: `second-yes`, with its id and the number of elements it ends.
    """
    ends = len(elements_ended(plan))
    if ends <= MOST_ENDS:
        return
    revisions = {
        step.before.id: step.before.revision for step in plan.steps if step.before is not None
    }
    content = {
        "changes": with_end_dates(changes, plan.today).model_dump(mode="json", exclude_unset=True),
        "revisions": revisions,
    }
    sealed = context.app_state.audit.encrypt_text(json.dumps(content, ensure_ascii=False))
    now, columns = datetime.now(UTC), waiting_table.c
    with write_connection(context.app_state.accounts.engine) as connection:
        connection.execute(
            delete(waiting_table).where(
                (columns.made_at < now - WAITS) | (columns.id == change_set)
            )
        )
        connection.execute(
            insert(waiting_table),
            {"id": change_set, "account": context.who.account, "content": sealed, "made_at": now},
        )
    text = bilingual(
        "The change ends {ends} things. Nothing is saved yet: somebody else who may change them "
        "must approve it within seven days. The number of the change is {change_set}.",
        ends=ends,
        change_set=change_set,
    )
    raise Refusal("second-yes", text, waiting=change_set, ends=ends)


def approve(context: RequestContext, change_set: str) -> wire.ChangeSet:
    """A waiting change as the approver would send it, with the ETags that they see today.

    Raises:
        NotFound: no change of that id waits.
        Refusal: `second-yes`: it is the caller's own.
    """
    waiting = _pending_change(context, change_set)
    if context.app_state.accounts.is_same_person(waiting.account, context.who.account):
        raise Refusal("second-yes", _OWN, waiting=change_set)
    return refresh_etags(
        context,
        waiting.changes,
        lambda change, element: element.revision == waiting.revisions.get(change.id),
    )


def refresh_etags(
    context: RequestContext,
    changes: wire.ChangeSet,
    is_current: Callable[[wire.Update | wire.Ending | wire.Verify, Element], bool],
) -> wire.ChangeSet:
    """The changes with current ETags; where `is_current` is false, with one that never matches."""
    snapshot = context.directory.snapshot()

    def refresh_etag(change: Based) -> Based:
        element = element_in(snapshot, change.id)
        is_there = element is not None and is_current(change, element)
        etag = etag_of(context, element) if is_there and element is not None else _CHANGED
        return change.model_copy(update={"if_match": etag})

    return changes.model_copy(
        update={
            "updates": tuple(map(refresh_etag, changes.updates)),
            "ends": tuple(map(refresh_etag, changes.ends)),
            "verifies": tuple(map(refresh_etag, changes.verifies)),
        }
    )


def elements_ended(plan: ChangePlan) -> set[str]:
    """The elements that a change ends earlier than before, including the links of nodes."""
    ended_ids = set[str]()
    for step in plan.steps:
        before, on = step.before, step.after.valid_to
        if before is None or on is None or (before.valid_to and before.valid_to <= on):
            continue
        ended_ids.add(before.id)
        view = plan.view_of(before.id)
        row = view.find(before.id)
        if row is not None:
            ended_ids |= {view.links.ids[link] for link in (*view.out(row), *view.into(row))}
    return ended_ids


def _pending_change(context: RequestContext, change_set: str) -> PendingChange:
    columns = waiting_table.c
    with read_connection(context.app_state.accounts.engine) as connection:
        row = connection.execute(
            select(columns.account, columns.content).where(
                columns.id == change_set, columns.made_at >= datetime.now(UTC) - WAITS
            )
        ).first()
    if row is None:
        raise NotFound(change_set)
    content = json.loads(
        context.app_state.audit.decrypt_parameters({"content": row.content})["content"]
    )
    return PendingChange(
        account=row.account, changes=wire.ChangeSet.model_validate(content["changes"]),
        revisions=content["revisions"],
    )  # fmt: skip
