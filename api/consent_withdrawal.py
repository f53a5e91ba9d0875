"""A civilian takes back what they agreed to: hidden first, then written.

The withholding lies beside the accounts, so it holds while the graph is away. What the graph could
not be told then is noted there too, and told as soon as it is back.
"""

import logging
from dataclasses import replace
from datetime import UTC, datetime

from api.directory import Directory
from api.errors import Refused
from api.identity.restrictions import OwedWithdrawal
from api.identity.store import IdentityStore
from graph.access.consent_lookup import (
    consent_giver,
    consents,
    consents_of,
    links_relying_on,
    not_withdrawn,
)
from graph.access.policy import Caller
from graph.access.view import View
from graph.errors import GraphError, NotFound, StoreUnavailable
from graph.model import ChangeSet, Consent, GaveConsent, Reason, new_id
from graph.snapshot.snapshot import Snapshot

_log = logging.getLogger(__name__)


def withdraw(
    accounts: IdentityStore, directory: Directory, consent_id: str, *, change_set: str, by: str
) -> str:
    """Hides whoever gave a consent from the next request on, in every process; their id.

    All their receipts are taken back, their open askings and tickets dropped; `settle` tells the
    graph, by the name of `change_set`.

    Raises: NotFound: nobody gave it.
    """
    snapshot = newest(directory)
    individual = consent_giver(snapshot, consent_id)
    if individual is None:
        raise NotFound(consent_id)
    taken_back = tuple(one.id for one in not_withdrawn(consents_of(snapshot, individual)))
    accounts.withholdings.withdraw(
        individual,
        OwedWithdrawal(change_set=change_set, by=by, on=directory.today(), consents=taken_back),
    )
    accounts.contact_requests.cancel([individual])
    accounts.tickets.cancel([individual])
    return individual


def newest(directory: Directory) -> Snapshot:
    """The newest Snapshot there is: confirmed where the graph answers, else the last one known."""
    try:
        return directory.snapshot()
    except StoreUnavailable:
        return directory.last_snapshot()


def newest_view(directory: Directory, caller: Caller) -> View:
    """What a caller may see of the newest Snapshot there is."""
    try:
        return directory.view(caller)
    except StoreUnavailable:
        return directory.last_view(caller)


def settle(accounts: IdentityStore, directory: Directory) -> bool:
    """Tells the graph what was taken back; False: not all of it, and that is told later."""
    try:
        for owed in accounts.withholdings.owed():
            _tell(directory, owed)
            accounts.withholdings.paid(owed)
    except GraphError as error:
        _log.warning("withdrawals wait until the graph takes them: %s", type(error).__name__)
        return False
    return True


def _tell(directory: Directory, owed: OwedWithdrawal) -> None:
    """By its name it is written once, also where several processes tell it at the same time."""
    found = not_withdrawn(consents(directory.snapshot(), owed.consents))
    updates = tuple(replace(one, withdrawn_on=owed.on) for one in found)
    if updates:
        directory.apply(
            ChangeSet(
                made_by=owed.by, made_at=datetime.now(UTC), reason=Reason.WITHDRAWN,
                updates=updates, idempotency=owed.change_set,
            )
        )  # fmt: skip


def receipt_recorded(
    accounts: IdentityStore,
    directory: Directory,
    individual: str,
    *,
    asked_at: datetime | None = None,
) -> None:
    """A new receipt lifts the withdrawal before it: call it once the receipt stands in the graph.

    The old receipts are withdrawn there first, so that none of them comes back. A withdrawal since
    the receipt was asked for, at `asked_at`, stays.

    Raises: StoreUnavailable: the withdrawal stays.
    """
    _require_settled(accounts, directory)
    accounts.withholdings.lift([individual], before=asked_at)


def _require_settled(accounts: IdentityStore, directory: Directory) -> None:
    if not settle(accounts, directory):
        raise StoreUnavailable("a withdrawal is still to be told to the graph")


def renew(
    accounts: IdentityStore,
    directory: Directory,
    before: str,
    receipt: Consent,
    *,
    change_set: str,
    by: str,
    asked_at: datetime,
) -> str:
    """Records a new receipt of whoever gave the one before; their id. What rested on any of their
    receipts rests on this one from now on, and a withdrawal before `asked_at` is lifted.

    The same change set once more writes nothing, and finishes what the first try had to leave.

    Raises:
        NotFound: nobody gave the one before.
        Refused: `withdrawn`: they have taken it back since it was asked for.
        GraphError: as `ContactDetailFactory.apply`; nothing was written.
    """
    individual = consent_giver(directory.snapshot(), before)
    if individual is None:
        raise NotFound(before)
    taken_back_at = accounts.withholdings.withdrawn_at(individual)
    if taken_back_at is not None and taken_back_at >= asked_at:
        raise Refused("withdrawn")
    _require_settled(accounts, directory)
    snapshot = directory.snapshot()
    standing_still = not_withdrawn(consents_of(snapshot, individual)) if taken_back_at else ()
    gave = GaveConsent(id=new_id(), source_id=individual, target_id=receipt.id, source="form")
    resting = links_relying_on(snapshot, individual, directory.today())
    directory.apply(
        ChangeSet(
            made_by=by, made_at=datetime.now(UTC), reason=Reason.CORRECTED,
            creates=(receipt, gave),
            updates=(
                *(replace(link, consent_id=receipt.id) for link in resting),
                *(
                    replace(one, withdrawn_on=directory.today())
                    for one in standing_still  # written while another was taken back: meant, too
                    if one.id != receipt.id
                ),
            ),
            idempotency=change_set,
        )
    )  # fmt: skip
    receipt_recorded(accounts, directory, individual, asked_at=asked_at)
    return individual
