// The drawing as an image file. Like the files of the register, it names no person: people appear
// by their kind.

import { ICONS, inner, outline } from "./icons.js";
import { inset } from "./map.js";

const EDGE = 40;
const NAMELESS = new Set(["Person", "ResourceIndividual"]);
const SVG = "http://www.w3.org/2000/svg";

/** The whole drawing as an SVG document. */
export function vector(cy, { color, font, map, title }) {
  const zoom = map ? cy.zoom() : 1; // on the map, only lengths in pixels can be read
  const box = bounds(cy, zoom);
  const root = made("svg", {
    xmlns: SVG, viewBox: `${box.x1} ${box.y1} ${box.w} ${box.h}`,
    width: Math.round(box.w * zoom), height: Math.round(box.h * zoom),
    "font-family": `'${font}', sans-serif`, role: "img", "aria-label": title,
  });
  root.append(made("title", {}, title));
  root.append(made("rect", { x: box.x1, y: box.y1, width: box.w, height: box.h, fill: color.page }));
  for (const path of map?.outlines ?? []) {
    root.append(made("path", { d: path, fill: color.land, stroke: color.shore, "vector-effect": "non-scaling-stroke" }));
  }
  const rest = map && inset(cy, zoom);
  if (rest) {
    const { x1, y1, w, h } = rest;
    root.append(made("rect", { x: x1, y: y1, width: w, height: h, fill: color.page, stroke: color.shore, "stroke-width": 1 / zoom }));
    root.append(made("text", {
      x: x1 + w / 2, y: y1 + 20 / zoom, "font-size": 13 / zoom, "font-weight": 600, "text-anchor": "middle", fill: color.text,
    }, map.rest));
  }
  for (const group of cy.nodes(".group")) {
    const { x1, y1, w, h } = group.boundingBox({ includeLabels: false });
    root.append(made("rect", { x: x1, y: y1, width: w, height: h, rx: 6, fill: color.panel, stroke: color.link }));
    root.append(...name(group, color, { x: x1 + w / 2, y: y1 + h / 2, half: h / 2 }));
  }
  for (const edge of cy.edges()) {
    const [from, to] = [edge.source().position(), edge.target().position()];
    const isWay = edge.hasClass("way");
    root.append(made("line", {
      x1: from.x, y1: from.y, x2: to.x, y2: to.y, stroke: isWay ? color.primary : color.link, "stroke-width": (isWay ? 5 : 1.2) / zoom,
      ...(edge.data("isFresh") ? {} : { "stroke-dasharray": `${5 / zoom} ${4 / zoom}` }),
    }));
  }
  for (const node of cy.nodes(":childless")) {
    const { x, y } = node.position();
    const [label, wide] = [node.data("label"), node.width()];
    const place = made("g", { "data-id": node.id(), transform: `translate(${x - wide / 2} ${y - wide / 2}) scale(${wide / 16})` });
    place.append(made("path", { d: outline(label), fill: color[label] ?? color.Area, stroke: color.page, "stroke-width": 1 }));
    const strokes = { d: ICONS[label] ?? ICONS.Area, transform: inner, fill: "none", stroke: color.sign, "stroke-width": 1.6 };
    place.append(made("path", strokes));
    root.append(place, ...name(node, color, { x, y, half: wide / 2 }));
  }
  return new XMLSerializer().serializeToString(root);
}

/** The drawing as a PNG at twice the resolution, within the largest size of any browser. */
export async function raster(cy, { color, font, outlines, isMap }) {
  const zoom = isMap ? cy.zoom() : 1;
  const box = bounds(cy, zoom);
  const scale = Math.min(2 * zoom, 8000 / Math.max(box.w, box.h));
  const canvas = document.createElement("canvas");
  Object.assign(canvas, { width: Math.ceil(box.w * scale), height: Math.ceil(box.h * scale) });
  const brush = canvas.getContext("2d");
  brush.fillStyle = color.page;
  brush.fillRect(0, 0, canvas.width, canvas.height);
  brush.setTransform(scale, 0, 0, scale, -box.x1 * scale, -box.y1 * scale);
  if (isMap) outlines.paint(brush, color, font, zoom);
  const hidden = cy.nodes(":childless").filter((node) => NAMELESS.has(node.data("label")) && node.scratch("_name"));
  const names = hidden.map((node) => [node, node.style("label")]);
  cy.batch(() => hidden.forEach((node) => node.style("label", kindOf(node))));
  const full = cy.elements().boundingBox();
  const image = await createImageBitmap(await cy.png({ output: "blob-promise", full: true, scale }));
  cy.batch(() => names.forEach(([node, text]) => node.style("label", text)));
  brush.setTransform(1, 0, 0, 1, 0, 0);
  brush.drawImage(image, (full.x1 - box.x1) * scale, (full.y1 - box.y1) * scale);
  return new Promise((done) => canvas.toBlob(done, "image/png"));
}

/** Downloads a file. */
export function keep(content, type, file) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(content instanceof Blob ? content : new Blob([content], { type }));
  link.download = file;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

function bounds(cy, zoom) {
  const { x1, y1, w, h } = cy.elements().boundingBox();
  const edge = EDGE / zoom;
  return { x1: x1 - edge, y1: y1 - edge, w: w + 2 * edge, h: h + 2 * edge };
}

const kindOf = (node) => (node.data("count") ? node.data("name") : node.data("kind"));

/** The name of a node, in the same lines and at the same side as on the screen. */
function name(node, color, { x, y, half }) {
  const written = node.scratch("_name");
  if (!written) return [];
  const { side, shift, font, leading, gap } = written;
  const lines = NAMELESS.has(node.data("label")) ? [kindOf(node)] : written.lines;
  const left = side === "right" ? x + half + gap : side === "left" ? x - half - gap : x + shift;
  const high = lines.length * leading;
  const top = side === "bottom" ? y + half + gap : side === "top" ? y - half - gap - high : y - high / 2;
  const anchor = side === "right" ? "start" : side === "left" ? "end" : "middle";
  const isBold = node.is(".group, .center, .selected, .way");
  const text = made("text", {
    "font-size": font, fill: color.text, "text-anchor": anchor, "font-weight": isBold ? 600 : 400,
    "paint-order": "stroke", stroke: node.isChild() ? color.panel : color.page, "stroke-width": font / 3, "stroke-linejoin": "round", // no line runs through it
  });
  lines.forEach((line, at) => text.append(made("tspan", { x: left, y: top + leading * (at + 0.78) }, line)));
  return [text];
}

function made(tag, attributes, text) {
  const element = document.createElementNS(SVG, tag);
  for (const [key, value] of Object.entries(attributes)) if (key !== "xmlns") element.setAttribute(key, value);
  if (text) element.textContent = text;
  return element;
}
