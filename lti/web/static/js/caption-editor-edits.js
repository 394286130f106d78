/**
 * Changes to captions, as pure functions: what goes in stays as it was. The same as lti/captions/edit.py, which judges
 * them in tests/browser/test_caption_edits.py. All times are seconds, of whole milliseconds.
 */

import { count, pattern, replaced } from "./caption-editor-find.js";
import { cut, plain, tidy } from "./caption-editor-text.js";

/**
 * @typedef {{start: number, end: number, text: string, settings: string, identifier: string}} WireCue
 * @typedef {WireCue & {key: number}} Cue key: which caption this is, whatever happens to it in this editor
 * @typedef {readonly Cue[]} Cues
 */

const SHORTEST = 0.001;
const NEW = 2; // seconds that a new caption stands
const TIGHT = 0.5; // a gap shorter than this is not worth filling

/** Why a change cannot be made. */
export class EditError extends Error {
  /** @param {"outside"|"no_factor"|"no_time"|"end_first"} code @param {number} [index] of the caption */
  constructor(code, index) {
    super(code);
    this.code = code;
    this.index = index;
  }
}

let last = 0;

/** @param {WireCue[]} cues @returns {Cue[]} each with a key of its own */
export function keyed(cues) {
  return cues.map((cue) => ({ ...cue, key: ++last }));
}

/** @param {Cues} cues @returns {WireCue[]} as the server takes them */
export function wire(cues) {
  return cues.map(({ start, end, text, settings, identifier }) => ({ start, end, text, settings, identifier }));
}

/** @param {number} seconds */
function milliseconds(seconds) {
  return Math.round(seconds * 1000) / 1000;
}

/** @param {Cue} cue @param {number} start @param {number} end @param {number} index @returns {Cue} */
function timed(cue, start, end, index) {
  if (!(end > 1e-6)) throw new EditError("outside", index);
  const from = milliseconds(Math.max(start, 0));
  const to = milliseconds(end);
  return { ...cue, start: from, end: to > from ? to : milliseconds(from + SHORTEST) };
}

/** @param {Cues} cues @param {number} index @param {Partial<WireCue>} values @returns {Cue[]} */
export function change(cues, index, values) {
  return cues.map((cue, at) => (at === index ? { ...cue, ...values } : cue));
}

/**
 * Give a caption other times, and bring it to its place in their order.
 * @param {Cues} cues @param {number} index @param {number} start @param {number} end @returns {Cue[]}
 * @throws {EditError} when it would end before it begins
 */
export function retime(cues, index, start, end) {
  if (!(start >= 0) || !(end > start)) throw new EditError("end_first", index);
  const cue = { ...cues[index], start: milliseconds(start), end: milliseconds(end) };
  const others = cues.filter((_, at) => at !== index);
  const fits = (others[index - 1]?.start ?? 0) <= cue.start && cue.start <= (others[index]?.start ?? Infinity);
  const later = others.findIndex((other) => other.start > cue.start);
  const place = fits ? index : later < 0 ? others.length : later;
  return [...others.slice(0, place), cue, ...others.slice(place)];
}

/**
 * Move captions, later or (negative) earlier.
 * @param {Cues} cues @param {number} seconds @param {number} [from] the first that moves @returns {Cue[]}
 * @throws {EditError} when one would lie wholly before the beginning; one that lies across it is cut off there
 */
export function shift(cues, seconds, from = 0) {
  return cues.map((cue, at) => (at < from ? cue : timed(cue, cue.start + seconds, cue.end + seconds, at)));
}

/**
 * Make all times longer or shorter by a factor; around is the time that stays.
 * @param {Cues} cues @param {number} factor @param {number} [around] @returns {Cue[]} @throws {EditError}
 */
export function stretch(cues, factor, around = 0) {
  return fit(cues, [around, around], [around + 1, around + factor]);
}

/**
 * Shift and stretch all captions so that two times of theirs come where they belong.
 * @param {Cues} cues @param {[is: number, should: number]} one @param {[is: number, should: number]} other
 * @returns {Cue[]} @throws {EditError}
 */
