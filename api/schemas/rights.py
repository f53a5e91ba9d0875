"""The words of rights on the wire; a test keeps them equal to those of `graph`."""

from typing import Literal

Role = Literal["COORDINATOR", "OUTREACH", "ANALYST", "STEWARD", "DPO", "ADMIN", "SERVICE"]
Level = Literal["EXIT", "CAPACITY_BUILDING", "OUTREACH"]
TokenScope = Literal[
    "OWN", "QUESTION", "EDIT", "VERIFY", "ASK", "CONSENTS", "WITHDRAW", "EXPORT", "ANALYZE",
]  # fmt: skip
"""Tasks a token may be for."""
Assurance = Literal["PASSWORD", "STRONG"]
