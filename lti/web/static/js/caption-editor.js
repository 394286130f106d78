/**
 * The caption editor: a full-size dialog over the page, fetched when somebody opens it. Nothing of it is loaded before.
 *
 * open() brings its dialog (templates/_caption_editor.html, in the person's language), loads the text of the track, and
 * ends when the dialog is closed. Desk edits, Saving saves; here is what is around them.
 */

import { ApiError } from "./api.js";
import { Conflict } from "./caption-editor-conflict.js";
import { Desk } from "./caption-editor-desk.js";
import { Drafts } from "./caption-editor-drafts.js";
import { keyed } from "./caption-editor-edits.js";
import { deedOf, listKeys } from "./caption-editor-keys.js";
import { Panels } from "./caption-editor-panels.js";
import { Saving } from "./caption-editor-saving.js";
import { Search } from "./caption-editor-search.js";
import { Times } from "./caption-editor-times.js";
import { byId, make, part, readJson, say, show } from "./dom.js";
import { direction, learn, shortTitle, t } from "./messages.js";
import { exactly } from "./when.js";

/**
 * @typedef {{api: import("./api.js").Api, item: import("./list.js").Item,
 *   track: {id: string, language: string, name: string, label?: string},
 *   media: {sources: {url: string, type: string}[]}}} What media: what plays it, as an item's detail has it
 * @typedef {{saved: boolean, tracks: unknown[]|null, handle: string}} Result tracks: what the media has now, where
 *   anything was saved; handle: of the item since then
 */

/** @type {Promise<{html: string, owner: string}>|null} */ let fetched = null;

/**
 * Edit a track.
 * @param {What} what @returns {Promise<Result>} when the editor is closed
 * @throws {ApiError} if the editor itself cannot be fetched
 */
export async function open(what) {
  fetched ??= what.api.call("captions", { more: "editor" });
  const answer = await fetched.catch((error) => {
    fetched = null;
    throw error;
  });
  const page = new DOMParser().parseFromString(answer.html, "text/html");
  await dress(page);
  const parts = [...page.body.children];
  document.body.append(...parts);
  learn(readJson("ce-messages"));
  try {
    return await new Editor(what, answer.owner).done;
  } finally {
    for (const each of parts) each.remove();
  }
}

/** Bring the style sheet of the editor into the page, once. @param {Document} page */
async function dress(page) {
  const link = page.querySelector("link");
  link?.remove();
  if (!link || document.querySelector(`link[href="${link.getAttribute("href")}"]`)) return;
  await new Promise((resolve) => {
    for (const kind of ["load", "error"]) link.addEventListener(kind, resolve, { once: true });
    document.head.append(link);
  });
}

class Editor {
  /** @param {What} what @param {string} owner of what is kept in the browser */
  constructor(what, owner) {
    this.what = what;
    this.dialog = /** @type {HTMLDialogElement} */ (byId("caption-editor"));
    // A track of Canvas has another id after each time that it is written, and is alone in its language.
    const { item, track } = what;
    this.drafts = new Drafts(owner, `${item.id}/${item.catalogue === "canvas" ? track.language : track.id}`);
    /** @type {Desk|null} */ this.desk = null;
    /** @type {Saving|null} */ this.saving = null;
    /** @type {Conflict|null} */ this.conflict = null;
    /** @type {Result} */ this.result = { saved: false, tracks: null, handle: item.handle };
    this.panels = new Panels(this.dialog, () => this.desk?.rows.soon());
    const names = { language: track.label ?? track.name, title: shortTitle(item.title) };
    part(this.dialog, "about").textContent = t("ce_about", names);
    this.listen();
    this.dialog.showModal();
    byId("ce-title").focus();
    this.load();
    /** @type {Promise<Result>} */ this.done = new Promise((resolve) => {
      this.dialog.addEventListener("close", () => {
        this.saving?.close();
        this.desk?.close();
        resolve(this.result);
      });
    });
  }

  listen() {
    this.on("close", () => this.leave());
    this.on("load-retry", () => {
      byId("ce-title").focus();
      this.load();
    });
    this.on("leave-save", async () => {
      if (await this.saving?.save()) this.dialog.close();
      else this.stay(false);
    });
    this.on("leave-keep", () => this.dialog.close());
    this.on("leave-drop", () => {
      this.saving?.forget();
      this.dialog.close();
    });
    this.on("leave-stay", () => this.stay(true));
    this.dialog.addEventListener("cancel", (event) => {
      event.preventDefault();
      this.leave();
    });
    this.dialog.addEventListener("keydown", (event) => this.key(event));
    listKeys(this.dialog);
  }

  /** @param {string} name of a button @param {() => void} act */
  on(name, act) {
    part(this.dialog, name).addEventListener("click", act);
  }

  async load() {
    const { api, item, track } = this.what;
    show(part(this.dialog, "load-problem"), false);
    show(part(this.dialog, "loading"), true);
    try {
      const body = { handle: item.handle, track: track.id };
      const text = await api.call("captions", { method: "POST", more: "text", body });
      if (this.dialog.open) this.begin(text);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.complain(error.message, error.nextStep, true);
    } finally {
      show(part(this.dialog, "loading"), false);
    }
  }

