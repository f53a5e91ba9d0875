"""The guessed meaning of columns and words, measured on 200 office headers and their words."""

import csv
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Final

import pytest

from graph.errors import InvalidNeed
from graph.exchange.imports import (
    DateOrder,
    ImportRule,
    TableMapping,
    TargetField,
    ValueReading,
    for_table,
    guess,
    read_file,
    table_of,
)
from graph.exchange.imports.header_exclusions import excluded_fields
from graph.exchange.imports.mapping import ACCEPTED, mapping_faults
from graph.exchange.imports.saved_mappings import (
    mapping_names,
    put_back,
    save_mapping,
    saved_mapping,
)
from graph.exchange.imports.typed_hours import hours_of
from graph.exchange.imports.values import (
    ValueFault,
    date_of_cell,
    date_order,
    languages_of,
    order_of,
)
from graph.exchange.imports.words import header_words, kinds_of
from graph.vocabulary import NetworkKind
from tests.graph.exchange.imports.office_lists import (
    HEADERS,
    ON,
    office_csv,
    office_workbook,
    register_of,
    table,
)

DATA: Final = Path(__file__).parents[3] / "data"
F = TargetField


def _rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8") as file:
        return list(csv.DictReader(file, delimiter=";"))


@pytest.mark.slow
def test_nine_in_ten_office_headers_are_guessed_right(
    capsys: pytest.CaptureFixture[str],
) -> None:
    register, rows = register_of(), _rows("office_headers.csv")
    wrong: list[str] = []
    for row in rows:
        cells = [cell.replace(";", ",") for cell in row["cells"].split("|")]
        given = table(f"{row['header']};Xx", *[f"{cell};" for cell in (*cells, "")], ";y")
        (column, _other) = guess(given, register).columns
        meant = TargetField(row["field"]) if row["field"] else None
        if column.field is not meant:
            wrong.append(f"{row['header']}: {column.field} for {meant}")
    share = 1 - len(wrong) / len(rows)
    with capsys.disabled():
        print(f"\n{len(rows)} headers, {share:.1%} right; wrong: {'; '.join(wrong)}")  # noqa: T201 - the figure
    assert len(rows) >= 200
    assert share >= 0.9


def test_nine_in_ten_office_words_are_guessed_right(
    capsys: pytest.CaptureFixture[str],
) -> None:
    rows = _rows("office_values.csv")
    wrong: list[str] = []
    for row in rows:
        proposals = kinds_of(row["text"], row["section"])
        if not proposals or proposals[0].score < ACCEPTED or proposals[0].kind.value != row["kind"]:
            wrong.append(
                f"{row['text']}: "
                f"{[(proposal.kind.value, round(proposal.score)) for proposal in proposals]}"
            )
    share = 1 - len(wrong) / len(rows)
    with capsys.disabled():
        print(f"\n{len(rows)} words, {share:.1%} right; wrong: {'; '.join(wrong)}")  # noqa: T201 - the figure
    assert share >= 0.9


@pytest.mark.parametrize(
    "text",
    ["Kok", "Borgmester", "Pedel", "Konsulent", "Lærer", "Skoleleder", "Sekretær", "Direktør"],
)
def test_an_occupation_without_a_post_kind_is_not_accepted_as_a_post(text: str) -> None:
    proposals = kinds_of(text, "post")
    assert not proposals or proposals[0].score < ACCEPTED


@pytest.mark.parametrize(
    "text",
    [
        "KSP-konsulent", "SSP-kontakt", "KSP-tovholder", "KSP-betjent", "SSP/PSP-koordinator",
        "Tovholder for idræt", "Visitation, ældre",
    ],
)  # fmt: skip
def test_a_title_is_no_post_of_another_cooperation_or_task(text: str) -> None:
    proposals = kinds_of(text, "post")
    assert not proposals or proposals[0].score < ACCEPTED


@pytest.mark.parametrize(
    ("text", "kind"),
    [("KSP-udvalg", NetworkKind.KSP), ("PSP-udvalg", NetworkKind.PSP_OPERATIONAL)],
)
def test_a_network_is_that_of_its_own_cooperation(text: str, kind: NetworkKind) -> None:
    best = kinds_of(text, "network")[0]
    assert (best.kind, best.score >= ACCEPTED) == (kind, True)


