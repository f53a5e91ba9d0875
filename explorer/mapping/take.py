"""The coverage map to take along: its table, or the posts of one area; no contact details."""

from typing import Final, cast

import streamlit as st

from api.client import AskedExport, AskedMap, AskedMatrix
from api.schemas.coverage_map import CoverageMap, MapUnit
from api.schemas.coverage_matrix import CoverageMatrix
from api.schemas.exchange import Ticket
from explorer import export, session, states
from explorer.frame import Seen
from explorer.mapping.controls import networks_asked, posts_asked, unit_asked
from explorer.words import say

_TABLE: Final = "map-table-ticket"
_MATRIX: Final = "map-matrix-ticket"
_POSTS: Final = "map-ticket"


def take_table(seen: Seen, answer: CoverageMap) -> None:
    """All areas by the measure that is shown, for whoever may."""
    if not session.may(seen.me, "EXPORT"):
        return
    asked = AskedMap(
        measure=answer.measure, kind=posts_asked(), meets_in=networks_asked(), by=unit_asked(),
        on=None if seen.is_today else seen.on,
    )  # fmt: skip
    if st.button(say("Make a file of the table (CSV)"), key="map-make-table"):
        with states.caught():
            st.session_state[_TABLE] = (asked, seen.client.make_map_export(asked))
    _offer(_TABLE, asked)


def take_matrix(seen: Seen, found: CoverageMatrix) -> None:
    """The matrix that is shown, for whoever may."""
    if not session.may(seen.me, "EXPORT"):
        return
    asked = AskedMatrix(
        columns=found.columns, by=cast("MapUnit", found.by),
        area=found.area.id if found.area else None, on=None if seen.is_today else seen.on,
    )  # fmt: skip
    if st.button(say("Make a file of the matrix (CSV)"), key="map-make-matrix"):
        with states.caught():
            st.session_state[_MATRIX] = (asked, seen.client.make_matrix_export(asked))
    _offer(_MATRIX, asked)


def take_posts(seen: Seen, posts: tuple[str, ...]) -> None:
    """The posts that are listed, for whoever may."""
    if not posts or not session.may(seen.me, "EXPORT"):
        return
    asked = AskedExport(format="NODES_CSV", nodes=posts, on=None if seen.is_today else seen.on)
    if st.button(say("Make a list of these posts (CSV)"), key="map-make"):
        with states.caught():
            st.session_state[_POSTS] = (asked, seen.client.make_export(asked))
    _offer(_POSTS, asked)


def _offer(name: str, wanted: object) -> None:
    """The link to a file, while what it was made for is on screen."""
    held: tuple[object, Ticket] | None = st.session_state.get(name)
    if held is not None and held[0] == wanted:
        export.offer(held[1])
