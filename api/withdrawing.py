"""A civilian takes back what they agreed to: hidden first, then written.

The withholding lies beside the accounts, so it holds while the graph is away. What the graph could
not be told then is noted there too, and told as soon as it is back.
"""

import logging
from dataclasses import replace
from datetime import UTC, datetime

from api.directory import Directory
from api.identity.accounts import Accounts
from api.identity.withholding import Owed
from graph.errors import GraphError, NotFound, StoreUnavailable
from graph.givers import consents, giver_of, receipts_of, resting_on, standing
from graph.model import ChangeSet, Consent, GaveConsent, Reason, new_id
from graph.snapshot import Snapshot

_log = logging.getLogger(__name__)


def withdraw(
    accounts: Accounts, directory: Directory, consent_id: str, *, change_set: str, by: str
) -> str:
    """Hides whoever gave a consent from the next request on, in every process; their id.

    All their receipts are taken back, their open askings and tickets dropped; `settle` tells the
    graph, by the name of `change_set`.

    Raises: NotFound: nobody gave it.
    """
    snapshot = newest(directory)
    individual = giver_of(snapshot, consent_id)
    if individual is None:
        raise NotFound(consent_id)
    taken_back = tuple(one.id for one in standing(receipts_of(snapshot, individual)))
    accounts.withholdings.withdraw(
        individual,
        Owed(change_set=change_set, by=by, on=directory.today(), consents=taken_back),
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


def settle(accounts: Accounts, directory: Directory) -> bool:
    """Tells the graph what was taken back; False: not all of it, and that is told later."""
    try:
        for owed in accounts.withholdings.owed():
            _tell(directory, owed)
            accounts.withholdings.paid(owed)
    except GraphError as error:
        _log.warning("withdrawals wait until the graph takes them: %s", type(error).__name__)
        return False
    return True


def _tell(directory: Directory, owed: Owed) -> None:
    """By its name it is written once, also where several processes tell it at the same time."""
    found = standing(consents(directory.snapshot(), owed.consents))
    updates = tuple(replace(one, withdrawn_on=owed.on) for one in found)
    if updates:
        directory.apply(
            ChangeSet(
                made_by=owed.by, made_at=datetime.now(UTC), reason=Reason.WITHDRAWN,
                updates=updates, idempotency=owed.change_set,
            )
        )  # fmt: skip


def receipt_recorded(accounts: Accounts, directory: Directory, individual: str) -> None:
    """A new receipt lifts the withdrawal before it: call it once the receipt stands in the graph.

    The old receipts are withdrawn there first, so that none of them comes back.

    Raises: StoreUnavailable: the withdrawal stays.
    """
    if not settle(accounts, directory):
        raise StoreUnavailable("a withdrawal is still to be told to the graph")
    accounts.withholdings.lift([individual])


def renew(
    accounts: Accounts,
    directory: Directory,
    before: str,
    receipt: Consent,
    *,
    change_set: str,
    by: str,
) -> str:
    """Records a new receipt of whoever gave the one before; their id. What rested on any of their
    receipts rests on this one from now on, and a withdrawal is lifted.

    Raises:
        NotFound: nobody gave the one before.
        GraphError: as `Directory.apply`; nothing was written.
    """
    snapshot = directory.snapshot()
    individual = giver_of(snapshot, before)
    if individual is None:
        raise NotFound(before)
    gave = GaveConsent(id=new_id(), source_id=individual, target_id=receipt.id, source="form")
    resting = resting_on(snapshot, individual, directory.today())
    directory.apply(
        ChangeSet(
            made_by=by, made_at=datetime.now(UTC), reason=Reason.CORRECTED,
            creates=(receipt, gave),
            updates=tuple(replace(link, consent_id=receipt.id) for link in resting),
            idempotency=change_set,
        )
    )  # fmt: skip
    receipt_recorded(accounts, directory, individual)
    return individual
