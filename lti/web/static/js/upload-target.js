/** Where new media go at Studio: the person's own uploads, or a collection, which can be made here. */

import { ApiError } from "./api.js";
import { byId, make, part, say, show } from "./dom.js";
import { complainAt } from "./field.js";
import { t } from "./messages.js";

/** @typedef {{id: string, name: string}} Collection */

export class Target {
  /**
   * @param {import("./api.js").Api} api
   * @param {{connectStudio: (error: ApiError, again: () => void) => void}} options
   */
  constructor(api, options) {
    this.api = api;
    this.options = options;
    this.element = /** @type {HTMLDetailsElement} */ (byId("target"));
    this.select = /** @type {HTMLSelectElement} */ (byId("target-select"));
    this.name = /** @type {HTMLInputElement} */ (byId("target-name"));
    this.button = byId("target-create");
    this.loaded = false;
    // Studio is not asked for its collections before somebody wants to choose one.
    this.element.addEventListener("toggle", () => this.load());
    part(this.element, "retry").addEventListener("click", () => {
      this.select.focus();
      this.load();
    });
    this.select.addEventListener("change", () => this.showChoice());
    this.name.addEventListener("input", () => complainAt(this.name));
    byId("target-form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.create();
    });
    this.showChoice();
    show(this.element, true);
  }

  /** The id of the collection; empty for the person's own uploads. */
  get collection() {
    return this.select.value;
  }

  showChoice() {
    const name = this.select.selectedOptions[0]?.textContent ?? "";
    part(this.element, "summary").textContent = t("target", { name });
  }

  async load() {
    if (this.loaded || !this.element.open) return;
    this.loaded = true;
    show(part(this.element, "loading"), true);
    show(part(this.element, "problem"), false);
    try {
      const { collections } = await this.api.call("collections");
      const before = this.collection;
      const known = new Set([...this.select.options].map(({ value }) => value));
      for (const each of collections) if (!known.has(each.id)) this.select.append(option(each));
      this.select.value = before;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.loaded = false;
      if (error.needsGrant) this.options.connectStudio(error, () => this.load());
      else this.complain(error);
    }
    show(part(this.element, "loading"), false);
  }

  /** @param {ApiError} error */
  complain(error) {
    part(this.element, "problem-words").replaceChildren(make("strong", {}, error.message), ` ${error.nextStep}`);
    show(part(this.element, "problem"), true);
  }

  async create() {
    const name = this.name.value.trim();
    complainAt(this.name, name ? "" : t("target_name_needed"));
    if (!name) return this.name.focus();
    if (this.button.getAttribute("aria-busy")) return;
    this.button.setAttribute("aria-busy", "true");
    try {
      const { collection } = await this.api.call("collections", { method: "POST", body: { name } });
      this.select.append(option(collection));
      this.select.value = collection.id;
      this.showChoice();
      this.name.value = "";
      say(t("target_made", { name: collection.name }));
      this.select.focus();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (error.needsGrant) this.options.connectStudio(error, () => this.create());
      else {
        complainAt(this.name, `${error.message} ${error.nextStep}`);
        this.name.focus();
      }
    } finally {
      this.button.removeAttribute("aria-busy");
    }
  }
}

/** @param {Collection} collection */
function option({ id, name }) {
  return new Option(name, id);
}

/** What a person is to know of where an upload went. @param {import("./upload-entry.js").Upload|null} upload */
export function placeOf(upload) {
  const { name, refused } = upload?.collection ?? { name: null, refused: false };
  const words = name ?? t("target_unnamed");
  return {
    place: upload?.collection && !refused ? t("target_of", { name: words }) : "",
    note: refused ? { message: t("target_refused", { name: words }), next_step: t("target_refused_next") } : null,
  };
}
