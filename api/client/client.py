"""`ApiClient`: a method for each operation of the API, named as the operation is.

`read_names` and `find_paths` are called `names` and `paths` here, and what stands under `/audit`
begins with `audit_`. What is posted is a model of `api.schemas`; what is answered is one too, with
its version where it can be changed, and page by page where it is a list.
"""

from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime
from email.message import Message
from types import TracebackType
from typing import Any, Generic, Literal, Self, TypeVar

import httpx
from pydantic import RootModel, SecretStr

from api.client.transport import ApiSection, Language, Transport, Versioned, at
from api.schemas.accounts import (
    Account,
    AccountChange,
    AccountChanges,
    Accounts,
    ChangedPassword,
    Code,
    DayBudgets,
    Enrolled,
    Me,
    NewAccount,
    NewGrant,
    NewToken,
    Proof,
    Redeemed,
    Role,
    Session,
    SetUp,
    SignIn,
    Token,
    Tokens,
)
from api.schemas.analysis import (
    AnalysisSchema,
    AskedQuery,
    AskedQueryExport,
    NewQuestion,
    QueryAnswer,
    Question,
    QuestionFile,
    Questions,
)
from api.schemas.audit import (
    AskedAuditExport,
    AskedTerm,
    AuditRows,
    Breach,
    LookUps,
    OwnLookUps,
    OwnRows,
    RowKind,
    Sample,
    Verdict,
)
from api.schemas.changes import (
    AskedRenewal,
    ChangedFields,
    ChangeSet,
    NewEntity,
    NewLink,
    NewProposal,
    Proposal,
    ProposalAnswer,
    Proposals,
    Reason,
    Receipts,
    Rehearsal,
    Renewed,
    WithdrawalLink,
    Withdrawn,
    Written,
)
from api.schemas.coverage import Coverage, CoverageMap, CoverageMatrix, InfohouseReach
from api.schemas.entities import (
    AreaCards,
    DueLinks,
    Entities,
    LinkCard,
    Links,
    Names,
    Neighborhood,
    NetworkCards,
    WholeEntity,
)
from api.schemas.exports import (
    AskedContacts,
    AskedExport,
    AskedMap,
    AskedMatrix,
    AskedMetrics,
    Ticket,
)
from api.schemas.history import Changes, History, HistoryTrend, Owners, Told
from api.schemas.impact import Bridges, Cuts, Impact, Metrics, Relations
from api.schemas.paths import (
    AskedHandover,
    AskedPathDiff,
    AskedReach,
    AskedStops,
    AskedTable,
    AskedWhyNot,
    Handover,
    Need,
    PathDiff,
    Paths,
    PathsThroughStops,
    Reach,
    SmallestTable,
    WhyNotAnswer,
)
from api.schemas.problems import ProblemKind
from api.schemas.reveal import (
    AskedContact,
    AskedReveal,
    AskedState,
    ContactRequest,
    ContactRequests,
    PurposeWord,
    Revealed,
    RevealedDetails,
)
from api.schemas.system import Ready, Revision, Vocabulary
from api.schemas.words import (
    AreaKind,
    Label,
    LinkType,
    MapMeasure,
    MatrixColumns,
    Metric,
    NetworkKind,
    PostKind,
    PreventionLevel,
)


