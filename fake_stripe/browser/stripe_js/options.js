/* The names of options: which Stripe.js knows, and which of them the offline Stripe does without.
 * Neither stops a page, as with Stripe; the console tells it. */

const words = (text) => text.split(/\s+/);

const OPTIONS = {
  "Stripe()": {
    used: words("locale"),
    without: words("apiVersion betas developerTools"),
  },
  "elements()": {
    used: words(
      "mode amount currency clientSecret appearance fonts locale loader paymentMethodCreation setupFutureUsage " +
        "setup_future_usage allowedPaymentMethodTypes excludedPaymentMethodTypes",
    ),
    without: words(
      "customerSessionClientSecret customerOptions customPaymentMethods externalPaymentMethodTypes " +
        "paymentMethodConfiguration payment_method_configuration paymentMethodOptions payment_method_options " +
        "captureMethod capture_method onBehalfOf on_behalf_of syncAddressCheckbox adaptivePricing developerTools",
    ),
  },
  "elements.create('payment')": {
    used: words("layout defaultValues fields readOnly terms wallets business paymentMethodOrder"),
    without: words("walletOptions applePay"),
  },
  "elements.create('address')": {
    used: words("mode allowedCountries defaultValues fields validation display"),
    without: words("autocomplete contacts blockPoBox"),
  },
};

const EVENTS = {
  payment: {
    used: words("ready change loaderstart loaderror focus blur escape"),
    without: words("carddetailschange savedpaymentmethodupdate savedpaymentmethodremove availablepaymentmethodschange"),
  },
  address: { used: words("ready change loaderstart loaderror focus blur escape"), without: [] },
};

/** Warn of option names that are nobody's, or that mean nothing here. */
export function noteOptions(options, kind, caller = kind) {
  const { used, without } = OPTIONS[kind];
  for (const name of Object.keys(options)) {
    if (without.includes(name)) console.warn(`[Stripe.js] The offline Stripe does without the ${caller} parameter ${name}: it changes nothing here.`);
    else if (!used.includes(name)) {
      console.warn(`[Stripe.js] Unrecognized ${caller} parameter: ${name} is not a recognized parameter. This may cause issues with your integration in the future.`);
    }
  }
}

/** Warn of a listener that will never be called. */
export function noteEvent(event, type) {
  if (EVENTS[type].used.includes(event)) return;
  const reason = EVENTS[type].without.includes(event) ? "The offline Stripe never sends it." : `It is not an event of the ${type} Element.`;
  console.warn(`[Stripe.js] A listener for "${event}" will not be called. ${reason}`);
}
