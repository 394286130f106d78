/** The caption files of one upload: chosen, guessed in their language, sent, taken back. */

import { ApiError } from "./api.js";
import { make, part, say, show, stamp } from "./dom.js";
import { guessLanguage, languages } from "./languages.js";
import { number, t } from "./messages.js";

export class UploadCaptions {
  /**
   * @param {HTMLElement} row @param {import("./upload-entry.js").Entry} entry
   * @param {(message: string, next: string) => void} late told when a file came after the others had been sent
   */
  constructor(row, entry, late) {
    this.row = row;
    this.entry = entry;
    this.late = late;
    this.list = part(row, "captions");
    this.pending = part(row, "pending");
    this.file = /** @type {HTMLInputElement} */ (part(row, "caption-file"));
    this.file.addEventListener("change", () => {
      const chosen = [...(this.file.files ?? [])];
      this.file.value = "";
      for (const file of chosen) this.take(file);
    });
    this.shown = "";
    /** Names that a guess was made for: who chooses such a file again found the guess wrong. */
    this.guessed = new Set();
  }

  /** @param {File} file */
  take(file) {
    const language = guessLanguage(file.name);
    const again = this.guessed.has(file.name);
    this.guessed.add(file.name);
    if (language && !again) this.send(file, language);
    else this.ask(file, language);
  }

  /** @param {File} file @param {string} language */
  async send(file, language) {
    try {
      await this.entry.addCaption(file, language);
      const { captions = [] } = this.entry.server ?? {};
      const mended = captions.some(({ id, filename }) => filename === file.name && this.entry.mends.get(id)?.length);
      say([t("caption_added", { filename: file.name }), mended ? t("caption_mended") : ""].join(" "));
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (error.code === "upload_captions_sent") return this.late(`${file.name}: ${error.message}`, error.nextStep);
      this.ask(file, language, `${error.message} ${error.nextStep}`);
    }
  }

  /** Ask for the language. @param {File} file @param {string} language @param {string} [problem] */
  ask(file, language, problem = "") {
    const form = /** @type {HTMLElement} */ (stamp("caption-form").firstElementChild);
    const select = /** @type {HTMLSelectElement} */ (part(form, "language"));
    const complaint = part(form, "language-problem");
    const number = document.querySelectorAll(".caption-form").length + 1;
    select.id = `${this.row.id}-language-${number}-${Date.now()}`;
    complaint.id = `${select.id}-problem`;
    select.setAttribute("aria-describedby", complaint.id);
    const label = /** @type {HTMLLabelElement} */ (part(form, "label"));
    label.htmlFor = select.id;
    label.textContent = t("caption_language", { filename: file.name });
    select.append(...languages().map(({ tag, name }) => new Option(name, tag)));
    if (language && ![...select.options].some(({ value }) => value === language)) select.append(new Option(language));
    select.value = language;
    const complain = (/** @type {string} */ words) => {
      complaint.textContent = words;
      show(complaint, Boolean(words));
    };
    complain(problem);
    part(form, "add").addEventListener("click", () => {
      complain(select.value ? "" : t("caption_language_needed"));
      if (!select.value) return select.focus();
      this.file.focus();
      form.remove();
      this.send(file, select.value);
    });
    part(form, "drop").addEventListener("click", () => {
      this.file.focus();
      form.remove();
    });
    this.pending.append(form);
    select.focus();
    if (problem) say(problem);
  }

  render() {
    const captions = this.entry.server?.captions ?? [];
    const may = Boolean(this.entry.server?.can.edit);
    // What was mended is known a moment after the file is listed, if the list was asked for in between.
    const written = JSON.stringify([captions, may, captions.map(({ id }) => this.entry.mends.get(id))]);
    if (written === this.shown) return;
    this.shown = written;
    this.list.replaceChildren(...captions.map((caption) => this.item(caption, may)));
    show(this.list, captions.length > 0);
    show(part(this.row, "caption-field"), may);
  }

  /** Whether somebody is asked for a file's language: that must not vanish because the upload has gone on meanwhile. */
  get asks() {
    return this.pending.childElementCount > 0;
  }

  /** @param {import("./upload-entry.js").Caption} caption @param {boolean} may be taken back */
  item(caption, may) {
    const name = make("bdi", {}, caption.language_name);
    const words = `${caption.filename}, ${t(`caption_${caption.state}`)}`;
    const item = make("li", {}, make("span", {}, make("strong", {}, name), " ", make("span", { className: "facts" }, words)));
    const mends = this.entry.mends.get(caption.id) ?? [];
    if (mends.length) {
      item.append(make("p", { className: "hint" }, t("caption_mended")));
      item.append(make("ul", { className: "notes hint" }, ...mends.map((mend) => make("li", {}, inWords(mend)))));
    }
    if (caption.problem) {
      item.append(make("p", { className: "field-problem" }, `${caption.problem.message} ${caption.problem.next_step}`));
    }
    if (may && caption.state === "waiting") {
      const button = make("button", { type: "button", className: "link" }, t("caption_remove"));
      button.setAttribute("aria-label", t("caption_remove_name", { filename: caption.filename }));
      button.addEventListener("click", () => this.remove(caption));
      item.append(button);
    }
    return item;
  }

  /** @param {import("./upload-entry.js").Caption} caption */
  async remove(caption) {
    this.file.focus();
    try {
      await this.entry.removeCaption(caption.id);
      say(t("caption_removed", { filename: caption.filename }));
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      say(`${error.message} ${error.nextStep}`);
      this.entry.refresh();
    }
  }
}

/** @param {import("./upload-entry.js").Mend} mend */
function inWords({ message, line, count }) {
  if (!line) return message;
  return t(count > 1 ? "mend_often" : "mend_once", { line: number(line), count: number(count), message });
}