class Administering(ApiSection):
    """Accounts, their grants and their tokens."""

    def accounts(self, *, after: str | None = None, limit: int | None = None) -> Iterator[Accounts]:
        """All accounts by login, page by page, from the one after a login on."""
        return self._line.pages("/accounts", Accounts, place="after", after=after, limit=limit)

    def account(self, account: str) -> Account:
        """One account with its grants."""
        return self._line.ask("GET", at("accounts", account), Account)

    def create_account(self, new: NewAccount) -> Account:
        """A new account without rights; its owner's code is printed on the host."""
        return self._line.post_once("POST", "/accounts", Account, body=new)

    def disable_account(self, account: str) -> AccountChange:
        """Shuts an account: its sessions and tokens end at their next call."""
        return self._line.post_once("POST", at("accounts", account, "disable"), AccountChange)

    def enable_account(self, account: str) -> AccountChange:
        """Opens a shut account again."""
        return self._line.post_once("POST", at("accounts", account, "enable"), AccountChange)

    def forget_second_factor(self, account: str) -> AccountChange:
        """For whoever has lost their app: the password alone signs in until they have a new one."""
        place = at("accounts", account, "second-factor", "forget")
        return self._line.post_once("POST", place, AccountChange)

    def give_grant(self, account: str, new: NewGrant) -> AccountChange:
        """Gives rights: `give_grant(id, NewGrant(role="COORDINATOR", areas={"mun-0787"}))`."""
        return self._line.post_once(
            "POST", at("accounts", account, "grants"), AccountChange, body=new
        )

    def end_grant(self, grant: str) -> AccountChange:
        """Takes rights back."""
        return self._line.post_once("DELETE", at("grants", grant), AccountChange)

    def account_changes(self) -> AccountChanges:
        """What waits for a second yes, and what was decided lately."""
        return self._line.ask("GET", "/account-changes", AccountChanges)

    def confirm_account_change(self, change: str) -> AccountChange:
        """The second yes, of another administrator or the data protection officer."""
        return self._line.post_once("POST", at("account-changes", change, "confirm"), AccountChange)

    def refuse_account_change(self, change: str) -> AccountChange:
        """A no: nothing is done."""
        return self._line.post_once("POST", at("account-changes", change, "refuse"), AccountChange)

    def tokens_of(self, account: str) -> Tokens:
        """The tokens of an account that still open something."""
        return self._line.ask("GET", at("accounts", account, "tokens"), Tokens)

    def revoke_token_of(self, account: str, token: str) -> None:
        """Ends a token of anybody."""
        self._line.send("DELETE", at("accounts", account, "tokens", token))