export function fit(cues, one, other) {
  const factor = (other[1] - one[1]) / (other[0] - one[0]);
  if (!(factor > 0) || !Number.isFinite(factor)) throw new EditError("no_factor");
  const moved = (/** @type {number} */ time) => one[1] + (time - one[0]) * factor;
  return cues.map((cue, at) => timed(cue, moved(cue.start), moved(cue.end), at));
}

/**
 * Make two captions of one; the time between them is where the share of the text is.
 * @param {Cues} cues @param {number} index @param {number} offset in the text as it is read @param {number} [time]
 * @returns {Cue[]} @throws {EditError} when the time leaves nothing of one of the two
 */
export function split(cues, index, offset, time) {
  const cue = cues[index];
  const text = plain(cue.text);
  const within = Math.max(0, Math.min(offset, text.length));
  const spoken = text ? characters(text.slice(0, within)) / characters(text) : 0.5;
  const share = cue.start + (cue.end - cue.start) * spoken;
  const room = Math.min(SHORTEST, (cue.end - cue.start) / 2);
  const at = milliseconds(time ?? Math.min(Math.max(share, cue.start + room), cue.end - room));
  if (!(cue.start < at && at < cue.end)) throw new EditError("no_time", index);
  const [before, after] = cut(cue.text, within);
  const first = { ...cue, end: at, text: tidy(before) };
  const second = { ...cue, start: at, text: tidy(after), identifier: "", key: ++last };
  return [...cues.slice(0, index), first, second, ...cues.slice(index + 1)];
}

/** @param {string} text @returns {number} an emoji is one */
function characters(text) {
  return Array.from(text).length;
}

/** Make one caption of this and the next. @param {Cues} cues @param {number} index @returns {Cue[]} */
export function merge(cues, index) {
  const [one, other] = cues.slice(index, index + 2);
  const merged = {
    ...one,
    start: Math.min(one.start, other.start),
    end: Math.max(one.end, other.end),
    text: [one.text, other.text].filter(Boolean).join("\n"),
  };
  return [...cues.slice(0, index), merged, ...cues.slice(index + 2)];
}

/**
 * Add an empty caption.
 * @param {Cues} cues @param {number} index which one it follows, -1 for none @param {number} [time] for the first of all
 * @returns {Cue[]}
 */
export function insert(cues, index, time = 0) {
  const start = cues[index]?.end ?? milliseconds(time);
  const following = cues[index + 1]?.start ?? Infinity;
  const end = following - start >= TIGHT ? Math.min(start + NEW, following) : start + NEW;
  const cue = { start, end: milliseconds(end), text: "", settings: "", identifier: "", key: ++last };
  return [...cues.slice(0, index + 1), cue, ...cues.slice(index + 1)];
}

/** @param {Cues} cues @param {number} index @returns {Cue[]} */
export function remove(cues, index) {
  return cues.filter((_, at) => at !== index);
}

/**
 * Replace a text wherever it is read.
 * @param {Cues} cues @param {import("./caption-editor-find.js").Sought} sought @param {string} by plain text
 * @param {number} [only] the caption to replace it in; all by default
 * @returns {{cues: Cues, count: number}} the same cues where there was nothing to replace
 */
export function replaceAll(cues, sought, by, only) {
  const wanted = pattern(sought);
  let places = 0;
  if (!wanted) return { cues, count: 0 };
  const after = cues.map((cue, at) => {
    if (only !== undefined && at !== only) return cue;
    const found = count(cue.text, wanted);
    places += found;
    return found ? { ...cue, text: replaced(cue.text, wanted, by) } : cue;
  });
  return { cues: places ? after : cues, count: places };
}

/** Which captions stand at a time. @param {Cues} cues @param {number} time @returns {Cue[]} */
export function standing(cues, time) {
  return cues.filter((cue) => cue.start <= time && time < cue.end);
}
