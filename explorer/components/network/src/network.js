// A network to walk through: by mouse, or by keys alone while a live region says where one is.
//
// What is shown, and what was shown before, the screen decides; this keeps where things stand.

import cytoscape from "cytoscape";
import fcose from "cytoscape-fcose";

import { drawnBy } from "../../look/drawn.js";
import { element, keepKeys, paint } from "../../look/element.js";
import { sign } from "../../look/shapes.js";
import { Echo } from "./echo.js";
import { pressed } from "./keys.js";
import { declutter } from "./labels.js";
import { beside, inTiers, neighbors, ranks, toward } from "./layout.js";
import { colors, look } from "./look.js";
import { Minimap } from "./minimap.js";
import { FURTHEST, NEAREST, Sight } from "./sight.js";
import { toolbar } from "./tools.js";

cytoscape.use(fcose);

const TELL_MS = 150; // walking on by keys asks the screen once, at the end
const GROW_MS = 250;
const HEARD = 32; // so many acts the screen hears of late, if it must
const HUB = 6; // so many links make a name worth more than the nodes it covers

class Network {
  constructor(host) {
    this.host = host;
    this.places = new Map(); // where each node stood last, also those that are gone: undo brings them back
    this.pinned = {};
    this.selected = null;
    this.acts = [];
    this.turn = 0;
    this.timer = 0;
    this.echoes = { selected: new Echo(), pinned: new Echo() };
    this.canvas = element("div", "canvas");
    this.canvas.tabIndex = 0;
    this.canvas.setAttribute("role", "application");
    this.said = element("div", "unseen");
    this.said.setAttribute("role", "status");
    this.notice = element("div", "notice");
    this.legend = element("ul", "legend");
    this.map = element("canvas", "minimap");
    this.map.setAttribute("aria-hidden", "true"); // the keys go everywhere it goes
    this.tiers = element("div");
    this.tiers.setAttribute("aria-hidden", "true");
    this.tools = toolbar({
      zoom_in: () => this.sight.nearer(),
      zoom_out: () => this.sight.further(),
      fit: () => this.sight.fit(),
      pin: () => this.togglePin(),
    });
    this.pin = this.tools.querySelector("[data-tool=pin]");
    this.root = element(
      "div", "kv network", this.canvas, this.tiers, this.notice, this.legend, this.map, this.tools, this.said,
    );
    this.host.append(this.root);
    this.cy = cytoscape({
      container: this.canvas, autounselectify: true, boxSelectionEnabled: false, userZoomingEnabled: false,
      minZoom: FURTHEST, maxZoom: NEAREST,
    });
    this.minimap = new Minimap(this.map, this.cy);
    this.sight = new Sight(this.cy);
    this.listen();
  }

  stop() {
    this.watch.disconnect();
    this.tell();
    cancelAnimationFrame(this.frame);
    this.cy.destroy();
    this.root.remove();
  }

  listen() {
    keepKeys(this.root);
    this.canvas.addEventListener("keydown", (event) => pressed(event, this));
    // The wheel scrolls the page until one has entered the drawing.
    this.canvas.addEventListener("focus", () => this.cy.userZoomingEnabled(true));
    this.canvas.addEventListener("blur", () => this.cy.userZoomingEnabled(false));
    // Later: cytoscape takes the focus away from whatever holds it when a button goes down.
    this.canvas.addEventListener("pointerdown", () => setTimeout(() => this.canvas.focus({ preventScroll: true })));
    this.cy.on("tap", "node", (event) => this.select(event.target.id(), { isTold: true }));
    this.cy.on("tap", (event) => event.target === this.cy && this.select(null, { isTold: true }));
    this.cy.on("dbltap", "node", (event) => this.expand(event.target.id()));
    this.cy.on("dragfree", "node", (event) => this.hold(event.target));
    this.cy.on("viewport position resize", () => this.refresh());
    for (const kind of ["pointerdown", "keydown", "wheel"]) {
      this.root.addEventListener(kind, () => (this.isTouched = true), { passive: true });
    }
    this.watch = new ResizeObserver(() => this.sized());
    this.watch.observe(this.canvas);
  }

  // ---- what the screen says

  show(component) {
    const data = component.data;
    this.component = component;
    const text = JSON.stringify([data.text, data.dark]);
    if (text !== this.text) this.word(data);
    this.text = text;
    this.root.style.height = `min(${data.height}px, 80vh)`;
    this.data = data;
    if (this.echoes.pinned.isNews(data.pinned)) this.pinned = { ...data.pinned };
    const drawing = JSON.stringify([data.layout, data.center, data.tiers, data.nodes, data.links]);
    if (drawing !== this.drawing) this.draw(data);
    this.drawing = drawing;
    this.place();
    if (this.echoes.selected.isNews(data.selected)) this.select(data.selected);
    if (data.hold !== this.asked && data.hold) this.hold(this.cy.getElementById(data.hold));
    this.asked = data.hold; // once, until it is asked anew
    this.notice.textContent = data.nodes.length >= data.cap ? data.text.full : "";
  }

