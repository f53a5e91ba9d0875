"""Lists as offices make them, and a register to import them into."""

import io
import random
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cache
from typing import Any, Final

import openpyxl

from graph.exchange.imports import (
    ImportOptions,
    ImportRegister,
    Preview,
    SourceTable,
    TableMapping,
    guess,
    preview,
    read_file,
    table_of,
)
from graph.exchange.imports.comparison import Contact
from graph.model import Change, ContactDetail, Element, Link
from graph.own_kinds import NO_OWN_KINDS, OwnKinds
from graph.snapshot.snapshot import Snapshot
from seed.structure import structure
from tests.fixtures.snapshots import snapshot_of

ON: Final = date(2026, 11, 25)
MADE_AT: Final = datetime(2026, 11, 25, 9, tzinfo=UTC)
GIVEN: Final = (
    "Mette",
    "Jens",
    "Søren",
    "Åse",
    "Bodil",
    "Karsten",
    "Lærke",
    "Øjvind",
    "Ida",
    "Per",
)
MIDDLE: Final = ("Rugvang", "Lyngtoft", "Engvang", "Kornmose", "Birkeled", "Hasselhegn", "Pilevang")
SURNAMES: Final = ("Bæk", "Kær", "Holm", "Østergaard", "Dam", "Winther", "Sørensen", "Friis")
SCHOOLS: Final = (
    "Vesterskolen",
    "Østerskolen",
    "Søndermarkskolen",
    "Nørrevangskolen",
    "Lilleskolen",
)
_MUNICIPALITY: Final = re.compile(r"-(0\d{3})$")
_TOWNS: Final = frozenset(["0787", "0851", "0740", "0615", "0259", "0329", "0773", "0751", "0265"])
HEADERS: Final = (
    "Komm.", "Funktion", "Skole/afd.", "Navn", "Stilling", "Tlf./mobil", "Mailadr.", "Træffetid",
    "Stedfortr.", "Ansat fra", "Sidst opdateret", "Bemærkninger",
)  # fmt: skip


@cache
def denmark() -> Snapshot:
    """The structure of Denmark, without people."""
    real = structure()
    return snapshot_of((*real.nodes, *real.links))


@cache
def towns() -> Snapshot:
    """Return the structure with only nine of the municipalities, which is faster."""
    elements = list(denmark().elements())
    ids = {
        element.id
        for element in elements
        if not (code := _MUNICIPALITY.search(element.id)) or code[1] in _TOWNS
    }
    return snapshot_of(
        element
        for element in elements
        if element.id in ids
        and (not isinstance(element, Link) or {element.source_id, element.target_id} <= ids)
    )


def register_of(
    snapshot: Snapshot | None = None, on: date = ON, own_kinds: OwnKinds = NO_OWN_KINDS
) -> ImportRegister:
    return ImportRegister.of(snapshot or towns(), on, own_kinds)


def options(source: str = "hr-test", on: date = ON, **more: Any) -> ImportOptions:
    return ImportOptions(
        source=source, batch=f"{source}:{on:%Y%m%d}:0", on=on, made_by="local-operator",
        made_at=MADE_AT, **more,
    )  # fmt: skip


def csv_of(*lines: str, encoding: str = "utf-8") -> bytes:
    return "\r\n".join((*lines, "")).encode(encoding)


def excel_of(rows: Iterable[Sequence[object]], sheet: str = "Ark1") -> bytes:
    book = openpyxl.Workbook()
    active = book.active
    assert active is not None
    active.title = sheet
    for row in rows:
        active.append(list(row))
    return saved(book)


def saved(book: openpyxl.Workbook) -> bytes:
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def table(*lines: str) -> SourceTable:
    return table_of(read_file("liste.csv", csv_of(*lines)))


