"""Lookups of consents and the links that rely on them, without the restrictions of a View."""

from collections.abc import Iterable, Iterator
from datetime import date

import numpy as np

from graph.model import Consent, Link
from graph.snapshot.columns import Adjacency
from graph.snapshot.field_types import date_to_day
from graph.snapshot.snapshot import Snapshot
from graph.vocabulary import Channel, Label, LinkType


def consent_giver(snapshot: Snapshot, consent_id: str) -> str | None:
    """Return the id of the civilian who gave a consent, also an expired one; None if absent."""
    for link in _gave(snapshot, snapshot.into, consent_id):
        return snapshot.nodes.ids[int(snapshot.links.source[link])]
    return None


def consents_of(snapshot: Snapshot, individual: str) -> tuple[Consent, ...]:
    """Return all consents a civilian ever gave, in order of id."""
    links = _gave(snapshot, snapshot.out, individual)
    ids = (snapshot.nodes.ids[int(snapshot.links.target[link])] for link in links)
    return tuple(consents(snapshot, sorted(ids)))


def links_relying_on(snapshot: Snapshot, individual: str, on: date) -> tuple[Link, ...]:
    """Return a civilian's links that name a consent and are valid on a date or begin later.

    These are DOOR_OPENER_FOR to the civilian and REPRESENTS from the civilian.
    """
    row = snapshot.row_of.get(individual, -1)
    if row < 0:
        return ()
    around = [
        *_around(snapshot, snapshot.into, row, LinkType.DOOR_OPENER_FOR),
        *_around(snapshot, snapshot.out, row, LinkType.REPRESENTS),
    ]
    links = (snapshot.link(link) for link in around)
    return tuple(link for link in links if link.valid_to is None or on < link.valid_to)


def consents(snapshot: Snapshot, ids: Iterable[str]) -> Iterator[Consent]:
    """Yield the consents that exist among some ids."""
    for node_id in ids:
        row = snapshot.row_of.get(node_id, -1)
        node = snapshot.node(row) if row >= 0 else None
        if isinstance(node, Consent):
            yield node


def not_withdrawn(receipts: Iterable[Consent]) -> tuple[Consent, ...]:
    """Return the consents not withdrawn, also expired ones, since a clock may have been wrong."""
    return tuple(consent for consent in receipts if consent.withdrawn_on is None)


def _gave(snapshot: Snapshot, adjacency: Adjacency, node_id: str) -> Iterator[int]:
    row = snapshot.row_of.get(node_id, -1)
    return _around(snapshot, adjacency, row, LinkType.GAVE_CONSENT) if row >= 0 else iter(())


def _around(
    snapshot: Snapshot, adjacency: Adjacency, row: int, link_type: LinkType
) -> Iterator[int]:
    links: list[int] = adjacency.links[adjacency.start[row] : adjacency.start[row + 1]].tolist()
    return (link for link in links if snapshot.links.type[link] == link_type.code)


def contact_detail_owner(
    snapshot: Snapshot, detail_id: str, on: date, *, withheld: frozenset[str]
) -> tuple[str, Channel] | None:
    """Return the owner's id and the channel of a detail; None if ended or either is withheld.

    Only for a detail disclosed by its owner: the rights of the caller are not checked.
    """
    row, day = snapshot.row_of.get(detail_id, -1), date_to_day(on)
    nodes, links = snapshot.nodes, snapshot.links
    if row < 0 or nodes.label[row] != Label.CONTACT_DETAIL.code:
        return None
    around = snapshot.into.links[snapshot.into.start[row] : snapshot.into.start[row + 1]]
    live = links.type[around] == LinkType.REACHED_BY.code
    live &= (links.valid_from[around] <= day) & (day < links.valid_to[around])
    live &= bool(nodes.valid_from[row] <= day < nodes.valid_to[row])
    owners: list[int] = links.source[around[np.flatnonzero(live)]].tolist()
    ids = [nodes.ids[owner] for owner in owners]
    if not ids or not withheld.isdisjoint({detail_id, *ids}):
        return None
    return ids[0], snapshot.value(Label.CONTACT_DETAIL, int(nodes.place[row]), "channel")
