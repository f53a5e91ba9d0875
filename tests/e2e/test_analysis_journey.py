"""What the new year changes: asked by its address, told as sums and day by day."""

from graph.access.policy import Role
from tests.e2e.desk import ScreenDriver, on_each_screen

pytestmark = on_each_screen

NEW_YEAR = "/analyse?question=changes&from=2026-12-31&to=2027-01-01"


def test_j10_the_new_year_ends_a_hundred_memberships(desk: ScreenDriver) -> None:
    with desk.seat(Role.ANALYST, path=NEW_YEAR) as seat:
        seat.wait("Dag for dag")
        ended = seat.page.get_by_role("row").filter(has_text="er medlem af").first
        assert ended.locator("th, td").all_inner_texts()[-2:] == ["100", "100"]
