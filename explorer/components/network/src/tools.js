// The buttons in the drawing: a button for everything a mouse can do to the whole drawing.

import { element } from "../../look/element.js";
import { svg } from "../../look/shapes.js";

const DRAWINGS = {
  zoom_in: "M8 3v10M3 8h10",
  zoom_out: "M3 8h10",
  fit: "M2 6V2h4M10 2h4v4M14 10v4h-4M6 14H2v-4",
  pin: "M8 10v5M5 2h6l-1 5 2 3H4l2-3z",
  picture: "M8 2v8M4.5 7L8 10.5 11.5 7M2.5 13.5h11",
  views: "M4 2h8v12l-4-3.2L4 14z",
};

/** A button for each of these actions, by name; labels are set later. */
export function toolbar(acts) {
  const buttons = Object.entries(acts).map(([name, act]) => {
    const made = element("button", "", icon(DRAWINGS[name]));
    made.type = "button";
    made.dataset.tool = name;
    made.addEventListener("click", act);
    return made;
  });
  return element("div", "tools", ...buttons);
}

/** A panel that a button opens and closes; Escape closes it and returns the focus to the button. */
export class Menu {
  constructor(button, panel) {
    Object.assign(this, { button, panel });
    panel.hidden = true;
    button.setAttribute("aria-expanded", "false");
    panel.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      this.toggle(false);
      button.focus();
    });
  }

  toggle(isOpen = this.panel.hidden) {
    this.panel.hidden = !isOpen;
    this.button.setAttribute("aria-expanded", String(isOpen));
  }
}

function icon(path) {
  const drawn = svg("svg", { viewBox: "0 0 16 16", width: 16, height: 16, "aria-hidden": "true" });
  const line = { d: path, fill: "none", stroke: "currentColor", "stroke-width": 1.75 };
  drawn.append(svg("path", { ...line, "stroke-linecap": "round", "stroke-linejoin": "round" }));
  return drawn;
}
