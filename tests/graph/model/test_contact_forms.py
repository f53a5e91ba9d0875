"""The forms of contact values: which are refused, how they are stored, and how they are shown."""

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.errors import Invalid
from graph.model import ContactDetail, Secret
from graph.model.contact_forms import (
    ContactValueError,
    mail_address,
    phone_number,
    shown_form,
    stored_form,
)
from graph.vocabulary import Channel, Rule


@pytest.mark.parametrize(
    ("typed", "stored", "shown"),
    [
        ("05123478", "+4505123478", "+45 05 12 34 78"),
        (" 05 12 34 78 ", "+4505123478", "+45 05 12 34 78"),
        ("0045 05-12-34-78", "+4505123478", "+45 05 12 34 78"),
        ("4505123478", "+4505123478", "+45 05 12 34 78"),
        ("41 74 90 90", "+4541749090", "+45 41 74 90 90"),
        ("+46 (0)8 123 456 78", "+46812345678", "+46 8 123 456 78"),
        ("0047 22 12 34 56", "+4722123456", "+47 22 12 34 56"),
        ("+299 32 10 00", "+299321000", "+299 32 10 00"),
        ("112", "112", "112"),
        ("114", "114", "114"),
        ("116 111", "116111", "116111"),
        ("1813", "1813", "1813"),
    ],
)
def test_a_number_is_stored_in_one_form_and_shown_in_its_groups(
    typed: str, stored: str, shown: str
) -> None:
    assert phone_number(typed) == stored
    assert phone_number(stored) == stored
    for channel in (Channel.PHONE, Channel.MOBILE, Channel.EMERGENCY):
        if channel is not Channel.MOBILE or stored.startswith("+"):
            assert stored_form(channel, typed) == stored
        assert shown_form(channel, stored) == shown_form(channel, shown) == shown


@pytest.mark.parametrize(
    "typed",
    ["12345", "0512347", "051234789", "00 12 34 56", "12345678", "10 20 30 40", "113", "999",
     "+1", "+999 123456", "+45 112", "05 12 34 7x", "20 30 40 50 lokal 12", "20 30 40 50;ext=12",
     "0800 KONTAKT", "amina@kystby.example", "+", "()"],
)  # fmt: skip
def test_a_number_that_nobody_can_call_is_refused(typed: str) -> None:
    with pytest.raises(ContactValueError) as refused:
        phone_number(typed)
    assert refused.value.rule is Rule.PHONE_NUMBER


@pytest.mark.parametrize("typed", ["112", "114", "1813", "116 111"])
def test_a_short_number_is_nobodys_mobile(typed: str) -> None:
    with pytest.raises(ContactValueError) as refused:
        stored_form(Channel.MOBILE, typed)
    assert refused.value.rule is Rule.PHONE_NUMBER


@given(st.integers(10**6, 10**8 - 1).map("{:08}".format))
def test_eight_digits_are_a_number_of_the_numbering_plan_or_one_of_the_examples(text: str) -> None:
    is_known = phonenumbers.is_valid_number(phonenumbers.parse(text, "DK"))
    try:
        stored = phone_number(text)
    except ContactValueError:
        stored = None
    assert (stored == f"+45{text}") == (is_known or text[0] == "0")


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        (" amina@kystby.example ", "amina@kystby.example"),
        ("Amina.Yusuf@KYSTBY.Example", "Amina.Yusuf@kystby.example"),
        ("ssp+vagt@kommune.dk", "ssp+vagt@kommune.dk"),
        ("søren@ærø.dk", "søren@ærø.dk"),
    ],
)
def test_a_mail_address_is_stored_with_its_domain_in_lower_case(typed: str, stored: str) -> None:
    assert mail_address(typed) == mail_address(stored) == stored


@pytest.mark.parametrize(
    "typed",
    ["amina", "amina@", "@kystby.example", "amina@kystby", "amina@@kystby.example", "a@.example",
     "a b@kystby.example", "amina@kystby..dk", ".amina@kystby.dk", "amina@-kystby.example",
     "amina@localhost", "amina@192.168.1.1", "amina@kystby.d",
     f"{'a' * 65}@kystby.dk", "05 12 34 78", ""],
)  # fmt: skip
def test_a_text_that_mail_cannot_be_sent_to_is_refused(typed: str) -> None:
    with pytest.raises(ContactValueError) as refused:
        mail_address(typed)
    assert refused.value.rule is Rule.MAIL_ADDRESS


@pytest.mark.parametrize(
    ("channel", "value", "rule"),
    [
        (Channel.MOBILE, "12345", Rule.PHONE_NUMBER),
        (Channel.EMERGENCY, "999", Rule.PHONE_NUMBER),
        (Channel.SECURE_EMAIL, "amina@kystby", Rule.MAIL_ADDRESS),
    ],
)
def test_a_new_detail_with_a_wrong_value_is_refused_and_an_earlier_one_is_read(
    channel: Channel, value: str, rule: Rule
) -> None:
    with pytest.raises(Invalid) as refused:
        ContactDetail(id="d", channel=channel, value=Secret(value), hint="•••••", source="test")
    (fault,) = refused.value.faults
    assert (fault.where, fault.field, fault.rule) == ("d", "value", rule)
    assert value not in str(refused.value)
    old = Secret(value, is_stored=True)
    detail = ContactDetail(id="d", channel=channel, value=old, hint="•••••", source="test")
    assert detail.value is old
    assert shown_form(channel, value) == value


def test_other_channels_take_any_text() -> None:
    for channel in (Channel.VISIT, Channel.DIGITAL_POST, Channel.MEDIATED):
        assert stored_form(channel, "Nørregade 12") == shown_form(channel, "Nørregade 12")
