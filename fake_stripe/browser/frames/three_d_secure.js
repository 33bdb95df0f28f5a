/* The test page of 3-D Secure: the payer chooses how the authentication ends. Closing it counts as a failure,
 * as with Stripe: the PaymentIntent goes back to requires_payment_method. */
import { finishAuthentication, retrieve } from "./api.js";
import { connectToParent } from "./parent.js";
import { speak } from "./stage.js";

const dialog = document.querySelector(".dialog");
const buttons = [...dialog.querySelectorAll("button")];
let setup, texts;

const channel = connectToParent({
  setup: start,
  focus: () => dialog.focus(),
});

async function start(given) {
  setup = given;
  document.documentElement.style.setProperty("color-scheme", setup.scheme);
  texts = speak(setup.locale, setup.direction);
  dialog.hidden = false;
  const { paymentIntent } = await retrieve(setup.key, setup.clientSecret);
  const amount = document.getElementById("amount");
  if (paymentIntent) amount.textContent = price(paymentIntent);
  amount.parentElement.hidden = !paymentIntent;
}

function price({ amount, currency }) {
  const format = new Intl.NumberFormat(document.documentElement.lang, { style: "currency", currency });
  return format.format(amount / 10 ** format.resolvedOptions().maximumFractionDigits);
}

async function finish(outcome) {
  for (const button of buttons) button.disabled = true;
  document.getElementById("problem").textContent = "";
  const result = await finishAuthentication(setup.key, setup.clientSecret, outcome);
  if (isPassing(result.error)) {
    document.getElementById("problem").textContent = texts.tryAgain;
    for (const button of buttons) button.disabled = false;
    return;
  }
  channel.tell("finished", result);
}

/** Whether trying again may help: nothing was heard, or Stripe was too busy or broken to take the answer. */
function isPassing(error) {
  return ["api_connection_error", "api_error"].includes(error?.type) || error?.code === "rate_limit";
}

/** Tab goes round inside the dialog. */
function keepFocusInside(event) {
  const [first, last] = [buttons[0], buttons.at(-1)];
  const leaving = event.shiftKey ? [first, dialog].includes(document.activeElement) : document.activeElement === last;
  if (!leaving) return;
  event.preventDefault();
  (event.shiftKey ? last : first).focus();
}

document.getElementById("test-source-authorize-3ds").addEventListener("click", () => finish("complete"));
document.getElementById("test-source-fail-3ds").addEventListener("click", () => finish("fail"));
document.getElementById("cancel").addEventListener("click", () => finish("fail"));
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !buttons[0].disabled) finish("fail");
  if (event.key === "Tab") keepFocusInside(event);
});
