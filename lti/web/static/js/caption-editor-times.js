/** The panel that moves many times at once. */

import { readExact, readSeconds, writeExact } from "./caption-editor-clock.js";
import { EditError, fit, shift } from "./caption-editor-edits.js";
import { byId, part, say } from "./dom.js";
import { number, t } from "./messages.js";

export class Times {
  /** @param {import("./caption-editor-desk.js").Desk} desk */
  constructor(desk) {
    this.desk = desk;
    this.form = byId("ce-times");
    this.seconds = /** @type {HTMLInputElement} */ (byId("ce-shift"));
    this.which = /** @type {HTMLSelectElement} */ (byId("ce-shift-which"));
    this.first = /** @type {HTMLInputElement} */ (byId("ce-first"));
    this.last = /** @type {HTMLInputElement} */ (byId("ce-last"));
    part(this.form, "earlier").addEventListener("click", () => this.shift(-1));
    part(this.form, "later").addEventListener("click", () => this.shift(1));
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      // Enter in the upper part is not meant for the lower one.
      if (document.activeElement === this.seconds) this.shift(1);
      else this.stretch();
    });
  }

  open() {
    this.fill();
    this.complain("");
    this.seconds.focus();
    this.seconds.select();
  }

  fill() {
    const { cues } = this.desk;
    this.first.value = cues.length ? writeExact(cues[0].start) : "";
    this.last.value = cues.length ? writeExact(cues[cues.length - 1].start) : "";
  }

  /** @param {1|-1} direction */
  shift(direction) {
    const seconds = readSeconds(this.seconds.value);
    if (!seconds) return this.complain(t("ce_seconds_wrong"), this.seconds);
    const from = this.which.value === "rest" ? Math.max(0, this.desk.rows.index) : 0;
    this.apply(() => shift(this.desk.cues, direction * seconds, from), t("ce_what_shift"), this.seconds);
  }

  stretch() {
    const { cues } = this.desk;
    const [first, last] = [readExact(this.first.value), readExact(this.last.value)];
    if (Number.isNaN(first)) return this.complain(t("ce_time_wrong"), this.first);
    if (Number.isNaN(last)) return this.complain(t("ce_time_wrong"), this.last);
    const ends = [cues[0]?.start ?? 0, cues[cues.length - 1]?.start ?? 0];
    this.apply(() => fit(cues, [ends[0], first], [ends[1], last]), t("ce_what_stretch"), this.last);
  }

  /** @param {() => import("./caption-editor-edits.js").Cues} edit @param {string} what @param {HTMLInputElement} field */
  apply(edit, what, field) {
    try {
      const cues = edit();
      this.complain("");
      this.desk.change(cues, { what, key: this.desk.rows.current });
      this.fill();
      say(t("ce_did", { what }));
    } catch (error) {
      if (!(error instanceof EditError)) throw error;
      this.complain(t(`ce_${error.code}`, { number: number((error.index ?? 0) + 1) }), field);
    }
  }

  /** @param {string} words @param {HTMLInputElement} [field] */
  complain(words, field) {
    part(this.form, "times-problem").textContent = words;
    for (const each of [this.seconds, this.first, this.last]) {
      if (each === field) each.setAttribute("aria-invalid", "true");
      else each.removeAttribute("aria-invalid");
    }
    field?.focus();
  }
}
