"""Worlds in which somebody leaves, and an oracle of the best contacts in them by every path."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Any

from hypothesis import strategies as st

from graph.access.view import View
from graph.model import BelongsTo, Element, Holds, MemberOf, Network
from graph.paths.answer_terms import AnswerRole
from graph.paths.answering_costs import post_answers
from graph.paths.ends import direction_of
from graph.paths.kernel.request import SearchRequest
from graph.paths.need import Need
from graph.paths.resolve import resolve
from graph.questions.impact import Worsening
from graph.questions.reference_needs import LocalStart, Reference, local_needs, local_starts
from graph.vocabulary import Label, LegalGate, NetworkKind, PostKind, Sector, Tier
from tests import kystby
from tests.fixtures.snapshots import snapshot_of
from tests.graph.drawn_worlds import ADDITIONS, without_loose_links
from tests.graph.paths.additions import ALL_LEVELS, POLICY, coordinates, person, post, tie
from tests.graph.paths.oracle import Oracle
from tests.graph.questions.letters import refers
from tests.kystby import TODAY

NATIONAL = (
    post("cde", PostKind.CDE_ADVISER, Sector.IMMIGRATION),
    tie(BelongsTo, "cde", "politi"),
    person("cilla"),
    tie(Holds, "cilla", "cde"),
)
HEAD = (
    post("head", PostKind.HEAD_OF_CRIME_PREVENTION, Sector.POLICE),
    tie(BelongsTo, "head", "politi"),
    person("hans"),
    tie(Holds, "hans", "head"),
)


def meets(post_id: str, network: str, **fields: Any) -> Element:
    """A standing member, checked today."""
    given = {"gate": LegalGate.SSP_115, "levels": ALL_LEVELS, "strength": 0.7, "verified_on": TODAY}
    return tie(MemberOf, post_id, network, **{**given, **fields})


HOUSE = Network(
    id="house", kind=NetworkKind.INFOHOUSE_MUNICIPALITY, name="Infohus Kystby",
    gate=LegalGate.INFOHOUSE, levels=ALL_LEVELS, source="test",
)  # fmt: skip
_POSTS = ("cde", "head", "ihd", "duty", "ssp-post", "intake", "release", "nabo-ssp", "outreach")
_MEET = ("ssp-post", "intake", "release", "nabo-ssp", "ihd")
LEAVE = (*_POSTS, "amina", "bo", "carl", "dina", "erik", "fie", "hans", "ssp", "house", "politi",
          "kystby-kommune")  # fmt: skip


@st.composite
def worlds(draw: st.DrawFn) -> tuple[Element, ...]:
    """Kystby with a national post, an info house, and drawn referrals, seats and acquaintances."""
    pairs = st.tuples(st.sampled_from(_POSTS), st.sampled_from(_POSTS))
    gates = st.sampled_from([LegalGate.INTERNAL, LegalGate.GENERAL, LegalGate.SSP_115])
    more = [
        refers(source, target, id=f"r-{source}-{target}", gate=draw(gates))
        for source, target in sorted(draw(st.sets(pairs, max_size=10)))
        if source != target
    ]
    more += [
        meets(member, "house", gate=LegalGate.INFOHOUSE)
        for member in sorted(draw(st.sets(st.sampled_from(_MEET), max_size=3)))
    ]
    if draw(st.booleans()):
        terms: dict[str, Any] = {"gate": LegalGate.INFOHOUSE, "verified_on": TODAY}
        more.append(coordinates("release", "house", strength=0.9, **terms))
    gone = draw(st.sets(st.sampled_from(sorted(_DOUBTFUL))))
    elements = (*kystby.elements(), *ADDITIONS, *NATIONAL, *HEAD, HOUSE, *more)
    return without_loose_links(
        {element.id: element for element in elements if element.id not in gone}
    )


_DOUBTFUL = frozenset(
    {"head", "bo--ssp-post", "duty--ssp-post", "duty--ihd", "ihd--ssp-post", "fie--release",
     "carl--dina", "amina--ssp-post", "intake--ssp"}
)  # fmt: skip


def view_of(elements: Iterable[Element]) -> View:
    """Return the local operator's View of a world two weeks later: amina is back."""
    return kystby.view_of(snapshot_of(elements), on=date(2026, 12, 7))


