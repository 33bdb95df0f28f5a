/* The merchant's fonts. A style sheet ({cssSrc}) is read here, in the page, as Stripe.js does: the page's own policy
 * (connect-src) and the sheet's CORS headers decide whether it may be. */
import { IntegrationError } from "./errors.js";

const ADDRESS = /url\(\s*(["']?)(.*?)\1\s*\)/g;

/** Throws for a font file that Stripe does not take from a page. */
export function checkFonts(fonts) {
  for (const { src } of fonts) if (src) checkSource(src);
}

/**
 * The fonts as frames take them: {family, src, …} each, with absolute addresses. A sheet that cannot be read is left out,
 * and the console says why.
 * @param {object[]} fonts {cssSrc} or {family, src}
 */
export async function readFonts(fonts) {
  return (await Promise.all(fonts.map(readFont))).flat();
}

async function readFont(font) {
  if (font?.family && font?.src) return [font];
  if (!font?.cssSrc) {
    console.error("[Stripe.js] Invalid value for elements(): fonts should be objects with cssSrc, or with family and src.");
    return [];
  }
  const address = new URL(font.cssSrc, document.baseURI).href;
  try {
    const response = await fetch(address, { credentials: "omit" });
    if (!response.ok) throw new Error(`the answer was ${response.status}`);
    const faces = facesIn(await response.text(), address);
    if (!faces.length) throw new Error("No @font-face rules found in it");
    return faces;
  } catch (problem) {
    console.error(`[Stripe.js] The fonts of ${address} are left out: ${problem.message}.`);
    return [];
  }
}

function facesIn(css, address) {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  const faces = [...sheet.cssRules].filter((rule) => rule instanceof CSSFontFaceRule);
  for (const { style } of faces) checkSource(absolute(style.getPropertyValue("src"), address));
  return faces.map(({ style }) => {
    const value = (property) => style.getPropertyValue(property) || undefined;
    return {
      family: value("font-family").replace(/^["']|["']$/g, ""),
      src: absolute(value("src"), address),
      style: value("font-style"),
      weight: value("font-weight"),
      display: value("font-display"),
      unicodeRange: value("unicode-range"),
    };
  });
}

function checkSource(src) {
  for (const [, , address] of src.matchAll(ADDRESS)) {
    if (/^(https:\/\/|data:)/.test(address)) continue;
    throw new IntegrationError(`Invalid src value in font configuration: ${address}. URLs have to start with 'https://' or 'data:'.`);
  }
}

/** A font's `src` with every url(…) made absolute: the frame has another address than the page. */
function absolute(src, base) {
  return src.replace(ADDRESS, (_, quote, address) => `url("${new URL(address, base).href}")`);
}
