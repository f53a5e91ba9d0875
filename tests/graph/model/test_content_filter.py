import re
import secrets
import unicodedata
import uuid

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from graph.errors import RefusedContent
from graph.model.content_filter import (
    forbidden_column,
    holds_contact,
    mixed_script,
    normalize_text,
    refuse_cells,
    refuse_content,
)
from graph.vocabulary import Rule

REFUSED = [
    ("010190-1234", Rule.CPR_NUMBER),
    ("0101901234", Rule.CPR_NUMBER),
    ("kontakt 010190 1234 straks", Rule.CPR_NUMBER),
    ("cpr:01.01.90/1234", Rule.CPR_NUMBER),
    ("01 01 90 – 12 34", Rule.CPR_NUMBER),
    ("610190-1234", Rule.CPR_NUMBER),  # an administrative number
    ("911290-1234", Rule.CPR_NUMBER),
    ("０１０１９０－１２３４", Rule.CPR_NUMBER),  # noqa: RUF001 - full width is the point
    ("٠١٠١٩٠-١٢٣٤", Rule.CPR_NUMBER),
    ("010190‑1234", Rule.CPR_NUMBER),  # noqa: RUF001 - so is the hyphen that does not break
    ("+45 010190 1234", Rule.CPR_NUMBER),
    ("+45 01019012 34", Rule.CPR_NUMBER),
    ("+45 05 12 34 78, 010190-1234", Rule.CPR_NUMBER),
    ("2 010190-1234", Rule.CPR_NUMBER),
    ("01.02.2025 12:00 010190-1234", Rule.CPR_NUMBER),
    ("01-01-02-2025 12:00", Rule.CPR_NUMBER),
    ("010220-2500:15", Rule.CPR_NUMBER),
    ("010203_1234", Rule.CPR_NUMBER),
    ("liste_010203_1234.csv", Rule.CPR_NUMBER),
    ("010203     1234", Rule.CPR_NUMBER),
    ("010203: 1234", Rule.CPR_NUMBER),
    ("O10203-1234", Rule.CPR_NUMBER),
    ("0l0203-l234", Rule.CPR_NUMBER),
    ("ø1O2o3 1234", Rule.CPR_NUMBER),
    ("1234-010203", Rule.CPR_NUMBER),
    ("990131-1234", Rule.CPR_NUMBER),  # the year first
    ("01021990-1234", Rule.CPR_NUMBER),
    ("4321-302010", Rule.CPR_NUMBER),  # backwards
    ("se 4321302010", Rule.CPR_NUMBER),
    ("01.02.03,1234", Rule.CPR_NUMBER),
    ("01/02/1985: 1234", Rule.CPR_NUMBER),
    ("1985-02-01-1234", Rule.CPR_NUMBER),
    ("kopi-19850201-1234.pdf", Rule.CPR_NUMBER),
    ("010203         1234", Rule.CPR_NUMBER),
    ("0\ufe0f\u20e31\ufe0f\u20e30203-1234", Rule.CPR_NUMBER),  # key caps
    ("1003456789", Rule.CPR_NUMBER),  # a P-number may collide; it is refused too
    ("sigtet for vold", Rule.OFFENSE),
    ("SIGTET", Rule.OFFENSE),
    ("Dømt for røveri", Rule.OFFENSE),
    ("doemt for roeveri", Rule.OFFENSE),
    ("er mistænkt", Rule.OFFENSE),
    ("varetægtsfængslet siden maj", Rule.OFFENSE),
    ("ren straffeattest", Rule.OFFENSE),
    ("tidligere  straffet", Rule.OFFENSE),
    ("terrordømt", Rule.OFFENSE),
    ("convicted of assault", Rule.OFFENSE),
    ("radikaliseret", Rule.CASE_LANGUAGE),
    ("Underretning på dreng", Rule.CASE_LANGUAGE),
    ("Tidligere ekstremist", Rule.CASE_LANGUAGE),
    ("person of concern", Rule.CASE_LANGUAGE),
    ("borger, 19-årig", Rule.WEAK_CASE_LANGUAGE),
    ("bekymring om A.M.", Rule.WEAK_CASE_LANGUAGE),
    ("ung mand f. 2004", Rule.WEAK_CASE_LANGUAGE),
    ("ung mand, født den 1. maj 2004", Rule.WEAK_CASE_LANGUAGE),
    ("citizen, 19 years old", Rule.WEAK_CASE_LANGUAGE),
    ("Bearer abc.def.ghi", Rule.SECRET),
    ("-----BEGIN PRIVATE KEY-----", Rule.SECRET),
    ("BEGIN RSA PRIVATE KEY", Rule.SECRET),
    ("adgangskode: hemmelig", Rule.SECRET),
    ("d41d8cd98f00b204e9800998ecf8427e", Rule.SECRET),
    ("nøgle eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9", Rule.SECRET),
    ("SSP\u200bThisted", Rule.CONTROL_CHARACTER),
    ("SSP\nThisted", Rule.CONTROL_CHARACTER),
    ("\u202eThisted", Rule.CONTROL_CHARACTER),
    ("Mеtte Rugvang", Rule.MIXED_SCRIPT),  # noqa: RUF001 - a Cyrillic letter is the point
    ("sigtеt", Rule.MIXED_SCRIPT),  # noqa: RUF001 - here too
]

