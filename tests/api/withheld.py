"""Withdrawn consents, for tests that the withheld people are no longer shown."""

from api.identity.restrictions import OwedWithdrawal, Restrictions
from tests.kystby import TODAY


def withhold(withholdings: Restrictions, *subjects: str) -> None:
    """Withhold the subjects from every View but the DPO's; no write to the graph is owed."""
    for subject in subjects:
        withholdings.withdraw(
            subject,
            OwedWithdrawal(change_set=f"withheld-{subject}", by="tests", on=TODAY, consents=()),
        )
