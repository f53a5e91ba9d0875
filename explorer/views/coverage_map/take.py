"""Exports of the coverage map: table, matrix, or posts of one area; no contact details."""

from typing import Final, cast

import streamlit as st

from api.client import AskedExport, AskedMap, AskedMatrix
from api.schemas.coverage import CoverageMap, CoverageMatrix, MapUnit
from explorer import files, session
from explorer.frame import ScreenContext
from explorer.i18n import _
from explorer.views.coverage_map.controls import networks_asked, posts_asked, unit_asked

_TABLE: Final = "map-table-ticket"
_MATRIX: Final = "map-matrix-ticket"
_POSTS: Final = "map-ticket"


def take_table(context: ScreenContext, answer: CoverageMap) -> None:
    """Draw the export of all areas by the measure shown, for users who may export."""
    if not session.may(context.me, "EXPORT"):
        return
    asked = AskedMap(
        measure=answer.measure, kind=posts_asked(), meets_in=networks_asked(), by=unit_asked(),
        on=None if context.is_today else context.on,
    )  # fmt: skip
    if st.button(_("Make a file of the table (CSV)"), key="map-make-table"):
        files.make(_TABLE, asked, lambda: context.client.make_map_export(asked))
    files.offer(_TABLE, asked)


def take_matrix(context: ScreenContext, found: CoverageMatrix) -> None:
    """Draw the export of the matrix shown, for users who may export."""
    if not session.may(context.me, "EXPORT"):
        return
    asked = AskedMatrix(
        columns=found.columns, by=cast("MapUnit", found.by),
        area=found.area.id if found.area else None, on=None if context.is_today else context.on,
    )  # fmt: skip
    if st.button(_("Make a file of the matrix (CSV)"), key="map-make-matrix"):
        files.make(_MATRIX, asked, lambda: context.client.make_matrix_export(asked))
    files.offer(_MATRIX, asked)


def take_posts(context: ScreenContext, posts: tuple[str, ...]) -> None:
    """Draw the export of the posts listed, for users who may export."""
    if not posts or not session.may(context.me, "EXPORT"):
        return
    asked = AskedExport(
        format="NODES_CSV", nodes=posts, on=None if context.is_today else context.on
    )
    if st.button(_("Make a list of these posts (CSV)"), key="map-make"):
        files.make(_POSTS, asked, lambda: context.client.make_export(asked))
    files.offer(_POSTS, asked)
