"""A matrix of areas by network, kind of post, competence or language: posts and their states.

A cell counts posts, each once, as `coverage` does; a post that belongs to several columns is
counted in each. Civilians are in no cell: only the published number of an area is reported.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Final

import numpy as np

from graph.access.view import View
from graph.errors import InvalidNeed
from graph.paths import capabilities
from graph.paths.answer import NodeRef
from graph.paths.need import area_row
from graph.paths.places import areas, inside
from graph.paths.resolve import node_ref
from graph.questions.post_states import PostState, every_seat, post_masks
from graph.questions.reach import municipality_codes
from graph.snapshot.columns import Rows, distinct
from graph.snapshot.csr import Mask
from graph.vocabulary import AreaKind, Competence, Label, NetworkKind, PostKind, Term

_TAG: Final = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")


class MatrixColumns(Term):
    """What the columns of the matrix are."""

    NETWORK = "NETWORK", "Samarbejder", "Networks"
    POST_KIND = "POST_KIND", "Funktioner", "Kinds of post"
    COMPETENCE = "COMPETENCE", "Kompetencer", "Competences"
    LANGUAGE = "LANGUAGE", "Sprog", "Languages"


@dataclass(frozen=True, slots=True, kw_only=True)
class MatrixCell:
    """How many posts there are, and how many of them in each state; 0: the cell is empty."""

    posts: int
    states: Mapping[PostState, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class MatrixRow:
    """An area, its cells in the order of the columns, and all its posts, each once.

    `codes`: the public codes of the municipalities in it. `civilians`: a lower bound, the sum of
    the published numbers of these; None where none is published.
    """

    area: NodeRef
    codes: tuple[str, ...]
    whole: MatrixCell
    cells: tuple[MatrixCell, ...]
    civilians: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MatrixTotal:
    """A column over all listed rows, each post once; `empty`: rows without such a post."""

    posts: int
    states: Mapping[PostState, int]
    empty: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverageMatrix:
    """The query and its rows, by id; `heads` are the columns, as terms or language tags."""

    columns: MatrixColumns
    by: AreaKind
    area: NodeRef | None
    on: date
    revision: int
    heads: tuple[str, ...]
    rows: tuple[MatrixRow, ...]
    totals: tuple[MatrixTotal, ...]


def coverage_matrix(
    view: View,
    columns: MatrixColumns,
    *,
    by: AreaKind = AreaKind.MUNICIPALITY,
    area: str | None = None,
    heads: Collection[str] = (),
) -> CoverageMatrix:
    """The posts of each area of a kind, column by column.

    `area`: only areas that lie in it, itself included. `heads`: these columns, in the order of the
    vocabulary, also if they have no post; if empty, those with a post in any area of the kind.

    Raises:
        InvalidNeed: a column is not a term of its kind, or the area is not an area.
        NotFound: the area is absent or hidden, and nothing visible succeeded it.
    """
    around = None if area is None else area_row(view, "area", area)
    counts = view.memo(("matrix", by), lambda: _PostCounts(view, by))
    masks = {head: counts.posts & _members(view, columns, head)
             for head in _heads(view, columns, heads)}  # fmt: skip
    if not heads:
        masks = {head: mask for head, mask in masks.items() if np.any(mask[counts.post])}
    places = range(len(counts.areas))
    if around is not None:
        within = inside(view, view.mask(around))
        places = [place for place in places if within[counts.areas[place]]]
    whole = counts.by_place(counts.posts)
    cells = [counts.by_place(mask) for mask in masks.values()]
    codes, published = municipality_codes(view), view.counts()
    rows = [
        MatrixRow(
            area=node_ref(view, counts.areas[place]),
            codes=tuple(sorted(codes[row] for row in counts.within[place] if row in codes)),
            whole=whole[place],
            cells=tuple(column[place] for column in cells),
            civilians=sum(published.get(view.id(row), 0) for row in counts.within[place]) or None,
        )
        for place in places
    ]
    totals: list[MatrixTotal] = []
    for mask in masks.values():
        is_counted = np.isin(counts.place, places) & mask[counts.post]
        posts = distinct(counts.post[is_counted])
        states = {state: int(is_so[posts].sum()) for state, is_so in post_masks(view).items()}
        totals.append(
            MatrixTotal(
                posts=len(posts),
                states={state: count for state, count in states.items() if count},
                empty=len(places) - len(distinct(counts.place[is_counted])),
            )
        )
    return CoverageMatrix(
        columns=columns,
        by=by,
        area=None if around is None else node_ref(view, around),
        on=view.on,
        revision=view.revision,
        heads=tuple(masks),
        rows=tuple(rows),
        totals=tuple(totals),
    )


COLUMN_WORDS: Final[Mapping[MatrixColumns, type[Term]]] = {
    MatrixColumns.NETWORK: NetworkKind,
    MatrixColumns.POST_KIND: PostKind,
    MatrixColumns.COMPETENCE: Competence,
}


def _heads(view: View, columns: MatrixColumns, heads: Collection[str]) -> Sequence[str]:
    """Return the requested columns in order, else all. Raises: InvalidNeed: one is not a term."""
    words = COLUMN_WORDS.get(columns)
    for head in heads:
        if not _TAG.fullmatch(head) if words is None else head not in {*words}:
            raise InvalidNeed(
                "column", f"»{head}« er ingen af {columns.label_da.lower()}",
                f'"{head}" is none of the {columns.label_en.lower()}',
            )  # fmt: skip
    if words is None:
        return sorted(set(heads)) or capabilities.spoken_languages(view)
    return [word for word in words if not heads or word in heads]


def _members(view: View, columns: MatrixColumns, head: str) -> Mask:
    match columns:
        case MatrixColumns.NETWORK:
            return capabilities.meets_in(view, frozenset({NetworkKind(head)}))
        case MatrixColumns.POST_KIND:
            return view.nodes.kind == PostKind(head).code
        case MatrixColumns.COMPETENCE:
            return capabilities.has_exact_competence(view, Competence(head))
        case MatrixColumns.LANGUAGE:
            return capabilities.is_spoken(view, head)


@dataclass(frozen=True)
class _PostCounts:
    """The areas of a kind, and the posts that answer for each of them or for areas in it."""

    view: View
    by: AreaKind

    @cached_property
    def posts(self) -> Mask:
        """All posts."""
        return every_seat(self.view)

    @cached_property
    def areas(self) -> list[int]:
        """The areas of the kind, by id."""
        rows = self.view.rows(Label.AREA)
        return [row for row in rows if self.view.value(row, "kind") is self.by]

    @cached_property
    def within(self) -> list[list[int]]:
        """The areas in each of them, itself included."""
        masks = (inside(self.view, self.view.mask(row)) for row in self.areas)
        return [np.flatnonzero(mask).tolist() for mask in masks]

    @cached_property
    def _posts_by_area(self) -> list[Rows]:
        """The posts of each area, each once."""
        by_area = areas(self.view).answering
        rows = (
            distinct(np.concatenate([by_area.of(area) for area in within]))
            for within in self.within
        )
        return [posts[self.posts[posts]] for posts in rows]

    @cached_property
    def post(self) -> Rows:
        """The posts of all areas, concatenated in order of area."""
        return np.concatenate([np.zeros(0, np.int32), *self._posts_by_area])

    @cached_property
    def place(self) -> Rows:
        """The position of the area of each entry of `post`."""
        counts = [len(posts) for posts in self._posts_by_area]
        return np.repeat(np.arange(len(counts), dtype=np.int32), counts)

    def by_place(self, mask: Mask) -> list[MatrixCell]:
        """By position of an area, how many of these posts it has, and how many in each state."""
        is_counted = mask[self.post]
        post, place = self.post[is_counted], self.place[is_counted]
        masks = post_masks(self.view)
        counts = np.array([
            np.bincount(where, minlength=len(self.areas))
            for where in (place, *(place[is_so[post]] for is_so in masks.values()))
        ]).T  # fmt: skip
        return [
            MatrixCell(posts=posts, states={state: count for state, count
                                            in zip(masks, states, strict=True) if count})
            for posts, *states in counts.tolist()
        ]  # fmt: skip
