// Which names are written, so that none lies on another: the most wanted first.
//
// Set as styles of single nodes. A style that is a function of the zoom took 580 ms a frame at
// 5,000 nodes; this takes 18.

const MOST = 120;
const GAP = 4;
const FONT = 13; // on the screen, at any zoom
const WIDTH = 112;

/** Writes the names that fit beside each other and beside all nodes, and takes away the others. */
export function declutter(cy, wanted, isAlways) {
  const zoom = cy.zoom();
  const seen = cy.nodes().filter((node) => isSeen(cy, node)).toArray();
  const nodes = seen.map((node) => ({ node, box: bounds(node, zoom) }));
  const taken = [];
  const written = new Set();
  for (const { node } of nodes.sort((one, other) => wanted(other.node) - wanted(one.node))) {
    if (written.size >= MOST) break;
    const box = covered(node, zoom);
    const isFree = !taken.some((other) => overlap(box, other));
    const isClear = isFree && !nodes.some((other) => other.node !== node && overlap(box, other.box));
    if (!isClear && !(isFree && isAlways(node))) continue;
    taken.push(box);
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
  if (node.scratch("_written") === zoom) return; // a style is dear, also one that changes nothing
  node.scratch("_written", zoom);
  node.style({
    label: node.data("name"), "font-size": FONT / zoom, "text-max-width": `${WIDTH / zoom}px`,
    "text-margin-y": 3 / zoom, "text-background-padding": `${1 / zoom}px`,
  });
}

function erase(node) {
  node.removeScratch("_written");
  node.removeStyle("label font-size text-max-width text-margin-y text-background-padding");
}

function isSeen(cy, node) {
  const { x, y } = node.renderedPosition();
  return x >= 0 && y >= 0 && x <= cy.width() && y <= cy.height();
}

/** The middle of a node: its edge may be touched. */
function bounds(node, zoom) {
  const { x, y } = node.renderedPosition();
  const half = (node.width() / 4) * zoom;
  return { left: x - half, right: x + half, top: y - half, bottom: y + half };
}

/** Where a name would stand: wrapped between words, below its node. */
function covered(node, zoom) {
  const { x, y } = node.renderedPosition();
  const long = node.data("name").length * FONT * 0.5;
  const half = Math.min(long, WIDTH) / 2 + GAP;
  const top = y + (node.height() / 2) * zoom;
  return { left: x - half, right: x + half, top, bottom: top + Math.ceil(long / WIDTH) * FONT * 1.2 + GAP };
}

function overlap(one, other) {
  return one.left < other.right && other.left < one.right && one.top < other.bottom && other.top < one.bottom;
}
