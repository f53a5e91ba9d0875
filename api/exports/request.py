"""What a ticket is for: kept sealed in it, and made into a file when it is used."""

import secrets
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from api.schemas.analysis import AskedQueryExport
from api.schemas.audit import AskedAuditExport
from api.schemas.exports import AskedContacts, AskedExport, AskedMap, AskedMatrix, AskedMetrics
from graph.access.policy import Task
from graph.exchange.loss_report import Loss
from graph.vocabulary import Language


class _Order(BaseModel):
    model_config = ConfigDict(frozen=True)

    lang: Language
    on: date


class StructureExport(_Order):
    """Some nodes, and the links among them."""

    what: Literal["STRUCTURE"] = "STRUCTURE"
    asked: AskedExport


class MapExport(_Order):
    """The coverage map as a table."""

    what: Literal["MAP"] = "MAP"
    asked: AskedMap


class MetricsExport(_Order):
    """A measure of who works with whom as a table."""

    what: Literal["METRICS"] = "METRICS"
    asked: AskedMetrics


class MatrixExport(_Order):
    """The coverage matrix as a table."""

    what: Literal["MATRIX"] = "MATRIX"
    asked: AskedMatrix


class ContactsExport(_Order):
    """Posts with the contact details that were counted for them, by id, at the minute asked about.

    Where the posts are others by the time the ticket is used, it is good for nothing.
    """

    what: Literal["CONTACTS"] = "CONTACTS"
    asked: AskedContacts
    at: datetime | None = None
    is_now: bool = False
    posts: tuple[str, ...]
    counted: tuple[str, ...]


class AuditExport(_Order):
    """Rows of the audit log before a place in it: what is written later is not in the file."""

    what: Literal["AUDIT"] = "AUDIT"
    asked: AskedAuditExport
    before: int


class QueryExport(_Order):
    """What a query finds: it is asked again when the ticket is used."""

    what: Literal["QUERY"] = "QUERY"
    asked: AskedQueryExport


Order = (
    StructureExport
    | MapExport
    | MatrixExport
    | MetricsExport
    | ContactsExport
    | AuditExport
    | QueryExport
)
ORDERS: Final = TypeAdapter[Order](Annotated[Order, Field(discriminator="what")])
ENDINGS: Final = {
    "NODES_CSV": "csv", "LINKS_CSV": "csv", "GRAPHML": "graphml", "GEXF": "gexf",
    "MAP_CSV": "csv", "MATRIX_CSV": "csv", "METRICS_CSV": "csv",
    "AUDIT_CSV": "csv", "VCARD": "vcf", "ACTION_CARD": "pdf", "CSV": "csv", "JSON": "json",
    "PARQUET": "parquet",
}  # fmt: skip
MEDIA_TYPES: Final = {
    "csv": "text/csv; charset=utf-8; header=present",
    "graphml": "application/graphml+xml",
    "gexf": "application/gexf+xml",
    "vcf": "text/vcard; charset=utf-8",
    "pdf": "application/pdf",
    "json": "application/json",
    "parquet": "application/vnd.apache.parquet",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportFile:
    """A file as it is sent; `people` are the persons in it, `rows` how long it is."""

    content: bytes
    rows: int
    people: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportOutline:
    """What will be in a file: how long it is, and what stays behind."""

    rows: int
    losses: tuple[Loss, ...]


def format_of(order: Order) -> str:
    """The format of its file."""
    match order:
        case MapExport():
            return "MAP_CSV"
        case MetricsExport():
            return "METRICS_CSV"
        case MatrixExport():
            return "MATRIX_CSV"
        case AuditExport():
            return "AUDIT_CSV"
        case _:
            return order.asked.format


def purpose_of(order: Order) -> str | None:
    """For what it is taken along, where that is asked for."""
    match order:
        case MapExport() | MatrixExport() | MetricsExport() | AuditExport():
            return None
        case _:
            return order.asked.purpose


def right_of(order: Order) -> Task:
    """What somebody must still be allowed who fetches its file."""
    match order:
        case ContactsExport():
            return Task.EXPORT_DETAILS
        case AuditExport():
            return Task.AUDIT
        case QueryExport():
            return Task.ANALYZE
        case _:
            return Task.EXPORT


def new_number(today: date) -> str:
    """The number of an export: it stands in the file and in the audit log."""
    return f"K-{today:%Y%m%d}-{secrets.token_hex(4).upper()}"


def file_name(number: str, format: str) -> str:
    """What the file is called; it tells nothing of what is in it."""
    return f"kontaktvej-{number}.{ENDINGS[format]}"