class Asking(ApiSection):
    """A method for each question; `revision`: as it was known then, as far as one sees it today."""

    def names(
        self,
        text: str,
        *,
        label: Sequence[Label] = (),
        area: str | None = None,
        on: date | None = None,
        revision: int | None = None,
        limit: int | None = None,
    ) -> Names:
        """Who has a name like this, best first: `kontaktvej.names("ssp thisted").found`."""
        return self._line.ask(
            "GET", "/names", Names,
            text=text, label=label, area=area, on=on, revision=revision, limit=limit,
        )  # fmt: skip

    def paths(self, need: Need, *, revision: int | None = None) -> Paths:
        """Whom to contact, through whom: `kontaktvej.paths(Need(area="mun-0787", sector="YOUTH"))`.

        `contacts` have `ways`; no contact is no problem: `none` says why, and what would have to
        exist.
        """
        return self._line.ask("POST", "/paths", Paths, body=need, revision=revision)

    def paths_through_stops(
        self, asked: AskedStops, *, revision: int | None = None
    ) -> PathsThroughStops:
        """The same through stops: `AskedStops(target="act-ihm-0787", stops=("act-cde-1",))`."""
        return self._line.ask(
            "POST", "/paths/stops", PathsThroughStops, body=asked, revision=revision
        )

    def path_diff(self, asked: AskedPathDiff, *, revision: int | None = None) -> PathDiff:
        """What becomes of the paths by a later date: `AskedPathDiff(…, against="2027-01-01")`."""
        return self._line.ask("POST", "/paths/diff", PathDiff, body=asked, revision=revision)

    def why_not(self, asked: AskedWhyNot, *, revision: int | None = None) -> WhyNotAnswer:
        """Why no path goes through: `AskedWhyNot(target="act-ihm-0787", node="net-ihn-1462")`."""
        return self._line.ask("POST", "/paths/why-not", WhyNotAnswer, body=asked, revision=revision)

    def reach(self, asked: AskedReach, *, revision: int | None = None) -> Reach:
        """How far it is to each municipality: `AskedReach(start="aut-pet-fc", sector="YOUTH")`."""
        return self._line.ask("POST", "/reach", Reach, body=asked, revision=revision)

    def handover(self, asked: AskedHandover, *, revision: int | None = None) -> Handover:
        """Who hands over: `AskedHandover(from_area="mun-0240", to_area="mun-0265")`."""
        return self._line.ask("POST", "/handover", Handover, body=asked, revision=revision)

    def table(self, asked: AskedTable, *, revision: int | None = None) -> SmallestTable:
        """Who must be there: `AskedTable(area="mun-0787", required=("POLICE", "YOUTH"))`."""
        return self._line.ask("POST", "/table", SmallestTable, body=asked, revision=revision)

    def impact(
        self,
        node_id: str,
        *,
        start: str | None = None,
        on: date | None = None,
        revision: int | None = None,
    ) -> Impact:
        """What breaks if somebody leaves: `kontaktvej.impact("act-ihm-0787").losses`."""
        return self._line.ask(
            "GET", at("impact", node_id), Impact, start=start, on=on, revision=revision
        )

    def bridges(
        self,
        *,
        label: Literal["Actor", "Network", "Person"] | None = None,
        start: str | None = None,
        on: date | None = None,
        revision: int | None = None,
    ) -> Bridges:
        """On whom the country hangs, most first: `kontaktvej.bridges(label="Person").bridges`."""
        return self._line.ask(
            "GET", "/impact", Bridges,
            bridges=True, label=label, start=start, on=on, revision=revision,
        )  # fmt: skip

    def cuts(
        self,
        area: str,
        *,
        start: str | None = None,
        on: date | None = None,
        revision: int | None = None,
    ) -> Cuts:
        """How few would cut a place off: `kontaktvej.cuts("mun-0825").cuts[-1].bus_factor`."""
        return self._line.ask(
            "GET", "/cuts", Cuts, area=area, start=start, on=on, revision=revision
        )

    def relations(
        self,
        *,
        kind: Sequence[NetworkKind] = (),
        area: str | None = None,
        on: date | None = None,
        revision: int | None = None,
    ) -> Relations:
        """Who meets and who knows whom: `kontaktvej.relations(kind=("SSP",)).networks[0].share`."""
        return self._line.ask(
            "GET", "/relations", Relations, kind=kind, area=area, on=on, revision=revision
        )

    def metrics(
        self,
        measure: Metric,
        *,
        kind: Sequence[PostKind | NetworkKind] = (),
        on: date | None = None,
        revision: int | None = None,
    ) -> Metrics:
        """Who is central, and how that was found: `kontaktvej.metrics("HARMONIC").rows[0].node`."""
        return self._line.ask(
            "GET", "/metrics", Metrics, measure=measure, kind=kind, on=on, revision=revision
        )

    def neighborhood(
        self,
        node_id: str,
        *,
        hops: int | None = None,
        level: PreventionLevel | None = None,
        type: Sequence[LinkType] = (),
        on: date | None = None,
        revision: int | None = None,
    ) -> Neighborhood:
        """Who is around a node or in an area: `kontaktvej.neighborhood("mun-0787", hops=2)`."""
        return self._line.ask(
            "GET", at("entities", node_id, "neighborhood"), Neighborhood,
            hops=hops, level=level, type=type, on=on, revision=revision,
        )  # fmt: skip

    def coverage(
        self,
        *,
        area: str | None = None,
        kind: Sequence[PostKind] = (),
        state: Sequence[str] = (),
        on: date | None = None,
        revision: int | None = None,
    ) -> Coverage:
        """Where a seat is empty, stale or alone: `kontaktvej.coverage(state=("VACANT",))`."""
        return self._line.ask(
            "GET", "/coverage", Coverage,
            area=area, kind=kind, state=state, on=on, revision=revision,
        )  # fmt: skip

    def coverage_map(
        self,
        measure: MapMeasure | None = None,
        *,
        kind: Sequence[PostKind] = (),
        meets_in: Sequence[NetworkKind] = (),
        by: AreaKind | None = None,
        on: date | None = None,
        revision: int | None = None,
    ) -> CoverageMap:
        """One number for each municipality: `kontaktvej.coverage_map("VACANT").rows`."""
        return self._line.ask(
            "GET", "/coverage/map", CoverageMap,
            measure=measure, kind=kind, meets_in=meets_in, by=by, on=on, revision=revision,
        )  # fmt: skip

    def coverage_matrix(
        self,
        columns: MatrixColumns | None = None,
        *,
        column: Sequence[str] = (),
        by: AreaKind | None = None,
        area: str | None = None,
        on: date | None = None,
        revision: int | None = None,
    ) -> CoverageMatrix:
        """Posts by area and column: `kontaktvej.coverage_matrix("LANGUAGE", area="pol-1462")`."""
        return self._line.ask(
            "GET", "/coverage/matrix", CoverageMatrix,
            columns=columns, column=column, by=by, area=area, on=on, revision=revision,
        )  # fmt: skip

    def infohouse_reach(
        self, start: str | None = None, *, on: date | None = None, revision: int | None = None
    ) -> InfohouseReach:
        """How far it is to each info house, from a start or one's own posts."""
        return self._line.ask(
            "GET", "/coverage", InfohouseReach,
            measure="reach", start=start, on=on, revision=revision,
        )  # fmt: skip

    def query(self, asked: AskedQuery) -> QueryAnswer:
        """What a query in Cypher finds: `QueryArguments(query="MATCH …", purpose="KNOWLEDGE")`.

        Waits, as long as the client is patient, while the copy it is asked of is made ready.
        """
        return self._line.ask("POST", "/analysis", QueryAnswer, body=asked)

    def analysis_schema(self) -> AnalysisSchema:
        """What a query can ask about, and examples to begin with."""
        return self._line.ask("GET", "/analysis/schema", AnalysisSchema)

    def history(
        self,
        begins: date,
        until: date,
        *,
        revision: int | None = None,
        page: str | None = None,
        limit: int | None = None,
    ) -> Iterator[History]:
        """What ends and begins between two dates, page by page; each tells all the sums."""
        asked: dict[str, Any] = {"from": begins, "to": until, "page": page, "limit": limit}
        return self._line.pages("/history", History, revision=revision, **asked)

    def history_trend(
        self,
        *,
        by: AreaKind | None = None,
        quarters: int | None = None,
        on: date | None = None,
        revision: int | None = None,
    ) -> HistoryTrend:
        """Coverage, freshness and turnover by quarter: `kontaktvej.history_trend(quarters=8)`."""
        return self._line.ask(
            "GET", "/history/trend", HistoryTrend,
            by=by, quarters=quarters, on=on, revision=revision,
        )  # fmt: skip

    def owners(self, begins: date, until: date, *, revision: int | None = None) -> Owners:
        """What needs a new owner: `kontaktvej.owners(date(2026, 12, 31), date(2027, 1, 1))`."""
        asked: dict[str, Any] = {"from": begins, "to": until}
        return self._line.ask("GET", "/history/owners", Owners, revision=revision, **asked)


