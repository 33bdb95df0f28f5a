/* The variables of Stripe's Appearance API. What no style sheet here uses may still be meant by a var() of the merchant's. */

export const VARIABLES = new Set(
  (
    "fontFamily fontSmooth fontVariantLigatures fontVariationSettings fontLineHeight fontSizeBase fontSizeSm " +
    "fontSizeXs fontSize2Xs fontSize3Xs fontSizeLg fontSizeXl fontWeightLight fontWeightNormal fontWeightMedium " +
    "fontWeightBold spacingUnit gridRowSpacing gridColumnSpacing tabSpacing accordionItemSpacing spacingGridRow " +
    "spacingGridColumn spacingTab spacingAccordionItem accordionItemLabelColorText accordionItemLabelFontSize " +
    "accordionItemLabelFontWeight accordionItemLabelSelectedColorText accordionItemLabelSelectedFontWeight " +
    "accordionItemTriggerColor accordionItemTriggerSelectedColor accordionItemTriggerHoverColor colorPrimary " +
    "colorBackground colorText colorSuccess colorDanger colorWarning buttonBoxShadow buttonColorBackground " +
    "buttonColorText buttonFontSize buttonFontWeight buttonPadding colorTextSecondary colorTextPlaceholder " +
    "accessibleColorOnColorPrimary accessibleColorOnColorBackground accessibleColorOnColorSuccess " +
    "accessibleColorOnColorDanger accessibleColorOnColorWarning colorPrimaryText colorBackgroundText colorSuccessText " +
    "colorDangerText colorWarningText iconColor iconHoverColor iconCardErrorColor iconCardCvcColor " +
    "iconCardCvcErrorColor iconCheckmarkColor iconChevronDownColor iconChevronDownHoverColor iconCloseColor " +
    "iconCloseHoverColor iconLoadingIndicatorColor iconMenuColor iconMenuHoverColor iconPasscodeDeviceColor " +
    "iconPasscodeDeviceHoverColor iconPasscodeDeviceNotificationColor iconRedirectColor colorIcon colorIconHover " +
    "colorIconCardError colorIconCardCvc colorIconCardCvcError colorIconCheckmark colorIconChevronDown " +
    "colorIconChevronDownHover colorIconRedirect tabIconColor tabIconHoverColor tabIconSelectedColor tabIconMoreColor " +
    "tabIconMoreHoverColor colorIconTab colorIconTabHover colorIconTabSelected colorIconTabMore colorIconTabMoreHover " +
    "logoColor tabLogoColor tabLogoSelectedColor blockLogoColor colorLogo colorLogoTab colorLogoTabSelected " +
    "colorLogoBlock focusBoxShadow focusOutline inputBoxShadow inputColorBorder inputFocusBoxShadow " +
    "inputFocusColorBorder labelColorText labelFontSize labelFontWeight labelSpacing buttonBorderRadius " +
    "buttonExpressCheckoutBorderRadius borderRadius"
  ).split(" "),
);
