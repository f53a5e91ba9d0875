// The sign of each kind of node: a shape, so that color is never the only sign.

const SVG = "http://www.w3.org/2000/svg";

/** Outlines in a square of 16, by label. */
const OUTLINES = {
  Authority: "M2 2h12v12H2z",
  Actor: "M8 1.5a6.5 6.5 0 1 1 0 13a6.5 6.5 0 1 1 0-13z",
  Network: "M4.5 2h7L15 8l-3.5 6h-7L1 8z",
  Person: "M8 .5L15.5 8L8 15.5L.5 8z",
  ResourceIndividual: "M8 14.5C2.6 10.8 1 8.6 1 5.9a3.6 3.6 0 0 1 7-1a3.6 3.6 0 0 1 7 1c0 2.7-1.6 4.9-7 8.6z",
  Organization: "M8 1l7 5.2l-2.7 8.3H3.7L1 6.2z",
  Area: "M3.5 2q4.5-1.5 9 0q2 6 0 12q-4.5 1.5-9 0q-2-6 0-12z",
};

/** An SVG element with these attributes. */
export function svg(tag, attributes) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  return element;
}

/** The sign of a label, hidden from screen readers: its kind follows as a word. */
export function sign(label) {
  const drawn = svg("svg", { viewBox: "0 0 16 16", width: 14, height: 14, "aria-hidden": "true" });
  drawn.append(svg("path", { d: OUTLINES[label] ?? OUTLINES.Area, fill: `var(--${label}, var(--Area))` }));
  return drawn;
}
