/** Another title for a media item of Canvas. */

import { part, stamp } from "./dom.js";

/** @param {import("./care.js").Care} care @param {import("./care-panel.js").Panel} panel */
export async function open(care, panel) {
  const form = panel.fill(stamp("care-rename"));
  const field = /** @type {HTMLInputElement} */ (part(form, "name"));
  field.value = care.item.title;
  field.focus();
  field.select();
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const button = /** @type {HTMLElement} */ (form.querySelector("[type=submit]"));
    care.run(button, async () => {
      const answer = await care.call("rename", { title: field.value });
      care.item = { ...care.item, title: answer.title };
      care.renamed(answer.title, answer.handle);
      panel.leave();
    });
  });
}
