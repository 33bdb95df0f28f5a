/* What every visible frame does: set the language and the look, tell the page its height and where the focus is. */
import { applyAppearance, loadFonts } from "./appearance.js";
import { languageOf, textsFor } from "./messages.js";

/** Show the form, once it has its texts and its look. */
export function unveil(channel, form) {
  form.hidden = false;
  channel.tell("shown");
}

/** Write the texts of a language into the elements that carry data-text or data-placeholder. */
export function speak(locale, direction) {
  const texts = textsFor(locale);
  const language = languageOf(locale);
  document.documentElement.lang = language;
  // The page says where its text runs (dir="rtl"); a right-to-left language does so by itself.
  document.documentElement.dir = direction === "rtl" || isRightToLeft(language) ? "rtl" : "ltr";
  for (const node of document.querySelectorAll("[data-text]")) node.textContent = texts[node.dataset.text];
  for (const node of document.querySelectorAll("[data-placeholder]")) node.placeholder = texts[node.dataset.placeholder];
  return texts;
}

function isRightToLeft(language) {
  return ["Arab", "Hebr"].includes(new Intl.Locale(language).maximize().script);
}

/** Apply the merchant's appearance; the page gives the iframe the same color-scheme, or it would not be transparent. */
export function dress(channel, { appearance, fonts }) {
  const scheme = applyAppearance(appearance ?? {});
  channel.tell("scheme", { scheme });
  loadFonts(fonts ?? []);
}

/** Report size, focus, Escape and Enter of the form to the page. */
export function watch(channel, form) {
  new ResizeObserver(() => channel.tell("resize", { height: Math.ceil(form.getBoundingClientRect().height) })).observe(form);
  let focused = false;
  const setFocused = (isFocused) => {
    if (isFocused === focused) return;
    focused = isFocused;
    channel.tell(isFocused ? "focus" : "blur");
  };
  form.addEventListener("focusin", () => setFocused(true));
  form.addEventListener("focusout", (event) => {
    if (!form.contains(event.relatedTarget)) setFocused(false);
  });
  form.addEventListener("keydown", (event) => {
    if (event.key === "Escape") channel.tell("escape");
    if (event.key === "Enter" && event.target instanceof HTMLInputElement && event.target.type !== "radio") channel.tell("enter");
  });
  form.addEventListener("submit", (event) => event.preventDefault());
}

/** Fill a select with countries, sorted by their names in the page's language. */
export function fillCountries(select, codes) {
  const names = new Intl.DisplayNames([document.documentElement.lang], { type: "region" });
  const { compare } = new Intl.Collator(document.documentElement.lang);
  const kept = select.value;
  const options = codes.map((code) => new Option(names.of(code), code)).sort((one, other) => compare(one.text, other.text));
  select.replaceChildren(...options);
  if (codes.includes(kept)) select.value = kept;
}
