// A network to explore by mouse, or by keyboard with a live region for screen readers.
//
// The server decides what is shown, now and after undo; this keeps the positions.

import cytoscape from "cytoscape";
import fcose from "cytoscape-fcose";

import { drawnBy } from "../../look/drawn.js";
import { element, keepKeys, paint } from "../../look/element.js";
import { Echo } from "./echo.js";
import { joining, onMap, spacing } from "./geo.js";
import { badge } from "./icons.js";
import { pressed } from "./keys.js";
import { Labels } from "./labels.js";
import { beside, inGroups, inTiers, neighbors, ranks, toward } from "./layout.js";
import { colors, look, MAPPED } from "./look.js";
import { Outlines } from "./map.js";
import { Minimap } from "./minimap.js";
import { keep, raster, vector } from "./pictures.js";
import { FURTHEST, NEAREST, Sight } from "./sight.js";
import { Tip } from "./tip.js";
import { Menu, toolbar } from "./tools.js";
import { Views } from "./views.js";

cytoscape.use(fcose);

const TELL_MS = 150; // moving on by keys is sent once, at the end
const GROW_MS = 250;
const HEARD = 32; // the number of actions that are sent again
const REST_MS = 80; // names are placed again when the view has not changed for this time
const MANY = 150; // links; fewer are drawn fast enough without an image
const SMALL = 10; // pixels: the smallest node on the map, where nodes are close together
const PANEL = [768, 368]; // from this width on, the panel of the selected node covers this much

class Network {
  constructor(host) {
    this.host = host;
    this.spacing = 0; // between nodes on the map
    this.places = new Map(); // the last position of each node, also of removed ones, which undo restores
    this.pinned = {};
    this.selected = null;
    this.acts = [];
    this.turn = 0;
    this.timer = 0;
    this.echoes = { selected: new Echo(), pinned: new Echo() };
    this.ground = element("canvas", "outlines");
    this.canvas = element("div", "canvas");
    this.canvas.tabIndex = 0;
    this.canvas.style.position = "relative"; // cytoscape reads it, perhaps before the style sheet is loaded
    this.canvas.setAttribute("role", "application");
    this.said = element("div", "unseen");
    this.said.setAttribute("role", "status");
    this.notice = element("div", "notice");
    this.legend = element("ul", "legend");
    this.map = element("canvas", "minimap");
    this.map.setAttribute("aria-hidden", "true"); // keys reach everything that it reaches
    this.tiers = element("div");
    this.tiers.setAttribute("aria-hidden", "true");
    this.tools = toolbar({
      zoom_in: () => this.sight.nearer(),
      zoom_out: () => this.sight.further(),
      fit: () => this.sight.fit(),
      pin: () => this.togglePin(),
      picture: () => this.open("picture"),
      views: () => this.open("views"),
    });
    this.pin = this.tools.querySelector("[data-tool=pin]");
    this.views = new Views((text) => this.say(text));
    this.formats = element("div", "formats menu");
    this.views.root.classList.add("menu");
    this.menus = {
      picture: new Menu(this.tools.querySelector("[data-tool=picture]"), this.formats),
      views: new Menu(this.tools.querySelector("[data-tool=views]"), this.views.root),
    };
    this.foot = element("div", "foot", this.tools, this.legend, this.map);
    this.root = element(
      "div", "kv network", this.ground, this.canvas, this.tiers, this.notice, this.formats, this.views.root,
      this.foot, this.said,
    );
    this.host.append(this.root);
    this.cy = cytoscape({
      container: this.canvas, autounselectify: true, boxSelectionEnabled: false, userZoomingEnabled: false,
      minZoom: FURTHEST, maxZoom: NEAREST,
    });
    this.minimap = new Minimap(this.map, this.cy);
    this.sight = new Sight(this.cy, this.foot);
    this.outlines = new Outlines(this.ground, this.cy);
    this.labels = new Labels(this.cy);
    this.tip = new Tip(this.cy, this.root, (id) => this.data.tiers.find((tier) => tier.id === id)?.label);
    this.listen();
  }

  stop() {
    this.watch.disconnect();
    this.tell();
    cancelAnimationFrame(this.frame);
    clearTimeout(this.naming);
    this.cy.destroy();
    this.root.remove();
  }

