/* What a confirmation sends, made of what the page gave and of what was typed. No DOM here. */
import { digitsOf, expiryOf } from "./card.js";

const WALLET_TOKEN = "tok_test_applepay";

/**
 * The PaymentMethod's parameters, as the API takes them.
 * @param {object} given by the page
 * @param {object | null} billing from the Address Element
 * @param {{method: string, number: string, expiry: string, cvc: string, address: object}} entered by the payer
 */
export function methodParams(given, billing, entered) {
  const details = billingDetails(given.billing_details, billing, entered.address);
  return { ...given, type: "card", card: cardParams(entered), billing_details: details };
}

/**
 * Elements made without an Intent promise an amount to the payer; the PaymentIntent must be for the same.
 * @param {object} group the options of the Elements
 * @param {{paymentIntent: object} | {error: object}} retrieved
 * @returns {object | null} the error, or null where they agree
 */
export function mismatchWith(group, { paymentIntent, error }) {
  if (error) return error;
  const expected = { amount: group.amount, currency: group.currency };
  const name = Object.keys(expected).find((part) => paymentIntent[part] !== expected[part]);
  if (!name) return null;
  return {
    type: "invalid_request_error",
    message:
      `The provided ${name} (${paymentIntent[name]}) does not match the expected ${name} (${expected[name]}). ` +
      "Try confirming with a Payment Intent that is configured to use the same parameters as the Stripe Elements.",
  };
}

function cardParams({ method, number, expiry, cvc }) {
  if (method === "wallet") return { token: WALLET_TOKEN };
  const { month, year } = expiryOf(expiry);
  return { number: digitsOf(number), exp_month: month, exp_year: year, cvc: digitsOf(cvc) };
}

/** The page's values, then the Address Element's, then what was typed into the card form; later ones win. */
function billingDetails(given = {}, billing, typed) {
  const known = Object.fromEntries(Object.entries(billing ?? {}).filter(([, value]) => value !== undefined));
  return { ...given, ...known, address: { ...given.address, ...billing?.address, ...typed } };
}
