/** Buttons that copy a field, named by data-copy. */

import { byId, say } from "./dom.js";
import { t } from "./messages.js";

/** @param {HTMLInputElement | HTMLTextAreaElement} field */
async function copy(field) {
  try {
    await navigator.clipboard.writeText(field.value);
    return true;
  } catch {
    // In a frame the platform has to allow it; the old way asks nobody, where a browser still has it.
    field.focus();
    field.select();
    return document.execCommand("copy");
  }
}

export function copyButtons() {
  for (const button of document.querySelectorAll("[data-copy]")) {
    button.addEventListener("click", async () => {
      const name = /** @type {HTMLElement} */ (button).dataset.copy ?? "";
      const field = /** @type {HTMLInputElement | HTMLTextAreaElement} */ (byId(name));
      say(t((await copy(field)) ? "copied" : "not_copied"));
    });
  }
}
