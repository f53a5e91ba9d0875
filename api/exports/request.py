"""Orders of export tickets: stored sealed in the ticket, and carried out when it is used."""

import secrets
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from api.schemas.analysis import AskedQueryExport
from api.schemas.audit import AskedAuditExport, AskedSubjectLetter
from api.schemas.exports import AskedContacts, AskedExport, AskedMap, AskedMatrix, AskedMetrics
from graph.access.policy import Task
from graph.exchange.formats import FORMATS
from graph.exchange.loss_report import ExportLoss
from graph.vocabulary import Language


class _Order(BaseModel):
    model_config = ConfigDict(frozen=True)

    lang: Language
    on: date


class StructureExport(_Order):
    """Some nodes and the links between them."""

    what: Literal["STRUCTURE"] = "STRUCTURE"
    asked: AskedExport


class MapExport(_Order):
    """The coverage map as a table."""

    what: Literal["MAP"] = "MAP"
    asked: AskedMap


class MetricsExport(_Order):
    """A network metric as a table."""

    what: Literal["METRICS"] = "METRICS"
    asked: AskedMetrics


class MatrixExport(_Order):
    """The coverage matrix as a table."""

    what: Literal["MATRIX"] = "MATRIX"
    asked: AskedMatrix


class ContactsExport(_Order):
    """Posts with the ids of the contact details that were counted, at the requested minute.

    A ticket is void if its posts have changed by the time it is used.
    """

    what: Literal["CONTACTS"] = "CONTACTS"
    asked: AskedContacts
    at: datetime | None = None
    is_now: bool = False
    posts: tuple[str, ...]
    counted: tuple[str, ...]


class AuditExport(_Order):
    """Rows of the audit log before a position; rows written later are not in the file."""

    what: Literal["AUDIT"] = "AUDIT"
    asked: AskedAuditExport
    before: int


class SubjectLetterExport(_Order):
    """The look-ups of a person before a position of the log, as a letter to them."""

    what: Literal["SUBJECT_LETTER"] = "SUBJECT_LETTER"
    asked: AskedSubjectLetter
    before: int


class QueryExport(_Order):
    """The result of a query, which is run again when the ticket is used."""

    what: Literal["QUERY"] = "QUERY"
    asked: AskedQueryExport


class AboutExport(_Order):
    """The description of another file, as pairs of name and value; `task` is the right to it."""

    what: Literal["ABOUT"] = "ABOUT"
    task: Task
    lines: tuple[tuple[str, str], ...]


Order = (
    StructureExport
    | MapExport
    | MatrixExport
    | MetricsExport
    | ContactsExport
    | AuditExport
    | SubjectLetterExport
    | QueryExport
    | AboutExport
)
ORDERS: Final = TypeAdapter[Order](Annotated[Order, Field(discriminator="what")])
ENDINGS: Final = {
    **{format.id: format.suffix for format in FORMATS.values()},
    "MAP_CSV": "csv", "MATRIX_CSV": "csv", "METRICS_CSV": "csv",
    "AUDIT_CSV": "csv", "SUBJECT_LETTER": "pdf", "VCARD": "vcf", "ACTION_CARD": "pdf", "CSV": "csv",
    "JSON": "json", "PARQUET": "parquet", "ABOUT_JSON": "about.json",
}  # fmt: skip
MEDIA_TYPES: Final = {
    **{format.suffix: format.media_type for format in FORMATS.values()},
    "vcf": "text/vcard; charset=utf-8",
    "pdf": "application/pdf",
    "json": "application/json",
    "about.json": "application/json",
    "parquet": "application/vnd.apache.parquet",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportFile:
    """A file as it is sent; `people` are the persons in it, `rows` is its length."""

    content: bytes
    rows: int
    people: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportOutline:
    """The length of a file, what it leaves out, and how it was computed."""

    rows: int
    losses: tuple[ExportLoss, ...]
    notes: tuple[tuple[str, str], ...] = ()


def format_of(order: Order) -> str:
    """The format of the file."""
    match order:
        case MapExport():
            return "MAP_CSV"
        case MetricsExport():
            return "METRICS_CSV"
        case MatrixExport():
            return "MATRIX_CSV"
        case AuditExport():
            return "AUDIT_CSV"
        case AboutExport():
            return "ABOUT_JSON"
        case SubjectLetterExport():
            return "SUBJECT_LETTER"
        case _:
            return order.asked.format


def purpose_of(order: Order) -> str | None:
    """The purpose of the export, for orders that require one."""
    match order:
        case (
            MapExport()
            | MatrixExport()
            | MetricsExport()
            | AuditExport()
            | SubjectLetterExport()
            | AboutExport()
        ):
            return None
        case _:
            return order.asked.purpose


def right_of(order: Order) -> Task:
    """The right that is required to download the file."""
    match order:
        case ContactsExport():
            return Task.EXPORT_DETAILS
        case AuditExport() | SubjectLetterExport():
            return Task.AUDIT
        case QueryExport():
            return Task.ANALYZE
        case AboutExport():
            return order.task
        case _:
            return Task.EXPORT


def new_number(today: date) -> str:
    """A new export number, used in the name of the file and in the audit log."""
    return f"K-{today:%Y%m%d}-{secrets.token_hex(4).upper()}"


def file_name(number: str, format: str) -> str:
    """The name of the file, which reveals nothing about its content."""
    return f"kontaktvej-{number}.{ENDINGS[format]}"
