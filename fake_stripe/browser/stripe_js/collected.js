/* Whether the Payment Element can answer for a call: it is mounted and submitted, and nothing was left out that nobody gave. */
import { IntegrationError } from "./errors.js";

const COLLECTED = ["name", "email", "phone", "address.country", "address.postal_code", "address.state", "address.city", "address.line1", "address.line2"];

/**
 * @param {import("./elements.js").Elements} elements
 * @param {string} caller such as stripe.confirmPayment()
 * @param {object} options what the call was given
 * @param {string} path where in `options` the billing details may stand, dotted
 */
export function checkCollected(elements, caller, options, path) {
  const payment = elements.payment();
  if (!payment) {
    throw new IntegrationError(`Invalid value for ${caller}: elements should have a mounted Payment Element or Express Checkout Element.`);
  }
  if (elements.isDeferred && !elements.submitted) {
    throw new IntegrationError(
      `elements.submit() must be called before ${caller}. Call elements.submit() as soon as your customer presses pay, ` +
        "prior to any asynchronous work. Integration guide: https://stripe.com/docs/payments/accept-a-payment-deferred",
    );
  }
  if (elements.billingElsewhere) return;
  const given = lookup(options, path) ?? {};
  for (const name of COLLECTED) {
    if (!isOptedOut(payment.options.fields?.billingDetails, name) || lookup(given, name) !== undefined) continue;
    throw new IntegrationError(
      `You specified "never" for fields.billing_details.${name} when creating the payment Element, but did not pass ` +
        `${path}.${name} when calling ${caller}. If you opt out of collecting ` +
        `data via the payment Element using the fields option, the data must be passed in when calling ${caller}.`,
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
