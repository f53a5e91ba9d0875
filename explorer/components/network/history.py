"""The steps made in a network: what was expanded and pinned, with undo and redo."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from explorer.components.network.arrangement import Place

DEPTH: Final = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkState:
    """The state of a drawing: the nodes expanded, in order, and the positions of those pinned."""

    expanded: tuple[str, ...] = ()
    pinned: Mapping[str, Place] = field(default_factory=dict[str, Place])


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkHistory:
    """The current state, the earlier ones, the last one last, and those undone."""

    now: NetworkState = field(default_factory=NetworkState)
    before: tuple[NetworkState, ...] = ()
    after: tuple[NetworkState, ...] = ()

    def to(self, shown: NetworkState) -> "NetworkHistory":
        """Return the history with another current state; an equal one is no step."""
        if shown == self.now:
            return self
        return NetworkHistory(now=shown, before=(*self.before, self.now)[-DEPTH:])

    def expand(self, node_id: str) -> "NetworkHistory":
        """Return the history with one more node expanded; unchanged if it is expanded already."""
        if node_id in self.now.expanded:
            return self
        return self.to(replace(self.now, expanded=(*self.now.expanded, node_id)))

    def pin(self, pinned: Mapping[str, Place]) -> "NetworkHistory":
        """Return the history with exactly these nodes pinned."""
        return self.to(replace(self.now, pinned=dict(pinned)))

    def undo(self) -> "NetworkHistory":
        """Return the history one step back; unchanged at its start."""
        if not self.before:
            return self
        *before, now = self.before
        return NetworkHistory(now=now, before=tuple(before), after=(*self.after, self.now))

    def redo(self) -> "NetworkHistory":
        """Return the history with the last undone step made again; unchanged if there is none."""
        if not self.after:
            return self
        *after, now = self.after
        return NetworkHistory(now=now, before=(*self.before, self.now), after=tuple(after))
