/* Countries and how their addresses differ. Codes are ISO 3166-1 alpha-2. */

export const COUNTRIES = (
  "AD AE AF AG AI AL AM AO AQ AR AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ CA CD CF CG CH " +
  "CI CK CL CM CN CO CR CV CW CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FO FR GA GB GD GE GF GG GH GI GL GM GN GP " +
  "GQ GR GS GT GU GW GY HK HN HR HT HU ID IE IL IM IN IO IQ IS IT JE JM JO JP KE KG KH KI KM KN KR KW KY KZ LA LB LC LI LK LR " +
  "LS LT LU LV LY MA MC MD ME MF MG MK ML MM MN MO MQ MR MS MT MU MV MW MX MY MZ NA NC NE NG NI NL NO NP NR NU NZ OM PA PE PF " +
  "PG PH PK PL PM PN PR PS PT PY QA RE RO RS RU RW SA SB SC SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SZ TA TC TD TF TG TH " +
  "TJ TK TL TM TN TO TR TT TV TW TZ UA UG US UY UZ VA VC VE VG VN VU WF WS XK YE YT ZA ZM ZW"
).split(" ");

const POSTAL_FORMATS = {
  US: /^\d{5}(-?\d{4})?$/,
  CA: /^[ABCEGHJ-NPRSTVXY]\d[ABCEGHJ-NPRSTV-Z] ?\d[ABCEGHJ-NPRSTV-Z]\d$/i,
  GB: /^(GIR ?0AA|[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2})$/i,
  AU: /^\d{4}$/,
  DE: /^\d{5}$/,
  FR: /^\d{5}$/,
  JP: /^\d{3}-?\d{4}$/,
};
const SHORTEST_POSTAL_CODE = { US: 5, CA: 6, GB: 5 };
const WITHOUT_POSTAL_CODE = new Set(
  "AE AG AN AO AW BF BI BJ BO BS BW BZ CD CF CG CI CK CM DJ DM ER FJ GD GH GM GN GQ GY HK KI KM KN KP LY ML MO MR MS MW NR NU QA RW SB SC SL SR SS ST SY TD TG TK TL TO TT TV TZ UG VU YE ZW".split(" "),
);
const STATES = {
  US: "AL AK AZ AR CA CO CT DE DC FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND OH OK OR PA PR RI SC SD TN TX UT VT VA WA WV WI WY",
  CA: "AB BC MB NB NL NS NT NU ON PE QC SK YT",
  AU: "ACT NSW NT QLD SA TAS VIC WA",
};
const STATE_NAMES = { CA: "province", JP: "prefecture", IE: "county", IT: "province", CN: "province" };
const WITH_STATE_AS_TEXT = new Set(["BR", "CN", "IE", "IN", "IT", "JP", "MX", "MY"]);
const CURRENCY_HOMES = { gbp: "GB", usd: "US", jpy: "JP", cad: "CA", aud: "AU" };

/** Cards from these countries are checked against a postal code, so the Payment Element asks for it. */
export const POSTAL_CHECKED = new Set(["CA", "GB", "US"]);

export function hasPostalCode(country) {
  return !WITHOUT_POSTAL_CODE.has(country);
}

/** @returns {"incomplete_zip" | "invalid_zip" | null} */
export function checkPostalCode(text, country) {
  if (text.length < (SHORTEST_POSTAL_CODE[country] ?? 1)) return "incomplete_zip";
  const format = POSTAL_FORMATS[country];
  return !format || format.test(text) ? null : "invalid_zip";
}

/** How a country's state is asked for: its codes where they are few, as text, or not at all. */
export function stateOf(country) {
  const codes = STATES[country]?.split(" ") ?? [];
  const asked = codes.length > 0 || WITH_STATE_AS_TEXT.has(country);
  return { asked, codes, label: STATE_NAMES[country] ?? "state", optional: country === "IE" };
}

/** Where the payer most likely is: the home of the currency, else the browser's region. */
export function likelyCountry(currency) {
  const [language] = navigator.language.split("@"); // Chromium says "en-US@posix" where no locale is set.
  const { region } = new Intl.Locale(language);
  const guess = CURRENCY_HOMES[currency] ?? region;
  return COUNTRIES.includes(guess) ? guess : "US";
}
