/* The merchant's fonts. A style sheet ({cssSrc}) is read here, in the page, as Stripe.js does: the page's own policy
 * (connect-src) and the sheet's CORS headers decide whether it may be. */

/**
 * The fonts as frames take them: {family, src, …} each, with absolute addresses. A sheet that cannot be read is left out,
 * and the console says why.
 * @param {object[]} fonts {cssSrc} or {family, src}
 */
export async function readFonts(fonts) {
  return (await Promise.all(fonts.map(readFont))).flat();
}

async function readFont(font) {
  if (font?.family && font?.src) return [{ ...font, src: absolute(font.src, document.baseURI) }];
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

/** A font's `src` with every url(…) made absolute: the frame has another address than the page. */
function absolute(src, base) {
  return src.replace(/url\(\s*(["']?)(.*?)\1\s*\)/g, (_, quote, address) => `url("${new URL(address, base).href}")`);
}
