"""The journeys people make most, in a real browser: each ends with what the user came for."""

from graph.access import Role
from tests.e2e.desk import Desk

RELEASE_START = "act-kf-1462"


def test_j1_release_to_thisted_takes_two_choices(desk: Desk) -> None:
    with desk.seat(Role.COORDINATOR, path=f"/?start={RELEASE_START}") as seat:
        seat.wait("Vælg, hvem eller hvad du skal nå.")
        seat.pick("og skal nå", "løsl", "Løsladelse")
        seat.wait("Hvor? Vælg en kommune.")
        seat.pick("i", "thisted", "Thisted")
        seat.wait("Kontakt i denne rækkefølge")
        assert seat.steps == 2
        told = seat.text()
        assert "Svarer nu: Rikke Lyngtoft Bæk, stedfortræder" in told
        drawn = seat.page.get_by_role("list", name="Fra KSP-kontakt").get_by_role("button")
        names = [name.split("\n")[0] for name in drawn.all_inner_texts()]
        assert any("Hovedkontakt, god løsladelse, Thisted" in name for name in names)
        assert "1. Hovedkontakt, god løsladelse, Thisted" in told
        assert "trigger=RELEASE" in seat.page.url
        assert "Thisted" not in seat.page.url


def test_j3_a_move_names_four_sectors_and_no_wrong_hospital(desk: Desk) -> None:
    with desk.seat(Role.COORDINATOR, path="/?trigger=MOVE") as seat:
        seat.pick("Fra kommune", "egedal", "Egedal")
        seat.pick("Til kommune", "roskilde", "Roskilde")
        seat.wait("Overdragelse fra Egedal til Roskilde")
        told = seat.text()
        assert all(sector in told for sector in ("Social", "Ungdom", "Politi", "Psykiatri"))
        assert "Sct. Hans" not in told
        assert seat.steps == 2
