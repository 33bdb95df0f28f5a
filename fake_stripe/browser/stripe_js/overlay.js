/* 3-D Secure: a frame over the whole page. Everything behind it is inert until it closes. */
import { connectionError } from "./errors.js";
import { FrameHost } from "./frame_host.js";

const FULL_VIEWPORT = {
  position: "fixed",
  inset: "0",
  width: "100%",
  height: "100%",
  "z-index": "2147483647",
  "color-scheme": "light",
};

/** Ask the payer to authenticate. Resolves to {paymentIntent} or {error}, both in Stripe's shape. */
export async function authenticate({ key, clientSecret, locale }) {
  const returnFocusTo = document.activeElement;
  const behind = [...document.body.children].filter((node) => !node.inert);
  const root = document.documentElement;
  const overflow = root.style.getPropertyValue("overflow");
  let host;
  try {
    return await new Promise((resolve) => {
      host = new FrameHost({
        container: document.body,
        page: "three_d_secure",
        title: "3-D Secure authentication",
        styles: FULL_VIEWPORT,
        setup: () => ({ key, clientSecret, locale }),
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
