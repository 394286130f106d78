/** The panel that finds and replaces text. The focus stays in it, so that one can go on from match to match. */

import { replaceAll } from "./caption-editor-edits.js";
import { count, pattern } from "./caption-editor-find.js";
import { plain } from "./caption-editor-text.js";
import { byId, part } from "./dom.js";
import { counted, number, t } from "./messages.js";

const READ_OUT = 80; // characters

export class Search {
  /** @param {import("./caption-editor-desk.js").Desk} desk */
  constructor(desk) {
    this.desk = desk;
    this.form = byId("ce-find");
    this.what = /** @type {HTMLInputElement} */ (byId("ce-find-what"));
    this.by = /** @type {HTMLInputElement} */ (byId("ce-find-by"));
    for (const input of [this.what, this.by]) input.dir = "auto";
    this.found = byId("ce-found");
    this.form.addEventListener("input", (event) => {
      if (event.target !== this.by) this.count();
    });
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.next();
    });
    part(this.form, "replace").addEventListener("click", () => this.replace(this.desk.rows.index));
    part(this.form, "replace-all").addEventListener("click", () => this.replace());
  }

  open() {
    this.what.focus();
    this.what.select();
    this.count();
  }

  /** @returns {import("./caption-editor-find.js").Sought} */
  get sought() {
    const ticked = (/** @type {string} */ id) => /** @type {HTMLInputElement} */ (byId(id)).checked;
    return { find: this.what.value, matchCase: ticked("ce-find-case"), wholeWords: ticked("ce-find-words") };
  }

  count() {
    const wanted = pattern(this.sought);
    const places = wanted ? this.desk.cues.reduce((sum, cue) => sum + count(cue.text, wanted), 0) : 0;
    this.found.textContent = wanted ? (places ? counted("ce_found", places) : t("ce_not_found")) : "";
  }

  /** To the next caption that holds it, from the end to the beginning. */
  next() {
    const wanted = pattern(this.sought);
    if (!wanted) return this.what.focus();
    const { cues, rows } = this.desk;
    for (let step = 1; step <= cues.length; step++) {
      const at = (rows.index + step) % cues.length;
      if (!count(cues[at].text, wanted)) continue;
      rows.go(cues[at].key, { field: null });
      const text = plain(cues[at].text).replace(/\s+/g, " ").slice(0, READ_OUT);
      this.found.textContent = t("ce_match_at", { number: number(at + 1), text });
      return;
    }
    this.found.textContent = t("ce_not_found");
  }

  /** @param {number} [only] index of the one caption to do it in */
  replace(only) {
    const done = replaceAll(this.desk.cues, this.sought, this.by.value, only);
    this.desk.change(done.cues, { what: t("ce_what_replace"), key: this.desk.rows.current });
    if (only !== undefined) this.next();
    this.found.textContent = done.count ? counted("ce_replaced", done.count) : t("ce_not_found");
  }
}
