// How much of the drawing is seen, and which part: all of it, nearer, or whoever is selected.

export const [NEAREST, FURTHEST] = [4, 0.05];
const STEP = 1.3;
const FITTED = 1.5; // a few nodes are not blown up to fill the room
const [TOP_PX, FOOT_PX] = [52, 92]; // names of groups; names of the last row, legend and tools
const ASIDE_PX = 72; // half a name, names of tiers
const EDGE_PX = 60; // nearer the edge than this, what is selected is moved into sight

export class Sight {
  constructor(cy) {
    this.cy = cy;
    this.covered = 0; // so much of the right lies under what the screen says of the selected
  }

  nearer() {
    this.zoom(STEP);
  }

  further() {
    this.zoom(1 / STEP);
  }

  zoom(by) {
    const middle = { x: this.cy.width() / 2, y: this.cy.height() / 2 };
    this.cy.zoom({ level: this.cy.zoom() * by, renderedPosition: middle });
  }

  /** What a drawing may fill; on a telephone, names may leave it. */
  room() {
    const aside = Math.min(ASIDE_PX, this.cy.width() / 8);
    return [this.cy.width() - 2 * aside, this.cy.height() - TOP_PX - FOOT_PX];
  }

  /** How wide the room is for its height. */
  shape() {
    const [width, height] = this.room();
    return width > 0 && height > 0 ? width / height : 1;
  }

  /** Shows all of it between the names of the tiers, the tools and the legend. */
  fit() {
    const box = this.cy.nodes().boundingBox({ includeLabels: false });
    const [width, height] = this.room();
    if (!this.cy.nodes().length || width <= 0 || height <= 0) return;
    const zoom = Math.max(Math.min(width / box.w, height / box.h, FITTED), FURTHEST);
    const pan = {
      x: this.cy.width() / 2 - ((box.x1 + box.x2) / 2) * zoom,
      y: TOP_PX + height / 2 - ((box.y1 + box.y2) / 2) * zoom,
    };
    this.cy.viewport({ zoom, pan });
  }

  /** Moves the drawing only if the selected is about to leave it. */
  reveal(node) {
    const { x, y } = node.renderedPosition();
    const [right, bottom] = [this.cy.width() - EDGE_PX - this.covered, this.cy.height() - FOOT_PX];
    if (right <= EDGE_PX || bottom <= EDGE_PX) return;
    const by = (at, end) => Math.max(EDGE_PX - at, 0) + Math.min(end - at, 0);
    const [aside, down] = [by(x, right), by(y, bottom)];
    if (aside || down) this.cy.panBy({ x: aside + Math.sign(aside) * EDGE_PX, y: down + Math.sign(down) * EDGE_PX });
  }
}
