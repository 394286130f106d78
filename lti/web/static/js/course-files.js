/** Caption files of one language for several media: matched by their names, looked at by a person, then added. */

import { ApiError } from "./api.js";
import { match } from "./course-match.js";
import { byId, make, say, show } from "./dom.js";
import { guessLanguage, languages } from "./languages.js";
import { counted, languageName, number, shortTitle, t } from "./messages.js";

/** @typedef {import("./course-data.js").Row} Row */
/** @typedef {{api: import("./api.js").Api, rows: Row[], refresh: (row: Row) => Promise<void>}} Parts */

const LARGEST = 700_000; // bytes; a request of ours is a mebibyte at most, and a file in it a third larger

/** @param {File} file @returns {Promise<string>} base64 */
function encoded(file) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.addEventListener("load", () => resolve(String(reader.result).replace(/^[^,]*,/, "")));
    reader.addEventListener("error", () => reject(reader.error));
    reader.readAsDataURL(file);
  });
}

class Adding {
  constructor() {
    this.dialog = /** @type {HTMLDialogElement} */ (byId("files-dialog"));
    this.input = /** @type {HTMLInputElement} */ (byId("files-input"));
    this.language = /** @type {HTMLSelectElement} */ (byId("files-language"));
    this.kind = /** @type {HTMLSelectElement} */ (byId("files-kind"));
    this.replace = /** @type {HTMLInputElement} */ (byId("files-replace"));
    this.go = byId("files-go");
    this.status = byId("files-status");
    this.busy = false;
    /** @type {{file: File, select: HTMLSelectElement, said: HTMLElement}[]} */ this.entries = [];
    this.language.append(...languages().map(({ tag, name }) => new Option(name, tag)));
    this.input.addEventListener("change", () => this.choose());
    byId("files-close").addEventListener("click", () => this.dialog.close());
    byId("files-form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.add();
    });
  }

  /** @param {Parts} parts */
  open(parts) {
    this.parts = parts;
    this.input.value = "";
    this.choose();
    this.dialog.showModal();
    byId("files-title").focus();
  }

  /** Show which file goes where; the language is that of most names. */
  choose() {
    const { parts } = this;
    const files = [...(this.input.files ?? [])];
    if (!parts) return;
    const found = match(files.map(({ name }) => name), parts.rows);
    this.entries = files.map((file, at) => this.entry(parts.rows, file, found[at], at));
    byId("files-list").replaceChildren(...this.entries.map(({ select, said }, at) => this.line(files[at], select, said)));
    show(byId("files-matched"), files.length > 0);
    const guesses = files.map(({ name }) => guessLanguage(name)).filter(Boolean);
    const most = guesses.sort((one, other) => guesses.filter((tag) => tag === other).length - guesses.filter((tag) => tag === one).length)[0];
    if (most) this.speak(most);
    const missing = found.filter((id) => !id).length;
    this.status.textContent = files.length ? t(missing ? "files_some" : "files_all", { count: number(missing) }) : "";
  }

  /** @param {string} tag */
  speak(tag) {
    if (![...this.language.options].some(({ value }) => value === tag)) this.language.append(new Option(languageName(tag) ?? tag, tag));
    this.language.value = tag;
  }

  /** @param {Row[]} rows @param {File} file @param {string|null} id @param {number} at */
  entry(rows, file, id, at) {
    const select = /** @type {HTMLSelectElement} */ (make("select", { id: `files-${at}` }));
    select.append(new Option(t("files_none"), ""), ...rows.map((row) => new Option(shortTitle(row.title, 100), row.id)));
    select.value = id ?? "";
    const said = make("p", { className: "hint", id: `files-said-${at}` });
    select.setAttribute("aria-describedby", said.id);
    return { file, select, said };
  }

  /** @param {File} file @param {HTMLSelectElement} select @param {HTMLElement} said */
  line(file, select, said) {
    return make("li", { className: "field" }, make("label", { htmlFor: select.id, dir: "auto" }, file.name), select, said);
  }

  async add() {
    const open = this.entries.filter(({ select }) => select.value && !select.disabled);
    if (this.busy || !open.length) {
      if (!this.busy) this.status.textContent = t("files_nothing");
      return;
    }
    if (new Set(open.map(({ select }) => select.value)).size < open.length) {
      this.status.textContent = t("files_twice");
      return;
    }
    this.busy = true;
    this.go.setAttribute("aria-busy", "true");
    let failed = 0;
    for (const [at, entry] of open.entries()) {
      if (!this.dialog.open) break; // closing ends it after the one that is under way
      this.status.textContent = t("files_busy", { count: number(at + 1), all: number(open.length) });
      failed += Number(!(await this.one(entry)));
    }
    this.busy = false;
    this.go.removeAttribute("aria-busy");
    if (!this.dialog.open) return;
    if (failed) {
      this.status.textContent = counted("files_failed", failed);
      this.entries.find(({ select }) => select.getAttribute("aria-invalid"))?.select.focus();
      return;
    }
    this.dialog.close();
    say(counted("files_added", open.length));
  }

  /** @param {{file: File, select: HTMLSelectElement, said: HTMLElement}} entry @returns {Promise<boolean>} whether it was done */
  async one({ file, select, said }) {
    const { parts } = this;
    const row = parts?.rows.find(({ id }) => id === select.value);
    if (!parts || !row) return false;
    try {
      if (file.size > LARGEST) throw new ApiError({ code: "too_large", message: t("files_large"), next_step: "" }, 0);
      const [language, kind, replace] = [this.language.value, this.kind.value, this.replace.checked];
      const body = { handle: row.handle, name: file.name, content: await encoded(file), language, kind, replace };
      await parts.api.call("captions", { method: "POST", more: "add", body });
      select.disabled = true;
      select.removeAttribute("aria-invalid");
      said.className = "hint";
      said.textContent = t("files_done");
      await parts.refresh(row);
      return true;
    } catch (error) {
      if (error instanceof DOMException) return this.complain(select, said, t("files_unreadable"));
      if (!(error instanceof ApiError)) throw error;
      // What was added is added, even where the row could not be looked at anew.
      return select.disabled || this.complain(select, said, `${error.message} ${error.nextStep}`);
    }
  }

  /** @param {HTMLElement} select @param {HTMLElement} said @param {string} words */
  complain(select, said, words) {
    select.setAttribute("aria-invalid", "true");
    said.className = "field-problem";
    said.textContent = words;
    return false;
  }
}

/** @type {Adding|null} */ let adding = null;

/** @param {Parts} parts */
export function open(parts) {
  adding ??= new Adding();
  adding.open(parts);
}
