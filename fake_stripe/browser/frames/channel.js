/* Messages between the merchant's page and one frame. Both sides use this file: the frames import it,
 * stripe.js contains it. A message counts only when its window AND its origin are the expected ones. */

export class Channel {
  #pending = new Map();
  #sequence = 0;
  #listener;

  /**
   * @param {object} peer the other side
   * @param {string} peer.id the name both sides gave this channel
   * @param {() => Window | null} peer.window
   * @param {string} peer.origin
   * @param {Record<string, (data: any) => any>} handlers by message name; a returned value answers a call
   */
  constructor(peer, handlers) {
    this.peer = peer;
    this.handlers = handlers;
    this.#listener = (event) => this.#receive(event);
    window.addEventListener("message", this.#listener);
  }

  /** Send without an answer. */
  tell(name, data) {
    this.#send({ kind: "tell", name, data });
  }

  /** Send and wait for the answer; rejects when the other side failed or went away. */
  call(name, data) {
    const sequence = ++this.#sequence;
    return new Promise((resolve, reject) => {
      this.#pending.set(sequence, { resolve, reject });
      this.#send({ kind: "call", sequence, name, data });
    });
  }

  close() {
    window.removeEventListener("message", this.#listener);
    this.abandon();
  }

  /** Give up what is waited for: the document that was asked has gone. */
  abandon() {
    for (const { reject } of this.#pending.values()) reject(new Error("The frame was removed."));
    this.#pending.clear();
  }

  #send(message) {
    this.peer.window()?.postMessage({ ...message, channel: this.peer.id }, this.peer.origin);
  }

  async #receive(event) {
    if (event.source !== this.peer.window() || event.origin !== this.peer.origin) return;
    const message = event.data;
    if (message?.channel !== this.peer.id) return;
    if (message.kind === "answer") {
      const waiting = this.#pending.get(message.sequence);
      this.#pending.delete(message.sequence);
      if (message.failure) waiting?.reject(new Error(message.failure));
      else waiting?.resolve(message.data);
      return;
    }
    const handler = Object.hasOwn(this.handlers, message.name) ? this.handlers[message.name] : null;
    if (message.kind === "tell") {
      handler?.(message.data);
      return;
    }
    const answer = { kind: "answer", sequence: message.sequence };
    try {
      if (!handler) throw new Error(`The frame does not know "${message.name}".`);
      this.#send({ ...answer, data: await handler(message.data) });
    } catch (problem) {
      this.#send({ ...answer, failure: String(problem?.message ?? problem) });
    }
  }
}
