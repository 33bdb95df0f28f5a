/* The publishable-key API, called from frames on the same origin as the API. */

const CONNECTION_ERROR = {
  type: "api_connection_error",
  message:
    "We are experiencing issues connecting to our payments provider. " +
    "Please check your internet connection and try again.",
};
const AUTHENTICATION_FAILED =
  "We are unable to authenticate your payment method. Please choose a different payment method and try again.";

function intentId(clientSecret) {
  return clientSecret.slice(0, clientSecret.indexOf("_secret_"));
}

/** @returns {Promise<{paymentIntent: object} | {error: object}>} */
export async function retrieve(key, clientSecret) {
  const query = new URLSearchParams({ key, client_secret: clientSecret });
  return request("paymentIntent", `/v1/payment_intents/${intentId(clientSecret)}?${query}`);
}

/** @returns {Promise<{paymentIntent: object} | {error: object}>} */
export async function confirm(key, clientSecret, params) {
  const body = encode({ ...params, use_stripe_sdk: true, key, client_secret: clientSecret });
  return request("paymentIntent", `/v1/payment_intents/${intentId(clientSecret)}/confirm`, { method: "POST", body });
}

/** @returns {Promise<{paymentMethod: object} | {error: object}>} */
export async function createPaymentMethod(key, params) {
  return request("paymentMethod", "/v1/payment_methods", { method: "POST", body: encode({ ...params, key }) });
}

/** Report the outcome of 3-D Secure: "complete" or "fail". */
export async function finishAuthentication(key, clientSecret, outcome) {
  const body = encode({ key, payment_intent: intentId(clientSecret), client_secret: clientSecret, outcome });
  const result = await request("paymentIntent", "/_frames/three_d_secure", { method: "POST", body });
  const { paymentIntent } = result;
  if (paymentIntent?.status !== "requires_payment_method") return result;
  return { error: payerError({ ...paymentIntent.last_payment_error, payment_intent: paymentIntent }) };
}

/** The answer under the name that Stripe.js gives it, or the error in words for the payer. */
async function request(name, path, options) {
  let response, body;
  try {
    response = await fetch(path, options);
    body = await response.json();
  } catch {
    return { error: CONNECTION_ERROR };
  }
  if (response.ok) return { [name]: body };
  return { error: payerError(body.error) };
}

/** Stripe's own words for a failed authentication are for the developer; these are for the payer. */
function payerError(error) {
  return error.code === "payment_intent_authentication_failure" ? { ...error, message: AUTHENTICATION_FAILED } : error;
}

/** Form-encode nested parameters as Stripe takes them: a[b][0]=c. Null and undefined are left out. */
function encode(params) {
  const form = new URLSearchParams();
  const add = (name, value) => {
    if (value === null || value === undefined) return;
    if (typeof value === "object") {
      for (const [part, inner] of Object.entries(value)) add(`${name}[${part}]`, inner);
    } else form.append(name, String(value));
  };
  for (const [name, value] of Object.entries(params)) add(name, value);
  return form;
}
