/* What stands in an Element's place until its form is there: bars where the fields will be. */

const ROWS = [1, 2, 2, 1, 2];
const ROW_HEIGHT = 76;
const FIELD_HEIGHT = 48;

export class Loader {
  /**
   * Lies under the frame, which is transparent until it shows its form, so nothing moves when it goes.
   * @param {Element} container
   * @param {number} height of the frame, in CSS pixels
   */
  constructor(container, height, { disableAnimations }) {
    this.node = document.createElement("div");
    this.node.setAttribute("aria-hidden", "true");
    style(this.node, { height: `${height}px`, "margin-bottom": `-${height}px`, overflow: "hidden", "pointer-events": "none" });
    for (const columns of ROWS.slice(0, Math.floor(height / ROW_HEIGHT))) this.node.append(row(columns));
    container.append(this.node);
    if (!disableAnimations && !matchMedia("(prefers-reduced-motion: reduce)").matches) {
      this.node.animate({ opacity: [1, 0.45, 1] }, { duration: 1600, iterations: Infinity });
    }
  }

  remove() {
    this.node.remove();
  }
}

function row(columns) {
  const node = document.createElement("div");
  style(node, { display: "flex", gap: "16px", height: `${ROW_HEIGHT}px` });
  for (let column = 0; column < columns; column++) {
    const bar = document.createElement("div");
    style(bar, { flex: "1", height: `${FIELD_HEIGHT}px`, "border-radius": "6px", background: "currentcolor", opacity: "0.12" });
    node.append(bar);
  }
  return node;
}

function style(node, properties) {
  for (const [property, value] of Object.entries(properties)) node.style.setProperty(property, value);
}
