// The map of Denmark behind nodes that are at their places.

import { extent } from "./geo.js";

export class Outlines {
  constructor(canvas, cy) {
    Object.assign(this, { canvas, cy, shapes: [], rest: null });
    canvas.setAttribute("aria-hidden", "true");
  }

  /** The outlines as paths, and the heading of nodes without a place; none hides the map. */
  use(map) {
    this.canvas.hidden = !map;
    if (map === this.map || (map && this.map && map.outlines.length === this.map.outlines.length)) return;
    this.map = map;
    this.shapes = (map?.outlines ?? []).map((path) => new Path2D(path));
  }

  draw(color, font) {
    if (!this.map) return;
    const ratio = devicePixelRatio || 1;
    const [width, height] = [Math.round(this.cy.width() * ratio), Math.round(this.cy.height() * ratio)];
    if (this.canvas.width !== width || this.canvas.height !== height) Object.assign(this.canvas, { width, height });
    const brush = this.canvas.getContext("2d");
    brush.setTransform(1, 0, 0, 1, 0, 0);
    brush.clearRect(0, 0, width, height);
    const [zoom, { x, y }] = [this.cy.zoom() * ratio, this.cy.pan()];
    brush.setTransform(zoom, 0, 0, zoom, x * ratio, y * ratio);
    this.paint(brush, color, font, this.cy.zoom());
  }

  /** Paints the map at the scale of the drawing, with lines and text of constant size. */
  paint(brush, color, font, zoom) {
    brush.fillStyle = color.land;
    brush.strokeStyle = color.shore;
    brush.lineWidth = 1 / zoom;
    for (const shape of this.shapes) {
      brush.fill(shape);
      brush.stroke(shape);
    }
    const box = inset(this.cy, zoom);
    if (!box) return;
    brush.fillStyle = color.page;
    brush.fillRect(box.x1, box.y1, box.w, box.h);
    brush.strokeRect(box.x1, box.y1, box.w, box.h);
    brush.fillStyle = color.text;
    brush.font = `600 ${13 / zoom}px "${font}"`;
    brush.textAlign = "center";
    brush.fillText(this.map.rest, box.x1 + box.w / 2, box.y1 + 20 / zoom, box.w);
  }
}

/** The box around the nodes without a place, with their names and a heading; null: there are none. */
export function inset(cy, zoom) {
  const nodes = cy.nodes().filter((node) => !node.data("at") && !node.hasClass("pinned"));
  if (nodes.empty()) return null;
  const { x1, y1, w, h } = extent(nodes.map((node) => node.position()));
  const [aside, above, below] = [66, 76, 58].map((length) => length / zoom);
  return { x1: x1 - aside, y1: y1 - above, w: w + 2 * aside, h: h + above + below };
}
