from dataclasses import replace
from datetime import date, timedelta
from typing import Final

from graph.access.policy import Role
from graph.access.view import View
from graph.model import Consent, Element, GaveConsent
from graph.questions.consents import DUE, due_by_post, receipts
from graph.vocabulary import ConsentPurpose
from tests import kystby
from tests.fixtures.snapshots import snapshot_of
from tests.graph.paths.additions import kystby_with, tie

COUNTED: Final = frozenset({ConsentPurpose.CONTACT, ConsentPurpose.STATISTICS})


def with_receipts(number: int) -> tuple[Element, ...]:
    """Return Kystby, where Jens has given `number` more consents, which end in two weeks."""
    elements = kystby.elements()
    (jens,) = (
        element
        for element in elements
        if isinstance(element, Consent) and element.id == "consent-jens"
    )
    more = [
        replace(jens, id=f"more-{index}", expires_on=date(2026, 12, 10), purposes=COUNTED)
        for index in range(number)
    ]
    return (*elements, *more, *(tie(GaveConsent, "jens", consent.id) for consent in more))


def view_of_steward(number: int, *areas: str) -> View:
    steward = kystby.caller_of(Role.STEWARD, areas=areas)
    return kystby.view_of(snapshot_of(with_receipts(number)), steward)


def test_a_consent_that_ends_on_the_thirtieth_day_is_due_and_on_the_next_day_not() -> None:
    dina = kystby.caller_of(Role.OUTREACH, posts=("outreach",))
    for days, is_due in ((0, False), (1, True), (30, True), (31, False)):
        end = {"expires_on": kystby.TODAY + timedelta(days)}
        view = kystby_with(caller=dina, changed={"consent-jens": end})
        (due,) = (receipt.is_due for receipt in receipts(view) if receipt.id == "consent-jens")
        assert due is is_due
    steward = kystby.caller_of(Role.STEWARD, areas=("kystby",))
    until = {"expires_on": kystby.TODAY + timedelta(30)}
    last = [replace(element, **until) if element.id.startswith("more-") else element
            for element in with_receipts(5)]  # fmt: skip
    view = kystby.view_of(snapshot_of(tuple(last)), steward)
    assert [due.at_least for due in due_by_post(view, ends_before=kystby.TODAY + DUE)] == [5]


def test_a_withdrawn_or_replaced_consent_is_not_open() -> None:
    dina = kystby.caller_of(Role.OUTREACH, posts=("outreach",))
    ends = {"more-0": {"expires_on": kystby.TODAY}, "more-1": {"withdrawn_on": kystby.TODAY}}
    elements = [replace(item, **ends.get(item.id, {})) for item in with_receipts(3)]
    view = kystby.view_of(snapshot_of(elements), dina)
    # that of Kaj is over too, but no other has replaced it
    assert {receipt.id for receipt in receipts(view, open_only=True)} == {
        "consent-jens", "consent-kaj", "more-2",
    }  # fmt: skip


def test_a_steward_sees_counts_of_ending_consents_from_five_but_no_receipts() -> None:
    until = kystby.TODAY + DUE
    counts = {
        number: [(due.post, due.at_least) for due in due_by_post(view, ends_before=until)]
        for number in (4, 5, 9)
        for view in (view_of_steward(number, "kystby"),)
    }
    assert counts == {4: [], 5: [("outreach", 5)], 9: [("outreach", 5)]}
    assert receipts(view_of_steward(9, "kystby"), ends_before=until) == ()
    assert due_by_post(view_of_steward(9, "nabo"), ends_before=until) == ()
