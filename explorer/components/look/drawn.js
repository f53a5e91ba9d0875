// One drawing for each place on the screen, as long as that place is there.

/**
 * What Streamlit calls to draw a component, given the class that does it: made with the place it
 * draws in, it has `show(component)` and `stop()`.
 *
 * Streamlit lets go of each call that a later answer overtakes, also where the later one has drawn
 * already: only a place that has left the page is over.
 */
export function drawnBy(Drawing) {
  const drawn = new WeakMap();
  return (component) => {
    const host = component.parentElement;
    if (!drawn.has(host)) drawn.set(host, new Drawing(host));
    drawn.get(host).show(component);
    return () => {
      if (host.isConnected) return;
      drawn.get(host)?.stop();
      drawn.delete(host);
    };
  };
}
