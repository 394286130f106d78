/** Times of captions as people read and write them, to the millisecond. All numbers are seconds. */

import { readTime } from "./time.js";

/** "1:02.350", "1:02:03.000": always three digits, so that times stand under each other. @param {number} seconds */
export function writeExact(seconds) {
  const whole = Math.round(seconds * 1000);
  const two = (/** @type {number} */ value) => String(value).padStart(2, "0");
  const hours = Math.floor(whole / 3_600_000);
  const minutes = Math.floor(whole / 60_000) % 60;
  const rest = `${two(Math.floor(whole / 1000) % 60)}.${String(whole % 1000).padStart(3, "0")}`;
  return hours ? `${hours}:${two(minutes)}:${rest}` : `${minutes}:${rest}`;
}

/** @param {string} text @returns {number} NaN for what is no time, and for nothing */
export function readExact(text) {
  return readTime(text) ?? NaN;
}

/** Read a number of seconds, with a decimal comma too. @param {string} text @returns {number} NaN for what is none */
export function readSeconds(text) {
  const plain = text.trim().replace(",", ".");
  return /^\d{1,6}(\.\d{1,3})?$/.test(plain) ? Number(plain) : NaN;
}
