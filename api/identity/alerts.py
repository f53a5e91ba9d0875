"""What somebody should look at: rows of the audit log of kind `alert`."""

from typing import Any, Final

from api.audit.log import AuditKind, Entry
from api.visit import Visit

_SHORT: Final = 2


def alert(visit: Visit, **about: Any) -> None:
    """Writes an alert before the deed: an attempt is worth knowing too.

    Raises: Refused: `audit-unavailable`, and it is not done.
    """
    visit.house.audit.append(
        Entry(
            kind=AuditKind.ALERT, action=visit.action, request_id=visit.request_id,
            caller=visit.who.account, via=visit.who.via, asked=about,
        )
    )  # fmt: skip


def note_short_search(visit: Visit, text: str) -> None:
    """Counts a search for two letters; an hour full of them reads the register out, and alerts.

    Raises: Refused: `too-many`.
    """
    letters = text.strip()
    if len(letters) > _SHORT:
        return
    house = visit.house
    is_full = house.accounts.short_searches.note(
        visit.who.account, house.audit.term(letters),
        per_hour=house.settings.short_searches_per_hour,
    )  # fmt: skip
    if is_full:
        alert(visit)
