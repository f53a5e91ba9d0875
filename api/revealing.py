"""What anybody must show who is shown a contact detail, and the day's number it counts against."""

from collections.abc import Iterable
from datetime import UTC, datetime, time, timedelta
from typing import Final

from api.audit.budget import Budget
from api.directory import COPENHAGEN
from api.errors import Refused
from api.identity.step_up import require_strong
from api.settings import Settings
from api.visit import Visit
from graph.access import PERSON_DETAIL, Role
from graph.purposes import CARE, NEEDS, Purpose, purposes_of
from graph.view import View
from graph.vocabulary import Label

UNCOVERING: Final = frozenset({"reveal_detail", "reveal_contacts"})
"""The routes whose details share the day's number: one by one, and as a file."""


def require_proof(visit: Visit, view: View, purpose: Purpose) -> None:
    """Before it is known whether there is such a detail: so the refusal tells nothing of that.

    Raises: Refused: a token's bearer, a mere password, or a purpose that is not the role's.
    """
    if visit.who.scopes is not None:
        raise Refused("forbidden", needed=visit.task.value)
    require_strong(visit.who)
    allowed = purposes(granted.grant.role for granted in view.grants)
    if allowed and purpose not in allowed:
        raise Refused("forbidden", needed=sorted(allowed))


def purposes(roles: Iterable[Role]) -> frozenset[Purpose]:
    """What somebody with these roles may say they want a contact detail for."""
    kinds = (PERSON_DETAIL, str(Label.CONTACT_DETAIL))
    return frozenset(
        one for role in set(roles) for kind in kinds for one in purposes_of(role, kind)
    )


def day_budget(settings: Settings, purpose: Purpose) -> Budget:
    """The day's number for a purpose, and what shares it."""
    if purpose in CARE:
        most, shared = settings.checks_per_day, CARE
    elif purpose in NEEDS:
        most = settings.reveals_per_day
        most += settings.acute_beyond if purpose is Purpose.ACUTE else 0
        shared = NEEDS
    else:
        most, shared = settings.reveals_per_day, frozenset({purpose})
    since, until = danish_day(datetime.now(UTC))
    return Budget(
        most=most, since=since, until=until, actions=UNCOVERING,
        purposes=frozenset(one.value for one in shared),
    )  # fmt: skip


def danish_day(now: datetime) -> tuple[datetime, datetime]:
    """When the day of an instant begins in Denmark, and when it ends; not always 24 hours later."""
    day = now.astimezone(COPENHAGEN).date()
    begins, ends = (
        datetime.combine(one, time.min, COPENHAGEN).astimezone(UTC)
        for one in (day, day + timedelta(days=1))
    )
    return begins, ends
