/* The arguments Stripe.js refuses. Every function throws an IntegrationError or returns nothing. */
import { IntegrationError } from "./errors.js";
import { noteOptions } from "./options.js";

const CLIENT_SECRET = /^pi_[A-Za-z0-9]+_secret_[A-Za-z0-9]+$/;
const LARGEST_AMOUNT = 99999999;

export function checkKey(key) {
  if (key === undefined || key === null) throw new IntegrationError("Missing value for Stripe(): apiKey should be a string.");
  if (typeof key !== "string") throw new IntegrationError(`Invalid value for Stripe(): apiKey should be a string. You specified: ${String(key)}.`);
  if (key === "") throw new IntegrationError("Please call Stripe() with your publishable key. You used an empty string.");
  if (/^(sk|rk)_/.test(key)) {
    throw new IntegrationError("You should not use your secret key with Stripe.js. Please pass a publishable key instead.");
  }
  if (key.startsWith("pk_live_")) {
    throw new IntegrationError("This is the offline Stripe: no money moves here, so it takes test keys (pk_test_…) only.");
  }
  if (!key.startsWith("pk_test_")) {
    throw new IntegrationError("Please call Stripe() with a valid publishable key, which starts with pk_test_.");
  }
}

export function checkStripeOptions(options) {
  if (options.stripeAccount !== undefined) {
    throw new IntegrationError("Invalid value for Stripe(): the offline Stripe has no Connect, so it takes no stripeAccount.");
  }
  noteOptions(options, "Stripe()");
}

export function checkClientSecret(secret, caller) {
  if (typeof secret === "string" && CLIENT_SECRET.test(secret)) return;
  if (typeof secret === "string" && secret.startsWith("seti_")) {
    const name = caller.replace("stripe.", "");
    throw new IntegrationError(
      `Your code called ${name} but you passed a client_secret associated with a SetupIntent. Did you mean to call confirmSetup() instead?`,
    );
  }
  throw new IntegrationError(
    `Invalid value for ${caller}: clientSecret should be a client secret of the form \${id}_secret_\${secret}. ` +
      `You specified: ${String(secret)}.`,
  );
}

export function checkElementsOptions(options) {
  const caller = "elements()";
  if (typeof options !== "object" || options === null) {
    throw new IntegrationError(`Invalid value for ${caller}: options should be an object. You specified: ${String(options)}.`);
  }
  refuseRemoved(options, caller);
  refuseSaving(options, caller);
  noteOptions(options, caller);
  checkTypes(options, caller);
  if (options.clientSecret !== undefined && options.mode !== undefined) {
    throw new IntegrationError(
      `Invalid value for ${caller}: you cannot specify both clientSecret and mode. ` +
        "Pass clientSecret for an existing Intent, or mode to create Elements without one.",
    );
  }
  if (options.clientSecret !== undefined) checkClientSecret(options.clientSecret, caller);
  if (options.mode !== undefined) checkDeferred(options, caller);
}

/** What elements.update() may change: the deferred values, and how things look. */
export function checkElementsUpdate(options, isDeferred) {
  const caller = "elements.update()";
  refuseRemoved(options, caller);
  refuseSaving(options, caller);
  noteOptions(options, "elements()", caller);
  if (options.clientSecret !== undefined) {
    throw new IntegrationError(`Invalid value for ${caller}: clientSecret cannot be updated. Create a new Elements object.`);
  }
  const names = ["mode", "amount", "currency"].filter((name) => options[name] !== undefined);
  if (names.length && !isDeferred) {
    throw new IntegrationError(`Invalid value for ${caller}: ${names[0]} cannot be updated when Elements was created with a clientSecret.`);
  }
  if (options.mode !== undefined) checkMode(options.mode, caller);
  if (options.amount !== undefined) checkAmount(options.amount, caller);
  if (options.currency !== undefined) checkCurrency(options.currency, caller);
}

function refuseRemoved(options, caller) {
  for (const name of ["paymentMethodTypes", "payment_method_types"]) {
    if (options[name] !== undefined) {
      throw new IntegrationError(
        `Invalid value for ${caller}: ${name} is no longer supported. Use allowedPaymentMethodTypes, or leave it out and ` +
          "manage payment methods from the Dashboard.",
      );
    }
  }
}

/** A payer who agrees that the card is kept for later would find nothing kept. */
function refuseSaving(options, caller) {
  for (const name of ["setupFutureUsage", "setup_future_usage"]) {
    if (options[name] === undefined || options[name] === null) continue;
    throw new IntegrationError(
      `Invalid value for ${caller}: ${name} is not supported by this offline Stripe, which saves no payment methods.`,
    );
  }
}

