// Creates elements without markup in strings: values of the register are inserted as text.

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

/** Keeps typed keys from Streamlit's single-key shortcuts (`r`, `c`, Esc). */
export function keepKeys(root) {
  for (const kind of ["keydown", "keyup", "keypress"]) {
    root.addEventListener(kind, (event) => event.stopPropagation());
  }
}
