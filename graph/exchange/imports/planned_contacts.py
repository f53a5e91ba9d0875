"""Contact details of an import, compared by value without revealing any."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any, Final, cast

from graph.exchange.imports.comparison import (
    FieldDifference,
    FieldVerdict,
)
from graph.exchange.imports.planned_elements import (
    PlannedElements,
    PlannedRow,
    ReplacedValue,
)
from graph.exchange.imports.rows import SourceRow
from graph.model import (
    ContactDetail,
    Node,
    Person,
    ReachedBy,
    Secret,
    id_of,
)
from graph.model.base import hint
from graph.vocabulary import (
    Channel,
    Visibility,
)

_DIALED: Final = frozenset({Channel.PHONE, Channel.MOBILE})
_MAILED: Final = frozenset({Channel.EMAIL, Channel.SECURE_EMAIL})


class PlannedContacts(PlannedElements):
    """Plans contact details, and the dates on which they and links were checked."""

    def _contacts(self, row: SourceRow, owner: Node, planned_row: PlannedRow) -> None:
        present = self._reached_by(owner.id)
        new: list[tuple[Channel, str]] = []
        for channel, value in row.contacts:
            if value.casefold() in self._values[owner.id]:
                continue  # another row of the same person
            self._values[owner.id].add(value.casefold())
            same = present.keys() & set(self._details_with.get((channel, value), ()))
            for detail_id in same:
                self._mark_seen(self._node(detail_id, ContactDetail))
                self._mark_seen(present[detail_id])
                self._keep_value(detail_id)
                self._record_check(row, detail_id, planned_row)
            if same:
                self._move_channel(sorted(same), channel, value, planned_row)
            else:
                new.append((channel, value))
        for channel, value in new:
            self._new_value(row, owner, channel, value, planned_row)

    def _move_channel(
        self, detail_ids: Sequence[str], channel: Channel, value: str, planned_row: PlannedRow
    ) -> None:
        """Give a value of the source the channel of the first row that has it.

        A channel of another source, or one that was corrected here, is no conflict.
        """
        details = [self._node(detail_id, ContactDetail) for detail_id in detail_ids]
        if any(detail.channel is channel for detail in details):
            return
        detail = details[0]
        first_channel, _ = self._first_values.setdefault(
            (detail.id, "channel"), (channel, planned_row.line)
        )
        if first_channel is channel and self._verdict(detail, "channel") is FieldVerdict.CHANGED:
            planned_row.differences.append(
                FieldDifference(
                    id=detail.id, field="channel", source_says=channel, we_say=detail.channel,
                    verdict=FieldVerdict.CHANGED,
                )
            )  # fmt: skip
            moved = replace(
                detail, channel=channel, value=Secret(value), hint=hint(channel, value),
                batch=self._options.batch,
            )  # fmt: skip
            self._touch(planned_row, moved)

    def _reached_by(self, owner_id: str) -> dict[str, ReachedBy]:
        """The links to the known contact details of an owner, by detail."""
        links = self._register.valid(self._register.context.links_from(owner_id, ReachedBy))
        nodes = self._register.context.nodes
        return {
            link.target_id: link
            for link in links
            if isinstance(nodes.get(link.target_id), ContactDetail)
        }

    def _keep_value(self, detail_id: str) -> None:
        """Keep the value of a detail that an earlier row replaced, and plan that row's anew."""
        new = self._replaced_values.pop(detail_id, None)
        if new is None:
            return
        self.updates.pop(detail_id, None)
        self.line_of.pop(detail_id, None)
        new.planned_row.differences = [
            difference
            for difference in new.planned_row.differences
            if (difference.id, difference.field) != (detail_id, "value")
        ]
        self._new_value(new.row, new.owner, new.channel, new.value, new.planned_row)

    def _new_value(
        self, row: SourceRow, owner: Node, channel: Channel, value: str, planned_row: PlannedRow
    ) -> None:
        """Plan a value that no known detail of the owner has: it replaces one, or is added."""
        present = self._reached_by(owner.id)
        if self._try_replace_value(row, owner, present, channel, value, planned_row):
            return
        others = cast("list[ReachedBy]", self._out[owner.id, ReachedBy])
        order = 1 + max((link.order for link in (*present.values(), *others)), default=0)
        number = len(others)
        while True:
            detail_id = id_of(self._options.source, owner.id, channel, str(number))
            if detail_id not in self._register.context.nodes and detail_id not in self.creates:
                break
            number += 1
        self._create(
            planned_row,
            ContactDetail(
                id=detail_id,
                source=self._options.source,
                visibility=owner.visibility if isinstance(owner, Person) else Visibility.NETWORK,
                **self._detail_fields(row, channel, value),
            ),
        )
        self._link(planned_row, ReachedBy, owner.id, detail_id, None, order=min(order, 99))

    def _try_replace_value(
        self,
        row: SourceRow,
        owner: Node,
        present: dict[str, ReachedBy],
        channel: Channel,
        value: str,
        planned_row: PlannedRow,
    ) -> bool:
        """Replace the value of a known detail of the same sort, if any; return whether it did."""
        sort = next((sort for sort in (_DIALED, _MAILED) if channel in sort), frozenset({channel}))
        details = [
            detail
            for detail_id in present
            if (detail := self._node(detail_id, ContactDetail)).channel in sort
            and detail_id not in self._seen_ids
        ]
        details.sort(key=lambda detail: (detail.channel is not channel, present[detail.id].order))
        for detail in details:
            verdict = self._verdict(detail, "value")
            self._mark_seen(detail)
            self._mark_seen(present[detail.id])
            self._replaced_values[detail.id] = ReplacedValue(
                row=row, owner=owner, planned_row=planned_row, channel=channel, value=value
            )
            planned_row.differences.append(
                FieldDifference(
                    id=detail.id, field="value", source_says=hint(channel, value),
                    we_say=detail.hint, verdict=verdict,
                )
            )  # fmt: skip
            if verdict is FieldVerdict.CHANGED:
                self._touch(
                    planned_row, replace(detail, **self._detail_fields(row, channel, value))
                )
            return True
        return False

    def _detail_fields(self, row: SourceRow, channel: Channel, value: str) -> dict[str, Any]:
        """The fields of a contact detail that a row gives, also of a known one."""
        return {
            "channel": channel,
            "value": Secret(value),
            "hint": hint(channel, value),
            "verified_on": row.checked_on,
            "verified_by": self._options.made_by if row.checked_on else None,
            "batch": self._options.batch,
        }

    def _record_check(self, row: SourceRow, element_id: str, planned_row: PlannedRow) -> None:
        """Record a later check by the source; an earlier one changes nothing."""
        element = self._current(element_id)
        ours: date | None = getattr(element, "verified_on", None)
        if row.checked_on is None or (ours is not None and ours >= row.checked_on):
            return
        planned_row.differences.append(
            FieldDifference(
                id=element_id, field="verified_on", source_says=row.checked_on, we_say=ours,
                verdict=FieldVerdict.CHANGED,
            )
        )  # fmt: skip
        self._touch(
            planned_row,
            replace(
                cast("Any", element),
                verified_on=row.checked_on,
                verified_by=self._options.made_by,
                batch=self._options.batch,
            ),
        )