@pytest.mark.parametrize("data", [office_workbook(30), office_csv(30)], ids=["excel", "csv"])
def test_the_columns_of_an_office_list_are_guessed(data: bytes) -> None:
    given = table_of(read_file("liste", data))
    mapping = guess(given, register_of())
    assert dict(zip(HEADERS, (column.field for column in mapping.columns), strict=True)) == {
        "Komm.": F.AUTHORITY, "Funktion": F.POST, "Skole/afd.": F.UNIT, "Navn": F.NAME,
        "Stilling": F.TITLE, "Tlf./mobil": F.CONTACT, "Mailadr.": F.EMAIL, "Træffetid": F.HOURS,
        "Stedfortr.": F.DEPUTY, "Ansat fra": F.VALID_FROM, "Sidst opdateret": F.CHECKED_ON,
        "Bemærkninger": None,
    }  # fmt: skip
    assert mapping.columns[10].dates is DateOrder.DMY


def test_a_field_has_one_column_and_contact_values_several() -> None:
    given = table(
        "Navn;Kontaktperson;Tlf.;Tlf. 2;Mail",
        "Mette Bæk;Jens Kær;05 12 34 78;05 12 34 79;a@b.example",
    )  # fmt: skip
    fields = [column.field for column in guess(given, register_of()).columns]
    assert fields.count(F.NAME) == 1
    assert fields[2:4] == [F.PHONE, F.PHONE]


def test_a_mapping_is_saved_and_used_for_the_next_list(tmp_path: Path) -> None:
    given = table("Navn;Hvor;Fra", "Mette Bæk;Thisted;03/04/2026")
    register = register_of()
    mapping = guess(given, register).with_choices(
        fields={"hvor": F.AUTHORITY, "Navn": F.NAME},
        dates={"Fra": DateOrder.MDY},
        constants={F.POST: "SSP"},
        values=(ValueReading(field=F.AUTHORITY, typed="Thy", value="aut-mun-0787"),),
    )
    save_mapping(tmp_path, "hr", mapping)
    assert mapping_names(tmp_path) == ("hr",)
    saved = saved_mapping(tmp_path, "hr")
    assert saved is not None
    assert saved.digest() == mapping.digest()
    assert saved_mapping(tmp_path, "other") is None
    other = table("NY;hvor;Navn;fra", "x;Thisted;Mette Bæk;03/04/2026")
    used = for_table(saved, other, register)
    assert [column.field for column in used.columns] == [None, F.AUTHORITY, F.NAME, F.VALID_FROM]
    assert used.columns[3].dates is DateOrder.MDY
    assert used.reading(F.AUTHORITY, "THY") == "aut-mun-0787"


def test_a_saved_mapping_asks_about_new_columns_and_keeps_those_that_a_list_lacks(
    tmp_path: Path,
) -> None:
    register = register_of()
    mapping = guess(table("Kommune;Funktion;Navn;Tlf.", "Thisted;SSP;Mette Bæk;51234500"), register)
    save_mapping(tmp_path, "hr", mapping)
    odd = table("Kommune;Funktion;Navn;Mail;Tom", "Thisted;SSP;Mette Bæk;m@t.example;")
    saved = saved_mapping(tmp_path, "hr")
    assert saved is not None
    used = for_table(saved, odd, register)
    assert [(column.field, column.is_new) for column in used.columns] == [
        (F.AUTHORITY, False), (F.POST, False), (F.NAME, False), (F.EMAIL, True), (None, False),
    ]  # fmt: skip
    assert used.missing == ("Tlf.",)
    (fault,) = mapping_faults(used, odd)
    assert (fault.rule, fault.place.header) == (ImportRule.NEW_COLUMN, "Mail")
    chosen = used.with_choices(fields={"Mail": None})
    assert mapping_faults(chosen, odd) == ()
    save_mapping(tmp_path, "hr", chosen, "hr:20261206:abc")
    after = saved_mapping(tmp_path, "hr")
    assert after is not None
    assert {column.header: column.field for column in after.columns} == {
        "Kommune": F.AUTHORITY, "Funktion": F.POST, "Navn": F.NAME, "Mail": None, "Tom": None,
        "Tlf.": F.PHONE,
    }  # fmt: skip
    assert mapping_names(tmp_path) == ("hr",)
    assert not put_back(tmp_path, "hr", "hr:20261206:other")
    assert put_back(tmp_path, "hr", "hr:20261206:abc")
    assert saved_mapping(tmp_path, "hr") == saved
    assert not put_back(tmp_path, "hr", "hr:20261206:abc")


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"version": 2}', '{"version": 1, "columns": [{"header": "x"}]}']
)
def test_an_invalid_saved_mapping_is_refused(text: str) -> None:
    with pytest.raises(InvalidNeed):
        TableMapping.from_json(text)


