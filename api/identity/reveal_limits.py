"""Conditions for revealing a contact detail, and the daily budget it counts against."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Final

from api.audit.budget import Budget
from api.audit.log import AuditLog, logged_parameters
from api.danish_time import COPENHAGEN
from api.errors import Refusal
from api.i18n import bilingual
from api.identity.principal import require_strong
from api.settings import Settings
from api.state import AuditedPart, RequestContext
from graph.access.permissions import owner_of
from graph.access.policy import PERSON_DETAIL, Role
from graph.access.purposes import AT_HOME, CARE, EMERGENCIES, NEEDS, Purpose, purposes_of
from graph.access.view import View
from graph.errors import NotFound
from graph.questions.reveal import door_openers, is_metered, may_ask, may_reveal, may_reveal_for
from graph.vocabulary import Channel, Label

UNCOVERING: Final = frozenset({"reveal_detail", "reveal_contacts"})
"""The routes whose details share the daily budget: one by one or together, and as a file."""
_MEDIATED: Final = bilingual(
    "The consent holds through the door opener only. Ask by POST /contact-requests."
)
_ELSEWHERE: Final = bilingual(
    "To check them and in acute danger, contact details are shown in your own "
    "areas alone. Duty lines and emergency numbers are open to all."
)
_USUAL_ACUTE: Final = 5
_USUAL_CHECKS: Final = 25
"""The usual numbers per day; beyond them the data protection officer is alerted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowableDetail:
    """A contact detail that may be shown: owner, channel, and whether it counts."""

    detail: str
    owner: str
    channel: Channel
    counts: bool


def showable_detail(view: View, detail_id: str, purpose: Purpose) -> ShowableDetail:
    """Return a contact detail of a View, if the caller may be shown it for the purpose.

    Raises:
        NotFound: it is hidden, absent, or not for that purpose.
        Refusal: `mediated-only`; names the posts to ask. `forbidden`: it is of another area, and
            names the purposes it may be shown for.
    """
    detail = view.find(detail_id)
    owner = None
    if detail is not None and view.label(detail) is Label.CONTACT_DETAIL:
        owner = owner_of(view, detail)
    if detail is None or owner is None:
        raise NotFound(detail_id)
    if not may_reveal(view, detail_id, purpose):
        if purpose in AT_HOME and (others := may_reveal_for(view, detail_id)):
            raise Refusal("forbidden", _ELSEWHERE, needed=sorted(others))
        if not may_ask(view, view.id(owner)):
            raise NotFound(detail_id)
        # the detail of a visible civilian, whose door openers can be asked
        openers = [
            {"id": view.id(post), "name": view.name(post)} for post in door_openers(view, owner)
        ]
        raise Refusal("mediated-only", _MEDIATED, individual=view.id(owner), openers=openers)
    return ShowableDetail(
        detail=detail_id, owner=view.id(owner), channel=view.value(detail, "channel"),
        counts=counts(view, detail_id),
    )  # fmt: skip


def part_of(log: AuditLog, detail: ShowableDetail, purpose: Purpose) -> AuditedPart:
    """The audit row of a detail; one that does not count has no purpose."""
    parameters = {"detail": detail.detail, "channel": detail.channel.value}
    return AuditedPart(
        asked=logged_parameters(log, parameters, tuple(parameters)), subjects=(detail.owner,),
        purpose=purpose.value if detail.counts else None,
    )  # fmt: skip


def counts(view: View, detail_id: str) -> bool:
    """Whether showing a detail counts against the daily budget; hidden details count too."""
    detail = view.find(detail_id)
    return detail is None or is_metered(view, detail)


def require_proof(context: RequestContext, view: View, purpose: Purpose) -> None:
    """Check authentication and purpose before the detail is looked up.

    The refusal therefore does not disclose whether the detail exists.

    Raises: Refusal: a token, a password alone, or a purpose that is not the role's.
    """
    if context.who.scopes is not None:
        raise Refusal("forbidden", needed=context.task.value)
    require_strong(context.who)
    allowed = purposes(granted.grant.role for granted in view.grants)
    if allowed and purpose not in allowed:
        raise Refusal("forbidden", needed=sorted(allowed))


def purposes(roles: Iterable[Role]) -> frozenset[Purpose]:
    """The purposes for which these roles may be shown a contact detail."""
    kinds = (PERSON_DETAIL, str(Label.CONTACT_DETAIL))
    return frozenset(
        purpose for role in set(roles) for kind in kinds for purpose in purposes_of(role, kind)
    )


def day_budget(settings: Settings, purpose: Purpose, *, is_beyond: bool = False) -> Budget:
    """The daily budget for a purpose, and the purposes that share it.

    Acute danger passes beyond it by itself, a serious security concern if it is confirmed:
    `is_beyond`.
    """
    watched, usual, most = frozenset[Purpose](), 0, settings.reveals_per_day
    shared, emergencies = frozenset({purpose}), tuple[Purpose, ...]()
    if purpose in CARE:
        most, shared = settings.checks_per_day, CARE
        watched, usual = CARE, _USUAL_CHECKS
    elif purpose in NEEDS:
        shared, emergencies = NEEDS, EMERGENCIES
        if purpose is Purpose.ACUTE:
            watched, usual = frozenset({purpose}), _USUAL_ACUTE
    since, until = danish_day(datetime.now(UTC))
    return Budget(
        most=most, since=since, until=until, actions=UNCOVERING,
        purposes=frozenset(member.value for member in shared),
        watched=frozenset(member.value for member in watched), usual=usual,
        is_exceedable=purpose is Purpose.ACUTE or (is_beyond and purpose in emergencies),
        emergencies=tuple(member.value for member in emergencies),
    )  # fmt: skip


def danish_day(now: datetime) -> tuple[datetime, datetime]:
    """The start and end of the Danish day of an instant; not always 24 hours apart."""
    day = now.astimezone(COPENHAGEN).date()
    begins, ends = (
        datetime.combine(start, time.min, COPENHAGEN).astimezone(UTC)
        for start in (day, day + timedelta(days=1))
    )
    return begins, ends
