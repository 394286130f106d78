/** Another language or kind for a track of Canvas; its text stays. */

import { part, say, show, stamp } from "./dom.js";
import { languages } from "./languages.js";
import { t } from "./messages.js";

/**
 * @param {import("./care.js").Care} care @param {import("./care-panel.js").Panel} panel
 * @param {import("./care.js").Track} track
 */
export async function open(care, panel, track) {
  const text = await care.call("text", { track: track.id });
  const form = panel.fill(stamp("care-mark"));
  part(form, "title").textContent = t("cc_mark", { name: track.name });
  part(form, "why").textContent = text.why_not ?? "";
  show(part(form, "fields"), text.writable);
  const language = /** @type {HTMLSelectElement} */ (part(form, "language"));
  const kind = /** @type {HTMLSelectElement} */ (part(form, "kind"));
  language.append(...languages().map(({ tag, name }) => new Option(name, tag)));
  if (![...language.options].some(({ value }) => value === text.language)) language.append(new Option(text.name, text.language));
  language.value = text.language;
  kind.value = text.kind;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (language.value === text.language && kind.value === text.kind) return say(t("cc_mark_same"));
    const name = language.selectedOptions[0].textContent ?? language.value;
    const body = { track: track.id, version: text.version, language: language.value, kind: kind.value };
    care.run(part(form, "send"), async () => {
      const answer = await care.call("mark", body);
      panel.close();
      care.took(answer, t("cc_marked", { name, kind: t(`cc_kind_${kind.value}`) }), "mark");
    });
  });
}
