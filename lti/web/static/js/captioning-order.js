/** One order: what it is, how it stands, and the panel to answer it. */

import { AnswerPanel } from "./captioning-answer.js";
import { make, part, show, stamp } from "./dom.js";
import { inRow, shortTitle, t } from "./messages.js";
import { writeTime } from "./time.js";
import { ago } from "./when.js";

/**
 * @typedef {{id: number, order: string, title: string, outcome: string, state: string, who: string, message: string,
 *   filename: string, problem: {message: string, next_step: string}|null, begun_at: string}} Answer
 * @typedef {{id: string, title: string, language: string, language_name: string, service_type: string,
 *   studio_status: string, ordered_at: string|null, duration: number|null, can_open: boolean,
 *   details: [string, string][], state: string, answer: Answer|null}} Order
 * @typedef {{api: import("./api.js").Api, consent: (error: import("./api.js").ApiError) => boolean,
 *   refresh: () => Promise<void>, changed: () => void}} Page
 */

/** States in which somebody may answer. */
const OPEN = new Set(["open", "processing", "unknown"]);

export class OrderRow {
  /** @param {Page} page @param {Order} order */
  constructor(page, order) {
    this.page = page;
    this.element = /** @type {HTMLElement} */ (stamp("order-template").firstElementChild);
    this.more = /** @type {HTMLDetailsElement} */ (part(this.element, "more"));
    /** @type {AnswerPanel|null} */ this.panel = null;
    this.answered = false;
    this.order = order;
    this.more.addEventListener("toggle", () => this.more.open && this.open());
    this.update(order);
  }

  /** Whether somebody is at work here, or reads what became of it. */
  get inUse() {
    return this.answered || (this.more.open && this.panel !== null);
  }

  get title() {
    return this.order.title ? shortTitle(this.order.title) : t("order_number", { id: this.order.id });
  }

  /** @param {Order} order */
  update(order) {
    this.order = order;
    const title = part(this.element, "title");
    title.textContent = this.title;
    const state = part(this.element, "state");
    state.textContent = t(`state_${order.state}`);
    state.dataset.state = order.state;
    part(this.element, "facts").textContent = this.facts();
    part(this.element, "more-summary").textContent = t(this.canAnswer ? "answer_summary" : "details_summary", {
      title: this.title,
    });
    this.note();
    this.panel?.update(order);
  }

  get canAnswer() {
    return OPEN.has(this.order.state);
  }

  facts() {
    const { id, language, language_name, service_type, ordered_at, duration, title } = this.order;
    const when = ago(ordered_at);
    return inRow([
      title && t("order_number", { id }),
      language_name || language,
      service_type && t("service", { type: service_type }),
      duration && t("length", { time: writeTime(duration) }),
      when && t("ordered", { when }),
    ]);
  }

  note() {
    const place = part(this.element, "note");
    const { answer, state } = this.order;
    show(place, answer !== null);
    if (!answer) return;
    const values = { who: answer.who, when: ago(answer.begun_at), message: answer.message };
    place.replaceChildren(make("p", {}, t(`note_${state}`, values)));
  }

  open() {
    if (this.panel) return;
    this.panel = new AnswerPanel(this);
    part(this.element, "panel").append(this.panel.element);
  }

  /**
   * It was answered: say so here, where the person is.
   * @param {Answer} answer @param {boolean} ended
   */
  done(answer, ended) {
    this.answered = ended;
    this.update({ ...this.order, state: answer.outcome, answer });
    if (ended) {
      this.more.open = false;
      part(this.element, "title").focus();
    }
    this.page.changed();
  }

  /** @param {string} words in lower case @param {string} state */
  fits(words, state) {
    const { order } = this;
    if (state !== "all" && order.state !== state) return false;
    const text = [this.title, order.id, order.language, order.language_name, order.service_type];
    return [...text, ...order.details.map(([, value]) => value)].join("\n").toLowerCase().includes(words);
  }
}
