/* The Payment Element's frame: takes the card and sends it straight to the API. */
import { confirm, retrieve } from "./api.js";
import * as card from "./card.js";
import { COUNTRIES, POSTAL_CHECKED, checkPostalCode, likelyCountry } from "./countries.js";
import { Field, focusMistake, reportAll } from "./fields.js";
import { connectToParent } from "./parent.js";
import { dress, fillCountries, speak, watch } from "./stage.js";

const BRAND_MARKS = { visa: "VISA", mastercard: "MC", amex: "AMEX", discover: "DISC", diners: "DC", jcb: "JCB", unionpay: "UP", unknown: "" };
const WALLET_TOKEN = "tok_test_applepay";
const CONFIRMABLE = ["requires_payment_method", "requires_confirmation", "requires_action"];

const form = document.forms[0];
const panels = { card: document.getElementById("card-panel"), wallet: document.getElementById("wallet-panel") };
let setup, options, group, texts;

const message = (code) => texts[code];
const number = new Field("number", { check: card.checkNumber, format: card.formatNumber, message });
const expiry = new Field("expiry", { check: (text) => card.checkExpiry(text), format: card.formatExpiry, message });
const cvc = new Field("cvc", {
  check: (text) => card.checkCvc(text, number.value),
  format: (text) => card.formatCvc(text, number.value),
  message,
});
const country = new Field("country", { check: () => null, message });
const postalCode = new Field("postalCode", { check: (text) => checkPostalCode(text, country.value), message });
const fields = [number, expiry, cvc, country, postalCode];

const channel = connectToParent({
  setup: start,
  group: (changed) => {
    group = changed;
    show();
  },
  options: (changed) => {
    options = changed;
    show();
  },
  focus: () => (method() === "card" ? number.control : form.elements.method[0]).focus(),
  blur: () => document.activeElement?.blur(),
  clear,
  collapse: () => choose(null),
  validate,
  focusMistake: () => focusMistake(fields),
  fetchUpdates,
  confirm: confirmPayment,
});

async function start(given) {
  setup = given;
  ({ options, group } = given);
  show();
  country.value = options.defaultValues?.billingDetails?.address?.country ?? likelyCountry(group.currency);
  postalCode.value = options.defaultValues?.billingDetails?.address?.postal_code ?? "";
  choose(layout().defaultCollapsed ? null : "card");
  form.hidden = false;
  watch(channel, form);
  const { error } = group.clientSecret ? await fetchUpdates() : {};
  channel.tell(error ? "loaderror" : "ready", { error });
}

/** Bring language, look and fields in step with the options. */
function show() {
  texts = speak(group.locale);
  dress(channel, group);
  fillCountries(country.control, COUNTRIES);
  form.dataset.layout = layout().type === "accordion" ? "accordion" : "tabs";
  document.getElementById("methods").hidden = !offersWallet();
  for (const control of form.elements) control.disabled = Boolean(options.readOnly);
  changed();
}

function layout() {
  return typeof options.layout === "object" ? options.layout : { type: options.layout };
}

function offersWallet() {
  return options.wallets?.applePay !== "never";
}

function method() {
  return form.elements.method.value || null;
}

function choose(name) {
  for (const radio of form.elements.method) radio.checked = radio.value === name;
  changed();
}

/** Whether the form asks for a part of the billing address. */
function asksFor(part) {
  if (group.billingElsewhere) return false;
  const { billingDetails } = options.fields ?? {};
  const address = billingDetails?.address;
  return billingDetails !== "never" && address !== "never" && address?.[part] !== "never";
}

/** Show what fits the values, and tell the page about them. */
function changed() {
  const brand = card.brandOf(number.value);
  document.getElementById("brand").dataset.brand = brand.name;
  document.getElementById("brand-mark").textContent = BRAND_MARKS[brand.name];
  document.getElementById("brand-name").textContent = brand.label;
  document.getElementById("cvc-hint").textContent = brand.cvc === 4 ? texts.cvcHintAmex : texts.cvcHint;
  document.getElementById("postal-label").textContent = country.value === "US" ? texts.zip : texts.postalCode;
  country.shown = asksFor("country");
  postalCode.shown = asksFor("postalCode") && POSTAL_CHECKED.has(country.value);
  for (const [name, panel] of Object.entries(panels)) panel.hidden = method() !== name;
  if (!form.hidden) channel.tell("change", changeEvent());
}

