"""Random worlds with networks and opening hours, and needs in them.

Each is determined by a seed and a size. Some links are old, and some are hidden from the caller.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from hypothesis import strategies as st

from graph.access.policy import Caller, Grant, Role
from graph.access.view import View
from graph.model import (
    Coordinates,
    DoorOpenerFor,
    Element,
    EscalatesTo,
    HopLink,
    Knows,
    MemberOf,
    RefersTo,
    Represents,
    Supports,
)
from graph.paths.kernel.request import Direction
from graph.paths.need import Need
from graph.vocabulary import (
    Channel,
    CoordinationFunction,
    LegalGate,
    NetworkKind,
    PreventionLevel,
    Sector,
    SupportKind,
    Trigger,
)
from tests.fixtures.snapshots import snapshot_of
from tests.graph.paths.drawn_structure import BODIES, CHANNELS, Structure

_TIMES: Final = (
    time(0, 0), time(1, 16), time(2, 15), time(3, 0), time(8, 59), time(9, 0), time(10, 30),
    time(14, 59), time(15, 0), time(22, 0), time(23, 59),
)  # fmt: skip
_MISSING: Final = (datetime(2027, 3, 28, 2), datetime(2027, 3, 28, 3))  # noqa: DTZ001 - local
_FUNCTIONS: Final = tuple(CoordinationFunction)
_GATES: Final = tuple(gate for gate in LegalGate if gate is not LegalGate.CHILDRENS_ACT_15_3)


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Case:
    """Elements, a caller and a need; `name` says how to draw the case again."""

    name: str
    elements: tuple[Element, ...]
    caller: Caller
    today: date
    need: Need

    def __repr__(self) -> str:
        return self.name

    def _repr_pretty_(self, printer: Any, _is_cycle: bool) -> None:
        """Print the name only: Hypothesis would print every element."""
        printer.text(self.name)

    def view(self) -> View:
        return View(snapshot_of(self.elements), self.caller, self.need.on, today=self.today)


class Drawing(Structure):
    def __init__(self, seed: int, size: int) -> None:
        super().__init__(seed, size)
        self._name = f"drawn_case({seed}, {size})"
        self._has_ties = self._chance(0.4)

    def case(self) -> Case:
        elements = [*self._places(), *self._nodes(), *self._seats(), *self._channels()]
        elements += self._cooperations()
        for _ in range(self._random.randint(2 * self._size, 6 * self._size)):
            elements += self._hop()
        caller = self._caller()
        unique = {element.id: element for element in elements}
        return Case(
            name=self._name, elements=tuple(unique.values()), caller=caller, today=self._on,
            need=self._need(caller),
        )  # fmt: skip

    # ---- links that a path uses

    def _cooperations(self) -> list[Element]:
        """Coordinators of any tier and members of each network."""
        elements: list[Element] = []
        for network in self._networks:
            for post in self._some(self._posts, 3):
                fields = {**self._hop_fields(network.gate), "function": self._one(_FUNCTIONS)}
                elements.append(self._link(Coordinates, post.id, network.id, **fields))
            elements += [
                self._link(MemberOf, post.id, network.id, **self._hop_fields(network.gate))
                for post in self._some(self._posts, 5)
            ]
        for who in self._civilians:
            fields = {**self._hop_fields(LegalGate.CONSENT), "consent_id": f"c-{who}"}
            elements.append(self._link(DoorOpenerFor, self._one(self._posts).id, who, **fields))
        return elements

    def _hop_fields(self, gate: LegalGate) -> dict[str, Any]:
        verified_on, strength = self._on, self._one((0.8, 1.0))
        if not self._has_ties:
            strength = self._one((None, 0.0, 0.33, 0.8, 1.0))
        if self._chance(0.35):
            ago = self._one((None, 41, 365, 366, 900))
            verified_on = None if ago is None else self._on - timedelta(ago)
        level = self._one(PreventionLevel)
        levels = frozenset({level}) if self._chance(0.15) else frozenset[PreventionLevel]()
        return {
            "gate": gate, "strength": strength, "verified_on": verified_on, "levels": levels,
        }  # fmt: skip

    def _hop(self) -> list[Element]:
        post_ids = [post.id for post in self._posts]
        source, other = self._one(post_ids), self._one(post_ids)
        fields = self._hop_fields(LegalGate.INTERNAL if self._chance(0.6) else self._one(_GATES))
        types: tuple[type[HopLink], ...] = (
            RefersTo, RefersTo, EscalatesTo, Supports, Knows, Knows, DoorOpenerFor, Represents,
        )  # fmt: skip
        match self._one(types):
            case t if t in (RefersTo, EscalatesTo) and source != other:
                return [self._link(t, source, other, **fields)]
            case t if t is Supports:
                target = self._one((other, *(network.id for network in self._networks)))
                kind = SupportKind.ADVICE
                return (
                    [self._link(t, source, target, kind=kind, **fields)] if source != target else []
                )
            case t if t is Knows and len(self._people) > 1:
                first, second = sorted(self._random.sample(self._people, 2))
                del fields["gate"]
                return [
                    self._link(
                        Knows, first, second, declared_by=first, is_confirmed=True, **fields
                    )
                ]  # fmt: skip
            case t if t is DoorOpenerFor and self._civilians:
                who = self._one(self._civilians)
                fields |= {"gate": LegalGate.CONSENT, "consent_id": f"c-{who}"}
                return [self._link(DoorOpenerFor, source, who, **fields)]
            case t if t is Represents and self._civilians and self._organizations:
                who = self._one(self._civilians)
                fields |= {"gate": LegalGate.CONSENT, "consent_id": f"c-{who}"}
                return [self._link(Represents, who, self._one(self._organizations), **fields)]
            case _:
                return []

    # ---- caller and need

    def _caller(self) -> Caller:
        roles = self._one(((Role.COORDINATOR, Role.OUTREACH),) * 6 + ((Role.ANALYST,),))
        grants = tuple(Grant(role=role, areas=frozenset({"dk"})) for role in roles)
        posts = frozenset(post.id for post in self._some(self._posts, 2))
        return Caller(account="tester", grants=grants, posts=posts)

    def _need(self, caller: Caller) -> Need:
        given = self._terms()
        return Need(
            on=self._on,
            at=self._minute(),
            start=None if caller.posts and self._chance(0.3) else self._start(),
            avoid=frozenset(self._some((post.id for post in self._posts), 1))
            if self._chance(0.15)
            else frozenset(),
            via=(self._one((*(post.id for post in self._posts), NetworkKind.SSP)),)
            if self._chance(0.08)
            else (),
            gate=self._one(_GATES) if self._chance(0.08) else None,
            level=self._one(PreventionLevel) if self._chance(0.15) else None,
            direction=Direction.AUTO if self._chance(0.5) else Direction.ACROSS,
            max_hops=self._one((1, 2, 3, 4, 4, 5)),
            max_paths=self._one((None, None, None, 1, 5)),
            overlap_percent=self._one((None, None, 100, 34, 0)),
            **given,
        )

    def _minute(self) -> datetime | None:
        if self._chance(0.2):
            return None
        at = datetime.combine(self._on, self._one(_TIMES))
        return at if not _MISSING[0] <= at < _MISSING[1] else _MISSING[1]

    def _start(self) -> str:
        others = [*self._people, "kommune-kystby", *(network.id for network in self._networks)]
        others += self._civilians
        return self._one(others) if self._chance(0.2) else self._one(self._posts).id

    def _terms(self) -> dict[str, Any]:
        """Return the terms of the need: one kind of need, often with a second term."""
        area = self._one((*["kystby"] * 4, "nabo", "vestby", "havnen", "skoven", "pol-ost", "dk"))
        if self._civilians and self._chance(0.3):
            return {"target": self._one(self._civilians)}
        kinds = [network.kind for network in self._networks] or [NetworkKind.SSP]
        network = frozenset({self._one(kinds), self._one((*kinds, NetworkKind.SSP))})
        given: dict[str, Any] = self._one(
            (
                *4 * ({"network": network, "area": area},),
                {"network": network},
                {"target": self._one(self._networks).id} if self._networks else {"area": area},
                {"trigger": self._one(Trigger), "area": area},
                {"trigger": self._one(Trigger), "area": area},
                {"trigger": self._one(Trigger)},
                {"sector": self._one((Sector.YOUTH, Sector.POLICE)), "area": area},
                {"sector": self._one((Sector.YOUTH, Sector.PSYCHIATRY))},
                {"target": self._one(BODIES)[0]},
                {"target": self._one(self._posts).id},
                {"target": self._one(self._posts).id},
                {"target": self._one((*self._people, *self._organizations, area))},
                {"area": area},
                {"target": area},
                {"competence": self._one(("27.25", "27.25.08", "kv:03"))},
                {"competence": "27.25.12", "area": area},
                {"competence": "27.25.08", "language": "so"},
                {"language": self._one(("so", "ar")), "area": area},
                {"channel": self._one(CHANNELS), "area": area},
            )
        )
        extra: dict[str, Any] = self._one(
            (
                {"area": area}, {"sector": Sector.YOUTH}, {"language": "so"},
                {"channel": Channel.PHONE}, {"competence": "27.25"}, {"network": network},
                {"within_km": self._one((10, 40, 200))},
            )
        )  # fmt: skip
        return {**extra, **given} if self._chance(0.25) else given


def drawn_case(seed: int, size: int) -> Case:
    """A world and a need that has some chance of an answer."""
    return Drawing(seed, size).case()


def contact_cases(max_size: int = 13) -> st.SearchStrategy[Case]:
    """Worlds of 4 nodes and more, places aside, with a need each."""
    return st.builds(drawn_case, st.integers(0, 2**32), st.integers(4, max_size))
