"""What somebody should look at: rows of the audit log of kind `alert`."""

from typing import Any

from api.audit.log import AuditKind, Entry
from api.state import RequestContext


def alert(visit: RequestContext, **about: Any) -> None:
    """Writes an alert before the deed: an attempt is worth knowing too.

    Raises: Refused: `audit-unavailable`, and it is not done.
    """
    visit.house.audit.append(
        Entry(
            kind=AuditKind.ALERT, action=visit.action, request_id=visit.request_id,
            caller=visit.who.account, via=visit.who.via, asked=about,
        )
    )  # fmt: skip
