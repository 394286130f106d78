/**
 * The text of a caption, as it is kept and as people type it. The same rules as lti/captions/payload.py and markup.py.
 *
 * Kept is a WebVTT payload (W3C WebVTT 4.2.2): tags, and &amp; for &. People see and type "R&D <3" and <i>tags</i>; what
 * is no tag of WebVTT is text. Offsets count what is read, without tags, in UTF-16 units as a text field does.
 */

const REFERENCE = "&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});";
const TAG =
  "</?(?:[ibu]|ruby|rt)(?:[.][\\w.-]*)?>|</?(?:c|v|lang)(?:[.][\\w.-]*)?(?:[ \\t][^<>\\n]*)?>|" +
  "<[0-9]{2,}:[0-9]{2}(?::[0-9]{2})?[.][0-9]{3}>";
const TOKEN = new RegExp(`(<[^>]*>?)|${REFERENCE}|[^<]`, "gu");
const KNOWN_TAG = new RegExp(`^(?:${TAG})$`, "u");
const TYPED = new RegExp(`${TAG}|${REFERENCE}|[&<>]`, "gu");
const MISREAD = new RegExp(`${TAG}|${REFERENCE}`, "gu");
const REFERENCES = new RegExp(REFERENCE, "gu");
/** @type {Record<string, string>} */ const ESCAPES = { "&": "&amp;", "<": "&lt;", ">": "&gt;" };
/** @type {Record<string, string>} */ const COMMON = { "&amp;": "&", "&lt;": "<", "&gt;": ">", "&nbsp;": "\u00a0" };
const parser = new DOMParser();

/** @typedef {{token: string, shown: string}} Token what is written, and what is read of it: nothing of a tag */

/** @param {string} reference */
function resolve(reference) {
  // A document of its own, in which nothing is loaded or run; there are two thousand names to know.
  return COMMON[reference] ?? parser.parseFromString(reference, "text/html").body.textContent ?? reference;
}

/** @param {string} payload @returns {Token[]} */
export function tokens(payload) {
  return Array.from(payload.matchAll(TOKEN), ([token, tag]) => {
    if (tag !== undefined) return { token, shown: "" };
    return { token, shown: token.length > 2 && token.startsWith("&") ? resolve(token) : token };
  });
}

/** What is read of a payload. @param {string} payload */
export function plain(payload) {
  if (!/[<&]/.test(payload)) return payload;
  return tokens(payload)
    .map(({ shown }) => shown)
    .join("");
}

/** A payload that shows a text. @param {string} text */
export function escape(text) {
  return text.replace(/[&<>]/g, (character) => ESCAPES[character]);
}

/** Take out what a payload must not have: empty lines, white space around it. @param {string} payload */
export function tidy(payload) {
  return payload
    .replace(/\r\n?/g, "\n")
    .replace(/\n[ \t]*(?=\n)/g, "")
    .replace(/^[\n ]+|[\n ]+$/g, "");
}

/** A payload as people edit it. @param {string} payload */
export function editable(payload) {
  if (!/[<&]/.test(payload)) return payload;
  let written = "";
  let run = "";
  const end = () => {
    // What would be taken for a tag or a reference, were it written bare, stays escaped.
    written += run.replace(MISREAD, (found) => ESCAPES[found[0]] + found.slice(1).replace(REFERENCES, guardReference));
    run = "";
  };
  for (const { token, shown } of tokens(payload)) {
    if (shown) {
      run += shown;
      continue;
    }
    end();
    if (KNOWN_TAG.test(token)) written += token; // of others a browser shows nothing
  }
  end();
  return written;
}

/** @param {string} reference */
function guardReference(reference) {
  return `&amp;${reference.slice(1)}`;
}

/** The payload of what somebody typed. @param {string} text */
export function typed(text) {
  return tidy(text.replace(TYPED, (found) => ESCAPES[found] ?? found));
}

/**
 * How much is read before a place in what somebody typed.
 * @param {string} text @param {number} cursor
 */
export function readBefore(text, cursor) {
  const inside = Array.from(text.matchAll(MISREAD)).find(
    ({ index, 0: found }) => index < cursor && cursor < index + found.length,
  );
  const at = inside ? inside.index + inside[0].length : cursor;
  return plain(text.slice(0, at).replace(TYPED, (found) => ESCAPES[found] ?? found)).length;
}

/**
 * Where to split what is read: where the cursor is, or between words in the middle, if it is at an end.
 * @param {string} text as it is read @param {number} offset @returns {number}
 */
export function splitPlace(text, offset) {
  if (offset > 0 && offset < text.length) return offset;
  const middle = Math.floor(text.length / 2);
  return text.lastIndexOf(" ", middle) + 1 || middle;
}

/** @param {string} tag @returns {string} */
const nameOf = (tag) => /^<\/?([A-Za-z]+)/.exec(tag)?.[1] ?? "";

/**
 * Cut a payload in two. Tags that are open there are closed in the first and opened again in the second.
 * @param {string} payload @param {number} offset
 * @returns {[before: string, after: string]}
 */
export function cut(payload, offset) {
  let before = "";
  let after = "";
  /** @type {string[]} */ const open = [];
  let seen = 0;
  let past = false;
  for (const { token, shown } of tokens(payload)) {
    if (!past && seen >= offset && (shown || !token.startsWith("</"))) {
      past = true;
      before += [...open].reverse().map((tag) => `</${nameOf(tag)}>`).join("");
      after = open.join("");
    }
    if (past) after += token;
    else {
      before += token;
      if (!shown) follow(open, token);
    }
    seen += shown.length;
  }
  return [before, after];
}

/** Keep account of which tags are open. @param {string[]} open @param {string} tag */
function follow(open, tag) {
  const name = nameOf(tag);
  if (!name) return; // a timestamp
  if (!tag.startsWith("</")) open.push(tag);
  else if (open.some((each) => nameOf(each) === name)) while (nameOf(open.pop() ?? "") !== name);
}
