"""A change set on its way: what it is judged by, its steps, and what speaks against it so far."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, cast

from api.editing.faults import FieldError
from api.editing.steps import PlannedChange, Target, is_seen
from api.schemas import changes as wire
from api.state import RequestContext
from graph.access.view import View
from graph.errors import NotFound
from graph.model import Element, Mark, marked
from graph.model.base import is_id
from graph.model.content_filter import holds_number
from graph.snapshot.snapshot import Snapshot
from graph.vocabulary import Rule


@dataclass(slots=True, kw_only=True)
class ChangePlan:
    """`ids` are those of what is created, by the name the change set gives it.

    `denied` are the places of what the caller may see and not do, `elsewhere` the seats of people
    at home elsewhere; `doubtful` new things whose faults are told, so that nothing that refers to
    them is judged.
    """

    context: RequestContext
    snapshot: Snapshot
    today: date
    ids: Mapping[str, str]
    steps: list[PlannedChange] = field(default_factory=list[PlannedChange])
    faults: list[FieldError] = field(default_factory=list[FieldError])
    denied: list[str] = field(default_factory=list[str])
    elsewhere: list[Target] = field(default_factory=list[Target])
    doubtful: set[str] = field(default_factory=set[str])

    def view_of(self, *ids: str) -> View:
        """What a write to some things is judged by: see `RequestContext.view_to_write`."""
        return self.context.view_to_write(*ids)

    def resolved(self, sent: Mapping[str, Any]) -> Mapping[str, Any]:
        """What was sent, with ids for the names of what the change set creates."""
        return {name: self._id(value) for name, value in sent.items()}

    def _id(self, value: Any) -> Any:
        if isinstance(value, list):
            return [self._id(one) for one in cast("list[object]", value)]
        return self.ids.get(value, value) if isinstance(value, str) else value

    def require_seen(self, thing_id: str) -> None:
        """What a thing refers to is seen by the caller, or made with it.

        Raises: NotFound: absent or hidden.
        """
        if thing_id not in self.ids.values() and not is_seen(self.view_of(thing_id), thing_id):
            raise NotFound(thing_id)

    def require_ids(self, cls: type[Element], values: Mapping[str, Any]) -> None:
        """What has not the form of an id is nothing that could be there; a number is a fault.

        Raises: NotFound: the same answer as for what is hidden.
        """
        for name in marked(cls, Mark.REF):
            one = values.get(name)
            if isinstance(one, str) and not is_id(one) and not holds_number(one):
                raise NotFound(one)

    def blame(self, one: Target, name: str, rule: Rule) -> None:
        """A fault of a thing beside its fields."""
        is_made = isinstance(one.asked, wire.Create)
        self.faults.append(
            FieldError(
                pointer=f"{one.pointer}/{name}",
                id=one.called if is_made else one.id,
                field=name,
                rule=rule,
            )
        )
