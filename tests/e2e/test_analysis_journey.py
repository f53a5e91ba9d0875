"""What the new year changes, asked and taken along as a graph."""

from xml.etree import ElementTree

from graph.access import Role
from tests.e2e.desk import Desk

NEW_YEAR = "/analyse?question=changes&from=2026-12-31&to=2027-01-01"


def test_j10_the_new_year_ends_a_hundred_memberships_and_the_file_says_what_it_lost(
    desk: Desk,
) -> None:
    with desk.seat(Role.ANALYST, path=NEW_YEAR) as seat:
        seat.wait("Dag for dag")
        ended = seat.page.get_by_role("row").filter(has_text="er medlem af").first
        assert ended.locator("th, td").all_inner_texts()[-2:] == ["100", "100"]
        seat.unfold("Tag med som fil")
        seat.choose("Format", "GraphML")
        seat.press("Lav filen")
        seat.wait("Hent")
        assert seat.steps == 2
        seat.rest()
        assert "grundlag" in seat.page.get_by_test_id("stExpander").inner_text().lower()
        graph = ElementTree.fromstring(seat.fetch("Hent").read_text("utf-8"))
        assert graph.tag.endswith("graphml")
        assert sum(one.tag.endswith("}node") for one in graph.iter()) > 100
