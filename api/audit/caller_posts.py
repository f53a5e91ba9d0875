"""From what kind of office an account asked: the posts of its holder on that date."""

from collections.abc import Callable, Sequence
from datetime import date

from graph.model import Actor
from graph.snapshot.snapshot import Snapshot
from graph.snapshot.structure import own_posts

PersonOf = Callable[[str], str | None]
"""The node of the person who has an account."""


class CallerPosts:
    """The kinds of post of an account's holder, from a Snapshot; cached by account and date."""

    def __init__(self, snapshot: Snapshot, person_of: PersonOf) -> None:
        self._snapshot, self._person_of = snapshot, person_of
        self._known: dict[tuple[str, date], Sequence[str]] = {}

    def __call__(self, account: str, on: date) -> Sequence[str]:
        """The kinds of post, sorted; empty if the account belongs to no person in the graph."""
        key = account, on
        if key not in self._known:
            posts = own_posts(self._snapshot, self._person_of(account), on)
            rows = (self._snapshot.row_of[post] for post in posts)
            nodes = (self._snapshot.node(row) for row in rows)
            kinds = {node.kind.value for node in nodes if isinstance(node, Actor)}
            self._known[key] = sorted(kinds)
        return self._known[key]
