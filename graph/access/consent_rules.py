"""Civilians visible under a grant, by consent: docs/domain.md, "Consent and visibility".

A consent counts if it is in force on the date and today; links based on any other are blocked.
"""

from typing import cast

import numpy as np

from graph.access.context import MEETINGS, AccessContext, Mask
from graph.access.policy import Grant
from graph.snapshot.columns import Days, Rows
from graph.snapshot.field_types import MISSING, date_to_day
from graph.vocabulary import ConsentPurpose, Label, LinkType, PreventionLevel


def in_force(context: AccessContext) -> Mask:
    """Return bool[nodes]: the consents in force on the date and today."""
    table = context.snapshot.tables[Label.CONSENT]
    given_on, expires_on, withdrawn_on = (
        cast("Days", table.columns[name]) for name in ("given_on", "expires_on", "withdrawn_on")
    )
    is_withdrawn = withdrawn_on != MISSING
    until = np.where(is_withdrawn, np.minimum(expires_on, withdrawn_on), expires_on)
    current = np.zeros(len(context.valid), np.bool_)
    days = (date_to_day(context.on), date_to_day(context.today))
    current[table.rows] = np.all([(given_on <= day) & (day < until) for day in days], axis=0)
    return current


def links_without_consent(context: AccessContext, current: Mask) -> Mask:
    """Return bool[links]: those not based on a consent in force given by their own civilian."""
    links, row_of = context.snapshot.links, context.snapshot.row_of
    civilian, consent = context.ends(LinkType.GAVE_CONSENT)
    # The last entry is for a consent that is absent.
    giver = np.full(len(context.valid) + 1, -1, np.int32)
    giver[consent] = np.where(current[consent], civilian, -1)
    shut = np.zeros(len(context.live), np.bool_)
    for link_type, ends in (
        (LinkType.DOOR_OPENER_FOR, links.target),
        (LinkType.REPRESENTS, links.source),
    ):
        table = context.snapshot.tables[link_type]
        rests_on = [row_of.get(str(node_id), -1) for node_id in table.columns["consent_id"]]
        shut[table.rows] = giver[np.array(rests_on, np.intp)] != ends[table.rows]
    return shut


def contact_consents(
    context: AccessContext, grant: Grant, around: Mask, among: Mask, current: Mask
) -> Mask:
    """Return bool[nodes]: the consents in force that permit contact by the caller, by one grant.

    `around` are the grant's areas, `among` the links it opens.
    """
    if PreventionLevel.OUTREACH not in grant.levels:
        return np.zeros(len(context.valid), np.bool_)
    offices = context.targets_of(context.posts, LinkType.BELONGS_TO)
    networks = context.targets_of(context.posts, *MEETINGS, among=among)
    return _consents_for(context, context.ids(around | offices | networks), current)


def reachable_civilians(context: AccessContext, among: Mask, carried: Mask) -> Mask:
    """Return the civilians who gave one of the consents and have a door opener among the links."""
    _, behind = context.ends(LinkType.DOOR_OPENER_FOR, among=among)
    return _consenting_civilians(context, carried) & context.mask(behind)


def named_civilians(context: AccessContext, among: Mask, current: Mask) -> Mask:
    """Return the civilians whose consent or door opener names the caller, with their details.

    A consent names a post of the caller, or its authority or organization; a door opener is a post
    of the caller.
    """
    own = context.posts | context.targets_of(context.posts, LinkType.BELONGS_TO)
    civilians = context.targets_of(context.posts, LinkType.DOOR_OPENER_FOR, among=among)
    civilians |= _consenting_civilians(context, _consents_for(context, context.ids(own), current))
    return civilians | context.targets_of(civilians, LinkType.REACHED_BY)


def _consents_for(context: AccessContext, audience: frozenset[str], current: Mask) -> Mask:
    """Return the consents in force that permit contact by one of the ids. O(consents) in Python."""
    consents = np.zeros(len(context.valid), np.bool_)
    for consent in np.flatnonzero(current).tolist():
        place = int(context.snapshot.nodes.place[consent])
        purposes, ids = (
            context.snapshot.value(Label.CONSENT, place, name) for name in ("purposes", "audience")
        )
        consents[consent] = ConsentPurpose.CONTACT in purposes and not audience.isdisjoint(ids)
    return consents


def _consenting_civilians(context: AccessContext, consents: Mask) -> Mask:
    """The civilians who gave one of the consents."""
    source, target = context.ends(LinkType.GAVE_CONSENT)
    givers: Rows = source[consents[target]]
    return context.mask(givers)
