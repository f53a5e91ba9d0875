from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from graph.errors import Invalid
from graph.exchange.imports.undo import KeepReason, KeptElement, Undo, undo_of
from graph.model import (
    Area,
    BelongsTo,
    Change,
    ChangeKind,
    ChangeReason,
    ChangeSet,
    Consent,
    ContactDetail,
    Covers,
    Element,
    End,
    Holds,
    Person,
    ReachedBy,
    Secret,
)
from graph.model.changes import WrittenChanges
from graph.snapshot.snapshot import Snapshot
from graph.store.codec import sort_of
from graph.vocabulary import AreaKind, Channel, Competence, Rule
from tests import kystby
from tests.change_sets import MADE_AT
from tests.fixtures.snapshots import snapshot_of

TODAY = date(2026, 11, 25)
KYSTBY = {element.id: element for element in kystby.elements()}
BATCH = "import-1"


def snapshot_after(*elements: Element) -> Snapshot:
    """Return Kystby with the elements that an import wrote at revision 2."""
    stamped = (replace(element, revision=2, batch=BATCH) for element in elements)
    return snapshot_of(
        {**KYSTBY, **{element.id: element for element in stamped}}.values(), revision=2
    )


def change(element: Element, kind: ChangeKind, revision: int = 2, **before: Any) -> Change:
    before = before and {"batch": None, **before}
    return Change(
        revision=revision, touched=element.id, kind=kind, what=sort_of(element),
        fields=tuple(before), before=before, made_by="anna", made_at=MADE_AT,
        reason=ChangeReason.CORRECTED,
    )  # fmt: skip


def creation_of(element: Element, revision: int = 2) -> Change:
    return change(element, ChangeKind.CREATED, revision)


def undo(changes: list[Change], snapshot: Snapshot, later: tuple[Change, ...] = ()) -> Undo:
    changes = sorted(changes, key=lambda change: change.revision)
    written = WrittenChanges(changes=tuple(changes), later=later)
    return undo_of(written, snapshot, made_by="anna", made_at=MADE_AT, on=TODAY)


def undo_change_set(changes: list[Change], snapshot: Snapshot) -> ChangeSet:
    """What undoes changes, where nothing is kept."""
    whole = undo(changes, snapshot)
    assert whole.kept == ()
    return whole.changes


POST = replace(KYSTBY["ssp-post"], id="new-post")
SEAT = BelongsTo(id="seat", source_id="new-post", target_id="politi", source="os2mo")
PERSON = Person(id="ida", name="Ida Rugvang Holm", source="os2mo")
HOLDS = Holds(
    id="holds", source_id="ida", target_id="release", source="os2mo", valid_from=date(2027, 1, 1)
)


def test_undo_makes_created_elements_never_valid() -> None:
    dated = replace(POST, id="dated", valid_from=date(2024, 1, 1), valid_to=date(2028, 1, 1))
    loose = Covers(id="loose", source_id="politi", target_id="nabo", source="os2mo")
    elements = (POST, SEAT, dated, PERSON, HOLDS, loose)
    undo = undo_change_set(
        [creation_of(element) for element in elements], snapshot_after(*elements)
    )
    assert undo.ends == (
        End(id="dated", on=date(2024, 1, 1), based_on=2),
        End(id="holds", on=date(2027, 1, 1), based_on=2),
    )
    # A seat without dates lasts as long as its post.
    assert [element.id for element in undo.updates] == ["new-post", "ida", "loose"]
    assert {(element.valid_from, element.valid_to) for element in undo.updates} == {(TODAY, TODAY)}
    assert (undo.creates, undo.made_by, undo.batch) == ((), "anna", None)


def test_undo_restores_the_old_values_of_changed_and_ended_elements() -> None:
    post, held = KYSTBY["ssp-post"], KYSTBY["amina--ssp-post"]
    hop = KYSTBY["intake--ssp"]
    snapshot = snapshot_after(
        replace(post, hours=None, competences=frozenset({Competence.SSP}), needs_deputy=True),
        replace(held, valid_to=TODAY, share=0.5),
        replace(hop, verified_on=None, verified_by=None, levels=frozenset()),
    )
    changes = [
        change(post, ChangeKind.UPDATED, hours="MO-FR 09:00-15:00", competences=[],
               needs_deputy=False),
        change(held, ChangeKind.ENDED, valid_to=None, share=1.0),
        change(hop, ChangeKind.UPDATED, verified_on=date(2026, 2, 1), verified_by="ssp-post",
               levels=["CAPACITY_BUILDING", "EXIT", "OUTREACH"]),
    ]  # fmt: skip
    undo = undo_change_set(changes, snapshot)
    assert undo.updates == tuple(replace(element, revision=2) for element in (post, held, hop))
    assert undo.ends == ()


def test_undo_restores_the_values_before_the_first_of_several_writes() -> None:
    bo = KYSTBY["bo"]
    assert isinstance(bo, Person)
    snapshot = snapshot_after(replace(bo, name="Bo Tredje Holm", title="Leder"))
    changes = [
        change(bo, ChangeKind.UPDATED, name="Bo Anden Holm"),
        change(bo, ChangeKind.UPDATED, 1, name=bo.name, title=None),
    ]
    assert undo_change_set(changes, snapshot).updates == (replace(bo, revision=2),)


