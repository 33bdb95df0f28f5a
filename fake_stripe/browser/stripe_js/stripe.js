/* window.Stripe: what a merchant's page calls. Network calls are made by frames on this origin, never by the page. */
import { checkClientSecret, checkConfirmPayment, checkKey } from "./checks.js";
import { Elements } from "./elements.js";
import { IntegrationError, connectionError } from "./errors.js";
import { FrameHost } from "./frame_host.js";
import { authenticate } from "./overlay.js";

const SETTLED = { succeeded: "succeeded", requires_capture: "succeeded", processing: "pending" };
const COLLECTED = ["name", "email", "phone", "address.country", "address.postal_code", "address.state", "address.city", "address.line1", "address.line2"];

class StripeInstance {
  #key;
  #options;
  #controllerFrame = null;

  constructor(key, options = {}) {
    checkKey(key);
    this.#key = key;
    this.#options = options;
  }

  elements(options) {
    return new Elements(this.#key, options, this.#options);
  }

  /** Resolves to {error}, or to {paymentIntent} with redirect "if_required"; else the browser leaves for return_url. */
  confirmPayment(options) {
    checkConfirmPayment(options, (value) => value instanceof Elements);
    const { elements, confirmParams = {}, redirect = "always" } = options;
    const clientSecret = options.clientSecret ?? elements?.clientSecret;
    checkClientSecret(clientSecret, "stripe.confirmPayment()");
    const usesElement = elements !== undefined && confirmParams.payment_method === undefined;
    if (usesElement) checkPaymentElement(elements, confirmParams);
    return this.#confirm({ elements: usesElement ? elements : null, clientSecret, confirmParams, redirect });
  }

  async retrievePaymentIntent(clientSecret) {
    checkClientSecret(clientSecret, "stripe.retrievePaymentIntent()");
    return this.#askController("retrieve", { clientSecret });
  }

  async handleNextAction(options) {
    const clientSecret = options?.clientSecret;
    checkClientSecret(clientSecret, "stripe.handleNextAction()");
    const retrieved = await this.#askController("retrieve", { clientSecret });
    if (retrieved.error) return retrieved;
    if (retrieved.paymentIntent.status !== "requires_action") {
      throw new IntegrationError("handleNextAction: The PaymentIntent supplied is not in the requires_action state.");
    }
    return this.#nextAction(retrieved.paymentIntent, clientSecret);
  }

  /** Stripe.js keeps this for its own statistics; the official loader calls it after creating an instance. */
  _registerWrapper(wrapper) {
    this.wrapper = wrapper;
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
      this.#controllerFrame.remove();
      this.#controllerFrame = null;
      return { error: connectionError() };
    }
  }
}

function checkPaymentElement(elements, confirmParams) {
  const payment = elements.payment();
  if (!payment) {
    throw new IntegrationError("Invalid value for stripe.confirmPayment(): elements should have a mounted Payment Element or Express Checkout Element.");
  }
  if (elements.isDeferred && !elements.submitted) {
    throw new IntegrationError(
      "elements.submit() must be called before stripe.confirmPayment(). Call elements.submit() as soon as your customer presses pay, " +
        "prior to any asynchronous work. Integration guide: https://stripe.com/docs/payments/accept-a-payment-deferred",
    );
  }
  if (elements.billingElsewhere) return;
  const given = confirmParams.payment_method_data?.billing_details ?? {};
  for (const name of COLLECTED) {
    if (!isOptedOut(payment.options.fields?.billingDetails, name) || lookup(given, name) !== undefined) continue;
    throw new IntegrationError(
      `You specified "never" for fields.billing_details.${name} when creating the payment Element, but did not pass ` +
        `confirmParams.payment_method_data.billing_details.${name} when calling stripe.confirmPayment(). If you opt out of collecting ` +
        "data via the payment Element using the fields option, the data must be passed in when calling stripe.confirmPayment().",
    );
  }
}

/** Whether the fields option says "never" for a billing detail, by itself or through the group it stands in. */
function isOptedOut(fields, name) {
  if (fields === "never") return true;
  const [group, part] = name.split(".");
  const option = fields?.[group];
  if (!part || option === "never") return option === "never";
  return option?.[part === "postal_code" ? "postalCode" : part] === "never";
}

function lookup(object, path) {
  return path.split(".").reduce((value, name) => value?.[name], object);
}

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
