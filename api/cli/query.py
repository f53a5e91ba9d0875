"""Implementation of `kontaktvej query`: runs one query on a replica of its own.

The operator of the host queries as an analyst for all of Denmark and is recorded in the audit log
like any caller.
"""

import csv
import io
import json
import secrets
import sys
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from api.analysis.examples import EXAMPLES
from api.analysis.query_runner import MOST_ROWS, QueryResult, run_query
from api.analysis.query_validator import read_parameters, read_text
from api.analysis.replica_content import content_of
from api.analysis.replicas import start
from api.audit.entry import AuditKind, Entry
from api.audit.log import AuditLog
from api.cli.as_json import as_json
from api.cli.audit import opened_log
from api.cli.console import ERR, OUT, _, show_waiting, table_with, write
from api.cli.local_store import open_store_with_notice
from api.danish_time import danish_now
from api.errors import Refused
from api.i18n import bilingual
from api.installed import opened_accounts, require_all_parts
from api.schemas.analysis import is_link, is_node
from api.settings import Settings
from graph.access.policy import Caller, Grant, Role
from graph.access.purposes import CARE, NEEDS
from graph.access.view import View
from graph.errors import GraphError, InvalidNeed
from graph.exchange.csv import guarded
from graph.store.location import store_location
from graph.store.replica.replica import Replica, TruncatedBy, start_replica
from graph.vocabulary import Language

OPERATOR: Final = Caller(
    account="local-operator", grants=(Grant(role=Role.ANALYST, areas=frozenset({"dk"})),)
)
QUERY_S: Final = 10.0
"""Time limit in seconds; a newly started engine plans its first query for seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryArguments:
    """The typed arguments."""

    text: str | None
    purpose: str | None
    parameters: tuple[str, ...]
    form: str


def show_examples(lang: Language) -> None:
    """Print the example queries with their titles."""
    for example in EXAMPLES:
        OUT.print(example.title(lang), style="bold")
        write(f"{example.query}\n")


def query(asked: QueryArguments, lang: Language) -> bool:
    """Print the result of a query; False if it has no rows.

    Raises:
        InvalidNeed: it is invalid, for the reason given.
        TooExpensive: it took too long.
        StoreUnavailable: the store or the log cannot be used.
    """
    typed = sys.stdin.read() if asked.text == "-" else asked.text
    with _as_invalid():
        text, given = read_text(typed or ""), read_parameters(_parameters(asked.parameters))
    purpose = _purpose(asked.purpose)
    with opened_log() as log:
        answer = _written_down(log, text, given, purpose, lang)
    _show(answer, asked.form, lang)
    return bool(answer.rows)


def _written_down(
    log: AuditLog, text: str, given: Mapping[str, Any], purpose: str, lang: Language
) -> QueryResult:
    """Run the query, with audit rows before it and after it."""
    request = f"cmd-{secrets.token_hex(8)}"

    def note(
        kind: AuditKind, asked: Mapping[str, Any], count: int | None = None, ms: int | None = None
    ) -> None:
        log.append(
            Entry(kind=kind, action="command_query", request_id=request, via="host",
                  purpose=purpose, asked=asked, count=count, ms=ms)
        )  # fmt: skip

    sealed = {"query": log.sealed(text)}
    if given:
        sealed["parameters"] = f"hmac:{log.term(json.dumps(given, sort_keys=True))}"
    note(AuditKind.ASKED, sealed)
    try:
        with _seen(lang) as view, _replica(view, lang) as engine, _as_invalid():
            answer = run_query(
                engine, text, given, of=(view.revision, view.on), query_s=QUERY_S, end=engine.halt
            )
    except GraphError:
        note(AuditKind.NOT_DONE, {})
        raise
    note(AuditKind.SHOWN, {"operators": ",".join(answer.operators)}, count=len(answer.rows),
         ms=answer.ms)  # fmt: skip
    return answer


@contextmanager
def _seen(lang: Language) -> Generator[View]:
    """The View of an analyst of all Denmark today, without withheld people."""
    today, place, chosen = danish_now().date(), store_location(), Settings()
    require_all_parts(place, chosen)
    with (
        open_store_with_notice(place, lang) as store,
        opened_accounts(place, chosen) as known,
    ):
        yield View(
            store.load(), OPERATOR, today, today=today, withheld=known.withholdings.withheld()
        )


@contextmanager
def _replica(view: View, lang: Language) -> Generator[Replica]:
    text = _("Making a copy without names …", lang)
    with show_waiting(text):
        engine, content = start(start_replica, lambda: content_of(view))
        try:
            engine.refill(content.nodes, content.links)
        except BaseException:
            engine.kill()
            raise
    try:
        yield engine
    finally:
        engine.kill()


@contextmanager
def _as_invalid() -> Generator[None]:
    """Convert refusals by query validation to errors of the command line."""
    try:
        yield
    except Refused as error:
        danish, english = error.text("da"), error.text("en")
        place = f"({error.members.get('line')}:{error.members.get('column')})"
        if "line" in error.members and place not in english:
            danish, english = f"{danish} {place}", f"{english} {place}"
        raise InvalidNeed("query", danish, english) from error


def _purpose(typed: str | None) -> str:
    known = sorted(one.value for one in NEEDS | CARE)
    if typed is None or typed.upper() not in known:
        listed = ", ".join(known)
        raise InvalidNeed("--purpose", *bilingual("one of {listed}", listed=listed))
    return typed.upper()


def _parameters(typed: Sequence[str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for one in typed:
        name, is_given, value = one.partition("=")
        if not is_given:
            raise InvalidNeed("--param", *bilingual("write name=value"))
        try:
            found[name] = json.loads(value)
        except ValueError:
            found[name] = value
    return found


# ---- output


def _show(answer: QueryResult, form: str, lang: Language) -> None:
    match form:
        case "json":
            write(as_json(answer))
        case "csv":
            write(_csv(answer))
        case _:
            _table(answer, lang)
    if answer.cut is not None and form != "json":
        ERR.print(_cut(answer.cut, lang))


def _table(answer: QueryResult, lang: Language) -> None:
    table = table_with(answer.columns)
    for row in answer.rows:
        table.add_row(*(_cell(value) for value in row))
    OUT.print(table)
    rows, cost = len(answer.rows), answer.cost
    OUT.print(
        _(
            "{rows} rows in {ms} ms (expected work: {cost}), revision {revision}",
            lang,
            rows=rows,
            ms=answer.ms,
            cost=cost,
            revision=answer.revision,
        ),
        style="dim",
    )


def _csv(answer: QueryResult) -> str:
    out = io.StringIO()
    lines = csv.writer(out, lineterminator="\n")
    lines.writerow([guarded(column) for column in answer.columns])
    lines.writerows([[guarded(_cell(value)) for value in row] for row in answer.rows])
    return out.getvalue().rstrip("\n")


def _cell(value: Any) -> str:
    if is_node(value):
        return value["node"]
    if is_link(value):
        return value["link"]
    match value:
        case None:
            return ""
        case str():
            return value
        case date():
            return value.isoformat()
        case _:
            return json.dumps(value, ensure_ascii=False)


def _cut(cut: TruncatedBy, lang: Language) -> str:
    if cut is TruncatedBy.ROWS:
        return _("Cut after {most_rows} rows: there are more.", lang, most_rows=MOST_ROWS)
    return _("Cut: the answer is too large.", lang)
