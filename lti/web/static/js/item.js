/** The view of one media item: preview, options, and putting it in. */

import { ApiError, aborted } from "./api.js";
import { defaultChoices, possibleForms, stillPossible } from "./choices.js";
import { byId, make, say, show } from "./dom.js";
import { OptionsForm } from "./form.js";
import { detailPath } from "./list.js";
import { counted, number, shortTitle, t } from "./messages.js";
import { Preview } from "./preview.js";
import { MOST, noForm } from "./selection.js";

/** @typedef {import("./list.js").Item} Item */

export class ItemView {
  /**
   * @param {import("./api.js").Api} api @param {import("./selection.js").Selection} selection
   * @param {import("./submit.js").Submit} submit
   * @param {{forms: import("./choices.js").Form[], scopes: string[],
   *   needsGrant: (error: ApiError, again: () => void, catalogue: "canvas"|"studio") => void}} options
   */
  constructor(api, selection, submit, options) {
    this.api = api;
    this.selection = selection;
    this.submit = submit;
    this.options = options;
    this.dialog = /** @type {HTMLDialogElement} */ (byId("item"));
    this.preview = new Preview();
    this.form = new OptionsForm(() => this.preview.length ?? this.detail?.item.duration ?? null);
    this.insert = byId("item-insert");
    this.add = document.getElementById("item-add");
    this.problem = byId("item-submit-problem");
    this.care = /** @type {HTMLDetailsElement} */ (byId("item-care"));
    /** @type {Item|null} */ this.item = null;
    /** @type {import("./choices.js").Detail|null} */ this.detail = null;
    /** @type {AbortController|null} */ this.loading = null;
    this.listen();
  }

  listen() {
    byId("item-back").addEventListener("click", () => this.dialog.close());
    byId("item-retry").addEventListener("click", () => {
      byId("item-title").focus();
      this.load();
    });
    byId("start-here").addEventListener("click", () => this.form.span.mark("start", this.preview.time));
    byId("end-here").addEventListener("click", () => this.form.span.mark("end", this.preview.time));
    this.add?.addEventListener("click", () => this.addToSelection());
    this.insert.addEventListener("click", () => this.insertNow());
    this.care.addEventListener("toggle", () => this.openCare());
    // The dialog gives the focus back to where it came from; what it played and asked for must end as well.
    this.dialog.addEventListener("close", () => {
      this.loading?.abort();
      this.preview.unload();
      this.dialog.querySelector(".alerts")?.replaceChildren();
    });
  }

  /** @param {Item} item */
  open(item) {
    this.item = item;
    byId("item-title").textContent = shortTitle(item.title, 300);
    if (!this.dialog.open) this.dialog.showModal();
    byId("item-title").focus();
    this.load();
  }

  /** @param {"loading"|"problem"|"form"} state */
  showState(state) {
    for (const name of ["loading", "problem", "form"]) show(byId(`item-${name}`), name === state);
    show(this.problem, false);
    const picked = Boolean(this.item && this.selection.has(this.item.id));
    const others = this.selection.size - Number(picked);
    byId("item-also").textContent = others ? counted("also", others) : "";
    if (this.add) this.add.textContent = t(picked ? "update" : "add");
    const studio = /** @type {HTMLDetailsElement} */ (byId("item-studio"));
    studio.open = false;
    show(studio, state === "form" && Boolean(this.detail?.own_at_studio));
    for (const button of [this.insert, this.add]) if (button) show(button, state === "form");
  }

  async load() {
    const { item } = this;
    if (!item) return;
    this.loading?.abort();
    const own = (this.loading = new AbortController());
    this.detail = null;
    this.preview.unload();
    if (item.refused) return this.refuse(item);
    this.showState("loading");
    try {
      const body = { handle: item.handle };
      const detail = await this.api.call(detailPath(item), { method: "POST", body, signal: own.signal });
      if (own.signal.aborted) return;
      this.show(item, detail);
    } catch (error) {
      if (aborted(error) || own.signal.aborted) return;
      if (!(error instanceof ApiError)) throw error;
      this.fail(error);
      if (error.needsGrant) this.reconnect(error, item, item.catalogue);
    }
  }

  /** @param {{message: string, nextStep: string}} error */
  fail(error) {
    this.showState("problem");
    show(byId("item-retry"), true);
    byId("item-problem-message").textContent = error.message;
    byId("item-problem-next").textContent = error.nextStep;
  }

  /** What cannot be handed in: trying again changes nothing. @param {Item} item */
  refuse({ refused, refused_next }) {
    this.fail({ message: refused ?? "", nextStep: refused_next ?? "" });
    show(byId("item-retry"), false);
  }