  /** @param {string} message @param {string} next @param {boolean} again whether it may be tried once more */
  complain(message, next, again) {
    part(this.dialog, "load-message").textContent = message;
    part(this.dialog, "load-next").textContent = next;
    show(part(this.dialog, "load-retry"), again);
    show(part(this.dialog, "load-problem"), true);
  }

  /** @param {any} text as the server gives it */
  begin(text) {
    if (!text.writable) return this.complain(t("ce_read_only"), text.why_not ?? "", false);
    const { api, item, track, media } = this.what;
    const { language, kind, duration } = text;
    const shown = { type: item.type, title: shortTitle(item.title), sources: media.sources };
    const about = { language, duration: duration ?? item.duration, media: shown };
    const desk = new Desk(api, this.dialog, about, () => this.saving?.note());
    this.desk = desk;
    const place = { handle: item.handle, track: track.id, language, kind, title: `${item.title} ${language}` };
    this.saving = new Saving(api, this.dialog, place, this.drafts, desk, {
      compare: (base, mine, theirs) => {
        this.state("conflict");
        this.conflict?.open(base, [...mine], theirs);
      },
      saved: ({ tracks, handle }) => {
        this.result = { saved: true, tracks, handle };
      },
    });
    this.conflict = new Conflict(this.dialog, { language, direction: direction(language) }, {
      save: (cues) => this.combine(cues),
      leave: () => this.work(),
    });
    this.panels.fill({ find: new Search(desk), times: new Times(desk), keys: { open: () => byId("ce-keys").focus() } });
    const cues = keyed(text.cues);
    desk.begin(cues);
    desk.checks.show(text, cues);
    this.saving.begin(text.version, text.cues, cues);
    this.remark(text);
    this.offer(text);
  }

  /** Say what saving will do that nobody would expect. @param {{note?: string|null, mends?: string[]}} text */
  remark({ note, mends = [] }) {
    const place = part(this.dialog, "remarks");
    const lines = [...(note ? [note] : []), ...mends];
    place.replaceChildren(...lines.map((line) => make("li", {}, line)));
    show(place, lines.length > 0);
  }

  /** Ask whether to go on with work that was not saved, if there is any. @param {any} text */
  offer(text) {
    const draft = this.drafts.get();
    if (!draft || JSON.stringify(draft.cues) === JSON.stringify(text.cues)) {
      this.drafts.drop();
      return this.work();
    }
    const same = draft.version === text.version;
    part(this.dialog, "offer-text").textContent = t(same ? "ce_offer" : "ce_offer_changed", {
      when: exactly(draft.at),
    });
    this.state("offer");
    byId("ce-offer").focus();
    this.on("offer-take", () => {
      if (!same) this.saving?.begin(draft.version, draft.base, null);
      this.desk?.change(keyed(draft.cues), { what: t("ce_what_restore"), key: null });
      this.work();
    });
    this.on("offer-drop", () => {
      this.drafts.drop();
      this.work();
    });
  }

  /** @param {"offer"|"conflict"|"desk"} state */
  state(state) {
    this.panels.close();
    for (const name of ["offer", "conflict", "desk"]) show(part(this.dialog, name), name === state);
    for (const name of ["tools", "bottom"]) show(part(this.dialog, name), state === "desk");
  }

  /** To the captions. */
  work() {
    this.state("desk");
    const { desk } = this;
    desk?.rows.render();
    const cue = desk?.cues[Math.max(0, desk.rows.index)];
    if (cue) desk?.rows.go(cue.key);
    else part(this.dialog, "append").focus();
  }

  /** @param {import("./caption-editor-edits.js").WireCue[]} cues */
  combine(cues) {
    this.work();
    this.saving?.combine(cues);
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const deed = deedOf(event);
    if (!deed) return;
    const { desk } = this;
    const working = desk && !part(this.dialog, "desk").hidden;
    if (deed === "close") {
      event.preventDefault();
      if (!this.panels.close()) this.leave();
    }
    if (!working || deed === "close") return;
    // In a field of a panel the browser's own undo is meant.
    const typing = event.target instanceof HTMLInputElement && !desk.list.contains(event.target);
    if (typing && (deed === "undo" || deed === "redo")) return;
    event.preventDefault();
    if (deed === "find") this.panels.open("find");
    else if (deed === "next" || deed === "before") desk.walk(deed === "next" ? 1 : -1);
    else if (deed === "finding" || deed === "finding_before") desk.checks.step(deed === "finding" ? 1 : -1);
    else if (deed === "start" || deed === "end") desk.act(`${deed}-here`);
    else if (deed === "undo") desk.undo();
    else if (deed === "redo") desk.redo();
    else if (deed === "save") this.saving?.save();
    else desk.act(deed);
  }

  /** Close, if nothing can get lost by it; else ask. */
  leave() {
    if (!part(this.dialog, "leaving").hidden) return this.stay(true);
    if (!part(this.dialog, "conflict").hidden) return this.work();
    this.desk?.settle();
    if (!this.saving?.dirty || !part(this.dialog, "offer").hidden) return this.dialog.close();
    this.saving.keep();
    show(part(this.dialog, "leaving"), true);
    byId("ce-leaving").focus();
    say(byId("ce-leaving").textContent ?? "");
  }

  /** @param {boolean} back whether the focus goes back to the captions */
  stay(back) {
    show(part(this.dialog, "leaving"), false);
    if (back) this.work();
    else part(this.dialog, "save").focus();
  }
}
