// The texts that an element around them cuts off, and the fields whose text is longer than they are.
() => {
  const found = new Set();
  const hides = (value) => value === "hidden" || value === "clip";
  const isAside = (style) =>
    style.visibility === "hidden" || style.opacity === "0" || style.clipPath !== "none" ||
    style.clip !== "auto";
  const roots = [document.body];
  for (let root; (root = roots.pop());) {
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
    for (let node = walker.currentNode; node; node = walker.nextNode()) {
      if (node.nodeType === Node.ELEMENT_NODE) {
        if (node.shadowRoot) roots.push(node.shadowRoot);
        if (node.matches("input:not([type=range], [type=checkbox], [type=radio])") &&
            node.clientWidth > 1 && node.scrollWidth > node.clientWidth + 1)
          found.add(`field: ${node.value || node.placeholder}`);
        continue;
      }
      const text = (node.data ?? "").trim();
      if (!text || node.parentElement?.closest("script, style, [aria-hidden=true], svg")) continue;
      const range = document.createRange();
      range.selectNodeContents(node);
      const rects = [...range.getClientRects()].filter((rect) => rect.width > 1);
      if (!rects.length) continue;
      const styles = [];
      for (let up = node.parentElement; up; up = up.parentElement ?? up.getRootNode().host)
        styles.push([up, getComputedStyle(up)]);
      if (styles.some(([, style]) => isAside(style))) continue;
      let [left, right, top, bottom] = [
        Math.min(...rects.map((rect) => rect.left)), Math.max(...rects.map((rect) => rect.right)),
        Math.min(...rects.map((rect) => rect.top)), Math.max(...rects.map((rect) => rect.bottom)),
      ];
      for (const [up, style] of styles) {
        const box = up.getBoundingClientRect();
        const scrollsX = /auto|scroll/.test(style.overflowX);
        const scrollsY = /auto|scroll/.test(style.overflowY);
        const isOutX = right <= box.left + 1 || left >= box.right - 1;
        const isOutY = bottom <= box.top + 1 || top >= box.bottom - 1;
        if ((style.overflowX !== "visible" && isOutX) || (style.overflowY !== "visible" && isOutY))
          break; // out of sight on purpose
        const isCutX = right > box.right + 1.5 || left < box.left - 1.5;
        const isCutY = bottom > box.bottom + 4 || top < box.top - 4;
        if ((hides(style.overflowX) && isCutX) || (hides(style.overflowY) && isCutY)) {
          found.add(text.slice(0, 80));
          break;
        }
        if (scrollsX) [left, right] = [Math.max(left, box.left), Math.min(right, box.right)];
        if (scrollsY) [top, bottom] = [Math.max(top, box.top), Math.min(bottom, box.bottom)];
      }
    }
  }
  return [...found];
}