  /** @param {Item} item @param {import("./choices.js").Detail} detail */
  show(item, detail) {
    // More is known now than the list knew.
    if (detail.item.refused) return this.refuse(detail.item);
    const forms = possibleForms(detail, this.options.forms);
    if (!forms.length) return this.fail(noForm());
    this.detail = detail;
    const before = this.selection.picked.get(item.id)?.choices;
    this.showState("form");
    this.preview.load(detail, shortTitle(item.title));
    this.form.fill(detail, before ? stillPossible(before, detail) : defaultChoices(detail, forms), forms);
    const notes = byId("item-notes");
    notes.replaceChildren(...detail.notes.map((note) => make("li", {}, note)));
    show(notes, detail.notes.length > 0);
    this.care.open = false;
    byId("item-care-body").replaceChildren();
    show(this.care, detail.forms.includes("captioned"));
  }

  /** What looks after captions is fetched when somebody wants it. */
  async openCare() {
    const { item, detail } = this;
    const place = byId("item-care-body");
    if (!this.care.open || place.firstChild || !item || !detail) return;
    place.textContent = t("loading");
    try {
      const care = await import("./care.js");
      if (this.detail !== detail) return;
      await care.open({
        api: this.api,
        place,
        detail,
        scopes: this.options.scopes,
        media: () => this.preview.media,
        needsGrant: (error) => this.reconnect(error, item, item.catalogue),
        changed: (change) => this.changed(item, change),
      });
    } catch (error) {
      place.textContent = "";
      this.care.open = false;
      const said = error instanceof ApiError ? error : null;
      this.complain(said?.message ?? t("network"), said?.nextStep ?? t("network_next"));
    }
  }

  /**
   * Go on with what looking after captions has changed. A track that was written has another id: its choice stays.
   * @param {Item} item
   * @param {{handle: string, title?: string, tracks?: import("./choices.js").Track[]}} change
   */
  changed(item, { handle, title = item.title, tracks }) {
    const { detail } = this;
    if (!detail || this.item !== item) return;
    item.handle = handle;
    item.title = title;
    byId("item-title").textContent = shortTitle(title, 300);
    this.detail = { ...detail, handle, item: { ...detail.item, handle, title }, tracks: tracks ?? detail.tracks };
    if (!tracks) return;
    const after = (/** @type {string} */ id) => {
      const old = detail.tracks.find((each) => each.id === id);
      return (tracks.find((each) => each.id === id) ?? tracks.find(({ language }) => language === old?.language))?.id;
    };
    const fresh = tracks.filter((each) => !detail.tracks.some(({ language }) => language === each.language));
    const ticked = [...this.form.ticked().map(after), ...fresh.map(({ id }) => id)].filter((id) => id !== undefined);
    this.form.offer(this.detail, ticked, after(this.form.onAtStart.value) ?? null);
    this.preview.caption(tracks);
  }

  /**
   * The panel that connects Canvas or Studio is behind the dialog.
   * @param {ApiError} error @param {Item} item @param {"canvas"|"studio"} catalogue whose consent is missing
   */
  reconnect(error, item, catalogue) {
    this.dialog.close();
    this.options.needsGrant(error, () => this.open(item), catalogue);
  }

  addToSelection() {
    const choices = this.form.read();
    const { item, detail } = this;
    if (!choices || !item || !detail || this.submit.busy) return;
    const known = this.selection.has(item.id);
    if (!this.selection.put(item, detail, choices)) {
      this.complain(t("picked_limit", { count: number(MOST) }), "");
      return;
    }
    this.dialog.close();
    say(t(known ? "updated" : "added", { title: shortTitle(item.title, 60) }));
  }

  async insertNow() {
    const choices = this.form.read();
    const { item, detail } = this;
    if (!choices || !item || !detail) return;
    show(this.problem, false);
    try {
      await this.submit.leave(this.insert, () => this.collect({ item, detail, choices, problem: null }));
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.complain(error.message, error.nextStep);
      if (error.needsGrant) this.reconnect(error, item, "studio"); // Canvas is not asked for an embed
    }
  }

  /** This item, and with it those that were picked before. @param {import("./selection.js").Picked} own */
  async collect(own) {
    const failed = await this.selection.settled();
    if (failed?.problem && failed.item.id !== own.item.id) {
      const title = shortTitle(failed.item.title);
      this.complain(t("pick_failed", { title, message: failed.problem.message }), t("pick_failed_next"));
      return null;
    }
    const picks = this.selection.picks(own);
    if (picks.length > MOST) {
      this.complain(t("picked_limit", { count: number(MOST) }), "");
      return null;
    }
    return { path: "insert", body: { picks } };
  }

  /** @param {string} message @param {string} nextStep */
  complain(message, nextStep) {
    this.problem.replaceChildren(make("p", {}, make("strong", {}, message), ` ${nextStep}`));
    show(this.problem, true);
  }
}
