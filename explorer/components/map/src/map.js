// The municipalities of Denmark, shaded: each area is a button that shows its figure.

import { drawnBy } from "../../look/drawn.js";
import { element, keepKeys, paint } from "../../look/element.js";
import { svg } from "../../look/shapes.js";
import { boxOf, municipalities, room } from "./outline.js";

const MARGIN = 90; // drawing units
const LETTER_PX = 11;
const GAP_PX = 6;

class AreaMap {
  constructor(host) {
    this.root = element("div", "kv map");
    this.tip = element("div", "tip");
    this.tip.setAttribute("aria-hidden", "true"); // the area's own label says the same
    this.tip.hidden = true;
    host.append(this.root);
    keepKeys(this.root);
    this.root.addEventListener("click", (event) => this.pick(this.areaOf(event)));
    this.root.addEventListener("keydown", (event) => this.pressed(event));
    this.root.addEventListener("pointermove", (event) => this.tell(this.areaOf(event), event));
    this.root.addEventListener("pointerleave", () => this.tell(null));
    this.root.addEventListener("focusin", (event) => this.focused(this.areaOf(event)));
    this.root.addEventListener("focusout", () => this.focused(null));
    this.watch = new ResizeObserver(() => this.write());
    this.watch.observe(this.root);
  }

  stop() {
    this.watch.disconnect();
    this.root.remove();
  }

  show(component) {
    this.component = component;
    const { title, within, areas, unknown, dark, selected } = component.data;
    paint(this.root, dark);
    const drawing = JSON.stringify([title, within, areas, unknown]);
    if (drawing !== this.drawing) this.draw(title, within, areas, unknown);
    this.drawing = drawing;
    this.select(selected);
  }

  draw(title, within, rows, unknown) {
    const held = this.root.contains(this.root.getRootNode().activeElement) ? this.tabStop?.id : null;
    const byCode = new Map(rows.flatMap((row) => row.codes.map((code) => [code, row])));
    const areas = new Map();
    for (const { code, path, rings } of municipalities(within)) {
      const row = byCode.get(code) ?? { id: null, name: "", said: unknown, detail: "", fill: "none" };
      const key = row.id ?? code;
      if (!areas.has(key)) areas.set(key, { ...row, rings: [], group: group(row) });
      const area = areas.get(key);
      area.rings.push(...rings);
      area.group.append(svg("path", { d: path }));
    }
    this.areas = [...areas.values()];
    for (const area of this.areas) area.box = boxOf(area.rings);
    this.box = boxOf(this.areas.flatMap((area) => area.rings));
    this.names = svg("g", { class: "names", "aria-hidden": "true" });
    this.rim = svg("g", { class: "rim", "aria-hidden": "true" });
    this.focus = svg("g", { class: "focus" });
    const { left, top, width, height } = this.box;
    this.picture = svg("svg", {
      viewBox: `${left - MARGIN} ${top - MARGIN} ${width + 2 * MARGIN} ${height + 2 * MARGIN}`,
      role: "group", "aria-label": title,
    });
    this.picture.append(patterns(this.scale()), ...this.areas.map((area) => area.group), this.names, this.rim);
    this.root.replaceChildren(this.picture, this.tip);
    this.stand(this.areas.find((area) => area.id && area.id === held) ?? this.areas.find((area) => area.id));
    if (held) this.tabStop?.group.focus();
    this.write();
  }

  /** The width of a drawing unit in pixels. */
  scale() {
    return (this.root.clientWidth || 640) / (this.box.width + 2 * MARGIN);
  }

  /** Writes the names that fit in their areas at the present size. */
  write() {
    if (!this.areas || !this.root.clientWidth) return;
    const scale = this.scale();
    this.picture.querySelector("defs").replaceWith(patterns(scale));
    const ruler = document.createElement("canvas").getContext("2d");
    ruler.font = `${LETTER_PX}px ${getComputedStyle(this.root).fontFamily}`;
    const written = this.areas.map((area) => {
      const lines = [[area.name], halves(area.name)];
      return lines.map((parts) => this.fitted(area, parts, ruler, scale)).find(Boolean);
    });
    this.names.replaceChildren(...written.filter(Boolean));
  }

  /** A name as one line or several, if there is room for it. */
  fitted({ rings, fill }, parts, ruler, scale) {
    const height = LETTER_PX / scale;
    const { x, y, length } = room(rings, height * parts.length);
    const width = Math.max(...parts.map((part) => ruler.measureText(part).width));
    if (!width || width + GAP_PX > length * scale) return null;
    const text = svg("text", { "font-size": height, "data-fill": fill });
    for (const [at, part] of parts.entries()) {
      const line = svg("tspan", { x, y: y + (at - (parts.length - 1) / 2) * height });
      line.append(part);
      text.append(line);
    }
    return text;
  }

  // ---- choosing

  areaOf(event) {
    const group = event.target.closest?.(".area");
    return this.areas?.find((area) => area.group === group) ?? null;
  }

