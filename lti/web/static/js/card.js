/** One card of the list. */

import { icon, make, part, show, stamp } from "./dom.js";
import { inRow, number, shortTitle, t } from "./messages.js";
import { writeTime } from "./time.js";

const MOST_CHIPS = 6;

/** @param {import("./list.js").ListedTrack} track */
function chip(track) {
  /** @param {string} key @param {string} className */
  const text = (key, className) => make("span", { className }, ` ${t(key)}`);
  const element = make("li", { className: `chip ${track.state}` }, make("span", {}, track.name));
  if (track.origin === "machine") element.append(icon("machine"), text("machine", "unseen"));
  if (track.state !== "ready") element.append(text(`state_${track.state}`, "chip-state"));
  return element;
}

/** @param {Element} list @param {import("./list.js").Item} item */
function fillChips(list, { tracks, external }) {
  if (external) {
    list.append(make("li", { className: "chip none" }, icon("alert"), t("external", { host: external })));
    return;
  }
  if (!tracks) {
    list.remove(); // not known before it is looked at closely
    return;
  }
  if (!tracks.length) {
    list.append(make("li", { className: "chip none" }, icon("alert"), t("no_captions")));
    return;
  }
  list.setAttribute("aria-label", t("caption_languages"));
  // Canvas lists the texts of each file that shares the media: one language twice, which says nothing more here.
  const different = [...new Map(tracks.map((track) => [`${track.language} ${track.origin} ${track.state}`, track])).values()];
  list.append(...different.slice(0, MOST_CHIPS).map(chip));
  const rest = different.length - MOST_CHIPS;
  if (rest > 0) list.append(make("li", { className: "chip" }, t("more_tracks", { count: number(rest) })));
}

/**
 * Make a card.
 * @param {import("./list.js").Item} item
 * @param {{multiple: boolean, picked: boolean}} options
 * @returns {HTMLLIElement}
 */
export function card(item, { multiple, picked }) {
  const content = stamp("card");
  const element = /** @type {HTMLLIElement} */ (content.firstElementChild);
  element.dataset.id = item.id;

  const box = /** @type {HTMLInputElement} */ (part(element, "pick"));
  if (multiple) {
    box.checked = picked;
    box.setAttribute("aria-label", t("pick", { title: shortTitle(item.title) }));
  } else {
    box.remove();
  }

  part(element, "title").textContent = shortTitle(item.title, 300);
  // Studio does not say in its lists what has no picture, but whose it is.
  const kind = item.catalogue === "studio" ? item.owner : t(item.type);
  part(element, "facts").textContent = inRow([kind, item.created_text]);
  fillChips(part(element, "chips"), item);
  if (item.refused) part(element, "facts").after(make("p", { className: "mark" }, icon("alert"), ` ${item.refused}`));

  part(element, "fallback").setAttribute("href", `#i-${item.type}`);
  if (item.duration !== null) {
    const length = part(element, "length");
    length.textContent = writeTime(item.duration);
    show(length, true);
  }
  const image = /** @type {HTMLImageElement} */ (part(element, "image"));
  if (item.thumbnail) {
    // Canvas may have no thumbnail yet, or answer with its login page: the icon behind stays then.
    image.addEventListener("error", () => image.remove(), { once: true });
    image.src = item.thumbnail;
    show(image, true);
  } else {
    image.remove();
  }
  return element;
}
