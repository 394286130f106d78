/** How fast something goes, and how long it still takes, in words. All sizes are bytes. */

import { measured, t } from "./messages.js";

const WINDOW = 10_000; // milliseconds that count
const YOUNG = 1_500; // before that nobody can say

/** @param {number} bytes @returns {string} */
export function size(bytes) {
  if (bytes >= 1e9) return measured(bytes / 1e9, "gigabyte");
  if (bytes >= 1e6) return measured(bytes / 1e6, "megabyte");
  return measured(Math.ceil(bytes / 1e3), "kilobyte");
}

/** @param {number} seconds @returns {string} rounded as people say it */
export function duration(seconds) {
  if (seconds >= 5400) return measured(Math.round(seconds / 3600), "hour", "long");
  if (seconds >= 90) return measured(Math.round(seconds / 60), "minute", "long");
  return measured(seconds > 10 ? Math.round(seconds / 5) * 5 : Math.max(1, Math.round(seconds)), "second", "long");
}

export class Pace {
  constructor() {
    /** @type {{at: number, bytes: number}[]} */ this.seen = [];
  }

  /** Forget what was before a pause. */
  begin() {
    this.seen = [];
  }

  /** @param {number} bytes so far */
  note(bytes) {
    const at = performance.now();
    this.seen = this.seen.filter((each) => at - each.at < WINDOW);
    this.seen.push({ at, bytes });
  }

  /** @param {number} left bytes @returns {string} "" while it cannot be told */
  words(left) {
    const [first] = this.seen;
    const last = this.seen.at(-1);
    if (!first || !last || last.at - first.at < YOUNG || last.bytes <= first.bytes) return "";
    const speed = ((last.bytes - first.bytes) * 1000) / (last.at - first.at);
    const unit = speed >= 1e6 ? "megabyte-per-second" : "kilobyte-per-second";
    const rate = measured(speed / (speed >= 1e6 ? 1e6 : 1e3), unit);
    return t("pace", { rate, left: duration(left / speed) });
  }
}