  select(id) {
    const chosen = this.areas.filter((area) => area.id && area.id === id);
    for (const area of this.areas) {
      if (area.id) area.group.setAttribute("aria-pressed", String(chosen.includes(area)));
    }
    this.rim.replaceChildren(...chosen.flatMap((area) => [copy(area, "outer"), copy(area, "inner")]), this.focus);
    if (chosen.length && !this.isFocused) this.stand(chosen[0]);
  }

  pick(area) {
    if (!area?.id) return;
    this.stand(area);
    this.select(area.id);
    this.component.setTriggerValue("picked", area.id);
  }

  // ---- keys

  /** Makes an area the one that the tab key focuses. */
  stand(area) {
    this.tabStop = area;
    for (const other of this.areas) if (other.id) other.group.setAttribute("tabindex", other === area ? 0 : -1);
  }

  focused(area) {
    this.isFocused = Boolean(area);
    const isShown = area?.group.matches(":focus-visible");
    this.focus.replaceChildren(...(isShown ? [...copy(area, "").children] : []));
    if (area) this.stand(area);
    this.tell(isShown ? area : null);
  }

  pressed(event) {
    const area = this.areaOf(event);
    if (!area) return;
    if (event.key === "Escape") this.tell(null);
    else if (event.key === "Enter" || event.key === " ") this.pick(area);
    else {
      const next = this.beside(area, event.key);
      if (!next) return;
      next.group.focus();
    }
    event.preventDefault();
  }

  /** The nearest area in the direction of an arrow key; the first or last by name for Home and End. */
  beside(area, key) {
    const others = this.areas.filter((other) => other.id && other !== area);
    const named = [...others].sort((one, other) => one.name.localeCompare(other.name, document.documentElement.lang));
    if (key === "Home") return named[0];
    if (key === "End") return named.at(-1);
    const [across, down] = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] }[key] ?? [0, 0];
    const from = middle(area);
    let [nearest, least] = [null, Infinity];
    for (const other of across || down ? others : []) {
      const to = middle(other);
      const along = (to.x - from.x) * across + (to.y - from.y) * down;
      const aside = Math.abs((to.x - from.x) * down) + Math.abs((to.y - from.y) * across);
      if (along > 0 && aside <= 2 * along && along + 2 * aside < least) [nearest, least] = [other, along + 2 * aside];
    }
    return nearest;
  }

  // ---- figures

  /** Shows the figure of an area next to the pointer, or at the area itself. */
  tell(area, event) {
    this.tip.hidden = !area;
    if (!area) return;
    this.tip.replaceChildren(element("strong", "", area.said), ...(area.detail ? [element("span", "", area.detail)] : []));
    const frame = this.root.getBoundingClientRect();
    const shape = area.group.getBoundingClientRect();
    const x = (event ? event.clientX : shape.right) - frame.left + 14;
    const y = (event ? event.clientY : shape.top) - frame.top + 14;
    const most = { x: frame.width - this.tip.offsetWidth, y: frame.height - this.tip.offsetHeight };
    this.tip.style.left = `${Math.max(0, x > most.x ? Math.min(x - this.tip.offsetWidth - 28, most.x) : x)}px`;
    this.tip.style.top = `${Math.max(0, y > most.y ? y - this.tip.offsetHeight - 28 : y)}px`;
  }
}

function group({ id, said, detail, fill }) {
  const drawn = svg("g", { class: "area", "data-fill": fill, "aria-label": detail ? `${said}. ${detail}` : said });
  drawn.setAttribute("role", id ? "button" : "img");
  drawn.toggleAttribute("data-unknown", !id);
  return drawn;
}

/** The two halves of a name with a hyphen or a space; empty where it has neither. */
function halves(name) {
  const at = name.search(/[- ]/) + 1;
  return at ? [name.slice(0, at).trim(), name.slice(at)] : [""];
}

function copy(area, name) {
  const drawn = svg("g", name ? { class: name } : {});
  for (const path of area.group.children) drawn.append(svg("path", { d: path.getAttribute("d") }));
  return drawn;
}

function middle({ box }) {
  return { x: box.left + box.width / 2, y: box.top + box.height / 2 };
}

/** Crossed lines for what is missing, slanting ones for a number not shown; equally wide at any size. */
function patterns(scale) {
  const defs = svg("defs", {});
  const size = 7 / scale;
  for (const [id, lines] of [["missing", `M0 0L${size} ${size}M${size} 0L0 ${size}`], ["hidden", `M0 ${size}L${size} 0`]]) {
    const pattern = svg("pattern", { id, width: size, height: size, patternUnits: "userSpaceOnUse" });
    pattern.append(
      svg("rect", { width: size, height: size, class: "ground" }),
      svg("path", { d: lines, class: "hatch", "stroke-width": 1 / scale }),
    );
    defs.append(pattern);
  }
  return defs;
}

export default drawnBy(AreaMap);
