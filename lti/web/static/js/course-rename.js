/** Other titles for several media: by a pattern, by hand, or both. What fails stays to be tried again. */

import { ApiError } from "./api.js";
import { Bulk } from "./course-bulk.js";
import { byId, make, say } from "./dom.js";
import { counted, shortTitle, t } from "./messages.js";

/** @typedef {import("./course-data.js").Row} Row */
/** @typedef {{api: import("./api.js").Api, rows: Row[], changed: (id: string, change: Partial<Row>) => void}} Parts */

const LONGEST = 255; // characters that Canvas keeps

/**
 * @param {string} pattern {title} stands for the title that there is, {n} for the place in the list
 * @param {string} title @param {number} place from 1
 */
export function patterned(pattern, title, place) {
  return pattern.replaceAll("{n}", String(place)).replaceAll("{title}", title).trim().slice(0, LONGEST);
}

class Renaming {
  constructor() {
    this.bulk = new Bulk("rename", () => this.rename());
    this.pattern = /** @type {HTMLInputElement} */ (byId("rename-pattern"));
    /** What was typed and not saved, by media: it is there again when the dialog is. @type {Map<string, string>} */
    this.drafts = new Map();
    /** @type {{row: Row, input: HTMLInputElement, said: HTMLElement, entry: HTMLElement}[]} */ this.entries = [];
    byId("rename-fill").addEventListener("click", () => this.fill());
    this.pattern.addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      event.preventDefault(); // Enter in the pattern fills in; it must not rename at once
      this.fill();
    });
    this.bulk.dialog.addEventListener("close", () => (this.parts = null));
  }

  /** @param {Parts} parts */
  open(parts) {
    const rows = parts.rows.filter(({ catalogue }) => catalogue === "canvas");
    const others = parts.rows.length - rows.length;
    if (!rows.length) return say(t("rename_studio_only"));
    this.parts = parts;
    this.entries = rows.map((row, at) => this.entry(row, at));
    byId("rename-list").replaceChildren(...this.entries.map(({ entry }) => entry));
    this.bulk.status.textContent = others ? counted("rename_not_studio", others) : "";
    this.bulk.open();
  }

  /** @param {Row} row @param {number} at */
  entry(row, at) {
    const input = /** @type {HTMLInputElement} */ (make("input", { id: `rename-${at}`, maxLength: LONGEST, dir: "auto", autocomplete: "off" }));
    input.value = this.drafts.get(row.id) ?? row.title;
    input.addEventListener("input", () => this.drafts.set(row.id, input.value));
    const said = make("p", { className: "hint", id: `rename-said-${at}` });
    input.setAttribute("aria-describedby", said.id);
    const label = make("label", { htmlFor: input.id, dir: "auto" }, shortTitle(row.title));
    return { row, input, said, entry: make("li", { className: "field" }, label, input, said) };
  }

  fill() {
    this.entries.forEach(({ row, input }, at) => {
      if (input.disabled) return;
      input.value = patterned(this.pattern.value || "{title}", row.title, at + 1);
      this.drafts.set(row.id, input.value);
    });
    this.bulk.status.textContent = t("rename_filled");
  }

  async rename() {
    const open = this.entries.filter(({ row, input }) => !input.disabled && input.value.trim() !== row.title);
    if (open.length) return this.bulk.run(open, (entry) => this.one(entry));
    this.bulk.status.textContent = t("rename_nothing");
  }

  /** @param {{row: Row, input: HTMLInputElement, said: HTMLElement}} entry @returns {Promise<boolean>} whether it was done */
  async one(entry) {
    const { parts } = this;
    if (!parts) return false;
    const { row, input } = entry;
    try {
      const body = { handle: row.handle, title: input.value };
      const { title, handle } = await parts.api.call("captions", { method: "POST", more: "rename", body });
      parts.changed(row.id, { title, handle });
      this.drafts.delete(row.id);
      this.bulk.done(entry);
      return true;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      return this.bulk.complain(entry, `${error.message} ${error.nextStep}`);
    }
  }
}

/** @type {Renaming|null} */ let renaming = null;

/** @param {Parts} parts */
export function open(parts) {
  renaming ??= new Renaming();
  renaming.open(parts);
}
