"""Where is a seat empty, unchecked, doubled or without a deputy, and how far is it to everyone?"""

from datetime import date
from functools import partial
from html import escape
from pathlib import Path
from typing import Any, Final, cast, get_args

import streamlit as st

from api.client import AskedExport, NotFound, Unavailable
from api.schemas.coverage_map import CoverageMap
from api.schemas.exchange import Ticket
from api.schemas.words import AreaKind, MapMeasure, NetworkKind, PostKind
from explorer import address, export, frame, session, states
from explorer.mapping import chart, table
from explorer.mapping.rows import (
    OF_POSTS,
    WITHOUT_KINDS,
    Row,
    is_lowest_first,
    legend,
    nothing_amiss,
    ordered,
    rows,
)
from explorer.outlines import ATTRIBUTION, outlines
from explorer.screens import FIND, MAP, REGISTER
from explorer.told import Told
from explorer.words import danish_key, say

_STYLE: Final = Path(__file__).parents[1] / "static" / "coverage_map.css"
_MEASURES: Final[tuple[MapMeasure, ...]] = get_args(MapMeasure)
_FOR_OUTREACH: Final[tuple[MapMeasure, ...]] = ("CIVILIANS",)
_UNITS: Final[tuple[AreaKind, ...]] = ("MUNICIPALITY", "POLICE_DISTRICT", "REGION")
_SEE_ALL: Final = frozenset(("COORDINATOR", "ANALYST", "STEWARD"))
_TICKET: Final = "map-ticket"
_HEIGHT: Final = 430
_CAPITAL_HEIGHT: Final = 230


def show(seen: frame.Seen) -> None:
    """The controls, the two drawings, the table that says the same, and the selected area."""
    frame.title(say(MAP.title))
    st.html(_STYLE)
    answer = _asked(seen)
    found = rows(answer, lacks=session.terms("MapLack"), states=session.terms("PostState"))
    _controls(seen, answer, found)
    selected = address.one("area")
    if nothing_amiss(found, answer.measure):
        st.success(_nothing(answer.by))
    left, right = st.columns([9, 8], gap="medium")
    with left:
        _maps(answer, found, selected)
        _detail(seen, found, selected)
    with right:
        _table(answer, found, selected)
    states.watch(seen.client, answer.revision)


# ---- what is asked


def _asked(seen: frame.Seen) -> CoverageMap:
    measure, by, posts, networks = _measure(seen), _by(), _posts_asked(), _networks_asked()

    def ask() -> CoverageMap:
        return seen.client.coverage_map(measure, kind=posts, meets_in=networks, by=by, on=seen.on)

    return states.kept(seen.client, ("map", measure, by, posts, networks, seen.on), ask)


def _posts_asked() -> tuple[PostKind, ...]:
    return tuple(cast("PostKind", one) for one in address.many("kind") if one in get_args(PostKind))


def _networks_asked() -> tuple[NetworkKind, ...]:
    known = get_args(NetworkKind)
    return tuple(cast("NetworkKind", one) for one in address.many("kind") if one in known)


def _measures(seen: frame.Seen) -> tuple[MapMeasure, ...]:
    return _MEASURES if session.roles(seen.me) & _SEE_ALL else _FOR_OUTREACH


def _measure(seen: frame.Seen) -> MapMeasure:
    told, known = address.one("measure"), _measures(seen)
    return told if told in known else known[0]


def _by() -> AreaKind:
    told = address.one("by")
    return cast("AreaKind", told) if told in _UNITS else _UNITS[0]


# ---- the controls: each shows what stands in the address, and writes what is chosen


def _controls(seen: frame.Seen, answer: CoverageMap, found: tuple[Row, ...]) -> None:
    measures, units = session.terms("MapMeasure"), session.terms("AreaKind")
    one, two, three, four = st.columns([3, 3, 2, 2])
    with one:
        _select(
            "measure",
            say("Measure"),
            {one: measures[one] for one in _measures(seen)},
            answer.measure,
        )
    with two:
        if answer.measure not in WITHOUT_KINDS:
            _select_kinds(answer)
    with three:
        _select("by", say("Divided into"), {one: units[one] for one in _UNITS}, answer.by)
    with four:
        _date(seen.on)
    left, right = st.columns([6, 4])
    with left:
        names = {"": say("None chosen"), **{one.id: one.name for one in found}}
        _select("area", units[answer.by], names, address.one("area") or "")
    with right:
        _sorting(answer.measure)


def _select(name: str, label: str, options: dict[str, str], chosen: str) -> None:
    key = f"map-{name}"
    st.session_state[key] = chosen if chosen in options else next(iter(options))
    st.selectbox(
        label, list(options), key=key, format_func=options.__getitem__,
        on_change=partial(_choose, name, key), filter_mode="contains",
    )  # fmt: skip


def _choose(name: str, key: str) -> None:
    """Another division has other areas."""
    chosen = st.session_state[key] or None
    if name == "by":
        address.change(by=chosen, area=None, kind=None)
    else:
        address.change(**{name: chosen})


def _select_kinds(answer: CoverageMap) -> None:
    """Posts of any of these kinds, that meet in any of these networks; nothing chosen: all."""
    options, key = _kinds(answer), "map-kind"
    st.session_state[key] = [one for one in address.many("kind") if one in options]
    st.multiselect(
        say("For which posts"), list(options), key=key, format_func=options.__getitem__,
        placeholder=say("The info houses") if _is_path(answer.measure) else say("All posts"),
        on_change=partial(_choose, "kind", key), filter_mode="contains",
    )  # fmt: skip


