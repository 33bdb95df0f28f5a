/* The Elements object: a group of Elements that share one payment. */
import { checkElementsOptions, checkElementsUpdate } from "./checks.js";
import { Element, ELEMENT_TYPES, plain } from "./element.js";
import { IntegrationError, connectionError } from "./errors.js";
import { checkFonts, readFonts } from "./fonts.js";
import { noteOptions } from "./options.js";
import { refuseElement } from "./unsupported.js";

export class Elements {
  #key;
  #options;
  #elements = [];
  #updateHandlers = [];

  constructor(key, options = {}, stripeOptions = {}) {
    checkElementsOptions(options);
    checkFonts(options.fonts ?? []);
    this.#key = key;
    this.#options = { locale: stripeOptions.locale ?? "auto", ...plain(options), fonts: [] };
    this.submitted = false;
    if (options.fonts?.length) this.#readFonts(options.fonts);
  }

  get isDeferred() {
    return this.#options.mode !== undefined;
  }

  get locale() {
    return this.#options.locale;
  }

  get appearance() {
    return this.#options.appearance ?? {};
  }

  /** Whether a loader is shown until an Element is ready. */
  get hasLoader() {
    return this.#options.loader !== "never";
  }

  get createsPaymentMethods() {
    return this.#options.paymentMethodCreation === "manual";
  }

  get clientSecret() {
    return this.#options.clientSecret;
  }

  /** Whether a mounted Address Element gives the billing details, so that the Payment Element does not ask. */
  get billingElsewhere() {
    return Boolean(this.#find("address", "billing")?.mounted);
  }

  create(type, options = {}) {
    refuseElement(type);
    if (!ELEMENT_TYPES.includes(type)) {
      throw new IntegrationError(`A valid Element name must be provided. Valid Elements are:\n  ${ELEMENT_TYPES.join(", ")}; you passed: ${String(type)}.`);
    }
    if (type === "address" && !["billing", "shipping"].includes(options.mode)) {
      throw new IntegrationError("Invalid value for elements.create('address'): mode should be one of the following strings: billing, shipping.");
    }
    if (type === "payment" && !this.isDeferred && !this.clientSecret) {
      throw new IntegrationError("In order to create a payment element, you must pass a clientSecret or mode when creating the Elements group.");
    }
    if (this.#find(type, options.mode)) {
      throw new IntegrationError(`Can only create one Element of type ${type} through a particular Elements instance.`);
    }
    noteOptions(options, `elements.create('${type}')`);
    const element = new Element(this, type, options);
    this.#elements.push(element);
    return element;
  }

  getElement(type, options = {}) {
    if (!ELEMENT_TYPES.includes(type)) return null;
    return this.#find(type, type === "address" ? options.mode : undefined) ?? null;
  }

  async update(options = {}) {
    checkElementsUpdate(options, this.isDeferred);
    checkFonts(options.fonts ?? []);
    const { fonts, ...others } = options;
    this.#options = { ...this.#options, ...plain(others) };
    if (fonts) await this.#readFonts(fonts);
    else await this.#refresh();
    for (const handler of this.#updateHandlers) handler();
  }

  on(event, handler) {
    if (event !== "update-end" || typeof handler !== "function") {
      throw new IntegrationError('Invalid value for elements.on(): the event should be "update-end", with a function.');
    }
    this.#updateHandlers.push(handler);
  }

  /** Bring Elements made with a clientSecret to the PaymentIntent's latest state. */
  async fetchUpdates() {
    if (this.isDeferred) throw new IntegrationError("elements.fetchUpdates() can only be called when Elements was created with a clientSecret.");
    const payment = this.payment();
    try {
      return payment ? await payment.call("fetchUpdates") : {};
    } catch {
      return { error: connectionError() };
    }
  }

  /** Check every mounted form; the first one with a mistake gets the focus and gives the error. */
  async submit() {
    const mounted = this.#elements.filter((element) => element.mounted).sort(inPageOrder);
    if (!mounted.some((element) => element.type === "payment")) {
      throw new IntegrationError("Invalid value for elements.submit(): elements should have a mounted Payment Element.");
    }
    try {
      const answers = await Promise.all(mounted.map((element) => element.call("validate")));
      const wrong = answers.findIndex((answer) => answer.error);
      if (wrong >= 0) {
        this.submitted = false;
        mounted[wrong].focus();
        mounted[wrong].tell("focusMistake");
        return { error: answers[wrong].error };
      }
      this.submitted = true;
      return { selectedPaymentMethod: answers.find((answer) => answer.selectedPaymentMethod).selectedPaymentMethod };
    } catch {
      return { error: connectionError() };
    }
  }

  /** The mounted Payment Element, or undefined. */
  payment() {
    return this.#elements.find((element) => element.type === "payment" && element.mounted);
  }

  /** {name, phone, address} from the mounted Address Element of that mode, as the API takes them, or null. */
  async addressValue(mode) {
    const element = this.#find("address", mode);
    if (!element?.mounted) return null;
    const { name, phone, address } = (await element.call("value")).value;
    return { name: name || undefined, phone, address };
  }

  /** What a frame of this group is told when it starts. */
  frameSetup() {
    return { key: this.#key, group: { ...this.#options, billingElsewhere: this.billingElsewhere } };
  }

  elementsChanged() {
    this.payment()?.tell("group", this.frameSetup().group);
  }

  forget(element) {
    this.#elements = this.#elements.filter((known) => known !== element);
  }

  #find(type, mode) {
    return this.#elements.find((element) => element.type === type && (mode === undefined || element.mode === mode));
  }

  async #readFonts(fonts) {
    this.#options.fonts = await readFonts(fonts);
    await this.#refresh();
  }

  async #refresh() {
    const { group } = this.frameSetup();
    const mounted = this.#elements.filter((element) => element.mounted);
    await Promise.allSettled(mounted.map((element) => element.call("group", group)));
  }
}

function inPageOrder(first, second) {
  return first.node.compareDocumentPosition(second.node) & Node.DOCUMENT_POSITION_FOLLOWING ? -1 : 1;
}
