// @ts-check
// Card entry. Card details go from Stripe's frame to Stripe; the portal only hands out the client secret of its own PaymentIntent.

/** @typedef {{client_secret?: string, location?: string, heading?: string, text?: string}} Answer */
/** @typedef {{heading: string, text: string}} Problem */
/**
 * @typedef {object} Texts what is said here, in the language of the page
 * @property {string} checking
 * @property {string} waiting
 * @property {Problem} notLoaded
 * @property {Problem} notReached
 * @property {Problem} busy
 * @property {Problem} notKnown
 * @property {Problem} signedOut
 */

const form = /** @type {HTMLFormElement} */ (document.getElementById("checkout"));
const button = /** @type {HTMLButtonElement} */ (form.querySelector("button[type=submit]"));
const status = /** @type {HTMLElement} */ (document.getElementById("checkout-status"));
const problem = /** @type {HTMLElement} */ (document.getElementById("problem"));
const { publishableKey = "", mode, amount, currency = "", return: returnPath = "", outcome = "" } = form.dataset;
const csrfToken = /** @type {HTMLInputElement} */ (form.querySelector("[name=csrf_token]"));
const signIn = /** @type {HTMLAnchorElement} */ (document.querySelector("#sign-in a"));
const texts = /** @type {Texts} */ (JSON.parse(form.dataset.texts ?? ""));
const FONT = "Source Sans 3";

/** @param {{heading?: string, text?: string}} words */
function showProblem({ heading = "", text = "" }) {
  /** @type {HTMLElement} */ (problem.querySelector("[data-part=heading]")).textContent = heading;
  /** @type {HTMLElement} */ (problem.querySelector("[data-part=text]")).textContent = text;
  problem.hidden = false;
  problem.focus();
}

let busy = false;

/** @param {string} text what is happening; empty when nothing is */
function working(text) {
  busy = text !== "";
  status.textContent = text;
  button.setAttribute("aria-disabled", String(busy));
  form.setAttribute("aria-busy", String(busy));
}

/**
 * @param {string} url
 * @param {RequestInit} [options]
 * @returns {Promise<Answer | null>} null where a page was answered: the payer is signed out, or has signed in anew
 */
async function ask(url, options) {
  const response = await fetch(url, { ...options, headers: { Accept: "application/json" } });
  return response.headers.get("Content-Type")?.startsWith("application/json") ? response.json() : null;
}

/**
 * This page as it is for whoever is signed in now. Who has signed in again in another tab goes on with what is typed here.
 * @returns {Promise<boolean>} whether it has been brought up to date; if not, what stands in the way is shown
 */
async function renew() {
  const response = await fetch(form.action);
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const token = /** @type {HTMLInputElement | null} */ (page.querySelector("#checkout [name=csrf_token]"));
  if (token) {
    csrfToken.value = token.value;
    return true;
  }
  if (new URL(response.url).pathname === new URL(signIn.href).pathname) {
    working("");
    showProblem(texts.signedOut);
    /** @type {HTMLElement} */ (signIn.parentElement).hidden = false;
  } else location.assign(form.action);
  return false;
}

/** @returns {Promise<Answer | null>} null where the page says why there is none */
async function askForSecret() {
  const post = () => ask(form.action, { method: "POST", body: new FormData(form) });
  const answer = await post();
  if (answer) return answer;
  return (await renew()) ? post() : null;
}

/** The card form is not there: nothing can be paid here until the page is loaded again. */
function showNotLoaded() {
  form.hidden = true;
  showProblem(texts.notLoaded);
  /** @type {HTMLElement} */ (document.getElementById("reload")).hidden = false;
}

/** @typedef {{error?: import("@stripe/stripe-js").StripeError}} Confirmed */

/**
 * Confirms. On success Stripe leads away; coming back here, or failing, means that only Stripe knows: the portal asks it.
 * @param {() => Promise<Confirmed>} confirm
 */
async function confirmWith(confirm) {
  working(texts.waiting);
  try {
    const { error } = await confirm();
    if (error?.type === "validation_error") {
      // The form was changed meanwhile, so nothing was sent; Stripe's frame says what is missing.
      working("");
      return;
    }
    if (error?.code === "rate_limit") {
      working("");
      showProblem(texts.busy);
      return;
    }
  } catch {
    // The connection may have gone after Stripe took the confirmation.
  }
  try {
    const answer = await ask(outcome);
    if (!answer) throw new Error("signed out");
    if (answer.location) location.assign(answer.location);
    // The bank said no: the same address has the card form now, with the reason above it.
    else if (mode === "action") location.reload();
    else {
      working("");
      showProblem(answer);
    }
  } catch {
    working("");
    showProblem(texts.notKnown);
  }
}