def _kinds(answer: CoverageMap) -> dict[str, str]:
    """The kinds there are and those that are asked about: of posts, then of networks, by name."""
    posts, networks = session.terms("PostKind"), session.terms("NetworkKind")
    named = {one: posts[one] for one in (*answer.kinds, *_posts_asked())}
    meeting = {
        one: say("Meets in: {network}", network=networks[one])
        for one in (*answer.networks, *_networks_asked())
    }
    return dict([*_by_name(named), *_by_name(meeting)])


def _by_name(named: dict[Any, str]) -> list[tuple[str, str]]:
    return sorted(named.items(), key=lambda one: danish_key(one[1]))


def _is_path(measure: MapMeasure) -> bool:
    return measure in {"HOPS", "OLDEST_HOP"}


def _date(on: date) -> None:
    st.session_state["map-on"] = on
    st.date_input(say("As of"), key="map-on", format="DD.MM.YYYY", on_change=_choose_date)


def _choose_date() -> None:
    address.change(on=st.session_state["map-on"])


def _sorting(measure: MapMeasure) -> None:
    first = say("Lowest first") if is_lowest_first(measure) else say("Highest first")
    words = {"number": first, "name": say("By name")}
    st.radio(
        say("Sort the table"), list(words), key="map-sort", horizontal=True,
        format_func=lambda one: words[one],
    )  # fmt: skip


# ---- what is answered


def _part(text: str) -> None:
    st.html(f'<h2 class="kv-part">{escape(text)}</h2>')


def _maps(answer: CoverageMap, found: tuple[Row, ...], selected: str | None) -> None:
    country, capital = st.columns([5, 3])
    with country:
        _part(say("The whole country"))
        _drawn("map-country", found, selected, within="", height=_HEIGHT)
    with capital:
        _part(say("The capital area"))
        _drawn("map-capital", found, selected, within=chart.CAPITAL, height=_CAPITAL_HEIGHT)
    st.html(table.legend(legend(found, answer.measure, answer.by)))
    st.caption(say("Map: {source}. Outlines, not surveyed.", source=ATTRIBUTION))


def _drawn(
    key: str, found: tuple[Row, ...], selected: str | None, *, within: str, height: int
) -> None:
    unknown = say("Not in the register on this date")
    st.vega_lite_chart(
        spec=chart.chart(
            chart.shapes(outlines(), found, within=within, unknown=unknown),
            dark=st.context.theme.type == "dark",
            selected=selected,
            title=say("Map of the municipalities; the table says the same"),
            height=height,
        ),
        theme=None,
        key=key,
        on_select=partial(_pick, key),
    )


def _pick(key: str) -> None:
    area = chart.picked(st.session_state[key])
    if area is not None:
        address.change(area=area)


def _table(answer: CoverageMap, found: tuple[Row, ...], selected: str | None) -> None:
    _part(say("The same as a table"))
    by_number = st.session_state.get("map-sort", "number") == "number"
    st.html(
        table.table(
            ordered(found, answer.measure) if by_number else found,
            unit=session.term("AreaKind", answer.by),
            measure=session.term("MapMeasure", answer.measure),
            selected=selected,
            with_posts=answer.measure not in OF_POSTS,
        )
    )


def _nothing(by: AreaKind) -> str:
    if by == "POLICE_DISTRICT":
        return say("No police district lacks this.")
    return say("No region lacks this.") if by == "REGION" else say("No municipality lacks this.")


# ---- the selected area


def _detail(seen: frame.Seen, found: tuple[Row, ...], selected: str | None) -> None:
    if selected is None:
        return
    row = next((one for one in found if one.id == selected), None)
    if row is None:
        states.hidden()
        return
    _part(row.said)
    st.markdown(table.summary(row))
    st.html(_ways(seen, row))
    if session.roles(seen.me) & _SEE_ALL:
        _posts(seen, row)


def _ways(seen: frame.Seen, row: Row) -> str:
    """To the path and to the register, on the date that is looked at."""
    on = None if seen.is_today else seen.on
    ends = {"start": row.path[0], "target": row.path[-1]} if row.path else {"area": row.id}
    ways = (
        (say("Find contact path"), address.link(FIND, **ends, on=on)),
        (say("Open in the register"), address.link(REGISTER, area=row.id, on=on)),
    )
    links = "".join(
        f'<a href="{escape(href)}" target="_self">{escape(text)}</a>' for text, href in ways
    )
    return f'<div class="kv-ways">{links}</div>'


def _posts(seen: frame.Seen, row: Row) -> None:
    try:
        there = seen.client.coverage(area=row.id, kind=_posts_asked(), on=seen.on)
    except NotFound:
        states.hidden()
        return
    except Unavailable:
        return  # the answer above says that it is of before
    words = Told({**session.all_terms(), **session.terms("PostState")})
    st.html(table.posts(there.rows, words) + table.plans(there.plans))
    if there.rows and session.may(seen.me, "EXPORT"):
        _take(seen, tuple(dict.fromkeys(one.post.id for one in there.rows)))


def _take(seen: frame.Seen, posts: tuple[str, ...]) -> None:
    """The posts that are listed as a file, without contact details."""
    wanted = (posts, seen.on)
    if st.button(say("Make a list of these posts (CSV)"), key="map-make"):
        asked = AskedExport(format="NODES_CSV", nodes=posts, on=seen.on)
        st.session_state[_TICKET] = (wanted, seen.client.make_export(asked))
    held: tuple[object, Ticket] | None = st.session_state.get(_TICKET)
    if held is not None and held[0] == wanted:
        export.offer(held[1])
