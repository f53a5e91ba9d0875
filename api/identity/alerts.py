"""What somebody should look at: rows of the audit log of kind `alert`."""

from typing import Any

from api.audit.log import AuditKind, Entry
from api.state import RequestContext


def alert(context: RequestContext, **about: Any) -> None:
    """Writes an alert before the deed: an attempt is worth knowing too.

    Raises: Refused: `audit-unavailable`, and it is not done.
    """
    context.app_state.audit.append(
        Entry(
            kind=AuditKind.ALERT, action=context.action, request_id=context.request_id,
            caller=context.who.account, via=context.who.via, asked=about,
        )
    )  # fmt: skip
