from dataclasses import replace
from datetime import date

import pytest

from graph.access.disclosure import suppress_small, suppressed_counts
from graph.access.policy import Role
from graph.model import Consent, DoorOpenerFor, Element, GaveConsent, ResourceIndividual
from graph.vocabulary import ConsentPurpose
from tests import kystby
from tests.fixtures.snapshots import snapshot_of
from tests.graph.paths.additions import tie

BOTH = frozenset({ConsentPurpose.CONTACT, ConsentPurpose.STATISTICS})


def crowd(count: int, **terms: object) -> list[Element]:
    """Return `count` civilians of Havnen who agreed to be counted, alike but for their ids."""
    known = {element.id: element for element in kystby.elements()}
    jens, consent = known["jens"], known["consent-jens"]
    assert isinstance(jens, ResourceIndividual)
    assert isinstance(consent, Consent)
    elements: list[Element] = []
    for at in range(count):
        civilian_id, given = f"civil-{at}", f"consent-civil-{at}"
        elements += [
            replace(jens, id=civilian_id),
            replace(consent, id=given, **{"purposes": BOTH, **terms}),
            tie(GaveConsent, civilian_id, given),
            tie(DoorOpenerFor, "outreach", civilian_id, consent_id=given),
        ]
    return elements


def counts_by_area(elements: list[Element], **terms: object) -> dict[str, int]:
    snapshot = snapshot_of((*kystby.elements(), *elements))
    given = {"on": kystby.TODAY, "today": kystby.TODAY, **terms}
    return dict(suppressed_counts(snapshot, **given))  # pyright: ignore[reportArgumentType]  # of any kind


@pytest.mark.parametrize(
    ("number", "expected"), [(0, None), (1, None), (4, None), (5, 5), (9, 5), (10, 10), (14, 10)]
)
def test_a_count_is_rounded_down_to_fives_and_suppressed_below_five(
    number: int, expected: int | None
) -> None:
    assert suppress_small(number) == expected


def test_civilians_are_counted_in_the_municipality_of_their_community() -> None:
    assert counts_by_area(crowd(4)) == {}
    assert counts_by_area(crowd(6)) == {"kystby": 5}


def test_withheld_civilians_and_those_without_a_valid_consent_are_not_counted() -> None:
    six = crowd(6)
    assert counts_by_area(crowd(6, purposes=frozenset({ConsentPurpose.CONTACT}))) == {}
    assert counts_by_area(crowd(6, expires_on=date(2026, 11, 1))) == {}
    assert counts_by_area(six, withheld=frozenset({"civil-0"})) == {"kystby": 5}
    assert counts_by_area(six, withheld=frozenset({"civil-0", "civil-1"})) == {}
    assert counts_by_area(six, on=date(2025, 11, 1)) == {}
    assert counts_by_area(six, today=date(2027, 7, 1)) == {}


def test_all_roles_except_admin_and_service_get_the_same_counts() -> None:
    snapshot = snapshot_of((*kystby.elements(), *crowd(7)))
    for role in Role:
        counts = kystby.view_of(snapshot, kystby.caller_of(role)).counts()
        knows = role not in (Role.ADMIN, Role.SERVICE)
        assert counts == ({"kystby": 5} if knows else {}), role
