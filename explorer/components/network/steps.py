"""Where one has been in a network: fifty steps that can be taken back, and again."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from explorer.components.network import Place

DEPTH: Final = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkState:
    """What was drawn: around whom was expanded, in order, and where who was pinned."""

    expanded: tuple[str, ...] = ()
    pinned: Mapping[str, Place] = field(default_factory=dict[str, Place])


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkHistory:
    """What is shown, what was before, the last one last, and what was taken back."""

    now: NetworkState = field(default_factory=NetworkState)
    before: tuple[NetworkState, ...] = ()
    after: tuple[NetworkState, ...] = ()

    def to(self, shown: NetworkState) -> "NetworkHistory":
        """Shows something else; the same is no step."""
        if shown == self.now:
            return self
        return NetworkHistory(now=shown, before=(*self.before, self.now)[-DEPTH:])

    def expand(self, node_id: str) -> "NetworkHistory":
        """Shows who is around one more; around whom was expanded already: nothing new."""
        if node_id in self.now.expanded:
            return self
        return self.to(replace(self.now, expanded=(*self.now.expanded, node_id)))

    def pin(self, pinned: Mapping[str, Place]) -> "NetworkHistory":
        """Holds these where they are, and only these."""
        return self.to(replace(self.now, pinned=dict(pinned)))

    def undo(self) -> "NetworkHistory":
        """Takes the last step back; at the beginning nothing."""
        if not self.before:
            return self
        *before, now = self.before
        return NetworkHistory(now=now, before=tuple(before), after=(*self.after, self.now))

    def redo(self) -> "NetworkHistory":
        """Takes again what was taken back."""
        if not self.after:
            return self
        *after, now = self.after
        return NetworkHistory(now=now, before=(*self.before, self.now), after=tuple(after))