def test_an_unknown_column_and_an_unsafe_mapping_name_are_refused(tmp_path: Path) -> None:
    mapping = guess(table("Navn;By", "Mette Bæk;x"), register_of())
    with pytest.raises(InvalidNeed, match="no column"):
        mapping.with_choices(fields={"Findes ikke": F.NAME})
    with pytest.raises(InvalidNeed):
        save_mapping(tmp_path, "../x", mapping)


def test_a_picked_field_is_removed_from_the_guessed_column() -> None:
    mapping = guess(table("Navn;Hvem", "Mette Bæk;Jens Kær"), register_of())
    picked = mapping.with_choices(fields={"Hvem": F.NAME})
    assert [column.field for column in picked.columns] == [None, F.NAME]


_PERSON: Final = {
    F.GIVEN_NAME: "Mette", F.MIDDLE_NAME: "Rugvang", F.SURNAME: "Bæk", F.NAME: "Mette Rugvang Bæk",
    F.AUTHORITY: "Thisted Kommune", F.UNIT: "Børn og Unge", F.POST_AND_TITLE: "SSP-koordinator",
    F.PHONE: "51234500", F.MOBILE: "51234511", F.EMAIL: "m@t.example", F.EXTERNAL_ID: "A-17",
    F.ACTIVE: "True",
}  # fmt: skip
DIRECTORIES: Final[Mapping[str, Mapping[str, F | str]]] = {
    "Outlook": {
        "First Name": F.GIVEN_NAME, "Middle Name": F.MIDDLE_NAME, "Last Name": F.SURNAME,
        "Company": F.AUTHORITY, "Department": F.UNIT, "Job Title": F.POST_AND_TITLE,
        "Business Street": "Vej 1", "Business Phone": F.PHONE, "Mobile Phone": F.MOBILE,
        "E-mail Address": F.EMAIL, "E-mail Type": "SMTP",
        "E-mail Display Name": "Mette Bæk (m@t.example)", "Notes": "",
    },
    "Google": {
        "First Name": F.GIVEN_NAME, "Middle Name": F.MIDDLE_NAME, "Last Name": F.SURNAME,
        "Name Prefix": "", "Nickname": "", "File As": "", "Organization Name": F.AUTHORITY,
        "Organization Title": F.POST_AND_TITLE, "Organization Department": F.UNIT,
        "Birthday": "", "Labels": "* myContacts", "E-mail 1 - Label": "Work",
        "E-mail 1 - Value": F.EMAIL, "Phone 1 - Label": "Work", "Phone 1 - Value": F.PHONE,
    },
    "Entra": {
        "userPrincipalName": "meba@t.example", "displayName": F.NAME, "surname": F.SURNAME,
        "mail": F.EMAIL, "givenName": F.GIVEN_NAME, "id": F.EXTERNAL_ID, "userType": "Member",
        "jobTitle": F.POST_AND_TITLE, "department": F.UNIT, "accountEnabled": F.ACTIVE,
        "usageLocation": "DK", "telephoneNumber": F.PHONE, "mobilePhone": F.MOBILE,
        "companyName": F.AUTHORITY,
    },
    "AD": {
        "Name": F.NAME, "GivenName": F.GIVEN_NAME, "Surname": F.SURNAME,
        "SamAccountName": F.EXTERNAL_ID, "UserPrincipalName": "meba@t.example",
        "EmailAddress": F.EMAIL, "OfficePhone": F.PHONE, "MobilePhone": F.MOBILE,
        "Title": F.POST_AND_TITLE, "Department": F.UNIT, "Company": F.AUTHORITY,
        "Office": "Rådhuset", "Enabled": F.ACTIVE, "SID": "S-1-5-21-1-2-3-1103",
        "Manager": "CN=Bo",
    },
}  # fmt: skip
"""The headers of exports of address books and directories: the field of each, or its cell."""


