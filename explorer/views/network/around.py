"""The network around a node: its query, cached answers, drawing and table.

Each step from node to node redraws the screen, and every request is written to the audit log, so
an answer is fetched once per revision.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from math import isfinite
from time import monotonic
from typing import Final, get_args
from urllib.parse import urlencode

import streamlit as st

from api.client import ApiClient, NotFound
from api.schemas.entities import Neighborhood
from api.schemas.words import LinkType, PreventionLevel
from explorer import address, frame, screen_state, session
from explorer.components.network import (
    CAP,
    Arrangement,
    DrawnLink,
    DrawnNode,
    DrawnWay,
    Layout,
    NetworkAction,
    NetworkElements,
    NetworkHistory,
    NetworkState,
    NetworkText,
    Place,
    SavedViews,
    ViewsText,
    elements,
    network,
    tiers,
)
from explorer.components.network import hear as acts
from explorer.html_table import table, texts
from explorer.i18n import _, language, number
from explorer.labels import SIGNS, Labels

LABELS: Final = ("Actor", "Network", "Authority", "Person", "ResourceIndividual", "Organization")
TYPES: Final[tuple[LinkType, ...]] = get_args(LinkType)
LEVELS: Final[tuple[PreventionLevel, ...]] = get_args(PreventionLevel)
LAYOUTS: Final[tuple[Layout, ...]] = get_args(Layout)
_MOST_PINS: Final = 60  # the length of an address is limited
_CACHE: Final = "network-answers"
_WALK: Final = "network-walk"


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkQuery:
    """The query in the address."""

    center: str
    hops: int
    level: PreventionLevel | None
    labels: tuple[str, ...]
    types: tuple[str, ...]
    layout: Layout
    on: date


@dataclass(slots=True)
class NetworkWalk:
    """The navigation state of a user in a network; another center starts a new one."""

    center: str
    steps: NetworkHistory
    selected: str | None = None
    hold: str | None = None  # to be pinned at its position in the drawing
    drawing: "_Drawing | None" = None  # what is on screen now


@dataclass(frozen=True, slots=True)
class _Drawing:
    """The elements drawn, and their answers, kept so that the `id` values are not reused."""

    answers: tuple[Neighborhood, ...]
    basis: object
    elements: NetworkElements


@dataclass(slots=True)
class _Cache:
    client: ApiClient
    revision: int
    since: float
    answers: dict[object, Neighborhood] = field(default_factory=dict[object, Neighborhood])


def network_query(on: date) -> NetworkQuery | None:
    """The query in the address; None without a center."""
    center, level, layout = address.text("id"), address.text("level"), address.text("layout")
    if center is None:
        return None
    return NetworkQuery(
        center=center,
        hops=2 if address.number("hops") == 2 else 1,
        level=level if level in LEVELS else None,
        labels=tuple(label for label in address.many("kind") if label in LABELS),
        types=tuple(code for code in address.many("type") if code in TYPES),
        layout=layout if layout in LAYOUTS else "tiers",
        on=on,
    )


def walk(what: NetworkQuery) -> NetworkWalk:
    """The navigation state around a center; a shared link restores what was expanded and pinned."""
    current: NetworkWalk | None = st.session_state.get(_WALK)
    if current is None or current.center != what.center:
        expanded = tuple(dict.fromkeys(address.many("expanded")))
        state = NetworkState(expanded=expanded, pinned=pins(address.many("pin")))
        current = NetworkWalk(what.center, NetworkHistory(now=state))
        st.session_state[_WALK] = current
    return current


def pins(codes: Iterable[str]) -> dict[str, Place]:
    """The pinned nodes and their places in an address: `act-ssp-0825:-120:40`."""
    places: dict[str, Place] = {}
    for code in codes:
        node_id, *place = code.rsplit(":", 2)
        try:
            x, y = map(float, place)
        except ValueError:
            continue
        if isfinite(x) and isfinite(y):
            places[node_id] = (x, y)
    return places


def shared_parameters(walk: NetworkWalk) -> dict[str, list[str]]:
    """The address parameters of the screen: the query, the expanded nodes, the pins with places."""
    now = walk.steps.now
    pinned = [
        f"{node_id}:{round(x, 1):g}:{round(y, 1):g}" for node_id, (x, y) in now.pinned.items()
    ]
    more = {"expanded": list(now.expanded), "pin": pinned[:_MOST_PINS]}
    return {name: codes for name, codes in {**address.here(), **more}.items() if codes}


def answers(context: frame.ScreenContext, what: NetworkQuery) -> tuple[Neighborhood, ...]:
    """The neighborhoods of the center and of each expanded node that still exists.

    Raises: Problem: as the API reports.
    """
    client, expanded = context.client, walk(what).steps.now.expanded

    def ask() -> tuple[Neighborhood, ...]:
        revision, now = client.revision().revision, monotonic()
        cache: _Cache | None = st.session_state.get(_CACHE)
        if (
            cache is None
            or (cache.client, cache.revision) != (client, revision)
            or now - cache.since >= screen_state.WATCH_S
        ):
            st.session_state[_CACHE] = cache = _Cache(client, revision, now)
        neighborhoods: list[Neighborhood] = []
        for node_id in (what.center, *expanded):
            hops = 1 if neighborhoods else what.hops
            question = (node_id, hops, what.level, what.on)
            try:
                if question not in cache.answers:
                    cache.answers[question] = client.neighborhood(
                        node_id, hops=hops, level=what.level, on=what.on
                    )
            except NotFound:
                if not neighborhoods:
                    raise
                continue  # ended since, or hidden from the recipient of the link
            neighborhoods.append(cache.answers[question])
        return tuple(neighborhoods)

    question = ("network", what.center, what.hops, what.level, what.on, expanded)
    return screen_state.fetch(client, question, ask)


def network_drawing(
    walk: NetworkWalk, what: NetworkQuery, words: Labels, answers: tuple[Neighborhood, ...]
) -> NetworkElements:
    """The answers merged into one drawing, rebuilt only if the answers or the options change."""
    # Identity, not equality, of the answers: comparing them takes as long as drawing them.
    basis = (*map(id, answers), what.labels, what.types, language())
    if walk.drawing is None or walk.drawing.basis != basis:
        new = elements(*answers, said=words, labels=what.labels, types=what.types)
        walk.drawing = _Drawing(answers, basis, new)
    return walk.drawing.elements


_KEY: Final = "network-drawing"


def hear(walk: NetworkWalk, drawing: NetworkElements) -> None:
    """Apply the actions made in the drawing; a change of its history reruns the screen."""
    before = walk.steps
    is_full = len(drawing["nodes"]) >= CAP
    acts(drawing, key=_KEY, on_act=partial(follow, walk, is_full=is_full))
    if walk.steps != before:
        st.rerun()


def draw(
    words: Labels,
    what: NetworkQuery,
    walk: NetworkWalk,
    shape: Arrangement,
    *,
    center: str,
    owner: str,
    way: DrawnWay,
) -> None:
    """Draw the network for the account `owner`, whose views are saved in the browser."""
    query = urlencode(shared_parameters(walk), doseq=True)
    nodes = shape["elements"]["nodes"]
    network(
        shape["elements"], tiers(nodes, words), text(words, shape["elements"]), key=_KEY,
        center=center, layout=what.layout, selected=walk.selected, hold=walk.hold,
        pinned=walk.steps.now.pinned, groups=shape["groups"], map=shape["map"], way=way,
        views=SavedViews(owner=owner, query=query),
    )  # fmt: skip


def follow(walk: NetworkWalk, act: NetworkAction, *, is_full: bool) -> None:
    """Apply one action made in the drawing."""
    if act.name == "selected":
        walk.selected = act.node or None
    elif act.name == "pinned":
        walk.steps, walk.hold = walk.steps.pin(act.places), None
    elif act.name == "undo":
        walk.steps = walk.steps.undo()
    elif act.name == "redo":
        walk.steps = walk.steps.redo()
    elif act.node != walk.center and not is_full:
        walk.steps = walk.steps.expand(act.node)


def text(words: Labels, drawing: NetworkElements) -> NetworkText:
    """The texts of the drawing."""
    used_labels = {node["label"] for node in drawing["nodes"]}
    return NetworkText(
        aria=_(
            "Network: {nodes} nodes, {links} links. Arrow keys move, Enter expands, P pins.",
            nodes=number(len(drawing["nodes"])),
            links=number(len(drawing["links"])),
        ),
        legend=[(label, words.word(label)) for label in (*LABELS, "Area") if label in used_labels],
        zoom_in=_("Zoom in"),
        zoom_out=_("Zoom out"),
        fit=_("Show everything"),
        pin=_("Pin"),
        said=_("{name}, {kind}, links: {links}"),
        more=_("{more} more not shown"),
        pinned=_("pinned"),
        unpinned=_("no longer pinned"),
        full=full(),
        picture=_("Save as a picture"),
        picture_as=_("As {format}"),
        nameless=_("People appear by their kind, without names."),
        views=_("Saved views"),
        saved=ViewsText(
            name=_("Name of this view"),
            save=_("Save"),
            hint=_("Saved in this browser only. Never write about a citizen."),
            saved=_("Saved: {name}"),
            remove=_("Delete {name}"),
            refused=_("The field looks like a civil registration number, and was not saved."),
            full=_("The browser could not save the view."),
        ),
    )


def full() -> str:
    """The message that the maximum number of nodes is drawn."""
    return _(
        "{cap} nodes are shown. Close something, or center on a node, before you expand.", cap=CAP
    )


PAGE: Final = 100
_PLACE: Final = "network-page"


def twin(drawing: NetworkElements) -> None:
    """Draw the same nodes and links as a table, in the same order."""
    with st.expander(_("The network as a table")):
        pages = max(1, -(-len(drawing["links"]) // PAGE))
        page = min(st.session_state.get(_PLACE, 1), pages)
        page_links = drawing["links"][(page - 1) * PAGE : page * PAGE]
        st.html(between(page_links, drawing["nodes"], label=_("The network as a table")))
        if pages > 1:
            with st.container(horizontal=True, vertical_alignment="center"):
                st.button(
                    _("Page before"), key="network-before", disabled=page == 1,
                    on_click=partial(_go, page - 1),
                )  # fmt: skip
                st.markdown(_("Page {page} of {pages}", page=page, pages=pages))
                st.button(
                    _("Page after"), key="network-after", disabled=page == pages,
                    on_click=partial(_go, page + 1),
                )  # fmt: skip


def _go(page: int) -> None:
    st.session_state[_PLACE] = page


def between(links: Iterable[DrawnLink], nodes: Sequence[DrawnNode], *, label: str) -> str:
    """Links as an HTML table: source, type, target, legal ground, last check."""
    names = {node["id"]: node["name"] for node in nodes}
    heads = (_("From"), _("Link"), _("To"), _("Legal ground"), _("Check"))
    rows = (
        texts(names[link["source"]], link["type"], names[link["target"]], link["gate"],
              fresh(link["freshness"]))
        for link in links
    )  # fmt: skip
    return table(label, heads, rows, has_names=True)


def fresh(freshness: str | None) -> str:
    """The state of a check without its date, which the register shows."""
    return f"{SIGNS[freshness]} {session.term('Freshness', freshness)}" if freshness else ""
