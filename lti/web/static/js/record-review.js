/** After the stop: the rest arrives, the recording is watched, trimmed, and kept or thrown away. */

import { ApiError } from "./api.js";
import { byId, make, part, say, show } from "./dom.js";
import { percent, t } from "./messages.js";
import { throwAway } from "./record-take.js";
import { Span } from "./span.js";
import { writeTime } from "./time.js";

/**
 * @typedef {import("./upload-entry.js").Upload & {seconds: number|null, live?: boolean, sound: boolean, created_at: string}} Recording
 * @typedef {{upload: import("./upload-entry.js").Upload, sender: import("./record-sender.js").RecordingSender,
 *   seconds: number, sound: boolean}} Subject
 */

export class Review {
  /**
   * @param {import("./api.js").Api} api
   * @param {{kept: (upload: import("./upload-entry.js").Upload) => void, again: () => void, gone: () => void}} options
   */
  constructor(api, options) {
    this.api = api;
    this.options = options;
    this.root = part(byId("recorder"), "review");
    this.video = /** @type {HTMLVideoElement} */ (part(this.root, "watch"));
    this.span = new Span(() => this.subject?.seconds ?? null, "record");
    /** @type {Subject|null} */ this.subject = null;
    this.listen();
  }

  listen() {
    const click = (/** @type {string} */ name, /** @type {() => unknown} */ action) =>
      part(this.root, name).addEventListener("click", action);
    click("mark-start", () => this.span.mark("start", this.video.currentTime));
    click("mark-end", () => this.span.mark("end", this.video.currentTime));
    click("keep", () => this.attempt("keep", () => this.keep()));
    click("again", () => this.confirm("again"));
    click("discard", () => this.confirm("discard"));
    click("confirm-no", () => {
      show(part(this.root, "confirm"), false);
      part(this.root, this.wanted).focus();
    });
    click("confirm-yes", () => this.attempt("confirm-yes", () => this.discard()));
    click("watch-retry", () => this.watch());
    // The address holds for an hour; and what is watched may be the beginning of a file that is still coming.
    this.video.addEventListener("error", () => {
      if (this.video.hasAttribute("src")) this.complain(t("record_no_watch"), t("record_no_watch_next"));
    });
    this.video.addEventListener("timeupdate", () => {
      const { end } = this.span.read() ?? {};
      if (end && this.video.currentTime >= end && !this.video.paused) this.video.pause();
    });
    this.wanted = "discard";
  }

  /** @param {Subject} subject */
  async open(subject) {
    this.subject = subject;
    this.close();
    this.span.fill(null, null);
    this.video.classList.toggle("sound", subject.sound);
    part(this.root, "length").textContent = t("record_length", { time: writeTime(subject.seconds) });
    const heading = part(this.root, "title");
    heading.focus();
    const { sender } = subject;
    const arriving = part(this.root, "arriving");
    const tell = () => {
      if (this.subject !== subject) return;
      const share = sender.end ? sender.offset / sender.end : 1;
      const words = sender.state === "interrupted" ? "record_waits" : "record_arriving";
      arriving.textContent = sender.whole ? t("record_here") : t(words, { percent: percent(share) });
    };
    for (const kind of ["change", "progress"]) sender.addEventListener(kind, tell);
    tell();
    try {
      await sender.arrived();
      tell();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      arriving.textContent = "";
      // What has arrived can be kept all the same, unless the recording itself is gone.
      if (error.code !== "recording_gone") this.complain(error.message, error.nextStep);
    }
    if (this.subject === subject) await this.watch();
  }

  close() {
    this.video.pause();
    this.video.removeAttribute("src");
    this.video.load();
    show(part(this.root, "confirm"), false);
    this.complain("", "");
  }

  async watch() {
    const { subject } = this;
    if (!subject) return;
    this.complain("", "");
    try {
      const { src } = await this.api.call("recordings", { method: "POST", more: [subject.upload.id, "watch"], body: {} });
      if (this.subject === subject) this.video.src = src;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.complain(error.message, error.nextStep);
    }
  }

  /** @param {string} message @param {string} next */
  complain(message, next) {
    part(this.root, "problem-words").replaceChildren(...(message ? [make("strong", {}, message), ` ${next}`] : []));
    show(part(this.root, "problem"), Boolean(message));
  }

  /** @param {string} name of the button @param {() => Promise<void>} action */
  async attempt(name, action) {
    const button = part(this.root, name);
    if (button.getAttribute("aria-busy")) return;
    button.setAttribute("aria-busy", "true");
    this.complain("", "");
    try {
      await action();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.complain(error.message, error.nextStep);
    } finally {
      button.removeAttribute("aria-busy");
    }
  }

  async keep() {
    const { subject } = this;
    const span = this.span.read();
    if (!subject) return;
    if (!span) {
      /** @type {HTMLElement|null} */ (this.root.querySelector("[aria-invalid=true]"))?.focus();
      return;
    }
    const upload = await keep(this.api, subject, span);
    this.close();
    this.subject = null;
    say(t("record_kept"));
    this.options.kept(upload);
  }

  /** @param {"again"|"discard"} wanted */
  confirm(wanted) {
    this.wanted = wanted;
    show(part(this.root, "confirm"), true);
    part(this.root, "confirm-no").focus();
  }

  async discard() {
    const { subject } = this;
    if (!subject) return;
    await subject.sender.forget();
    await throwAway(this.api, subject.upload.id);
    this.close();
    this.subject = null;
    say(t("record_thrown_away"));
    if (this.wanted === "again") this.options.again();
    else this.options.gone();
  }
}

/**
 * Send the rest, and say that this was all.
 * @param {import("./api.js").Api} api
 * @param {{upload: {id: string}, sender: import("./record-sender.js").RecordingSender}} subject
 * @param {{start?: number|null, end?: number|null}} span
 * @returns {Promise<import("./upload-entry.js").Upload>} @throws {ApiError}
 */
export async function keep(api, { upload, sender }, span) {
  try {
    await sender.arrived();
  } catch (error) {
    // The browser lost the rest, or it is more than may be: what is here counts.
    if (!(error instanceof ApiError) || ![410, 413].includes(error.status)) throw error;
  }
  const body = { length: sender.offset || null, ...span };
  const kept = await api.call("recordings", { method: "POST", more: [upload.id, "keep"], body });
  await sender.forget();
  return kept;
}