class Auditing(ApiSection):
    """The audit log."""

    def audit_mine(
        self, *, before: str | None = None, limit: int | None = None
    ) -> Iterator[OwnRows]:
        """What I have asked and changed, page by page, the newest first."""
        return self._line.pages("/audit/mine", OwnRows, place="before", before=before, limit=limit)

    def audit_about_me(self) -> OwnLookUps:
        """When, how, why and from what kind of office I was looked up."""
        return self._line.ask("GET", "/audit/about-me", OwnLookUps)

    def audit_rows(
        self,
        *,
        caller: str | None = None,
        action: str | None = None,
        kind: RowKind | None = None,
        purpose: PurposeWord | None = None,
        role: Role | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        before: int | None = None,
        limit: int | None = None,
    ) -> Iterator[AuditRows]:
        """The log itself, page by page, the newest row first: `audit_rows(kind="alert")`."""
        return self._line.pages(
            "/audit/rows", AuditRows, place="before", caller=caller, action=action, kind=kind,
            purpose=purpose, role=role, since=since, until=until, before=before, limit=limit,
        )  # fmt: skip

    def audit_subject(
        self, person: str, *, before: int | None = None, limit: int | None = None
    ) -> Iterator[LookUps]:
        """How a person was looked up, page by page: without the names of staff."""
        path = at("audit", "subjects", person)
        return self._line.pages(path, LookUps, place="before", before=before, limit=limit)

    def audit_verdict(self, *, after: int | None = None) -> Verdict:
        """Whether the log is as it was written; where not `is_whole`, go on `after` its `last`."""
        return self._line.ask("GET", "/audit/verify", Verdict, after=after)

    def audit_sample(
        self,
        *,
        size: int | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> Sample:
        """Rows at random to check."""
        return self._line.ask("GET", "/audit/sample", Sample, size=size, since=since, until=until)

    def audit_term(self, asked: AskedTerm) -> AuditRows:
        """Who typed a word: `AskedTerm(word="kystby")`."""
        return self._line.ask("POST", "/audit/terms", AuditRows, body=asked)

    def audit_breach(self, caller: str, since: datetime, until: datetime) -> Breach:
        """Whose data an account was shown in a time."""
        return self._line.ask(
            "GET", "/audit/breach", Breach, caller=caller, since=since, until=until
        )


class Checking(ApiSection):
    """The machine, and the API itself."""

    def live(self) -> Ready:
        """The process answers. Raises: Unreachable: not for as long as we are patient."""
        return self._line.ask("GET", "/health/live", Ready)

    def ready(self) -> Ready:
        """The graph can be asked. Raises: Unavailable: not for as long as we are patient."""
        return self._line.ask("GET", "/health/ready", Ready)

    def revision(self) -> Revision:
        """The counter raised by each write; asking for it keeps no session alive."""
        return self._line.ask("GET", "/health/revision", Revision)

    def openapi(self) -> dict[str, Any]:
        """The whole API as OpenAPI 3.1."""
        return self._line.ask("GET", "/openapi.json", RootModel[dict[str, Any]]).root

    def problem_kind(self, slug: str) -> ProblemKind:
        """What a kind of problem means and what to do: `problem_kind(problem.slug)`."""
        return self._line.ask("GET", at("problems", slug), ProblemKind)


class Contacting(ApiSection):
    """Contact details, askings through a door opener, and consents."""

    def reveal_detail(self, asked: AskedReveal) -> Revealed:
        """One detail in clear: `AskedReveal(detail=…, channel="MOBILE", purpose="CONCERN")`.

        Raises: TooMany: the day's number is used; Conflict: ask the door opener that it names.
        """
        return self._line.post_once("POST", "/reveal", Revealed, body=asked)

    def reveal_details(self, asked: AskedReveal) -> RevealedDetails:
        """Several in clear, all or none: `AskedReveal(details=(AskedDetail(…), …), purpose=…)`.

        Raises: as `reveal_detail`; the member `pointer` of the problem names the one it is about.
        """
        return self._line.post_once("POST", "/reveal", RevealedDetails, body=asked)

    def ask_for_contact(self, asked: AskedContact, *, key: str | None = None) -> ContactRequest:
        """Asks a civilian's door opener to pass on that I want to be called back."""
        return self._line.change(
            "POST", "/contact-requests", ContactRequest, body=asked, key=key
        ).thing

    def contact_requests(self) -> ContactRequests:
        """What I have asked for, and what my posts are to pass on."""
        return self._line.ask("GET", "/contact-requests", ContactRequests)

    def answer_contact_request(self, request_id: str, asked: AskedState) -> ContactRequest:
        """Says what became of an asking to a post of mine."""
        path = at("contact-requests", request_id, "state")
        return self._line.post_once("POST", path, ContactRequest, body=asked)

    def consents(
        self,
        *,
        ends_before: date | None = None,
        on: date | None = None,
        page: str | None = None,
        limit: int | None = None,
    ) -> Iterator[Receipts]:
        """The receipts that end before a date, page by page, the first to end first."""
        return self._line.pages(
            "/consents", Receipts, ends_before=ends_before, on=on, page=page, limit=limit
        )

    def withdraw_consent(self, consent_id: str) -> Withdrawn:
        """Takes a consent back for whoever gave it; it holds at once, everywhere."""
        return self._line.post_once("POST", at("consents", consent_id, "withdraw"), Withdrawn)

    def renew_consent(
        self, consent_id: str, asked: AskedRenewal, *, key: str | None = None
    ) -> Renewed:
        """Records what was agreed to anew; once, also where it is sent again under its `key`."""
        path = at("consents", consent_id, "renew")
        return self._line.change("POST", path, Renewed, body=asked, key=key).thing

    def make_withdrawal_link(self, consent_id: str) -> WithdrawalLink:
        """A link by which whoever gave the consent takes it back themselves."""
        return self._line.post_once(
            "POST", at("consents", consent_id, "withdrawal-link"), WithdrawalLink
        )


Done = TypeVar("Done", Written, Rehearsal)


class Edits(ApiSection, Generic[Done]):
    """Writes, each answered with what was written; those of a dry run with what would be.

    `etag` is the version it is based on: `Versioned.etag`, or `etag` of what a write answered. Who
    was slower raises a Conflict with both versions in its `members`. `key` names a write, so that
    it is done once however often it is sent; where none is given, one is made up.
    """

    def __init__(self, line: Transport, outcome: type[Done]) -> None:
        super().__init__(line)
        self._outcome = outcome

    def create_entity(self, new: NewEntity, *, key: str | None = None) -> Done:
        """Adds a node."""
        return self._write("POST", "/entities", new, key=key)

    def create_link(self, new: NewLink, *, key: str | None = None) -> Done:
        """Ties two nodes together."""
        return self._write("POST", "/links", new, key=key)

    def change_entity(
        self,
        node_id: str,
        changed: ChangedFields,
        etag: str | None,
        *,
        key: str | None = None,
    ) -> Done:
        """Other values: `change_entity(id, ChangedFields(fields={"hours": None}), seen.etag)`."""
        return self._write("PATCH", at("entities", node_id), changed, etag=etag, key=key)

    def change_link(
        self,
        link_id: str,
        changed: ChangedFields,
        etag: str | None,
        *,
        key: str | None = None,
    ) -> Done:
        """Gives some fields of a link other values."""
        return self._write("PATCH", at("links", link_id), changed, etag=etag, key=key)

    def end_entity(
        self,
        node_id: str,
        etag: str | None,
        *,
        on: date | None = None,
        reason: Reason | None = None,
        key: str | None = None,
    ) -> Done:
        """Ends a node, and with it all that hangs on it."""
        path = at("entities", node_id)
        return self._write("DELETE", path, etag=etag, key=key, on=on, reason=reason)

    def end_link(
        self,
        link_id: str,
        etag: str | None,
        *,
        on: date | None = None,
        reason: Reason | None = None,
        key: str | None = None,
    ) -> Done:
        """Ends a link."""
        path = at("links", link_id)
        return self._write("DELETE", path, etag=etag, key=key, on=on, reason=reason)

    def verify_entity(self, node_id: str, etag: str | None, *, key: str | None = None) -> Done:
        """Says that a contact detail still is as it stands."""
        return self._write("POST", at("entities", node_id, "verify"), etag=etag, key=key)

    def verify_link(self, link_id: str, etag: str | None, *, key: str | None = None) -> Done:
        """Says that a link still is as it stands."""
        return self._write("POST", at("links", link_id, "verify"), etag=etag, key=key)

    def apply_change_set(self, changes: ChangeSet, *, key: str | None = None) -> Done:
        """Several changes as one: all of them, or none."""
        return self._write("POST", "/change-sets", changes, key=key)

    def confirm_change_set(self, change_set: str, *, key: str | None = None) -> Done:
        """Says the second yes to somebody else's change, which waits under that name."""
        return self._write("POST", at("change-sets", change_set, "confirm"), key=key)

    def _write(
        self,
        method: str,
        path: str,
        body: NewEntity | NewLink | ChangedFields | ChangeSet | None = None,
        *,
        etag: str | None = None,
        key: str | None,
        **params: object,
    ) -> Done:
        if self._outcome is Rehearsal:
            params["dry_run"] = True
        return self._line.change(
            method, path, self._outcome, body=body, etag=etag, key=key, **params
        ).thing


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


class Keeping(ApiSection):
    """Kept questions of the graph, for analysts; they are asked with `query`."""

    def questions(self) -> Questions:
        """Mine, then those shared with me, each by name."""
        return self._line.ask("GET", "/questions", Questions)

    def question(self, question: str) -> Versioned[Question]:
        """One of them with its version."""
        return self._line.get_versioned(at("questions", question), Question)

    def keep_question(self, sent: NewQuestion) -> Question:
        """Keeps one: `NewQuestion(name="Vacant", query="MATCH …", logins=("maja",))`."""
        return self._line.post_once("POST", "/questions", Question, body=sent)

    def change_question(self, question: str, sent: NewQuestion, etag: str) -> Versioned[Question]:
        """Puts one of mine into other words. Raises: Conflict: it has another version by now."""
        return self._line.replace(at("questions", question), Question, body=sent, etag=etag)

    def delete_question(self, question: str, etag: str) -> None:
        """Keeps one of mine no longer. Raises as `change_question`."""
        self._line.send("DELETE", at("questions", question), etag=etag)

    def question_file(self, question: str) -> QuestionFile:
        """One as a file, which names no account."""
        return self._line.ask("GET", at("questions", question, "file"), QuestionFile)

    def keep_question_file(self, sent: QuestionFile) -> Question:
        """Keeps the question of a file as one of mine. Raises: Invalid: it is of a newer form."""
        return self._line.post_once("POST", "/questions/file", Question, body=sent)


class Own(ApiSection):
    """Signing in and out, and one's own account."""

    def set_up(self, asked: SetUp) -> Enrolled:
        """The first administrator, with the code that Kontaktvej printed when it was started."""
        return self._line.post_once("POST", "/setup", Enrolled, body=asked)

    def redeem_invitation(self, asked: Redeemed) -> Enrolled:
        """Takes up an invitation: choose a password; the answer may hold the secret of an app."""
        return self._line.post_once("POST", "/invitations/redeem", Enrolled, body=asked)

    def sign_in(self, login: str, password: str, totp: str | None = None) -> Session:
        """Opens a session, as which everything is asked from now on.

        Raises: NotSignedIn: wrong, locked, disabled or unknown; nobody is told which.
        """
        proof = SignIn(
            login=login,
            password=SecretStr(password),
            totp=None if totp is None else SecretStr(totp),
        )
        return self._borne(self._line.post_once("POST", "/sessions", Session, body=proof))

    def sign_in_by_token(self, access_token: str) -> Session:
        """The same with the access token of an issuer. Raises: as `sign_in`."""
        self._line.set_token(access_token)
        return self._borne(self._line.post_once("POST", "/sessions", Session))

    def sign_out(self) -> None:
        """Ends the session."""
        self._line.send("DELETE", "/sessions/current")
        self._line.set_token(None)

    def me(self) -> Me:
        """My account, and for every task whether I may do it, or why not."""
        return self._line.ask("GET", "/me", Me)

    def budgets(self) -> DayBudgets:
        """How many contact details I may be shown today, and how many I have been."""
        return self._line.ask("GET", "/me/budgets", DayBudgets)

    def change_password(self, asked: ChangedPassword) -> None:
        """Changes my password, signs me out everywhere, and ends my tokens."""
        self._line.send("POST", "/me/password", body=asked)

    def begin_second_factor(self, asked: Proof) -> Enrolled:
        """The secret for an app that makes codes; it counts once it is confirmed. Whoever has an
        app already proves it by a code: `Proof(password=…, totp=…)`.
        """
        return self._line.post_once("POST", "/me/second-factor", Enrolled, body=asked)

    def confirm_second_factor(self, asked: Code) -> None:
        """From now on sign-in asks for a code."""
        self._line.send("POST", "/me/second-factor/confirm", body=asked)

    def tokens(self) -> Tokens:
        """My tokens that still open something."""
        return self._line.ask("GET", "/me/tokens", Tokens)

    def make_token(self, asked: NewToken) -> Token:
        """A token for a program: `NewToken(label="notebook", scopes={"QUESTION"}, days=30)`."""
        return self._line.post_once("POST", "/me/tokens", Token, body=asked)

    def revoke_token(self, token: str) -> None:
        """Ends a token of mine; its next call is refused."""
        self._line.send("DELETE", at("me", "tokens", token))

    def _borne(self, session: Session) -> Session:
        self._line.set_token(session.token)
        return session


class Proposing(ApiSection):
    """Proposals, and what their stewards say."""

    def proposals(self) -> Proposals:
        """The seats I have proposed, and those that wait for my answer."""
        return self._line.ask("GET", "/proposals", Proposals)

    def make_proposal(self, new: NewProposal) -> Proposal:
        """Asks the steward where somebody is at home whether they may sit in a post of my area."""
        return self._line.post_once("POST", "/proposals", Proposal, body=new)

    def answer_proposal(self, proposal_id: str, answer: ProposalAnswer) -> Proposal:
        """Says yes or no; a yes fills the seat."""
        return self._line.post_once(
            "POST", at("proposals", proposal_id, "answer"), Proposal, body=answer
        )

    def withdraw_proposal(self, proposal_id: str) -> Proposal:
        """Takes back what I proposed, while nobody has answered."""
        return self._line.post_once("DELETE", at("proposals", proposal_id), Proposal)


class Reading(ApiSection):
    """Nodes, links and their changes. Lists come page by page, from `page` on where it is given."""

    def entities(
        self,
        *,
        label: Label | None = None,
        kind: str | None = None,
        area: str | None = None,
        network: str | None = None,
        fields: str | None = None,
        on: date | None = None,
        revision: int | None = None,
        page: str | None = None,
        limit: int | None = None,
    ) -> Iterator[Entities]:
        """The nodes that are all you name: `kontaktvej.entities(kind="SSP_COORDINATOR")`."""
        return self._line.pages(
            "/entities", Entities, label=label, kind=kind, area=area, network=network,
            fields=fields, on=on, revision=revision, page=page, limit=limit,
        )  # fmt: skip

    def entity(
        self,
        node_id: str,
        *,
        fields: str | None = None,
        on: date | None = None,
        revision: int | None = None,
    ) -> Versioned[WholeEntity]:
        """One node with its version, which a change of it is based on."""
        return self._line.get_versioned(
            at("entities", node_id), WholeEntity, fields=fields, on=on, revision=revision
        )

    def areas(
        self,
        *,
        kind: str | None = None,
        area: str | None = None,
        on: date | None = None,
        revision: int | None = None,
        page: str | None = None,
        limit: int | None = None,
    ) -> Iterator[AreaCards]:
        """The areas and what lies in them: `kontaktvej.areas(kind="MUNICIPALITY")`."""
        return self._line.pages(
            "/areas", AreaCards,
            kind=kind, area=area, on=on, revision=revision, page=page, limit=limit,
        )  # fmt: skip

    def networks(
        self,
        *,
        kind: NetworkKind | None = None,
        area: str | None = None,
        on: date | None = None,
        revision: int | None = None,
        page: str | None = None,
        limit: int | None = None,
    ) -> Iterator[NetworkCards]:
        """The networks and who meets in them: `kontaktvej.networks(area="mun-0787")`."""
        return self._line.pages(
            "/networks", NetworkCards,
            kind=kind, area=area, on=on, revision=revision, page=page, limit=limit,
        )  # fmt: skip

    def links(
        self,
        *,
        source: str | None = None,
        target: str | None = None,
        type: LinkType | None = None,
        fields: str | None = None,
        on: date | None = None,
        revision: int | None = None,
        page: str | None = None,
        limit: int | None = None,
    ) -> Iterator[Links]:
        """The links that are all you name: `kontaktvej.links(target="act-ihm-0787")`."""
        return self._line.pages(
            "/links", Links,
            source=source, target=target, type=type, fields=fields, on=on,
            revision=revision, page=page, limit=limit,
        )  # fmt: skip

    def due(
        self,
        *,
        on: date | None = None,
        revision: int | None = None,
        page: str | None = None,
        limit: int | None = None,
    ) -> Iterator[DueLinks]:
        """The links I may verify that are due, those first on which most depends."""
        return self._line.pages(
            "/links/due", DueLinks, on=on, revision=revision, page=page, limit=limit
        )

    def link(
        self,
        link_id: str,
        *,
        fields: str | None = None,
        on: date | None = None,
        revision: int | None = None,
    ) -> Versioned[LinkCard]:
        """One link with its version, which a change of it is based on."""
        return self._line.get_versioned(
            at("links", link_id), LinkCard, fields=fields, on=on, revision=revision
        )

    def entity_changes(
        self, node_id: str, *, page: str | None = None, limit: int | None = None
    ) -> Iterator[Changes]:
        """What was written on a node, the oldest first."""
        path = at("entities", node_id, "changes")
        return self._line.pages(path, Changes, page=page, limit=limit)

    def link_changes(
        self, link_id: str, *, page: str | None = None, limit: int | None = None
    ) -> Iterator[Changes]:
        """What was written on a link, the oldest first."""
        return self._line.pages(at("links", link_id, "changes"), Changes, page=page, limit=limit)

    def changes(
        self, *, since: int | None = None, page: str | None = None, limit: int | None = None
    ) -> Iterator[Changes]:
        """What was written after a revision: the next time ask for what came since `until`."""
        return self._line.pages("/changes", Changes, since=since, page=page, limit=limit)

    def changes_to_come(self, *, since: int | None = None) -> Generator[Told]:
        """What is written, as it is written, without end; close it, or leave the loop.

        After a break it goes on where it was. Raises: Problem: signed out, or away for too long.
        """
        with closing(self._line.events("/changes", since=since)) as events:
            for event in events:
                yield Told.model_validate_json(event.data)

    def vocabulary(self) -> Vocabulary:
        """Every word in use, and what it is called in Danish and English."""
        return self._line.ask("GET", "/vocabulary", Vocabulary)


class ApiClient(
    Asking,
    Reading,
    Edits[Written],
    Proposing,
    Contacting,
    Exporting,
    Keeping,
    Own,
    Administering,
    Auditing,
    Checking,
):
    """The API as one caller asks it; a context manager, and safe under threads.

    `token` is that of a session or an API token; without one, `sign_in` gets a session. `lang`:
    the language of all words. While the API is away it is asked again for `patience_s` at most.
    `pool`: connections that several clients share; whoever made it closes it. `headers` are sent
    with each call.
    """

    def __init__(
        self,
        base_url: str = "http://127.0.0.1:8000",
        token: str | None = None,
        lang: Language = "da",
        *,
        patience_s: float = 10,
        pool: httpx.BaseTransport | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        line = Transport(
            base_url, token=token, lang=lang, patience_s=patience_s, pool=pool, headers=headers
        )
        super().__init__(line, Written)
        self.dry_run = Edits(line, Rehearsal)
        """The same writes, rehearsed: what would change, and what speaks against it."""

    def __enter__(self) -> Self:
        """Itself; it hangs up at the end."""
        return self

    def __exit__(
        self,
        _cls: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Hangs up; a session goes on until it is signed out."""
        self._line.close()
