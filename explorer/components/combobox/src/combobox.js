// A field that finds by name while one types: the ARIA 1.2 combobox with a list that pops up.
//
// The API folds and forgives; this only asks, shows what came back, and says what was picked.

import { drawnBy } from "../../look/drawn.js";
import { element, keepKeys, paint } from "../../look/element.js";
import { sign, svg } from "../../look/shapes.js";

const WAIT_MS = 120; // after the last key: under what a typist feels, over most gaps between keys
const MIN_LETTERS = 2; // the API answers no shorter text

const pairs = {}; // each field of the page and what finds for it, by the field's key

function pair(part) {
  const both = (pairs[part.data.field] ??= {});
  both[part.found ? "field" : "finder"] = part;
  if (both.finder) both.field?.found(both.finder);
}

/**
 * Where the screen hears what is typed and says what it finds; not seen. It is drawn anew for each
 * text, in a part of the screen by itself. The field is not of that part: what is picked in it goes
 * to the whole screen at once.
 */
class Finder {
  show(component) {
    this.component = component;
    this.data = component.data;
    pair(this);
  }

  stop() {}
}

class Combobox {
  constructor(host) {
    this.host = host;
    this.picked = null; // {id, name}: what is chosen, as the field shows it when left
    this.given = undefined; // what the screen said last
    this.active = -1;
    this.options = [];
    this.answer = { answers: null, options: [] };
    this.sent = "";
    this.wished = null; // the step of who asked to open before there was an answer
    this.draw();
  }

  stop() {
    clearTimeout(this.timer);
    const both = pairs[this.data.field];
    if (both.field === this) both.field = null; // what finds may stay, for one drawn in its place
    this.root.remove();
  }

  draw() {
    this.label = element("label");
    this.label.htmlFor = "field";
    this.input = element("input");
    Object.assign(this.input, {
      id: "field", type: "text", autocomplete: "off", spellcheck: false,
      role: "combobox", ariaAutoComplete: "list", ariaExpanded: "false",
    });
    this.input.setAttribute("aria-controls", "list");
    this.input.setAttribute("aria-describedby", "refused");
    this.clear = element("button", "clear", cross());
    this.clear.type = "button";
    this.list = element("div", "list");
    Object.assign(this.list, { id: "list", hidden: true, role: "listbox" });
    this.field = element("div", "field", this.input, this.clear, this.list);
    this.status = element("div", "status");
    this.status.role = "status";
    this.refused = element("div", "refused");
    Object.assign(this.refused, { id: "refused", role: "alert" });
    this.root = element("div", "kv combobox", this.label, this.field, this.status, this.refused);
    this.host.append(this.root);
    this.listen();
  }

  listen() {
    keepKeys(this.root);
    this.input.oninput = () => this.typed();
    this.input.onkeydown = (event) => this.pressed(event);
    this.input.onclick = () => this.open();
    this.input.onblur = () => this.left();
    this.list.onmousedown = (event) => event.preventDefault(); // keeps the focus
    this.list.onclick = (event) => {
      const option = event.target.closest("[role=option]");
      if (option) this.pick(this.options[option.dataset.place]);
    };
    this.clear.onclick = () => {
      this.pick(null);
      this.input.focus();
    };
  }

  /** Shows what the screen says now. */
  show(component) {
    const data = component.data;
    this.component = component;
    this.data = data;
    paint(this.root, data.dark);
    this.label.textContent = data.label;
    this.list.ariaLabel = data.label;
    this.input.placeholder = data.placeholder;
    this.clear.ariaLabel = `${data.clear}: ${data.label}`;
    const value = JSON.stringify(data.value);
    if (value !== this.given) this.adopt(data.value);
    this.given = value;
    pair(this);
  }

  /** Shows what was found. */
  found(finder) {
    this.finder = finder;
    this.answer = finder.data;
    this.refuse(this.answer.refused);
    if (this.answer.answers === this.asked()) this.fill(this.answer.options);
    this.clear.hidden = !this.picked && !this.input.value;
  }

  /** Lets the screen hear what to find: by its turn, so that the same text again is news. */
  tell(query) {
    this.sent = query;
    this.finder.component.setStateValue("query", { turn: performance.now(), text: query });
  }

  /** Takes over a choice made elsewhere: the address, Back, another field. */
  adopt(value) {
    const isHeld = this.host.activeElement === this.input;
    const isTyping = isHeld && this.input.value !== (this.picked?.name ?? "");
    this.picked = value;
    if (isTyping) return;
    this.input.value = value?.name ?? "";
    this.close();
  }

  /** The text that options are wanted for; none while the field shows what is picked. */
  asked() {
    const text = this.input.value.trim();
    return text.length < MIN_LETTERS || text === this.picked?.name ? "" : text;
  }

  refuse(why) {
    if (why && this.answer.answers === this.sent) {
      this.input.value = this.picked?.name ?? ""; // dropped: it is not sent again
      this.sent = "";
    }
    this.refused.textContent = why;
    this.field.toggleAttribute("data-refused", Boolean(why));
    this.input.ariaInvalid = Boolean(why);
  }

  // ---- what is typed

  typed() {
    this.forget();
    if (this.answer.answers !== this.asked()) this.close();
    this.timer = setTimeout(() => this.ask(), WAIT_MS);
  }

