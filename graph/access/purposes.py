"""Purposes of a reveal of a contact detail: a fixed list, since there is no free text."""

from typing import Final

from graph.access.policy import PERSON_DETAIL, Role
from graph.vocabulary import Term, Trigger


class Purpose(Term):
    """The purpose of a reveal: a kind of need, care of the register, or a subject's request."""

    CONCERN = "CONCERN", "Bekymring"
    ACUTE = "ACUTE", "Akut fare", "Acute danger"
    SERIOUS = "SERIOUS", "Alvorlig sikkerhedsmæssig bekymring", "Serious security concern"
    RELEASE = "RELEASE", "Løsladelse"
    MOVE = "MOVE", "Flytning"
    KNOWLEDGE = "KNOWLEDGE", "Behov for viden", "Need for knowledge"
    HAND_BACK = "HAND_BACK", "Tilbage til lokalt niveau", "Back to local level"
    VERIFY = "VERIFY", "Kontrol af oplysningen", "To check the detail"
    CORRECTION = "CORRECTION", "Rettelse af oplysningen", "To correct the detail"
    SUBJECT_REQUEST = "SUBJECT_REQUEST", "Anmodning fra den registrerede", "The subject asked"


NEEDS: Final = frozenset(Purpose(trigger.value) for trigger in Trigger)
CARE: Final = frozenset({Purpose.VERIFY, Purpose.CORRECTION})
EMERGENCIES: Final = (Purpose.ACUTE, Purpose.SERIOUS)
"""Purposes for which more may be shown than a day allows, with an alert."""
AT_HOME: Final = CARE | {Purpose.ACUTE}
"""Purposes valid in the caller's own areas only; more may be shown for them in a day."""
_NOBODY: Final = frozenset[Purpose]()


def purposes_of(role: Role, detail: str) -> frozenset[Purpose]:
    """Return the purposes a role may state; `detail` is its name in the policy table."""
    match role:
        case Role.DPO:
            return frozenset({Purpose.SUBJECT_REQUEST})
        case Role.STEWARD if detail == PERSON_DETAIL:
            return CARE
        case Role.COORDINATOR | Role.OUTREACH | Role.STEWARD:
            return NEEDS | CARE
        case _:
            return _NOBODY
