/* What stands in an Element's place until its form is there: bars where the labels and the fields will be. */

/** How many fields stand beside each other, row by row; the methods of payment come first and have no labels. */
const ROWS = { payment: [1, 2, 2], address: [1, 1, 1, 1, 1, 2] };
const LABEL = { height: "14px", width: "40%", "margin-bottom": "13px" };
const FIELD = { height: "48px", "margin-bottom": "16px" };
const METHODS_HEIGHT = 64;
const ROW_HEIGHT = 91;
const BAR = { "border-radius": "6px", background: "currentcolor", opacity: "0.13" };

export class Loader {
  /**
   * Lies under the frame, which is not seen until it shows its form, so nothing moves when this goes.
   * @param {Element} container
   * @param {string} type of the Element
   * @param {number} height of the frame, in CSS pixels
   */
  constructor(container, type, height, { disableAnimations }) {
    this.node = part({ height: `${height}px`, "margin-bottom": `-${height}px`, overflow: "hidden", "pointer-events": "none" });
    this.node.setAttribute("aria-hidden", "true");
    const methods = type === "payment" ? [row(2, [FIELD])] : [];
    const fitting = Math.round((height - methods.length * METHODS_HEIGHT) / ROW_HEIGHT);
    this.node.append(...methods, ...ROWS[type].slice(0, fitting).map((columns) => row(columns, [LABEL, FIELD])));
    container.append(this.node);
    if (!disableAnimations && !matchMedia("(prefers-reduced-motion: reduce)").matches) {
      this.node.animate({ opacity: [1, 0.5, 1] }, { duration: 1600, iterations: Infinity });
    }
  }

  remove() {
    this.node.remove();
  }
}

function row(columns, bars) {
  const cells = Array.from({ length: columns }, () => part({ flex: "1" }, bars.map((bar) => part({ ...BAR, ...bar }))));
  return part({ display: "flex", gap: "16px" }, cells);
}

/** An element styled through CSSOM, as the page's Content-Security-Policy allows. */
function part(properties, children = []) {
  const node = document.createElement("div");
  for (const [property, value] of Object.entries(properties)) node.style.setProperty(property, value);
  node.append(...children);
  return node;
}
