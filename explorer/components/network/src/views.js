// Views saved by name in this browser: a name is typed by a person, and is therefore in no address
// and on no server. A view is an address like any other: it shows what the reader may see.

import { element } from "../../look/element.js";

const MOST = 50;
const LONGEST = 60;

// Ten digits in a row with any signs between them, where letters like O and l count as digits: more
// than the API refuses, since a name of a view needs no long number.
const CIVIL_NUMBER = /(?:[\dOØΟОIl|][\W_]{0,6}){9}[\dOØΟОIl|]/iu;
const DIGITS = /\d/g;

export class Views {
  constructor(say) {
    this.say = say;
    this.list = element("ul", "saved");
    this.field = element("input");
    this.field.type = "text";
    this.field.maxLength = LONGEST;
    this.save = element("button", "save");
    this.save.type = "submit";
    this.hint = element("p", "hint");
    this.label = element("label", "", (this.words = element("span")), this.field);
    const form = element("form", "", this.label, this.save);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.add(this.field.value.trim());
    });
    this.root = element("div", "views", form, this.hint, this.list);
  }

  show({ owner, query, text }) {
    Object.assign(this, { key: `kontaktvej-network-${owner}`, query, text });
    this.words.textContent = text.name;
    this.save.textContent = text.save;
    this.hint.textContent = text.hint;
    this.draw();
  }

  add(name) {
    if (!name) return;
    const run = CIVIL_NUMBER.exec(name.normalize("NFKC"));
    if (run && run[0].match(DIGITS).length >= 6) {
      this.say(this.text.refused);
      this.hint.textContent = this.text.refused;
      return;
    }
    const others = this.read().filter((view) => view.name !== name);
    this.write([{ name, query: this.query }, ...others].slice(0, MOST));
    this.field.value = "";
    this.say(this.text.saved.replace("{name}", name));
  }

  read() {
    try {
      const views = JSON.parse(localStorage.getItem(this.key) ?? "[]");
      return views.filter((view) => typeof view.name === "string" && typeof view.query === "string");
    } catch {
      return [];
    }
  }

  write(views) {
    try {
      localStorage.setItem(this.key, JSON.stringify(views));
    } catch {
      this.say(this.text.full);
    }
    this.draw();
  }

  draw() {
    const lines = this.read().map(({ name, query }) => {
      const link = element("a", "", name);
      link.href = `${location.pathname}?${new URLSearchParams(query)}`;
      const gone = element("button", "", "✕");
      gone.type = "button";
      gone.setAttribute("aria-label", this.text.remove.replace("{name}", name));
      gone.addEventListener("click", () => {
        this.write(this.read().filter((view) => view.name !== name));
        this.field.focus();
      });
      return element("li", "", link, gone);
    });
    this.list.replaceChildren(...lines);
  }
}
