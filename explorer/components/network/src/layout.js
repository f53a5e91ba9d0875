// Positions of the nodes of a network: in rows by tier, in groups or free; on the map: geo.js.
//
// They are not random: the order follows the links, ties follow the id, so that the same network is
// drawn in the same way for everybody.

const COLUMN = 150; // a node and its name in two or three lines
const LINE = 82;
const TIER = 112;
const SWEEPS = 8; // more changes nothing on the networks of a municipality
const NEAR = 46;
const [WIDE, HIGH] = [136, 84]; // for a node of a group, with its name
const [MARGIN, HEAD] = [44, 92]; // between groups, and for their names

/** The ids at the other ends of each node's links. */
export function neighbors(nodes, links) {
  const around = new Map(nodes.map((node) => [node.id, []]));
  for (const { source, target } of links) {
    around.get(source)?.push(target);
    around.get(target)?.push(source);
  }
  return around;
}

/** The row of each node: an area that is the center first, a node without a tier with its first neighbor. */
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
 * Positions of all nodes in rows, each over the middle of its neighbors for fewer crossings.
 * `aspect` is the width of the drawing divided by its height: rows are broken to fill it.
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

/** The number of nodes in a row that lets the whole be drawn largest. */
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
      const x = (column - (columns - 1) / 2) * COLUMN + (lines > 1 ? ((line % 2) - 0.5) * (COLUMN / 2) : 0);
      places.set(id, { x, y: top + line * LINE });
    }
    top += (lines - 1) * LINE + TIER;
  }
  return places;
}

function mean(ids, places) {
  const known = ids.map((id) => places.get(id)?.x ?? 0);
  return known.length ? known.reduce((sum, x) => sum + x, 0) / known.length : 0;
}

/**
 * Positions in a block for each group, the blocks in rows: the largest first. `groups` are in order;
 * nodes without a group are in a block at the end.
 */
export function inGroups(nodes, groups, aspect) {
  const members = new Map([...groups, { id: null }].map(({ id }) => [id, []]));
  for (const node of [...nodes].sort(byId)) members.get(node.group ?? null).push(node.id);
  const blocks = [...members.values()].filter((ids) => ids.length).map((ids) => block(ids));
  let [best, most] = [null, 0];
  for (let wide = Math.max(...blocks.map(({ width }) => width)); wide < 12000; wide += COLUMN) {
    const shelf = shelved(blocks, wide);
    const scale = Math.min(aspect / shelf.width, 1 / shelf.height);
    if (scale > most) [best, most] = [shelf, scale];
  }
  return best?.places ?? new Map();
}

function block(ids) {
  const columns = Math.ceil(Math.sqrt(ids.length * 0.8));
  const spots = ids.map((id, at) => [id, { x: (at % columns) * WIDE, y: Math.floor(at / columns) * HIGH }]);
  return { spots, width: columns * WIDE + MARGIN, height: Math.ceil(ids.length / columns) * HIGH + HEAD };
}

function shelved(blocks, wide) {
  const places = new Map();
  let [left, top, high, width] = [0, 0, 0, 0];
  for (const one of [...blocks].sort((a, b) => b.height - a.height || b.width - a.width)) {
    if (left && left + one.width > wide) [left, top, high] = [0, top + high, 0];
    for (const [id, { x, y }] of one.spots) places.set(id, { x: left + x, y: top + y });
    left += one.width;
    high = Math.max(high, one.height);
    width = Math.max(width, left);
  }
  return { places, width, height: top + high };
}

/** Positions of new nodes: near their first neighbor, in the row of their tier or in their group. */
export function beside(nodes, links, rank, places, layout) {
  const ties = neighbors(nodes, links);
  const heights = heightsOf(nodes, rank, places);
  const taken = [...places.values()];
  const found = new Map();
  const isGrouped = layout === "authorities" || layout === "networks";
  for (const node of [...nodes].sort(byId)) {
    if (places.has(node.id)) continue;
    const from = ties.get(node.id).map((id) => places.get(id) ?? found.get(id)).find(Boolean) ?? { x: 0, y: 0 };
    let place;
    if (layout === "tiers") {
      const spots = row(from, heights(rank.get(node.id)));
      place = spots.slice(0, 24).find((spot) => isFree(spot, taken, COLUMN)) ?? first(spots, taken, NEAR);
    } else if (isGrouped) {
      place = inGroup(node, nodes, new Map([...places, ...found]), from);
    } else {
      place = first(ring(from, node.id), taken, NEAR);
    }
    found.set(node.id, place);
    taken.push(place);
  }
  return found;
}

/** A position next to the others of a group, or outside all for its first; in no other group's box. */
function inGroup(node, nodes, places, from) {
  const boxes = new Map();
  for (const other of nodes) {
    const at = places.get(other.id);
    if (!at) continue;
    const key = other.group ?? other.id;
    const box = boxes.get(key) ?? { x1: Infinity, y1: Infinity, x2: -Infinity, y2: -Infinity };
    boxes.set(key, {
      x1: Math.min(box.x1, at.x), y1: Math.min(box.y1, at.y), x2: Math.max(box.x2, at.x), y2: Math.max(box.y2, at.y),
    });
  }
  const own = node.group && boxes.get(node.group);
  const middle = own ? { x: (own.x1 + own.x2) / 2, y: (own.y1 + own.y2) / 2 } : from;
  const others = [...boxes].filter(([key]) => !node.group || key !== node.group).map(([, box]) => box);
  const spots = [];
  for (let across = -20; across <= 20; across += 1) {
    for (let down = -20; down <= 20; down += 1) {
      spots.push({ x: (own?.x1 ?? middle.x) + across * WIDE, y: (own?.y1 ?? middle.y) + down * HIGH });
    }
  }
  spots.sort((one, other) => away(one, middle) - away(other, middle) || one.y - other.y || one.x - other.x);
  const taken = [...places.values()];
  const fits = (spot) => {
    const box = own
      ? { x1: Math.min(own.x1, spot.x), y1: Math.min(own.y1, spot.y), x2: Math.max(own.x2, spot.x), y2: Math.max(own.y2, spot.y) }
      : { x1: spot.x, y1: spot.y, x2: spot.x, y2: spot.y };
    return (
      isFree(spot, taken, NEAR) &&
      others.every((o) => box.x1 - WIDE > o.x2 || box.x2 + WIDE < o.x1 || box.y1 - HIGH > o.y2 || box.y2 + HIGH < o.y1)
    );
  };
  return spots.find(fits) ?? first(spots, taken, NEAR);
}

const isFree = (spot, taken, least) =>
  taken.every((other) => Math.abs(spot.x - other.x) >= least - 2 || Math.abs(spot.y - other.y) >= least - 2);
const first = (spots, taken, least) => spots.find((spot) => isFree(spot, taken, least)) ?? spots.at(-1);

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

/** Positions along the rows of a tier, at growing distance from a place. */
function row(from, heights) {
  const spots = [];
  for (let step = 0; step < 400; step += 1) {
    const aside = (step % 2 ? 1 : -1) * Math.ceil(step / 2) * NEAR;
    for (const y of heights) spots.push({ x: from.x + aside, y });
  }
  return spots.sort((one, other) => away(one, from) - away(other, from));
}

/** Positions on widening rings, the first in a direction derived from the id. */
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
