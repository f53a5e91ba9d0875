"""The query of the coverage map, and the controls that read it from and write it to the address."""

from collections.abc import Container
from functools import partial
from typing import Any, Final, cast, get_args

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


def asked(context: ScreenContext) -> CoverageMap:
    """Return the answer to the query in the address.

    Raises: Problem: there is none, and none on screen.
    """
    told, known = address.one("measure"), _measures(context)
    measure, by, posts, networks = (
        (told if told in known else known[0]),
        unit_asked(),
        posts_asked(),
        networks_asked(),
    )

    def ask() -> CoverageMap:
        return context.client.coverage_map(
            measure, kind=posts, meets_in=networks, by=by, on=context.on
        )

    return screen_state.fetch(
        context.client, ("map", measure, by, posts, networks, context.on), ask
    )


def posts_asked() -> tuple[PostKind, ...]:
    """The kinds of post in the address."""
    return tuple(cast("PostKind", one) for one in address.many("kind") if one in get_args(PostKind))


def networks_asked() -> tuple[NetworkKind, ...]:
    """The kinds of network in the address."""
    known = get_args(NetworkKind)
    return tuple(cast("NetworkKind", one) for one in address.many("kind") if one in known)


def _measures(context: ScreenContext) -> tuple[MapMeasure, ...]:
    return _MEASURES if sees_all(context.me) else _FOR_OUTREACH


def unit_asked() -> MapUnit:
    """The kind of area into which the country is divided."""
    told = address.one("by")
    return told if told in _UNITS else _UNITS[0]


# ---- the controls: each shows the value in the address, and writes the choice to it


def controls(context: ScreenContext, answer: CoverageMap, found: tuple[AreaRow, ...]) -> None:
    """Draw the controls: measure, kinds of post, division, date, area, and order of the table."""
    measures, units = session.terms("MapMeasure"), session.terms("AreaKind")
    one, two, three, four = st.columns([3, 3, 2, 2])
    with one:
        _select(
            "measure",
            _("Measure"),
            {one: measures[one] for one in _measures(context)},
            answer.measure,
        )
    with two:
        if answer.measure not in WITHOUT_KINDS:
            # Draw the filter by kind of post or of network met in; nothing chosen: all.
            posts, networks = session.terms("PostKind"), session.terms("NetworkKind")
            named = {one: posts[one] for one in (*answer.kinds, *posts_asked())}
            meeting = {
                one: _("Meets in: {network}", network=networks[one])
                for one in (*answer.networks, *networks_asked())
            }
            options, key = dict([*_by_name(named), *_by_name(meeting)]), "map-kind"
            st.session_state[key] = [one for one in address.many("kind") if one in options]
            st.multiselect(
                _("For which posts"),
                list(options),
                key=key,
                format_func=options.__getitem__,
                placeholder=_("The info houses")
                if (answer.measure in {"HOPS", "OLDEST_HOP", "COST"})
                else _("All posts"),
                on_change=partial(_choose, "kind", key, options),
                filter_mode="contains",
            )
    with three:
        _select("by", _("Divided into"), {one: units[one] for one in _UNITS}, answer.by)
    with four:
        st.session_state["map-on"] = context.on
        st.date_input(_("As of"), key="map-on", format=typed_date(), on_change=_choose_date)
    left, right = st.columns([6, 4])
    with left:
        names = {"": _("None chosen"), **{one.id: one.name for one in found}}
        _select("area", units[answer.by], names, address.one("area") or "")
    with right:
        first = _("Lowest first") if is_lowest_first(answer.measure) else _("Highest first")
        words = {"number": first, "name": _("By name")}
        st.radio(
            _("Sort the table"), list(words), key="map-sort", horizontal=True,
            format_func=lambda one: words[one],
        )  # fmt: skip


def _select(name: str, label: str, options: dict[str, str], chosen: str) -> None:
    key = f"map-{name}"
    st.session_state[key] = chosen if chosen in options else next(iter(options))
    st.selectbox(
        label, list(options), key=key, format_func=options.__getitem__,
        on_change=partial(_choose, name, key, options), filter_mode="contains",
    )  # fmt: skip


def _choose(name: str, key: str, options: Container[object]) -> None:
    """Write the choice; another division has other areas, so the selected area is removed."""
    gone = {"area": None, "kind": None} if name == "by" else {}
    address.choose(name, key, options, **gone)


def _by_name(named: dict[Any, str]) -> list[tuple[str, str]]:
    return sorted(named.items(), key=lambda one: danish_key(one[1]))


def _choose_date() -> None:
    address.change(on=st.session_state["map-on"])


def is_by_number() -> bool:
    """Whether the table is sorted by number, not by name."""
    return st.session_state.get("map-sort", "number") == "number"
