/* 3-D Secure: a frame over the whole page. Everything behind it is inert until it closes. */
import { connectionError } from "./errors.js";
import { FrameHost } from "./frame_host.js";

const FULL_VIEWPORT = {
  position: "fixed",
  inset: "0",
  width: "100%",
  height: "100%",
  "z-index": "2147483647",
};

/** Ask the payer to authenticate. Resolves to {paymentIntent} or {error}, both in Stripe's shape. */
export async function authenticate({ key, clientSecret, locale }) {
  const returnFocusTo = document.activeElement;
  const behind = [...document.body.children].filter((node) => !node.inert);
  const root = document.documentElement;
  const overflow = root.style.getPropertyValue("overflow");
  const scheme = schemeOf(root);
  let host;
  try {
    return await new Promise((resolve) => {
      host = new FrameHost({
        container: document.body,
        page: "three_d_secure",
        title: "3-D Secure authentication",
        // A frame is transparent only where its colour scheme is the page's.
        styles: { ...FULL_VIEWPORT, "color-scheme": scheme },
        setup: () => ({ key, clientSecret, locale, scheme, direction: getComputedStyle(document.body).direction }),
        handlers: { finished: resolve },
      });
      for (const node of behind) node.inert = true;
      root.style.setProperty("overflow", "hidden");
      host.connected.then(
        () => {
          host.iframe.focus();
          host.tell("focus");
        },
        () => resolve({ error: connectionError() }),
      );
    });
  } finally {
    host.remove();
    for (const node of behind) node.inert = false;
    root.style.setProperty("overflow", overflow);
    returnFocusTo?.focus?.();
  }
}

/** "dark" where the page is dark now, as far as it says so with color-scheme; else "light". */
function schemeOf(root) {
  const offered = getComputedStyle(root).colorScheme.split(" ");
  if (!offered.includes("dark")) return "light";
  return !offered.includes("light") || matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
}
