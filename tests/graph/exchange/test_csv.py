import csv
import io
import json
from itertools import chain

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.access.policy import Role
from graph.exchange.csv import escape_formula, metrics_csv, metrics_notes, unescape_formula
from graph.exchange.formats.csv_tables import link_losses, links_csv, node_losses, nodes_csv
from graph.exchange.loss_report import LossKind
from graph.exchange.provenance import about_json
from graph.exchange.selection import ExportSelection
from graph.questions.metrics import Metric, metrics
from graph.vocabulary import Language
from tests import kystby
from tests.fixtures.snapshots import snapshot_of
from tests.graph.exchange.stamps import stamp
from tests.graph.paths.additions import POLICY, kystby_with
from tests.kystby import caller_of, view_of

PAYLOADS = (
    "=1+1", "=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", "＋1",  # noqa: RUF001 - full-width signs are meant
    "－1", "＠A", "'=1", "''=1", "'''+1", "=HYPERLINK(\"http://x\",\"y\")", "=;1", "=\"a\"",  # noqa: RUF001 - full-width signs are meant
    "@", "=", "-", "+", "\t", "'@", "+45 05 12 34 78", "-2+3+cmd|' /C calc'!D2", "=A1;B2",
    "=DDE(\"a\";\"b\")", "@import", "-@",
)  # fmt: skip


def town(**changed: dict[str, str]) -> ExportSelection:
    view = view_of(snapshot_of(kystby.elements(**changed)), caller_of(Role.COORDINATOR))
    ids = ("ssp-post", "ssp", "intake", "amina", "kystby")
    return ExportSelection(view, ids, with_names=False)


def rows(content: bytes) -> list[dict[str, str]]:
    """Return the rows by their headers; every line of the file must be a row."""
    assert content.startswith(b"\xef\xbb\xbf")
    head, *lines = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";")
    return [dict(zip(head, line, strict=True)) for line in lines]


def test_the_nodes_csv_has_only_rows_of_nodes_with_terms_in_words() -> None:
    table = rows(nodes_csv(town(), stamp(), "da"))
    assert [row["Id"] for row in table] == ["amina", "intake", "kystby", "ssp", "ssp-post"]
    post = table[-1]
    assert (post["Navn"], post["Sted"]) == ("SSP-koordinator, Kystby", "Kystby")
    assert (post["Type"], post["Åbningstid"]) == ("SSP-koordinator", "MO-FR 09:00-15:00")
    assert (post["Kontrolleret"], post["Gælder fra"]) == ("2026-10-15", "")
    assert table[0]["Navn"] == ""


def test_about_json_states_the_origin_and_losses_of_an_export() -> None:
    selection = town()
    about = json.loads(about_json([("Metode", "tælling"), *stamp(selection).lines("da")]))
    assert (about["Metode"], about["Eksport"]) == ("tælling", "K-20261125-7F3A0001")
    assert about["Konto"] == "acc-1"
    assert about["Lavet"] == "2026-11-25T08:00:00+00:00"
    assert about["Kontakterne, som de er den"] == "2026-11-25"
    assert "Demodata" in about
    assert "Personer står med id, ikke med navn (1)." in about["Bemærk"]


@pytest.mark.parametrize(("lang", "strength"), [("da", "0,9"), ("en", "0.9")])
def test_the_links_csv_names_both_ends_and_localizes_numbers(lang: Language, strength: str) -> None:
    table = rows(links_csv(town(), stamp(), lang))
    (link,) = [row for row in table if row["Id"] == "ssp-post--ssp"]
    assert list(link.values())[1:9] == [
        "ssp-post", "SSP-koordinator, Kystby", list(link.values())[3], "ssp", "SSP Kystby",
        list(link.values())[6], list(link.values())[7], strength,
    ]  # fmt: skip
    assert "115" in list(link.values())[6]


def test_losses_of_the_node_and_link_tables_are_counted() -> None:
    selection = town()
    assert {loss.kind: loss.count for loss in node_losses(selection)}[LossKind.LINKS] == len(
        selection.links
    )
    losses = {loss.kind: loss.count for loss in link_losses(selection)}
    assert set(losses) == {LossKind.GROUNDS, LossKind.FIELDS}
    assert losses[LossKind.GROUNDS] == 1  # of SSP Kystby


def test_a_node_without_a_link_is_counted_as_a_loss_of_the_links_table() -> None:
    view = view_of(snapshot_of(kystby.elements()), caller_of(Role.COORDINATOR))
    selection = ExportSelection(view, ("ssp-post", "ssp", "outreach"), with_names=False)
    losses = {loss.kind: loss.count for loss in link_losses(selection)}
    assert losses[LossKind.NODES] == 1


@pytest.mark.parametrize("payload", PAYLOADS)
def test_a_formula_payload_is_escaped_and_restored_exactly(payload: str) -> None:
    assert escape_formula(payload)[0] == "'"
    assert unescape_formula(escape_formula(payload)) == payload
    assert len(PAYLOADS) == 30


def test_a_name_that_is_a_formula_is_escaped_in_both_tables() -> None:
    for payload in PAYLOADS:
        text = payload.strip()
        if not text or text == "+45 05 12 34 78":  # a name holds no number
            continue
        selection = town(ssp={"name": text})
        for content in (
            nodes_csv(selection, stamp(), "da"), links_csv(selection, stamp(), "en")
        ):  # fmt: skip
            for cell in chain(*(row.values() for row in rows(content))):
                assert not cell.startswith(tuple("=+-@\t\r\n＝＋－＠"))  # noqa: RUF001 - full-width signs are meant


@given(st.text())
def test_unescaping_restores_any_escaped_text(text: str) -> None:
    assert unescape_formula(escape_formula(text)) == text


@given(st.text())
def test_only_texts_that_start_a_formula_are_escaped(text: str) -> None:
    is_plain = escape_formula(text) == text
    assert is_plain == (not text.lstrip("'").startswith(tuple("=+-@\t\r\n＝＋－＠")))  # noqa: RUF001 - full-width signs are meant


def metric_lines(measure: Metric, *, most: int) -> tuple[list[list[str]], list[str]]:
    """The rows of a metric, and the names of the notes about it."""
    answer = metrics(kystby_with(), measure, POLICY, most_members=100)
    content = metrics_csv(answer, "en", most=most).decode("utf-8-sig")
    _, *read = csv.reader(io.StringIO(content), delimiter=";")
    notes = metrics_notes(answer, "en", "Who works with whom.", most=most)
    assert ("Meaning", "Who works with whom.") in notes
    return read, [name for name, _ in notes]


def test_the_metrics_csv_has_a_row_for_each_member_of_a_community() -> None:
    answer = metrics(kystby_with(), Metric.COMMUNITIES, POLICY, most_members=100)
    rows, notes = metric_lines(Metric.COMMUNITIES, most=1_000)
    members = [
        (community.number, node.id)
        for community in answer.communities
        for node in community.members
    ]
    assert [(int(row[0]), row[4]) for row in rows] == members
    assert len(rows) == answer.nodes
    assert "Cut" not in notes


def test_a_truncated_metrics_csv_has_a_note() -> None:
    for measure in (Metric.COMMUNITIES, Metric.DEGREE):
        rows, notes = metric_lines(measure, most=2)
        assert len(rows) == 2
        assert "Cut" in notes, measure
