/* Card numbers, expiry dates and security codes: formatting and checking. No DOM here. */

const BRANDS = [
  { name: "amex", label: "American Express", prefix: /^3[47]/, lengths: [15], groups: [4, 6, 5], cvc: 4 },
  { name: "diners", label: "Diners Club", prefix: /^3(0[0-5]|[689])/, lengths: [14, 16], groups: [4, 6, 4], cvc: 3 },
  { name: "discover", label: "Discover", prefix: /^(6011|64[4-9]|65)/, lengths: [16], groups: [4, 4, 4, 4], cvc: 3 },
  { name: "jcb", label: "JCB", prefix: /^35(2[89]|[3-8])/, lengths: [16], groups: [4, 4, 4, 4], cvc: 3 },
  { name: "mastercard", label: "Mastercard", prefix: /^(5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720)/, lengths: [16], groups: [4, 4, 4, 4], cvc: 3 },
  { name: "unionpay", label: "UnionPay", prefix: /^62/, lengths: [16, 17, 18, 19], groups: [4, 4, 4, 4, 3], cvc: 3 },
  { name: "visa", label: "Visa", prefix: /^4/, lengths: [16], groups: [4, 4, 4, 4], cvc: 3 },
];
const UNKNOWN = { name: "unknown", label: "", prefix: /^/, lengths: [16], groups: [4, 4, 4, 4], cvc: 3 };
const FARTHEST_EXPIRY_YEARS = 50;
const DIGIT_ZEROS = [0x660, 0x6f0, 0x966, 0xff10];

/** The ASCII digits of a text; digits of other scripts count (Arabic-Indic, Persian, Devanagari, full width). */
export function digitsOf(text) {
  const ascii = [...text].map((character) => {
    const code = character.codePointAt(0);
    const zero = DIGIT_ZEROS.find((first) => code >= first && code <= first + 9);
    return zero === undefined ? character : String(code - zero);
  });
  return ascii.join("").replace(/[^0-9]/g, "");
}

export function brandOf(text) {
  const digits = digitsOf(text);
  return BRANDS.find((brand) => brand.prefix.test(digits)) ?? UNKNOWN;
}

export function formatNumber(text) {
  const { groups, lengths } = brandOf(text);
  let rest = digitsOf(text).slice(0, Math.max(...lengths));
  const parts = [];
  for (const size of groups) {
    if (!rest) break;
    parts.push(rest.slice(0, size));
    rest = rest.slice(size);
  }
  return parts.join(" ");
}

/** "MM / YY" from what was typed or filled in: 2, 02, 1230, 12/30, 12/2030. A year typed in full is three digits long on its way. */
export function formatExpiry(text) {
  let digits = digitsOf(text);
  if (/^[2-9]/.test(digits) || /^\s*[1-9]\s*[/-]/.test(text)) digits = `0${digits}`;
  const hasFullYear = /^\d\d20\d/.test(digits);
  if (hasFullYear && digits.length >= 6) digits = digits.slice(0, 2) + digits.slice(4, 6);
  digits = digits.slice(0, hasFullYear ? 5 : 4);
  return digits.length > 2 ? `${digits.slice(0, 2)} / ${digits.slice(2)}` : digits;
}

export function formatCvc(text, number) {
  return digitsOf(text).slice(0, brandOf(number) === UNKNOWN ? 4 : brandOf(number).cvc);
}

/** Each check returns the validation code of the mistake, or null. */
export function checkNumber(text) {
  const digits = digitsOf(text);
  const { lengths } = brandOf(text);
  if (digits.length < Math.min(...lengths)) return "incomplete_number";
  return lengths.includes(digits.length) && passesLuhn(digits) ? null : "incorrect_number";
}

export function checkExpiry(text, today = new Date()) {
  const digits = digitsOf(text);
  if (digits.length !== 4) return "incomplete_expiry";
  const { month, year } = expiryOf(text);
  if (month < 1 || month > 12) return "invalid_expiry_month";
  if (year < today.getFullYear()) return "invalid_expiry_year_past";
  if (year > today.getFullYear() + FARTHEST_EXPIRY_YEARS) return "invalid_expiry_year";
  return year === today.getFullYear() && month < today.getMonth() + 1 ? "invalid_expiry_month_past" : null;
}

export function checkCvc(text, number) {
  const length = digitsOf(text).length;
  if (brandOf(number) === UNKNOWN && length === 4) return null;
  return length === brandOf(number).cvc ? null : "incomplete_cvc";
}

/** @returns {{month: number, year: number}} with the year in full */
export function expiryOf(text) {
  const digits = digitsOf(text);
  return { month: Number(digits.slice(0, 2)), year: 2000 + Number(digits.slice(2)) };
}

function passesLuhn(digits) {
  const sum = [...digits].reverse().reduce((total, digit, place) => {
    const value = Number(digit) * (place % 2 ? 2 : 1);
    return total + (value > 9 ? value - 9 : value);
  }, 0);
  return sum % 10 === 0;
}
