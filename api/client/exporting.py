"""What is taken along as a file: a ticket for it, and the file, once."""

from dataclasses import dataclass
from email.message import Message

from api.client.transport import ApiSection, at
from api.schemas.analysis import AskedQueryExport
from api.schemas.audit import AskedAuditExport
from api.schemas.exports import (
    AskedContacts,
    AskedExport,
    AskedMap,
    AskedMatrix,
    AskedMetrics,
    Ticket,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DownloadedFile:
    """A file as it was sent: what it is called, of which media type, and what is in it."""

    name: str
    media_type: str
    content: bytes


class Exporting(ApiSection):
    """Files to take along."""

    def make_export(self, asked: AskedExport) -> Ticket:
        """A list or a network: `AskedExport(format="NODES_CSV", nodes=("act-ssp-0787",))`."""
        return self._line.post_once("POST", "/exports", Ticket, body=asked)

    def make_map_export(self, asked: AskedMap) -> Ticket:
        """The coverage map as a table: `AskedMap(measure="VACANT", by="POLICE_DISTRICT")`."""
        return self._line.post_once("POST", "/exports/coverage-map", Ticket, body=asked)

    def make_query_export(self, asked: AskedQueryExport) -> Ticket:
        """What a query finds: `AskedQueryExport(query="MATCH …", purpose=…, format="CSV")`."""
        return self._line.post_once("POST", "/exports/query", Ticket, body=asked)

    def make_metrics_export(self, asked: AskedMetrics) -> Ticket:
        """A measure as a table, with how it was made: `AskedMetrics(measure="HARMONIC")`."""
        return self._line.post_once("POST", "/exports/metrics", Ticket, body=asked)

    def make_matrix_export(self, asked: AskedMatrix) -> Ticket:
        """The coverage matrix as a table: `AskedMatrix(columns="LANGUAGE", area="pol-1462")`."""
        return self._line.post_once("POST", "/exports/coverage-matrix", Ticket, body=asked)

    def make_audit_export(self, asked: AskedAuditExport) -> Ticket:
        """Rows of the audit log as a table: `AskedAuditExport(role="STEWARD")`."""
        return self._line.post_once("POST", "/exports/audit", Ticket, body=asked)

    def reveal_contacts(self, asked: AskedContacts) -> Ticket:
        """Posts with contact details, each counted as revealed when the ticket is made.

        Raises: TooMany: the day's number does not reach.
        """
        return self._line.post_once("POST", "/exports/contacts", Ticket, body=asked)

    def export(self, ticket: str) -> DownloadedFile:
        """The file of a ticket, once. Raises: NotFound: used, ended, or another's."""
        response = self._line.fetch(at("exports", ticket))
        told = Message()
        told["Content-Disposition"] = response.headers.get("content-disposition", "")
        return DownloadedFile(
            name=told.get_filename("export"),
            media_type=response.headers.get("content-type", ""),
            content=response.content,
        )
