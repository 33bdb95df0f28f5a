/* One frame of the offline Stripe inside the merchant's page. Styled only through CSSOM, because the page's
 * Content-Security-Policy forbids style attributes and injected style elements. */
import { Channel } from "../frames/channel.js";

const ORIGIN = new URL(document.currentScript.src).origin;
const SILENCE_AFTER_LOAD_MS = 3000;
let frames = 0;

export class FrameHost {
  #silence;

  /**
   * @param {Element} container where the frame goes
   * @param {string} page the frame's page: payment, address, controller or three_d_secure
   * @param {string} title what a screen reader calls the frame
   * @param {Record<string, string>} styles CSS properties of the iframe
   * @param {object} setup sent to the frame once it listens
   * @param {Record<string, (data: any) => any>} handlers messages from the frame
   */
  constructor({ container, page, title, styles, setup, handlers }) {
    const id = `frame${++frames}-${crypto.randomUUID()}`;
    this.iframe = document.createElement("iframe");
    this.iframe.name = `__privateStripeFrame${frames}`;
    this.iframe.title = title;
    this.iframe.allow = "payment *";
    this.iframe.setAttribute("allowtransparency", "true");
    this.setStyles({ border: "0", ...styles });

    this.connected = new Promise((resolve, reject) => {
      const hello = () => {
        clearTimeout(this.#silence);
        this.channel.abandon();
        this.channel.call("setup", setup()).then(resolve, reject);
      };
      this.channel = new Channel({ id, window: () => this.iframe.contentWindow, origin: ORIGIN }, { ...handlers, hello });
      this.iframe.addEventListener("load", () => {
        this.#silence = setTimeout(() => reject(new Error("The frame did not answer.")), SILENCE_AFTER_LOAD_MS);
      });
    });
    this.connected.catch(() => {});

    const fragment = new URLSearchParams({ channel: id, parent: window.location.origin });
    this.iframe.src = `${ORIGIN}/frames/${page}#${fragment}`;
    container.append(this.iframe);
  }

  setStyles(styles) {
    for (const [property, value] of Object.entries(styles)) this.iframe.style.setProperty(property, value);
  }

  async call(name, data) {
    await this.connected;
    return this.channel.call(name, data);
  }

  tell(name, data) {
    this.connected.then(() => this.channel.tell(name, data), () => {});
  }

  remove() {
    clearTimeout(this.#silence);
    this.channel.close();
    this.iframe.remove();
  }
}