@pytest.mark.parametrize("name", DIRECTORIES)
def test_the_columns_of_an_address_book_are_guessed(name: str) -> None:
    columns = DIRECTORIES[name]
    cells = [_PERSON[kind] if isinstance(kind, F) else kind for kind in columns.values()]
    mapping = guess(table(";".join(columns), ";".join(cells)), register_of())
    fields = [kind if isinstance(kind, F) else None for kind in columns.values()]
    assert [column.field for column in mapping.columns] == fields


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-04-03", date(2026, 4, 3)), ("03.04.2026", date(2026, 4, 3)),
        ("3.4.26", date(2026, 4, 3)), ("3. april 2026", date(2026, 4, 3)),
        ("03/04/2026", date(2026, 4, 3)), ("03-04-2026", date(2026, 4, 3)),
        ("2026-04-03 09:30", None), ("2026-04-03T09:30", date(2026, 4, 3)),
        ("31.02.2026", None), ("i morgen", None), ("2026", None), ("3/4", None),
        ("3/4-2026", date(2026, 4, 3)), ("3/4-26", date(2026, 4, 3)),
        ("t.o.m. 03.04.2026", date(2026, 4, 3)), ("Til og med d. 3.4.26", date(2026, 4, 3)),
        ("pr. 3.4.2026", date(2026, 4, 3)), ("d. 3. april 2026", date(2026, 4, 3)),
        ("3.4 2026", date(2026, 4, 3)), ("3/4 2026", date(2026, 4, 3)), ("pr. aftale", None),
    ],
)  # fmt: skip
def test_a_date_cell_is_parsed_or_refused(text: str, day: date | None) -> None:
    if day is None and " 09" not in text:
        with pytest.raises(ValueFault):
            date_of_cell(text, DateOrder.DMY, ON)
    else:
        assert date_of_cell(text, DateOrder.DMY, ON) == (day or date(2026, 4, 3))


@pytest.mark.parametrize(
    ("text", "year"),
    [("01.08.98", 1998), ("01-08-98", 1998), ("1/8/98", 1998), ("01.08.26", 2026),
     ("01.08.27", 2027), ("31.12.36", 2036), ("01.08.66", 1966), ("01.08.00", 2000),
     ("01.01.1898", 1898), ("31.12.9999", 9999), ("31.12.98", 1998)],
)  # fmt: skip
def test_a_two_digit_year_is_expanded_to_a_near_year(text: str, year: int) -> None:
    assert date_of_cell(text, DateOrder.DMY, ON).year == year


@pytest.mark.parametrize("text", ["01.08.37", "01.08.65", "1/8/50", "31.12.99", "31-12-99"])
def test_an_ambiguous_two_digit_year_is_refused(text: str) -> None:
    with pytest.raises(ValueFault) as refused:
        date_of_cell(text, DateOrder.DMY, ON)
    assert refused.value.rule is ImportRule.SHORT_YEAR


def test_the_date_order_is_inferred_only_if_the_cells_prove_it() -> None:
    assert date_order(["03/04/2026", "13/04/2026"]) == (DateOrder.DMY, True)
    assert date_order(["03/04/2026", "03/14/2026"]) == (DateOrder.MDY, True)
    assert date_order(["03/04/2026", "05/06/2026"]) == (None, True)
    assert date_order(["13/04/2026", "03/14/2026"]) == (None, True)
    assert date_order(["03.04.2026", "2026-01-02", "3/4-2026"]) == (None, False)
    assert date_order(["pr. 13/04/2026"]) == (DateOrder.DMY, True)


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("man-fre 9-15", "MO-FR 09:00-15:00"),
        ("Ma-to kl. 8.30-15.00, fre 8.30-14", "MO-TH 08:30-15:00; FR 08:30-14:00"),
        ("Hverdage kl. 10 til 12", "MO-FR 10:00-12:00"),
        ("tirsdag og torsdag 10-12", "TU 10:00-12:00; TH 10:00-12:00"),
        ("døgnet rundt", "00:00-24:00"),
        ("24/7", "00:00-24:00"),
        ("alle dage 8-20", "08:00-20:00"),
        ("mon-fri 9:00-15:00", "MO-FR 09:00-15:00"),
        ("MO-FR 09:00-15:00", "MO-FR 09:00-15:00"),
        ("kl. 10–12 alle hverdage", "MO-FR 10:00-12:00"),
        ("ma.-to. 8:30–15:30", "MO-TH 08:30-15:30"),
        ("mandag til fredag fra kl. 8 til 16", "MO-FR 08:00-16:00"),
        ("tir + tor 12-15", "TU 12:00-15:00; TH 12:00-15:00"),
        ("ti to fr 12 to 15", "TU 12:00-15:00; TH 12:00-15:00; FR 12:00-15:00"),
        ("Monday to Friday from 9 to 15", "MO-FR 09:00-15:00"),
        ("lør- og søndag 10-14", "SA 10:00-14:00; SU 10:00-14:00"),
        ("weekend 10-14", "SA-SU 10:00-14:00"),
        ("ma-to 8-15 fr 8-13", "MO-TH 08:00-15:00; FR 08:00-13:00"),
        ("torsdag 8:30-12:00 & 13-15", "TH 08:30-12:00; TH 13:00-15:00"),
        ("9-15 mandag, 10-12 onsdag", "MO 09:00-15:00; WE 10:00-12:00"),
        ("Åben hele døgnet", "00:00-24:00"),
        ("lørdag døgnåbent", "SA 00:00-24:00"),
        ("man-fre 9-15\nlør og søn lukket", "MO-FR 09:00-15:00"),
        ("mandag 9-12, øvrige dage efter aftale", "MO 09:00-12:00"),
        ("hverdage 9-15 eller efter aftale", "MO-FR 09:00-15:00"),
        ("efter aftale", None),
        ("Mandag efter nærmere aftale.", None),
    ],
)
def test_an_opening_hours_cell_is_parsed(text: str, hours: str | None) -> None:
    assert hours_of(text) == hours


