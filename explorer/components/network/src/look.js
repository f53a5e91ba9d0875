// Styles of a network: kind by icon, outline and color, uncertain links dashed; light and dark.

import { image, plus, SHAPES } from "./icons.js";

const LIGHT = {
  text: "#1a1a1a", page: "#ffffff", panel: "#f1f4f8", link: "#747e8b", primary: "#0059b3", sign: "#ffffff",
  land: "#e6ebf1", shore: "#b3bdc9",
  Authority: "#1f4e79", Actor: "#2e7d6b", Network: "#8a5a00", Person: "#6a4fa3",
  ResourceIndividual: "#b3266b", Organization: "#4b5d16", Area: "#595959",
};
const DARK = {
  text: "#f2f5f8", page: "#12181f", panel: "#1b2530", link: "#8894a3", primary: "#6cb2ff", sign: "#08131f",
  land: "#222d39", shore: "#4a5868",
  Authority: "#6fa8dc", Actor: "#5fbfa6", Network: "#e0a84a", Person: "#b9a3ee",
  ResourceIndividual: "#ff9ac8", Organization: "#a9c25d", Area: "#aab4c0",
};
const PADDING = 48; // of a group: room for a name in three lines
export const [NODE, CENTER] = [26, 36]; // widths of a node
export const [MAPPED, MAPPED_CENTER] = [22, 30]; // in pixels, at any zoom of the map

/** The colors of a theme. */
export const colors = (isDark) => (isDark ? DARK : LIGHT);

/**
 * The style sheet of the drawing; on the map, where the zoom is no scale of nodes and lines, all is
 * `unit` times as large. Labels are set for each node: see labels.js.
 */
export function look(isDark, font, unit = 1) {
  const color = colors(isDark);
  const more = plus(color.text, color.page);
  return [
    {
      selector: "node",
      style: {
        width: NODE, height: NODE, "background-color": color.Area, "border-width": 1.5 * unit, "border-color": color.page,
        color: color.text, "font-family": font, "text-wrap": "wrap", "text-max-width": "9999px", "line-height": 1.2,
        "text-background-color": color.page, "text-background-opacity": 1, "min-zoomed-font-size": 5,
        "overlay-opacity": 0, "z-index": 10, // above every line
      },
    },
    ...Object.entries(SHAPES).flatMap(([label, shape]) => [
      {
        selector: `node[label="${label}"]`,
        style: {
          shape, "background-color": color[label], "background-image": image(label, color.sign),
          "background-width": "62%", "background-height": "62%",
        },
      },
      {
        selector: `node[label="${label}"][more>0]`,
        style: {
          "background-image": [image(label, color.sign), more], "background-width": ["62%", "46%"],
          "background-height": ["62%", "46%"], "background-position-x": ["50%", "120%"],
          "background-position-y": ["50%", "-20%"], "background-clip": ["node", "none"],
          "background-image-containment": ["inside", "over"], "bounds-expansion": 4 * unit,
        },
      },
    ]),
    {
      selector: "node.group",
      style: {
        shape: "round-rectangle", "background-color": color.panel, padding: PADDING,
        "compound-sizing-wrt-labels": "exclude",
        "border-width": 1, "border-color": color.link, "text-valign": "top", "font-weight": 600,
        "background-image": "none", "z-index": 0,
      },
    },
    { selector: "node:child", style: { "text-background-color": color.panel } },
    {
      selector: 'node[freshness="EXPIRED"]',
      style: { "border-style": "dashed", "border-color": color.text, "border-width": 2 * unit },
    },
    { selector: "node.center", style: { width: CENTER, height: CENTER, "font-weight": 600 } },
    { selector: "node.mapped", style: { width: MAPPED * unit, height: MAPPED * unit } },
    { selector: "node.mapped.center", style: { width: MAPPED_CENTER * unit, height: MAPPED_CENTER * unit } },
    { selector: "node.pinned", style: { "border-color": color.text, "border-width": 2.5 * unit, "border-style": "double" } },
    { selector: "node.way", style: { "border-color": color.primary, "border-width": 3 * unit, "font-weight": 600 } },
    {
      selector: "node.selected",
      style: { "border-color": color.primary, "border-width": 5 * unit, "font-weight": 600, "z-index": 20 },
    },
    {
      selector: "edge",
      style: {
        width: 1.2 * unit, "line-color": color.link, "curve-style": "haystack", "haystack-radius": 0, opacity: 0.6,
        "overlay-opacity": 0,
      },
    },
    { selector: "edge[!isFresh]", style: { "line-style": "dashed", "line-dash-pattern": [5 * unit, 4 * unit] } },
    {
      selector: "edge.near, edge.way",
      style: {
        width: 2.5 * unit, "line-color": color.primary, opacity: 1, "curve-style": "straight", "arrow-scale": unit,
        "target-arrow-shape": "triangle", "target-arrow-color": color.primary, "z-index": 9,
      },
    },
    { selector: "edge.way", style: { width: 5 * unit } },
    { selector: "edge.back", style: { "target-arrow-shape": "none", "source-arrow-shape": "triangle", "source-arrow-color": color.primary } },
    { selector: ".dim", style: { opacity: 0.28 } },
  ];
}
