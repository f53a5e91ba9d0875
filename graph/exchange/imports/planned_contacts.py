"""Contact details of an import, compared by value without revealing any."""

from dataclasses import replace
from datetime import date
from typing import Any, Final, cast

from graph.exchange.imports.comparison import (
    FieldDifference,
    FieldVerdict,
)
from graph.exchange.imports.planned_elements import PlannedElements, PlannedRow
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

    def _contacts(self, row: SourceRow, owner: Node, planned: PlannedRow) -> None:
        present: dict[str, ReachedBy] = {}
        for link in self._register.valid(self._register.context.links_from(owner.id, ReachedBy)):
            detail = self._register.context.nodes.get(link.target_id)
            if isinstance(detail, ContactDetail):
                present[detail.id] = link
        new: list[tuple[Channel, str]] = []
        for channel, value in row.contacts:
            if value.casefold() in self._values[owner.id]:
                continue  # another row of the same person
            self._values[owner.id].add(value.casefold())
            same = present.keys() & set(self._known.details_with(channel, value))
            for detail_id in same:
                self._mark_seen(self._node(detail_id, ContactDetail))
                self._mark_seen(present[detail_id])
                self._checked(row, detail_id, planned)
            if not same:
                new.append((channel, value))
        order = max((link.order for link in present.values()), default=0)
        for channel, value in new:
            if self._replaced(row, present, channel, value, planned):
                continue
            order += 1
            number = len(self._out[owner.id, ReachedBy])
            while True:
                detail_id = id_of(self._options.source, owner.id, channel, str(number))
                if detail_id not in self._register.context.nodes and detail_id not in self.creates:
                    break
                number += 1
            self._create(
                planned,
                ContactDetail(
                    id=detail_id,
                    channel=channel,
                    value=Secret(value),
                    hint=hint(channel, value),
                    verified_on=row.checked_on,
                    verified_by=self._options.made_by if row.checked_on else None,
                    source=self._options.source,
                    batch=self._options.batch,
                    visibility=owner.visibility
                    if isinstance(owner, Person)
                    else Visibility.NETWORK,
                ),
            )
            self._link(planned, ReachedBy, owner.id, detail_id, None, order=min(order, 99))

    def _replaced(
        self,
        row: SourceRow,
        present: dict[str, ReachedBy],
        channel: Channel,
        value: str,
        planned: PlannedRow,
    ) -> bool:
        """Whether the value replaces that of a known detail of the same sort."""
        sort = next((sort for sort in (_DIALED, _MAILED) if channel in sort), frozenset({channel}))
        details = [
            detail
            for detail_id in present
            if (detail := self._node(detail_id, ContactDetail)).channel in sort
            and detail_id not in self._seen
        ]
        details.sort(key=lambda detail: (detail.channel is not channel, present[detail.id].order))
        for detail in details:
            verdict = self._verdict(detail, "value")
            self._mark_seen(detail)
            self._mark_seen(present[detail.id])
            planned.differences.append(
                FieldDifference(
                    id=detail.id, field="value", source_says=hint(channel, value),
                    we_say=detail.hint, verdict=verdict,
                )
            )  # fmt: skip
            if verdict is FieldVerdict.CHANGED:
                self._touch(
                    planned,
                    replace(
                        detail,
                        channel=channel,
                        value=Secret(value),
                        hint=hint(channel, value),
                        verified_on=row.checked_on,
                        verified_by=self._options.made_by if row.checked_on else None,
                        batch=self._options.batch,
                    ),
                )
            return True
        return False

    def _checked(self, row: SourceRow, thing_id: str, planned: PlannedRow) -> None:
        """Record a later check by the source; an earlier one changes nothing."""
        thing = self._current(thing_id)
        known: date | None = getattr(thing, "verified_on", None)
        if row.checked_on is None or (known is not None and known >= row.checked_on):
            return
        planned.differences.append(
            FieldDifference(
                id=thing_id, field="verified_on", source_says=row.checked_on, we_say=known,
                verdict=FieldVerdict.CHANGED,
            )
        )  # fmt: skip
        self._touch(
            planned,
            replace(
                cast("Any", thing),
                verified_on=row.checked_on,
                verified_by=self._options.made_by,
                batch=self._options.batch,
            ),
        )
