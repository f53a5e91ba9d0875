// The name of what is under the mouse, also if it does not fit in the drawing.

import { element } from "../../look/element.js";

const HALF = 150; // of the largest width, and the height above which there is no room
const TOP = 56;
const BODY = { includeLabels: false, includeOverlays: false };

export class Tip {
  constructor(cy, root, tier) {
    Object.assign(this, { cy, tier, shown: element("div", "tip") });
    this.shown.hidden = true;
    this.shown.setAttribute("aria-hidden", "true"); // screen readers get the same from the live region
    root.append(this.shown);
    cy.on("mouseover", "node", (event) => this.node(event.target));
    cy.on("mousemove", (event) => event.target === cy && this.group(event.position));
    cy.on("mouseout viewport", () => (this.shown.hidden = true));
  }

  node(node) {
    const { name, kind, tier } = node.data();
    this.show(node, element("b", "", name), [kind, this.tier(tier)].filter(Boolean).join(" · "));
  }

  /** The name of a group that is cut in the drawing; groups take no part in other events. */
  group({ x, y }) {
    const group = this.cy.nodes(".group").filter((node) => {
      const { x1, x2, y1, y2 } = node.boundingBox(BODY);
      return node.scratch("_cut") && x >= x1 && x <= x2 && y >= y1 && y <= y2;
    });
    this.shown.hidden = group.empty();
    if (group.nonempty()) this.show(group, element("b", "", group.data("name")));
  }

  show(node, ...content) {
    const { x1, x2, y1 } = node.renderedBoundingBox(BODY);
    this.shown.replaceChildren(...content);
    this.shown.style.left = `${Math.min(Math.max((x1 + x2) / 2, HALF), Math.max(this.cy.width() - HALF, HALF))}px`;
    this.shown.style.top = `${Math.max(y1, TOP)}px`;
    this.shown.hidden = false;
  }
}
