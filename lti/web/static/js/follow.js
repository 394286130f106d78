/** Keeps the spoken line in view, inside the transcript's own box, and gives way to a person who scrolls. */

import { show } from "./dom.js";

const still = window.matchMedia("(prefers-reduced-motion: reduce)");

export class Follow {
  /** @param {HTMLElement} box which scrolls @param {HTMLInputElement} wanted @param {HTMLElement} resumeRow */
  constructor(box, wanted, resumeRow) {
    this.box = box;
    this.wanted = wanted;
    this.resumeRow = resumeRow;
    this.paused = false;
    for (const kind of ["wheel", "touchmove"]) box.addEventListener(kind, () => this.pause(), { passive: true });
    box.addEventListener("pointerdown", (event) => {
      // On the box itself and not on a line of it: that is its scroll bar.
      if (event.target === box) this.pause();
    });
    wanted.addEventListener("change", () => this.resume());
  }

  pause() {
    this.paused = true;
    show(this.resumeRow, this.wanted.checked);
  }

  resume() {
    this.paused = false;
    show(this.resumeRow, false);
  }

  /** Bring a line into view because the sound reached it. @param {HTMLElement} line */
  follow(line) {
    if (this.wanted.checked && !this.paused) this.reveal(line);
  }

  /**
   * Bring a line to the upper third of the box.
   * Not scrollIntoView: that moves every ancestor too, the Canvas page around our frame included.
   * @param {HTMLElement} line
   */
  reveal(line) {
    const { box } = this;
    const distance = () =>
      line.getBoundingClientRect().top - box.getBoundingClientRect().top - (box.clientHeight - line.offsetHeight) / 3;
    const far = Math.abs(distance()) > 2 * box.clientHeight;
    box.scrollBy({ top: distance(), behavior: still.matches || far ? "instant" : "smooth" });
    // Lines far away have only guessed heights until they are near (content-visibility): aim a second time.
    if (far) requestAnimationFrame(() => box.scrollBy({ top: distance(), behavior: "instant" }));
  }
}
