// Making elements without markup in strings: whatever a register holds goes in as text.

/** An element with a class, a text and children. */
export function element(tag, className = "", ...children) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

/** Marks the theme on the root of a component. */
export function paint(root, dark) {
  root.toggleAttribute("data-dark", Boolean(dark));
}

/** Keeps Streamlit's own single keys (`r`, `c`, Esc) from hearing what is typed here. */
export function keepKeys(root) {
  for (const kind of ["keydown", "keyup", "keypress"]) {
    root.addEventListener(kind, (event) => event.stopPropagation());
  }
}
