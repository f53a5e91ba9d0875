"""The query of the coverage map, and the controls that read it from and write it to the address."""

from collections.abc import Container
from datetime import date
from functools import partial
from typing import Final, cast, get_args

import streamlit as st

from api.schemas.accounts import Me
from api.schemas.coverage import CoverageMap, MapUnit
from api.schemas.words import MapMeasure, NetworkKind, PostKind
from explorer import address, screen_state, session
from explorer.frame import ScreenContext
from explorer.i18n import _, danish_key, typed_date
from explorer.views.coverage_map.area_rows import WITHOUT_KINDS, AreaRow, is_lowest_first

_MEASURES: Final[tuple[MapMeasure, ...]] = get_args(MapMeasure)
_FOR_OUTREACH: Final[tuple[MapMeasure, ...]] = ("CIVILIANS",)
_UNITS: Final[tuple[MapUnit, ...]] = get_args(MapUnit)
_SEE_ALL: Final = frozenset(("COORDINATOR", "ANALYST", "STEWARD"))


def sees_all(me: Me) -> bool:
    """Whether a role of the user has a use for more than the civilian contacts."""
    return bool(session.roles(me) & _SEE_ALL)


# ---- the query


def map_answer(context: ScreenContext, on: date | None = None) -> CoverageMap:
    """Return the answer to the query in the address; `on`: another date than the screen's.

    Raises: Problem: as the API reports, if no answer is on screen.
    """
    code, measures = address.text("measure"), _measures(context)
    measure = code if code in measures else measures[0]
    by, posts, networks, day = unit_asked(), posts_asked(), networks_asked(), on or context.on
    return screen_state.fetch(
        context.client, ("map", measure, by, posts, networks, day),
        lambda: context.client.coverage_map(
            measure, kind=posts, meets_in=networks, by=by, on=day
        ),
    )  # fmt: skip


def compared_with(context: ScreenContext) -> date | None:
    """The date in the address that the screen's date is compared with, if any."""
    day = address.day("against")
    return None if day == context.on else day


def posts_asked() -> tuple[PostKind, ...]:
    """The kinds of post in the address."""
    kinds = get_args(PostKind)
    return tuple(cast("PostKind", kind) for kind in address.many("kind") if kind in kinds)


def networks_asked() -> tuple[NetworkKind, ...]:
    """The kinds of network in the address."""
    kinds = get_args(NetworkKind)
    return tuple(cast("NetworkKind", kind) for kind in address.many("kind") if kind in kinds)


def _measures(context: ScreenContext) -> tuple[MapMeasure, ...]:
    return _MEASURES if sees_all(context.me) else _FOR_OUTREACH


def unit_asked() -> MapUnit:
    """The kind of area into which the country is divided."""
    unit = address.text("by")
    return unit if unit in _UNITS else _UNITS[0]


# ---- the controls: each shows the value in the address, and writes the choice to it


def controls(context: ScreenContext, answer: CoverageMap) -> None:
    """Draw the controls: measure, kinds of post, division, date, and the date compared with."""
    measures, units = session.terms("MapMeasure"), session.terms("AreaKind")
    with st.container(key="map-controls"):
        first, second, third, fourth, fifth = st.columns([4, 4, 3, 3, 3])
    with first:
        options = {measure: measures[measure] for measure in _measures(context)}
        _select("measure", _("Measure"), options, answer.measure)
    with second:
        if answer.measure not in WITHOUT_KINDS:
            # Draw the filter by kind of post or of network met in; nothing chosen: all.
            posts, networks = session.terms("PostKind"), session.terms("NetworkKind")
            post_names: dict[str, str] = {
                kind: posts[kind] for kind in (*answer.kinds, *posts_asked())
            }
            meeting: dict[str, str] = {
                kind: _("Meets in: {network}", network=networks[kind])
                for kind in (*answer.networks, *networks_asked())
            }
            options = dict([*_by_name(post_names), *_by_name(meeting)])
            is_path = answer.measure in {"HOPS", "OLDEST_HOP", "COST"}
            st.session_state["map-kind"] = [
                kind for kind in address.many("kind") if kind in options
            ]
            st.multiselect(
                _("For which posts"), list(options), key="map-kind", filter_mode="contains",
                format_func=options.__getitem__,
                placeholder=_("The info houses") if is_path else _("All posts"),
                on_change=partial(_choose, "kind", "map-kind", options),
            )  # fmt: skip
    with third:
        _select("by", _("Divided into"), {unit: units[unit] for unit in _UNITS}, answer.by)
    with fourth:
        _date("on", _("As of"), context.on)
    with fifth:
        _date("against", _("Compare with"), compared_with(context))


def area_field(answer: CoverageMap, rows: tuple[AreaRow, ...]) -> None:
    """Draw the choice of an area by name."""
    names = {"": _("None chosen"), **{row.id: row.name for row in rows}}
    label = session.term("AreaKind", answer.by)
    _select("area", label, names, address.text("area") or "")


def order_field(answer: CoverageMap) -> None:
    """Draw the choice of how the table is sorted."""
    lead = _("Lowest first") if is_lowest_first(answer.measure) else _("Highest first")
    words = {"number": lead, "name": _("By name")}
    st.radio(
        _("Sort the table"), list(words), key="map-sort", horizontal=True,
        format_func=words.__getitem__,
    )  # fmt: skip


def _date(name: str, label: str, value: date | None) -> None:
    key = f"map-{name}"
    st.session_state[key] = value
    st.date_input(
        label, key=key, format=typed_date(),
        on_change=lambda: address.change(**{name: st.session_state[key]}),
    )  # fmt: skip


def _select(name: str, label: str, options: dict[str, str], value: str) -> None:
    key = f"map-{name}"
    st.session_state[key] = value if value in options else next(iter(options))
    st.selectbox(
        label, list(options), key=key, format_func=options.__getitem__,
        on_change=partial(_choose, name, key, options), filter_mode="contains",
    )  # fmt: skip


def _choose(name: str, key: str, options: Container[object]) -> None:
    """Write the choice; another division has other areas, so the selected area is removed."""
    removals = {"area": None, "kind": None} if name == "by" else {}
    address.choose(name, key, options, **removals)


def _by_name(names: dict[str, str]) -> list[tuple[str, str]]:
    return sorted(names.items(), key=lambda item: danish_key(item[1]))


def is_by_number() -> bool:
    """Whether the table is sorted by number, not by name."""
    return st.session_state.get("map-sort", "number") == "number"
