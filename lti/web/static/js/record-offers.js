/** What a crash left behind is offered: to finish it, to watch it, to throw it away. */

import { ApiError } from "./api.js";
import { make, part, say, show, stamp } from "./dom.js";
import { t } from "./messages.js";
import { duration } from "./pace.js";
import { keep } from "./record-review.js";
import { RecordingSender } from "./record-sender.js";
import { held, throwAway } from "./record-take.js";

const LIVE = 11_000; // milliseconds after which what another browser is still making would have shown it

/** @typedef {import("./record-review.js").Recording} Recording */

export class Offers {
  /**
   * @param {import("./api.js").Api} api @param {import("./record-pieces.js").Pieces} pieces @param {HTMLElement} place
   * @param {{kept: (upload: import("./upload-entry.js").Upload) => void,
   *   watch: (subject: import("./record-review.js").Subject) => void, after: () => void}} options
   *   after: puts the focus somewhere when an offer was thrown away
   */
  constructor(api, pieces, place, options) {
    this.api = api;
    this.pieces = pieces;
    this.place = place;
    this.options = options;
    /** @type {Map<string, HTMLElement>} */ this.shown = new Map();
  }

  /** @param {Recording[]} recordings as the server lists them */
  async show(recordings) {
    const others = await held();
    for (const each of recordings) {
      if (others.has(each.id) || this.shown.has(each.id)) continue;
      if (each.live) setTimeout(() => this.look(each.id), LIVE);
      else await this.add(each);
    }
  }

  /** Ask once more about one whose last bytes came a moment ago. @param {string} id */
  async look(id) {
    try {
      const { recordings } = await this.api.call("recordings");
      const found = recordings.find((/** @type {Recording} */ each) => each.id === id);
      if (found && !found.live) await this.show([found]);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error; // the next launch offers it
    }
  }

  /** @param {Recording} recording */
  async add(recording) {
    const reach = await this.pieces.reach(recording.id);
    const end = Math.max(reach?.end ?? 0, recording.received);
    const sender = new RecordingSender(this.api, recording.id, this.pieces, { received: recording.received, end });
    const seconds = Math.max(reach?.seconds ?? 0, recording.seconds ?? 0);
    // What is still here goes on by itself, whatever the person decides.
    if (reach && end > recording.received) sender.resume();
    const element = /** @type {HTMLElement} */ (stamp("record-offer").firstElementChild);
    const time = new Intl.DateTimeFormat(document.documentElement.lang || undefined, { dateStyle: "medium", timeStyle: "short" });
    const title = t("record_offer", { when: time.format(new Date(recording.created_at)), length: duration(seconds) });
    const heading = part(element, "title");
    heading.textContent = title;
    const act = (/** @type {string} */ name, /** @type {() => Promise<void>} */ action) => {
      const button = part(element, name);
      button.setAttribute("aria-label", t("button_of", { button: button.textContent ?? "", title }));
      button.addEventListener("click", () => this.attempt(element, button, action));
    };
    act("finish", async () => {
      const upload = await keep(this.api, { upload: recording, sender }, {});
      this.remove(recording.id);
      say(t("record_kept"));
      this.options.kept(upload);
    });
    act("watch", async () => {
      this.remove(recording.id);
      this.options.watch({ upload: recording, sender, seconds, sound: recording.sound });
    });
    part(element, "discard").addEventListener("click", () => {
      show(part(element, "confirm"), true);
      part(element, "confirm-no").focus();
    });
    part(element, "confirm-no").addEventListener("click", () => {
      show(part(element, "confirm"), false);
      part(element, "discard").focus();
    });
    act("confirm-yes", async () => {
      await sender.forget();
      await throwAway(this.api, recording.id);
      this.remove(recording.id);
      say(t("record_thrown_away"));
      this.options.after();
    });
    this.shown.set(recording.id, element);
    this.place.append(element);
    show(this.place, true);
    say(title);
  }

  /** @param {HTMLElement} element @param {HTMLElement} button @param {() => Promise<void>} action */
  async attempt(element, button, action) {
    if (button.getAttribute("aria-busy")) return;
    button.setAttribute("aria-busy", "true");
    const problem = part(element, "problem");
    show(problem, false);
    try {
      await action();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      problem.replaceChildren(make("strong", {}, error.message), ` ${error.nextStep}`);
      show(problem, true);
    } finally {
      button.removeAttribute("aria-busy");
    }
  }

  /** @param {string} id */
  remove(id) {
    this.shown.get(id)?.remove();
    this.shown.delete(id);
    show(this.place, this.shown.size > 0);
  }
}
