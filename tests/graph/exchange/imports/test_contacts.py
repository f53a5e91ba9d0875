"""Numbers and addresses as offices write them, several in one cell."""

from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.exchange.imports import ImportRule
from graph.exchange.imports.contacts import (
    ContactFault,
    contacts_of,
    guarded_parts,
    mail_of,
    phone_of,
)
from graph.vocabulary import Channel

PHONE, MOBILE, EMAIL = Channel.PHONE, Channel.MOBILE, Channel.EMAIL
ONE, TWO = "+4505123478", "+4505123479"


@pytest.mark.parametrize(
    "text",
    ["05123478", "05 12 34 78", "0512 3478", "05-12-34-78", "05.12.34.78", "+4505123478",
     "+45 05 12 34 78", "(+45) 05 12 34 78", "0045 05123478", "4505123478"],
)  # fmt: skip
def test_danish_phone_numbers_are_normalized_to_one_form(text: str) -> None:
    assert phone_of(text) == ONE


def test_a_foreign_phone_number_keeps_its_country_code() -> None:
    assert phone_of("+46 (0)70 123 45 67") == "+46701234567"


@pytest.mark.parametrize(
    "text",
    [
        "1234",
        "12345",
        "12 34 56 78",
        "051234789",
        "01.02.2026",
        "2026-02-01",
        "lokal 12",
        "05 12 34 7x",
        "+1",
        "",
    ],
)
def test_a_text_that_is_no_phone_number_is_refused(text: str) -> None:
    with pytest.raises(ContactFault):
        phone_of(text)


@pytest.mark.parametrize(
    ("text", "channel", "found"),
    [
        ("05 12 34 78", None, [(PHONE, ONE)]),
        ("05 12 34 78", MOBILE, [(MOBILE, ONE)]),
        ("Tlf. 05 12 34 78 / mob. 05 12 34 79", None, [(PHONE, ONE), (MOBILE, TWO)]),
        ("05 12 34 78 og 05 12 34 79", PHONE, [(PHONE, ONE), (PHONE, TWO)]),
        ("Mobil: 05123479", PHONE, [(MOBILE, TWO)]),
        ("05123479 (mob)", None, [(MOBILE, TWO)]),
        ("05 12 34 78\nm@t.example", None, [(PHONE, ONE), (EMAIL, "m@t.example")]),
        ("Tlf: 05 12 34 78, mail: m@t.example", None, [(PHONE, ONE), (EMAIL, "m@t.example")]),
        ("05 12 34 78 m@t.example", None, [(PHONE, ONE), (EMAIL, "m@t.example")]),
        ("m@t.example; b@t.example", EMAIL, [(EMAIL, "m@t.example"), (EMAIL, "b@t.example")]),
        ("mailto:m@t.example", EMAIL, [(EMAIL, "m@t.example")]),
        ("<m@t.example>", EMAIL, [(EMAIL, "m@t.example")]),
        ("Mail. m@t.example", EMAIL, [(EMAIL, "m@t.example")]),
        ("m.hansen@t.example", EMAIL, [(EMAIL, "m.hansen@t.example")]),
        ("mail.postkasse@t.example", EMAIL, [(EMAIL, "mail.postkasse@t.example")]),
        ("or-team@t.example", EMAIL, [(EMAIL, "or-team@t.example")]),
        ("boern-og-unge@t.example", EMAIL, [(EMAIL, "boern-og-unge@t.example")]),
        ("boern.og.unge@t.example", None, [(EMAIL, "boern.og.unge@t.example")]),
        (
            "a@t.example eller b@t.example og 05 12 34 78",
            None,
            [(EMAIL, "a@t.example"), (EMAIL, "b@t.example"), (PHONE, ONE)],
        ),
        ("m@t.example", Channel.SECURE_EMAIL, [(Channel.SECURE_EMAIL, "m@t.example")]),
        ("05 12 34 78 / 05 12 34 78", None, [(PHONE, ONE)]),
        ("", None, []),
    ],
)
def test_a_cell_is_split_into_its_contact_values(
    text: str, channel: Channel | None, found: list[tuple[Channel, str]]
) -> None:
    assert list(contacts_of(text, channel)) == found


@pytest.mark.parametrize(
    ("text", "channel", "rule"),
    [
        ("ring til Bo", None, ImportRule.BAD_CONTACT),
        ("ring til Bo", PHONE, ImportRule.BAD_PHONE),
        ("05 12 34 78", EMAIL, ImportRule.BAD_EMAIL),
        ("m@t", EMAIL, ImportRule.BAD_EMAIL),
        ("m@t", None, ImportRule.BAD_CONTACT),
        ("-m@t.example", EMAIL, ImportRule.BAD_EMAIL),
        ("andr\u00e9a@t.example", EMAIL, ImportRule.BAD_EMAIL),
        ("a@b@t.example", EMAIL, ImportRule.BAD_EMAIL),
        ("m@t.example05123478", EMAIL, ImportRule.BAD_EMAIL),
        (f"05123478{'x' * 64}@t.example", None, ImportRule.BAD_CONTACT),
        ("privat 05 12 34 78", PHONE, ImportRule.BAD_PHONE),
    ],
)
def test_a_cell_with_an_invalid_contact_value_is_refused_with_its_rule(
    text: str, channel: Channel | None, rule: ImportRule
) -> None:
    with pytest.raises(ContactFault) as refused:
        contacts_of(text, channel)
    assert refused.value.rule is rule


WORDS: Final = ("m", "mail", "e-mail", "mailto", "og", "eller", "or", "and", "tlf", "mob", "t")
LOCAL_PARTS: Final = st.lists(
    st.sampled_from(WORDS) | st.text("abcmnopæøå0123456789", min_size=1, max_size=6),
    min_size=1, max_size=5,
).flatmap(
    lambda parts: st.lists(
        st.sampled_from(".-+_"), min_size=len(parts) - 1, max_size=len(parts) - 1
    ).map(lambda marks: "".join(map("".join, zip(parts, [*marks, ""], strict=True))))
)  # fmt: skip
ADDRESSES: Final = st.builds(
    "{}@{}".format, LOCAL_PARTS, st.sampled_from(["t.example", "boern-og-unge.t.example"])
)


@given(ADDRESSES, ADDRESSES, st.sampled_from(["; ", ", ", "/", "\n", " og ", " eller ", " "]))
def test_a_mail_address_is_never_altered(one: str, other: str, mark: str) -> None:
    assert mail_of(one) == mail_of(f"E-mail: {one}") == mail_of(f"mail. {one}") == one
    for channel in (EMAIL, None, PHONE):
        assert contacts_of(one, channel) == ((EMAIL, one),)
        both = tuple(dict.fromkeys([(EMAIL, one), (EMAIL, other)]))
        assert contacts_of(f"Mail: {one}{mark}{other}", channel) == both


def test_the_content_filter_checks_each_phone_number_of_a_cell_separately() -> None:
    assert guarded_parts("05 12 34 78 / 05 12 34 79") == (ONE, TWO)
    assert guarded_parts("010190 / 1234") == ["010190 / 1234"]
    with pytest.raises(ContactFault):
        mail_of("m@t")
