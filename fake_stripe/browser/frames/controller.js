/* The hidden frame that calls the API for the page when no Element is involved. */
import { confirm, createPaymentMethod, retrieve } from "./api.js";
import { connectToParent } from "./parent.js";

let key;

connectToParent({
  setup: (setup) => {
    key = setup.key;
  },
  retrieve: ({ clientSecret }) => retrieve(key, clientSecret),
  confirm: ({ clientSecret, confirmParams }) => confirm(key, clientSecret, confirmParams),
  createPaymentMethod: ({ params }) => createPaymentMethod(key, params),
});
