"""Authorization of tasks, and the strength of authentication they need.

Strong authentication is a second factor of this API, or an `acr` or `amr` of the issuer that counts
as one.
"""

from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from functools import partial

from api.errors import Refused
from api.i18n import bilingual
from api.identity.principal import NOT_FOR_TOKENS, Assurance, Principal
from graph.access.policy import TASKS, Role, Task
from graph.vocabulary import Language


class StepUp(StrEnum):
    """The authentication that would suffice: the member `needed` of the problem."""

    STRONG = Assurance.STRONG.value
    SESSION = "SESSION"  # a sign-in of any kind; no token stored in a file


def step_up(needed: StepUp, detail: tuple[str, str] | None = None) -> Refused:
    """The refusal of a request that stronger or other authentication would permit."""
    return Refused("step-up", detail, needed=needed.value)


def require_strong(who: Principal) -> None:
    """Require strong authentication, as for a reveal, and for names and details in a file.

    Raises: Refused: `step-up`; the caller can sign in again more strongly.
    """
    if who.assurance is not Assurance.STRONG:
        raise step_up(StepUp.STRONG)


def check_task(
    who: Principal, task: Task, day: date, *, needs_grant: bool = True, needs_session: bool = False
) -> Refused | None:
    """Return why a principal may not do a task on a day; None if allowed.

    `needs_grant`: False for what an account may do about itself without any right. `needs_session`:
    no token is accepted, since it could extend its own life.
    """
    if who.scopes is not None and (task not in who.scopes or task in NOT_FOR_TOKENS):
        text = bilingual("This token is not for: {task}.", task=task.label)
        return Refused("forbidden", text, needed=task.value)
    if needs_session and not who.is_session:
        return step_up(StepUp.SESSION, bilingual("Sign in first; a token will not do."))
    if not needs_grant:
        return None
    roles = {grant.role for grant in who.caller.grants if grant.is_valid(day)}
    if roles & TASKS[task]:
        return None
    if who.dormant & TASKS[task]:
        roles_named = partial(_named, who.dormant)
        return step_up(
            StepUp.STRONG,
            bilingual("The role {roles} asks you to sign in with a code.", roles=roles_named),
        )
    if not roles:
        return Refused("no-grant", _no_grant(who, day))
    text = bilingual("Takes one of the roles: {roles}.", roles=partial(_named, TASKS[task]))
    return Refused("forbidden", text, needed=task.value)


def _no_grant(who: Principal, day: date) -> tuple[str, str]:
    grants = who.caller.grants
    if not grants:
        return bilingual("Nobody has given the account any right. Ask an administrator.")
    if any(grant.valid_from is not None and day < grant.valid_from for grant in grants):
        return bilingual("The rights of the account have not begun yet.")
    return bilingual("The rights of the account have ended. Ask an administrator to renew them.")


def _named(roles: Iterable[Role], lang: Language) -> str:
    return ", ".join(role.label(lang) for role in Role if role in set(roles))
