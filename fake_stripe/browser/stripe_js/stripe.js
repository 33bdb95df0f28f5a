/* window.Stripe: what a merchant's page calls. Network calls are made by frames on this origin, never by the page. */
import { checkClientSecret, checkConfirmPayment, checkCreatePaymentMethod, checkKey, checkStripeOptions } from "./checks.js";
import { cardParams } from "./card_payment.js";
import { checkCollected } from "./collected.js";
import { Elements } from "./elements.js";
import { IntegrationError, connectionError } from "./errors.js";
import { FrameHost } from "./frame_host.js";
import { authenticate } from "./overlay.js";
import { refuseMethods } from "./unsupported.js";

const SETTLED = { succeeded: "succeeded", requires_capture: "succeeded", processing: "pending" };
const isElements = (value) => value instanceof Elements;

class StripeInstance {
  #key;
  #options;
  #controllerFrame = null;
  #confirming = new Set();

  constructor(key, options = {}) {
    checkKey(key);
    checkStripeOptions(options);
    this.#key = key;
    this.#options = options;
    // A page that comes back from the cache finds what it left half done; the browser has forgotten it.
    window.addEventListener("pageshow", ({ persisted }) => persisted && this.#confirming.clear());
  }

  elements(options) {
    return new Elements(this.#key, options, this.#options);
  }

  /** Resolves to {error}, or to {paymentIntent} with redirect "if_required"; else the browser leaves for return_url. */
  confirmPayment(options) {
    const caller = "stripe.confirmPayment()";
    checkConfirmPayment(options, isElements);
    const { elements, confirmParams = {}, redirect = "always" } = options;
    const clientSecret = options.clientSecret ?? elements?.clientSecret;
    checkClientSecret(clientSecret, caller);
    const usesElement = elements !== undefined && confirmParams.payment_method === undefined;
    if (usesElement) checkCollected(elements, caller, options, "confirmParams.payment_method_data.billing_details");
    return this.#once("confirmPayment", clientSecret, () =>
      this.#confirm({ elements: usesElement ? elements : null, clientSecret, confirmParams, redirect }),
    );
  }

  /** Confirms with a PaymentMethod or a card token that is at hand, or goes on where a payment waits for its payer. */
  async confirmCardPayment(clientSecret, data = {}, { handleActions = true } = {}) {
    checkClientSecret(clientSecret, "stripe.confirmCardPayment()");
    const confirmParams = cardParams(data);
    return this.#once("confirmCardPayment", clientSecret, async () => {
      const waiting = Object.keys(data).length ? null : await this.#askController("retrieve", { clientSecret });
      const isWaiting = waiting?.paymentIntent?.status === "requires_action";
      const result = isWaiting ? waiting : await this.#askController("confirm", { clientSecret, confirmParams });
      return result.error || !handleActions ? result : this.#nextAction(result.paymentIntent, clientSecret);
    });
  }

  async retrievePaymentIntent(clientSecret) {
    checkClientSecret(clientSecret, "stripe.retrievePaymentIntent()");
    return this.#askController("retrieve", { clientSecret });
  }

  async handleNextAction(options) {
    return this.#handleAction("handleNextAction", options?.clientSecret);
  }

  async handleCardAction(clientSecret) {
    return this.#handleAction("handleCardAction", clientSecret);
  }

  /** A PaymentMethod from the Payment Element, or from a card token, for a server that confirms. */
  async createPaymentMethod(options) {
    const caller = "stripe.createPaymentMethod()";
    checkCreatePaymentMethod(options, isElements);
    const { elements, params = {} } = options;
    if (!elements) return this.#askController("createPaymentMethod", { params: options });
    checkCollected(elements, caller, options, "params.billing_details");
    try {
      const billing = await elements.addressValue("billing");
      return await elements.payment().call("createPaymentMethod", { params, billing });
    } catch {
      return { error: connectionError() };
    }
  }

  /** Statistics of Stripe's own, which nobody keeps here; the official loader calls the second. */
  registerAppInfo() {}

  _registerWrapper() {}

  /** One confirmation of a payment at a time: a page that starts a second one has a mistake in it. */
  async #once(name, clientSecret, confirm) {
    if (this.#confirming.has(clientSecret)) {
      throw new IntegrationError(`You have an in-flight ${name}! Please be sure to disable your form submit button when ${name} is called.`);
    }
    this.#confirming.add(clientSecret);
    try {
      return await confirm();
    } finally {
      this.#confirming.delete(clientSecret);
    }
  }

  async #confirm({ elements, clientSecret, confirmParams, redirect }) {
    let result;
    try {
      result = elements
        ? await confirmWithElements(elements, clientSecret, confirmParams)
        : await this.#askController("confirm", { clientSecret, confirmParams });
    } catch {
      return { error: connectionError() };
    } finally {
      if (elements) elements.submitted = false;
    }
    if (!result.error) result = await this.#nextAction(result.paymentIntent, clientSecret, elements?.locale);
    if (result.error || redirect === "if_required") return result;
    return leave(confirmParams.return_url, result.paymentIntent, clientSecret);
  }

  async #handleAction(name, clientSecret) {
    checkClientSecret(clientSecret, `stripe.${name}()`);
    return this.#once(name, clientSecret, async () => {
      const retrieved = await this.#askController("retrieve", { clientSecret });
      if (retrieved.error) return retrieved;
      if (retrieved.paymentIntent.status !== "requires_action") {
        throw new IntegrationError(`${name}: The PaymentIntent supplied is not in the requires_action state.`);
      }
      return this.#nextAction(retrieved.paymentIntent, clientSecret);
    });
  }

  /** Do what the PaymentIntent asks for next, if anything. */
  async #nextAction(paymentIntent, clientSecret, locale = this.#options.locale ?? "auto") {
    if (paymentIntent.status !== "requires_action") return { paymentIntent };
    if (paymentIntent.next_action.type === "redirect_to_url") return navigate(paymentIntent.next_action.redirect_to_url.url);
    return authenticate({ key: this.#key, clientSecret, locale });
  }

  async #askController(name, data) {
    this.#controllerFrame ??= new FrameHost({
      container: document.body,
      page: "controller",
      title: "Stripe.js controller",
      styles: { display: "none" },
      setup: () => ({ key: this.#key }),
      handlers: {},
    });
    try {
      return await this.#controllerFrame.call(name, data);
    } catch {
      this.#controllerFrame?.remove();
      this.#controllerFrame = null;
      return { error: connectionError() };
    }
  }
}

refuseMethods(StripeInstance.prototype);

async function confirmWithElements(elements, clientSecret, confirmParams) {
  const [billing, shipping] = await Promise.all([elements.addressValue("billing"), elements.addressValue("shipping")]);
  return elements.payment().call("confirm", { clientSecret, confirmParams, billing, shipping });
}

function leave(returnUrl, paymentIntent, clientSecret) {
  const url = new URL(returnUrl);
  url.searchParams.set("payment_intent", paymentIntent.id);
  url.searchParams.set("payment_intent_client_secret", clientSecret);
  url.searchParams.set("redirect_status", SETTLED[paymentIntent.status] ?? "failed");
  return navigate(url.href);
}

/** Never resolves: the page is on its way out. */
function navigate(url) {
  window.location.assign(url);
  return new Promise(() => {});
}

window.Stripe = Object.assign((key, options) => new StripeInstance(key, options), { version: "endive" });