PASSING = [
    "SSP Thisted", "Infohus Ringkøbing-Skjern", "Midt- og Vestjyllands Politi",
    "Hovedkontakt, god løsladelse, Thisted", "Københavns Vestegns Politi",
    "Psykiatrisk Center Ballerup", "Psykiatrisk Center Sct. Hans", "Retspsykiatri Risskov",
    "Ungdomspsykiatrisk Afsnit U4", "Psykoterapeutisk Center Stolpegård",
    "Forebyggelse af radikalisering", "Rådgivning om ekstremisme", "Hadforbrydelser",
    "Bekæmpelse af ungdomskriminalitet", "Udslusning til løsladte unge", "Underretningspligt m.v.",
    "Autisme og ADHD", "Æresrelaterede konflikter", "Borgerservice", "Borgmesterens sekretariat",
    "Team for bekymring og underretning", "Klub for 15-17-årige", "Børn og Unge, 0-18 år",
    "Fængslet i Møgelkær", "Tilbud til domfældte", "Langsigtet indsats", "Mand og mand imellem",
    "27.12.26", "27.12.30", "2026-11-25", "25.11.2026", "01-02-2025 00:00:00", "01.02.2025 12:00",
    "2012-10-10 10:00", "2012-10-10T10:00:00.123456+01:00", "01.02.2025 - 31.01.2027",
    "Samarbejdsplan 01.01.2026-31.12.2027", "2026-01-01/2027-12-31", "01.01.2026 – 31.12.9999",
    "01.01.2026-31.12.2027 12:00", "0787", "kommune 0787", "mun-0787",
    "MO-FR 09:00-15:00", "00:00-24:00", "+45 05 12 34 78", "+4501019012", "0045 01 01 90 12",
    "05 12 34 78", "31129012345", "99 12 34 56 78", "CVR 12345678", "EAN 5798000000000",
    "018f2f6e-7c3a-7b1e-9a52-0101901234ab", "https://vindrosen.example/forebyggelse-af-vold-2026",
    "SSP-konsulent", "Specialpsykologkandidat", "Forebyggelseskonsulent-og-mentor-i-Aarhus",
    "liste-20261125-0930.csv", "01.01.1999-2005", "25.11.2026, 4700 Næstved",
    "Solo 05 12 34 78", "Lolland 05123478", "+47 98 76 21 03",
    "Łukasz Müller", "Søren Åkjær", "Дмитрий Иванов", "فاطمة", "東京タワー",
]  # fmt: skip


@pytest.mark.parametrize(("text", "rule"), REFUSED)
def test_a_text_about_a_citizen_or_a_secret_is_refused_by_its_rule(text: str, rule: Rule) -> None:
    with pytest.raises(RefusedContent) as refused:
        refuse_content("name", text)
    assert (refused.value.field, refused.value.rule) == ("name", rule)


@pytest.mark.parametrize("text", PASSING)
def test_names_and_numbers_of_helpers_and_offices_pass(text: str) -> None:
    refuse_content("name", text)


@pytest.mark.parametrize(
    "text",
    [
        "Muslim, 3 sprog", "er kristen", "Palæstinenser", "homoseksuel", "har ADHD", "partimedlem",
        "medlem af 3F", "psykisk  syg",
    ],
)  # fmt: skip
def test_special_categories_are_refused_about_a_person_only(text: str) -> None:
    refuse_content("name", text)
    with pytest.raises(RefusedContent) as refused:
        refuse_content("name", text, about_person=True)
    assert refused.value.rule is Rule.SPECIAL_CATEGORY


