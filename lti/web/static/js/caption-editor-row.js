/** One caption in the editor's list: its times, its text, what the checks say about it, what can be done with it. */

import { readExact, writeExact } from "./caption-editor-clock.js";
import { editable, typed } from "./caption-editor-text.js";
import { make, part, show, stamp } from "./dom.js";
import { number, t } from "./messages.js";

/** @typedef {import("./caption-editor-edits.js").Cue} Cue @typedef {"start"|"end"|"text"} Field */

const FIELDS = /** @type {Field[]} */ (["start", "end", "text"]);

export class Row {
  /** @param {Cue} cue @param {{language: string, direction: string}} writing of the captions */
  constructor(cue, writing) {
    this.key = cue.key;
    this.element = /** @type {HTMLElement} */ (stamp("ce-row").firstElementChild);
    this.element.dataset.key = String(cue.key);
    this.start = /** @type {HTMLInputElement} */ (part(this.element, "start"));
    this.end = /** @type {HTMLInputElement} */ (part(this.element, "end"));
    this.text = /** @type {HTMLTextAreaElement} */ (part(this.element, "text"));
    this.text.lang = writing.language;
    this.text.dir = writing.direction;
    this.problem = part(this.element, "time-problem");
    this.problem.id = `ce-problem-${cue.key}`;
    this.said = part(this.element, "said");
    this.said.id = `ce-said-${cue.key}`;
    this.text.setAttribute("aria-describedby", this.said.id);
    for (const field of [this.start, this.end]) field.setAttribute("aria-describedby", this.problem.id);
    /** The caption as it was last shown. @type {Cue|null} */ this.cue = null;
    this.payload = "";
    this.place = "";
    this.sentences = "";
  }

  /**
   * Show the caption as it is now. What somebody is typing, and means the same, is left alone.
   * @param {Cue} cue @param {number} index @param {number} size of the list
   * @param {{current: boolean, standing: boolean, said: string[]}} how
   */
  update(cue, index, size, { current, standing, said }) {
    const before = this.cue;
    this.cue = cue;
    if (before?.start !== cue.start || before?.end !== cue.end) this.writeTimes();
    if (!before || cue.text !== this.payload) {
      this.payload = cue.text;
      this.text.value = editable(cue.text);
    }
    if (this.place !== `${index}/${size}`) this.name(index, size);
    if (this.sentences !== said.join("\n")) {
      this.sentences = said.join("\n");
      this.said.replaceChildren(...said.map((sentence) => make("li", {}, sentence)));
      show(this.said, said.length > 0);
    }
    this.element.classList.toggle("standing", standing);
    if (current === this.element.hasAttribute("aria-current")) return;
    // One caption is on the way of the Tab key; the arrow keys lead to the others.
    if (current) this.element.setAttribute("aria-current", "true");
    else this.element.removeAttribute("aria-current");
    show(part(this.element, "acts"), current);
    for (const field of FIELDS) this[field].tabIndex = current ? 0 : -1;
  }

  /** @param {number} index @param {number} size */
  name(index, size) {
    this.place = `${index}/${size}`;
    const label = { number: number(index + 1) };
    this.element.setAttribute("aria-posinset", String(index + 1));
    this.element.setAttribute("aria-setsize", String(size));
    part(this.element, "number").textContent = label.number;
    for (const field of FIELDS) this[field].setAttribute("aria-label", t(`ce_${field}_of`, label));
  }

  writeTimes() {
    if (!this.cue) return;
    this.start.value = writeExact(this.cue.start);
    this.end.value = writeExact(this.cue.end);
    this.complain("", null);
  }

  /** The payload of what stands in the text field. */
  readText() {
    this.payload = typed(this.text.value);
    return this.payload;
  }

  /**
   * What stands in the fields for times; what cannot be is said there and left standing.
   * @returns {{start: number, end: number}|null}
   */
  readTimes() {
    const [start, end] = [this.start, this.end].map(({ value }) => readExact(value));
    if (Number.isNaN(start) || Number.isNaN(end)) {
      this.complain(t("ce_time_wrong"), Number.isNaN(start) ? this.start : this.end);
      return null;
    }
    if (end <= start) {
      this.complain(t("ce_end_first"), this.end);
      return null;
    }
    this.complain("", null);
    return { start, end };
  }

  /** @param {string} words @param {HTMLInputElement|null} field */
  complain(words, field) {
    this.problem.textContent = words;
    show(this.problem, Boolean(words));
    for (const each of [this.start, this.end]) {
      if (each === field) each.setAttribute("aria-invalid", "true");
      else each.removeAttribute("aria-invalid");
    }
  }

  /** Which field has a time that cannot be. @returns {Field|null} */
  get wrong() {
    return FIELDS.find((name) => this[name].hasAttribute("aria-invalid")) ?? null;
  }

  /** Move a time by tenths. @param {HTMLInputElement} field @param {number} by seconds */
  nudge(field, by) {
    const time = readExact(field.value);
    if (!Number.isNaN(time)) field.value = writeExact(Math.max(0, time + by));
  }
}
