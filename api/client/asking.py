"""The questions: whom do I contact, who is around, where is a seat empty, what changes?"""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any, Literal

from api.client.transport import ApiSection, at
from api.schemas.analysis import AnalysisSchema, AskedQuery, QueryAnswer
from api.schemas.answers import Paths
from api.schemas.bridges import Bridges
from api.schemas.coverage import Coverage, InfohouseReach
from api.schemas.coverage_map import CoverageMap
from api.schemas.coverage_matrix import CoverageMatrix
from api.schemas.cuts import Cuts
from api.schemas.handover import Handover
from api.schemas.history import History
from api.schemas.history_trend import HistoryTrend
from api.schemas.impact import Impact
from api.schemas.meeting_participants import SmallestTable
from api.schemas.metrics import Metrics
from api.schemas.names import Names
from api.schemas.needs import (
    AskedHandover,
    AskedPathDiff,
    AskedReach,
    AskedStops,
    AskedTable,
    AskedWhyNot,
    Need,
)
from api.schemas.neighborhood import Neighborhood
from api.schemas.owners import Owners
from api.schemas.path_diff import PathDiff
from api.schemas.reach import Reach
from api.schemas.relations import Relations
from api.schemas.stops import PathsThroughStops
from api.schemas.why_not import WhyNotAnswer
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
