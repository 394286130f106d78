/** Brings the recorder into a page: its texts and its form are fetched when somebody wants to record, or has to decide. */

import { readJson } from "./dom.js";
import { learn } from "./messages.js";
import { Offers } from "./record-offers.js";
import { Pieces } from "./record-pieces.js";
import { Recorder } from "./record.js";

/**
 * @typedef {import("./upload-entry.js").Upload} Upload
 * @typedef {{place: HTMLElement, offers: HTMLElement, kept: (upload: Upload) => void, bring: () => void, after: () => void,
 *   window?: boolean}} Options place: where the recorder stands; offers: where unfinished ones are offered; kept: called
 *   with what a recording has become; bring: shows the recorder's place; after: puts the focus somewhere when an offer
 *   is gone; window: whether this is a window of its own
 */

export class RecordTab {
  /** @param {import("./api.js").Api} api @param {Options} options */
  constructor(api, options) {
    this.api = api;
    this.options = options;
    /** @type {Recorder|null} */ this.recorder = null;
    /** @type {Offers|null} */ this.offers = null;
    /** @type {Promise<void>|null} */ this.opening = null;
  }

  get busy() {
    return Boolean(this.recorder?.busy);
  }

  /** @returns {Promise<void>} @throws {import("./api.js").ApiError} */
  open() {
    this.opening ??= this.fetch().catch((error) => {
      this.opening = null;
      throw error;
    });
    return this.opening;
  }

  async fetch() {
    const { api, options } = this;
    const [{ html }, known, pieces] = await Promise.all([
      api.call("recordings", { more: "tab" }),
      api.call("recordings"),
      Pieces.open(),
    ]);
    const page = new DOMParser().parseFromString(html, "text/html");
    const link = page.querySelector("link");
    if (link) {
      await new Promise((resolve) => {
        for (const kind of ["load", "error"]) link.addEventListener(kind, resolve, { once: true });
        document.head.append(link);
      });
    }
    document.body.append(...page.querySelectorAll("template, script"));
    learn(readJson("record-messages"));
    options.place.replaceChildren(/** @type {HTMLElement} */ (page.getElementById("recorder")));
    const recorder = (this.recorder = new Recorder(api, pieces, known.limits, {
      kept: options.kept,
      window: Boolean(options.window),
    }));
    this.offers = new Offers(api, pieces, options.offers, {
      kept: options.kept,
      after: options.after,
      watch: (subject) => {
        options.bring();
        recorder.look(subject);
      },
    });
    await this.offers.show(known.recordings);
  }
}