def test_undo_restores_the_old_contact_value_in_clear() -> None:
    phone = KYSTBY["phone-bo"]
    assert isinstance(phone, ContactDetail)
    old = Secret("05 12 34 78", is_stored=True)
    snapshot = snapshot_after(replace(phone, channel=Channel.PHONE, hint="•••••"))
    changes = [
        change(phone, ChangeKind.UPDATED, channel="MOBILE", hint=phone.hint, value=old)
    ]  # fmt: skip
    (back,) = undo_change_set(changes, snapshot).updates
    assert back == replace(phone, revision=2, value=old)


def test_undo_leaves_a_field_whose_old_value_cannot_be_read() -> None:
    bo = KYSTBY["bo"]
    unread = replace(change(bo, ChangeKind.UPDATED, title=None), fields=("name", "title", "batch"))
    (back,) = undo_change_set([unread], snapshot_after(replace(bo, name="Slettet person"))).updates
    assert isinstance(back, Person)
    assert back.name == "Slettet person"


def test_undo_skips_elements_erased_since_the_import() -> None:
    assert not len(
        undo_change_set([creation_of(PERSON), creation_of(HOLDS)], snapshot_of(KYSTBY.values()))
    )


def test_undo_keeps_the_elements_and_fields_that_changed_later() -> None:
    ida, bo = replace(PERSON, title="Chef"), replace(KYSTBY["bo"], title="Leder", name="Bo Ny Holm")
    snapshot = snapshot_after(ida, bo)
    changes = [
        creation_of(PERSON),
        change(bo, ChangeKind.UPDATED, title=None, name="Bo Rugvang Sørensen"),
    ]  # fmt: skip
    later = (
        change(ida, ChangeKind.UPDATED, 3, title=None),
        change(bo, ChangeKind.UPDATED, 3, title="Konsulent"),
    )
    whole = undo(changes, snapshot, later)
    assert whole.kept == (
        KeptElement("bo", KeepReason.EDITED, "anna"),
        KeptElement("ida", KeepReason.EDITED, "anna"),
    )
    (restored,) = whole.changes.updates
    assert isinstance(restored, Person)
    assert (restored.name, restored.title) == ("Bo Rugvang Sørensen", "Leder")
    assert whole.changes.ends == ()


def test_undo_ends_a_new_element_that_has_ended_since() -> None:
    ended = replace(HOLDS, valid_to=date(2027, 3, 1))
    later = (change(HOLDS, ChangeKind.ENDED, 3, valid_to=None),)
    whole = undo([creation_of(PERSON), creation_of(HOLDS)], snapshot_after(PERSON, ended), later)
    assert whole.kept == ()
    assert whole.changes.ends == (End(id="holds", on=date(2027, 1, 1), based_on=2),)


def test_undo_keeps_an_imported_element_with_a_later_link() -> None:
    later = Holds(id="later", source_id="bo", target_id="new-post", source="form", revision=3)
    elements = (POST, SEAT)
    snapshot = snapshot_of([*snapshot_after(*elements).elements(), later])
    whole = undo([creation_of(element) for element in elements], snapshot)
    assert whole.kept == (KeptElement("new-post", KeepReason.NEEDED, "later"),)
    assert not len(whole.changes)


def test_undo_keeps_an_imported_audience_of_a_later_consent() -> None:
    body = replace(KYSTBY["politi"], id="new-body")
    consent = KYSTBY["consent-jens"]
    assert isinstance(consent, Consent)
    later = replace(consent, audience=frozenset({"new-body"}), revision=3)
    others = (element for element in snapshot_after(body).elements() if element.id != consent.id)
    whole = undo([creation_of(body)], snapshot_of([*others, later]))
    assert whole.kept == (KeptElement("new-body", KeepReason.NEEDED, "consent-jens"),)
    assert not len(whole.changes)


def test_undo_keeps_an_imported_consent() -> None:
    consent = replace(KYSTBY["consent-jens"], id="new-consent")
    whole = undo([creation_of(consent)], snapshot_after(consent))
    assert whole.kept == (KeptElement("new-consent", KeepReason.CONSENT),)
    assert not len(whole.changes)


def test_links_and_verifiers_of_the_same_import_do_not_block_undo() -> None:
    detail = ContactDetail(
        id="d", channel=Channel.PHONE, hint="•••••", source="os2mo", verified_on=TODAY,
        verified_by="new-post",
    )  # fmt: skip
    tie = ReachedBy(id="t", source_id="bo", target_id="d", source="os2mo")
    elements = (POST, SEAT, detail, tie)
    undo = undo_change_set(
        [creation_of(element) for element in elements], snapshot_after(*elements)
    )
    assert [element.id for element in undo.updates] == ["new-post", "d"]


def test_only_an_imported_element_may_have_an_empty_period_and_is_then_taken_back() -> None:
    area = Area(id="a", kind=AreaKind.COUNTRY, code="a", name="Land", source="x", batch=BATCH)
    empty = replace(area, valid_from=TODAY, valid_to=TODAY)
    assert empty.is_taken_back()
    assert not replace(empty, valid_to=date(2026, 11, 26)).is_taken_back()
    assert not area.is_taken_back()
    with pytest.raises(Invalid) as refused:
        replace(empty, batch=None)
    assert [(fault.field, fault.rule) for fault in refused.value.faults] == [
        ("valid_from", Rule.FROM_AFTER_TO)
    ]
