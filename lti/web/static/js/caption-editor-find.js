/** Looking for a text in captions, as it is read: markup neither hides it nor is lost. The rules of lti/captions/payload.py. */

import { escape, plain, tidy, tokens } from "./caption-editor-text.js";

/** @typedef {{find: string, matchCase: boolean, wholeWords: boolean}} Sought a space in it also finds a line end */

/** @param {Sought} sought @returns {RegExp|null} null where there is nothing to look for */
export function pattern({ find, matchCase, wholeWords }) {
  if (!find.trim()) return null;
  const words = find.split(/\s+/u).map((word) => word.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&"));
  const text = words.join("\\s+");
  const letter = "[\\p{L}\\p{N}\\p{M}_]";
  return new RegExp(wholeWords ? `(?<!${letter})${text}(?!${letter})` : text, matchCase ? "gu" : "giu");
}

/** In how many places a payload holds it. @param {string} payload @param {RegExp} wanted */
export function count(payload, wanted) {
  return plain(payload).match(wanted)?.length ?? 0;
}

/**
 * Replace it in a payload.
 * @param {string} payload @param {RegExp} wanted @param {string} by plain text
 * @returns {string} the payload itself where it does not hold it
 */
export function replaced(payload, wanted, by) {
  const all = tokens(payload);
  const places = Array.from(
    all
      .map(({ shown }) => shown)
      .join("")
      .matchAll(wanted),
    ({ index, 0: found }) => [index, index + found.length],
  );
  if (!places.length) return payload;
  const written = escape(by);
  let out = "";
  let at = 0;
  let next = 0;
  for (const { token, shown } of all) {
    const end = at + shown.length;
    // Tags inside what is replaced stay, after the replacement: they may close something.
    let kept = token;
    while (shown && next < places.length && places[next][0] < end) {
      const [from, to] = places[next];
      const begun = kept === token ? "" : kept;
      kept = from >= at ? (begun || escape(shown.slice(0, from - at))) + written : begun;
      if (to > end) break;
      if (to < end) kept += escape(shown.slice(to - at));
      next++;
    }
    out += kept;
    at = end;
  }
  return tidy(out);
}
