/** The texts that a track had before, each to be put back. */

import { exactly } from "./when.js";
import { make, part, stamp } from "./dom.js";
import { t } from "./messages.js";

/**
 * @param {import("./care.js").Care} care @param {import("./care-panel.js").Panel} panel
 * @param {import("./care.js").Track} track
 */
export async function open(care, panel, track) {
  const { versions } = await care.call("versions", { track: track.id });
  const element = panel.fill(stamp("care-versions"));
  part(element, "title").textContent = t("cc_versions", { name: track.name });
  part(element, "hint").textContent = t(versions.length ? "cc_versions_hint" : "cc_no_versions");
  part(element, "list").append(
    ...versions.map((/** @type {{id: string, when: string, who: string, reason: string}} */ version) => {
      const words = t("cc_version", { when: exactly(version.when), reason: version.reason, who: version.who });
      const button = make("button", { type: "button", className: "button small" }, t("cc_restore"));
      button.setAttribute("aria-label", `${t("cc_restore")}: ${words}`);
      button.addEventListener("click", () => care.restore(button, { id: version.id, name: track.name }));
      return make("li", {}, make("span", {}, words), button);
    }),
  );
}
