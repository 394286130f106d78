/** A form of the administration: saves, removes, and says so; what is wrong is said at the field that it is about. */

import { ApiError } from "./api.js";
import { byId, make, show } from "./dom.js";
import { complainAt } from "./field.js";
import { t } from "./messages.js";

const SURE = 6_000;

/**
 * @typedef {{body: () => unknown, fields: Record<string, string>, fill: (state: any) => boolean,
 *   saved: (state: any) => void}} Wiring body makes what is sent; fields names the field of each error; fill shows what is kept,
 *   and tells whether it can be removed
 */

export class Saving {
  /** @param {import("./api.js").Api} api @param {string} name of the form and of the path @param {Wiring} wiring */
  constructor(api, name, wiring) {
    this.api = api;
    this.name = name;
    this.wiring = wiring;
    this.button = byId(`${name}-save`);
    this.failure = byId(`${name}-failure`);
    this.remover = /** @type {HTMLButtonElement|null} */ (document.getElementById(`${name}-remove`));
    this.sure = 0;
    byId(name).addEventListener("submit", (event) => {
      event.preventDefault();
      this.send("PUT", "saved");
    });
    byId(name).addEventListener("input", () => this.say(""));
    this.remover?.addEventListener("click", () => this.remove());
  }

  /** @param {any} state */
  show(state) {
    const removable = this.wiring.fill(state);
    if (this.remover) show(this.remover, removable);
  }

  /** Removing takes people's connections away: it is asked twice, in the button itself. */
  remove() {
    const remover = /** @type {HTMLButtonElement} */ (this.remover);
    if (this.sure) {
      this.calm();
      this.send("DELETE", "removed");
      return;
    }
    remover.textContent = t("confirm_remove");
    this.sure = window.setTimeout(() => this.calm(), SURE);
  }

  calm() {
    clearTimeout(this.sure);
    this.sure = 0;
    if (this.remover) this.remover.textContent = t("remove");
  }

  /** @param {string} method @param {string} done key of what is said */
  async send(method, done) {
    if (this.button.getAttribute("aria-busy")) return;
    this.button.setAttribute("aria-busy", "true");
    this.clear();
    try {
      const state = await this.api.call(this.name, { method, body: method === "PUT" ? this.wiring.body() : undefined });
      this.show(state);
      this.say(t(done));
      if (method === "DELETE") this.button.focus();
      this.wiring.saved(state);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.complain(error);
    } finally {
      this.button.removeAttribute("aria-busy");
    }
  }

  /** @param {string} text */
  say(text) {
    byId(`${this.name}-saved`).textContent = text;
  }

  clear() {
    this.say("");
    show(this.failure, false);
    for (const id of Object.values(this.wiring.fields)) complainAt(/** @type {HTMLInputElement} */ (byId(id)));
  }

  /** @param {ApiError} error */
  complain(error) {
    const id = this.wiring.fields[error.code];
    if (id) {
      const field = /** @type {HTMLInputElement} */ (byId(id));
      complainAt(field, `${error.message} ${error.nextStep}`);
      field.focus();
    } else {
      this.failure.replaceChildren(make("p", {}, make("strong", {}, error.message), ` ${error.nextStep}`));
      show(this.failure, true);
    }
  }
}
