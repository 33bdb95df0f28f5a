/* One Element: the Payment Element or the Address Element, mounted as a frame. */
import { IntegrationError, connectionError } from "./errors.js";
import { FrameHost } from "./frame_host.js";
import { Loader } from "./loader.js";
import { noteEvent, noteOptions } from "./options.js";

const TITLES = { payment: "Secure payment input frame", address: "Secure address input frame" };
/** The frame reaches this far out of its container, so that focus rings are not cut off; frames.css pads by the same. */
const RING_ROOM = 4;
const STATES = ["complete", "empty", "focus", "invalid"];
export const ELEMENT_TYPES = Object.keys(TITLES);

export class Element {
  #group;
  #host = null;
  #node = null;
  #listeners = new Map();
  #destroyed = false;
  #value = null;
  #loader = null;

  constructor(group, type, options) {
    this.#group = group;
    this.type = type;
    this.options = plain(options);
  }

  get mode() {
    return this.options.mode;
  }

  get mounted() {
    return this.#host !== null;
  }

  get node() {
    return this.#node;
  }

  on(event, handler) {
    this.#checkListener(event, handler);
    this.#listeners.set(event, [...(this.#listeners.get(event) ?? []), { handler, once: false }]);
    return this;
  }

  once(event, handler) {
    this.#checkListener(event, handler);
    this.#listeners.set(event, [...(this.#listeners.get(event) ?? []), { handler, once: true }]);
    return this;
  }

