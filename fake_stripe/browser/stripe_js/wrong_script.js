/* What a page gets that asks for Stripe.js of another version: where the one that is here lies. */
{
  const asked = document.currentScript?.src ?? location.href;
  const here = new URL("/endive/stripe.js", asked).href;
  console.error(
    `[Offline Stripe] There is no Stripe.js at ${asked}. Load ${here} instead, ` +
      "which is https://js.stripe.com/endive/stripe.js at Stripe.",
  );
}
