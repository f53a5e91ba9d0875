import re
from dataclasses import fields
from functools import cache
from typing import get_type_hints

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.errors import Invalid, RefusedContent
from graph.model import Element, Mark, Plan, Secret, marked_fields
from tests.fixtures.examples import examples
from tests.graph import strategies
from tests.graph.strategies import Payload

THINGS: tuple[type[Element], ...] = (*strategies.NODE_TYPES, *strategies.LINK_TYPES)
FORBIDDEN_NAMES = (
    "cpr", "cpr_number", "cprnr", "borger", "borger_id", "klient", "sag", "sagsnr", "case_id",
    "citizen", "bekymring", "anbragt", "notes", "note", "comment", "birth_date", "sex",
    "nationality", "photo", "home_address", "religion", "reason", "description",
)  # fmt: skip
CASES = (
    "Ali er sigtet for vold", "dømt for røveri", "Mistænkt for hærværk", "radikaliseret bror",
    "19-årig ung mand fra Aarhus", "borger f. 2004", "bekymring om A.M.", "underretning på Omar",
    "varetægtsfængslet nevø", "syrienskriger fra Kystby", "citizen born 2004",
)  # fmt: skip


def _valid_payload(cls: type[Element]) -> Payload:
    """Return field values that the class accepts, the same in every run."""
    payloads: list[Payload] = []

    @settings(max_examples=1, derandomize=True, database=None)
    @given(payload=strategies.payloads(cls))
    def draws(payload: Payload) -> None:
        payloads.append(payload)

    draws()
    return payloads[0]


FINE: dict[type[Element], Payload] = {cls: _valid_payload(cls) for cls in THINGS}


@st.composite
def cpr_numbers(draw: st.DrawFn) -> str:
    """Draw a number in any of the usual notations, of which only day and month are valid."""
    day = draw(st.integers(1, 31) | st.integers(61, 91))
    month, year, rest = draw(
        st.tuples(st.integers(1, 12), st.integers(0, 99), st.integers(0, 9999))
    )
    gap, dash = draw(st.tuples(st.sampled_from(["", "."]), st.sampled_from(["", "-", " ", "–"])))
    number = f"{day:02}{gap}{month:02}{gap}{year:02}{dash}{rest:04}"
    return draw(st.sampled_from(["{}", "CPR {}", "Ali, {}", "({})"])).format(number)


hints_of = cache(get_type_hints)


@cache
def text_fields(cls: type[Element]) -> tuple[str, ...]:
    """Return the fields that can hold a text, an id or a code."""
    texts = (str, str | None, frozenset[str], Secret | None)
    return tuple(field.name for field in fields(cls) if hints_of(cls)[field.name] in texts)


@cache
def other_fields(cls: type[Element]) -> tuple[str, ...]:
    """The fields of words, dates and numbers."""
    return tuple(field.name for field in fields(cls) if field.name not in text_fields(cls))


def with_field(cls: type[Element], payload: Payload, name: str, text: str) -> Payload:
    hint = hints_of(cls)[name]
    value = {frozenset[str]: frozenset({text}), Secret | None: Secret(text)}.get(hint, text)
    return {**payload, name: value}


@st.composite
def spoiled_payloads(draw: st.DrawFn) -> tuple[type[Element], Payload, str]:
    """Draw a class, valid fields with one of them spoiled, and the way it was spoiled."""
    cls = draw(st.sampled_from(THINGS))
    payload = FINE[cls]
    poison = draw(st.sampled_from(["extra", "number", "case", "other type"]))
    if poison == "extra":
        name = draw(st.sampled_from(FORBIDDEN_NAMES) | strategies.WORDS)
        return cls, {**payload, name: draw(cpr_numbers())}, poison
    if poison == "number":
        name = draw(st.sampled_from(text_fields(cls)))
        return cls, with_field(cls, payload, name, draw(cpr_numbers())), poison
    texts = marked_fields(cls, Mark.TEXT)
    if poison == "case" and texts:
        text = draw(st.sampled_from(CASES))
        return cls, with_field(cls, payload, draw(st.sampled_from(texts)), text), poison
    name = draw(st.sampled_from(other_fields(cls)))
    return cls, {**payload, name: draw(cpr_numbers())}, poison


@pytest.mark.slow
@examples(1000)
@given(spoiled=spoiled_payloads())
def test_generated_fields_about_a_citizen_are_refused(
    spoiled: tuple[type[Element], Payload, str],
) -> None:
    cls, payload, _poison = spoiled
    with pytest.raises((Invalid, TypeError)):
        cls(**payload)


@pytest.mark.parametrize("cls", THINGS)
@pytest.mark.parametrize("number", ["010190-1234", "CPR 610190 1234"])
def test_a_refusal_never_repeats_the_number(cls: type[Element], number: str) -> None:
    for name in text_fields(cls):
        with pytest.raises(Invalid) as refused:
            cls(**with_field(cls, FINE[cls], name, number))
        assert_number_is_not_repeated(number, refused.value)


def assert_number_is_not_repeated(number: str, refused: Invalid) -> None:
    message = " ".join((refused.text("da"), refused.text("en"), str(refused)))
    assert re.sub(r"\D", "", number) not in re.sub(r"\D", "", message)


@pytest.mark.parametrize("cls", THINGS)
def test_every_class_accepts_the_unspoiled_fields(cls: type[Element]) -> None:
    assert cls(**FINE[cls]).id == FINE[cls]["id"]


@pytest.mark.parametrize("cls", THINGS)
def test_no_class_has_a_field_for_notes_or_for_a_citizen(cls: type[Element]) -> None:
    assert not {field.name for field in fields(cls)} & set(FORBIDDEN_NAMES)


@pytest.mark.parametrize("cls", THINGS)
@pytest.mark.parametrize("name", ["id", "source", "external_id", "batch"])
def test_an_id_or_a_source_in_the_form_of_a_cpr_number_is_refused(
    cls: type[Element], name: str
) -> None:
    with pytest.raises(RefusedContent):
        cls(**with_field(cls, FINE[cls], name, "010190-1234"))


@pytest.mark.parametrize(
    "source", ["019ab123-0101-7901-8234-010190123456", "import:2026-11-25", "mun-0101"]
)
def test_an_uuid_a_date_and_a_code_are_no_cpr_number(source: str) -> None:
    assert Plan(**with_field(Plan, FINE[Plan], "source", source)).source == source
