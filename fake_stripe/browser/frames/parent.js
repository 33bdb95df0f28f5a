/* A frame's link to the merchant's page that holds it. */
import { Channel } from "./channel.js";

const { channel: id, parent: origin } = Object.fromEntries(new URLSearchParams(location.hash.slice(1)));

/**
 * Listen to the page and say hello; the page answers by calling the "setup" handler.
 * The origin in the fragment must be the embedding page's true one where the browser tells it.
 */
export function connectToParent(handlers) {
  const embedder = location.ancestorOrigins?.[0] ?? origin;
  if (window.parent === window || !id || embedder !== origin) return null;
  const channel = new Channel({ id, window: () => window.parent, origin }, handlers);
  channel.tell("hello");
  return channel;
}
