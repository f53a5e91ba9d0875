// Where the nodes of a network stand: in the rows of their tiers, or free.
//
// No chance is in it: order comes from what hangs together, ties from the id, so that the same
// network is drawn the same way for everybody.

const COLUMN = 92; // room for two short words under a node
const LINE = 100;
const ZIGZAG = 46; // every other node lower: names fit beside each other, no link runs through a row
const TIER = 168;
const SWEEPS = 8; // more changes nothing on the networks of a municipality
const NEAR = 46;

/** The ids at the other ends of each node's links. */
export function neighbors(nodes, links) {
  const around = new Map(nodes.map((node) => [node.id, []]));
  for (const { source, target } of links) {
    around.get(source)?.push(target);
    around.get(target)?.push(source);
  }
  return around;
}

/** The row of tiers for each node: a place that is the center above all, what has no tier with the first it hangs on. */
export function ranks(nodes, links, tiers, center) {
  const order = new Map(tiers.map((tier, at) => [tier.id, at]));
  const around = neighbors(nodes, links);
  const known = new Map();
  for (const node of nodes) if (order.has(node.tier)) known.set(node.id, order.get(node.tier));
  const place = nodes.find((node) => node.id === center && node.label === "Area");
  if (place) known.set(place.id, -1);
  const own = new Map(known);
  for (const node of nodes) {
    if (known.has(node.id)) continue;
    const held = around.get(node.id).find((id) => own.has(id));
    known.set(node.id, own.get(held) ?? Math.max(tiers.length - 1, 0));
  }
  return known;
}

/**
 * Places for all nodes in rows: fewer crossings by putting each over the middle of its neighbors.
 * `aspect` is how wide the drawing is for its height: rows are broken so that all of it is used.
 */
export function inTiers(nodes, links, rank, aspect) {
  const around = neighbors(nodes, links);
  const rows = new Map();
  for (const node of [...nodes].sort(byId)) {
    const row = rank.get(node.id);
    rows.set(row, [...(rows.get(row) ?? []), node.id]);
  }
  const order = [...rows.keys()].sort((one, other) => one - other);
  const across = breadth([...rows.values()].map((ids) => ids.length), aspect);
  let places = stand(order, rows, across);
  for (let sweep = 0; sweep < SWEEPS; sweep += 1) {
    for (const row of sweep % 2 ? [...order].reverse() : order) {
      const middle = new Map(rows.get(row).map((id) => [id, mean(around.get(id), places)]));
      const at = new Map(rows.get(row).map((id, index) => [id, index]));
      rows.get(row).sort((one, other) => middle.get(one) - middle.get(other) || at.get(one) - at.get(other));
      places = stand(order, rows, across);
    }
  }
  return places;
}

/** How many may stand in a row: as many as let all of it be drawn the largest. */
function breadth(sizes, aspect) {
  let [best, most] = [1, 0];
  for (let across = 1; across <= Math.max(...sizes); across += 1) {
    const lines = sizes.map((size) => Math.ceil(size / across));
    const width = Math.max(...sizes.map((size, at) => Math.ceil(size / lines[at]))) * COLUMN;
    const height = lines.reduce((sum, line) => sum + (line - 1) * LINE + TIER, 0);
    const scale = Math.min(aspect / width, 1 / height);
    if (scale > most) [best, most] = [across, scale];
  }
  return best;
}

function stand(order, rows, across) {
  const places = new Map();
  let top = 0;
  for (const row of order) {
    const ids = rows.get(row);
    const lines = Math.ceil(ids.length / across);
    const columns = Math.ceil(ids.length / lines);
    for (const [at, id] of ids.entries()) {
      const line = at % lines;
      const column = Math.floor(at / lines);
      const x = (column - (columns - 1) / 2) * COLUMN + (lines > 1 ? (line / lines - 0.5) * COLUMN : 0);
      places.set(id, { x, y: top + line * LINE + (column % 2) * ZIGZAG });
    }
    top += (lines - 1) * LINE + TIER;
  }
  return places;
}

