// @ts-check
// What scripts add to every page. Each page works without them, save for card entry.

/**
 * @typedef {{response: Response, sourceElement: Element, sourceEvent?: Event}} HtmxRequest
 * @typedef {{type: "push" | "replace", path: string}} HistoryEntry
 * @typedef {CustomEvent<{ctx: HtmxRequest, newContent: Iterable<Node>, history: HistoryEntry}>} HtmxEvent
 */

const live = /** @type {HTMLElement} */ (document.getElementById("live"));
const alertBox = /** @type {HTMLElement} */ (document.getElementById("alert"));

// Answers that say on the page what is wrong: a mistake in a form, a thing that is gone.
const SAYS_WHY = new Set([410, 422]);

/**
 * Says a text to people who hear the page. The same text twice in a row is said once: a polled page does not repeat itself.
 * @param {string | undefined} text
 */
function announce(text) {
  if (text && text !== live.textContent) live.textContent = text;
}

/**
 * Shows a message that stays until it is closed or a later request succeeds; nothing takes it away.
 * @param {string | undefined} [text]
 */
function showAlert(text) {
  alertBox.hidden = !text;
  /** @type {HTMLElement} */ (alertBox.querySelector("[role=alert]")).textContent = text ?? "";
}

/** @param {HTMLElement} element */
function moveFocus(element) {
  if (!element.matches("a, button, input, select, textarea, [tabindex]")) element.tabIndex = -1;
  element.focus();
}

/**
 * @param {Node[]} nodes
 * @param {string} selector
 * @returns {HTMLElement | null}
 */
function within(nodes, selector) {
  for (const node of nodes) {
    if (!(node instanceof HTMLElement)) continue;
    const found = node.matches(selector) ? node : node.querySelector(selector);
    if (found instanceof HTMLElement) return found;
  }
  return null;
}

/**
 * @param {string} name of the event, without its htmx
 * @param {(detail: HtmxEvent["detail"]) => void} handler
 */
function onHtmx(name, handler) {
  document.addEventListener(`htmx:${name}`, (event) => handler(/** @type {HtmxEvent} */ (event).detail));
}

// A part that something is still to come of asks again by itself: soon after it was shown, then every two seconds.
const FOLLOWED = "[data-follows]";
const PAUSES = [500, 500, 1000, 2000];
let asked = 0;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let nextTime;

function follow() {
  clearTimeout(nextTime);
  const followed = document.querySelector(FOLLOWED);
  if (!followed) return;
  nextTime = setTimeout(() => {
    asked += 1;
    followed.dispatchEvent(new Event("ask"));
    follow();
  }, PAUSES[Math.min(asked, PAUSES.length - 1)]);
}

follow();

// What that part had said, and where the focus was, before a swap.
let said = /** @type {string[]} */ ([]);
let focused = /** @type {Element | null} */ (null);
let focusedText = /** @type {string | null} */ (null);

/**
 * @param {Iterable<Node>} nodes
 * @returns {string[]} what they and what is in them have to say
 */
function announcements(nodes) {
  const elements = [...nodes].filter((node) => node instanceof HTMLElement);
  const speaking = elements.flatMap((element) => [element, ...element.querySelectorAll("[data-announce]")]);
  return [...new Set(speaking.map((element) => element.getAttribute("data-announce") ?? ""))].filter(Boolean);
}

onHtmx("before:swap", () => {
  said = announcements(document.querySelectorAll(FOLLOWED));
  focused = document.activeElement;
  focusedText = focused?.textContent ?? null;
});

onHtmx("after:settle", ({ newContent }) => {
  const nodes = [...newContent];
  const target = within(nodes, "[data-focus-after-swap]");
  // Gone, or made into something else by the morph.
  const lost = focused === document.activeElement ? focusedText !== focused?.textContent : document.activeElement === document.body;
  const heading = lost && focused !== document.body && document.querySelector("h1");
  if (target) moveFocus(target);
  // The heading, which says what has become of what had the focus, is read out because it gets it.
  if (heading && !target) moveFocus(heading);
  else announce(announcements(nodes).filter((text) => !said.includes(text)).join(" "));
  asked = 0;
  follow();
});

onHtmx("response:error", ({ ctx }) => {
  if (!SAYS_WHY.has(ctx.response.status)) showAlert(alertBox.dataset.failed);
});
onHtmx("error", (detail) => {
  if (detail.ctx) showAlert(alertBox.dataset.unreachable);
});
onHtmx("after:request", ({ ctx }) => {
  if (ctx.response.status < 400) showAlert();
});

// A search has one entry in the history, however often its typing pauses; leaving the field or Enter ends it. No page has two.
let [isTyped, isSearching] = [false, false];

onHtmx("config:request", ({ ctx }) => {
  isTyped = ctx.sourceElement.matches("[data-search]") && ctx.sourceEvent?.type === "input";
});
onHtmx("before:history:update", ({ history: entry }) => {
  if (isSearching || entry.path === location.pathname + location.search) entry.type = "replace";
  isSearching = isTyped;
});

// A form is sent once. The button stays enabled, so that it keeps the focus and its own name and value are sent.
const sent = /** @type {Set<HTMLFormElement>} */ (new Set());

function release() {
  for (const form of sent) {
    for (const button of form.querySelectorAll("[aria-disabled]")) button.removeAttribute("aria-disabled");
  }
  sent.clear();
}

document.addEventListener("submit", (event) => {
  const form = /** @type {HTMLFormElement} */ (event.target);
  if (event.defaultPrevented || form.method !== "post") return;
  if (sent.has(form)) {
    event.preventDefault();
    return;
  }
  sent.add(form);
  event.submitter?.setAttribute("aria-disabled", "true");
  setTimeout(release, 15_000); // the person stopped the page, or the connection is gone
});

// Back may show this very page again, as it was left.
addEventListener("pageshow", (event) => {
  if (event.persisted) release();
});

document.addEventListener("click", (event) => {
  const button = /** @type {Element} */ (event.target).closest("button");
  if (!button) return;
  const { close, step, reveal } = button.dataset;
  if (close) /** @type {HTMLElement} */ (document.getElementById(close)).hidden = true;
  if (step) stepBy(inputOf(button.getAttribute("aria-controls") ?? ""), Number(step));
  if (reveal) showOrHide(button, inputOf(reveal));
});

/** @param {string} id */
function inputOf(id) {
  return /** @type {HTMLInputElement} */ (document.getElementById(id));
}

/**
 * @param {HTMLInputElement} input
 * @param {number} by one more or one less
 */
function stepBy(input, by) {
  const before = input.value;
  if (by > 0) input.stepUp();
  else input.stepDown();
  if (input.value === before) return;
  announce(input.value);
  input.dispatchEvent(new Event("input", { bubbles: true }));
  input.dispatchEvent(new Event("change", { bubbles: true }));
}

/**
 * @param {HTMLButtonElement} button
 * @param {HTMLInputElement} input a password
 */
function showOrHide(button, input) {
  const shown = input.type === "password";
  input.type = shown ? "text" : "password";
  const word = /** @type {ChildNode} */ (button.firstChild);
  [word.textContent, button.dataset.hideLabel] = [button.dataset.hideLabel ?? "", word.textContent ?? ""];
}

const arrival = /** @type {HTMLElement | null} */ (document.querySelector("[data-focus-on-arrival]"));
if (arrival) moveFocus(arrival);
