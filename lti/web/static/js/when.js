/** When something was, in words of the page's language: how long ago, or to the minute. */

import { locales } from "./messages.js";

const STEPS = /** @type {[Intl.RelativeTimeFormatUnit, number][]} */ ([
  ["year", 31_556_952],
  ["month", 2_629_746],
  ["week", 604_800],
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
]);

/** @param {string|null} moment as ISO 8601 @returns {string} "3 days ago"; empty where there is none */
export function ago(moment) {
  const at = moment ? Date.parse(moment) : NaN;
  if (Number.isNaN(at)) return "";
  const seconds = Math.round((at - Date.now()) / 1000);
  const [unit, size] = STEPS.find(([, length]) => Math.abs(seconds) >= length) ?? ["second", 1];
  return new Intl.RelativeTimeFormat(locales, { numeric: "auto" }).format(Math.round(seconds / size), unit);
}

/** @param {string|number} moment as ISO 8601, or in milliseconds @returns {string} "Nov 21, 2026, 4:20 PM" */
export function exactly(moment) {
  return new Intl.DateTimeFormat(locales, { dateStyle: "medium", timeStyle: "short" }).format(new Date(moment));
}
