/** What owners do with a media of theirs at Studio, from its item's view: tags, who has access, deleting. */

import { ApiError } from "./api.js";
import { byId, make, part, say, show } from "./dom.js";
import { complainAt } from "./field.js";
import { addMessages, counted, listed, number, shortTitle, t } from "./messages.js";

/**
 * @typedef {{id: string, name: string}} Tag
 * @typedef {{tags: Tag[], places: string[]|null, people: {name: string, may: string}[]|null, more_people: number,
 *   embeds: number}} About null: Studio did not say
 * @typedef {import("./list.js").Item} Item
 */

export class ItemStudio {
  /**
   * @param {import("./api.js").Api} api
   * @param {{deleted: (item: Item) => void, reconnect: (error: ApiError) => void}} options
   *   reconnect: called when Studio has to be connected again
   */
  constructor(api, options) {
    addMessages("item-studio-messages");
    this.api = api;
    this.options = options;
    this.element = byId("item-studio");
    this.tag = /** @type {HTMLInputElement} */ (byId("studio-tag"));
    /** @type {Item|null} */ this.item = null;
    /** @type {About|null} */ this.about = null;
    this.listen();
  }

  listen() {
    const click = (/** @type {string} */ name, /** @type {() => void} */ action) =>
      part(this.element, name).addEventListener("click", action);
    click("retry", () => {
      this.element.querySelector("summary")?.focus();
      this.load();
    });
    click("delete", () => this.confirm(true));
    click("keep", () => {
      this.confirm(false);
      part(this.element, "delete").focus();
    });
    click("delete-now", () => this.remove());
    this.tag.addEventListener("input", () => complainAt(this.tag));
    part(this.element, "tag-form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.addTag();
    });
  }

  /** @param {Item} item */
  open(item) {
    if (this.item?.handle === item.handle && this.about) return;
    this.item = item;
    this.tag.value = "";
    complainAt(this.tag);
    this.load();
  }

  /** @param {string} what @param {Record<string, string>} [more] @throws {ApiError} */
  call(what, more = {}) {
    return this.api.call("studio_own", { method: "POST", more: what, body: { handle: this.item?.handle, ...more } });
  }

  async load() {
    const { item } = this;
    this.about = null;
    this.confirm(false);
    for (const name of ["problem", "content", "complaint"]) show(part(this.element, name), false);
    show(part(this.element, "loading"), true);
    try {
      const about = await this.call("about");
      if (this.item !== item) return;
      this.about = about;
      this.render(about);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (this.item !== item) return;
      if (error.needsGrant) return this.options.reconnect(error);
      part(this.element, "problem-words").replaceChildren(make("strong", {}, error.message), ` ${error.nextStep}`);
      show(part(this.element, "problem"), true);
    }
    show(part(this.element, "loading"), false);
  }

  /** @param {About} about */
  render({ tags, places, people, more_people: more }) {
    this.renderTags(tags);
    part(this.element, "places").textContent = places
      ? t("studio_places", { places: listed(places) })
      : t("studio_places_unknown");
    const rows = (people ?? []).map(({ name, may }) => make("li", {}, t("studio_person", { name, may })));
    part(this.element, "people").replaceChildren(...rows);
    const note = people ? (rows.length ? "" : t("studio_nobody")) : t("studio_people_unknown");
    part(this.element, "people-note").textContent = more ? t("studio_more_people", { count: number(more) }) : note;
    show(part(this.element, "content"), true);
  }

  /** @param {Tag[]} tags */
  renderTags(tags) {
    const rows = tags.map((tag) => {
      const button = make("button", { type: "button", className: "link" }, "×");
      button.setAttribute("aria-label", t("tag_remove", { name: tag.name }));
      button.addEventListener("click", () => this.removeTag(tag));
      return make("li", { className: "chip" }, make("bdi", {}, tag.name), button);
    });
    part(this.element, "tags").replaceChildren(...rows);
    show(part(this.element, "tags"), rows.length > 0);
    show(part(this.element, "no-tags"), !rows.length);
  }

  async addTag() {
    const name = this.tag.value.trim();
    complainAt(this.tag, name ? "" : t("tag_needed"));
    this.tag.focus();
    if (!name) return;
    await this.attempt("tag-add", async () => {
      const { tags } = await this.call("tag", { name });
      this.renderTags(tags);
      this.tag.value = "";
      say(t("tag_added", { name }));
    });
  }

  /** @param {Tag} tag */
  async removeTag(tag) {
    this.tag.focus(); // the button goes away
    await this.attempt("tag-add", async () => {
      const { tags } = await this.call("untag", { tag: tag.id });
      this.renderTags(tags);
      say(t("tag_removed", { name: tag.name }));
    });
  }

  /** @param {boolean} open */
  confirm(open) {
    show(part(this.element, "confirm"), open);
    if (!open || !this.item || !this.about) return;
    const { embeds, places } = this.about;
    part(this.element, "confirm-title").textContent = t("delete_title", { title: shortTitle(this.item.title) });
    const words = [
      t("delete_final"),
      ...(embeds ? [counted("delete_embeds", embeds)] : []),
      t("delete_native"),
      ...(places ? [t("studio_places", { places: listed(places) })] : []),
    ];
    part(this.element, "consequences").replaceChildren(...words.map((each) => make("li", {}, each)));
    part(this.element, "keep").focus();
  }

  async remove() {
    const { item } = this;
    if (!item) return;
    await this.attempt("delete-now", async () => {
      await this.call("delete");
      this.item = this.about = null;
      this.options.deleted(item);
    });
  }

  /**
   * Do something that may be refused, and say why.
   * @param {string} name of the button that is busy meanwhile @param {() => Promise<void>} action
   */
  async attempt(name, action) {
    const button = part(this.element, name);
    const place = part(this.element, "complaint");
    if (button.getAttribute("aria-busy")) return;
    button.setAttribute("aria-busy", "true");
    show(place, false);
    try {
      await action();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (error.needsGrant) return this.options.reconnect(error);
      place.replaceChildren(make("p", {}, make("strong", {}, error.message), ` ${error.nextStep}`));
      show(place, true);
      place.scrollIntoView({ block: "nearest" });
    } finally {
      button.removeAttribute("aria-busy");
    }
  }
}
