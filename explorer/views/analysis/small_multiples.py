"""Small multiples: a little line chart for each of many series, all on the same scale."""

import base64
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

_WIDTH: Final = 168
_HEIGHT: Final = 64
_MARGIN: Final = 5
_COLORS: Final = {False: ("#0059B3", "#747E8B"), True: ("#6CB2FF", "#8894A3")}
"""Line and axis, in light and dark."""


@dataclass(frozen=True, slots=True)
class Point:
    """A value that lies between two bounds, most often equal ones, and its words."""

    least: float
    most: float
    words: str


@dataclass(frozen=True, slots=True)
class Series:
    """A name and its values in order; None where a value is missing."""

    name: str
    points: Sequence[Point | None]

    @property
    def known_values(self) -> list[Point]:
        """The values without the missing ones."""
        return [point for point in self.points if point is not None]

    @property
    def change(self) -> float:
        """The last lower bound less the first one."""
        return self.known_values[-1].least - self.known_values[0].least if self.known_values else 0


def small_multiples(series: Iterable[Series], *, is_dark: bool) -> str:
    """The charts as HTML, each with its first and its last value in words."""
    lines = [line for line in series if line.known_values]
    top = max((point.most for line in lines for point in line.known_values), default=0) or 1
    figures: list[str] = []
    for line in lines:
        values = ", ".join(point.words if point else "–" for point in line.points)
        first, last = line.known_values[0].words, line.known_values[-1].words
        picture = base64.b64encode(_picture(line.points, top, is_dark=is_dark).encode()).decode()
        figures.append(
            f"<figure><figcaption><strong>{escape(line.name)}</strong>"
            f"{escape(first)} → {escape(last)}</figcaption>"
            f'<img src="data:image/svg+xml;base64,{picture}" width="{_WIDTH}" height="{_HEIGHT}" '
            f'alt="{escape(f"{line.name}: {values}")}"></figure>'
        )
    return f'<div class="kv-panels">{"".join(figures)}</div>'


def _picture(points: Sequence[Point | None], top: float, *, is_dark: bool) -> str:
    """An SVG: a line through the lower bounds, a band up to the upper ones, a dot at the end."""
    line, axis = _COLORS[is_dark]
    step = (_WIDTH - 2 * _MARGIN) / max(1, len(points) - 1)
    base = _HEIGHT - _MARGIN

    def x(place: int) -> float:
        return round(_MARGIN + place * step, 1)

    def y(value: float) -> float:
        return round(base - value / top * (base - _MARGIN), 1)

    shapes = [f'<path d="M0 {base}H{_WIDTH}" stroke="{axis}" fill="none"/>']
    runs: list[list[tuple[int, Point]]] = [[]]  # the values between gaps, each with its place
    for place, point in enumerate(points):
        if point is None:
            runs.append([])
        else:
            runs[-1].append((place, point))
    for run in filter(None, runs):
        low = " ".join(f"{x(place)},{y(point.least)}" for place, point in run)
        high = " ".join(f"{x(place)},{y(point.most)}" for place, point in reversed(run))
        shapes.append(f'<polygon points="{low} {high}" fill="{line}" opacity=".18"/>')
        shapes.append(f'<polyline points="{low}" stroke="{line}" stroke-width="2" fill="none"/>')
    last, point = [(place, point) for place, point in enumerate(points) if point][-1]
    shapes.append(f'<circle cx="{x(last)}" cy="{y(point.least)}" r="3.5" fill="{line}"/>')
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}">'
        f"{''.join(shapes)}</svg>"
    )
