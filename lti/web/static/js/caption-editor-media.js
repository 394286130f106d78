/** The media beside the captions: plays from a caption, and says where it stands. */

import { make, part, show } from "./dom.js";

export class Media {
  /**
   * @param {HTMLElement} dialog
   * @param {{type: "video"|"audio", title: string, sources: {url: string, type: string}[]}} media
   * @param {(time: number) => void} moved called as it plays, and when somebody seeks in it
   */
  constructor(dialog, { type, title, sources }, moved) {
    this.box = part(dialog, "media");
    this.problem = part(dialog, "media-problem");
    this.element = /** @type {HTMLMediaElement} */ (
      make(type === "audio" ? "audio" : "video", { controls: true, playsInline: true, preload: "metadata" })
    );
    this.element.setAttribute("aria-label", title);
    this.element.append(...sources.map((source) => make("source", { src: source.url, type: source.type })));
    this.element.lastElementChild?.addEventListener("error", () => this.fail());
    this.element.addEventListener("error", () => this.fail());
    for (const kind of ["timeupdate", "seeking"]) {
      this.element.addEventListener(kind, () => moved(this.element.currentTime));
    }
    this.box.append(this.element);
    if (!sources.length) this.fail();
  }

  fail() {
    show(this.box, false);
    show(this.problem, true);
  }

  get time() {
    return this.element.currentTime;
  }

  /** Play from a time, or pause while it plays. @param {number} time seconds */
  toggle(time) {
    if (!this.element.paused) {
      this.element.pause();
      return;
    }
    this.element.currentTime = time;
    // A browser that does not let a page play by itself leaves it to the person, who sees the controls.
    this.element.play().catch(() => {});
  }

  /** Show the picture of a time, unless something else is being watched. @param {number} time seconds */
  peek(time) {
    if (this.element.paused && this.element.readyState > 0) this.element.currentTime = time;
  }

  /** Stop and let go: a removed element may go on sounding otherwise. */
  unload() {
    this.element.pause();
    this.element.replaceChildren();
    this.element.removeAttribute("src");
    this.element.load();
  }
}
