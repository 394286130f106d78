/** Where captions are edited: the list, the history, and everything that can be done with a caption. */

import { Checks } from "./caption-editor-checks.js";
import { writeExact } from "./caption-editor-clock.js";
import * as edits from "./caption-editor-edits.js";
import * as history from "./caption-editor-history.js";
import { Media } from "./caption-editor-media.js";
import { Rows } from "./caption-editor-rows.js";
import { plain, readBefore, splitPlace } from "./caption-editor-text.js";
import { part, say, show } from "./dom.js";
import { counted, direction, number, t } from "./messages.js";

/**
 * @typedef {import("./caption-editor-edits.js").Cues} Cues @typedef {import("./caption-editor-row.js").Row} Row
 * @typedef {import("./caption-editor-row.js").Field} Field
 */

const LOOK = 250; // milliseconds on a caption before its picture is fetched

export class Desk {
  /**
   * @param {import("./api.js").Api} api @param {HTMLElement} dialog
   * @param {{language: string, duration: number|null,
   *   media: {type: "video"|"audio", title: string, sources: {url: string, type: string}[]}}} about
   * @param {() => void} changed called after every change
   */
  constructor(api, dialog, about, changed) {
    this.dialog = dialog;
    this.changed = changed;
    this.history = history.begin([]);
    this.media = new Media(dialog, about.media, (time) => this.stand(time));
    const { language, duration } = about;
    this.checks = new Checks(api, dialog, { language, duration }, {
      changed: () => this.rows.render(),
      go: (key) => this.rows.go(key),
      seek: (time) => this.seek(time),
      current: () => this.cues[this.rows.index],
    });
    const body = part(dialog, "body");
    // In low windows the whole dialog scrolls (css/caption-editor.css).
    const scroller = () => (getComputedStyle(body).overflowY === "auto" ? body : dialog);
    const writing = { language, direction: direction(language) };
    this.list = part(dialog, "rows");
    this.standing = Object.assign(part(dialog, "standing"), { lang: language, dir: writing.direction });
    this.rows = new Rows(this.list, scroller, writing, (key) => this.checks.said(key));
    this.looking = 0;
    this.listen();
  }

  listen() {
    const { list } = this;
    list.addEventListener("input", ({ target }) => {
      const row = this.rowOf(target);
      if (row && target === row.text) this.write(row);
    });
    list.addEventListener("change", ({ target }) => {
      const row = this.rowOf(target);
      if (row && target !== row.text) this.retime(row);
    });
    list.addEventListener("focusin", ({ target }) => {
      const row = this.rowOf(target);
      if (!row || row.key === this.rows.current) return;
      this.rows.walk(row.key);
      this.look();
    });
    list.addEventListener("click", ({ target }) => {
      const act = target instanceof Element ? target.closest("[data-act]") : null;
      if (act) this.act(/** @type {HTMLElement} */ (act).dataset.act ?? "");
    });
    list.addEventListener("keydown", (event) => this.inTime(event));
    part(this.dialog, "append").addEventListener("click", () => this.add(this.cues.length - 1));
    part(this.dialog, "undo").addEventListener("click", () => this.undo());
    part(this.dialog, "redo").addEventListener("click", () => this.redo());
    this.dialog.addEventListener("scroll", () => this.rows.soon(), { capture: true, passive: true });
    this.onResize = () => this.rows.resized();
    window.addEventListener("resize", this.onResize);
  }

  close() {
    window.removeEventListener("resize", this.onResize);
    clearTimeout(this.looking);
    this.checks.stop();
    this.media.unload();
  }

  /** @returns {Cues} */
  get cues() {
    return this.history.now.cues;
  }

  /** Begin with a text. @param {Cues} cues */
  begin(cues) {
    this.history = history.begin(cues);
    this.show();
  }

