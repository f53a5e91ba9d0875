"""A matrix of areas by network, kind of post, competence or language: posts and their states.

A cell counts posts, each once, as `coverage` does; a post that belongs to several columns is
counted in each. Civilians are in no cell: only the published number of an area is reported.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Final, NamedTuple

import numpy as np

from graph.access.view import View
from graph.errors import InvalidNeed
from graph.paths import capabilities
from graph.paths.answer import NodeRef
from graph.paths.places import areas, inside
from graph.paths.resolve import named
from graph.questions.post_states import PostState, every_seat, mask_of, post_masks
from graph.questions.reach import municipality_codes
from graph.snapshot.columns import Rows, distinct
from graph.snapshot.csr import Mask
from graph.vocabulary import AreaKind, Competence, Label, NetworkKind, PostKind, Term

_TAG: Final = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")


class MatrixColumns(Term):
    """What the posts of an area are told apart by."""

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
    """What was asked; `heads` are the columns, as terms or language tags; rows by id."""

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
    vocabulary, also where they have no post; if empty, those that a post of any such area is in.

    Raises:
        InvalidNeed: a column is not a term of its kind.
        NotFound: the area is absent or hidden, and nothing visible succeeded it.
    """
    around = None if area is None else view.current(area)
    ground = view.memo(("matrix", by), lambda: _Ground(view, by))
    columns_there = dict(_columns(view, columns, ground, heads))
    rows = ground.rows_in(around)
    whole = _counted(ground, ground.posts)
    counted = [_counted(ground, mask) for mask in columns_there.values()]
    return CoverageMatrix(
        columns=columns,
        by=by,
        area=None if around is None else named(view, around),
        on=view.on,
        revision=view.revision,
        heads=tuple(columns_there),
        rows=tuple(ground.row(place, whole, counted) for place in rows),
        totals=tuple(_total(ground, mask, rows) for mask in columns_there.values()),
    )


# ---- columns


def _columns(
    view: View, columns: MatrixColumns, ground: "_Ground", heads: Collection[str]
) -> Iterator[tuple[str, Mask]]:
    """The columns asked for, else those that have a post; each with its posts."""
    for head in _in_order(columns, heads) if heads else _known(view, columns):
        mask = ground.posts & _members(view, columns, head)
        if heads or np.any(mask[ground.post]):
            yield head, mask


COLUMN_WORDS: Final[Mapping[MatrixColumns, type[Term]]] = {
    MatrixColumns.NETWORK: NetworkKind,
    MatrixColumns.POST_KIND: PostKind,
    MatrixColumns.COMPETENCE: Competence,
}


def _known(view: View, columns: MatrixColumns) -> Sequence[str]:
    words = COLUMN_WORDS.get(columns)
    return capabilities.spoken_languages(view) if words is None else tuple(words)


def _in_order(columns: MatrixColumns, heads: Collection[str]) -> Iterable[str]:
    """The columns in order. Raises: InvalidNeed: one is not a term of its kind."""
    words = COLUMN_WORDS.get(columns)
    for head in heads:
        if not _TAG.fullmatch(head) if words is None else head not in {*words}:
            raise InvalidNeed(
                "column", f"»{head}« er ingen af {columns.label_da.lower()}",
                f'"{head}" is none of the {columns.label_en.lower()}',
            )  # fmt: skip
    asked = set(heads)
    return sorted(asked) if words is None else [word for word in words if word in asked]


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


# ---- posts by area


class _Counts(NamedTuple):
    """By position of a row: how many posts, and how many in each state."""

    posts: list[int]
    states: Mapping[PostState, list[int]]

    def cell(self, place: int) -> MatrixCell:
        states = {one: counts[place] for one, counts in self.states.items() if counts[place]}
        return MatrixCell(posts=self.posts[place], states=states)


@dataclass(frozen=True)
class _Ground:
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
        masks = (inside(self.view, mask_of(self.view, [row])) for row in self.areas)
        return [np.flatnonzero(mask).tolist() for mask in masks]

    @cached_property
    def _answering(self) -> list[Rows]:
        """The posts of each area, each once."""
        by_area = areas(self.view).answering
        several = [[by_area.of(area) for area in within] for within in self.within]
        return [who[self.posts[who]] for who in (distinct(np.concatenate(one)) for one in several)]

    @cached_property
    def post(self) -> Rows:
        """The posts of all areas, concatenated in order of area."""
        return np.concatenate([np.zeros(0, np.int32), *self._answering])

    @cached_property
    def place(self) -> Rows:
        """The position of the area of each entry of `post`."""
        counts = [len(posts) for posts in self._answering]
        return np.repeat(np.arange(len(counts), dtype=np.int32), counts)

    def rows_in(self, around: int | None) -> list[int]:
        """The positions of the areas that lie in one; None: all."""
        if around is None:
            return list(range(len(self.areas)))
        outer = inside(self.view, mask_of(self.view, [around]))
        return [place for place, row in enumerate(self.areas) if outer[row]]

    def row(self, place: int, whole: _Counts, counted: Iterable[_Counts]) -> MatrixRow:
        """The row at a position."""
        within = self.within[place]
        return MatrixRow(
            area=named(self.view, self.areas[place]),
            codes=tuple(sorted(self._codes[one] for one in within if one in self._codes)),
            whole=whole.cell(place),
            cells=tuple(one.cell(place) for one in counted),
            civilians=sum(self._published.get(self.view.id(one), 0) for one in within) or None,
        )

    @cached_property
    def _codes(self) -> Mapping[int, str]:
        return municipality_codes(self.view)

    @cached_property
    def _published(self) -> Mapping[str, int]:
        return self.view.counts()


def _counted(ground: _Ground, mask: Mask) -> _Counts:
    """How many of these posts each area has, and how many of them in each state."""
    chosen = mask[ground.post]
    post, place = ground.post[chosen], ground.place[chosen]

    def count(where: Rows) -> list[int]:
        counts: list[int] = np.bincount(where, minlength=len(ground.areas)).tolist()
        return counts

    states = post_masks(ground.view)
    return _Counts(count(place), {one: count(place[is_so[post]]) for one, is_so in states.items()})


def _total(ground: _Ground, mask: Mask, rows: Sequence[int]) -> MatrixTotal:
    told = np.isin(ground.place, rows) & mask[ground.post]
    posts = distinct(ground.post[told])
    states = {one: int(is_so[posts].sum()) for one, is_so in post_masks(ground.view).items()}
    there = len(distinct(ground.place[told]))
    return MatrixTotal(
        posts=len(posts),
        states={one: count for one, count in states.items() if count},
        empty=len(rows) - there,
    )
