// Which names are shown, and where, so that none covers another or a node: the most important first,
// below, next to or above its node, in as many lines as needed.
//
// They are styles of single nodes, set when the drawing is still: names are placed again when nodes
// move, the zoom changes, or panning has ended, since none is cut by the edge.

const FONT = 12; // on the screen, at any zoom
const LEADING = 14;
const GAP = 3;
const EDGE = 2; // between a name and the edge of the drawing
const BORDER = 2;
const EVERYWHERE = { left: -Infinity, right: Infinity, top: -Infinity, bottom: Infinity };
const MOST_LINES = 3;
const SPOTS = [
  ["bottom", 118], ["bottom", 100], ["top", 118], ["bottom", 172], ["right", 110], ["left", 110], ["right", 172],
  ["left", 172], ["bottom", 84], ["top", 172], ["top", 84],
]; // first as wide as a column, to leave room for the next names
const WIDEST = 172; // a single long word may be wider
const SMALLEST = 6; // pixels: beside smaller nodes, names would not be readable

export class Labels {
  constructor(cy) {
    this.cy = cy;
    this.brush = document.createElement("canvas").getContext("2d");
    this.lines = new Map();
  }

  /** The font for measuring names. */
  use(font) {
    this.font = font;
    this.lines.clear();
  }

  /** Shows the names that fit and hides the others; those always shown may cover nodes, none covers other texts. */
  place(wanted, isAlways, texts) {
    const zoom = this.cy.zoom();
    const nodes = this.cy.nodes(":childless").toArray().sort((one, other) => wanted(other) - wanted(one));
    const taken = new Boxes();
    for (const box of texts) taken.add(box, { side: "other" });
    const stands = new Map(nodes.map((node) => [node, body(node, zoom)]));
    for (const [node, box] of stands) taken.add(box, node);
    const panels = this.cy.nodes(".group").map((group) => [group, frame(group)]);
    const groups = panels.map(([group]) => this.group(group, new Map(panels), taken));
    const panelOf = new Map(panels.map(([group, box]) => [group.id(), box]));
    const placed = new Map();
    for (const node of nodes) {
      if (node.width() * zoom < SMALLEST && !isAlways(node)) continue;
      const panel = panelOf.get(node.parent().id());
      const spot = this.spot(node, stands.get(node), taken, { isAlways: isAlways(node), panel });
      if (!spot) continue;
      taken.add(spot.box, spot);
      placed.set(node, spot);
    }
    this.cy.batch(() => {
      for (const node of nodes) {
        if (placed.has(node)) write(node, placed.get(node), zoom);
        else if (node.scratch("_name")) erase(node);
      }
      for (const { group, spot } of groups) {
        group.scratch("_cut", !spot?.isWhole);
        if (spot) write(group, spot, zoom);
        else erase(group);
      }
    });
  }

  /** The best place of a name: within the panel of its group if it can be, so that no frame is broken. */
  spot(node, around, taken, { isAlways, panel }) {
    const isBold = node.is(".center, .selected, .way");
    const sheet = this.sheet(around);
    let cover = null;
    for (const bounds of panel ? [shared(panel, sheet), sheet] : [sheet]) {
      for (const [side, width] of SPOTS) {
        const text = this.wrapped(node.data("name"), width, isBold);
        const spot = text && within({ side, ...text, box: boxAt(side, around, text) }, bounds);
        if (!spot) continue;
        const others = taken.meeting(spot.box).filter((other) => other !== node);
        if (!others.length) return spot;
        if (isAlways && !cover && others.every((other) => !other.side)) cover = spot;
      }
    }
    return cover; // over nodes, never over names
  }

  /** What can be seen of the drawing; for what is out of sight, all of it. */
  sheet({ left, right, top, bottom }) {
    const [wide, high] = [this.cy.width() - EDGE, this.cy.height() - EDGE];
    if (right < EDGE || left > wide || bottom < EDGE || top > high) return EVERYWHERE;
    return { left: EDGE, right: wide, top: EDGE, bottom: high };
  }

  /** The name of a group above its panel, cut where it would cover a node, a name or another panel. */
  group(group, panels, taken) {
    const box = panels.get(group);
    const width = Math.max(box.right - box.left + 20, 110);
    const whole = [2, 3, 4, 9].map((most) => this.wrapped(group.data("name"), width, true, most)).find(Boolean);
    const others = [...panels].filter(([other]) => other !== group).map(([, panel]) => panel);
    for (let most = whole.lines.length; most > 0; most -= 1) {
      const text = most < whole.lines.length ? this.shortened(whole.lines, most, width) : whole;
      const spot = within({ side: "top", ...text, box: boxAt("top", box, text) }, this.sheet(box));
      if (!spot || taken.meeting(spot.box).length || others.some((other) => overlap(other, spot.box))) continue;
      taken.add(spot.box, spot);
      return { group, spot: { ...spot, isWhole: text === whole } };
    }
    return { group, spot: null };
  }

  /** The first lines of a name, with an ellipsis. */
  shortened(lines, most, width) {
    this.brush.font = `600 ${FONT}px "${this.font}", sans-serif`;
    let last = lines[most - 1];
    while (last && this.brush.measureText(`${last}…`).width > width) last = last.slice(0, -1);
    const kept = [...lines.slice(0, most - 1), `${last.trimEnd()}…`];
    const wide = Math.max(...kept.map((line) => this.brush.measureText(line).width));
    return { lines: kept, wide, high: most * LEADING };
  }