function changeEvent() {
  const typed = [number, expiry, cvc];
  const isCard = method() === "card";
  const complete = method() === "wallet" || (isCard && fields.every((field) => !field.mistake));
  const address = {};
  if (country.shown) address.country = country.value;
  if (postalCode.shown) address.postalCode = postalCode.value || null;
  return {
    empty: typed.every((field) => !field.value),
    complete,
    collapsed: method() === null,
    value: { type: method() === "wallet" ? "apple_pay" : "card", ...(isCard && country.shown && { billingDetails: { address } }) },
    invalid: isCard && fields.some((field) => field.invalid),
  };
}

function clear() {
  for (const field of fields) field.clear();
  changed();
}

/** Check the form and show every mistake in it. */
function validate() {
  if (method() === null) return { error: validationError("incomplete_payment_details") };
  if (method() === "wallet") return { selectedPaymentMethod: "apple_pay" };
  const code = reportAll(fields);
  changed();
  return code ? { error: validationError(code) } : { selectedPaymentMethod: "card" };
}

function validationError(code) {
  return { type: "validation_error", code, message: texts[code] };
}

async function fetchUpdates() {
  const { paymentIntent, error } = await retrieve(setup.key, group.clientSecret);
  if (error) return { error };
  if (CONFIRMABLE.includes(paymentIntent.status)) return {};
  return {
    error: {
      type: "invalid_request_error",
      code: "payment_intent_unexpected_state",
      message: `You cannot pay with this PaymentIntent because it has a status of ${paymentIntent.status}.`,
      payment_intent: paymentIntent,
    },
  };
}

/** @returns {Promise<{paymentIntent: object} | {error: object}>} */
async function confirmPayment({ clientSecret, confirmParams, billing, shipping }) {
  const checked = validate();
  if (checked.error) return checked;
  const mismatch = group.mode ? await amountMismatch(clientSecret) : null;
  if (mismatch) return { error: mismatch };
  const data = confirmParams.payment_method_data ?? {};
  return confirm(setup.key, clientSecret, {
    ...confirmParams,
    ...(shipping && { shipping }),
    payment_method_data: { ...data, type: "card", card: cardParams(), billing_details: billingDetails(data.billing_details, billing) },
  });
}

/** Elements made without an Intent promise an amount to the payer; the PaymentIntent must be for the same. */
async function amountMismatch(clientSecret) {
  const { paymentIntent, error } = await retrieve(setup.key, clientSecret);
  if (error) return error;
  const name = ["amount", "currency"].find((part) => paymentIntent[part] !== group[part]);
  if (!name) return null;
  return {
    type: "invalid_request_error",
    message: `The ${name} (${group[name]}) given to Elements differs from the ${name} (${paymentIntent[name]}) of the PaymentIntent.`,
  };
}

function cardParams() {
  if (method() === "wallet") return { token: WALLET_TOKEN };
  const { month, year } = card.expiryOf(expiry.value);
  return { number: card.digitsOf(number.value), exp_month: month, exp_year: year, cvc: card.digitsOf(cvc.value) };
}

/** The page's values, then the Address Element's, then what was typed here; later ones win. */
function billingDetails(given = {}, billing = null) {
  const typed = {};
  if (country.shown) typed.country = country.value;
  if (postalCode.shown) typed.postal_code = postalCode.value;
  const known = Object.fromEntries(Object.entries(billing ?? {}).filter(([, value]) => value !== undefined));
  return { ...given, ...known, address: { ...given.address, ...billing?.address, ...typed } };
}

form.addEventListener("input", (event) => {
  if (event.target === number.control) cvc.reformat();
  changed();
});
form.addEventListener("change", changed);
form.addEventListener("focusout", changed);