  listen() {
    keepKeys(this.root);
    this.canvas.addEventListener("keydown", (event) => pressed(event, this));
    // The wheel scrolls the page until the drawing has the focus.
    this.canvas.addEventListener("focus", () => this.cy.userZoomingEnabled(true));
    this.canvas.addEventListener("blur", () => this.cy.userZoomingEnabled(false));
    // Later: cytoscape removes the focus from any element when a mouse button goes down.
    this.canvas.addEventListener("pointerdown", () => setTimeout(() => this.canvas.focus({ preventScroll: true })));
    this.cy.on("tap", "node", (event) => this.select(event.target.id(), { isTold: true }));
    this.cy.on("tap", (event) => event.target === this.cy && this.select(null, { isTold: true }));
    this.cy.on("dbltap", "node", (event) => this.expand(event.target.id()));
    this.cy.on("dragfree", "node", (event) => this.hold(event.target));
    this.cy.on("viewport position resize", () => this.refresh());
    this.cy.on("viewport position", () => this.rename(REST_MS));
    for (const kind of ["pointerdown", "keydown", "wheel"]) {
      this.root.addEventListener(kind, () => (this.isTouched = true), { passive: true });
    }
    this.watch = new ResizeObserver(() => this.sized());
    this.watch.observe(this.canvas);
  }

  // ---- data from the server

  show(component) {
    const data = component.data;
    this.component = component;
    const text = JSON.stringify([data.text, data.dark]);
    if (text !== this.text) this.word(data);
    this.text = text;
    this.data = data;
    this.tools.querySelector("[data-tool=views]").hidden = !data.views;
    if (data.views) this.views.show({ ...data.views, text: data.text.saved });
    if (this.echoes.pinned.isNews(data.pinned)) this.pinned = { ...data.pinned };
    const drawing = JSON.stringify([data.layout, data.center, data.tiers, data.groups, data.nodes, data.links]);
    if (drawing !== this.drawing) this.draw(data);
    this.drawing = drawing;
    const way = JSON.stringify(data.way);
    if (way !== this.way) this.mark();
    this.way = way;
    this.place();
    if (this.echoes.selected.isNews(data.selected)) this.select(data.selected);
    if (data.hold !== this.asked && data.hold) this.hold(this.cy.getElementById(data.hold));
    this.asked = data.hold; // once, until it is requested again
    this.notice.textContent = data.nodes.length >= data.cap ? data.text.full : "";
  }

