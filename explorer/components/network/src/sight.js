// The visible part of the drawing: all of it, a part, or the selected node.

import { extent } from "./geo.js";

export const [NEAREST, FURTHEST] = [4, 0.05];
const ON_MAP = 60; // the maximum zoom on the map, where the places of the capital are close together
const STEP = 1.3;
const FITTED = 1.5; // the maximum zoom for a few nodes
const [TOP_PX, BELOW_PX] = [52, 52]; // names of groups; names of the last row, and the margin of what stands at the foot
const ASIDE_PX = 72; // half a name, names of tiers
const EDGE_PX = 60; // a selected node nearer to the edge than this is moved into view

export class Sight {
  constructor(cy, foot) {
    Object.assign(this, { cy, foot }); // the tools and the legend, in front of the drawing
    this.onMap = null; // the largest useful zoom on the map
    this.covered = 0; // the width on the right that the panel of the selected node covers
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

  /** What is drawn: a map with its largest useful zoom, or none. */
  use(onMap) {
    this.onMap = onMap;
    this.cy.maxZoom(onMap ? ON_MAP : NEAREST);
  }

  /** The space for a drawing; on a telephone, names may exceed it. */
  room() {
    const aside = Math.min(ASIDE_PX, this.cy.width() / 8);
    return [this.cy.width() - 2 * aside, this.cy.height() - TOP_PX - this.below()];
  }

  below() {
    return this.foot.offsetHeight + BELOW_PX;
  }

  /** The width of the space divided by its height. */
  shape() {
    const [width, height] = this.room();
    return width > 0 && height > 0 ? width / height : 1;
  }

  /** Shows the whole drawing between the names of the tiers, the tools and the legend. */
  fit() {
    const box = this.onMap
      ? extent(this.cy.nodes().map((node) => node.position())) // whose size depends on the zoom
      : this.cy.nodes().boundingBox({ includeLabels: false });
    const [width, height] = this.room();
    if (!this.cy.nodes().length || width <= 0 || height <= 0) return;
    const zoom = Math.max(Math.min(width / box.w, height / box.h, this.onMap ?? FITTED), FURTHEST);
    const pan = {
      x: this.cy.width() / 2 - ((box.x1 + box.x2) / 2) * zoom,
      y: TOP_PX + height / 2 - ((box.y1 + box.y2) / 2) * zoom,
    };
    this.cy.viewport({ zoom, pan });
  }

  /** Moves the drawing only if the selected node would not be visible. */
  reveal(node) {
    const { x, y } = node.renderedPosition();
    const [right, bottom] = [this.cy.width() - EDGE_PX - this.covered, this.cy.height() - this.below()];
    if (right <= EDGE_PX || bottom <= EDGE_PX) return;
    const by = (at, end) => Math.max(EDGE_PX - at, 0) + Math.min(end - at, 0);
    const [aside, down] = [by(x, right), by(y, bottom)];
    if (aside || down) this.cy.panBy({ x: aside + Math.sign(aside) * EDGE_PX, y: down + Math.sign(down) * EDGE_PX });
  }
}