@pytest.mark.parametrize(
    "text",
    ["ADHD-konsulent", "Kristen Poulsgaard", "Formand Jens R.", "Overlæge, retspsykiatri",
     "Misbrugskonsulent", "Indvandrerrådgiver", "Konsulent for autisme", "Christian Gravesen"],
)  # fmt: skip
def test_names_and_job_titles_are_no_special_categories(text: str) -> None:
    refuse_content("title", text, about_person=True)


@pytest.mark.parametrize(
    "text",
    ["ring 51 23 45 67", "SSP 51234567", "tlf. +45 51 23 45 67", "0045 51234567", "70 201 201",
     "5123 4567", "Anna Bo 51-23-45-67", "51.23.45.67", "+46 8 123 45 67", "anna@kystby.example",
     "2 3 4 5 6 7 8 9", "2  3_4 5-6 7 8 9", "51 2 34 5 67",
     "5123 45 67", "512 34 567", "(51) 23 45 67", "51 23 45 6O", "anna (at) kystby.example",
     "anna @ kystby.example", "５１２３４５６７"],  # noqa: RUF001 - full width is the point
)  # fmt: skip
def test_a_phone_number_or_a_mail_address_is_a_contact_detail(text: str) -> None:
    assert holds_contact(text)


@pytest.mark.parametrize(
    "text",
    ["SSP 2", "3700 Rønne", "3700-3799 Bornholm", "Team 24/7", "22. juli-foreningen",
     "Vestergade 12, 1456 København K", "CVR 12345678", "EAN 5798000000000", "Plan 2025-2028",
     "2025 2026", "25 11 2026", "25.11.2026", "27.12.26", "2026-11-25", "15-17-årige",
     "00:00-24:00", "§ 115",
     "Alarm 112", "Dialog 2100, 2200, 2300", "Lov nr. 1089 af 2023", "Afsnit 4.12.3"],
)  # fmt: skip
def test_a_number_in_the_name_of_a_place_or_an_office_is_no_contact_detail(text: str) -> None:
    assert not holds_contact(text)


@pytest.mark.parametrize("text", ["borger", "Bekymring", "ung mand", "A.M. Vej", "f. 2004"])
def test_a_weak_word_or_a_mark_of_a_person_passes_alone(text: str) -> None:
    refuse_content("name", text)


@pytest.mark.parametrize(("text", "_rule"), REFUSED)
def test_the_message_names_the_field_but_never_repeats_the_text(text: str, _rule: Rule) -> None:
    with pytest.raises(RefusedContent) as refused:
        refuse_content("name", text)
    for message in (str(refused.value), refused.value.text("da"), refused.value.text("en")):
        assert "name" in message
        assert text not in message
    assert refused.value.__context__ is None


@pytest.mark.parametrize(
    ("text", "position"),
    [("se 010190-1234", 3), ("Ærø: 010190-1234", 5), ("på Ærø er sigtet mand", 10),
     ("½ ０１０１９０１２３４", 2), ("se 4321-302010", 3), ("Ø: 1234-010203", 3), ("SSP\u200b", 3)],  # noqa: RUF001 - full width is the point
)  # fmt: skip
def test_the_position_counts_characters_of_the_text_as_it_was_sent(
    text: str, position: int
) -> None:
    with pytest.raises(RefusedContent) as refused:
        refuse_content("name", text)
    assert refused.value.position == position


@st.composite
def cpr_shaped(draw: st.DrawFn) -> str:
    day = draw(st.integers(1, 31)) + draw(st.sampled_from([0, 60]))
    month, rest = draw(st.integers(1, 12)), draw(st.integers(0, 999_999))
    digits = f"{day:02}{month:02}{rest:06}"
    gap = st.sampled_from(["", "", " ", "-", "–", ".", "/", " - ", "\u00a0", "\u2011"])
    return digits[0] + "".join(draw(gap) + digit for digit in digits[1:])


DATE_AND_TIME = re.compile(r"(\d\d[./-]\d\d[./-](19|20)\d\d|(19|20)\d\d-\d\d-\d\d)\s{1,3}\d\d:\d\d")


