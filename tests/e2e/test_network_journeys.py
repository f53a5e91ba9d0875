"""Journeys on the network: neighborhoods, the impact of a departure, and door openers."""

import re

from graph.access.policy import Role
from graph.model import Consent, DoorOpenerFor, GaveConsent, ResourceIndividual
from graph.model.rule_context import RuleContext
from tests.e2e.desk import ScreenDriver, Seat, on_each_screen
from tests.seed.demo import TODAY

pytestmark = on_each_screen

WORKER = "act-outreach-aarhus-vest"
LAESOE = "act-ssp-0825"
TABLE = "Netværket som tabel"
HANGING = "Funktioner, der afhænger af den"
FIVE = (
    "Hovedkontakt, god løsladelse, Læsø",
    "Infohus-tovholder, Læsø Kommune",
    "PSP-koordinator, Læsø",
    "SSP-kontakt, skole, Læsø",
    "SSP-koordinator, Læsø",
)


def links(seat: Seat) -> list[str]:
    """Return the rows of the table that accompanies the drawing."""
    return seat.page.get_by_role("region", name=TABLE).locator("tbody tr").all_inner_texts()


def civilians(world: RuleContext) -> tuple[list[str], list[str]]:
    """Return the outreach worker's civilians: those with a consent in force, and those without."""
    known: list[str] = []
    hidden: list[str] = []
    for link in world.links_from(WORKER, DoorOpenerFor):
        civilian = world.nodes[link.target_id]
        assert isinstance(civilian, ResourceIndividual)
        nodes = (world.nodes[gave.target_id] for gave in world.links_from(civilian.id, GaveConsent))
        agrees = any(isinstance(node, Consent) and node.is_in_force(TODAY) for node in nodes)
        (known if agrees else hidden).append(civilian.display_name)
    return known, hidden


def test_j4_impact_of_a_departure_lists_dependent_posts_and_expanding_is_undone(
    desk: ScreenDriver,
) -> None:
    holder = desk.holder(LAESOE)
    with desk.seat(Role.COORDINATOR, path=f"/netvaerk?id={holder.id}") as seat:
        seat.unfold(TABLE)
        seat.rest()
        before = links(seat)
        assert len(before) == len(FIVE)
        seat.pick("Valgt node", holder.name, holder.name)
        seat.press("Hvad afhænger af den?")
        seat.wait("Kan svare i stedet")
        seat.record("J4 what hangs on who leaves", 2)
        posts = seat.page.get_by_role("region", name=HANGING).inner_text()
        assert all(post in posts for post in FIVE)

        seat.pick("Valgt node", "SSP-koordinator", "SSP-koordinator, Læsø")
        seat.press("Udvid")
        seat.rest()
        assert len(links(seat)) > len(before)
        seat.press("Fortryd")
        seat.rest()
        seat.record("J4 expand and take it back", 3)
        assert links(seat) == before

        seat.press("Centrér her")
        seat.page.wait_for_url(f"**id={LAESOE}*")
        seat.page.go_back()
        seat.page.wait_for_url(f"**id={holder.id}*")
        seat.rest()
        assert links(seat) == before


def test_j6_five_civilians_with_consent_are_shown_and_two_without_are_hidden(
    desk: ScreenDriver,
) -> None:
    known, hidden = civilians(desk.world)
    assert (len(known), len(hidden)) == (5, 2)
    with desk.seat(Role.OUTREACH, areas=("com-aarhus-vest",), path="/netvaerk") as seat:
        seat.wait("Vælg en funktion, et samarbejde eller en forening at begynde fra.")
        seat.pick("Centrér på", "opsøgende aarhus vest", "Opsøgende medarbejder, Aarhus Vest")
        seat.wait(TABLE)
        seat.unfold(TABLE)
        seat.rest()
        seat.record("J6 who opens the door", 1)
        opened = [row for row in links(seat) if "er døråbner for" in row]
        assert all(any(name in row for row in opened) for name in known)
        assert len(opened) == 5
        seat.pick("Valgt node", known[0], known[0])
        seat.wait("Formidles af Opsøgende medarbejder, Aarhus Vest. Nummeret vises ikke.")
        seat.wait("Efter samtykke, gyldigt til")
        page = seat.page.content()
        assert not any(name in page for name in hidden)
        assert not re.search(r"\+45|\d\d \d\d \d\d \d\d", seat.text())


def test_the_drawing_fills_a_wide_window_and_labels_most_nodes(desk: ScreenDriver) -> None:
    path = "/netvaerk?id=net-ssp-0751&hops=2"
    with desk.seat(Role.COORDINATOR, path=path, until=TABLE) as seat:
        page = seat.page
        drawing = page.locator(".network[data-named]")
        box, window = drawing.bounding_box(), page.viewport_size
        assert box
        assert window
        if window["width"] >= 1280:
            filled = box["width"] * box["height"] / (window["width"] * window["height"])
            assert filled >= 0.8
            named = int(drawing.get_attribute("data-named") or 0)
            nodes = int(page.get_by_text("af højst 300 noder").inner_text().split()[0])
            assert named >= 0.9 * nodes


def test_the_path_between_two_nodes_is_highlighted_in_the_drawing(desk: ScreenDriver) -> None:
    with desk.seat(Role.COORDINATOR, path=f"/netvaerk?id={LAESOE}&hops=2", until=TABLE) as seat:
        seat.pick("Valgt node", "SSP-koordinator, Læsø", "SSP-koordinator, Læsø")
        seat.pick("Vis kontaktvejen til", "Rådgiver, CDE", "Rådgiver, CDE")
        seat.wait("Kontaktvej: SSP-koordinator, Læsø → ")
        seat.record("path between two nodes of a network", 2)
        seat.press("Gem som billede")
        with seat.page.expect_download() as download:
            seat.page.get_by_role("button", name="Som SVG").click()
        assert 'stroke-width="5"' in download.value.path().read_text("utf-8")
        seat.press("Skjul kontaktvejen")
        seat.rest()
        assert "Kontaktvej: " not in seat.text()


def test_a_selected_node_is_pinned_and_released_beside_the_drawing(desk: ScreenDriver) -> None:
    with desk.seat(Role.COORDINATOR, path=f"/netvaerk?id={LAESOE}", until=TABLE) as seat:
        seat.pick("Valgt node", "SSP Læsø", "SSP Læsø")
        drawing = seat.page.get_by_role("application").locator("xpath=..")
        in_drawing = drawing.get_by_role("button", name="Fastgør")
        beside = seat.page.get_by_test_id("stMain").locator(".st-key-network-pin button")
        beside.get_by_text("Fastgør").click()
        beside.get_by_text("Løsn").wait_for()
        assert in_drawing.get_attribute("aria-pressed") == "true"
        seat.press("Fortryd")
        beside.get_by_text("Fastgør").click()
        beside.get_by_text("Løsn").click()
        beside.get_by_text("Fastgør").wait_for()
        seat.rest()
        assert in_drawing.get_attribute("aria-pressed") == "false"