  off(event, handler) {
    const kept = handler ? (this.#listeners.get(event) ?? []).filter((listener) => listener.handler !== handler) : [];
    this.#listeners.set(event, kept);
    return this;
  }

  mount(target) {
    this.#checkAlive();
    const node = findNode(target);
    if (this.#host && this.#node === node) return;
    if (this.#host) this.unmount();
    if (node.childNodes.length) {
      console.warn("[Stripe.js] This Element will be mounted to a DOM element that contains child nodes.");
      node.replaceChildren();
    }
    this.#node = node;
    node.classList.add("StripeElement", "StripeElement--empty");
    const height = firstHeight(this.type, this.#group);
    if (this.#group.hasLoader) this.#loader = new Loader(node, this.type, height, this.#group.appearance);
    this.#emit("loaderstart");
    const host = new FrameHost({
      container: node,
      page: this.type,
      title: TITLES[this.type],
      styles: {
        display: "block",
        margin: `-${RING_ROOM}px`,
        width: `calc(100% + ${2 * RING_ROOM}px)`,
        "min-width": "100%",
        height: `${height}px`,
        // A frame without its document is white, whatever the page is.
        opacity: "0",
      },
      setup: () => ({ ...this.#group.frameSetup(), options: this.options, direction: getComputedStyle(node).direction }),
      handlers: this.#handlers(),
    });
    this.#host = host;
    host.connected.catch(() => {
      if (this.#host !== host) return;
      this.#loaded();
      host.setStyles({ height: "0" });
      this.#emit("loaderror", { error: connectionError() });
    });
    this.#group.elementsChanged();
  }

  unmount() {
    this.#checkAlive();
    this.#node?.classList.remove("StripeElement", ...STATES.map((state) => `StripeElement--${state}`));
    this.#loaded();
    this.#host?.remove();
    this.#host = null;
    this.#node = null;
    this.#value = null;
    this.#group.elementsChanged();
  }

  destroy() {
    this.unmount();
    this.#destroyed = true;
    this.#listeners.clear();
    this.#group.forget(this);
  }

  update(options) {
    this.#checkAlive();
    if (this.type === "address" && options?.mode !== undefined && options.mode !== this.mode) {
      throw new IntegrationError("Invalid value for element.update(): mode cannot be changed after the Element was created.");
    }
    noteOptions(options ?? {}, `elements.create('${this.type}')`, "element.update()");
    this.options = { ...this.options, ...plain(options ?? {}) };
    this.tell("options", this.options);
    return this;
  }

  focus() {
    this.#checkAlive();
    this.#host?.iframe.focus();
    this.tell("focus");
  }

  blur() {
    this.#checkAlive();
    this.tell("blur");
    this.#host?.iframe.blur();
  }

  clear() {
    this.#checkAlive();
    this.tell("clear");
  }

  collapse() {
    this.#checkAlive();
    if (this.type !== "payment") throw new IntegrationError("collapse() is a method of the Payment Element only.");
    this.tell("collapse");
    return this;
  }

  /** The address as typed, after the fields have been checked and their messages shown. */
  async getValue() {
    this.#checkAlive();
    if (this.type !== "address") throw new IntegrationError("getValue() is a method of the Address Element only.");
    if (!this.#host) throw new IntegrationError("getValue() needs a mounted Address Element.");
    await this.call("validate");
    return this.call("value");
  }

  call(name, data) {
    return this.#host.call(name, data);
  }

  tell(name, data) {
    this.#host?.tell(name, data);
  }

  #handlers() {
    return {
      resize: ({ height }) => this.#host?.setStyles({ height: `${height + 2 * RING_ROOM}px` }),
      scheme: ({ scheme }) => this.#host?.setStyles({ "color-scheme": scheme }),
      shown: () => {
        this.#loaded();
        this.#host?.setStyles({ opacity: "1" });
      },
      ready: () => this.#emit("ready"),
      change: (value) => this.#changed(value),
      focus: () => this.#focused(true),
      blur: () => this.#focused(false),
      escape: () => this.#emit("escape"),
      loaderror: ({ error }) => this.#emit("loaderror", { error }),
      enter: () => this.#node.closest("form")?.requestSubmit(),
    };
  }

  #loaded() {
    this.#loader?.remove();
    this.#loader = null;
  }

  #focused(isFocused) {
    this.#mark("focus", isFocused);
    this.#emit(isFocused ? "focus" : "blur");
  }

  #changed(change) {
    const { invalid, ...value } = change;
    this.#mark("complete", value.complete);
    this.#mark("empty", value.empty);
    this.#mark("invalid", invalid);
    if (JSON.stringify(value) === this.#value) return;
    this.#value = JSON.stringify(value);
    this.#emit("change", value);
  }

  #mark(state, isOn) {
    this.#node?.classList.toggle(`StripeElement--${state}`, isOn);
  }

  #emit(event, details = {}) {
    const listeners = this.#listeners.get(event) ?? [];
    this.#listeners.set(event, listeners.filter((listener) => !listener.once));
    for (const { handler } of listeners) handler({ elementType: this.type, ...details });
  }

  #checkAlive() {
    if (this.#destroyed) throw new IntegrationError("This Element has already been destroyed. Please create a new one.");
  }

  #checkListener(event, handler) {
    this.#checkAlive();
    if (typeof handler !== "function") {
      throw new IntegrationError(`Invalid value for element.on(): the handler of "${event}" should be a function.`);
    }
    noteEvent(event, this.type);
  }
}

/** About as high as the form will be, so that little moves on the page when it has loaded. */
function firstHeight(type, group) {
  if (type === "address") return 540;
  return group.getElement("address", { mode: "billing" }) ? 282 : 370;
}

/** Options without what a message cannot carry: functions and undefined values. */
export function plain(options) {
  return JSON.parse(JSON.stringify(options));
}

function findNode(target) {
  if (target instanceof HTMLElement) return target;
  if (typeof target !== "string" || target === "") {
    throw new IntegrationError("Invalid DOM element. Make sure to call mount() with a valid DOM element or selector.");
  }
  const node = document.querySelector(target);
  if (node) return node;
  throw new IntegrationError(
    `The selector you specified (${target}) applies to no DOM elements that are currently on the page.\n` +
      "Make sure the element exists on the page before calling mount().",
  );
}
