/** A track for another item, of either catalogue. */

import { showTrouble } from "./care-panel.js";
import { make, part, say, show, stamp } from "./dom.js";
import { MediaList, atStudio } from "./list.js";
import { counted, shortTitle, t } from "./messages.js";

/** @typedef {import("./list.js").Item} Item */

/**
 * @param {import("./care.js").Care} care @param {import("./care-panel.js").Panel} panel
 * @param {import("./care.js").Track} track
 */
export async function open(care, panel, track) {
  const form = panel.fill(stamp("care-copy"));
  part(form, "title").textContent = t("cc_copy", { name: track.name });
  const where = /** @type {HTMLSelectElement} */ (part(form, "where"));
  where.append(...care.what.scopes.map((scope) => new Option(t(`cc_where_${scope}`), scope)));
  // A copy goes to the other catalogue more often than not: to the same recording there.
  where.value = care.what.scopes.find((scope) => atStudio(scope) !== care.studio) ?? care.what.scopes[0];
  const search = /** @type {HTMLInputElement} */ (part(form, "search"));
  search.value = shortTitle(care.item.title, 60).replace(/…$/, "");
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const button = /** @type {HTMLElement} */ (form.querySelector("[type=submit]"));
    care.run(button, () => look(care, form, track, where.value, search.value.trim()));
  });
}

/**
 * @param {import("./care.js").Care} care @param {HTMLElement} form @param {import("./care.js").Track} track
 * @param {string} scope @param {string} search
 */
async function look(care, form, track, scope, search) {
  /** @type {Item[]} */ let found = [];
  const list = new MediaList(care.what.api, scope, (added) => {
    found = [...found, ...added];
  });
  await list.start({ search });
  if (list.problem) throw list.problem;
  const others = found.filter((item) => item.id !== care.item.id && !item.external);
  part(form, "found").textContent = others.length ? counted("cc_items", others.length) : t("cc_items_none");
  part(form, "list").replaceChildren(...others.map((item) => row(care, track, item)));
}

/** @param {import("./care.js").Care} care @param {import("./care.js").Track} track @param {Item} item */
function row(care, track, item) {
  const title = shortTitle(item.title);
  const button = make("button", { type: "button", className: "button small" }, t("cc_copy_here"));
  button.setAttribute("aria-label", t("cc_copy_to", { title }));
  const trouble = make("div", { className: "notice problem", tabIndex: -1, hidden: true });
  trouble.setAttribute("role", "alert");
  const done = make("span", { className: "facts" });
  const copy = (/** @type {HTMLElement} */ pressed, /** @type {boolean} */ replace) =>
    care.run(
      pressed,
      async () => {
        const body = { from: care.handle, track: track.id, to: item.handle, replace };
        const answer = await care.what.api.call("captions", { method: "POST", more: "copy", body });
        show(trouble, false);
        done.textContent = [t("cc_copied", { name: track.name, title }), answer.note].filter(Boolean).join(" ");
        say(done.textContent);
        button.focus();
      },
      (error) => {
        if (error.code !== "captions_taken") return false;
        const label = t(item.catalogue === "studio" ? "cc_beside" : "cc_replace");
        showTrouble(trouble, error, [{ label, act: (again) => copy(again, true) }]);
        return true;
      },
    );
  button.addEventListener("click", () => copy(button, false));
  return make("li", {}, make("bdi", {}, title), button, done, trouble);
}
