"""Whose is a contact detail that somebody handed on themselves? Asked past any View."""

from datetime import date

import numpy as np

from graph.snapshot.field_types import date_to_day
from graph.snapshot.snapshot import Snapshot
from graph.vocabulary import Channel, Label, LinkType


def contact_detail_owner(
    snapshot: Snapshot, detail_id: str, on: date, *, withheld: frozenset[str]
) -> tuple[str, Channel] | None:
    """The owner and the channel of a detail; None where it has ended or either is withheld.

    Only for a detail its owner has handed on: no right of the caller is asked for.
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
