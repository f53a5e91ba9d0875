// A contact path as boxes in the tiers of Denmark: an ordered list to whoever cannot see it.
//
// Narrow, or on paper, it is one vertical list; the arrows between are then borders alone.

import { drawnBy } from "../../look/drawn.js";
import { element, keepKeys, paint } from "../../look/element.js";
import { sign, svg } from "../../look/shapes.js";

const BOX_PX = 148; // the narrowest box whose words can be read, with its gap
const TIERS_PX = 96;
const NARROW_PX = 600;
const SIGNS = { FRESH: "✓", STALE: "◷", EXPIRED: "⚠", NEVER: "?" };

class Path {
  constructor(host) {
    this.host = host;
    this.tiers = element("div");
    this.list = element("ol", "boxes");
    this.arrows = svg("svg", { class: "arrows", "aria-hidden": "true" });
    this.root = element("div", "kv path");
    this.host.append(this.root);
    keepKeys(this.root);
    this.root.addEventListener("keydown", (event) => this.pressed(event));
    this.list.addEventListener("click", (event) => {
      const button = event.target.closest("button");
      if (button) this.select(this.buttons.indexOf(button));
    });
    this.list.addEventListener("focusin", (event) => this.tabStop(this.buttons.indexOf(event.target)));
    this.watch = new ResizeObserver(() => this.arrange());
    this.watch.observe(this.root);
    this.paper = matchMedia("print");
    this.turned = () => this.arrange();
    this.paper.addEventListener("change", this.turned);
  }

  stop() {
    this.watch.disconnect();
    this.paper.removeEventListener("change", this.turned);
    this.root.remove();
  }

  show(component) {
    this.component = component;
    const { title, tiers, boxes, dark, selected } = component.data;
    paint(this.root, dark);
    const drawing = JSON.stringify([title, tiers, boxes]);
    if (drawing !== this.drawing) this.draw(title, tiers, boxes);
    this.drawing = drawing;
    this.press(selected);
    this.arrange();
  }

  draw(title, tiers, boxes) {
    const held = this.buttons?.indexOf(this.host.activeElement) ?? -1;
    this.boxes = boxes;
    this.root.style.setProperty("--boxes", boxes.length);
    this.root.style.setProperty("--tiers", tiers.length);
    const bands = tiers.map((tier, row) => band(tier.label, row + 1));
    const labels = new Map(tiers.map((tier) => [tier.id, tier.label]));
    const rows = new Map(tiers.map((tier, row) => [tier.id, row + 1]));
    this.list.setAttribute("aria-label", title);
    this.list.replaceChildren(
      ...boxes.map((box, place) => item(box, labels.get(box.tier), rows.get(box.tier), place + 1)),
    );
    this.buttons = [...this.list.querySelectorAll("button")];
    this.root.replaceChildren(...bands, this.arrows, this.list);
    this.tabStop(Math.max(held, 0));
    if (held >= 0) this.buttons[Math.min(held, boxes.length - 1)]?.focus();
  }

  // ---- choosing

  press(id) {
    const place = this.boxes.findIndex((box) => box.id === id);
    for (const [at, button] of this.buttons.entries()) button.setAttribute("aria-pressed", String(at === place));
  }

  select(place) {
    const id = this.boxes[place]?.id;
    if (!id) return;
    this.press(id);
    this.component.setStateValue("selected", id);
    card(id)?.scrollIntoView({ block: "nearest", behavior: isCalm() ? "auto" : "smooth" });
  }

  tabStop(place) {
    for (const [at, button] of this.buttons.entries()) button.tabIndex = at === place ? 0 : -1;
  }

  pressed(event) {
    const at = this.buttons.indexOf(this.host.activeElement);
    const last = this.buttons.length - 1;
    const to = {
      ArrowRight: at + 1, ArrowDown: at + 1, ArrowLeft: at - 1, ArrowUp: at - 1, Home: 0, End: last,
    }[event.key];
    if (to === undefined || at < 0) return;
    event.preventDefault();
    this.buttons[Math.min(Math.max(to, 0), last)].focus();
  }

  // ---- drawing

  arrange() {
    if (!this.buttons) return;
    const width = this.root.clientWidth;
    const needed = Math.max(NARROW_PX, TIERS_PX + this.buttons.length * BOX_PX);
    this.root.toggleAttribute("data-across", width >= needed && !this.paper.matches);
    this.arrows.replaceChildren(...(this.root.hasAttribute("data-across") ? this.elbows() : []));
  }

  elbows() {
    const frame = this.root.getBoundingClientRect();
    const at = this.buttons.map((button) => {
      const box = button.getBoundingClientRect();
      return { left: box.left - frame.left, right: box.right - frame.left, y: box.top + box.height / 2 - frame.top };
    });
    return at.slice(1).flatMap((to, place) => {
      const isDoubtful = !isFresh(this.boxes[place + 1]);
      return [elbow(at[place], to, isDoubtful), head(to)];
    });
  }
}

function elbow(from, to, isDoubtful) {
  const middle = (from.right + to.left) / 2;
  const drawn = svg("path", {
    d: `M${from.right} ${from.y}H${middle}V${to.y}H${to.left - 6}`,
    fill: "none", stroke: "currentColor", "stroke-width": 2, "stroke-linejoin": "round",
  });
  if (isDoubtful) drawn.setAttribute("stroke-dasharray", "5 4");
  return drawn;
}

function head(to) {
  return svg("path", { d: `M${to.left - 1} ${to.y}l-8 -5v10z`, fill: "currentColor" });
}

function band(label, row) {
  const drawn = element("div", "tier", label);
  drawn.setAttribute("aria-hidden", "true"); // each box says its tier
  drawn.style.gridRow = row;
  return drawn;
}

function item(box, tier, row, column) {
  const kind = element("span", "kind", sign(box.label), box.kind);
  const number = box.number === null ? "" : `${box.number}\u00a0`;
  const name = element("span", "name", number + box.name);
  const where = element("span", "in-tier", tier ? ` · ${tier}` : "");
  where.setAttribute("aria-hidden", "true"); // said by the next, also where the bands are drawn
  kind.append(where);
  const said = tier ? element("span", "unseen", tier) : null;
  const button = element("button", "", name, kind, said);
  button.type = "button";
  button.style.setProperty("--kind", `var(--${box.label}, var(--border))`);
  if (box.who) button.append(element("span", "who", box.who));
  if (box.hop) button.append(...hop(box.hop));
  const drawn = element("li", "box", button);
  drawn.style.gridArea = `${row ?? 1} / ${column}`;
  drawn.toggleAttribute("data-doubtful", !isFresh(box));
  return drawn;
}

function hop({ gate, freshness, chip, changed }) {
  const mark = element("span", "", `${SIGNS[freshness] ?? "?"} `);
  mark.setAttribute("aria-hidden", "true");
  const said = element("span", "chip", mark, chip);
  said.dataset.freshness = freshness;
  return [
    said,
    gate ? element("span", "gate", gate) : null,
    changed ? element("span", "changed", changed) : null,
  ].filter(Boolean);
}

function isFresh(box) {
  return !box.hop || box.hop.freshness === "FRESH";
}

/** The card of a box below the drawing, where the screen drew one: `path.card(id)`. */
function card(id) {
  return document.querySelector(`.st-key-card-${id.replace(/[^a-zA-Z0-9_-]/g, "-")}`);
}

function isCalm() {
  return matchMedia("(prefers-reduced-motion: reduce)").matches;
}

export default drawnBy(Path);
