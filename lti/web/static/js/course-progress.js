/** How far the report is, and how much of the course has captions: figures, bars, and words for who cannot see them. */

import { ApiError } from "./api.js";
import { shares } from "./course-data.js";
import { lengthWords } from "./course-table.js";
import { alertPerson, byId, say, show } from "./dom.js";
import { counted, number, percent, t } from "./messages.js";

/** @typedef {import("./course-loader.js").Loader} Loader */

/** How far it is. Said aloud at the turns only: a number that changes each second is for the eye. */
export class Progress {
  /** @param {Loader} loader */
  constructor(loader) {
    this.loader = loader;
    this.said = "";
    this.bar = /** @type {HTMLProgressElement} */ (byId("progress"));
    this.button = byId("pause");
    this.button.addEventListener("click", () => (loader.busy && !loader.paused ? loader.pause() : loader.run()));
  }

  show() {
    const { loader } = this;
    const { size } = loader.rows;
    show(byId("progress-field"), !loader.done && !loader.problem?.needsGrant);
    byId("progress-words").textContent = loader.listed
      ? t("reading", { count: number(loader.read), all: number(loader.toRead) })
      : t(loader.about ? "listing_of" : "listing", { count: number(size), all: number(Math.max(loader.about ?? 0, size)) });
    if (loader.listed) [this.bar.max, this.bar.value] = [loader.toRead || 1, loader.read];
    else if (loader.about) [this.bar.max, this.bar.value] = [Math.max(loader.about, size), size];
    byId("waiting").textContent = loader.waiting && !loader.paused ? t("canvas_waits") : loader.paused ? t("paused") : "";
    this.button.textContent = t(loader.paused || !loader.busy ? "go_on" : "pause");
    this.tell();
  }

  tell() {
    const { loader } = this;
    const words = loader.done ? counted("all_read", loader.rows.size) : loader.listed ? counted("all_listed", loader.rows.size) : "";
    if (words && words !== this.said) say(words);
    this.said = words || this.said;
  }
}

/** The share of media, and of minutes, that has captions. */
export class Shares {
  /** @param {import("./api.js").Api} api @param {Loader} loader */
  constructor(api, loader) {
    this.api = api;
    this.loader = loader;
    this.busy = false;
    this.button = byId("measure");
    this.button.addEventListener("click", () => this.measure());
  }

  show() {
    const sum = shares(this.loader.rows.values());
    show(byId("shares"), sum.items > 0);
    if (!sum.items) return;
    const share = sum.captioned / sum.items;
    const items = counted("by_item", sum.items).replace("{with}", number(sum.captioned)).replace("{share}", percent(share));
    const unknown = sum.unknown && this.loader.done ? ` ${counted("by_item_unknown", sum.unknown)}` : "";
    this.bar("by-item", share, `${items}${unknown}`);
    const minutes = sum.seconds ? sum.captionedSeconds / sum.seconds : 0;
    const values = { with: lengthWords(sum.captionedSeconds), all: lengthWords(sum.seconds), share: percent(minutes) };
    const known = t("by_minute_known", { count: number(sum.known), all: number(sum.items) });
    this.bar("by-minute", minutes, sum.known ? `${t("by_minute", values)} ${sum.known < sum.items ? known : ""}` : t("by_minute_unknown"));
    show(byId("by-minute-bar"), sum.known > 0);
    show(this.button, this.busy || [...this.loader.rows.values()].some((row) => row.measured === null));
  }

  /** @param {string} name @param {number} share @param {string} words */
  bar(name, share, words) {
    /** @type {HTMLMeterElement} */ (byId(`${name}-bar`)).value = share;
    byId(name).textContent = words;
  }

  /** Ask for lengths, the newest media first, until all are known: a later visit asks for the new ones alone. */
  async measure() {
    if (this.busy) return;
    this.busy = true;
    this.button.setAttribute("aria-busy", "true");
    try {
      let cursor = "";
      do {
        const answer = await this.api.call("lengths", { query: cursor ? { cursor } : undefined });
        const { rows } = this.loader;
        for (const [id, length] of Object.entries(answer.lengths)) {
          const row = rows.get(id);
          const measured = Number(length);
          if (row && row.measured === null) this.loader.put({ ...row, length: Math.max(row.length ?? 0, measured) || null, measured });
        }
        const complete = this.loader.listed && [...rows.values()].every((row) => row.measured !== null);
        cursor = complete ? "" : answer.next;
        if (answer.pause) await new Promise((resolve) => setTimeout(resolve, answer.pause * 1000));
      } while (cursor);
      say(byId("by-minute").textContent ?? "");
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      alertPerson(error.message, error.nextStep);
    } finally {
      this.busy = false;
      this.button.removeAttribute("aria-busy");
      this.show();
      if (this.button.hidden) byId("title").focus();
    }
  }
}