  /**
   * Go on with changed captions.
   * @param {Cues} cues @param {{what: string, key: number|null, group?: string}} step what: in words;
   *   group: changes that are undone together when they follow each other closely
   */
  change(cues, { what, key, group }) {
    const before = this.history;
    this.history = history.advance(before, { cues, key, what }, { group, at: performance.now() });
    if (this.history === before) return;
    this.show();
    this.changed();
  }

  show() {
    const { cues } = this;
    part(this.dialog, "list-title").textContent = counted("ce_captions", cues.length);
    part(this.dialog, "undo").setAttribute("aria-disabled", String(!this.history.past.length));
    part(this.dialog, "redo").setAttribute("aria-disabled", String(!this.history.future.length));
    show(part(this.dialog, "blank"), !cues.length);
    part(this.dialog, "append").textContent = t(cues.length ? "ce_append" : "ce_append_first");
    this.rows.show(cues);
    this.checks.soon(cues);
    this.stand(this.media.time);
  }

  undo() {
    const { what, key } = this.history.now;
    this.step(history.undo(this.history), key, t(what ? "ce_undone" : "ce_nothing_to_undo", { what }));
  }

  redo() {
    const after = history.redo(this.history);
    const { what, key } = after.now;
    this.step(after, key, t(after === this.history ? "ce_nothing_to_redo" : "ce_redone", { what }));
  }

  /** @param {import("./caption-editor-history.js").History} to @param {number|null} key @param {string} words */
  step(to, key, words) {
    say(words);
    if (to === this.history) return;
    const field = this.field;
    this.history = to;
    this.show();
    this.changed();
    const still = this.cues.find((cue) => cue.key === key) ?? this.cues[this.rows.index];
    if (still) this.rows.go(still.key, { field });
    else if (field) part(this.dialog, "append").focus();
  }

  /** The field of a caption that has the focus. @returns {Field|null} */
  get field() {
    const at = document.activeElement;
    if (!(at instanceof HTMLElement) || !this.list.contains(at)) return null;
    return /** @type {Field} */ (at.dataset.field ?? "text");
  }

  /** @param {EventTarget|null} target @returns {Row|undefined} */
  rowOf(target) {
    const element = target instanceof Element ? target.closest("[data-key]") : null;
    return this.rows.rows.get(Number(/** @type {HTMLElement|null} */ (element)?.dataset.key));
  }

  /** @param {Row} row @returns {number} */
  indexOf(row) {
    return this.cues.findIndex(({ key }) => key === row.key);
  }

  /** Take over what somebody types. @param {Row} row */
  write(row) {
    const index = this.indexOf(row);
    const what = t("ce_what_text", { number: number(index + 1) });
    const cues = edits.change(this.cues, index, { text: row.readText() });
    this.change(cues, { what, key: row.key, group: `text ${row.key}` });
  }

  /** Take over times, if they can be. @param {Row} row */
  retime(row) {
    const times = row.readTimes();
    if (!times) return say(row.problem.textContent ?? "");
    const index = this.indexOf(row);
    const cue = this.cues[index];
    if (times.start === cue.start && times.end === cue.end) return row.writeTimes();
    const what = t("ce_what_time", { number: number(index + 1) });
    const field = this.field;
    this.change(edits.retime(this.cues, index, times.start, times.end), { what, key: row.key, group: `time ${row.key}` });
    const place = this.indexOf(row);
    if (place === index) return;
    // It went elsewhere in the order, and whoever works on it with it.
    if (field) this.rows.go(row.key, { field });
    say(t("ce_moved_place", { number: number(place + 1) }));
  }

  /** Take over what stands in a time that somebody is still at. */
  settle() {
    const row = this.rows.rows.get(this.rows.current ?? -1);
    if (row && this.field !== "text" && this.field !== null) this.retime(row);
  }

