/* What Stripe.js throws when the integration, not the payer, made the mistake. */

export class IntegrationError extends Error {
  constructor(message) {
    super(message);
    this.name = "IntegrationError";
  }
}

/** The error object of a result whose frame could not be asked. */
export function connectionError() {
  return {
    type: "api_connection_error",
    message:
      "We are experiencing issues connecting to our payments provider. " +
      "Please check your internet connection and try again.",
  };
}