  word({ text, dark }) {
    paint(this.root, dark);
    this.color = colors(dark);
    const font = getComputedStyle(this.root).fontFamily.split(",")[0].replaceAll(/["']/g, "").trim();
    this.cy.style(look(dark, font));
    // A name is kept as a picture once it is drawn: not before its typeface is there.
    const typeface = [400, 600].map((weight) => document.fonts.load(`${weight} 13px "${font}"`));
    Promise.allSettled(typeface).then(() => {
      this.hasType = true;
      this.refresh();
    });
    this.canvas.setAttribute("aria-label", text.aria);
    for (const button of this.tools.children) {
      button.setAttribute("aria-label", text[button.dataset.tool]);
      button.title = text[button.dataset.tool];
    }
    this.legend.replaceChildren(...text.legend.map(([label, word]) => element("li", "", sign(label), word)));
  }

  draw(data) {
    const isNew = data.layout !== this.layout || data.center !== this.center;
    [this.layout, this.center] = [data.layout, data.center];
    const ids = new Set(data.nodes.map((node) => node.id));
    const links = data.links.filter((link) => ids.has(link.source) && ids.has(link.target));
    this.around = neighbors(data.nodes, links);
    this.rank = ranks(data.nodes, links, data.tiers, data.center);
    if (isNew) this.places.clear();
    const isFirst = ![...ids].some((id) => this.places.has(id));
    const grown = isFirst ? new Map() : this.settle(data.nodes, links);
    this.aspect = this.sight.shape();
    if (isFirst) {
      for (const [id, place] of inTiers(data.nodes, links, this.rank, this.aspect)) this.places.set(id, place);
    }
    this.cy.batch(() => {
      for (const old of this.cy.elements().toArray()) if (!ids.has(old.id()) || old.isEdge()) old.remove();
      for (const node of data.nodes) this.put(node, grown.get(node.id));
      for (const link of links) {
        this.cy.add({ group: "edges", data: { ...link, isFresh: link.freshness === "FRESH" ? 1 : undefined } });
      }
    });
    if (isFirst && data.layout === "free") this.relax();
    if (isFirst) this.sight.fit();
    else this.grow(grown);
    this.mark();
    this.refresh();
  }

  put(node, from) {
    const known = this.cy.getElementById(node.id);
    const position = { ...(from ?? this.places.get(node.id)) };
    const drawn = known.nonempty() ? known.data(node) : this.cy.add({ group: "nodes", data: node, position });
    drawn.toggleClass("center", node.id === this.center);
  }

  /** Places for who is new; from where each of them grows. */
  settle(nodes, links) {
    const shown = new Map([...this.places].filter(([id]) => nodes.some((node) => node.id === id)));
    const found = beside(nodes, links, this.rank, shown, this.layout === "free");
    const grown = new Map();
    for (const [id, place] of found) {
      const from = this.around.get(id).map((other) => shown.get(other)).find(Boolean);
      this.places.set(id, place);
      grown.set(id, from ?? place);
    }
    return grown;
  }

  grow(grown) {
    for (const id of grown.keys()) {
      const node = this.cy.getElementById(id);
      const position = { ...this.places.get(id) };
      if (isCalm()) node.position(position);
      else node.animate({ position }, { duration: GROW_MS });
    }
  }

  relax() {
    const held = Object.entries(this.pinned).filter(([id]) => this.cy.getElementById(id).nonempty());
    this.cy.layout({
      name: "fcose", randomize: false, animate: false, fit: false, quality: "proof", nodeSeparation: 90,
      idealEdgeLength: 90, nodeRepulsion: 9000, packComponents: false,
      fixedNodeConstraint: held.length ? held.map(([nodeId, [x, y]]) => ({ nodeId, position: { x, y } })) : undefined,
    }).run();
    for (const node of this.cy.nodes()) this.places.set(node.id(), { ...node.position() });
  }

  /** Puts pinned nodes where they are held, and lets go of the others. */
  place() {
    for (const node of this.cy.nodes()) {
      const held = this.pinned[node.id()];
      const wasHeld = node.hasClass("pinned");
      node.toggleClass("pinned", Boolean(held));
      if (held) node.position({ x: held[0], y: held[1] });
      else if (wasHeld) node.position({ ...this.places.get(node.id()) });
    }
    this.name();
  }

  // ---- choosing

  select(id, { isTold = false } = {}) {
    const node = id ? this.cy.getElementById(id) : null;
    this.selected = node?.nonempty() ? id : null;
    this.mark();
    if (this.selected) {
      this.sight.reveal(node);
      if (isTold) this.say(this.sentence(node.data()));
    }
    if (!isTold) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.tell(), TELL_MS);
  }

  /** Lets the screen hear who is chosen, if it is still to. */
  tell() {
    if (!this.timer) return;
    clearTimeout(this.timer);
    this.timer = 0;
    this.act("selected", this.selected);
  }

  /**
   * Tells the screen what was done. All that was is told again each time, in order: a trigger that
   * has not been heard is lost where the next one follows at once.
   */
  act(name, value = null) {
    this.echoes[name]?.tell(value);
    this.turn = Math.max(Date.now(), this.turn + 1);
    this.acts = [...this.acts.slice(1 - HEARD), { turn: this.turn, name, value }];
    this.component.setStateValue("acts", this.acts);
  }

  sentence({ id, name, kind, more }) {
    const { said, pinned, more: further } = this.data.text;
    const parts = [said.replace("{name}", name).replace("{kind}", kind).replace("{links}", this.around.get(id).length)];
    if (more) parts.push(further.replace("{more}", more));
    if (this.pinned[id]) parts.push(pinned);
    return parts.join(", ");
  }

  say(text) {
    this.said.textContent = text;
  }

  mark() {
    this.cy.batch(() => {
      this.cy.elements(".selected, .near").removeClass("selected near");
      const node = this.selected && this.cy.getElementById(this.selected);
      if (node?.nonempty()) {
        node.addClass("selected");
        node.connectedEdges().addClass("near");
      } else {
        this.selected = null;
      }
    });
    this.name();
    this.refresh();
  }

  name() {
    const text = this.data?.text;
    if (!text) return;
    const isHeld = Boolean(this.selected && this.pinned[this.selected]);
    this.pin.disabled = !this.selected;
    this.pin.setAttribute("aria-pressed", String(isHeld));
  }

  expand(id) {
    if (!id || this.cy.getElementById(id).empty()) return;
    if (this.data.nodes.length >= this.data.cap) this.say(this.data.text.full);
    else this.act("expand", id);
  }

  togglePin() {
    if (!this.selected) return;
    const { [this.selected]: held, ...others } = this.pinned;
    const { x, y } = this.cy.getElementById(this.selected).position();
    this.keep(held ? others : { ...others, [this.selected]: [x, y] });
    const { pinned, unpinned } = this.data.text;
    this.say(held ? unpinned : pinned);
  }

  hold(node) {
    const { x, y } = node.position();
    this.keep({ ...this.pinned, [node.id()]: [Math.round(x), Math.round(y)] });
  }

  keep(pinned) {
    this.pinned = pinned;
    this.act("pinned", pinned);
    this.place();
  }

  /** Goes on to the nearest in a direction; begins at the center. */
  walk(key) {
    const places = new Map(this.cy.nodes().map((node) => [node.id(), node.position()]));
    const next = this.selected ? toward(key, places.get(this.selected), places) : this.center;
    if (next) this.select(next, { isTold: true });
  }

  // ---- what is seen

  /** Draws anew what nobody has touched yet, where its shape is another now. */
  refit() {
    if (Math.abs(this.sight.shape() - this.aspect) < 0.1) return this.sight.fit();
    this.places.clear();
    this.cy.elements().remove();
    this.draw(this.data);
    this.place();
  }

  sized() {
    this.cy.resize();
    if (!this.isTouched && this.data) this.refit(); // styles come after the first drawing, screens are turned
    this.refresh();
  }

  refresh() {
    cancelAnimationFrame(this.frame);
    this.frame = requestAnimationFrame(() => {
      if (!this.data || this.cy.destroyed()) return;
      if (this.hasType) declutter(this.cy, (node) => this.wanted(node), (node) => this.isWatched(node.id()));
      this.minimap.draw(this.color);
      this.tiers.replaceChildren(...this.bands());
    });
  }

  /** Whether a name is written also over other nodes. */
  isWatched(id) {
    const around = this.around.get(id) ?? [];
    return id === this.selected || id === this.center || around.includes(this.selected) || around.length >= HUB;
  }

  /** How much a name is wanted: the selected, its neighbors, the pinned, high tiers, many links. */
  wanted(node) {
    const id = node.id();
    const isNear = this.selected !== null && this.around.get(id)?.includes(this.selected);
    const links = Math.min(this.around.get(id)?.length ?? 0, 999);
    return (
      (id === this.selected ? 1e6 : 0) + (id === this.center ? 5e5 : 0) + (isNear ? 1e5 : 0) +
      (this.pinned[id] ? 5e4 : 0) + (9 - (this.rank.get(id) ?? 9)) * 1e3 + links
    );
  }

  /** The names of the tiers at the height of their first row. */
  bands() {
    if (this.layout !== "tiers") return [];
    const tops = new Map();
    for (const node of this.cy.nodes()) {
      const tier = node.data("tier");
      const { y } = node.renderedPosition();
      if (tier && y < (tops.get(tier) ?? Infinity)) tops.set(tier, y);
    }
    return this.data.tiers
      .filter(({ id }) => tops.has(id) && tops.get(id) > 8 && tops.get(id) < this.cy.height() - 8)
      .map(({ id, label }) => {
        const band = element("span", "tier", label);
        band.style.top = `${tops.get(id) - 17 * this.cy.zoom() - 22}px`;
        return band;
      });
  }
}

function isCalm() {
  return matchMedia("(prefers-reduced-motion: reduce)").matches;
}

export default drawnBy(Network);
