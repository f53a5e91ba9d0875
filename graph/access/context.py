"""Inputs common to all grants of a caller: validity on the date and location in areas.

The masks are bool[nodes] or bool[links] of one Snapshot; nothing here depends on a role.
"""

from dataclasses import dataclass
from datetime import date
from typing import Final, cast

import numpy as np
from numpy.typing import NDArray

from graph.access.policy import Caller
from graph.snapshot.columns import Rows
from graph.snapshot.field_types import date_to_day
from graph.snapshot.snapshot import Snapshot
from graph.vocabulary import PUBLIC_LINES, Label, LinkType

Mask = NDArray[np.bool_]
SEATS: Final = (LinkType.HOLDS, LinkType.DEPUTIZES_FOR)
MEETINGS: Final = (LinkType.MEMBER_OF, LinkType.COORDINATES)


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessContext:
    """A Snapshot on a date, with the caller's own nodes; consent is checked on `today` too."""

    snapshot: Snapshot
    on: date
    today: date
    valid: Mask  # nodes
    live: Mask  # links whose ends are valid too
    posts: Mask  # the caller's own
    withheld: Mask  # nodes visible to the DPO only, regardless of other rules
    own: Mask  # the caller's person and its details, and consents that own posts renew
    public: Mask  # the contact details of lines with a public number

    def ends(self, *types: LinkType, among: Mask | None = None) -> tuple[Rows, Rows]:
        """Return sources and targets of the live links of some types, limited to `among`."""
        links = self.snapshot.links
        mask = self.live & np.isin(links.type, [link_type.code for link_type in types])
        if among is not None:
            mask &= among
        rows = np.flatnonzero(mask)
        return links.source[rows], links.target[rows]

    def targets_of(self, origin: Mask, *types: LinkType, among: Mask | None = None) -> Mask:
        """Return the targets of the live links of some types from a set of nodes."""
        source, target = self.ends(*types, among=among)
        return self.mask(target[origin[source]])

    def mask(self, rows: Rows) -> Mask:
        """Return bool[nodes]: the given rows."""
        mask = np.zeros(len(self.valid), np.bool_)
        mask[rows] = True
        return mask

    def is_label(self, label: Label) -> Mask:
        """Return bool[nodes]: the nodes of a label."""
        return self.snapshot.nodes.label == label.code

    def ids(self, mask: Mask) -> frozenset[str]:
        """Return the ids of the nodes of a mask."""
        rows: list[int] = np.flatnonzero(mask).tolist()
        return frozenset(self.snapshot.nodes.ids[row] for row in rows)


def access_context(
    snapshot: Snapshot,
    caller: Caller,
    on: date,
    *,
    today: date,
    withheld: frozenset[str],
    among: tuple[Mask, Mask] | None = None,
) -> AccessContext:
    """Return the context of all grants of a caller on a date. O(nodes + links).

    `among`: all other nodes and links are treated as absent.
    """
    day = date_to_day(on)
    nodes, links = snapshot.nodes, snapshot.links
    valid = (nodes.valid_from <= day) & (day < nodes.valid_to)
    live = (links.valid_from <= day) & (day < links.valid_to)
    if among is not None:
        valid, live = valid & among[0], live & among[1]
    live &= valid[links.source] & valid[links.target]
    withheld_mask = _mask_of(snapshot, withheld)
    # The caller's person and its details, and the consents its posts renew. O(consents).
    own = _mask_of(snapshot, frozenset({caller.person} if caller.person else ()))
    reached = live & (links.type == LinkType.REACHED_BY.code)
    reached &= own[links.source] & ~withheld_mask[links.source]
    own[links.target[reached]] = True
    if caller.posts:
        receipts = snapshot.tables[Label.CONSENT]
        renewed = [str(post) in caller.posts for post in receipts.columns["renewal_by"]]
        own[receipts.rows[np.array(renewed, np.bool_)]] = True
    public = np.zeros(len(nodes.ids), np.bool_)
    to_numbers = public_links(snapshot)
    public[links.target[to_numbers[live[to_numbers]]]] = True
    return AccessContext(
        snapshot=snapshot,
        on=on,
        today=today,
        valid=valid,
        live=live,
        posts=_mask_of(snapshot, caller.posts) & valid,
        withheld=withheld_mask,
        own=own & valid & ~withheld_mask,
        public=public,
    )


