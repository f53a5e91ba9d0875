"""Somebody who took back what they had agreed to, for tests of what is no longer shown."""

from api.identity.restrictions import OwedWithdrawal, Restrictions
from tests.kystby import TODAY


def withhold(withholdings: Restrictions, *subjects: str) -> None:
    """From now on no View but the DPO's shows them; the graph is owed nothing."""
    for subject in subjects:
        withholdings.withdraw(
            subject,
            OwedWithdrawal(change_set=f"withheld-{subject}", by="tests", on=TODAY, consents=()),
        )
