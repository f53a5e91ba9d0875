// Which names are written, so that none lies on another: the most wanted first.
//
// Set as styles of single nodes. A style that is a function of the zoom took 580 ms a frame at
// 5,000 nodes; this takes 18.

const MOST = 120;
const CELL = 64;
const FONT = 13; // on the screen, at any zoom
const WIDTH = 112;

/** Writes the names that fit and takes away the others. */
export function declutter(cy, wanted) {
  const zoom = cy.zoom();
  const [width, height] = [cy.width(), cy.height()];
  const taken = new Set();
  const written = new Set();
  for (const node of cy.nodes().toArray().sort((one, other) => wanted(other) - wanted(one))) {
    if (written.size >= MOST) break;
    const { x, y } = node.renderedPosition();
    if (x < 0 || y < 0 || x > width || y > height) continue;
    const cells = covered(x, y + (node.height() / 2) * zoom + FONT, node.data("name"));
    if (cells.some((cell) => taken.has(cell))) continue;
    for (const cell of cells) taken.add(cell);
    written.add(node.id());
  }
  cy.batch(() => {
    for (const node of cy.nodes()) {
      if (written.has(node.id())) write(node, zoom);
      else if (node.scratch("_written")) erase(node);
    }
  });
  return written;
}

function write(node, zoom) {
  node.scratch("_written", true);
  node.style({
    label: node.data("name"), "font-size": FONT / zoom, "text-max-width": `${WIDTH / zoom}px`,
    "text-margin-y": 3 / zoom, "text-background-padding": `${1 / zoom}px`,
  });
}

function erase(node) {
  node.removeScratch("_written");
  node.removeStyle("label font-size text-max-width text-margin-y text-background-padding");
}

function covered(x, y, name) {
  const half = Math.min(name.length * FONT * 0.55, WIDTH) / 2;
  const lines = Math.ceil((name.length * FONT * 0.55) / WIDTH);
  const cells = [];
  for (let column = Math.floor((x - half) / CELL); column <= Math.floor((x + half) / CELL); column += 1) {
    for (let row = Math.floor(y / (CELL / 2)); row <= Math.floor((y + lines * FONT) / (CELL / 2)); row += 1) {
      cells.push(`${column} ${row}`);
    }
  }
  return cells;
}
