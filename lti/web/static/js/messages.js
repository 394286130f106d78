/** The page's texts, and numbers and dates as its language writes them. */

import { readJson } from "./dom.js";

/** @type {Record<string, string | Record<string, string>>} */
const texts = { ...readJson("messages"), ...readJson("upload-messages") };
const locale = document.documentElement.lang || "en";

/** Intl refuses a tag that it cannot parse; the page then speaks the browser's language. @param {string} tag */
function usable(tag) {
  try {
    return Intl.getCanonicalLocales(tag);
  } catch {
    return undefined;
  }
}

// Digits are 0 to 9 in every language, as our server writes them too: the times of captions and players are.
/** What Intl is to write in. */
export const locales = usable(`${locale}-u-nu-latn`);
const plural = new Intl.PluralRules(locales);
const numbers = new Intl.NumberFormat(locales);

// Letters that are written the other way than the page.
const OPPOSITE =
  document.documentElement.dir === "rtl"
    ? /[^\P{L}\p{Script=Arabic}\p{Script=Hebrew}]/u
    : /[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}]/u;

/**
 * Keep words that run the other way together, so that what stands beside them stays where it belongs.
 * @param {string} text @returns {string} the same, between Unicode's isolates where they are needed
 */
export function apart(text) {
  return OPPOSITE.test(text) ? `\u2068${text}\u2069` : text;
}

/** Facts about one thing, in a row. @param {(string|null|undefined|0|false)[]} facts empty ones are left out */
export function inRow(facts) {
  return facts.flatMap((fact) => (fact ? [apart(fact)] : [])).join(" · ");
}

/** @param {string} text @param {Record<string, string|number>} values */
function fill(text, values) {
  return text.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? apart(String(values[name])) : whole));
}

/** Add the texts of a part of the page that is opened later. @param {string} id of the script that holds them */
export function addMessages(id) {
  Object.assign(texts, readJson(id));
}

/** Take in texts that came later than the page. @param {Record<string, string | Record<string, string>>} more */
export function learn(more) {
  Object.assign(texts, more);
}

/** @param {string} key @returns {boolean} */
export function has(key) {
  return key in texts;
}

/**
 * A text of the page.
 * @param {string} key @param {Record<string, string|number>} [values] for its {names}
 * @returns {string}
 */
export function t(key, values = {}) {
  const text = texts[key];
  return typeof text === "string" ? fill(text, values) : key;
}

/**
 * A text that depends on a number.
 * @param {string} key @param {number} count
 * @returns {string}
 */
export function counted(key, count) {
  const forms = texts[key];
  if (typeof forms !== "object") return key;
  return fill(forms[plural.select(count)] ?? forms.other, { count: number(count) });
}

/** @param {number} value @returns {string} */
export function number(value) {
  return numbers.format(value);
}

/**
 * A number with its unit: "12 MB", "3 minutes".
 * @param {number} value @param {string} unit as Intl names it @param {"short"|"long"} [display]
 * @returns {string}
 */
export function measured(value, unit, display = "short") {
  const maximumFractionDigits = display === "short" && value < 10 ? 1 : 0;
  const format = new Intl.NumberFormat(locales, { style: "unit", unit, unitDisplay: display, maximumFractionDigits });
  return format.format(value);
}

/**
 * Several things in one line, as the language lists them.
 * @param {string[]} items @param {"conjunction"|"unit"} [type] "unit" for a mere row of facts, without an "and"
 * @returns {string}
 */
export function listed(items, type = "conjunction") {
  return new Intl.ListFormat(locales, { type, style: type === "unit" ? "short" : "long" }).format(items.map(apart));
}

/** @param {number} share from 0 to 1 @returns {string} whole percents, never rounded up to all */
export function percent(share) {
  return new Intl.NumberFormat(locales, { style: "percent" }).format(Math.floor(share * 100) / 100);
}

/** The names of languages in the page's own, null for what is none. @param {string} tag @returns {string|null} */
export function languageName(tag) {
  try {
    return new Intl.DisplayNames(locales, { type: "language", fallback: "none" }).of(tag) ?? null;
  } catch {
    return null;
  }
}

/**
 * A title for labels and sentences: a title of 10,000 characters is one that nobody wants read out.
 * @param {string} title @param {number} [limit] characters
 * @returns {string}
 */
export function shortTitle(title, limit = 120) {
  const characters = Array.from(title.trim());
  if (!characters.length) return t("untitled");
  return characters.length > limit ? `${characters.slice(0, limit - 1).join("")}…` : characters.join("");
}

const RIGHT_TO_LEFT = /^(ar|he|iw|fa|ur|ps|sd|ug|yi|dv|ckb)\b/i;

/** Which way a language is written. @param {string} language a BCP 47 tag @returns {"rtl"|"ltr"} */
export function direction(language) {
  return RIGHT_TO_LEFT.test(language) ? "rtl" : "ltr";
}
