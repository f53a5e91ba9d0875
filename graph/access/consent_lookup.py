"""Who gave a consent, and which receipts of theirs still stand? Asked past any View."""

from collections.abc import Iterable, Iterator
from datetime import date

from graph.model import Consent, Link
from graph.snapshot.columns import Adjacency
from graph.snapshot.snapshot import Snapshot
from graph.vocabulary import LinkType


def consent_giver(snapshot: Snapshot, consent_id: str) -> str | None:
    """The civilian who gave a consent, also one that is over; None where there is none."""
    for link in _gave(snapshot, snapshot.into, consent_id):
        return snapshot.nodes.ids[int(snapshot.links.source[link])]
    return None


def consents_of(snapshot: Snapshot, individual: str) -> tuple[Consent, ...]:
    """All a civilian ever gave, in order of id."""
    links = _gave(snapshot, snapshot.out, individual)
    ids = (snapshot.nodes.ids[int(snapshot.links.target[link])] for link in links)
    return tuple(consents(snapshot, sorted(ids)))


def links_relying_on(snapshot: Snapshot, individual: str, on: date) -> tuple[Link, ...]:
    """The door openers and associations of a civilian on a date, whose links name a receipt."""
    row = snapshot.row_of.get(individual, -1)
    if row < 0:
        return ()
    around = [
        *_around(snapshot, snapshot.into, row, LinkType.DOOR_OPENER_FOR),
        *_around(snapshot, snapshot.out, row, LinkType.REPRESENTS),
    ]
    links = (snapshot.link(link) for link in around)
    return tuple(link for link in links if link.is_valid(on))


def consents(snapshot: Snapshot, ids: Iterable[str]) -> Iterator[Consent]:
    """Those of these receipts that there are."""
    for one in ids:
        row = snapshot.row_of.get(one, -1)
        node = snapshot.node(row) if row >= 0 else None
        if isinstance(node, Consent):
            yield node


def not_withdrawn(receipts: Iterable[Consent]) -> tuple[Consent, ...]:
    """Those not withdrawn; expired ones too, for nobody can tell when a clock was wrong."""
    return tuple(one for one in receipts if one.withdrawn_on is None)


def _gave(snapshot: Snapshot, adjacency: Adjacency, node_id: str) -> Iterator[int]:
    row = snapshot.row_of.get(node_id, -1)
    return _around(snapshot, adjacency, row, LinkType.GAVE_CONSENT) if row >= 0 else iter(())


def _around(
    snapshot: Snapshot, adjacency: Adjacency, row: int, link_type: LinkType
) -> Iterator[int]:
    links: list[int] = adjacency.links[adjacency.start[row] : adjacency.start[row + 1]].tolist()
    return (one for one in links if snapshot.links.type[one] == link_type.code)
