/* What Stripe.js has and the offline Stripe has not. Using it is refused in words, never passed over. */
import { IntegrationError } from "./errors.js";

const METHODS = (
  "collectBankAccountForPayment collectBankAccountForSetup collectBankAccountToken collectFinancialConnectionsAccounts " +
  "confirmAcssDebitPayment confirmAcssDebitSetup confirmAffirmPayment confirmAfterpayClearpayPayment confirmAlipayPayment " +
  "confirmAmazonPaySetup confirmAuBecsDebitPayment confirmAuBecsDebitSetup confirmBacsDebitSetup confirmBancontactPayment " +
  "confirmBancontactSetup confirmBilliePayment confirmBlikPayment confirmBlikSetup confirmBoletoPayment confirmCardSetup " +
  "confirmCashappPayment confirmCashappSetup confirmCustomerBalancePayment confirmEpsPayment confirmFpxPayment " +
  "confirmGiropayPayment confirmGrabPayPayment confirmIdealPayment confirmIdealSetup confirmKlarnaPayment " +
  "confirmKonbiniPayment confirmMobilepayPayment confirmMultibancoPayment confirmOxxoPayment confirmP24Payment " +
  "confirmPayByBankPayment confirmPayNowPayment confirmPayPalPayment confirmPayPalSetup confirmPixPayment " +
  "confirmPromptPayPayment confirmSepaDebitPayment confirmSepaDebitSetup confirmSetup confirmSofortPayment " +
  "confirmSofortSetup confirmTwintPayment confirmUsBankAccountPayment confirmUsBankAccountSetup confirmWechatPayPayment " +
  "createConfirmationToken createEmbeddedCheckoutPage createEphemeralKeyNonce createRadarSession createToken " +
  "initCheckoutElementsSdk initCheckoutFormSdk initializePricing paymentRequest processOrder retrieveOrder " +
  "retrieveSetupIntent verifyIdentity verifyMicrodepositsForPayment verifyMicrodepositsForSetup"
).split(" ");

const ELEMENTS = (
  "auBankAccount card cardCvc cardExpiry cardNumber contactDetails currencySelector expressCheckout iban " +
  "issuingCardCopyButton issuingCardCvcDisplay issuingCardExpiryDisplay issuingCardNumberDisplay issuingCardPinDisplay " +
  "linkAuthentication linkSignup paymentMethodMessaging shippingAddress taxId terms"
).split(" ");

/** Give a prototype the methods it lacks, each of which says so when it is called. */
export function refuseMethods(prototype) {
  for (const name of METHODS) {
    prototype[name] = () => {
      throw new IntegrationError(`stripe.${name}() is not part of the offline Stripe, which takes payments by card with the Payment Element.`);
    };
  }
}

/** Throws for an Element that Stripe has and the offline Stripe has not. */
export function refuseElement(type) {
  if (!ELEMENTS.includes(type)) return;
  throw new IntegrationError(`The "${type}" Element is not part of the offline Stripe, which has the "payment" and the "address" Element.`);
}
