/** Captions as a file on the person's own computer. */

import { ApiError } from "./api.js";
import { make, part, say, stamp } from "./dom.js";
import { t } from "./messages.js";

/**
 * @param {import("./care.js").Care} care @param {import("./care-panel.js").Panel} panel
 * @param {import("./care.js").Track} track
 */
export async function open(care, panel, track) {
  const element = panel.fill(stamp("care-download"));
  part(element, "title").textContent = t("cc_download", { name: track.name });
  for (const button of /** @type {NodeListOf<HTMLElement>} */ (element.querySelectorAll("[data-format]"))) {
    button.addEventListener("click", () =>
      care.run(button, async () => {
        await save(care, { track: track.id, format: button.dataset.format });
        say(t("cc_downloaded", { name: track.name }));
      }),
    );
  }
}

/** @param {import("./care.js").Care} care @param {Record<string, unknown>} body */
async function save(care, body) {
  const { api } = care.what;
  const response = await fetch(`${api.paths.captions}/download`, {
    method: "POST",
    headers: { Authorization: `Bearer ${api.token}`, "Content-Type": "application/json" },
    body: JSON.stringify({ handle: care.handle, ...body }),
    credentials: "omit",
    cache: "no-store",
  }).catch(() => null);
  if (!response) throw new ApiError({ code: "network", message: t("network"), next_step: t("network_next") }, 0);
  if (!response.ok) {
    const said = await response.json().catch(() => null);
    const unknown = { code: "internal", message: t("internal"), next_step: t("internal_next") };
    throw new ApiError(said?.error ?? unknown, response.status);
  }
  const named = /filename\*=UTF-8''([^;]+)/.exec(response.headers.get("Content-Disposition") ?? "");
  const address = URL.createObjectURL(await response.blob());
  make("a", { href: address, download: named ? decodeURIComponent(named[1]) : "captions" }).click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