@pytest.mark.slow
@given(cpr_shaped(), st.text(max_size=20), st.text(max_size=20), st.sampled_from(" x(:,æ"))
def test_a_cpr_number_is_refused_with_any_separators_at_any_position(
    number: str, before: str, after: str, edge: str
) -> None:
    text = f"{before}{edge}{number}{edge}{after}"
    assume(not DATE_AND_TIME.search(unicodedata.normalize("NFKC", text)))
    with pytest.raises(RefusedContent):
        refuse_content("name", text)


@given(st.uuids(version=4))
def test_no_uuid_is_taken_for_a_number_or_a_key(drawn: uuid.UUID) -> None:
    refuse_content("source", str(drawn))


def test_nearly_all_random_keys_of_32_bytes_are_refused() -> None:
    keys = [secrets.token_urlsafe(32) for _ in range(200)]
    passed = [key for key in keys if not is_refused(key)]
    assert len(passed) <= 2  # a key without a digit, or nearly sorted, can pass


def is_refused(text: str) -> bool:
    try:
        refuse_content("name", text)
    except RefusedContent:
        return True
    return False


@pytest.mark.parametrize(
    "cells",
    [["010190", "1234"], ["Jens", "010190", "1234", "x"], [" 01-01-90 ", "1234"],
     ["０１０１９０", "1234"]],  # noqa: RUF001 - full width is the point
)  # fmt: skip
def test_a_cpr_number_parted_into_neighboring_cells_is_refused(cells: list[str]) -> None:
    with pytest.raises(RefusedContent) as refused:
        refuse_cells(cells)
    assert refused.value.rule is Rule.CPR_NUMBER


@pytest.mark.parametrize(
    "cells",
    [["27.12.26", "0787"], ["010190", "x", "1234"], ["1234", "010190"], ["990190", "1234"],
     ["010190", "12345"], ["0787"], []],
)  # fmt: skip
def test_cells_that_make_no_cpr_number_pass(cells: list[str]) -> None:
    refuse_cells(cells)


def test_refused_cells_are_named_by_the_column_of_the_first() -> None:
    with pytest.raises(RefusedContent) as refused:
        refuse_cells(["x", "010190", "1234"], columns=["name", "left", "right"])
    assert (refused.value.field, refused.value.position) == ("left", 1)


@pytest.mark.parametrize(
    "name",
    ["borger", "Borgernavn", "klient_nr", "sag", "Sagsnr", "sags-id", "sagID", "bekymringssag",
     "straffesag", "cpr", "CPRnummer", "cpr_nr", "bekymring", "anbragt", "citizenName", "case",
     "case_id", "CaseNumber", "c\u200bpr", "Personnummer", "Sagsområde"],
)  # fmt: skip
def test_columns_about_citizens_and_cases_are_forbidden(name: str) -> None:
    assert forbidden_column(name)


@pytest.mark.parametrize(
    "name",
    ["id", "name", "code", "borgmester", "årsag", "aarsag", "message", "usage", "kommunekode",
     "parent_user_key", "classification", "source", "passage", "cover", "languages", "besked",
     "Sagsbehandler", "Personnavn"],
)  # fmt: skip
def test_columns_without_words_for_citizens_or_cases_are_allowed(name: str) -> None:
    assert not forbidden_column(name)


@pytest.mark.parametrize(
    ("pasted", "kept"),
    [("  SSP \t Thisted\n", "SSP Thisted"), ("A\u030arhus", "Århus"),
     ("SSP\u200b Thisted", "SSP Thisted"),
     ("\ufeffSSP\u00adX", "SSPX"), ("a \u200b b", "a b"), ("\u00a0", "")],
)  # fmt: skip
def test_pasted_text_is_normalized(pasted: str, kept: str) -> None:
    assert normalize_text(pasted) == kept


@given(st.text())
def test_normalizing_is_idempotent_and_removes_invisible_characters(text: str) -> None:
    mended = normalize_text(text)
    assert normalize_text(mended) == mended
    assert all(unicodedata.category(character)[0] != "C" for character in mended)


@pytest.mark.parametrize(
    "text", ["Łukasz", "Müller", "Søren Åkjær", "SSP-Москва", "U4", "Ωmega"[1:]]
)
def test_words_of_one_script_are_not_mixed(text: str) -> None:
    assert not mixed_script(text)


@pytest.mark.parametrize("text", ["Sørеn", "Αnna", "Lukаs Müller"])  # noqa: RUF001 - look-alikes
def test_a_look_alike_letter_makes_a_word_mixed(text: str) -> None:
    assert mixed_script(text)
