// What each key does while the drawing has the focus; all others are left to the browser.

const ARROWS = new Set(["ArrowRight", "ArrowLeft", "ArrowDown", "ArrowUp"]);

/** Handles a key in the network. */
export function pressed(event, network) {
  if (event.altKey) return;
  const act = event.ctrlKey || event.metaKey ? chord(event, network) : plain(event.key, network);
  if (!act) return;
  event.preventDefault();
  act();
}

function chord({ key, shiftKey }, network) {
  return { z: () => network.act(shiftKey ? "redo" : "undo"), y: () => network.act("redo") }[key.toLowerCase()];
}

function plain(key, network) {
  if (ARROWS.has(key)) return () => network.walk(key);
  return {
    Home: () => network.select(network.center, { isTold: true }),
    Enter: () => network.expand(network.selected),
    Escape: () => network.select(null, { isTold: true }),
    p: () => network.togglePin(),
    P: () => network.togglePin(),
    "+": () => network.sight.nearer(),
    "-": () => network.sight.further(),
    0: () => network.sight.fit(),
  }[key];
}
