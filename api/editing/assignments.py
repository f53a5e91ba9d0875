"""Assignment of the check of a due link: to the caller, or to a colleague who may check it."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from api.errors import Refusal
from api.i18n import bilingual
from api.identity.assignments import StoredAssignment
from api.schemas.entities import Assignee
from api.state import RequestContext
from graph.access.permissions import may_verify
from graph.errors import NotFound

_MAY_NOT = bilingual("Nobody who may check this link has that card. Choose somebody else.")


def assign(
    context: RequestContext, link_id: str, *, person: str | None, expected_at: datetime | None
) -> Assignee:
    """Assign a link to the caller, or to the account of a person who may check it.

    `expected_at`: the start of the assignment to be replaced, as the caller read it; None: there
    was none.

    Raises:
        NotFound: the link or the person is absent or hidden, or the caller may not check the link.
        Refusal: the person may not check the link, or it was assigned to another meanwhile.
    """
    view = context.view()
    if not may_verify(view, link_id):
        raise NotFound(link_id)
    account = context.who.account
    if person is not None and person != context.who.caller.person:
        if view.find(person) is None:
            raise NotFound(person)
        accounts = context.app_state.accounts
        for account in accounts.logins.of_person(person):
            principal = accounts.principal_of(account)
            if principal is not None and may_verify(
                context.directory.view(principal.caller, None), link_id
            ):  # the account may check the link today
                break
        else:
            raise Refusal("invalid", _MAY_NOT, errors=[])
    assignment = context.app_state.accounts.assignments.assign(
        link_id, account, by=context.who.account, expected_at=expected_at
    )
    return _assignee(context, assignment)


def assignees(context: RequestContext, links: Iterable[str]) -> Mapping[str, Assignee]:
    """The current assignees of some links, by link id, with persons only if the caller sees them.

    Empty if the request is about an earlier revision.
    """
    if context.as_of_revision is not None:
        return {}
    current = context.app_state.accounts.assignments.of_links(links)
    return {link: _assignee(context, assignment) for link, assignment in current.items()}


def _assignee(context: RequestContext, assignment: StoredAssignment) -> Assignee:
    return Assignee(
        is_me=assignment.account == context.who.account,
        person=context.person_of(assignment.account),
        since=assignment.at,
    )
