"""Is it alive, can it answer, and at which revision is it?"""

from typing import Annotated

from fastapi import APIRouter, Depends, Request

from api.dependencies import looking_on
from api.identity.store import Principal
from api.schemas.health import Ready, Revision
from api.state import app_state_of

router = APIRouter(prefix="/health", tags=["Is it well?"])
Who = Annotated[Principal, Depends(looking_on)]


@router.get("/live")
def read_live() -> Ready:
    """The process answers; nothing else is asked."""
    return Ready(is_ready=True)


@router.get("/ready")
def read_ready(request: Request) -> Ready:
    """The graph can be asked, and the audit log can be written; else 503.

    The graph's Snapshot was confirmed, and the log written, within a second.
    """
    app_state = app_state_of(request)
    app_state.directory.revision()
    app_state.audit.require_writable()
    return Ready(is_ready=True)


@router.get("/revision")
def read_revision(request: Request, who: Who) -> Revision:
    """The revision of your newest answer; asking is no activity of a session.

    An answer that tells another one is not of now: something that may change it was written since.
    """
    return Revision(revision=app_state_of(request).directory.newest(who.caller))
