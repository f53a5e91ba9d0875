// A search field for names: the ARIA 1.2 combobox with a popup list.
//
// The API matches spellings; this sends the text, shows the options, and reports the choice.

import { drawnBy } from "../../look/drawn.js";
import { element, keepKeys, paint } from "../../look/element.js";
import { sign, svg } from "../../look/shapes.js";

const WAIT_MS = 120; // after the last key: too short to notice, and longer than most gaps between keys
const MIN_LETTERS = 2; // the API refuses shorter texts

const pairs = {}; // each field of the page and its Finder, by the key of the field

function pair(part) {
  const both = (pairs[part.data.field] ??= {});
  both[part.found ? "field" : "finder"] = part;
  if (both.finder) both.field?.found(both.finder);
}

/**
 * Sends the typed text to the server and receives the options; not visible. It is rendered for each
 * text, in a Streamlit fragment of its own. The field is outside the fragment, so that a choice
 * reruns the whole screen.
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
    this.picked = null; // {id, name} of the choice, which the field shows when it loses the focus
    this.given = undefined; // the last value from the server
    this.active = -1;
    this.options = [];
    this.answer = { answers: null, options: [] };
    this.sent = "";
    this.wished = null; // the step of a request to open the list before there was an answer
    this.draw();
  }

  stop() {
    clearTimeout(this.timer);
    const both = pairs[this.data.field];
    if (both.field === this) both.field = null; // the Finder may stay, for a field that replaces this one
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

  /** Shows the data from the server. */
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

  /** Shows the options. */
  found(finder) {
    this.finder = finder;
    this.answer = finder.data;
    this.refuse(this.answer.refused);
    if (this.answer.answers === this.asked()) this.fill(this.answer.options);
    this.clear.hidden = !this.picked && !this.input.value;
  }

  /** Sends the text to the server, with a counter so that the same text is sent again. */
  tell(query) {
    this.sent = query;
    this.finder.component.setStateValue("query", { turn: performance.now(), text: query });
  }

  /** Takes over a choice from elsewhere: the address, Back, another field. */
  adopt(value) {
    const isHeld = this.host.activeElement === this.input;
    const isTyping = isHeld && this.input.value !== (this.picked?.name ?? "");
    this.picked = value;
    if (isTyping) return;
    this.input.value = value?.name ?? "";
    this.close();
  }

  /** The text to find options for; empty while the field shows the choice. */
  asked() {
    const text = this.input.value.trim();
    return text.length < MIN_LETTERS || text === this.picked?.name ? "" : text;
  }

  refuse(why) {
    if (why && this.answer.answers === this.sent) {
      this.input.value = this.picked?.name ?? ""; // the text is dropped and not sent again
      this.sent = "";
    }
    this.refused.textContent = why;
    this.field.toggleAttribute("data-refused", Boolean(why));
    this.input.ariaInvalid = Boolean(why);
  }

  // ---- typing

  typed() {
    this.forget();
    if (this.answer.answers !== this.asked()) this.close();
    this.timer = setTimeout(() => this.ask(), WAIT_MS);
  }

  ask() {
    if (!this.finder) return this.typed(); // the Finder is rendered a moment after the field
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

  /** Replaces unfinished text by the choice. */
  left() {
    this.input.value = this.picked?.name ?? "";
    this.forget();
    this.close();
  }

  /** Cancels a pending request and clears the status. */
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
    this.sent = ""; // a choice also ends the text on the server
    // A trigger, not a state, which would still hold this choice after Back has shown another one.
    if (isNews) this.component.setTriggerValue("value", option?.id ?? "");
  }

  // ---- the list

  isOpen() {
    return !this.list.hidden;
  }

  /** Opens the list, once the options have arrived. */
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
    this.status.classList.toggle("unseen", isOpen); // the options it counts are visible
    this.input.ariaExpanded = isOpen;
  }

  move(step) {
    const count = this.options.length;
    const from = step < 0 ? Math.max(this.active, 0) : this.active; // without an active option, up goes to the last
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
    const ids = JSON.stringify([options, this.answer.remark]);
    const isSame = ids === this.filled;
    this.filled = ids;
    this.options = options;
    if (!isSame) this.list.replaceChildren(...this.rows(options));
    const isAsked = this.host.activeElement === this.input && this.asked() !== "";
    const said = [this.answer.status, this.answer.remark];
    if (isAsked) this.status.textContent = said.filter(Boolean).join(". ");
    const isShown = this.isOpen() || isAsked || this.wished !== null;
    if (!isSame || !options.length) this.close();
    if (isShown && !this.isOpen()) this.open(this.wished ?? 0);
  }

  /** The options in groups, in the order received. */
  rows(options) {
    const { remark } = this.answer;
    const groups = new Map(remark ? [[remark, []]] : []); // a group without options says it above the others
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

/** The field or its Finder, by the data from the server. */
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
