/* The Payment Element's frame: takes the card and sends it straight to the API. */
import { confirm, createPaymentMethod, retrieve } from "./api.js";
import * as card from "./card.js";
import { COUNTRIES, POSTAL_CHECKED, checkPostalCode, likelyCountry } from "./countries.js";
import { Field, focusMistake, reportAll } from "./fields.js";
import { messageFor } from "./messages.js";
import { connectToParent } from "./parent.js";
import { methodParams, mismatchWith } from "./payment_params.js";
import { dress, fillCountries, speak, unveil, watch } from "./stage.js";

const BRAND_MARKS = { visa: "VISA", mastercard: "MC", amex: "AMEX", discover: "DISC", diners: "DC", jcb: "JCB", unionpay: "UP", unknown: "" };
const METHOD_NAMES = { card: "card", wallet: "apple_pay" };
const CONFIRMABLE = ["requires_payment_method", "requires_confirmation", "requires_action"];

const form = document.forms[0];
const panels = { card: document.getElementById("card-panel"), wallet: document.getElementById("wallet-panel") };
let setup, options, group, texts;

const message = (code) => messageFor(texts, code, country.value);
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
    prefill();
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
  createPaymentMethod: ({ params, billing }) => {
    const checked = validate();
    return checked.error ? checked : createPaymentMethod(setup.key, methodParams(params, billing, entered()));
  },
});

async function start(given) {
  setup = given;
  ({ options, group } = given);
  show();
  country.value = likelyCountry(group.currency);
  prefill();
  choose(layout().defaultCollapsed ? null : "card");
  watch(channel, form);
  unveil(channel, form);
  const { error } = group.clientSecret ? await fetchUpdates() : {};
  channel.tell(error ? "loaderror" : "ready", { error });
}

/** Put the page's values where the payer has not typed yet. */
function prefill() {
  const { country: home, postal_code: code } = options.defaultValues?.billingDetails?.address ?? {};
  if (home && !country.touched) country.value = home;
  if (code && !postalCode.touched) postalCode.value = code;
}

/** Bring language, look and fields in step with the options. */
function show() {
  texts = speak(group.locale, setup.direction);
  dress(channel, group);
  fillCountries(country.control, COUNTRIES);
  form.dataset.layout = layout().type === "accordion" ? "accordion" : "tabs";
  document.getElementById("methods").hidden = !offersWallet();
  order();
  const small = document.getElementById("terms");
  small.textContent = terms();
  small.hidden = !small.textContent;
  for (const control of form.elements) control.disabled = Boolean(options.readOnly);
  changed();
}

/** The methods in the order that the page asked for; those it did not name stand behind. */
function order() {
  const wanted = options.paymentMethodOrder ?? [];
  const place = (tab) => {
    const found = wanted.indexOf(METHOD_NAMES[tab.querySelector("input").value]);
    return found < 0 ? wanted.length : found;
  };
  const tabs = [...document.querySelectorAll(".Tab")];
  const sorted = tabs.toSorted((one, other) => place(one) - place(other));
  if (sorted.some((tab, index) => tab !== tabs[index])) document.getElementById("methods").append(...sorted);
  for (const [index, tab] of sorted.entries()) {
    tab.style.setProperty("--place", 2 * index);
    panels[tab.querySelector("input").value].style.setProperty("--place", 2 * index + 1);
  }
}

/** What the payer allows by paying: nothing more than this payment, unless the page wants the terms in any case. */
function terms() {
  if (options.terms?.card !== "always") return "";
  return texts.terms.replace("{business}", options.business?.name ?? texts.thisBusiness);
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
  return billingDetails !== "never" && !["never", "if_required"].includes(address) && address?.[part] !== "never";
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
  for (const part of document.querySelectorAll(".Tab, .TabIcon, .TabLabel")) {
    part.classList.toggle(`${part.classList[0]}--selected`, part.closest(".Tab").querySelector("input").checked);
  }
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
    value: { type: METHOD_NAMES[method() ?? "card"], ...(isCard && country.shown && { billingDetails: { address } }) },
    invalid: isCard && fields.some((field) => field.invalid),
  };
}

/** What the payer chose and typed; the address has only what the form asks for. */
function entered() {
  const address = {};
  if (country.shown) address.country = country.value;
  if (postalCode.shown) address.postal_code = postalCode.value;
  return { method: method(), number: number.value, expiry: expiry.value, cvc: cvc.value, address };
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
  return { type: "validation_error", code, message: message(code) };
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
  const mismatch = group.mode ? mismatchWith(group, await retrieve(setup.key, clientSecret)) : null;
  if (mismatch) return { error: mismatch };
  return confirm(setup.key, clientSecret, {
    ...confirmParams,
    ...(shipping && { shipping }),
    payment_method_data: methodParams(confirmParams.payment_method_data ?? {}, billing, entered()),
  });
}

form.addEventListener("input", (event) => {
  if (event.target === number.control) cvc.reformat();
  changed();
});
form.addEventListener("change", changed);
form.addEventListener("focusout", changed);