  /** A name in lines of at most this width; null if that takes too many lines. */
  wrapped(name, width, isBold, most = MOST_LINES) {
    const key = `${isBold}${most}${width}${name}`;
    if (!this.lines.has(key)) this.lines.set(key, this.wrap(name, width, isBold, most));
    return this.lines.get(key);
  }

  wrap(name, width, isBold, most) {
    this.brush.font = `${isBold ? 600 : 400} ${FONT}px "${this.font}", sans-serif`;
    const long = (text) => this.brush.measureText(text).width;
    const lines = [];
    for (const word of name.split(" ")) {
      const longer = lines.length ? `${lines.at(-1)} ${word}` : word;
      if (lines.length && long(longer) <= width) lines[lines.length - 1] = longer;
      else lines.push(word);
    }
    const wide = Math.max(...lines.map(long));
    const isTooWide = wide > width && width < WIDEST;
    return lines.length > most || (isTooWide && !isBold) ? null : { lines, wide, high: lines.length * LEADING };
  }
}

/** Boxes by the squares they lie in, so that few are compared. */
class Boxes {
  squares = new Map();

  add(box, owner) {
    for (const key of keys(box)) {
      if (!this.squares.has(key)) this.squares.set(key, []);
      this.squares.get(key).push({ box, owner });
    }
  }

  meeting(box) {
    const found = new Set();
    for (const key of keys(box)) {
      for (const other of this.squares.get(key) ?? []) if (overlap(box, other.box)) found.add(other.owner);
    }
    return [...found];
  }
}

const SQUARE = 100;

function keys({ left, right, top, bottom }) {
  const found = [];
  for (let x = Math.floor(left / SQUARE); x <= Math.floor(right / SQUARE); x += 1) {
    for (let y = Math.floor(top / SQUARE); y <= Math.floor(bottom / SQUARE); y += 1) found.push(`${x} ${y}`);
  }
  return found;
}

/** A name moved along its node so that it is within an area; null: it cannot be. */
function within(spot, area) {
  const { side, box } = spot;
  const isAside = side === "left" || side === "right";
  const shift = isAside ? 0 : Math.max(area.left - box.left, 0) + Math.min(area.right - box.right, 0);
  const moved = { ...box, left: box.left + shift, right: box.right + shift };
  const isWhole =
    moved.left >= area.left && moved.right <= area.right && moved.top >= area.top && moved.bottom <= area.bottom;
  return isWhole ? { ...spot, box: moved, shift } : null;
}

function shared(one, other) {
  return {
    left: Math.max(one.left, other.left), right: Math.min(one.right, other.right),
    top: Math.max(one.top, other.top), bottom: Math.min(one.bottom, other.bottom),
  };
}

/** The panel of a group, inside its border. */
function frame(group) {
  const { x1, x2, y1, y2 } = group.renderedBoundingBox({ includeLabels: false, includeOverlays: false });
  return { left: x1 + BORDER, right: x2 - BORDER, top: y1 + BORDER, bottom: y2 - BORDER };
}

function body(node, zoom) {
  const { x, y } = node.renderedPosition();
  const half = (node.width() / 2) * zoom;
  return { left: x - half, right: x + half, top: y - half, bottom: y + half };
}

/** The place of a text at a side of a box. */
function boxAt(side, around, { wide, high }) {
  const [middle, center] = [(around.left + around.right) / 2, (around.top + around.bottom) / 2];
  if (side === "bottom" || side === "top") {
    const top = side === "bottom" ? around.bottom + GAP : around.top - GAP - high;
    return { left: middle - wide / 2 - 2, right: middle + wide / 2 + 2, top, bottom: top + high };
  }
  const left = side === "right" ? around.right + GAP + 1 : around.left - GAP - 1 - wide;
  return { left: left - 1, right: left + wide + 1, top: center - high / 2, bottom: center + high / 2 };
}

function overlap(one, other) {
  return one.left < other.right && other.left < one.right && one.top < other.bottom && other.top < one.bottom;
}

function write(node, { side, lines, shift = 0 }, zoom) {
  const text = lines.join("\n");
  const key = `${text} ${side} ${zoom} ${shift}`;
  if (node.scratch("_name")?.key === key) return; // setting a style is slow, even if it changes nothing
  node.scratch("_name", { key, side, lines, shift: shift / zoom, font: FONT / zoom, leading: LEADING / zoom, gap: GAP / zoom });
  const isAside = side === "right" || side === "left";
  node.style({
    label: text, "font-size": FONT / zoom, "text-background-padding": `${1 / zoom}px`,
    "text-halign": isAside ? side : "center", "text-valign": isAside ? "center" : side,
    "text-justification": side === "right" ? "left" : side === "left" ? "right" : "center",
    "text-margin-x": (side === "right" ? GAP : side === "left" ? -GAP : shift) / zoom,
    "text-margin-y": (side === "bottom" ? GAP : side === "top" ? -GAP : 0) / zoom,
  });
}

function erase(node) {
  node.removeScratch("_name");
  node.removeStyle(
    "label font-size text-background-padding text-halign text-valign text-justification text-margin-x text-margin-y",
  );
}
