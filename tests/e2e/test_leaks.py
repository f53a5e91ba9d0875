"""Two people with different rights at the same time: neither sees what is the other's alone.

And of everybody: no name of the register stands in any address that a server is asked for.
"""

from collections.abc import Iterator
from urllib.parse import unquote_plus

from graph.access import Role
from graph.model import Person, ResourceIndividual
from graph.model.world import World
from tests.e2e.desk import Desk, Seat
from tests.e2e.test_network_journeys import WORKER, civilians

ADDRESSES = (
    f"/netvaerk?id={WORKER}",
    "/kuratering?tab=consents",
    f"/register?id={WORKER}",
    "/kort?measure=CIVILIANS&area=mun-0751",
    "/log?tab=mine",
    "/?start=act-ihm-0751&trigger=CONCERN&area=mun-0751",
)


def names(world: World) -> Iterator[str]:
    """Everybody of the demo, by name."""
    for node in world.nodes.values():
        if isinstance(node, Person):
            yield node.name
        elif isinstance(node, ResourceIndividual):
            yield node.display_name


def told(seat: Seat) -> str:
    """All that came to a browser: the page, the labels in its drawings, its title and its cookies.

    Drawings keep their text in shadows of their own, which `content` does not write out.
    """
    shadows: list[str] = seat.page.evaluate(
        """() => [...document.querySelectorAll("*")].flatMap((one) =>
          one.shadowRoot ? [one.shadowRoot.textContent] : [])"""
    )
    cookies = [str(one) for one in seat.page.context.cookies()]
    return "\n".join([seat.page.content(), seat.page.title(), *shadows, *cookies])


def test_interleaved_sessions_share_nothing_and_no_address_holds_a_name(desk: Desk) -> None:
    known, hidden = civilians(desk.world)
    with (
        desk.seat(Role.OUTREACH, areas=("com-aarhus-vest",), path=None) as worker,
        desk.seat(Role.COORDINATOR, areas=("mun-0851",), path=None) as stranger,
    ):
        seen = ""
        for address in ADDRESSES:
            worker.open(address)
            stranger.open(address)
            seen += told(worker)
            other = told(stranger)
            assert not [name for name in (*known, *hidden) if name in other], address
            assert not [name for name in hidden if name in seen], address
        assert all(name in seen for name in known)

        worker.open("/netvaerk")
        worker.pick("Centrér på", known[0].split()[1], known[0])
        worker.wait("Netværket som tabel")
        worker.rest()
        stranger.open(worker.page.url.removeprefix(desk.address), "Findes ikke")
        assert known[0] not in told(stranger)

        asked = [unquote_plus(url).casefold() for url in (*worker.asked, *stranger.asked)]
        assert len(asked) > len(ADDRESSES)
        store = f"{desk.address}/media/"  # of Streamlit; its own typefaces lie in /static/media
        assert not [url for url in asked if url.startswith(store)]
        everybody = {name.casefold() for name in names(desk.world)}
        assert not [url for url in asked for name in everybody if name in url]
