/** Caption files of one language for several media: matched by their names, looked at by a person, then added. */

import { ApiError } from "./api.js";
import { Bulk } from "./course-bulk.js";
import { match } from "./course-match.js";
import { byId, make, say, show } from "./dom.js";
import { guessLanguage, languages } from "./languages.js";
import { languageName, number, shortTitle, t } from "./messages.js";

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
    this.bulk = new Bulk("files", () => this.add());
    this.chosen = /** @type {HTMLInputElement} */ (byId("files-input"));
    this.language = /** @type {HTMLSelectElement} */ (byId("files-language"));
    this.kind = /** @type {HTMLSelectElement} */ (byId("files-kind"));
    this.replace = /** @type {HTMLInputElement} */ (byId("files-replace"));
    /** @type {Row[]} */ this.rows = [];
    /** @type {{file: File, input: HTMLSelectElement, said: HTMLElement}[]} */ this.entries = [];
    this.language.append(...languages().map(({ tag, name }) => new Option(name, tag)));
    this.chosen.addEventListener("change", () => this.choose());
  }

  /** @param {Parts} parts */
  open(parts) {
    // What Studio only points to has its captions elsewhere.
    this.rows = parts.rows.filter(({ external }) => !external);
    if (!this.rows.length) return say(t("files_external"));
    this.parts = parts;
    this.chosen.value = "";
    this.choose();
    show(byId("files-studio"), this.rows.some(({ catalogue }) => catalogue === "studio"));
    this.bulk.open();
  }

  /** Show which file goes where; the language is that of most names. */
  choose() {
    const files = [...(this.chosen.files ?? [])];
    const found = match(files.map(({ name }) => name), this.rows);
    this.entries = files.map((file, at) => this.entry(file, found[at], at));
    byId("files-list").replaceChildren(...this.entries.map((entry) => this.line(entry)));
    show(byId("files-matched"), files.length > 0);
    const guesses = files.map(({ name }) => guessLanguage(name)).filter(Boolean);
    const most = guesses.sort((one, other) => guesses.filter((tag) => tag === other).length - guesses.filter((tag) => tag === one).length)[0];
    if (most) this.speak(most);
    const missing = found.filter((id) => !id).length;
    this.bulk.status.textContent = files.length ? t(missing ? "files_some" : "files_all", { count: number(missing) }) : "";
  }

  /** @param {string} tag */
  speak(tag) {
    if (![...this.language.options].some(({ value }) => value === tag)) this.language.append(new Option(languageName(tag) ?? tag, tag));
    this.language.value = tag;
  }

  /** @param {File} file @param {string|null} id @param {number} at */
  entry(file, id, at) {
    const input = /** @type {HTMLSelectElement} */ (make("select", { id: `files-${at}` }));
    input.append(new Option(t("files_none"), ""), ...this.rows.map((row) => new Option(this.name(row), row.id)));
    input.value = id ?? "";
    const said = make("p", { className: "hint", id: `files-said-${at}` });
    input.setAttribute("aria-describedby", said.id);
    return { file, input, said };
  }

  /** @param {Row} row */
  name(row) {
    const title = shortTitle(row.title, 100);
    return row.catalogue === "studio" ? t("title_studio", { title }) : title;
  }

  /** @param {{file: File, input: HTMLSelectElement, said: HTMLElement}} entry */
  line({ file, input, said }) {
    return make("li", { className: "field" }, make("label", { htmlFor: input.id, dir: "auto" }, file.name), input, said);
  }

  async add() {
    const open = this.entries.filter(({ input }) => input.value && !input.disabled);
    const twice = new Set(open.map(({ input }) => input.value)).size < open.length;
    if (open.length && !twice) return this.bulk.run(open, (entry) => this.one(entry));
    this.bulk.status.textContent = t(twice ? "files_twice" : "files_nothing");
  }

  /** @param {{file: File, input: HTMLSelectElement, said: HTMLElement}} entry @returns {Promise<boolean>} whether it was done */
  async one(entry) {
    const { parts } = this;
    const { file, input } = entry;
    const row = this.rows.find(({ id }) => id === input.value);
    if (!parts || !row) return false;
    try {
      if (file.size > LARGEST) throw new ApiError({ code: "too_large", message: t("files_large"), next_step: "" }, 0);
      const [language, kind, replace] = [this.language.value, this.kind.value, this.replace.checked];
      const body = { handle: row.handle, name: file.name, content: await encoded(file), language, kind, replace };
      await parts.api.call("captions", { method: "POST", more: "add", body });
      this.bulk.done(entry);
      await parts.refresh(row);
      return true;
    } catch (error) {
      if (error instanceof DOMException) return this.bulk.complain(entry, t("files_unreadable"));
      if (!(error instanceof ApiError)) throw error;
      // What was added is added, even where the row could not be looked at anew.
      return input.disabled || this.bulk.complain(entry, `${error.message} ${error.nextStep}`);
    }
  }
}

/** @type {Adding|null} */ let adding = null;

/** @param {Parts} parts */
export function open(parts) {
  adding ??= new Adding();
  adding.open(parts);
}
