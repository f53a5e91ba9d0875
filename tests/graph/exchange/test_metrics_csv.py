import csv
import io

from graph.exchange.csv import metrics_csv
from graph.questions.metrics import Metric, metrics
from tests.graph.exchange.stamps import stamp
from tests.graph.paths.additions import POLICY, kystby_with


def lines(measure: Metric, *, most: int) -> tuple[list[list[str]], list[str]]:
    """The rows of a file, and its notes."""
    found = metrics(kystby_with(), measure, POLICY, most_members=100)
    told = metrics_csv(found, stamp(), "en", "Who works with whom.", most=most).decode("utf-8-sig")
    _, *read = csv.reader(io.StringIO(told), delimiter=";")
    notes = [line[0] for line in read if line and line[0].startswith("# ")]
    return [line for line in read if line and not line[0].startswith("# ")], notes


def test_each_member_of_a_group_has_a_row() -> None:
    found = metrics(kystby_with(), Metric.COMMUNITIES, POLICY, most_members=100)
    rows, notes = lines(Metric.COMMUNITIES, most=1_000)
    told = [(one.number, node.id) for one in found.communities for node in one.members]
    assert [(int(row[0]), row[4]) for row in rows] == told
    assert len(rows) == found.nodes
    assert not any("Cut" in note for note in notes)


def test_a_file_that_is_cut_says_so() -> None:
    for measure in (Metric.COMMUNITIES, Metric.DEGREE):
        rows, notes = lines(measure, most=2)
        assert len(rows) == 2
        assert any(note.startswith("# Cut") for note in notes), measure
