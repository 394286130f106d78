/** Other titles for several media: by a pattern, by hand, or both. What fails stays to be tried again. */

import { ApiError } from "./api.js";
import { byId, make, say } from "./dom.js";
import { counted, number, shortTitle, t } from "./messages.js";

/** @typedef {import("./course-data.js").Row} Row */

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
    this.dialog = /** @type {HTMLDialogElement} */ (byId("rename-dialog"));
    this.list = byId("rename-list");
    this.pattern = /** @type {HTMLInputElement} */ (byId("rename-pattern"));
    this.go = byId("rename-go");
    this.status = byId("rename-status");
    this.busy = false;
    /** What was typed and not saved, by media: it is there again when the dialog is. @type {Map<string, string>} */
    this.drafts = new Map();
    /** @type {{row: Row, input: HTMLInputElement, said: HTMLElement, entry: HTMLElement}[]} */ this.entries = [];
    byId("rename-fill").addEventListener("click", () => this.fill());
    byId("rename-close").addEventListener("click", () => this.dialog.close());
    byId("rename-form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.rename();
    });
    this.pattern.addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      event.preventDefault(); // Enter in the pattern fills in; it must not rename at once
      this.fill();
    });
    this.dialog.addEventListener("close", () => (this.parts = null));
  }

  /** @param {{api: import("./api.js").Api, rows: Row[], changed: (row: Row) => void}} parts */
  open(parts) {
    this.parts = parts;
    this.entries = parts.rows.map((row, at) => this.entry(row, at));
    this.list.replaceChildren(...this.entries.map(({ entry }) => entry));
    this.status.textContent = "";
    this.dialog.showModal();
    byId("rename-title").focus();
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
    this.status.textContent = t("rename_filled");
  }

  async rename() {
    if (this.busy) return;
    const open = this.entries.filter(({ row, input }) => !input.disabled && input.value.trim() !== row.title);
    if (!open.length) {
      this.status.textContent = t("rename_nothing");
      return;
    }
    this.busy = true;
    this.go.setAttribute("aria-busy", "true");
    let failed = 0;
    for (const [at, entry] of open.entries()) {
      if (!this.dialog.open) break; // closing ends it after the one that is under way
      this.status.textContent = t("rename_busy", { count: number(at + 1), all: number(open.length) });
      failed += Number(!(await this.one(entry)));
    }
    this.busy = false;
    this.go.removeAttribute("aria-busy");
    if (!this.dialog.open) return;
    if (failed) {
      this.status.textContent = counted("rename_failed", failed);
      this.entries.find(({ input }) => input.getAttribute("aria-invalid"))?.input.focus();
      return;
    }
    this.dialog.close();
    say(counted("renamed", open.length));
  }

  /** @param {{row: Row, input: HTMLInputElement, said: HTMLElement}} entry @returns {Promise<boolean>} whether it was done */
  async one({ row, input, said }) {
    const { parts } = this;
    if (!parts) return false;
    try {
      const answer = await parts.api.call("rename", { method: "POST", body: { handle: row.handle, title: input.value } });
      parts.changed(answer.row);
      this.drafts.delete(row.id);
      input.disabled = true;
      input.removeAttribute("aria-invalid");
      said.className = "hint";
      said.textContent = t("rename_done");
      return true;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      input.setAttribute("aria-invalid", "true");
      said.className = "field-problem";
      said.textContent = `${error.message} ${error.nextStep}`;
      return false;
    }
  }
}

/** @type {Renaming|null} */ let renaming = null;

/** @param {{api: import("./api.js").Api, rows: Row[], changed: (row: Row) => void}} parts */
export function open(parts) {
  renaming ??= new Renaming();
  renaming.open(parts);
}
