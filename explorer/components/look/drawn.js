// One drawing for each host element, as long as the element is in the page.

/**
 * The function that Streamlit calls to draw a component, for a class that is created with its host
 * element and has `show(component)` and `stop()`.
 *
 * Streamlit also cleans up calls that a later one has replaced, after the later one has drawn; a
 * drawing is stopped only if its host element has left the page.
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
