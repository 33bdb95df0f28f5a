/* What stripe.confirmCardPayment() passes on. There is no Card Element here, so a card comes as a PaymentMethod or a token. */
import { IntegrationError } from "./errors.js";

/** The confirmation's parameters, as the API takes them. Throws an IntegrationError for a card it cannot take. */
export function cardParams({ payment_method: method, ...others }) {
  if (method === undefined || typeof method === "string") return { ...others, payment_method: method };
  if (typeof method?.card?.token === "string") return { ...others, payment_method_data: { ...method, type: "card" } };
  throw new IntegrationError(
    "Invalid value for stripe.confirmCardPayment(): payment_method should be the ID of a PaymentMethod, or an object with card.token. " +
      "The offline Stripe has no Card Element.",
  );
}
