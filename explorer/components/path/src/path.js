// A contact path as stops in the tiers of Denmark, and on a small map; an ordered list for screen
// readers. Only on a wide screen: the same steps follow below as a list.

import { drawnBy } from "../../look/drawn.js";
import { element, keepKeys, paint } from "../../look/element.js";
import { sign, svg } from "../../look/shapes.js";
import { DENMARK, SIZE } from "./denmark.js";

const SIGNS = { STALE: "◷", EXPIRED: "⚠", NEVER: "?" };

class Path {
  constructor(host) {
    this.host = host;
    this.list = element("ol", "stops");
    this.lines = svg("svg", { class: "lines", "aria-hidden": "true" });
    this.lanes = element("div", "lanes");
    this.drawing = element("div", "drawing", this.lanes);
    this.root = element("div", "kv path", this.drawing);
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
    const words = JSON.stringify([title, tiers, boxes]);
    if (words !== this.words) this.draw(title, tiers, boxes);
    this.words = words;
    this.press(selected);
    this.arrange();
  }

  draw(title, tiers, boxes) {
    const held = this.buttons?.indexOf(this.host.activeElement) ?? -1;
    this.boxes = boxes;
    this.root.style.setProperty("--stops", boxes.length);
    this.root.style.setProperty("--tiers", tiers.length);
    const labels = new Map(tiers.map((tier) => [tier.id, tier.label]));
    const rows = new Map(tiers.map((tier, row) => [tier.id, row + 1]));
    const lanes = boxes.map((box) => rows.get(box.tier) ?? 1);
    this.list.setAttribute("aria-label", title);
    this.list.replaceChildren(
      ...boxes.map((box, place) => stop(box, labels.get(box.tier), lanes[place], place + 1, free(lanes, place))),
    );
    this.buttons = [...this.list.querySelectorAll("button")];
    const columns = boxes.map((_, place) => column(place + 2));
    this.lanes.replaceChildren(...tiers.map((tier, row) => lane(tier.label, row + 1)), ...columns, this.lines, this.list);
    const places = boxes.filter((box) => box.at);
    this.drawing.replaceChildren(this.lanes, ...(places.length ? [map(boxes)] : []));
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

  /** Draws the lines between the signs after the text is laid out; the map leaves room for the text. */
  arrange() {
    if (!this.buttons) return;
    this.drawing.removeAttribute("data-tight");
    this.drawing.toggleAttribute("data-tight", this.lanes.scrollWidth > this.lanes.clientWidth);
    const frame = this.lanes.getBoundingClientRect();
    const at = this.buttons.map((button) => {
      const box = button.querySelector(".sign").getBoundingClientRect();
      return { x: box.left + box.width / 2 - frame.left, y: box.top + box.height / 2 - frame.top, r: box.width / 2 };
    });
    const drawn = at.slice(1).flatMap((to, place) => {
      const isDoubtful = !isFresh(this.boxes[place + 1]);
      return [elbow(at[place], to, isDoubtful), head(to)];
    });
    this.lines.replaceChildren(...drawn);
  }
}

/**
 * The column before which the text of a stop ends: that of the next stop in its lane, or of the next
 * line that crosses the lane below its signs.
 */
function free(lanes, place) {
  const lane = lanes[place];
  for (let next = place + 1; next < lanes.length; next += 1) {
    if (lanes[next] === lane) return next + 1;
    const [upper, lower] = [lanes[next], lanes[next + 1] ?? lanes[next]].sort((one, other) => one - other);
    if (upper <= lane && lane < lower) return next + 1;
  }
  return lanes.length + 1;
}

/** Down or up next to the text of a stop, then along the lane of the next. */
function elbow(from, to, isDoubtful) {
  const up = Math.sign(to.y - from.y);
  const start = up ? `M${from.x} ${from.y + up * from.r}V${to.y}` : `M${from.x + from.r} ${from.y}`;
  const drawn = svg("path", {
    d: `${start}H${to.x - to.r - 5}`,
    fill: "none", stroke: "currentColor", "stroke-width": 2, "stroke-linejoin": "round",
  });
  if (isDoubtful) drawn.setAttribute("stroke-dasharray", "5 4");
  return drawn;
}

function head(to) {
  return svg("path", { d: `M${to.x - to.r - 1} ${to.y}l-7 -4.5v9z`, fill: "currentColor" });
}

function lane(label, row) {
  const drawn = element("div", "lane", label);
  drawn.setAttribute("aria-hidden", "true"); // the text of each stop has its tier
  drawn.style.gridRow = row;
  return drawn;
}

function column(place) {
  const drawn = element("div", "column");
  drawn.style.gridColumn = place;
  return drawn;
}

function stop(box, tier, row, column, end) {
  const shape = element("span", "sign", sign(box.label));
  if (box.number !== null) shape.append(element("span", "number", String(box.number)));
  const [first, ...rest] = box.name.split(", "); // the rest, mostly a place, is in the list and on the map
  const said = element("span", "unseen", [...rest.map((one) => `, ${one}`), ` ${box.kind}`, tier ? ` ${tier}` : ""].join(""));
  const words = element("span", "words", element("span", "name", first), said, ...hop(box.hop));
  const button = element("button", "", shape, words);
  Object.assign(button, { type: "button", title: box.name });
  const drawn = element("li", "stop", button);
  drawn.style.gridArea = `${row} / ${column} / auto / ${end}`;
  return drawn;
}

function hop(facts) {
  if (!facts) return [];
  const { gate, freshness, chip, changed } = facts;
  const isOld = freshness !== "FRESH";
  const said = element("span", isOld ? "chip" : "unseen", isOld ? `${SIGNS[freshness] ?? "?"} ${chip}` : ` ${chip}`);
  said.dataset.freshness = freshness;
  return [
    said,
    gate ? element("span", "unseen", ` ${gate}`) : null,
    changed ? element("span", "changed", changed) : null,
  ].filter(Boolean);
}

/** The places of the stops; those of a place share a dot. National ones have none. */
function map(boxes) {
  const drawn = svg("svg", { class: "map", viewBox: `-6 -6 ${SIZE[0] + 12} ${SIZE[1] + 12}`, "aria-hidden": "true" });
  const places = new Map();
  for (const box of boxes.filter((one) => one.at)) {
    const key = box.at.join(" ");
    places.set(key, { at: box.at, numbers: [...(places.get(key)?.numbers ?? []), box.number] });
  }
  const way = boxes.filter((box) => box.at).map((box) => box.at.join(" "));
  drawn.append(
    svg("path", { class: "land", d: DENMARK }),
    svg("path", { class: "way", d: `M${way.join("L")}` }),
    ...[...places.values()].map(({ at: [x, y], numbers }) => {
      const text = numbers.filter((one) => one !== null).join(" ");
      const half = Math.max(9, 4 + text.length * 4.5);
      const group = svg("g", { transform: `translate(${x} ${y})` });
      const words = svg("text", { y: 5 });
      words.append(text);
      group.append(svg("rect", { x: -half, y: -9, width: 2 * half, height: 18, rx: 9 }), words);
      return group;
    }),
  );
  return drawn;
}

function isFresh(box) {
  return !box.hop || box.hop.freshness === "FRESH";
}

/** The card of a stop below the drawing, if there is one: `path.card(id)`. */
function card(id) {
  return document.querySelector(`.st-key-card-${id.replace(/[^a-zA-Z0-9_-]/g, "-")}`);
}

function isCalm() {
  return matchMedia("(prefers-reduced-motion: reduce)").matches;
}

export default drawnBy(Path);