class World:
    """A register that imports are applied to, as the store applies them."""

    def __init__(
        self, elements: Iterable[Element] = (), own_kinds: OwnKinds = NO_OWN_KINDS
    ) -> None:
        self.own_kinds = own_kinds
        self.elements = {element.id: element for element in (*towns().elements(), *elements)}
        self.values: dict[str, str] = {}
        self.history: dict[str, list[Change]] = {}
        self.revision = 1

    def details_with(self, contacts: Iterable[Contact]) -> Mapping[Contact, Collection[str]]:
        return {
            contact: [detail_id for detail_id, known in self.values.items() if known == contact[1]]
            for contact in contacts
        }

    def snapshot(self) -> Snapshot:
        return snapshot_of(self.elements.values(), self.revision)

    def preview(
        self, given: SourceTable, mapping: TableMapping | None = None, **more: Any
    ) -> Preview:
        chosen = options(**more)
        register = register_of(self.snapshot(), chosen.on, self.own_kinds)
        return preview(
            given, mapping or guess(given, register), register, chosen,
            known_contacts=self.details_with,
            history=lambda element_id: self.history.get(element_id, ()),
        )  # fmt: skip

    def write(self, import_preview: Preview) -> None:
        """Apply a preview and record each change in the history."""
        from graph.model import ChangeKind, ChangeReason

        self.revision += 1
        changes = import_preview.change_set()

        def record(element: Element, kind: ChangeKind, names: tuple[str, ...]) -> None:
            self.history.setdefault(element.id, []).append(
                Change(
                    revision=self.revision, touched=element.id, kind=kind, what=_what(element),
                    fields=names, made_by="x", made_at=MADE_AT, reason=ChangeReason.CORRECTED,
                )
            )  # fmt: skip

        for element in changes.creates:
            record(element, ChangeKind.CREATED, ())
        for element in changes.updates:
            before = self.elements[element.id]
            names = tuple(
                name
                for name in type(element).__dataclass_fields__
                if name not in ("id", "revision", "value")
                and getattr(before, name) != getattr(element, name)
            )
            is_detail = isinstance(element, ContactDetail) and element.value is not None
            record(element, ChangeKind.UPDATED, (*names, "value") if is_detail else names)
        for element in (*changes.creates, *changes.updates):
            if isinstance(element, ContactDetail) and element.value is not None:
                self.values[element.id] = element.value.uncover()
                self.elements[element.id] = replace(element, value=None, revision=self.revision)
            else:
                self.elements[element.id] = replace(element, revision=self.revision)
        for end in changes.ends:
            self.elements[end.id] = replace(self.elements[end.id], valid_to=end.on)

    def edit(self, element_id: str, **fields: Any) -> None:
        """Changes fields as a form does."""
        from graph.model import ChangeKind, ChangeReason

        self.revision += 1
        before = self.elements[element_id]
        self.elements[element_id] = replace(before, revision=self.revision, **fields)
        self.history.setdefault(element_id, []).append(
            Change(
                revision=self.revision, touched=element_id, kind=ChangeKind.UPDATED,
                what=_what(before), fields=tuple(fields), made_by="y", made_at=MADE_AT,
                reason=ChangeReason.CORRECTED,
            )
        )  # fmt: skip

    def of(self, cls: type[Any], source: str = "hr-test") -> list[Any]:
        return [
            element
            for element in self.elements.values()
            if isinstance(element, cls) and element.source == source
        ]


def _what(element: Element) -> Any:
    return getattr(element, "label", None) or getattr(element, "type", None)


def counts(import_preview: Preview) -> Mapping[str, int]:
    return {state.value: count for state, count in import_preview.counts().items() if count}


def office_rows(count: int = 300, seed: int = 7) -> list[list[str]]:
    """Rows of a municipality's SSP list: a coordinator of each of a few towns, and its schools."""
    drawn = random.Random(seed)
    towns = ("Thisted", "Aalborg", "Silkeborg", "Horsens", "Køge", "Ringsted")
    names = [
        f"{given} {middle} {surname}"
        for given in GIVEN
        for middle in MIDDLE
        for surname in SURNAMES
    ]
    drawn.shuffle(names)
    rows: list[list[str]] = []
    for number in range(count):
        town = towns[number % len(towns)]
        name, is_first = names[number], number < len(towns)
        given = name.split()[0].lower()
        school = f"{SCHOOLS[number // len(towns) % len(SCHOOLS)]} {number // 30 + 1}"
        digits = f"05{drawn.randrange(10**6):06}"
        phone = " ".join(digits[at : at + 2] for at in range(0, 8, 2))
        both = f"Tlf. {phone} / mob. 06 {phone[3:]}" if number % 3 == 0 else phone
        rows.append(
            [
                town if number % 5 else f"{town} Kommune",
                "SSP-konsulent" if is_first else "SSP-kontaktlærer",
                "Børn og Unge" if is_first else school,
                name,
                "Konsulent" if is_first else "Lærer",
                both,
                f"{given}.{number}@skole.example",
                "man-fre 9-15" if number % 2 else "",
                f"{GIVEN[number % 10]} Markled {SURNAMES[number % 8]}" if is_first else "",
                f"{number % 28 + 1}.{number % 12 + 1}.2024",
                f"{number % 12 + 13}/{number % 12 + 1}/2025",
                "",
            ]
        )
    return rows


def office_workbook(count: int = 300) -> bytes:
    """A workbook as an office makes it: merged title, blank lines, true dates, a second sheet."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "SSP 2026"
    sheet.append(["Kontaktliste SSP – opdateret november 2026"])
    sheet.merge_cells("A1:L1")
    sheet.append([])
    sheet.append(list(HEADERS))
    for number, row in enumerate(office_rows(count)):
        if number % 100 == 50:
            sheet.append([])
        day, month, year = map(int, row[9].split("."))
        sheet.append([*row[:9], datetime(year, month, day), *row[10:]])  # noqa: DTZ001 - a cell has no zone
    other = book.create_sheet("Skjult")
    other.append(["Intern"])
    other.sheet_state = "hidden"
    return saved(book)


def office_csv(count: int = 300) -> bytes:
    """Return the same list as saved by a Danish Excel as CSV: semicolons, Windows-1252."""
    lines = ["Kontaktliste SSP 2026" + ";" * 11, ";" * 11, ";".join(HEADERS)]
    lines += [";".join(row) for row in office_rows(count)]
    return csv_of(*lines, encoding="cp1252")
