/** Captions from a file: read, their language guessed and confirmed, then added. */

import { ApiError } from "./api.js";
import { showTrouble } from "./care-panel.js";
import { complainAt } from "./field.js";
import { make, part, show, stamp } from "./dom.js";
import { languages } from "./languages.js";
import { counted, t } from "./messages.js";

const LARGEST = 5_000_000; // bytes; in base64 a third more

/** @param {string} code @param {string} key */
function ownError(code, key) {
  return new ApiError({ code, message: t(key), next_step: t(`${key}_next`) }, 0);
}

/** @param {File} file @returns {Promise<string>} its bytes in base64 */
function read(file) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.addEventListener("load", () => resolve(String(reader.result).split(",")[1] ?? ""));
    reader.addEventListener("error", () => reject(ownError("file", "cc_unreadable_file")));
    reader.readAsDataURL(file);
  });
}

/** @param {import("./care.js").Care} care @param {import("./care-panel.js").Panel} panel */
export async function open(care, panel) {
  new AddForm(care, panel.fill(stamp("care-add")), panel);
}

class AddForm {
  /** @param {import("./care.js").Care} care @param {HTMLElement} form @param {import("./care-panel.js").Panel} panel */
  constructor(care, form, panel) {
    this.care = care;
    this.form = form;
    this.panel = panel;
    this.language = /** @type {HTMLSelectElement} */ (part(form, "language"));
    this.kind = /** @type {HTMLSelectElement} */ (part(form, "kind"));
    this.file = /** @type {HTMLInputElement} */ (part(form, "file"));
    /** @type {{name: string, content: string}|null} */ this.chosen = null;
    this.language.setAttribute("aria-describedby", (part(form, "language-problem").id = `${this.language.id}-problem`));
    this.language.append(...languages().map(({ tag, name }) => new Option(name, tag)));
    show(part(form, "kind-field"), !care.studio);
    this.file.focus();
    this.file.addEventListener("change", () => this.look());
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.send(part(form, "send"), false);
    });
  }

  look() {
    const file = this.file.files?.[0];
    this.chosen = null;
    show(part(this.form, "looked"), false);
    if (!file) return;
    this.care.run(this.file, async () => {
      if (file.size > LARGEST) throw ownError("file", "cc_too_large");
      const chosen = { name: file.name, content: await read(file) };
      const looked = await this.care.call("add", chosen);
      this.chosen = chosen;
      this.show(looked);
    });
  }

  /** @param {any} looked */
  show(looked) {
    const { form } = this;
    const grade = t("cc_grade", { grade: looked.grade, words: looked.grade_words });
    part(form, "summary").textContent = `${counted("cc_looked", looked.cues)}. ${grade}`;
    show(part(form, "mends-box"), looked.mends.length > 0);
    part(form, "mends-title").textContent = counted("cc_mends", looked.mends.length);
    part(form, "mends").replaceChildren(...looked.mends.map((/** @type {string} */ mend) => make("li", {}, mend)));
    const { guess } = looked;
    const known = [...this.language.options].some(({ value }) => value === guess?.language);
    if (guess && !known) this.language.append(new Option(guess.name, guess.language));
    this.language.value = guess?.language ?? "";
    part(form, "guess").textContent = guess ? t(`cc_guess_${guess.from}`, { name: guess.name }) : t("cc_guess_none");
    show(part(form, "looked"), true);
    this.language.focus();
  }

  /** @param {HTMLElement} button @param {boolean} replace */
  send(button, replace) {
    const { care } = this;
    const language = this.language.value;
    complainAt(this.language, language ? "" : t("cc_language_needed"));
    if (!language) return this.language.focus();
    return care.run(
      button,
      async () => {
        const answer = await care.call("add", { ...this.chosen, language, kind: this.kind.value, replace });
        this.panel.close();
        care.took(answer, t("cc_added", { name: this.language.selectedOptions[0].textContent ?? language }));
      },
      (error) => {
        if (error.code !== "captions_taken") return false;
        const label = t(care.studio ? "cc_beside" : "cc_replace");
        showTrouble(care.problem, error, [{ label, act: (again) => this.send(again, true) }]);
        return true;
      },
    );
  }
}
