/** The panel in which an order is answered: its details, its media, a caption file that is checked first, or a failure. */

import { ApiError } from "./api.js";
import { make, part, say, show, stamp } from "./dom.js";
import { counted, t } from "./messages.js";
import { writeTime } from "./time.js";

/**
 * @typedef {{message: string, at?: number, cue: number|null, line?: number|null}} Remark
 * @typedef {{srt: string, count: number, ends: number, grade: string, meaning: string, findings: Remark[],
 *   more_findings: number, notes: Remark[]}} Checked
 */

let panels = 0;

export class AnswerPanel {
  /** @param {import("./captioning-order.js").OrderRow} row */
  constructor(row) {
    this.row = row;
    this.api = row.page.api;
    this.element = /** @type {HTMLElement} */ (stamp("answer-template").firstElementChild);
    this.file = /** @type {HTMLInputElement} */ (this.part("file"));
    this.message = /** @type {HTMLTextAreaElement} */ (this.part("message"));
    this.problem = this.part("problem");
    this.busy = false;
    /** @type {{name: string, checked: Checked}|null} */ this.ready = null;
    this.number = 0; // of the file that was chosen last: the check of an earlier one may come later
    this.connectLabels();
    this.part("details").append(...row.order.details.map(([name, value]) => pair(name, value)));
    this.file.addEventListener("change", () => this.look());
    this.part("captions").addEventListener("submit", (event) => this.sendCaptions(event));
    this.part("failure").addEventListener("submit", (event) => this.sendFailure(event));
    this.part("processing").addEventListener("click", () => this.send("processing", {}, this.part("processing")));
    this.part("media").addEventListener("click", () => this.openMedia());
    this.update(row.order);
  }

  /** @param {string} name */
  part(name) {
    return part(this.element, name);
  }

  /** Labels and hints name their field by id, so each panel has its own. */
  connectLabels() {
    panels += 1;
    for (const name of ["file", "message"]) {
      const field = this.part(name);
      field.id = `answer-${panels}-${name}`;
      /** @type {HTMLLabelElement} */ (this.part(`${name}-label`)).htmlFor = field.id;
      this.part(`${name}-hint`).id = `${field.id}-hint`;
      field.setAttribute("aria-describedby", `${field.id}-hint`);
    }
  }

  /** @param {import("./captioning-order.js").Order} order */
  update(order) {
    const open = this.row.canAnswer;
    show(this.part("captions"), open);
    show(this.part("failure"), open);
    show(this.part("processing-part"), order.state === "open");
    show(this.part("media-part"), order.can_open);
    this.offerSame(order);
  }

  /** An answer in doubt can be sent again as it was. @param {import("./captioning-order.js").Order} order */
  offerSame(order) {
    this.element.querySelector("[data-part=same]")?.remove();
    if (order.state !== "unknown" || !order.answer) return;
    const button = make("button", { type: "button", className: "button" }, t("send_same"));
    const place = make("p", {}, button);
    place.dataset.part = "same";
    button.addEventListener("click", () => this.sendSame(button));
    this.part("details").after(place);
  }

  async look() {
    const chosen = this.file.files?.[0];
    const number = ++this.number;
    const place = this.part("checked");
    this.ready = null;
    show(this.problem, false);
    if (!chosen) return place.replaceChildren();
    place.replaceChildren(make("p", {}, t("checking")));
    try {
      const checked = await this.api.call("check", { method: "POST", query: { order: this.row.order.id }, file: chosen });
      if (number !== this.number) return;
      this.ready = { name: chosen.name, checked };
      place.replaceChildren(...this.describe(chosen.name, checked));
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (number !== this.number) return;
      place.replaceChildren();
      this.complain(error);
    }
  }

  /** @param {string} name @param {Checked} checked */
  describe(name, checked) {
    const captions = counted("captions", checked.count);
    const parts = [
      make("p", {}, make("strong", {}, t("checked", { name, captions, time: writeTime(checked.ends) })), ` ${checked.meaning}`),
    ];
    if (checked.findings.length) {
      const lines = checked.findings.map(remark);
      if (checked.more_findings) lines.push(make("li", {}, counted("and_more", checked.more_findings)));
      parts.push(folded(t("to_look_at"), make("ul", { className: "notes" }, ...lines)));
    }
    if (checked.notes.length) parts.push(folded(t("notes"), make("ul", { className: "notes" }, ...checked.notes.map(remark))));
    const text = make("pre", { dir: "auto", tabIndex: 0 }, checked.srt);
    text.setAttribute("aria-label", t("as_sent"));
    text.setAttribute("role", "region");
    parts.push(folded(t("as_sent"), text));
    return parts;
  }

