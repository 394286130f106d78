/** One thing done to several media, one after the other, in a dialog. What fails stays to be tried again. */

import { byId, say } from "./dom.js";
import { counted, number, t } from "./messages.js";

/** @typedef {{input: HTMLInputElement|HTMLSelectElement, said: HTMLElement}} Entry what is asked for a media, and the words below it */

export class Bulk {
  /**
   * @param {string} name of the dialog's elements and of its words
   * @param {() => void} start called when the person wants it to be done
   */
  constructor(name, start) {
    this.name = name;
    this.dialog = /** @type {HTMLDialogElement} */ (byId(`${name}-dialog`));
    this.go = byId(`${name}-go`);
    this.status = byId(`${name}-status`);
    this.busy = false;
    byId(`${name}-close`).addEventListener("click", () => this.dialog.close());
    byId(`${name}-form`).addEventListener("submit", (event) => {
      event.preventDefault();
      if (!this.busy) start();
    });
  }

  open() {
    this.dialog.showModal();
    byId(`${this.name}-title`).focus();
  }

  /**
   * @template {Entry} T
   * @param {T[]} entries @param {(entry: T) => Promise<boolean>} one does it; tells whether it was done
   */
  async run(entries, one) {
    this.busy = true;
    this.go.setAttribute("aria-busy", "true");
    let failed = 0;
    for (const [at, entry] of entries.entries()) {
      if (!this.dialog.open) break; // closing ends it after the one that is under way
      this.status.textContent = t(`${this.name}_busy`, { count: number(at + 1), all: number(entries.length) });
      failed += Number(!(await one(entry)));
    }
    this.busy = false;
    this.go.removeAttribute("aria-busy");
    if (!this.dialog.open) return;
    if (failed) {
      this.status.textContent = counted(`${this.name}_failed`, failed);
      entries.find(({ input }) => input.getAttribute("aria-invalid"))?.input.focus();
      return;
    }
    this.dialog.close();
    say(counted(`${this.name}_all_done`, entries.length));
  }

  /** @param {Entry} entry that was done: nothing more is asked for it */
  done({ input, said }) {
    input.disabled = true;
    input.removeAttribute("aria-invalid");
    said.className = "hint";
    said.textContent = t(`${this.name}_done`);
  }

  /** @param {Entry} entry @param {string} words what went wrong @returns {false} */
  complain({ input, said }, words) {
    input.setAttribute("aria-invalid", "true");
    said.className = "field-problem";
    said.textContent = words;
    return false;
  }
}