  word({ text, dark }) {
    paint(this.root, dark);
    this.color = colors(dark);
    const font = getComputedStyle(this.root).fontFamily.split(",")[0].replaceAll(/["']/g, "").trim();
    this.font = font;
    [this.unit, this.dark] = [null, dark];
    this.scale();
    for (const node of this.cy.nodes()) node.removeScratch("_name");
    // A name is cached as an image when it is drawn, so its font must be loaded before.
    const typeface = [400, 600].map((weight) => document.fonts.load(`${weight} 13px "${font}"`));
    Promise.allSettled(typeface).then(() => {
      this.hasType = true;
      this.labels.use(font);
      this.refresh();
      this.rename();
    });
    this.canvas.setAttribute("aria-label", text.aria);
    for (const button of this.tools.children) {
      button.setAttribute("aria-label", text[button.dataset.tool]);
      button.title = text[button.dataset.tool];
    }
    this.legend.replaceChildren(...text.legend.map(([label, word]) => element("li", "", badge(label), word)));
    const formats = ["PNG", "SVG"].map((format) => {
      const button = element("button", "", text.picture_as.replace("{format}", format));
      button.type = "button";
      button.addEventListener("click", () => this.saveAs(format));
      return button;
    });
    this.formats.replaceChildren(element("p", "", text.nameless), ...formats);
  }

  draw(data) {
    const isNew = data.layout !== this.layout || data.center !== this.center;
    [this.layout, this.center] = [data.layout, data.center];
    const ids = new Set(data.nodes.map((node) => node.id));
    const links = data.links.filter((link) => ids.has(link.source) && ids.has(link.target));
    this.around = neighbors(data.nodes, links);
    this.rank = ranks(data.nodes, links, data.tiers, data.center);
    this.outlines.use(data.map);
    if (isNew) {
      this.places.clear();
      this.cy.elements().remove(); // also their groups
    }
    const isFirst = ![...ids].some((id) => this.places.has(id));
    const grown = isFirst ? new Map() : this.settle(data.nodes, links);
    this.aspect = this.sight.shape();
    if (isFirst) for (const [id, place] of this.arranged(data, links)) this.places.set(id, place);
    this.cy.batch(() => {
      for (const old of this.nodes().toArray()) if (!ids.has(old.id())) old.remove();
      this.cy.edges().remove();
      this.regroup(data);
      for (const node of data.nodes) this.put(node, grown.get(node.id));
      if (isFirst) for (const node of this.nodes()) node.position({ ...this.places.get(node.id()) });
      for (const group of this.cy.nodes(".group").toArray()) if (group.isChildless()) group.remove();
      for (const link of links) {
        this.cy.add({ group: "edges", pannable: true, data: { ...link, isFresh: link.freshness === "FRESH" ? 1 : undefined } });
      }
    });
    // Moved as one image: hundreds of long dashed links take two frames to draw.
    this.cy.renderer().textureOnViewport = links.length > MANY;
    if (isFirst && data.layout === "free") this.relax();
    if (this.layout !== "map") this.sight.use(null);
    this.spacing = spacing(data.nodes.filter(({ at }) => at).map(({ id }) => this.places.get(id)));
    if (isFirst) this.sight.fit();
    else this.grow(grown);
    this.scale();
    this.mark();
    this.refresh();
    this.rename();
  }

  /** All nodes, without their groups. */
  nodes() {
    return this.cy.nodes().not(".group");
  }

  arranged(data, links) {
    if (data.layout === "map") {
      const { places, block, nearest } = onMap(data.nodes, this.sight.room());
      this.block = block;
      this.sight.use(nearest);
      return places;
    }
    if (data.groups.length) return inGroups(data.nodes, data.groups, this.aspect);
    return inTiers(data.nodes, links, this.rank, this.aspect);
  }

  regroup({ groups }) {
    for (const { id, name } of groups) {
      const known = this.cy.getElementById(`group:${id}`);
      if (known.nonempty()) known.data({ name });
      else this.cy.add({ group: "nodes", data: { id: `group:${id}`, name }, classes: "group", grabbable: false });
    }
    this.cy.nodes(".group").style("events", "no");
  }

  put(node, from) {
    const known = this.cy.getElementById(node.id);
    const position = { ...(from ?? this.places.get(node.id)) };
    const parent = node.group ? `group:${node.group}` : undefined;
    const drawn = known.nonempty() ? known.data(node) : this.cy.add({ group: "nodes", data: { ...node, parent }, position });
    drawn.toggleClass("center", node.id === this.center).toggleClass("mapped", this.layout === "map");
  }

  /** Positions of new nodes, and the position from which each is animated. */
  settle(nodes, links) {
    const shown = new Map([...this.places].filter(([id]) => nodes.some((node) => node.id === id)));
    const found = this.layout === "map"
      ? joining(nodes, shown, this.block)
      : beside(nodes, links, this.rank, shown, this.layout);
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
    for (const node of this.nodes()) this.places.set(node.id(), { ...node.position() });
  }

  /** Puts pinned nodes at their positions, and releases the others. */
  place() {
    for (const node of this.nodes()) {
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
    this.sight.covered = this.selected && innerWidth >= PANEL[0] ? PANEL[1] : 0;
    if (this.selected) {
      this.sight.reveal(node);
      if (isTold) this.say(this.sentence(node.data()));
    }
    if (!isTold) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.tell(), TELL_MS);
  }

  /** Sends the selection to the server, if that is pending. */
  tell() {
    if (!this.timer) return;
    clearTimeout(this.timer);
    this.timer = 0;
    this.act("selected", this.selected);
  }

  /**
   * Sends an action to the server, together with the last ones, in order: a trigger is lost if the
   * next one follows before it is handled.
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
      this.cy.elements(".selected, .near, .way, .back, .dim").removeClass("selected near way back dim");
      this.markWay();
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
    this.rename();
  }

  /** Highlights a path through the network; all else is dimmed. */
  markWay() {
    const { nodes, links } = this.data?.way ?? { nodes: [], links: [] };
    if (!nodes.length) return;
    this.cy.elements().not(".group").addClass("dim");
    for (const id of nodes) this.cy.getElementById(id).removeClass("dim").addClass("way");
    for (const { id, back } of links) this.cy.getElementById(id).removeClass("dim").addClass(back ? "way back" : "way");
  }

  name() {
    const text = this.data?.text;
    if (!text) return;
    const isHeld = Boolean(this.selected && this.pinned[this.selected]);
    this.pin.disabled = !this.selected;
    this.pin.setAttribute("aria-pressed", String(isHeld));
  }

  expand(id) {
    const node = this.cy.getElementById(id ?? "");
    if (node.empty() || node.data("count")) return;
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
    this.keep({ ...this.pinned, [node.id()]: [x, y].map((at) => Math.round(at * 10) / 10) });
  }

  keep(pinned) {
    this.pinned = pinned;
    this.act("pinned", pinned);
    this.place();
  }

  /** Selects the nearest node in a direction; the first is the center. */
  walk(key) {
    const places = new Map(this.nodes().map((node) => [node.id(), node.position()]));
    const next = this.selected ? toward(key, places.get(this.selected), places) : this.center;
    if (next) this.select(next, { isTold: true });
  }

  // ---- visible part

  /** Draws an untouched drawing again, if its shape has changed. */
  refit() {
    if (Math.abs(this.sight.shape() - this.aspect) < 0.1) return this.sight.fit();
    this.places.clear(); // the nodes stay: their icons may still be loading, and are drawn for these nodes alone
    this.draw(this.data);
    this.place();
  }

  sized() {
    this.cy.resize();
    if (!this.isTouched && this.data) this.refit(); // the style sheet may load after the first drawing, and screens can be rotated
    this.refresh();
  }

  /** On the map, nodes and lines have the same size at any zoom, restyled at steps: it takes a frame. */
  scale() {
    const zoom = 2 ** (Math.round(Math.log2(this.cy.zoom()) * 4) / 4);
    const size = Math.min(Math.max(zoom * this.spacing * 0.8, SMALL), MAPPED);
    const unit = this.layout === "map" ? size / MAPPED / zoom : 1;
    if (this.unit === unit) return;
    this.unit = unit;
    this.cy.style(look(this.dark, this.font, unit));
  }

  refresh() {
    cancelAnimationFrame(this.frame);
    this.frame = requestAnimationFrame(() => {
      if (!this.data || this.cy.destroyed()) return;
      this.scale();
      this.outlines.draw(this.color, this.font);
      this.minimap.draw(this.color);
      this.bands();
    });
  }

  /** Places the names again, when nothing has changed for `after` milliseconds. */
  rename(after = 0) {
    clearTimeout(this.naming);
    this.naming = setTimeout(() => {
      if (!this.data || !this.hasType || this.cy.destroyed()) return;
      this.scale();
      this.bands();
      this.labels.place((node) => this.wanted(node), (node) => this.isWatched(node.id()), this.banded());
      this.root.dataset.named = String(this.nodes().filter((node) => node.scratch("_name")).length);
    }, after);
  }

  // ---- saving

  open(name) {
    for (const [other, menu] of Object.entries(this.menus)) if (other !== name) menu.toggle(false);
    this.menus[name].toggle();
  }

  async saveAs(format) {
    const { color, font, outlines } = this;
    const file = `kontaktvej-${this.layout}.${format.toLowerCase()}`;
    const content = format === "SVG"
      ? vector(this.cy, { color, font, map: this.data.map, title: this.data.text.aria })
      : await raster(this.cy, { color, font, outlines, isMap: Boolean(this.data.map) });
    keep(content, "image/svg+xml", file);
    this.menus.picture.toggle(false);
  }

  /** Whether a name may cover other nodes. */
  isWatched(id) {
    return id === this.selected || id === this.center || this.data.way.nodes.includes(id);
  }

  /** The priority of a name: selected, its neighbors, pinned, high tiers, many links. */
  wanted(node) {
    const id = node.id();
    const isNear = this.selected !== null && this.around.get(id)?.includes(this.selected);
    const links = Math.min(this.around.get(id)?.length ?? 0, 999);
    return (
      (id === this.selected ? 1e6 : 0) + (id === this.center ? 5e5 : 0) + (node.hasClass("way") ? 2e5 : 0) +
      (isNear ? 1e5 : 0) +
      (this.pinned[id] ? 5e4 : 0) + (9 - (this.rank.get(id) ?? 9)) * 1e3 + links
    );
  }

  /** Where the names of the tiers stand, in the drawing. */
  banded() {
    const { left, top } = this.canvas.getBoundingClientRect();
    return [...this.tiers.children].filter(({ hidden }) => !hidden).map((band) => {
      const box = band.getBoundingClientRect();
      return { left: box.left - left, right: box.right - left, top: box.top - top, bottom: box.bottom - top };
    });
  }

  /** Puts the names of the tiers at the height of their first row. */
  bands() {
    const tops = new Map();
    for (const node of this.layout === "tiers" ? this.nodes() : []) {
      const tier = node.data("tier");
      const { y } = node.position();
      if (tier && y < (tops.get(tier) ?? Infinity)) tops.set(tier, y);
    }
    const labels = this.data.tiers.map(({ label }) => label).join();
    if (labels !== this.tiered) this.tiers.replaceChildren(...this.data.tiers.map(({ label }) => element("span", "tier", label)));
    this.tiered = labels;
    this.data.tiers.forEach(({ id }, at) => {
      const top = tops.has(id) ? tops.get(id) * this.cy.zoom() + this.cy.pan().y : -1;
      const band = this.tiers.children[at];
      band.hidden = top <= 8 || top >= this.cy.height() - 8;
      band.style.transform = `translateY(${Math.round(top - 17 * this.cy.zoom() - 22)}px)`;
    });
  }
}

function isCalm() {
  return matchMedia("(prefers-reduced-motion: reduce)").matches;
}

export default drawnBy(Network);
