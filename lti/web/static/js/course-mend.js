/**
 * From a row of the report to the mend: the media and what looks after its captions, in a dialog. The only module here
 * that knows care.js, which is fetched when the first row is opened.
 */

import { ApiError } from "./api.js";
import { alertPerson, byId, make, show } from "./dom.js";
import { detailPath } from "./list.js";
import { shortTitle, t } from "./messages.js";

/** @typedef {import("./course-data.js").Row} Row */

/** Whether this page can mend at all. @param {import("./api.js").Api} api */
export function canMend(api) {
  return Boolean(api.paths.captions && api.paths.detail);
}

/** @param {any} detail of the item @param {string} title @returns {HTMLMediaElement|null} what plays it */
function player(detail, title) {
  if (!detail.sources.length) return null;
  const tag = detail.item.type === "audio" ? "audio" : "video";
  const media = /** @type {HTMLMediaElement} */ (make(tag, { controls: true, playsInline: true, preload: "metadata" }));
  media.setAttribute("aria-label", title);
  for (const { kind, language, label, src } of detail.tracks) {
    if (src) media.append(make("track", { kind, srclang: language, label, src }));
  }
  media.append(...detail.sources.map((/** @type {any} */ source) => make("source", { src: source.url, type: source.type })));
  return media;
}

/** @param {HTMLMediaElement|null} media a removed element may go on sounding otherwise */
function silence(media) {
  media?.pause();
  media?.replaceChildren();
  media?.load();
}

/**
 * Open the captions of a media.
 * @param {{api: import("./api.js").Api, item: Row, scopes: string[]}} parts scopes: lists of media in which copies can go
 * @returns {Promise<void>} done when the person closed them again
 * @throws {ApiError} when the media cannot be opened: it is closed again then
 */
export async function mend({ api, item, scopes }) {
  const dialog = /** @type {HTMLDialogElement} */ (byId("mend-dialog"));
  const [title, place, box] = [byId("mend-title"), byId("mend-body"), byId("mend-media")];
  /** @type {HTMLMediaElement|null} */ let media = null;
  const closed = new Promise((resolve) => dialog.addEventListener("close", () => resolve(undefined), { once: true }));
  byId("mend-close").onclick = () => dialog.close();
  title.textContent = shortTitle(item.title, 200);
  place.textContent = t("loading");
  dialog.querySelector(".alerts")?.replaceChildren();
  dialog.showModal();
  title.focus();
  try {
    const [detail, care] = await Promise.all([
      api.call(detailPath(item), { method: "POST", body: { handle: item.handle } }),
      import("./care.js"),
    ]);
    media = player(detail, title.textContent);
    box.replaceChildren(...(media ? [media] : []));
    show(box, Boolean(media));
    // What Studio only points to, or shows to its owner alone: there is nothing to look after, and the notes say why.
    if (!detail.forms.includes("captioned")) place.replaceChildren(...detail.notes.map((/** @type {string} */ note) => make("p", {}, note)));
    else await care.open({
      api,
      place,
      detail,
      scopes,
      media: () => media,
      needsGrant: (/** @type {ApiError} */ error) => alertPerson(error.message, error.nextStep),
      changed: (/** @type {{handle: string, title?: string}} */ change) => {
        item.handle = change.handle;
        if (change.title) title.textContent = shortTitle(change.title, 200);
      },
    });
    await closed;
  } finally {
    if (dialog.open) dialog.close();
    silence(media);
    box.replaceChildren();
    place.replaceChildren();
  }
}
