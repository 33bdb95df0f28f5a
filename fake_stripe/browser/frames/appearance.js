/* Stripe's Appearance API: theme, variables and rules, applied through CSSOM. */
import { VARIABLES } from "./variables.js";

const THEMES = ["stripe", "night", "flat", "none"];
const RULE = /^\.(Input(--invalid)?|Label|Error|(Tab|TabLabel|TabIcon)(--selected)?|Block)(:(hover|focus|focus-visible|disabled)|::(placeholder|selection))?$/;
const RULE_PROPERTY = /^(background(Color)?|border\w*|boxShadow|color|font(Family|Size|Weight|Variant)|letterSpacing|lineHeight|margin\w*|opacity|outline\w*|padding\w*|text(Decoration|Shadow|Transform)|transition)$/;
// Anything but a number or a length may follow the fonts of single digits, and the height of the form would tell the page
// which digits stand in it.
const LINE_HEIGHT = /^\d*\.?\d+(px|em|rem|%)?$/;
const rules = new CSSStyleSheet();
const known = new Set();
document.adoptedStyleSheets = [rules];

/** @returns {"light" | "dark"} the colour scheme that suits the background */
export function applyAppearance({ theme = "stripe", variables = {}, rules: given = {}, labels, inputs, disableAnimations }) {
  const root = document.documentElement;
  root.dataset.theme = THEMES.includes(theme) ? theme : "stripe";
  root.dataset.labels = labels === "floating" ? "floating" : "above";
  root.dataset.inputs = inputs === "condensed" ? "condensed" : "spaced";
  root.toggleAttribute("data-still", Boolean(disableAnimations));
  for (const name of [...root.style]) root.style.removeProperty(name);
  for (const [name, value] of Object.entries(variables)) {
    if (VARIABLES.has(name)) root.style.setProperty(`--${name}`, value);
    else console.warn(`[Stripe.js] ${name} is not a recognized appearance variable.`);
  }
  applyRules(given);
  const scheme = isDark(getComputedStyle(document.body).getPropertyValue("--colorBackground")) ? "dark" : "light";
  root.style.setProperty("color-scheme", scheme);
  return scheme;
}

function applyRules(given) {
  rules.replaceSync("");
  for (const [selector, properties] of Object.entries(given)) {
    if (!RULE.test(selector)) {
      console.warn(`[Stripe.js] elements() appearance: ${selector} is not a supported selector.`);
      continue;
    }
    const style = rules.cssRules[rules.insertRule(`${selector} {}`, rules.cssRules.length)].style;
    for (const [property, value] of Object.entries(properties)) {
      if (property === "lineHeight" && !LINE_HEIGHT.test(value)) {
        console.warn("[Stripe.js] elements() appearance: lineHeight should be a number or a length.");
      } else if (RULE_PROPERTY.test(property)) style[property] = value;
      else console.warn(`[Stripe.js] elements() appearance: ${property} is not a supported property.`);
    }
  }
}

/** Perceived lightness of a CSS colour under one half. */
function isDark(color) {
  const probe = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  probe.fillStyle = "#fff";
  probe.fillRect(0, 0, 1, 1);
  probe.fillStyle = color.trim() || "#fff";
  probe.fillRect(0, 0, 1, 1);
  const [red, green, blue] = probe.getImageData(0, 0, 1, 1).data;
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue < 128;
}

/**
 * Load the merchant's font files, each once. A font that cannot be had leaves the next family in the list.
 * All are fetched at once, needed or not: a file that is fetched when a digit first appears would tell its owner the digit.
 */
export function loadFonts(fonts) {
  for (const font of fonts) {
    if (known.has(JSON.stringify(font))) continue;
    known.add(JSON.stringify(font));
    const { family, src, style, weight, display, unicodeRange } = font;
    const descriptors = Object.entries({ style, weight, display, unicodeRange }).filter(([, value]) => value);
    const face = new FontFace(family, src, Object.fromEntries(descriptors));
    face.load().then(
      () => document.fonts.add(face),
      () => console.warn(`[Stripe.js] The font "${family}" could not be loaded.`),
    );
  }
}