/** Only cards are taken here, so a choice of payment methods must have them. */
function checkTypes(options, caller) {
  const { allowedPaymentMethodTypes: allowed, excludedPaymentMethodTypes: excluded } = options;
  for (const [name, value] of Object.entries({ allowedPaymentMethodTypes: allowed, excludedPaymentMethodTypes: excluded })) {
    if (value !== undefined && !Array.isArray(value)) {
      throw new IntegrationError(`Invalid value for ${caller}: ${name} should be an array. You specified: ${String(value)}.`);
    }
  }
  if ((allowed?.includes("card") ?? true) && !excluded?.includes("card")) return;
  throw new IntegrationError(`Invalid value for ${caller}: the offline Stripe takes cards only, and the payment method types leave them out.`);
}

function checkDeferred(options, caller) {
  checkMode(options.mode, caller);
  if (options.currency === undefined) throw new IntegrationError(`Missing value for ${caller}: currency should be a string.`);
  checkCurrency(options.currency, caller);
  if (options.amount === undefined) throw new IntegrationError(`Missing value for ${caller}: amount should be a number.`);
  checkAmount(options.amount, caller);
}

function checkMode(mode, caller) {
  if (mode === "payment") return;
  if (["setup", "subscription"].includes(mode)) {
    throw new IntegrationError(`Invalid value for ${caller}: the offline Stripe has mode "payment" only. You specified: ${mode}.`);
  }
  throw new IntegrationError(
    `Invalid value for ${caller}: mode should be one of the following strings: payment, setup, subscription. You specified: ${String(mode)}.`,
  );
}

function checkAmount(amount, caller) {
  if (typeof amount !== "number" || !Number.isInteger(amount)) {
    throw new IntegrationError(`Invalid value for ${caller}: amount should be an integer, in the smallest currency unit. You specified: ${String(amount)}.`);
  }
  if (amount <= 0) throw new IntegrationError(`Invalid value for ${caller}: amount must be greater than 0.`);
  if (amount > LARGEST_AMOUNT) throw new IntegrationError(`Invalid value for ${caller}: amount must be no more than ${LARGEST_AMOUNT}.`);
}

function checkCurrency(currency, caller) {
  const known = typeof currency === "string" && /^[a-z]{3}$/.test(currency) && isKnownCurrency(currency);
  if (!known) {
    throw new IntegrationError(
      `Invalid value for ${caller}: currency should be a three-letter lower-case ISO code, such as usd. You specified: ${String(currency)}.`,
    );
  }
}

function isKnownCurrency(currency) {
  return Intl.supportedValuesOf("currency").includes(currency.toUpperCase());
}

export function checkConfirmPayment(options, isElements) {
  const caller = "stripe.confirmPayment()";
  if (typeof options !== "object" || options === null) {
    throw new IntegrationError(`Invalid value for ${caller}: an object with elements or clientSecret is required.`);
  }
  const { elements, clientSecret, confirmParams = {}, redirect = "always" } = options;
  if (elements !== undefined && !isElements(elements)) {
    throw new IntegrationError(`Invalid value for ${caller}: elements should be an Elements object made by this instance of Stripe.`);
  }
  if (elements === undefined && clientSecret === undefined) {
    throw new IntegrationError(`Missing value for ${caller}: elements or clientSecret is required.`);
  }
  if (clientSecret !== undefined) checkClientSecret(clientSecret, caller);
  if (!["always", "if_required"].includes(redirect)) {
    throw new IntegrationError(`Invalid value for ${caller}: redirect should be one of the following strings: always, if_required. You specified: ${String(redirect)}.`);
  }
  checkReturnUrl(confirmParams.return_url, redirect, caller);
  if (elements === undefined && confirmParams.payment_method === undefined) {
    throw new IntegrationError(`Missing value for ${caller}: elements, or confirmParams.payment_method, is required.`);
  }
}

export function checkCreatePaymentMethod(options, isElements) {
  const caller = "stripe.createPaymentMethod()";
  if (typeof options !== "object" || options === null) {
    throw new IntegrationError(`Invalid value for ${caller}: value should be an object. You specified: ${String(options)}.`);
  }
  const { elements } = options;
  if (elements === undefined) {
    if (options.type === "card" && typeof options.card?.token === "string") return;
    throw new IntegrationError(
      `Invalid value for ${caller}: elements, or type "card" with card.token, is required. The offline Stripe has no Card Element.`,
    );
  }
  if (!isElements(elements)) {
    throw new IntegrationError(`Invalid value for ${caller}: elements should be an Elements object made by this instance of Stripe.`);
  }
  if (!elements.createsPaymentMethods) {
    throw new IntegrationError(`Invalid value for ${caller}: elements should be created with paymentMethodCreation: "manual".`);
  }
}

function checkReturnUrl(returnUrl, redirect, caller) {
  if (returnUrl === undefined) {
    if (redirect === "if_required") return;
    throw new IntegrationError(`Missing value for ${caller}: confirmParams.return_url should be a string.`);
  }
  if (typeof returnUrl === "string" && /^https?:$/.test(URL.parse(returnUrl)?.protocol ?? "")) return;
  throw new IntegrationError(
    `Invalid value for ${caller}: confirmParams.return_url should be an absolute URL, with http:// or https://. You specified: ${String(returnUrl)}.`,
  );
}
