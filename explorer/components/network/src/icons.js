// The picture of each kind of node: an outline for its group of kinds, and a drawing in it.

import { svg } from "../../look/shapes.js";

/** Strokes in a square of 16, by label. */
export const ICONS = {
  Authority: "M2.5 13.5h11M3 6.2h10M3 6l5-3.5L13 6M4.5 6.5v6.5M8 6.5v6.5M11.5 6.5v6.5",
  Actor: "M2.5 5.5h11v7.5h-11zM6 5.5v-2h4v2M2.5 9h11",
  Network:
    "M8 6a1.8 1.8 0 1 0 0-3.6a1.8 1.8 0 1 0 0 3.6zM4 13.4a1.8 1.8 0 1 0 0-3.6a1.8 1.8 0 1 0 0 3.6z" +
    "M12 13.4a1.8 1.8 0 1 0 0-3.6a1.8 1.8 0 1 0 0 3.6zM7.1 5.8L4.9 10M8.9 5.8l2.2 4.2M5.8 11.6h4.4",
  Person: "M8 7.6a2.7 2.7 0 1 0 0-5.4a2.7 2.7 0 1 0 0 5.4zM2.9 13.8c.4-2.9 2.3-4.4 5.1-4.4s4.7 1.5 5.1 4.4",
  ResourceIndividual: "M8 13.4C3.6 10.3 2.2 8.3 2.2 6.1a2.9 2.9 0 0 1 5.8-.8a2.9 2.9 0 0 1 5.8.8c0 2.2-1.4 4.2-5.8 7.3z",
  Organization: "M4 14V2.5M4 3.2h8.2l-2 2.8l2 2.8H4",
  Area: "M8 14C4.7 10.5 3.4 8.5 3.4 6.4a4.6 4.6 0 0 1 9.2 0c0 2.1-1.3 4.1-4.6 7.6zM8 8a1.6 1.6 0 1 0 0-3.2a1.6 1.6 0 1 0 0 3.2z",
};

/** The outlines around them: bodies are square, networks six-sided, all others round. */
export const SHAPES = {
  Authority: "round-rectangle", Actor: "ellipse", Network: "hexagon", Person: "ellipse",
  ResourceIndividual: "ellipse", Organization: "round-rectangle", Area: "round-rectangle",
};
const OUTLINES = {
  ellipse: "M8 0a8 8 0 1 1 0 16a8 8 0 1 1 0-16z",
  hexagon: "M4 1h8l4 7l-4 7H4L0 8z",
  "round-rectangle": "M2 0h12a2 2 0 0 1 2 2v12a2 2 0 0 1-2 2H2a2 2 0 0 1-2-2V2a2 2 0 0 1 2-2z",
};
const INNER = "translate(3.2 3.2) scale(.6)";

/** The outline of a label, and the place of its drawing in it. */
export const outline = (label) => OUTLINES[SHAPES[label]] ?? OUTLINES.ellipse;
export const inner = INNER;

/** The strokes of a label as an image, for the nodes of the drawing. */
export function image(label, color) {
  return encoded(`<path d="${ICONS[label]}" stroke="${color}" stroke-width="1.6" stroke-linejoin="round" fill="none"/>`);
}

/** The sign of links that are not drawn. */
export function plus(color, ground) {
  return encoded(
    `<circle cx="8" cy="8" r="7" fill="${ground}" stroke="${color}" stroke-width="1.5"/>` +
      `<path d="M8 4.5v7M4.5 8h7" stroke="${color}" stroke-width="2" fill="none"/>`,
  );
}

function encoded(drawn) {
  const text = `<svg xmlns="http://www.w3.org/2000/svg" width="64" height="64" viewBox="0 0 16 16">${drawn}</svg>`;
  return `data:image/svg+xml;utf8,${encodeURIComponent(text)}`; // a space would end the URL
}

/** The sign of a label in the legend, hidden from screen readers: its kind follows as a word. */
export function badge(label) {
  const drawn = svg("svg", { viewBox: "0 0 16 16", width: 16, height: 16, "aria-hidden": "true" });
  drawn.append(svg("path", { d: outline(label), fill: `var(--${label}, var(--Area))` }));
  drawn.append(
    svg("path", {
      d: ICONS[label] ?? ICONS.Area, transform: INNER, fill: "none", stroke: "var(--page)", "stroke-width": 1.8,
    }),
  );
  return drawn;
}
