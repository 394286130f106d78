/** What is about to be recorded, or is: seen as in a mirror, and a meter that shows whether anything is heard. */

import { part, show } from "./dom.js";
import { t } from "./messages.js";

const HEARD = 0.35; // of the meter
const METER = 100; // milliseconds

export class Stage {
  /** @param {HTMLElement} root */
  constructor(root) {
    this.root = root;
    this.video = /** @type {HTMLVideoElement} */ (part(root, "preview"));
    this.meter = /** @type {HTMLMeterElement} */ (part(root, "meter"));
    this.timer = 0;
  }

  /** @param {import("./record-media.js").Media} media */
  show(media) {
    this.clear();
    const { video } = this;
    // As in a mirror, where somebody looks at themselves; what is recorded is not turned.
    video.classList.toggle("mirrored", media.mode === "camera");
    video.srcObject = media.stream;
    show(video, media.mode !== "sound");
    show(part(this.root, "sound"), Boolean(media.sound));
    const words = part(this.root, "heard");
    words.textContent = t("record_silent");
    let heard = false;
    this.timer = window.setInterval(() => {
      this.meter.value = media.sound?.level ?? 0;
      if (heard || this.meter.value <= HEARD) return;
      heard = true;
      words.textContent = t("record_heard");
    }, METER);
  }

  clear() {
    clearInterval(this.timer);
    this.video.srcObject = null;
  }
}
