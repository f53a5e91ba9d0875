// How a network looks: kind by shape and color, doubt by dashes. Light and dark as on the page.

const SHAPES = {
  Authority: "rectangle", Actor: "ellipse", Network: "hexagon", Person: "diamond",
  ResourceIndividual: "triangle", Organization: "pentagon", Area: "barrel",
};
const LIGHT = {
  text: "#1a1a1a", page: "#ffffff", link: "#747e8b", primary: "#0059b3", sign: "#ffffff",
  Authority: "#1f4e79", Actor: "#2e7d6b", Network: "#8a5a00", Person: "#7b2d6e",
  ResourceIndividual: "#a4161a", Organization: "#4b5d16", Area: "#595959",
};
const DARK = {
  text: "#f2f5f8", page: "#12181f", link: "#8894a3", primary: "#6cb2ff", sign: "#08131f",
  Authority: "#6fa8dc", Actor: "#5fbfa6", Network: "#e0a84a", Person: "#d08ac4",
  ResourceIndividual: "#ff8a80", Organization: "#a9c25d", Area: "#aab4c0",
};

/** The colors of a theme. */
export const colors = (isDark) => (isDark ? DARK : LIGHT);

/** The style sheet of the drawing. Labels are set node by node, by what fits: see labels.js. */
export function look(isDark, font) {
  const color = colors(isDark);
  const drawn =
    '<svg xmlns="http://www.w3.org/2000/svg" width="16" height="16">' +
    `<path d="M8 4v8M4 8h8" stroke="${color.sign}" stroke-width="2.5" fill="none"/></svg>`;
  const plus = `data:image/svg+xml;utf8,${encodeURIComponent(drawn)}`; // a space would end its address
  return [
    {
      selector: "node",
      style: {
        width: 24, height: 24, "background-color": color.Area, "border-width": 1.5, "border-color": color.page,
        color: color.text, "font-family": font, "text-valign": "bottom", "text-wrap": "wrap",
        "text-background-color": color.page, "text-background-opacity": 0.85, "min-zoomed-font-size": 5,
        "overlay-opacity": 0,
      },
    },
    ...Object.entries(SHAPES).map(([label, shape]) => ({
      selector: `node[label="${label}"]`,
      style: { shape, "background-color": color[label] },
    })),
    { selector: "node[more>0]", style: { "background-image": plus, "background-width": "80%", "background-height": "80%" } },
    {
      selector: 'node[freshness="EXPIRED"]',
      style: { "border-style": "dashed", "border-color": color.text, "border-width": 2 },
    },
    { selector: "node.center", style: { width: 34, height: 34, "font-weight": 600 } },
    { selector: "node.pinned", style: { "border-color": color.text, "border-width": 2.5, "border-style": "double" } },
    {
      selector: "node.selected",
      style: { "border-color": color.primary, "border-width": 5, "font-weight": 600, "z-index": 10 },
    },
    {
      selector: "edge",
      style: {
        width: 1.2, "line-color": color.link, "curve-style": "haystack", "haystack-radius": 0, opacity: 0.75,
        "overlay-opacity": 0,
      },
    },
    { selector: "edge[!isFresh]", style: { "line-style": "dashed", "line-dash-pattern": [5, 4] } },
    {
      selector: "edge.near",
      style: {
        width: 2.5, "line-color": color.primary, opacity: 1, "curve-style": "straight",
        "target-arrow-shape": "triangle", "target-arrow-color": color.primary, "z-index": 9,
      },
    },
  ];
}
