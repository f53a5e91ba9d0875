"""Whether a contact may be called without anybody between, and on what ground.

Source: answer.md §4. Which gates allow named persons is the policy's `[gates]`, which labels may be
called directly its `[direct]`.
"""

from functools import cached_property

from graph.access.view import View
from graph.paths.answer import Direct, Resolution
from graph.paths.civil import has_consented
from graph.paths.ends import is_named
from graph.paths.need import Need
from graph.paths.resolve import named
from graph.paths.rules import Policy
from graph.paths.words import DirectGround
from graph.vocabulary import Label, LegalGate, LinkType

_MEETINGS = (LinkType.MEMBER_OF, LinkType.COORDINATES)


class DirectContact:
    """Who may be called from some posts for one need."""

    def __init__(self, view: View, need: Need, policy: Policy, starts: tuple[int, ...]) -> None:
        self._view, self._need, self._policy = view, need, policy
        self._posts = tuple(row for row in starts if view.label(row) is Label.ACTOR)
        self._is_named = is_named(need, policy)

    def direct(self, row: int, resolution: Resolution | None) -> Direct | None:
        """How a node may be called; None: through others alone, or there is no channel to see."""
        view = self._view
        if not self._posts or view.label(row) not in self._policy.direct:
            return None
        if view.label(row) is Label.RESOURCE_INDIVIDUAL:
            return has_consented(view, row)
        if resolution is None or not resolution.channels:
            return None
        ground = self._ground(row)
        if ground is None:
            return Direct(
                ground=DirectGround.GENERAL,
                covers_need=not self._is_named,
                channels=resolution.channels,
            )
        gate, shared = ground
        return Direct(
            ground=DirectGround.NAMED,
            covers_need=True,
            channels=resolution.channels,
            gate=gate,
            through=named(view, shared),
        )

    def _ground(self, row: int) -> tuple[LegalGate, int] | None:
        """The best network or authority that both are in whose gate allows named persons."""
        view = self._view
        own = [(gate, one) for gate, one in self._meetings if self._admits(gate)]
        shared = set(view.targets(row, *_MEETINGS, LinkType.BELONGS_TO))
        found = ((gate, one) for gate, one in own if one in shared)
        return min(found, key=self._rank, default=None)

    def _rank(self, ground: tuple[LegalGate, int]) -> tuple[int, int, int]:
        """The grounds of the need's trigger come first, in their order."""
        gate, row = ground
        trigger = self._need.trigger
        grounds = () if trigger is None else self._policy.triggers[trigger].grounds
        place = grounds.index(gate) if gate in grounds else len(grounds)
        return place, gate.code, row

    @cached_property
    def _meetings(self) -> list[tuple[LegalGate, int]]:
        """The networks and authorities of whoever asks, with the gate they stand for."""
        view = self._view
        networks = {one for post in self._posts for one in view.targets(post, *_MEETINGS)}
        bodies = {one for post in self._posts for one in view.targets(post, LinkType.BELONGS_TO)}
        gates: list[tuple[LegalGate, int]] = [(view.value(one, "gate"), one) for one in networks]
        internal = LegalGate.INTERNAL
        return [
            *gates,
            *((internal, one) for one in bodies if view.label(one) is Label.AUTHORITY),
        ]

    def _admits(self, gate: LegalGate) -> bool:
        rule = self._policy.gates.get(gate)
        is_asked = self._need.gate in (None, gate) or gate is LegalGate.INTERNAL
        return rule is not None and rule.is_named and is_asked
