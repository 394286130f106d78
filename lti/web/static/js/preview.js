/** The preview in the item's view. */

import { byId, make, show } from "./dom.js";
import { t } from "./messages.js";

/** @param {import("./choices.js").Track[]} tracks */
function trackElements(tracks) {
  return tracks
    .filter((track) => track.src)
    .map(({ kind, language, label, src }) => make("track", { kind, srclang: language, label, src }));
}

export class Preview {
  constructor() {
    this.box = byId("preview-box");
    /** @type {HTMLMediaElement|null} */ this.media = null;
  }

  /**
   * Show an item with its tracks.
   * @param {import("./choices.js").Detail} detail @param {string} title
   */
  load(detail, title) {
    this.unload();
    const media = /** @type {HTMLMediaElement} */ (
      make(detail.item.type === "audio" ? "audio" : "video", { controls: true, playsInline: true, preload: "metadata" })
    );
    media.setAttribute("aria-label", title);
    media.append(
      ...trackElements(detail.tracks),
      ...detail.sources.map((source) => make("source", { src: source.url, type: source.type })),
    );
    media.lastElementChild?.addEventListener("error", () => this.fail());
    media.addEventListener("error", () => this.fail());
    if (!detail.sources.length) return this.fail();
    this.media = media;
    this.box.replaceChildren(media);
    show(this.box, true);
    this.showTools(true);
  }

  /** Show other captions: those that were there may have changed. @param {import("./choices.js").Track[]} tracks */
  caption(tracks) {
    if (!this.media) return;
    for (const old of this.media.querySelectorAll("track")) old.remove();
    this.media.prepend(...trackElements(tracks));
  }

  fail() {
    this.unload();
    byId("preview-problem").textContent = t("no_source");
    show(byId("preview-problem"), true);
  }

  /** @param {boolean} shown */
  showTools(shown) {
    for (const id of ["start-here", "end-here"]) show(byId(id), shown);
  }

  /** Stop and let go of the media: a removed element may go on sounding otherwise. */
  unload() {
    if (this.media) {
      this.media.pause();
      this.media.replaceChildren();
      this.media.removeAttribute("src");
      this.media.load();
    }
    this.media = null;
    this.box.replaceChildren();
    show(this.box, false);
    show(byId("preview-problem"), false);
    this.showTools(false);
  }

  /** Where the preview stands, in seconds. */
  get time() {
    return this.media?.currentTime ?? 0;
  }

  /** How long the media is, in seconds, if the browser knows. @returns {number|null} */
  get length() {
    const duration = this.media?.duration;
    return duration !== undefined && Number.isFinite(duration) ? duration : null;
  }
}
