/** Consent to Canvas or Studio: the panel, the pop-up window, and knowing when it is done. */

import { ApiError } from "./api.js";
import { byId, make, say, show } from "./dom.js";
import { has, t } from "./messages.js";

const POLL = 2_000;
const GIVE_UP = 10 * 60_000;
// The one-time address lives two minutes; the link of a blocked pop-up is renewed before that.
const LINK_LIFE = 100_000;

/** The texts are Canvas's, unless others are named. @type {Record<string, string>} */
const CANVAS = {};

export class Connect {
  /**
   * @param {import("./api.js").Api} api @param {() => void} connected called once there is a connection
   * @param {{name?: string, words?: Record<string, string>}} [options] name: of the panel and of the path;
   *   words: texts that are said in place of those for Canvas, by the keys of these
   */
  constructor(api, connected, { name = "connect", words = CANVAS } = {}) {
    this.api = api;
    this.connected = connected;
    this.name = name;
    this.words = words;
    this.panel = byId(name);
    this.button = /** @type {HTMLButtonElement} */ (byId(`${name}-button`));
    this.problem = byId(`${name}-problem`);
    this.blocked = byId(`${name}-blocked`);
    this.status = byId(`${name}-status`);
    this.link = /** @type {HTMLAnchorElement} */ (byId(`${name}-link`));
    this.waiting = false;
    this.started = 0;
    this.checking = false;
    /** @type {Window|null} */ this.popup = null;
    this.timers = { poll: 0, link: 0 };
    this.button.addEventListener("click", () => this.begin());
    this.link.addEventListener("click", () => this.wait());
    window.addEventListener("message", (event) => this.hear(event));
  }

  /** Show the panel. @param {ApiError} [reason] why it came up in the middle of something */
  open(reason) {
    const already = !this.panel.hidden;
    show(this.panel, true);
    if (reason?.code === "grant_revoked") this.complain(reason.message, reason.nextStep);
    if (!already && reason) byId(`${this.name}-title`).focus();
  }

  /** The window must open inside the click itself: after the first await browsers take it for an advertisement. */
  begin() {
    this.popup = window.open("", `cuedeck-${this.name}`, "popup,width=640,height=760");
    this.ask();
  }

  async ask() {
    show(this.problem, false);
    show(this.blocked, false);
    this.button.setAttribute("aria-busy", "true");
    try {
      const answer = await this.api.call(this.name, { method: "POST", body: {} });
      const url = new URL(answer.url, window.location.href).href;
      if (this.popup && !this.popup.closed) {
        this.popup.location.href = url;
        this.popup.focus();
        this.wait();
      } else {
        this.offerLink(url);
      }
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.popup?.close();
      this.complain(error.message, error.nextStep);
    } finally {
      this.button.removeAttribute("aria-busy");
    }
  }

  /** @param {string} url */
  offerLink(url) {
    this.popup = null;
    this.link.href = url;
    show(this.blocked, true);
    clearTimeout(this.timers.link);
    this.timers.link = window.setTimeout(() => {
      if (!this.panel.hidden && !this.waiting) this.ask();
    }, LINK_LIFE);
    this.link.focus();
  }

  wait() {
    if (!this.waiting) {
      this.waiting = true;
      this.status.textContent = this.text("connect_waiting");
    }
    this.started = Date.now();
    clearTimeout(this.timers.poll);
    this.timers.poll = window.setTimeout(() => this.poll(), POLL);
  }

  async poll() {
    if (!this.waiting) return;
    if (await this.check()) return;
    if (Date.now() - this.started > GIVE_UP) return this.stop("connect_expired", "connect_closed_next");
    // A closed window may also be one that Canvas cut off from us: say so, but go on asking.
    if (this.popup?.closed && this.problem.hidden) this.complain(this.text("connect_closed"), this.text("connect_closed_next"));
    clearTimeout(this.timers.poll);
    if (this.waiting) this.timers.poll = window.setTimeout(() => this.poll(), POLL);
  }

  /** @returns {Promise<boolean>} whether Canvas is connected now */
  async check() {
    if (this.checking) return false;
    this.checking = true;
    try {
      const answer = await this.api.call(this.name);
      if (answer.connected) this.finish();
      return Boolean(answer.connected);
    } catch (error) {
      // One question that fails is no reason to stop asking; a lost session has said so itself.
      if (!(error instanceof ApiError)) throw error;
      if (error.status === 401) this.stop();
      return false;
    } finally {
      this.checking = false;
    }
  }

  /** @param {MessageEvent} event */
  async hear(event) {
    if (event.origin !== window.location.origin || event.data?.cuedeck !== "connect" || this.panel.hidden) return;
    const { outcome, message, nextStep } = event.data;
    if (outcome === "connected") {
      await this.check();
    } else if (this.waiting) {
      this.stop();
      if (has(outcome) && this.words === CANVAS) this.complain(t(outcome), t(`${outcome}_next`));
      else this.complain(String(message || this.text("connect_failed")), String(nextStep || this.text("connect_closed_next")));
      this.button.focus();
    }
  }

  /** @param {string} [message] @param {string} [nextStep] keys of what to say */
  stop(message, nextStep) {
    this.waiting = false;
    clearTimeout(this.timers.poll);
    this.status.textContent = "";
    if (message && nextStep) this.complain(this.text(message), this.text(nextStep));
  }

  finish() {
    this.stop();
    clearTimeout(this.timers.link);
    this.popup?.close();
    show(this.problem, false);
    show(this.blocked, false);
    show(this.panel, false);
    say(this.text("connected"));
    this.connected();
  }

  /** @param {string} key */
  text(key) {
    return t(this.words[key] ?? key);
  }

  /** @param {string} message @param {string} nextStep */
  complain(message, nextStep) {
    this.problem.replaceChildren(make("p", {}, make("strong", {}, message), ` ${nextStep}`));
    show(this.problem, true);
  }
}
