"""Posts a to f in Kystby, referrals in letters, and searches of paths through stops."""

from typing import Any

from graph.access.view import View
from graph.model import BelongsTo, Element, Holds, RefersTo
from graph.paths import Need
from graph.paths.policy import Policy
from graph.paths.stops import StopsAnswer, stops
from graph.vocabulary import LegalGate, PostKind, Sector, Visibility
from tests.graph.paths.additions import ALL_LEVELS, POLICY, kystby_with, person, post, tie
from tests.kystby import TODAY

LETTERS = "abcdef"


def refers(source: str, target: str, **fields: Any) -> Element:
    """Return a referral, by default perfect in every part."""
    given: dict[str, Any] = {
        "gate": LegalGate.INTERNAL, "levels": ALL_LEVELS, "strength": 1.0, "verified_on": TODAY,
    }  # fmt: skip
    return tie(RefersTo, source, target, **{**given, **fields})


def letters() -> list[Element]:
    """Posts a to f of Kystby, each answering at all hours and held by p-a to p-f."""
    return [
        element
        for letter in LETTERS
        for element in (
            post(letter, PostKind.SSP_COORDINATOR, Sector.YOUTH, hours="00:00-24:00"),
            tie(BelongsTo, letter, "kystby-kommune"),
            person(f"p-{letter}", visibility=Visibility.OPEN),
            tie(Holds, f"p-{letter}", letter),
        )
    ]


def world(*ways: str, more: tuple[Element, ...] = (), **seen: Any) -> View:
    """Kystby and the letters, with referrals: `abc` is a to b and b to c."""
    pairs = {way[at : at + 2] for way in ways for at in range(len(way) - 1)}
    return kystby_with(*letters(), *(refers(*pair) for pair in sorted(pairs)), *more, **seen)


def stops_of(
    view: View, *through: str, start: str = "a", target: str = "d",
    policy: Policy = POLICY, **terms: Any,
) -> StopsAnswer:  # fmt: skip
    return stops(view, Need(on=TODAY, start=start, target=target, **terms), policy, through=through)


def walks(answer: StopsAnswer) -> list[str]:
    """Return the nodes of each whole path, with the stops written twice."""
    return [
        " ".join("".join(stop.node.id for stop in leg.stops) for leg in path.legs)
        for path in answer.paths
    ]