  /** @param {Event} event */
  sendCaptions(event) {
    event.preventDefault();
    if (!this.ready) {
      this.words(t("file_needed"));
      this.file.focus();
      return;
    }
    const { name, checked } = this.ready;
    this.send("fulfilled", { captions: checked.srt, filename: name }, this.part("send"));
  }

  /** @param {Event} event */
  sendFailure(event) {
    event.preventDefault();
    this.send("failed", { message: this.message.value }, this.part("fail"));
  }

  /** @param {HTMLElement} button */
  async sendSame(button) {
    const { answer } = this.row.order;
    if (!answer || this.busy) return;
    try {
      if (answer.outcome === "failed") return await this.send("failed", { message: answer.message }, button);
      const { srt, filename } = await this.api.call("history", { more: String(answer.id) });
      await this.send("fulfilled", { captions: srt, filename }, button);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.complain(error);
    }
  }

  /** @param {string} outcome @param {Record<string, string>} what @param {HTMLElement} button */
  async send(outcome, what, button) {
    if (this.busy) return;
    this.busy = true;
    button.setAttribute("aria-busy", "true");
    show(this.problem, false);
    const { order } = this.row;
    const again = order.state === "unknown" && order.answer ? { again: order.answer.id } : {};
    try {
      const { answer } = await this.api.call("answers", { method: "POST", body: { order: order.id, outcome, ...what, ...again } });
      this.row.done(answer, outcome !== "processing");
      say(t(`sent_${outcome}`));
      if (outcome === "processing") this.file.focus();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.complain(error);
      // What stands at Studio may be another thing than what this page shows. What was typed stays here.
      if (!error.needsGrant && error.code !== "input_invalid") await this.row.page.refresh();
      this.row.page.changed();
    } finally {
      this.busy = false;
      button.removeAttribute("aria-busy");
    }
  }

  async openMedia() {
    const button = this.part("media");
    if (button.getAttribute("aria-busy")) return;
    button.setAttribute("aria-busy", "true");
    show(this.problem, false);
    try {
      const { sources, download } = await this.api.call("media", { query: { order: this.row.order.id } });
      const shown = [];
      if (sources.length) {
        const video = /** @type {HTMLVideoElement} */ (make("video", { controls: true, preload: "metadata" }));
        video.setAttribute("aria-label", t("media_of", { title: this.row.title }));
        video.append(...sources.map((/** @type {{url: string, content_type: string}} */ each) => source(each)));
        shown.push(video);
      }
      if (download) {
        const link = make("a", { href: download, target: "_blank", rel: "noopener noreferrer" }, t("media_download"));
        shown.push(make("p", {}, link));
      }
      this.part("media-place").replaceChildren(...shown);
      show(button, false);
      /** @type {HTMLElement} */ (this.part("media-place").querySelector("video, a"))?.focus();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.complain(error);
    } finally {
      button.removeAttribute("aria-busy");
    }
  }

  /** @param {ApiError} error */
  complain(error) {
    this.row.page.consent(error);
    this.words(error.message, error.nextStep);
  }

  /** @param {string} message @param {string} [nextStep] */
  words(message, nextStep = "") {
    this.problem.replaceChildren(make("p", {}, make("strong", {}, message), ` ${nextStep}`));
    show(this.problem, true);
  }
}

/** @param {string} name @param {string} value */
function pair(name, value) {
  return make("div", {}, make("dt", { dir: "ltr" }, name), make("dd", { dir: "auto" }, value));
}

/** @param {Remark} each */
function remark({ message, at, cue, line }) {
  if (cue !== null && at !== undefined) return make("li", {}, t("caption_at", { number: cue, time: writeTime(at), message }));
  if (at !== undefined) return make("li", {}, t("at_time", { time: writeTime(at), message }));
  return make("li", {}, line ? t("in_line", { line, message }) : message);
}

/** @param {string} title @param {HTMLElement} content */
function folded(title, content) {
  return make("details", {}, make("summary", {}, title), content);
}

/** @param {{url: string, content_type: string}} each */
function source({ url, content_type }) {
  return make("source", { src: url, ...(content_type ? { type: content_type } : {}) });
}
