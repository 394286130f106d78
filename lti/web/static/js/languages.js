/** Languages of caption files: a list to choose from, and a guess from a file's name. */

import { languageName } from "./messages.js";

const OFFERED = (
  "af am ar az bg bn bs ca cs cy da de el en en-AU en-CA en-GB en-US es es-419 es-ES es-MX et eu fa fi fil fr fr-CA ga " +
  "gl gu he hi hr ht hu hy id is it ja ka kk km kn ko lo lt lv mi mk ml mn mr ms mt my nb ne nl nn pa pl ps pt pt-BR " +
  "pt-PT ro ru sk sl so sq sr sv sw ta te th tl tr uk ur uz vi yue zh-Hans zh-Hant zu"
).split(" ");

const EXTENSION = /\.(?:srt|vtt|webvtt|sbv|ttml|dfxp|xml|scc|txt)$/i;
// After a space nobody puts a code, but many a short word that looks like one.
const CODE = /(?:^|[._([-])([a-z]{2,3}(?:[-_](?:[a-z]{4}|[a-z]{2}|\d{3}))?)[)\]]?$/i;

/** @returns {{tag: string, name: string}[]} in the order of their names */
export function languages() {
  const named = OFFERED.map((tag) => ({ tag, name: languageName(tag) ?? tag }));
  return named.sort((one, other) => one.name.localeCompare(other.name));
}

/** @param {string} filename such as lecture.fr-CA.srt @returns {string} a BCP 47 tag, "" where it does not say */
export function guessLanguage(filename) {
  const stem = filename.replace(EXTENSION, "").trim();
  const code = CODE.exec(stem)?.[1].replace("_", "-");
  if (code && languageName(code)) return Intl.getCanonicalLocales(code)[0];
  const word = /[\p{L}]+(?=[)\]]?$)/u.exec(stem)?.[0].toLowerCase();
  if (!word) return "";
  // In the page's language, in English, or in the language itself.
  const named = (/** @type {string} */ tag) => [
    languageName(tag),
    ...["en", tag].map((locale) => new Intl.DisplayNames(locale, { type: "language" }).of(tag)),
  ];
  return OFFERED.find((tag) => named(tag).some((name) => name?.toLowerCase() === word)) ?? "";
}
