"""`kontaktvej query`: runs one Cypher query on a copy without names.

The operator of the host queries as an analyst for all of Denmark and is recorded in the audit log
like any caller.
"""

import csv
import json
import sys
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from api.audit.entry import AuditKind, Entry
from api.cli.audit import opened_log
from api.cli.console import ERR, OUT, _, language, show_waiting, table_with, write, write_json
from api.cli.local_store import command_settings, open_installation
from api.cli.options import NONE_FOUND, PURPOSES, Lang, PurposeWord, flag, option
from api.danish_time import danish_now
from api.i18n import bilingual
from api.schemas.analysis import is_link, is_node
from graph.access.policy import Caller, Grant, Role
from graph.access.view import View
from graph.errors import GraphError, InvalidNeed
from graph.exchange.csv import escape_formula
from graph.model.base import random_id
from graph.vocabulary import Language

if TYPE_CHECKING:
    from api.analysis.query_runner import QueryResult
    from graph.store.replica.replica import Replica

OPERATOR: Final = Caller(
    account="local-operator", grants=(Grant(role=Role.ANALYST, areas=frozenset({"dk"})),)
)
QUERY_S: Final = 10.0
"""Time limit in seconds; a newly started engine plans its first query for seconds."""


class Format(StrEnum):
    """Output formats."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"


def query(
    text: Annotated[
        str | None,
        typer.Argument(
            metavar="CYPHER", help=_("The query; - reads it from standard input"),
        ),
    ] = None,
    purpose: PurposeWord = None,
    param: Annotated[
        list[str] | None,
        option(_("Parameter, e.g. kind=SSP; its value as JSON, else as text"), "--param"),
    ] = None,
    form: Annotated[Format, option(_("Format of the answer"), "--format")] = (
        Format.TABLE
    ),
    has_examples: Annotated[
        bool, flag(_("Show questions to begin with"), "--examples")
    ] = False,
    lang: Lang = None,
) -> None:  # fmt: skip
    """Run a Cypher query of one's own on a copy without names."""
    if has_examples:
        from api.analysis.examples import EXAMPLES

        for example in EXAMPLES:
            OUT.print(example.title(language(lang)), style="bold")
            write(f"{example.query}\n")
        return
    answer = _run_typed(text, param or (), purpose, language(lang))
    match form:
        case Format.JSON:
            write_json(answer)
        case Format.CSV:
            lines = csv.writer(sys.stdout, lineterminator="\n")
            lines.writerow(map(escape_formula, answer.columns))
            lines.writerows(map(_csv_cell, row) for row in answer.rows)
        case Format.TABLE:
            _show_table(answer, language(lang))
    if answer.cut is not None and form is not Format.JSON:
        from api.analysis.query_runner import MOST_ROWS
        from graph.store.replica.replica import TruncatedBy

        if answer.cut is TruncatedBy.ROWS:
            ERR.print(
                _(
                    "Only the first {most_rows} rows: there are more.",
                    language(lang),
                    most_rows=MOST_ROWS,
                )
            )
        else:
            ERR.print(_("Only part of the answer is shown: it is too large.", language(lang)))
    if not answer.rows:
        raise typer.Exit(NONE_FOUND)


def _run_typed(
    text: str | None, parameters: Sequence[str], purpose: str | None, lang: Language
) -> "QueryResult":
    """Run a typed query, with audit rows before it and after it.

    Raises:
        InvalidNeed: it is invalid, for the reason given.
        TooExpensive: it took too long.
        StoreUnavailable: the store or the log cannot be used.
    """
    from api.analysis.query_runner import run_query
    from api.analysis.query_validator import read_parameters, read_text

    query = sys.stdin.read() if text == "-" else text
    with _refused_as_invalid():
        query = read_text(query or "")
        values = read_parameters(_parsed_parameters(parameters))
    if purpose is None or purpose.upper() not in PURPOSES:
        listed = ", ".join(PURPOSES)
        raise InvalidNeed("--purpose", *bilingual("one of {listed}", listed=listed))
    request = random_id("cmd")
    with opened_log() as log:

        def record(
            kind: AuditKind,
            parameters: Mapping[str, Any],
            count: int | None = None,
            ms: int | None = None,
        ) -> None:
            log.append(
                Entry(kind=kind, action="command_query", request_id=request, via="host",
                      purpose=purpose.upper(), asked=parameters, count=count, ms=ms)
            )  # fmt: skip

        sealed = {"query": log.encrypt_text(query)}
        if values:
            sealed["parameters"] = f"hmac:{log.term(json.dumps(values, sort_keys=True))}"
        record(AuditKind.ASKED, sealed)
        try:
            with _opened_replica(lang) as (view, replica), _refused_as_invalid():
                of = view.revision, view.on
                answer = run_query(replica, query, values, of=of, query_s=QUERY_S, end=replica.halt)
        except GraphError:
            record(AuditKind.NOT_DONE, {})
            raise
        operators = ",".join(answer.operators)
        record(AuditKind.SHOWN, {"operators": operators}, count=len(answer.rows), ms=answer.ms)
    return answer


def _parsed_parameters(texts: Sequence[str]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for text in texts:
        name, is_given, value = text.partition("=")
        if not is_given:
            raise InvalidNeed("--param", *bilingual("write name=value"))
        try:
            values[name] = json.loads(value)
        except ValueError:
            values[name] = value
    return values


@contextmanager
def _opened_replica(lang: Language) -> "Generator[tuple[View, Replica]]":
    """A filled copy of what an analyst of all Denmark sees today, without withheld people."""
    from api.analysis.replica_content import content_of
    from api.analysis.replicas import start
    from graph.store.replica.replica import start_replica

    today = danish_now().date()
    with open_installation(command_settings(), lang) as (store, accounts):
        withheld = accounts.withholdings.withheld()
        view = View(store.load(), OPERATOR, today, today=today, withheld=withheld)
        with show_waiting(_("Making a copy without names …", lang)):
            replica, content = start(start_replica, lambda: content_of(view))
            try:
                replica.refill(content.nodes, content.links)
            except BaseException:
                replica.kill()
                raise
        try:
            yield view, replica
        finally:
            replica.kill()


@contextmanager
def _refused_as_invalid() -> Generator[None]:
    """Convert refusals by query validation to errors of the command line."""
    from api.errors import Refusal

    try:
        yield
    except Refusal as error:
        danish, english = error.text("da"), error.text("en")
        place = f"({error.members.get('line')}:{error.members.get('column')})"
        if "line" in error.members and place not in english:
            danish, english = f"{danish} {place}", f"{english} {place}"
        raise InvalidNeed("query", danish, english) from error


# ---- output


def _show_table(answer: "QueryResult", lang: Language) -> None:
    table = table_with(answer.columns)
    for row in answer.rows:
        table.add_row(*map(_cell, row))
    OUT.print(table)

    text = _(
        "{rows} rows in {ms} ms (expected work: {cost}), revision {revision}", lang,
        rows=len(answer.rows), ms=answer.ms, cost=answer.cost, revision=answer.revision,
    )  # fmt: skip
    OUT.print(text, style="dim")


def _csv_cell(value: Any) -> str:
    """A value as a CSV cell; a number is no formula, even a negative one."""
    return _cell(value) if isinstance(value, int | float) else escape_formula(_cell(value))


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