Key = tuple[str, Reference, Tier | None]
ContactRank = tuple[int, int, int, bool, int, int]
"""Class, rung (a unit like a holder), state (0: on the date), age, cost, hops."""


def walked(view: View, starts: Iterable[LocalStart]) -> dict[Key, ContactRank]:
    """Return the best contact of every place, by enumerating every path."""
    contacts: dict[Key, ContactRank] = {}
    for need in local_needs(view, POLICY):
        right = set(need.first)
        for start in starts:
            for local_class in need.classes():
                reached = [
                    (state, summary)
                    for row in local_class.rows
                    if (summary := best_way(view, start.posts, row, right)) is not None
                    for state in [resolve(view, row, POLICY).availability.state]
                ]
                if reached:
                    state, (row, is_old, cost, hops) = min(
                        reached, key=lambda pair: (pair[1][3] > 0, pair[0].code, pair[1][1:])
                    )
                    is_you = hops == 0 and cost == 0
                    rung = AnswerRole.HOLDER if is_you else resolve(view, row, POLICY).rung
                    contacts[view.id(need.area), need.reference, start.tier] = (
                        local_class.number, max(rung.code, AnswerRole.HOLDER.code),
                        0 if is_you or state.is_now else state.code, is_old, cost, hops,
                    )  # fmt: skip
                    break
    return contacts


def best_way(
    view: View, starts: Iterable[int], row: int, right: set[int]
) -> tuple[int, bool, int, int] | None:
    """Return a row with age, cost and hops of the best path to it; 0 for the asker's own rows."""
    who, first = post_answers(view, POLICY), list(starts)
    keys, sits = who.key.tolist(), who.sits.tolist()
    mine = {sits[start] for start in first}
    offices = [*view.rows(Label.ACTOR), *view.rows(Label.NETWORK)]
    own = {*first, *(office for office in offices if {keys[office], sits[office]} & mine)}
    if row in own:
        return row, False, 0, 0
    ask = SearchRequest(
        starts=tuple(own), targets={row: 0}, max_hops=POLICY.search.default_hops, max_paths=1,
        overlap_percent=100, avoid=frozenset(right - own - {row}),
        direction=direction_of(
            view, Need(on=view.on, network=Reference.SSP.kinds), first, [row]
        ),
    )  # fmt: skip
    paths = Oracle(view, POLICY, ask, who.cost.tolist(), keys).paths()
    return (row, paths[0].is_old, paths[0].cost, paths[0].hops) if paths else None


def remaining_starts(whole: View, view: View) -> list[LocalStart]:
    """Return the starts of the whole world as rows of a world where something is gone."""
    starts: list[LocalStart] = []
    for start in local_starts(whole):
        ids = {whole.id(row) for row in start.posts}
        if start.tier is Tier.DISTRICT and any(view.find(post_id) is None for post_id in ids):
            ids = {"head"} if view.find("head") is not None else {"duty", "ihd"}
        rows = (row for post_id in sorted(ids) if (row := view.find(post_id)) is not None)
        starts.append(replace(start, posts=tuple(rows)))
    return starts


_IN_ORDER = (Worsening.CLASS, Worsening.ANSWERING, Worsening.ANSWERING, Worsening.OLD)


def first_worse(before: ContactRank, after: ContactRank | None) -> Worsening | None:
    if after is None:
        return Worsening.LOST
    for what, was, now in zip(_IN_ORDER, before, after, strict=False):
        if was != now:
            return what if now > was else None
    if after[4:] <= before[4:]:
        return None
    return Worsening.HOPS if after[5] > before[5] else Worsening.COST
