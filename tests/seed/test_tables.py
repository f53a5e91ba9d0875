"""The format of the seed's files, and the faults of rows that break it."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from graph.errors import Fault, Invalid
from graph.vocabulary import Confidence, Rule
from seed.structure.sources import read, read_denmark

HEADER = "code,name,seat,population,lat,since,confidence,parts"
GOOD = "0825,Læsø,Byrum,1764,57.26614,2007-01-01,CONFIRMED,a|b"


@dataclass(frozen=True, slots=True, kw_only=True)
class Island:
    code: str
    name: str
    seat: str | None
    population: int
    lat: float | None
    since: date
    confidence: Confidence
    parts: tuple[str, ...]


def islands(folder: Path, *lines: str) -> tuple[Island, ...]:
    path = folder / "islands.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return read(path, Island)


def faults(folder: Path, *lines: str) -> tuple[Fault, ...]:
    with pytest.raises(Invalid) as caught:
        islands(folder, *lines)
    return caught.value.faults


def test_a_row_is_read_into_the_types_of_its_fields(tmp_path: Path) -> None:
    assert islands(tmp_path, HEADER, GOOD) == (
        Island(
            code="0825",
            name="Læsø",
            seat="Byrum",
            population=1764,
            lat=57.26614,
            since=date(2007, 1, 1),
            confidence=Confidence.CONFIRMED,
            parts=("a", "b"),
        ),
    )


def test_an_empty_cell_is_none_or_no_items_where_the_field_allows_it(tmp_path: Path) -> None:
    (island,) = islands(tmp_path, HEADER, "0825,Læsø,,1764,,2007-01-01,CONFIRMED,")
    assert (island.seat, island.lat, island.parts) == (None, None, ())


@pytest.mark.parametrize(
    ("line", "column", "rule"),
    [
        ("0825,,,1764,,2007-01-01,CONFIRMED,", "name", Rule.REQUIRED),
        ("0825,Læsø,,,,2007-01-01,CONFIRMED,", "population", Rule.REQUIRED),
        ("0825,Læsø,,1_764,,2007-01-01,CONFIRMED,", "population", Rule.BAD_FORMAT),
        ("0825,Læsø,,1764,57°,2007-01-01,CONFIRMED,", "lat", Rule.BAD_FORMAT),
        ("0825,Læsø,,1764,,20070101,CONFIRMED,", "since", Rule.BAD_FORMAT),
        ("0825,Læsø,,1764,,2007-02-30,CONFIRMED,", "since", Rule.BAD_FORMAT),
        ("0825,Læsø,,1764,,2007-01-01,perhaps,", "confidence", Rule.UNKNOWN_WORD),
        ("0825, Læsø,,1764,,2007-01-01,CONFIRMED,", "name", Rule.BAD_FORMAT),
        ("0825,Læsø,,1764,,2007-01-01,CONFIRMED,a||b", "parts", Rule.BAD_FORMAT),
        ("0825,Læsø,1764", "", Rule.BAD_FORMAT),
        ('0825,"Læsø"x,,1764,,2007-01-01,CONFIRMED,', "", Rule.BAD_FORMAT),
    ],
)
def test_a_malformed_cell_names_file_line_column_and_rule(
    tmp_path: Path, line: str, column: str, rule: Rule
) -> None:
    good = GOOD.replace("0825", "0741")
    assert faults(tmp_path, HEADER, good, line) == (Fault("islands.csv:3", column, rule),)


def test_the_same_key_twice_is_refused(tmp_path: Path) -> None:
    assert faults(tmp_path, HEADER, GOOD, GOOD) == (Fault("islands.csv:3", "code", Rule.DUPLICATE),)


def test_all_malformed_rows_are_reported_at_once(tmp_path: Path) -> None:
    two = faults(tmp_path, HEADER, "0741,,,many,,2007-01-01,CONFIRMED,", GOOD, "0492")
    assert [(fault.where, fault.field) for fault in two] == [
        ("islands.csv:2", "name"),
        ("islands.csv:2", "population"),
        ("islands.csv:4", ""),
    ]


def test_a_column_too_many_or_missing_is_named_before_any_row_is_read(tmp_path: Path) -> None:
    problems = faults(tmp_path, HEADER.replace("seat", "remark"), "nonsense")
    assert problems == (
        Fault("islands.csv:1", "remark", Rule.UNKNOWN_FIELD),
        Fault("islands.csv:1", "seat", Rule.REQUIRED),
    )


def test_columns_in_another_order_are_refused(tmp_path: Path) -> None:
    swapped = HEADER.replace("code,name", "name,code")
    assert faults(tmp_path, swapped, GOOD) == (Fault("islands.csv:1", "", Rule.BAD_FORMAT),)


def test_a_file_that_is_not_utf_8_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "islands.csv"
    path.write_bytes(f"{HEADER}\n{GOOD}\n".encode("latin-1"))
    with pytest.raises(Invalid) as caught:
        read(path, Island)
    assert caught.value.faults == (Fault("islands.csv:2", "", Rule.BAD_FORMAT),)


def test_an_empty_file_misses_its_header(tmp_path: Path) -> None:
    path = tmp_path / "islands.csv"
    path.touch()
    with pytest.raises(Invalid) as caught:
        read(path, Island)
    assert {fault.rule for fault in caught.value.faults} == {Rule.REQUIRED}


def test_the_files_of_the_seed_are_well_formed() -> None:
    assert len(read_denmark().municipalities) == 98
