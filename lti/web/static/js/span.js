/** The two fields that say which part is played. */

import { byId, show } from "./dom.js";
import { complainAt } from "./field.js";
import { t } from "./messages.js";
import { readTime, writeTime } from "./time.js";

export class Span {
  /**
   * @param {() => number|null} length how long the media is, in seconds, once anybody knows
   * @param {string} [name] what the ids of its fields begin with
   */
  constructor(length, name = "item") {
    this.length = length;
    this.start = /** @type {HTMLInputElement} */ (byId(`${name}-start`));
    this.end = /** @type {HTMLInputElement} */ (byId(`${name}-end`));
    for (const field of [this.start, this.end]) field.addEventListener("change", () => this.read());
  }

  /** @param {number|null} start @param {number|null} end seconds */
  fill(start, end) {
    this.start.value = start === null ? "" : writeTime(start, { tenths: true });
    this.end.value = end === null ? "" : writeTime(end, { tenths: true });
    complainAt(this.start);
    complainAt(this.end);
  }

  /** Take over where the preview stands. @param {"start"|"end"} which @param {number} seconds */
  mark(which, seconds) {
    this[which].value = writeTime(seconds, { tenths: true });
    this.read();
  }

  /** Leave out the end: Studio's own player knows none. @param {boolean} wanted */
  offerEnd(wanted) {
    show(/** @type {Element} */ (this.end.parentElement), wanted);
    show(byId("part-hint"), wanted);
    show(byId("start-hint"), !wanted);
    this.start.setAttribute("aria-describedby", `item-start-problem ${wanted ? "part-hint" : "start-hint"}`);
    if (!wanted) this.end.value = "";
  }

  /**
   * Read and check both fields, and say what is wrong at the field where it is.
   * @returns {{start: number|null, end: number|null}|null} null if something is wrong
   */
  read() {
    const start = this.readOne(this.start);
    let end = this.readOne(this.end);
    if (end !== null && !Number.isNaN(end) && (start || 0) >= end) {
      complainAt(this.end, t("time_order"));
      end = NaN;
    }
    return Number.isNaN(start) || Number.isNaN(end) ? null : { start, end };
  }

  /** @param {HTMLInputElement} field */
  readOne(field) {
    const seconds = readTime(field.value);
    const length = this.length();
    complainAt(field);
    if (seconds === null) return null;
    if (Number.isNaN(seconds)) complainAt(field, t("time_unclear"));
    // Times are written with tenths: the very end may round to just behind it.
    else if (length !== null && seconds > length + 0.1) {
      complainAt(field, t("time_beyond", { length: writeTime(length, { tenths: true }) }));
      return NaN;
    }
    return seconds;
  }
}