@pytest.mark.parametrize(
    "text",
    ["kontortid", "9-15", "man-fre", "man 15-9", "mandag 9-15 ca.", "man 9-15 (fredag til 14)",
     "man 9-15 efter aftale", "8-16, fredag 8-14", "øvrige dage 9-15", "lukket", "9-15-17",
     "man 9-15 lukket", "fre 25-26"],
)  # fmt: skip
def test_unclear_opening_hours_are_refused(text: str) -> None:
    with pytest.raises(ValueFault):
        hours_of(text)


@pytest.mark.parametrize(
    ("text", "proposals"),
    [("8-16", ("MO-FR 08:00-16:00",)), ("9-12, 13-15", ("MO-FR 09:00-12:00; MO-FR 13:00-15:00",)),
     ("8-16, fredag 8-14", ())],
)  # fmt: skip
def test_hours_without_days_are_proposed_for_the_workdays(
    text: str, proposals: tuple[str, ...]
) -> None:
    with pytest.raises(ValueFault) as refused:
        hours_of(text)
    assert refused.value.proposals == proposals


def test_language_and_order_cells_are_parsed_or_refused() -> None:
    assert languages_of("Dansk, engelsk og somali") == {"da", "en", "so"}
    assert languages_of("Ukrainian; ar") == {"uk", "ar"}
    with pytest.raises(ValueFault):
        languages_of("volapyk-agtigt")
    assert [order_of(text) for text in ("ja", "X", "2", "nej", "")] == [1, 1, 2, None, None]
    with pytest.raises(ValueFault):
        order_of("måske")


@pytest.mark.parametrize(
    "header",
    [
        "Privatmobil", "Mobil (privat)", "Privat telefonnr.", "Hjemmetelefon", "Tlf. hjem",
        "Telefon hjemme", "Home phone", "Private no.", "Telefax", "Fax", "Tlf./fax", "Fax nr.",
        "Telefon pårørende", "Pårørendes tlf.", "Next of kin, phone", "Leders telefon",
        "Nærmeste leders mobil", "Skoleledertlf.", "Chefens tlf.", "Manager's phone",
        "Tidligere telefon", "Tidl. tlf.", "Gammelt nummer", "Old phone", "Former mobile",
        "Mobil, stedfortræder", "Deputy's phone", "Kontonummer", "Virksomhedsnr.",
    ],
)  # fmt: skip
def test_a_header_of_another_number_than_the_work_phone_is_ignored(header: str) -> None:
    given = table(f"Navn;{header}", "Mette Bæk;05 12 34 78", "Jens Kær;05 12 34 79")
    assert [column.field for column in guess(given, register_of()).columns] == [F.NAME, None]


@pytest.mark.parametrize(
    "header",
    [
        "Leders e-mail", "E-mail (leder)", "Mail til nærmeste leder", "Chefmail", "Privat e-mail",
        "Privatmail", "Hjemmemail", "Gammel mail", "Tidligere e-mail", "Manager email",
        "Old e-mail", "Home e-mail", "Pårørendes mail", "Sikker mail, leder", "Vikars mail",
    ],
)  # fmt: skip
def test_a_header_of_another_address_than_the_work_mail_is_ignored(header: str) -> None:
    given = table(f"Navn;{header}", "Mette Bæk;m@t.example", "Jens Kær;j@t.example")
    assert [column.field for column in guess(given, register_of()).columns] == [F.NAME, None]


