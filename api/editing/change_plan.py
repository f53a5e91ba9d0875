"""May the caller make these changes, and do they fit the model? Judged before anything is written.

In this order, each for the whole change set at once: a missing If-Match (428), what the caller does
not see (404), what they may not do (403), what breaks rules of a single thing (422), what somebody
else has changed meanwhile (412). What needs the neighbors to be judged, the store judges in the
transaction of the write.
"""

from collections.abc import Sequence
from typing import Final

from api.editing.creating import create
from api.editing.draft import ChangePlan
from api.editing.faults import FieldError, refused_fields
from api.editing.steps import PlannedChange, Target, target_in
from api.editing.touching import touch
from api.errors import Refused
from api.etags import etag_of
from api.schemas import changes as wire
from api.state import RequestContext
from graph.model import ChangeKind, Element
from graph.vocabulary import Rule

MOST_THINGS: Final = 1_000
_HOME: Final = (
    "Personen hører til i et andet område, så den registeransvarlige dér skal sige ja først. Intet "
    "er gemt; foreslå det i stedet.",
    "The person is at home in another area, so the steward there must agree first. Nothing was "
    "saved; propose it instead.",
)


class Stale(Exception):
    """Things that somebody else has changed since they were read."""

    def __init__(self, steps: Sequence[PlannedChange]) -> None:
        super().__init__(len(steps))
        self.steps = tuple(steps)


def plan_changes(
    context: RequestContext,
    asked: wire.ChangeSet,
    *,
    change_set: str,
    prefix: str | None = None,
    is_dry_run: bool = False,
    is_proposal: bool = False,
) -> ChangePlan:
    """The steps of a change set, each on what its caller has seen; rights are those of today.

    A dry run keeps the faults in the draft; else they are raised. A proposal may seat somebody who
    is at home elsewhere.

    Raises:
        NotFound: something is absent or hidden.
        Stale: somebody else was faster.
        Refused: see this module.
    """
    named = target_in(asked, change_set, prefix)
    _require_size(named, context)
    _require_etags(named)
    plan = _judged(context, named)
    _require_rights(plan, asked)
    if not is_proposal:
        _require_home(plan)
    if plan.faults and not is_dry_run:
        raise refused_fields(plan.faults, context.lang)
    _require_current(context, plan)
    return plan


def _judged(context: RequestContext, named: Sequence[Target]) -> ChangePlan:
    snapshot = context.directory.snapshot()
    plan = ChangePlan(
        context=context, snapshot=snapshot, today=context.directory.today(),
        ids={one.called or one.id: one.id for one in named if isinstance(one.asked, wire.Create)},
    )  # fmt: skip
    single = _each_once(plan, named)
    for one in single:
        if not isinstance(one.asked, wire.Create):
            touch(plan, one)
    create(plan, [one for one in single if isinstance(one.asked, wire.Create)])
    place = {one.id: number for number, one in enumerate(single)}
    plan.steps.sort(key=lambda step: place[step.named.id])
    return plan


def _each_once(plan: ChangePlan, named: Sequence[Target]) -> list[Target]:
    """A thing is changed, ended or verified once in a change set; a second time is a fault."""
    single: dict[str, Target] = {}
    for one in named:
        if one.id in single:
            plan.blame(one, "id", Rule.DUPLICATE)
        else:
            single[one.id] = one
    return list(single.values())


def _require_size(named: Sequence[Target], context: RequestContext) -> None:
    if not named:
        raise refused_fields(
            [FieldError(pointer="", id=None, field="", rule=Rule.NOT_EMPTY)], context.lang
        )
    if len(named) > MOST_THINGS:
        raise Refused(
            "too-large",
            (f"Højst {MOST_THINGS} ting i én ændring.", f"{MOST_THINGS} things in one change set."),
            limit=MOST_THINGS, unit="things",
        )  # fmt: skip


def _require_etags(named: Sequence[Target]) -> None:
    without = [one for one in named if one.kind is not ChangeKind.CREATED and not one.etag]
    if without:
        raise Refused(
            "precondition-required",
            ("Send den ETag, du læste med, så ingen overskrives uset.",
             "Send the ETag you read it with, so that nobody is overwritten unseen."),
            errors=[{"pointer": one.pointer, "id": one.id} for one in without],
        )  # fmt: skip


def _require_rights(plan: ChangePlan, asked: wire.ChangeSet) -> None:
    if plan.denied:
        is_verifying = not (asked.creates or asked.updates or asked.ends)
        raise Refused(
            "forbidden",
            ("Det må du se, men ikke ændre.", "You may see this, but not change it."),
            needed="VERIFY" if is_verifying else "EDIT",
            errors=[{"pointer": pointer} for pointer in plan.denied],
        )


def _require_home(plan: ChangePlan) -> None:
    if plan.elsewhere:
        raise Refused(
            "home-elsewhere", _HOME,
            errors=[{"pointer": one.pointer} for one in plan.elsewhere],
        )  # fmt: skip


def _require_current(context: RequestContext, plan: ChangePlan) -> None:
    stale = [
        step
        for step in plan.steps
        if step.before is not None and not _is_current(context, step.before, step.named.etag or "")
    ]
    if stale:
        raise Stale(stale)


def _is_current(context: RequestContext, thing: Element, sent: str) -> bool:
    return etag_of(context, thing) in [one.strip() for one in sent.split(",")]