  /** The arrow keys in a time. @param {KeyboardEvent} event */
  inTime(event) {
    const { target, key } = event;
    const row = this.rowOf(target);
    if (!row || !(target instanceof HTMLInputElement) || event.altKey || event.ctrlKey || event.metaKey) return;
    if (key === "Enter") return this.retime(row);
    if (key !== "ArrowUp" && key !== "ArrowDown") return;
    event.preventDefault();
    row.nudge(target, (key === "ArrowUp" ? 1 : -1) * (event.shiftKey ? 1 : 0.1));
    this.retime(row);
  }

  /** Do something with the current caption. @param {string} name */
  act(name) {
    const { index } = this.rows;
    const cue = this.cues[index];
    const row = cue && this.rows.rows.get(cue.key);
    if (name === "add") return this.add(index);
    if (!row) return;
    if (name === "play") this.media.toggle(cue.start);
    else if (name === "start-here" || name === "end-here") {
      row[name === "start-here" ? "start" : "end"].value = writeExact(this.media.time);
      this.retime(row);
    } else if (name === "split") this.split(row, index);
    else if (name === "merge") this.merge(index);
    else if (name === "remove") {
      const what = t("ce_what_remove", { number: number(index + 1) });
      this.change(edits.remove(this.cues, index), { what, key: cue.key });
      this.after(what, this.cues[Math.min(index, this.cues.length - 1)]?.key);
    }
  }

  /** @param {Row} row @param {number} index */
  split(row, index) {
    const cursor = readBefore(row.text.value, row.text.selectionStart);
    const offset = splitPlace(plain(this.cues[index].text), cursor);
    try {
      const what = t("ce_what_split", { number: number(index + 1) });
      this.change(edits.split(this.cues, index, offset), { what, key: row.key });
      this.after(what, this.cues[index + 1].key);
    } catch (error) {
      if (!(error instanceof edits.EditError)) throw error;
      row.complain(t(`ce_${error.code}`), null);
      say(t(`ce_${error.code}`));
    }
  }

  /** @param {number} index */
  merge(index) {
    if (index + 1 >= this.cues.length) return say(t("ce_nothing_next"));
    const what = t("ce_what_merge", { number: number(index + 1), next: number(index + 2) });
    this.change(edits.merge(this.cues, index), { what, key: this.cues[index].key });
    this.after(what, this.cues[index].key);
  }

  /** @param {number} index of the caption that it follows */
  add(index) {
    const cues = edits.insert(this.cues, index, this.media.time);
    const what = t("ce_what_add", { number: number(index + 2) });
    this.change(cues, { what, key: cues[index + 1].key });
    this.after(what, cues[index + 1].key);
  }

  /** Say what was done, and go on where one would. @param {string} what @param {number|undefined} key */
  after(what, key) {
    say(t("ce_did", { what }));
    if (key !== undefined) this.rows.go(key);
    else part(this.dialog, "append").focus();
    const row = this.rows.rows.get(key ?? -1);
    row?.text.setSelectionRange(0, 0);
  }

  /** To another caption, in the same field. @param {1|-1} by */
  walk(by) {
    const cue = this.cues[this.rows.index + by];
    if (!cue) return;
    this.rows.go(cue.key, { field: this.field ?? "text" });
    this.look();
  }

  /** Show the picture of the caption that somebody stays at. */
  look() {
    clearTimeout(this.looking);
    this.looking = window.setTimeout(() => {
      const cue = this.cues[this.rows.index];
      if (cue) this.media.peek(cue.start);
    }, LOOK);
  }

  /** To a time without a caption: the one before it. @param {number} time seconds */
  seek(time) {
    const at = this.cues.filter(({ start }) => start <= time).length;
    const cue = this.cues[Math.max(0, at - 1)];
    if (cue) this.rows.go(cue.key);
    this.media.peek(time);
  }

  /** @param {number} time at which the media stands */
  stand(time) {
    const standing = edits.standing(this.cues, time);
    this.standing.textContent = standing.map((cue) => plain(cue.text)).join("\n");
    this.rows.mark(new Set(standing.map(({ key }) => key)));
  }
}
