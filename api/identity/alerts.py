"""Alerts: rows of the audit log of kind `alert`, which a person should review."""

from typing import Any

from api.audit.log import AuditKind, Entry
from api.state import RequestContext


def alert(context: RequestContext, **about: Any) -> None:
    """Record an alert before the action itself, because attempts are relevant too.

    Raises: Refused: `audit-unavailable`; the action must not be performed.
    """
    context.app_state.audit.append(
        Entry(
            kind=AuditKind.ALERT, action=context.action, request_id=context.request_id,
            caller=context.who.account, via=context.who.via, asked=about,
        )
    )  # fmt: skip
