// A small picture of the whole drawing, with a frame around the visible part; a click moves there.

import { extent } from "./geo.js";

const [WIDTH, HEIGHT, EDGE] = [150, 96, 6];

export class Minimap {
  constructor(canvas, cy) {
    Object.assign(this, { canvas, cy });
    canvas.width = WIDTH * 2;
    canvas.height = HEIGHT * 2;
    canvas.addEventListener("click", (event) => this.go(event));
    this.dots = document.createElement("canvas");
    Object.assign(this.dots, { width: canvas.width, height: canvas.height });
    cy.on("position add remove data", () => (this.isDrawn = false));
  }

  /** Draws it, or hides it if the whole drawing is visible. */
  draw(color) {
    if (!this.isDrawn || color !== this.color) this.paint(color);
    const { box } = this;
    const seen = this.cy.extent();
    const isWhole = seen.x1 <= box.x1 && seen.y1 <= box.y1 && seen.x2 >= box.x2 && seen.y2 >= box.y2;
    this.canvas.hidden = isWhole || !this.cy.nodes().length;
    if (this.canvas.hidden) return;
    const brush = this.canvas.getContext("2d");
    brush.setTransform(1, 0, 0, 1, 0, 0);
    brush.clearRect(0, 0, this.canvas.width, this.canvas.height);
    brush.drawImage(this.dots, 0, 0);
    brush.setTransform(2, 0, 0, 2, 0, 0);
    const [from, to] = [this.at({ x: seen.x1, y: seen.y1 }), this.at({ x: seen.x2, y: seen.y2 })];
    brush.strokeStyle = color.primary;
    brush.lineWidth = 2;
    brush.strokeRect(from.x, from.y, to.x - from.x, to.y - from.y);
  }

  /** Paints the nodes once, until one moves; panning repaints only the frame. */
  paint(color) {
    [this.box, this.color, this.isDrawn] = [this.whole(), color, true];
    const { w, h } = this.box;
    this.scale = Math.min((WIDTH - 2 * EDGE) / Math.max(w, 1), (HEIGHT - 2 * EDGE) / Math.max(h, 1));
    const brush = this.dots.getContext("2d");
    brush.setTransform(2, 0, 0, 2, 0, 0);
    brush.clearRect(0, 0, WIDTH, HEIGHT);
    for (const node of this.cy.nodes(":childless")) {
      const { x, y } = this.at(node.position());
      brush.fillStyle = color[node.data("label")] ?? color.Area;
      brush.fillRect(x - 1.5, y - 1.5, 3, 3);
    }
  }

  /** The extent of the whole drawing. */
  whole() {
    return extent(this.cy.nodes(":childless").map((node) => node.position()));
  }

  at({ x, y }) {
    return { x: EDGE + (x - this.box.x1) * this.scale, y: EDGE + (y - this.box.y1) * this.scale };
  }

  go(event) {
    const zoom = this.cy.zoom();
    const x = this.box.x1 + (event.offsetX - EDGE) / this.scale;
    const y = this.box.y1 + (event.offsetY - EDGE) / this.scale;
    this.cy.pan({ x: this.cy.width() / 2 - x * zoom, y: this.cy.height() / 2 - y * zoom });
  }
}
