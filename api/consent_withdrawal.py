"""Withdrawal and renewal of a civilian's consent: hidden at once, then written to the graph.

The withholding is stored with the accounts, so it holds while the graph is unavailable. A
withdrawal that the graph could not record is stored there too, and written once the graph is back.
"""

import logging
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

from api.directory import Directory
from api.errors import Refusal
from api.i18n import bilingual
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
from graph.model import ChangeReason, ChangeSet, Consent, GaveConsent, new_id
from graph.snapshot.snapshot import Snapshot

_log = logging.getLogger(__name__)
_RENEWED: Final = bilingual("The consent has been renewed already. Renew the newest one.")


def withdraw(
    accounts: IdentityStore, directory: Directory, consent_id: str, *, change_set: str, by: str
) -> str:
    """Hide the person who gave a consent and return their id.

    This takes effect with the next request, in every process. All their consents are withdrawn, and
    their open contact requests and tickets are cancelled; `write_owed_withdrawals` writes this to
    the graph, with `change_set` as its idempotency key.

    Raises: NotFound: no person gave this consent.
    """
    snapshot = newest(directory)
    individual = consent_giver(snapshot, consent_id)
    if individual is None:
        raise NotFound(consent_id)
    open_consents = not_withdrawn(consents_of(snapshot, individual))
    taken_back = tuple(consent.id for consent in open_consents)
    accounts.withholdings.withdraw(
        individual,
        OwedWithdrawal(change_set=change_set, by=by, on=directory.today(), consents=taken_back),
    )
    accounts.contact_requests.cancel([individual])
    accounts.tickets.cancel([individual])
    return individual


def newest(directory: Directory) -> Snapshot:
    """The newest Snapshot: confirmed if the graph responds, else the last known one."""
    try:
        return directory.snapshot()
    except StoreUnavailable:
        return directory.last_snapshot()


def newest_view(directory: Directory, caller: Caller) -> View:
    """The View of a caller on the newest Snapshot, confirmed or last known."""
    try:
        return directory.view(caller)
    except StoreUnavailable:
        return directory.last_view(caller)


def write_owed_withdrawals(accounts: IdentityStore, directory: Directory) -> bool:
    """Write pending withdrawals to the graph; False if some remain for a later attempt."""
    try:
        for owed in accounts.withholdings.owed_withdrawals():
            open_consents = not_withdrawn(consents(directory.snapshot(), owed.consents))
            updates = tuple(replace(consent, withdrawn_on=owed.on) for consent in open_consents)
            if updates:  # the idempotency key prevents duplicates by concurrent processes
                directory.apply(
                    ChangeSet(
                        made_by=owed.by, made_at=datetime.now(UTC), reason=ChangeReason.WITHDRAWN,
                        updates=updates, idempotency=owed.change_set,
                    )
                )  # fmt: skip
            accounts.withholdings.settle(owed)
    except GraphError as error:
        _log.warning("withdrawals wait until the graph takes them: %s", type(error).__name__)
        return False
    return True


def lift_withdrawal(
    accounts: IdentityStore,
    directory: Directory,
    individual: str,
    *,
    asked_at: datetime | None = None,
) -> None:
    """Lift an earlier withdrawal; to be called once the new consent is stored in the graph.

    The old consents are withdrawn in the graph first, so that none of them becomes valid again. A
    withdrawal made after the consent was requested, at `asked_at`, remains.

    Raises: StoreUnavailable: the withdrawal remains.
    """
    _require_settled(accounts, directory)
    accounts.withholdings.lift([individual], before=asked_at)


def _require_settled(accounts: IdentityStore, directory: Directory) -> None:
    if not write_owed_withdrawals(accounts, directory):
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
    """Record a new consent of the person who gave the one before, and return their id.

    The one before ends today. Everything that relied on any of their consents relies on the new one
    from now on, and a withdrawal before `asked_at` is lifted. Applying the same change set again
    writes nothing, and completes what the first attempt left undone.

    Raises:
        NotFound: no person gave the one before.
        Refusal: `withdrawn`: the person has withdrawn consent since the new one was requested.
            `conflict`: the one before has ended, and another of the person's has replaced it.
        GraphError: as `Directory.apply`; nothing was written.
    """
    individual = consent_giver(directory.snapshot(), before)
    if individual is None:
        raise NotFound(before)
    taken_back_at = accounts.withholdings.withdrawn_at(individual)
    if taken_back_at is not None and taken_back_at >= asked_at:
        raise Refusal("withdrawn")
    _require_settled(accounts, directory)
    snapshot = directory.snapshot()
    if taken_back_at is None and receipt.id not in snapshot.row_of:
        lasting = not_withdrawn(consents_of(snapshot, individual))
        if lasting and before not in {consent.id for consent in lasting}:
            raise Refusal("conflict", _RENEWED)
    # After a withdrawal, also those that were added during it.
    given_consents = (
        consents_of(snapshot, individual) if taken_back_at else consents(snapshot, [before])
    )
    ended_consents = [
        consent for consent in not_withdrawn(given_consents) if consent.id != receipt.id
    ]
    gave = GaveConsent(id=new_id(), source_id=individual, target_id=receipt.id, source="form")
    relying_links = links_relying_on(snapshot, individual, directory.today())
    directory.apply(
        ChangeSet(
            made_by=by, made_at=datetime.now(UTC), reason=ChangeReason.CORRECTED,
            creates=(receipt, gave),
            updates=(
                *(replace(link, consent_id=receipt.id) for link in relying_links),
                *(replace(consent, withdrawn_on=directory.today()) for consent in ended_consents),
            ),
            idempotency=change_set,
        )
    )  # fmt: skip
    lift_withdrawal(accounts, directory, individual, asked_at=asked_at)
    return individual