function mean(ids, places) {
  const known = ids.map((id) => places.get(id)?.x ?? 0);
  return known.length ? known.reduce((sum, x) => sum + x, 0) / known.length : 0;
}

/** Places for those that are new: near the first they hang on, at the height of their tier. */
export function beside(nodes, links, rank, places, isFree) {
  const around = neighbors(nodes, links);
  const heights = heightsOf(nodes, rank, places);
  const taken = [...places.values()];
  const found = new Map();
  for (const node of [...nodes].sort(byId)) {
    if (places.has(node.id)) continue;
    const from = around.get(node.id).map((id) => places.get(id) ?? found.get(id)).find(Boolean) ?? { x: 0, y: 0 };
    const spots = isFree ? ring(from, node.id) : row(from, heights(rank.get(node.id)));
    const place = spots.find((spot) => taken.every((other) => far(spot, other))) ?? spots.at(-1);
    found.set(node.id, place);
    taken.push(place);
  }
  return found;
}

function heightsOf(nodes, rank, places) {
  const known = new Map();
  for (const node of nodes) {
    const place = places.get(node.id);
    if (place) known.set(rank.get(node.id), new Set([...(known.get(rank.get(node.id)) ?? []), place.y]));
  }
  const bottom = (row) => Math.max(...[...known].filter(([at]) => at < row).flatMap(([, ys]) => [...ys]));
  return (row) => {
    if (known.has(row)) return [...known.get(row)].sort((one, other) => one - other);
    const above = bottom(row);
    const below = Math.min(...[...known].filter(([at]) => at > row).flatMap(([, ys]) => [...ys]));
    return [Number.isFinite(above) ? above + TIER / 2 : Number.isFinite(below) ? below - TIER : 0];
  };
}

/** Spots along the lines of a tier, ever further from a place. */
function row(from, heights) {
  const spots = [];
  for (let step = 0; step < 400; step += 1) {
    const aside = (step % 2 ? 1 : -1) * Math.ceil(step / 2) * NEAR;
    for (const y of heights) spots.push({ x: from.x + aside, y });
  }
  return spots.sort((one, other) => away(one, from) - away(other, from));
}

/** Spots on widening rings, the first in a direction that comes from the id. */
function ring(from, id) {
  const turn = hash(id) % 360;
  const spots = [];
  for (let at = 0; at < 400; at += 1) {
    const circle = 1 + Math.floor(at / 12);
    const angle = ((turn + (at % 12) * 30 + circle * 15) * Math.PI) / 180;
    spots.push({ x: from.x + Math.cos(angle) * circle * COLUMN, y: from.y + Math.sin(angle) * circle * COLUMN });
  }
  return spots;
}

const away = (one, other) => Math.hypot(one.x - other.x, one.y - other.y);
const far = (one, other) => Math.abs(one.x - other.x) >= NEAR - 2 || Math.abs(one.y - other.y) >= NEAR - 2;
const byId = (one, other) => (one.id < other.id ? -1 : one.id > other.id ? 1 : 0);

function hash(text) {
  let sum = 0;
  for (const letter of text) sum = (sum * 31 + letter.codePointAt(0)) >>> 0;
  return sum;
}

/** The node that is nearest in a direction; straight ahead counts more than aside. */
export function toward(key, from, places) {
  const [dx, dy] = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] }[key];
  let best = null;
  let least = Infinity;
  for (const [id, place] of places) {
    const x = place.x - from.x;
    const y = place.y - from.y;
    const ahead = x * dx + y * dy;
    const aside = Math.abs(x * dy - y * dx);
    if (ahead < 1 || aside > ahead * 1.2) continue; // a quarter turn, and a little more
    const score = ahead + 2 * aside;
    if (score < least) [best, least] = [id, score];
  }
  return best;
}