/**
 * Gets the client secret of the bill's one payment; where there is nothing left to confirm, goes to the page that says why.
 * @param {(clientSecret: string) => Promise<Confirmed>} confirm
 */
async function withClientSecret(confirm) {
  const answer = await askForSecret();
  if (!answer) return;
  const { client_secret: clientSecret } = answer;
  if (clientSecret) await confirmWith(() => confirm(clientSecret));
  else if (answer.location) location.assign(answer.location);
  else {
    working("");
    showProblem(answer);
  }
}

/**
 * Our font as Stripe's frames take it: by an https address, or else as data.
 * @returns {Promise<string>}
 */
async function fontAddress() {
  const { href } = /** @type {HTMLLinkElement} */ (document.querySelector("link[rel=preload][as=font]"));
  if (href.startsWith("https:")) return href;
  const file = await (await fetch(href)).blob();
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result));
    reader.onerror = reject;
    reader.readAsDataURL(file);
  });
}

function appearance() {
  const dark = matchMedia("(prefers-color-scheme: dark)").matches;
  const style = getComputedStyle(button);
  const card = getComputedStyle(/** @type {HTMLElement} */ (form.closest(".card")));
  return /** @type {import("@stripe/stripe-js").Appearance} */ ({
    theme: dark ? "night" : "stripe",
    variables: {
      colorPrimary: style.backgroundColor,
      colorBackground: card.backgroundColor,
      colorText: card.color,
      fontFamily: `"${FONT}", system-ui, sans-serif`,
      fontSizeBase: style.fontSize,
      borderRadius: "8px",
    },
  });
}

/** @param {import("@stripe/stripe-js").StripePaymentElement} element */
function show(element) {
  const place = /** @type {HTMLElement} */ (document.getElementById("payment-element"));
  element.on("ready", () => place.removeAttribute("aria-busy"));
  element.on("loaderror", showNotLoaded);
  element.mount(place);
}

/** @param {import("@stripe/stripe-js").Stripe} stripe */
function cardForm(stripe) {
  const elements = stripe.elements({
    mode: "payment",
    amount: Number(amount),
    currency,
    appearance: appearance(),
  });
  fontAddress().then(
    (address) => elements.update({ fonts: [{ family: FONT, src: `url("${address}")`, weight: "200 900" }] }),
    () => {}, // The form then has the system's font.
  );
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => elements.update({ appearance: appearance() }));
  // Stripe asks for what the bank checks of a card (ADR 13), and for nothing where a wallet gives it.
  const payment = elements.create("payment", { layout: "tabs", paymentMethodOrder: ["apple_pay", "google_pay", "card"] });
  show(payment);

  return async () => {
    const { error: incomplete } = await elements.submit();
    if (incomplete) {
      // Stripe's frame says what is missing, beside the field.
      working("");
      return;
    }
    await withClientSecret((clientSecret) =>
      stripe.confirmPayment({
        elements,
        clientSecret,
        confirmParams: { return_url: new URL(returnPath, location.href).href },
      }),
    );
  };
}

/** @param {import("@stripe/stripe-js").Stripe} stripe */
function bankCheck(stripe) {
  return () => withClientSecret((clientSecret) => stripe.handleNextAction({ clientSecret }));
}

const load = /** @type {{Stripe?: import("@stripe/stripe-js").StripeConstructor}} */ (window).Stripe;
document.getElementById("checkout-loading")?.remove();
if (!load) {
  showNotLoaded();
} else {
  form.hidden = false;
  const stripe = load(publishableKey);
  const pay = mode === "action" ? bankCheck(stripe) : cardForm(stripe);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (busy) return;
    problem.hidden = true;
    /** @type {HTMLElement} */ (signIn.parentElement).hidden = true;
    working(texts.checking);
    try {
      await pay();
    } catch {
      working("");
      showProblem(texts.notReached);
    }
  });
}

// Back must not show a form for a payment that has since gone through.
addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});
