"""Are the words of exports on the wire those of the core?"""

from typing import get_args

from api.exports.request import ENDINGS, MEDIA_TYPES, ORDERS, ContactsExport
from api.schemas.analysis import QueryFormat
from api.schemas.exports import (
    AskedContacts,
    ContactFormat,
    LossKind,
    NamesPurpose,
    StructureFormat,
)
from graph.access.purposes import CARE, NEEDS
from graph.exchange import loss_report
from tests.kystby import TODAY


def test_each_loss_is_told_by_its_word() -> None:
    assert list(get_args(LossKind)) == [kind.value for kind in loss_report.LossKind]
    for kind in loss_report.LossKind:
        assert kind.label("da") != kind.label("en")


def test_names_leave_for_a_need_or_for_the_care_of_the_register() -> None:
    assert set(get_args(NamesPurpose)) == {purpose.value for purpose in NEEDS | CARE}


def test_each_format_has_an_ending_and_each_ending_a_media_type() -> None:
    formats = (StructureFormat, ContactFormat, QueryFormat)
    tables = {"MAP_CSV", "MATRIX_CSV", "METRICS_CSV", "AUDIT_CSV"}
    assert set(ENDINGS) == {*tables, *(one for each in formats for one in get_args(each))}
    assert set(ENDINGS.values()) == set(MEDIA_TYPES)


def test_an_order_is_read_as_it_was_written_down() -> None:
    need = {
        "start": "ihd", "area": "kystby", "trigger": "RELEASE", "network": ["SSP", "KSP"],
        "avoid": ["bo", "amina"], "via": [["SSP", "KSP"], "POLICE"], "language": "so",
        "within_km": 60, "on": "2026-11-25",
    }  # fmt: skip
    asked = AskedContacts.model_validate({"format": "VCARD", "purpose": "MOVE", "need": need})
    order = ContactsExport(
        lang="en", on=TODAY, asked=asked, posts=("ssp-post",), counted=("phone-bo",)
    )
    assert ORDERS.validate_json(order.model_dump_json()) == order