def public_links(snapshot: Snapshot) -> Rows:
    """Return the links from public lines to their contact details, on any date; cached."""
    if "public links" not in snapshot.memo:
        nodes, links = snapshot.nodes, snapshot.links
        is_line = nodes.label == Label.ACTOR.code
        is_line &= np.isin(nodes.kind, [kind.code for kind in PUBLIC_LINES])
        of_lines = (links.type == LinkType.REACHED_BY.code) & is_line[links.source]
        snapshot.memo["public links"] = np.flatnonzero(of_lines).astype(np.int32)
    public: Rows = snapshot.memo["public links"]
    return public


def _mask_of(snapshot: Snapshot, ids: frozenset[str]) -> Mask:
    mask = np.zeros(len(snapshot.nodes.ids), np.bool_)
    mask[[snapshot.row_of[node_id] for node_id in ids if node_id in snapshot.row_of]] = True
    return mask


def inside(context: AccessContext, areas: frozenset[str]) -> Mask:
    """Return the areas themselves and all areas in them on the date, at any depth."""
    mask = _mask_of(context.snapshot, areas)
    source, target = context.ends(LinkType.LIES_IN)
    while True:
        wider = mask.copy()
        wider[source[mask[target]]] = True
        if (wider == mask).all():
            return mask
        mask = wider


def nodes_in(context: AccessContext, around: Mask, among: Mask) -> Mask:
    """Return the nodes with at least one of their areas in `around`.

    The areas of a node are those of its COVERS links, otherwise inherited. A post without COVERS
    inherits from its authority, also before its validity begins and after it ends; an association
    from its posts, else from its networks; a person from their posts (`_homes`); a civilian
    from their door openers; a detail and a consent from their owner; a plan from those it governs.
    `among` are the links that a grant opens: no other membership, door opener, owner or plan link
    may determine a location.
    """
    lies = around.copy()
    source, target = context.ends(LinkType.COVERS)
    own = context.mask(source)
    lies[source[around[target]]] = True
    _inherit(lies, own, *context.ends(LinkType.BELONGS_TO))
    absent_posts, covering = _of_posts_not_there(context, LinkType.COVERS)
    _inherit(lies, own, absent_posts, covering)
    _inherit(
        lies, own | context.mask(absent_posts), *_of_posts_not_there(context, LinkType.BELONGS_TO)
    )
    bodies = own | ~context.is_label(Label.ORGANIZATION)
    post, body = context.ends(LinkType.BELONGS_TO)
    _inherit(lies, bodies, body, post)
    _inherit(lies, bodies | context.mask(body), *context.ends(LinkType.MEMBER_OF, among=among))
    _inherit(lies, own, *_homes(context))
    for link_type in (
        LinkType.DOOR_OPENER_FOR,
        LinkType.REACHED_BY,
        LinkType.GAVE_CONSENT,
        LinkType.GOVERNED_BY,
    ):
        source, target = context.ends(link_type, among=among)
        _inherit(lies, own, target, source)
    return lies


def _inherit(lies: Mask, own: Mask, heir: Rows, origin: Rows) -> None:
    """Let nodes without areas of their own inherit those of their origins, in place."""
    lies[heir[lies[origin] & ~own[heir]]] = True


def _of_posts_not_there(context: AccessContext, link_type: LinkType) -> tuple[Rows, Rows]:
    """Sources and targets of the links of a type from posts that are not valid on the date."""
    links = context.snapshot.links
    mask = (links.type == link_type.code) & context.is_label(Label.ACTOR)[links.source]
    rows = np.flatnonzero(mask & ~context.valid[links.source] & context.valid[links.target])
    return links.source[rows], links.target[rows]


def _homes(context: AccessContext) -> tuple[Rows, Rows]:
    """Pairs of a person and a post that determines the person's location; not every seat does.

    The first nonempty choice applies: posts held on the date; posts held at another time; posts
    where the person acts or deputizes on the date; the same at another time.
    """
    links = context.snapshot.links
    seats = np.isin(links.type, [link_type.code for link_type in SEATS])
    rows = np.flatnonzero(seats & context.is_label(Label.PERSON)[links.source])
    person, post = links.source[rows], links.target[rows]
    # bool[links]: the HOLDS links that are not acting.
    table = context.snapshot.tables[LinkType.HOLDS]
    is_first_choice = np.zeros(len(context.snapshot.links.ids), np.bool_)
    is_first_choice[table.rows] = ~cast("Mask", table.columns["is_acting"])
    rank = 2 * ~is_first_choice[rows] + ~context.live[rows]
    best = np.full(len(context.valid), 4, np.int8)
    np.minimum.at(best, person, rank.astype(np.int8))
    is_best = rank == best[person]
    return person[is_best], post[is_best]
