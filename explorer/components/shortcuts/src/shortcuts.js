// Favorites and last needs of the account, as ids and codes in the storage of this browser alone.
//
// The sign-in page removes the needs, and the first page of another account removes both.

import { drawnBy } from "../../look/drawn.js";
import { element, paint } from "../../look/element.js";

/** The list of an account; one that another account left is removed. */
function read({ account, storage }) {
  try {
    const stored = JSON.parse(localStorage.getItem(storage));
    if (stored?.account === account && Array.isArray(stored.entries)) return stored.entries;
    localStorage.removeItem(storage);
  } catch {
    // A browser that stores nothing, or something that is not ours: there are no shortcuts.
  }
  return [];
}

/** Stores the list of an account, the newest entry first. */
function write({ account, storage, most }, entries) {
  try {
    localStorage.setItem(storage, JSON.stringify({ account, entries: entries.slice(0, most) }));
  } catch {
    // As above.
  }
}

function add(data, entry) {
  write(data, [entry, ...remaining(data, entry)]);
}

function remaining(data, entry) {
  return read(data).filter((other) => other !== entry);
}

/** A button of the look of Streamlit's own. */
class Button {
  constructor(host, press) {
    this.button = element("button");
    this.button.type = "button";
    this.button.onclick = press;
    this.root = element("div", "kv", this.button);
    host.append(this.root);
  }

  remove() {
    this.root.remove();
  }

  show(data, text) {
    paint(this.root, data.dark);
    this.button.textContent = text;
    this.button.ariaLabel = data.label;
  }
}

/** The star of a node. */
class Star {
  constructor(host) {
    this.star = new Button(host, () => this.press());
  }

  show({ data }) {
    this.data = data;
    const isFavorite = read(data).includes(data.node);
    this.star.show(data, `${isFavorite ? "★" : "☆"} ${data.text}`);
    this.star.button.ariaPressed = isFavorite;
  }

  stop() {
    this.star.remove();
  }

  press() {
    const { data } = this;
    const isFavorite = read(data).includes(data.node);
    if (isFavorite) write(data, remaining(data, data.node));
    else add(data, data.node);
    this.show(this);
  }
}

/** Stores the need on the screen; not visible. */
class Need {
  show({ data }) {
    add(data, data.need);
  }
}

/** Sends a list to the server, and is the button that empties it. */
class List {
  constructor(host) {
    this.clear = new Button(host, () => this.empty());
  }

  show(component) {
    this.component = component;
    const { data } = component;
    const entries = read(data);
    this.clear.show(data, data.text);
    this.clear.root.hidden = !entries.length;
    const sent = JSON.stringify([data.account, entries]);
    if (sent !== this.sent) component.setStateValue("stored", { entries });
    this.sent = sent;
  }

  stop() {
    this.clear.remove();
  }

  empty() {
    const { data } = this.component;
    write(data, []);
    this.show(this.component);
  }
}

/** One of these, by the data from the server. */
class Shortcut {
  constructor(host) {
    this.host = host;
  }

  show(component) {
    const { data } = component;
    this.drawn ??= data.node ? new Star(this.host) : data.need ? new Need() : new List(this.host);
    this.drawn.show(component);
  }

  stop() {
    this.drawn.stop?.();
  }
}

export default drawnBy(Shortcut);
