// The outlines of the municipalities as SVG paths, and where a name fits in one of them.

import outlines from "../../../outlines/outlines.geojson";

const ROWS = 24;

/** Each municipality with a code that begins so: its code, path and rings, in drawing units. */
export function municipalities(within) {
  return outlines.features
    .filter(({ properties }) => properties.code.startsWith(within))
    .map(({ properties, geometry }) => {
      const rings = geometry.coordinates.map(([ring]) => ring);
      return { code: properties.code, rings, path: rings.map((ring) => `M${ring.join("L")}Z`).join("") };
    });
}

/** The box around rings. */
export function boxOf(rings) {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const ring of rings) {
    for (const [x, y] of ring) {
      left = Math.min(left, x); right = Math.max(right, x);
      top = Math.min(top, y); bottom = Math.max(bottom, y);
    }
  }
  return { left, top, right, bottom, width: right - left, height: bottom - top };
}

/** The middle of the longest line of this height that lies within one of the rings: x, y, length. */
export function room(rings, height) {
  let best = { x: 0, y: 0, length: 0 };
  for (const ring of rings) {
    const { top, bottom } = boxOf([ring]);
    for (let row = 0; row < ROWS; row += 1) {
      const y = top + ((row + 0.5) * (bottom - top)) / ROWS;
      for (const [from, to] of common(common(spans(ring, y - height / 2), spans(ring, y)), spans(ring, y + height / 2))) {
        if (to - from > best.length) best = { x: (from + to) / 2, y, length: to - from };
      }
    }
  }
  return best;
}

/** Where a horizontal line is within a ring, from left to right. */
function spans(ring, y) {
  const crossings = [];
  for (let at = 1; at < ring.length; at += 1) {
    const [[x1, y1], [x2, y2]] = [ring[at - 1], ring[at]];
    if (y1 > y !== y2 > y) crossings.push(x1 + ((y - y1) * (x2 - x1)) / (y2 - y1));
  }
  crossings.sort((one, other) => one - other);
  return crossings.flatMap((from, at) => (at % 2 ? [] : [[from, crossings[at + 1]]]));
}

function common(some, others) {
  return some.flatMap(([from, to]) =>
    others.map(([start, end]) => [Math.max(from, start), Math.min(to, end)]).filter(([start, end]) => end > start),
  );
}
