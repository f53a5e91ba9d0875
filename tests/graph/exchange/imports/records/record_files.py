"""Files in third-party formats, and a register to import them into."""

import json
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any, Final

from graph.exchange.imports import FileRefused, Preview, ReadingLimits
from graph.exchange.imports.mapping import ValueReading
from graph.exchange.imports.records import (
    EndMeaning,
    RecordFormat,
    RecordMapping,
    RecordSet,
    SourceFiles,
    preview_records,
    read_records,
)
from graph.exchange.imports.targets import TargetField
from graph.exchange.zip_file import zip_files as zipped_at
from graph.own_kinds import NO_OWN_KINDS, OwnKinds
from tests.graph.exchange.imports.office_lists import MADE_AT, ON, World, options, register_of

DATA: Final = Path("tests/data/formats")


def as_json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()


def source_of(data: bytes, name: str = "fil.json") -> SourceFiles:
    return SourceFiles(name, ((name, data),))


def files_of(path: Path) -> SourceFiles:
    return SourceFiles.of(path, ReadingLimits())


zipped = partial(zipped_at, made_at=MADE_AT)


def read(
    value: object, form: RecordFormat, on: date = ON, ends: EndMeaning | None = None
) -> RecordSet:
    data = value if isinstance(value, bytes) else as_json(value)
    return read_records(source_of(data), form, on, ends=ends)


def faults_of(value: object, form: RecordFormat) -> list[tuple[str, str | None]]:
    """The rule and path of each fault for which a file is refused."""
    try:
        read(value, form)
    except FileRefused as refused:
        return [(fault.rule.value, fault.place.path) for fault in refused.faults]
    return []


def readings(*typed: str, own_kinds: OwnKinds = NO_OWN_KINDS) -> RecordMapping:
    """Return readings from their typed form: `UNIT:Afdeling=UNIT`."""
    values: list[ValueReading] = []
    for text in typed:
        key, _, value = text.rpartition("=")
        target, _, word = key.partition(":")
        values.append(ValueReading(field=TargetField(target), typed=word, value=value))
    return RecordMapping(values=tuple(values), own_kinds=own_kinds)


def previewed(
    world: World, records: RecordSet, *typed: str, source: str = "os2mo-test", **more: Any
) -> Preview:
    chosen, own_kinds = options(source=source, **more), world.own_kinds
    return preview_records(
        records, readings(*typed, own_kinds=own_kinds),
        register_of(world.snapshot(), chosen.on, own_kinds), chosen,
        known_contacts=world.details_with,
        history=lambda element_id: world.history.get(element_id, ()),
    )  # fmt: skip


# ---- OS2mo

UNIT: Final = "10000000-0000-4000-8000-00000000000{}"
METTE: Final = "20000000-0000-4000-8000-000000000001"
JENS: Final = "20000000-0000-4000-8000-000000000002"


def mo_address(scope: str, value: str, visibility: object, sort: str = "Arbejde") -> dict[str, Any]:
    return {
        "uuid": METTE.replace("2", "3", 1), "value": value, "name": value,
        "address_type": {"scope": scope, "name": sort, "user_key": sort},
        "visibility": visibility,
    }  # fmt: skip


PUBLIC: Final = {"name": "Offentlig", "user_key": "Public", "scope": "PUBLIC"}
SECRET: Final = {"name": "Hemmelig", "user_key": "Secret", "scope": "SECRET"}


def mo_answer() -> dict[str, Any]:
    """An answer of version 22: Thisted's unit for the young, its manager and two employees."""
    return {
        "data": {
            "org_units": {
                "objects": [
                    {
                        "uuid": UNIT.format(1),
                        "current": {
                            "name": "Thisted Kommune", "user_key": "root", "parent": None,
                            "unit_type": {"name": "Kommune"},
                            "validity": {"from": "2007-01-01T00:00:00+01:00", "to": None},
                        },
                    },
                    {
                        "uuid": UNIT.format(2),
                        "current": {
                            "name": "Ungeenheden", "user_key": "unge",
                            "parent": {"uuid": UNIT.format(1)},
                            "unit_type": {"name": "Afdeling"},
                            "validity": {"from": "2020-01-01T00:00:00+01:00", "to": None},
                            "addresses": [
                                mo_address("DAR", "Kirkegade 1, 7700 Thisted", PUBLIC),
                                mo_address("EAN", "5790000000000", PUBLIC),
                            ],
                            "managers": [
                                {
                                    "uuid": UNIT.format(5),
                                    "manager_type": {"name": "Leder"},
                                    "person": [{"uuid": JENS}],
                                    "validity": {"from": "2020-01-01", "to": None},
                                }
                            ],
                        },
                    },
                ]
            },
            "persons": {
                "objects": [
                    {
                        "uuid": METTE,
                        "current": {
                            "given_name": "Mette Rugvang", "surname": "Bæk",
                            "nickname": "Mutte",
                            "addresses": [
                                mo_address("PHONE", "05 12 34 78", PUBLIC),
                                mo_address("PHONE", "05 98 76 54", SECRET),
                                mo_address("EMAIL", "privat@thisted.example", PUBLIC, "Privat"),
                                mo_address("DAR", "Hjemmevej 2, 7700 Thisted", PUBLIC),
                            ],
                        },
                    },
                    {"uuid": JENS, "current": {"name": "Jens Lyngtoft Kær", "addresses": []}},
                ]
            },
            "engagements": {
                "objects": [
                    {
                        "uuid": UNIT.format(3),
                        "validities": [
                            {
                                "job_function": {"name": "SSP-konsulent", "user_key": "ssp"},
                                "org_unit_uuid": UNIT.format(2),
                                "employee_uuid": METTE,
                                "validity": {
                                    "from": "2024-01-01T00:00:00+01:00",
                                    "to": "2025-12-31T00:00:00+01:00",
                                },
                            },
                            {
                                "job_function": {"name": "SSP-konsulent", "user_key": "ssp"},
                                "org_unit_uuid": UNIT.format(2),
                                "employee_uuid": METTE,
                                "is_primary": True,
                                "validity": {
                                    "from": "2026-01-01T00:00:00+01:00",
                                    "to": "2027-06-30T00:00:00+02:00",
                                },
                            },
                        ],
                    }
                ]
            },
        }
    }  # fmt: skip


MO_WORDS: Final = ("UNIT:Afdeling=UNIT", "POST:Leder=")