@pytest.mark.parametrize(
    ("header", "cells", "meant"),
    [
        ("Vejleders mail", "m@t.example", F.EMAIL),
        ("Vejleder tlf.", "05 12 34 78", F.PHONE), ("Hjemmekommune", "Thisted", F.AUTHORITY),
        ("Privatskole/afd.", "Lilleskolen", F.UNIT), ("Skoleleder", "Mette Rugvang Bæk", F.NAME),
        ("Fagleder", "Mette Rugvang Bæk", F.NAME),
        ("Vagttelefon", "05 12 34 78", F.PHONE), ("Døgn-tlf.", "05 12 34 78", F.PHONE),
        ("", "05 12 34 78", F.PHONE), ("Direkte", "05 12 34 78", F.PHONE),
        ("Ved fravær", "Bo Dam Holm", F.DEPUTY),
    ],
)  # fmt: skip
def test_a_header_that_only_resembles_an_excluded_one_is_mapped(
    header: str, cells: str, meant: TargetField
) -> None:
    given = table(f"Sprog;Åbningstid;{header}", f"dansk;;{cells}", "engelsk;;")
    assert guess(given, register_of()).columns[2].field is meant


def test_no_known_header_is_excluded_from_its_own_field() -> None:
    named = [(text, TargetField(name)) for text, name in header_words() if name != "IGNORED"]
    assert [pair for pair in named if pair[1] in excluded_fields(pair[0])] == []


@pytest.mark.parametrize(
    "header", ["Tidligere navn", "Tidl. navn", "Leders navn", "Lederens navn", "Chefens navn",
               "Manager's name", "Old name", "Pårørende (navn)"],
)  # fmt: skip
def test_a_header_of_a_former_or_other_persons_name_is_ignored(header: str) -> None:
    given = table(f"{header};Sprog", "Mette Rugvang Bæk;dansk", "Jens Lyngtoft Kær;somali")
    assert guess(given, register_of()).columns[0].field is None


@pytest.mark.parametrize(
    "header",
    [
        "Orlov fra", "Orlov til", "Barsel til", "Barselsorlov fra", "Ferie fra", "Sommerferie til",
        "Fraværende fra", "Fravær til", "Syg fra", "Sygemeldt til", "Til kl.", "Fra kl.",
        "Orlov, startdato", "Orlov slut", "Orlov gælder fra", "Leave from", "Leave to",
        "Holiday start date", "Absent until", "Sick since", "Kursus fra", "Børneattest udløb",
        "Orlovsdato", "Ansat orlov til",
    ],
)  # fmt: skip
def test_a_header_of_a_leave_or_other_period_is_ignored(header: str) -> None:
    given = table(f"Navn;{header}", "Mette Bæk;01.02.2024", "Jens Kær;15.03.2025")
    assert [column.field for column in guess(given, register_of()).columns] == [F.NAME, None]


@pytest.mark.parametrize(
    ("header", "meant"),
    [
        ("Fra", F.VALID_FROM), ("FRA:", F.VALID_FROM), ("Til", F.VALID_TO), ("From", F.VALID_FROM),
        ("Fra (dd-mm-åååå)", F.VALID_FROM), ("Forventet slut", F.VALID_TO),
        ("I kraft fra", F.VALID_FROM), ("SSP-konsulent fra", F.VALID_FROM),
        ("Ansat fra (dato)", F.VALID_FROM), ("I stillingen fra", F.VALID_FROM),
        ("Udpeget fra", F.VALID_FROM), ("Fra d.", F.VALID_FROM), ("Ansættelse til", F.VALID_TO),
        ("Kontrakt udløb", F.VALID_TO), ("Employed from", F.VALID_FROM), ("Til (dato)", F.VALID_TO),
        ("Ansat på sygehuset siden", F.VALID_FROM), ("Koordinator siden", F.VALID_FROM),
    ],
)  # fmt: skip
def test_a_period_of_the_seat_is_recognized(header: str, meant: TargetField) -> None:
    given = table(f"Navn;{header}", "Mette Bæk;01.02.2024", "Jens Kær;15.03.2025")
    assert guess(given, register_of()).columns[1].field is meant
