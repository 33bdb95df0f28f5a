/* The Address Element's frame. */
import { COUNTRIES, checkPostalCode, hasPostalCode, likelyCountry, stateOf } from "./countries.js";
import { Field, focusMistake, reportAll } from "./fields.js";
import { messageFor } from "./messages.js";
import { connectToParent } from "./parent.js";
import { dress, fillCountries, speak, unveil, watch } from "./stage.js";

const form = document.forms[0];
let options, group, texts, direction;

const message = (code) => messageFor(texts, code, country.value);
const required = (text) => (text ? null : "incomplete_field");
const optional = () => null;
const field = (name, check = required) => new Field(name, { check, message });

const name = field("name");
const firstName = field("firstName");
const lastName = field("lastName");
const country = field("country");
const line1 = field("addressLine1");
const line2 = field("addressLine2", optional);
const city = field("locality");
const stateCode = field("administrativeAreaCode");
const state = field("administrativeArea", (text) => (stateOf(country.value).optional ? null : required(text)));
const postalCode = field("postalCode", (text) => checkPostalCode(text, country.value));
const phone = field("phone", (text) => (phoneRequired() ? required(text) : null));
const fields = [name, firstName, lastName, country, line1, line2, city, stateCode, state, postalCode, phone];

const channel = connectToParent({
  setup: start,
  group: (changedGroup) => {
    group = changedGroup;
    show();
  },
  options: (changedOptions) => {
    options = changedOptions;
    show();
  },
  focus: () => fields.find((candidate) => candidate.shown).control.focus(),
  blur: () => document.activeElement?.blur(),
  clear: () => {
    for (const each of fields) each.clear();
    changed();
  },
  validate,
  focusMistake: () => focusMistake(fields),
  value: current,
});

function start(given) {
  ({ options, group, direction } = given);
  for (const [control, use] of [...form.elements].map((element) => [element, element.autocomplete])) {
    control.autocomplete = `${options.mode} ${use}`;
  }
  show();
  prefill(options.defaultValues ?? {});
  changed();
  watch(channel, form);
  unveil(channel, form);
  channel.tell("ready");
}

function show() {
  texts = speak(group.locale, direction);
  dress(channel, group);
  fillCountries(country.control, options.allowedCountries?.length ? options.allowedCountries : COUNTRIES);
  changed();
}

function prefill({ address = {}, ...person }) {
  name.value = person.name ?? "";
  firstName.value = person.firstName ?? "";
  lastName.value = person.lastName ?? "";
  phone.value = person.phone ?? "";
  country.value = address.country ?? likelyCountry(group.currency);
  line1.value = address.line1 ?? "";
  line2.value = address.line2 ?? "";
  city.value = address.city ?? "";
  changed();
  stateCode.value = address.state ?? "";
  state.value = address.state ?? "";
  postalCode.value = address.postal_code ?? "";
}

function phoneRequired() {
  const rule = options.validation?.phone?.required ?? "auto";
  return rule === "always" || (rule === "auto" && options.fields?.phone === "always");
}

/** Show the fields that the country and the options ask for, and tell the page about the values. */
function changed() {
  const area = stateOf(country.value);
  const split = options.display?.name === "split";
  const named = options.fields?.name !== "never";
  name.shown = named && !split;
  firstName.shown = lastName.shown = named && split;
  stateCode.shown = area.codes.length > 0;
  state.shown = area.asked && !stateCode.shown;
  postalCode.shown = hasPostalCode(country.value);
  phone.shown = options.fields?.phone === "always";
  document.getElementById("name-label").textContent = options.display?.name === "organization" ? texts.organizationName : texts.fullName;
  document.getElementById("area-label").textContent = document.getElementById("area-code-label").textContent = texts[area.label];
  document.getElementById("postal-label").textContent = country.value === "US" ? texts.zip : texts.postalCode;
  offerStates(area.codes);
  if (form.hidden) return;
  const invalid = fields.some((each) => each.shown && each.invalid);
  channel.tell("change", { elementMode: options.mode, empty: isEmpty(), ...current(), invalid });
}

function offerStates(codes) {
  const offered = [...stateCode.control.options].slice(1).map((option) => option.value);
  if (offered.join() === codes.join()) return;
  stateCode.control.replaceChildren(new Option(texts.select, ""), ...codes.map((code) => new Option(code, code)));
}

function isEmpty() {
  return fields.every((each) => each === country || !each.shown || !each.value);
}

/** What getValue() gives: {complete, isNewAddress, value}. */
function current() {
  const shown = (each) => (each.shown ? each.value : "");
  const split = firstName.shown && { firstName: firstName.value, lastName: lastName.value };
  return {
    complete: fields.every((each) => !each.mistake),
    isNewAddress: true,
    value: {
      name: split ? `${firstName.value} ${lastName.value}`.trim() : shown(name),
      ...split,
      address: {
        line1: line1.value,
        line2: line2.value || null,
        city: city.value,
        state: shown(stateCode) || shown(state),
        postal_code: shown(postalCode),
        country: country.value,
      },
      ...(phone.shown && { phone: phone.value }),
    },
  };
}

function validate() {
  const code = reportAll(fields);
  changed();
  return code ? { error: { type: "validation_error", code, message: message(code) } } : {};
}

form.addEventListener("input", changed);
form.addEventListener("change", changed);
form.addEventListener("focusout", changed);