  ask() {
    if (!this.finder) return this.typed(); // it comes with the field, a moment later
    const query = this.asked();
    if (query === this.answer.answers) this.fill(this.answer.options);
    if (query === this.sent) return;
    this.tell(query);
  }

  pressed(event) {
    const act = {
      ArrowDown: () => (this.isOpen() ? this.move(1) : this.open(1)),
      ArrowUp: () => (this.isOpen() ? this.move(-1) : this.open(-1)),
      Enter: () => this.enter(),
      Escape: () => this.escape(),
    }[event.key];
    if (!act || event.isComposing) return;
    event.preventDefault();
    act();
  }

  enter() {
    const only = this.options.length === 1 && this.asked() ? this.options[0] : null;
    const option = this.isOpen() ? (this.options[this.active] ?? only) : null;
    if (option) this.pick(option);
  }

  escape() {
    if (this.isOpen()) this.close();
    else this.pick(null);
  }

  /** Half-typed text never looks chosen. */
  left() {
    this.input.value = this.picked?.name ?? "";
    this.forget();
    this.close();
  }

  /** Nothing is asked, wished or said any more. */
  forget() {
    clearTimeout(this.timer);
    this.wished = null;
    this.status.textContent = "";
    this.clear.hidden = !this.picked && !this.input.value;
  }

  pick(option) {
    const before = this.picked?.id ?? null;
    this.picked = option && { id: option.id, name: option.name };
    this.left();
    const isNews = before !== (option?.id ?? null);
    if (this.sent && !isNews) this.tell("");
    this.sent = ""; // a choice ends what was typed before it, there as here
    // No state: that would still hold this choice after Back has shown another one.
    if (isNews) this.component.setTriggerValue("value", option?.id ?? "");
  }

  // ---- the list

  isOpen() {
    return !this.list.hidden;
  }

  /** Opens what was found, once that is known. */
  open(step = 0) {
    const isKnown = this.answer.answers === this.asked();
    this.wished = isKnown ? null : step;
    if (!isKnown || !this.options.length) return;
    this.unfold(true);
    if (step) this.move(step);
  }

  close() {
    this.unfold(false);
    this.active = -1;
    this.mark();
  }

  unfold(isOpen) {
    this.list.hidden = !isOpen;
    this.status.classList.toggle("unseen", isOpen); // what it counts is seen
    this.input.ariaExpanded = isOpen;
  }

  move(step) {
    const count = this.options.length;
    const from = step < 0 ? Math.max(this.active, 0) : this.active; // with none active up is the last
    this.active = (from + step + count) % count;
    this.mark();
  }

  mark() {
    const rows = [...this.list.querySelectorAll("[role=option]")];
    for (const [place, row] of rows.entries()) row.toggleAttribute("data-active", place === this.active);
    const row = rows[this.active];
    if (!row) return this.input.removeAttribute("aria-activedescendant");
    this.input.setAttribute("aria-activedescendant", row.id);
    row.scrollIntoView({ block: "nearest" });
  }

  fill(options) {
    const ids = JSON.stringify(options);
    const isSame = ids === this.filled;
    this.filled = ids;
    this.options = options;
    if (!isSame) this.list.replaceChildren(...this.rows(options));
    const isAsked = this.host.activeElement === this.input && this.asked() !== "";
    if (isAsked) this.status.textContent = this.answer.status;
    const isShown = this.isOpen() || isAsked || this.wished !== null;
    if (!isSame || !options.length) this.close();
    if (isShown && !this.isOpen()) this.open(this.wished ?? 0);
  }

  /** The options in groups that keep the order in which they come. */
  rows(options) {
    const groups = new Map();
    for (const [place, option] of options.entries()) {
      const name = option.group ?? "";
      if (!groups.has(name)) groups.set(name, []);
      groups.get(name).push(this.row(option, place));
    }
    return [...groups].map(([name, rows], place) => {
      if (!name) return element("div", "", ...rows);
      const title = element("div", "group-name", name);
      title.id = `group-${place}`;
      const group = element("div", "", title, ...rows);
      group.role = "group";
      group.setAttribute("aria-labelledby", title.id);
      return group;
    });
  }

  row(option, place) {
    const detail = [option.kind, option.detail].filter(Boolean).join(" · ");
    const row = element(
      "div", "option",
      option.label ? sign(option.label) : element("span"),
      element("span", "name", option.name),
      detail ? element("span", "detail", detail) : null,
    );
    const isPicked = option.id === this.picked?.id;
    Object.assign(row, { id: `option-${place}`, role: "option", ariaSelected: isPicked });
    row.dataset.place = place;
    return row;
  }
}

function cross() {
  const drawn = svg("svg", { viewBox: "0 0 16 16", width: 12, height: 12, "aria-hidden": "true" });
  drawn.append(svg("path", { d: "M2 2L14 14M14 2L2 14", stroke: "currentColor", "stroke-width": 2 }));
  return drawn;
}

/** The field, or what finds for it, by what the screen says of it. */
class Part {
  constructor(host) {
    this.host = host;
  }

  show(component) {
    this.part ??= new ("answers" in component.data ? Finder : Combobox)(this.host);
    this.part.show(component);
  }

  stop() {
    this.part.stop();
  }
}

export default drawnBy(Part);
