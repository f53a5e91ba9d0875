// Positions of nodes on the map: at their places, and beside the map for those without one.

const TURN = 2.39996; // the golden angle: nodes at this turn fill a circle evenly
const SPOTS = 240; // tried for a node that joins a place
const SPACING = 30; // between nodes where no place has several
const [APART, NEAREST] = [96, 20]; // pixels between typical nodes, and the largest zoom, when all is shown
const [WIDE, HIGH] = [124, 78]; // pixels for a node without a place, with its name
const [SHARE, GAP] = [0.36, 90]; // of the drawing for them at most, and pixels between them and the others

/**
 * Positions of all nodes, the block of those without a place, and the largest useful zoom. `room` is
 * the space in pixels, in which the block stands at the left, or below where it is higher than wide.
 */
export function onMap(nodes, room) {
  const [placed, rest] = parted(nodes);
  const places = around(placed, new Map());
  const nearest = closest([...places.values()]);
  const block = blockOf(rest.length, [...places.values()], room.map((length) => Math.max(length, 200)), nearest);
  for (const [at, node] of rest.entries()) places.set(node.id, cell(block, at));
  return { places, block, nearest };
}

/** Positions of nodes that join a drawing, in which no node moves. */
export function joining(nodes, known, block) {
  const [placed, rest] = parted(nodes.filter((node) => !known.has(node.id)));
  const places = around(placed, known);
  const taken = [...known.values()];
  for (const node of rest) {
    let at = 0;
    while (taken.some((other) => away(other, cell(block, at)) < block.high / 2)) at += 1;
    places.set(node.id, cell(block, at));
    taken.push(cell(block, at));
  }
  return places;
}

/** The typical distance from a node to the next. */
export function spacing(places) {
  const found = places.map((one) => Math.min(...places.filter((other) => other !== one).map((other) => away(one, other))));
  return Math.min(found.sort((one, other) => one - other)[Math.floor(found.length / 2)] ?? SPACING, SPACING);
}

const closest = (places) => Math.min(APART / spacing(places), NEAREST);

/** Those with a place and those without, each in the order of their ids. */
function parted(nodes) {
  const sorted = [...nodes].sort((one, other) => (one.id < other.id ? -1 : 1));
  return [sorted.filter((node) => node.at), sorted.filter((node) => !node.at)];
}

/** The nodes of a place fill the circle of its reach; one that joins them takes the freest spot. */
function around(nodes, known) {
  const taken = [...known.values()];
  const found = new Map();
  const groups = new Map();
  for (const node of nodes) groups.set(String(node.at), [...(groups.get(String(node.at)) ?? []), node]);
  for (const group of groups.values()) {
    const [{ at: [x, y], reach }] = group;
    const isNew = taken.every((other) => away(other, { x, y }) > reach);
    const spots = circle({ x, y }, reach, isNew ? group.length : SPOTS);
    for (const [index, node] of group.entries()) {
      const spot = isNew ? spots[index] : freest(spots, taken);
      found.set(node.id, spot);
      taken.push(spot);
    }
  }
  return found;
}

function circle({ x, y }, reach, count) {
  if (count === 1) return [{ x, y }];
  return Array.from({ length: count }, (_, at) => {
    const far = reach * Math.sqrt((at + 0.5) / count);
    return { x: x + Math.cos(at * TURN) * far, y: y + Math.sin(at * TURN) * far };
  });
}

function freest(spots, taken) {
  let [best, most] = [null, -1];
  for (const spot of spots) {
    const free = Math.min(...taken.map((other) => away(spot, other)));
    if (free > most) [best, most] = [spot, free];
  }
  return best;
}

/** The corner, columns and cells of a block beside the others, as large as the space allows. */
function blockOf(count, places, [width, height], nearest) {
  const box = extent(places);
  const isAside = width >= height;
  const [across, down] = isAside ? [width * SHARE, height] : [width, height * SHARE];
  let [columns, most, wide, high] = [1, 0, 0, 0];
  for (let some = 1; some <= Math.max(count, 1); some += 1) {
    const [w, h] = [Math.min(across / some, WIDE), Math.min(down / Math.ceil(count / some || 1), HIGH)];
    if (Math.min(w / WIDE, h / HIGH) > most + 0.01) [columns, most, wide, high] = [some, Math.min(w / WIDE, h / HIGH), w, h];
  }
  const [cols, rows] = [Math.min(columns, count), Math.ceil(count / columns)];
  const [left, below] = !count ? [0, 0] : isAside ? [cols * wide + GAP, 0] : [0, rows * high + GAP];
  const zoom = Math.min((width - left) / (box.x2 - box.x1), (height - below) / (box.y2 - box.y1), nearest);
  const corner = isAside
    ? { x: box.x1 - left / zoom, y: (box.y1 + box.y2) / 2 - (rows * high) / 2 / zoom }
    : { x: (box.x1 + box.x2) / 2 - (cols * wide) / 2 / zoom, y: box.y2 + GAP / zoom };
  return { ...corner, columns, wide: wide / zoom, high: high / zoom };
}

function cell({ x, y, columns, wide, high }, at) {
  return { x: x + ((at % columns) + 0.5) * wide, y: y + (Math.floor(at / columns) + 0.5) * high };
}

/** The box around some positions. */
export function extent([first, ...rest]) {
  const box = { x1: first?.x ?? 0, x2: first?.x ?? 0, y1: first?.y ?? 0, y2: first?.y ?? 0 };
  for (const { x, y } of rest) {
    [box.x1, box.x2] = [Math.min(box.x1, x), Math.max(box.x2, x)];
    [box.y1, box.y2] = [Math.min(box.y1, y), Math.max(box.y2, y)];
  }
  return { ...box, w: box.x2 - box.x1, h: box.y2 - box.y1 };
}

const away = (one, other) => Math.hypot(one.x - other.x, one.y - other.y);
