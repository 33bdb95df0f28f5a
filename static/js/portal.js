// What scripts add to every page. Each page works without them, save for card entry.

const live = document.getElementById("live");
const alertBox = document.getElementById("alert");

/** Says a text to people who hear the page. The same text twice in a row is said once: a polled page does not repeat itself. */
function announce(text) {
  if (text && text !== live.textContent) live.textContent = text;
}

/** Shows a message that stays until it is closed or a later request succeeds; null takes it away. */
function showAlert(text) {
  alertBox.hidden = !text;
  alertBox.querySelector("[role=alert]").textContent = text ?? "";
}

function moveFocus(element) {
  if (!element.matches("a, button, input, select, textarea, [tabindex]")) element.tabIndex = -1;
  element.focus();
}

function within(nodes, selector) {
  for (const node of nodes) {
    if (node.nodeType !== Node.ELEMENT_NODE) continue;
    const found = node.matches(selector) ? node : node.querySelector(selector);
    if (found) return found;
  }
  return null;
}

document.addEventListener("htmx:after:settle", ({ detail }) => {
  const nodes = [...detail.newContent];
  announce(within(nodes, "[data-announce]")?.dataset.announce);
  const target = within(nodes, "[data-focus-after-swap]");
  if (target) moveFocus(target);
});

document.addEventListener("htmx:response:error", ({ detail }) => {
  if (detail.ctx.response.status !== 422) showAlert(alertBox.dataset.failed);
});
document.addEventListener("htmx:error", ({ detail }) => {
  if (detail.ctx) showAlert(alertBox.dataset.unreachable);
});
document.addEventListener("htmx:after:request", ({ detail }) => {
  if (detail.ctx.response.status < 400) showAlert(null);
});

// A form is sent once. The button stays enabled, so that it keeps the focus and its own name and value are sent.
const sent = new Set();

function release() {
  for (const form of sent) {
    for (const button of form.querySelectorAll("[aria-disabled]")) button.removeAttribute("aria-disabled");
  }
  sent.clear();
}

document.addEventListener("submit", (event) => {
  const form = event.target;
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
  const button = event.target.closest("button");
  if (!button) return;
  if (button.dataset.close) document.getElementById(button.dataset.close).hidden = true;
  if (button.dataset.step) step(document.getElementById(button.getAttribute("aria-controls")), Number(button.dataset.step));
  if (button.dataset.reveal) reveal(button, document.getElementById(button.dataset.reveal));
});

function step(input, by) {
  const before = input.value;
  if (by > 0) input.stepUp();
  else input.stepDown();
  if (input.value === before) return;
  announce(input.value);
  input.dispatchEvent(new Event("input", { bubbles: true }));
  input.dispatchEvent(new Event("change", { bubbles: true }));
}

function reveal(button, input) {
  const shown = input.type === "password";
  input.type = shown ? "text" : "password";
  const word = button.firstChild;
  [word.textContent, button.dataset.hideLabel] = [button.dataset.hideLabel, word.textContent];
}

const arrival = document.querySelector("[data-focus-on-arrival]");
if (arrival) moveFocus(arrival);
