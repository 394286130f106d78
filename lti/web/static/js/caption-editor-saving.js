/** Saving what was edited, keeping it meanwhile, and never losing it: whatever fails, it stays in the editor. */

import { ApiError, aborted } from "./api.js";
import { keyed, wire } from "./caption-editor-edits.js";
import { downloadText } from "./caption-editor-download.js";
import { make, part, say, show } from "./dom.js";
import { t } from "./messages.js";

/**
 * @typedef {import("./caption-editor-edits.js").WireCue} WireCue @typedef {import("./caption-editor-edits.js").Cues} Cues
 * @typedef {{cues: WireCue[], version: string, removed: boolean}} Theirs what the track is now
 * @typedef {{id: string, name: string}} Lost a text that Canvas lost in the middle of saving, and that can be put back
 */

const KEEP = 600; // milliseconds after a change

export class Saving {
  /**
   * @param {import("./api.js").Api} api @param {HTMLElement} dialog
   * @param {{handle: string, track: string, language: string, kind: string, title: string}} about
   * @param {import("./caption-editor-drafts.js").Drafts} drafts @param {import("./caption-editor-desk.js").Desk} desk
   * @param {{compare: (base: WireCue[]|null, mine: Cues, theirs: WireCue[]) => void,
   *   saved: (answer: any) => void}} options saved: called with what the media has now
   */
  constructor(api, dialog, about, drafts, desk, options) {
    this.api = api;
    this.dialog = dialog;
    this.about = about;
    this.drafts = drafts;
    this.desk = desk;
    this.options = options;
    this.version = "";
    /** What the version holds; null where that is not known any more. @type {WireCue[]|null} */ this.base = null;
    /** The captions as they are saved. @type {Cues|null} */ this.clean = null;
    /** What somebody else saved meanwhile. @type {Theirs|null} */ this.theirs = null;
    /** What was kept last. @type {Cues|null} */ this.noted = null;
    /** Whether the browser keeps it, and not this page alone. */ this.kept = true;
    this.busy = false;
    this.timer = 0;
    this.button = part(dialog, "save");
    this.problem = part(dialog, "save-problem");
    this.button.addEventListener("click", () => this.save());
    this.onHide = () => this.keep();
    this.onLeave = (/** @type {BeforeUnloadEvent} */ event) => {
      this.keep();
      if (this.dirty && !this.kept) event.preventDefault();
    };
    window.addEventListener("pagehide", this.onHide);
    window.addEventListener("beforeunload", this.onLeave);
    document.addEventListener("visibilitychange", this.onHide);
  }

  /**
   * Begin from a text that is saved.
   * @param {string} version @param {WireCue[]|null} base @param {Cues|null} clean what the desk shows of it
   */
  begin(version, base, clean) {
    this.version = version;
    this.base = base;
    this.clean = clean;
    this.state();
  }

  close() {
    this.keep();
    clearTimeout(this.timer);
    window.removeEventListener("pagehide", this.onHide);
    window.removeEventListener("beforeunload", this.onLeave);
    document.removeEventListener("visibilitychange", this.onHide);
  }

  get dirty() {
    return this.desk.cues !== this.clean;
  }

  /** Something was changed. */
  note() {
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.keep(), KEEP);
    if (!this.dirty) this.state();
  }

  /** Keep in the browser what is not saved. */
  keep() {
    clearTimeout(this.timer);
    const { cues } = this.desk;
    if (!this.dirty) {
      if (this.noted) this.drafts.drop();
      this.noted = null;
    } else if (this.noted !== cues) {
      const draft = { version: this.version, at: Date.now(), cues: wire(cues), base: this.base };
      this.kept = this.drafts.put(draft);
      this.noted = cues;
    }
    this.state();
  }

  /** Throw away what is not saved. */
  forget() {
    clearTimeout(this.timer);
    this.clean = this.desk.cues;
    this.noted = null;
    this.drafts.drop();
  }

  state() {
    const kept = this.kept ? "ce_state_kept" : "ce_state_unkept";
    part(this.dialog, "state").textContent = t(this.busy ? "ce_state_saving" : this.dirty ? kept : "ce_state_clean");
  }

  /** @returns {Promise<boolean>} whether everything is saved now */
  async save() {
    if (this.busy) return false;
    this.desk.settle();
    const wrong = this.desk.rows.wrong;
    if (wrong) {
      this.desk.rows.go(wrong.key, { field: wrong.wrong });
      say(t("ce_times_to_mend"));
      return false;
    }
    const { cues } = this.desk;
    const sent = wire(cues);
    this.keep();
    this.work(true);
    try {
      const { handle, track, language, kind } = this.about;
      // The language finds a track that was written anew meanwhile; a kind is said for one that is not there any more.
      const body = { handle, track, version: this.version, cues: sent, language, kind: this.version ? null : kind };
      this.saved(await this.api.call("captions", { method: "POST", more: "save", body }), cues, sent);
      return !this.dirty;
    } catch (error) {
      if (error instanceof ApiError || aborted(error)) this.failed(error instanceof ApiError ? error : null);
      else throw error;
      return false;
    } finally {
      this.work(false);
    }
  }

  /** @param {boolean} busy @param {boolean} [fresh] whether what was said about the time before is over */
  work(busy, fresh = busy) {
    this.busy = busy;
    if (busy) this.button.setAttribute("aria-busy", "true");
    else this.button.removeAttribute("aria-busy");
    if (fresh) show(this.problem, false);
    this.state();
  }

  /** @param {any} answer @param {Cues} cues @param {WireCue[]} sent */
  saved(answer, cues, sent) {
    this.changed(answer);
    this.begin(answer.version, sent, cues);
    this.keep();
    this.drafts.drop();
    if (this.dirty) this.note();
    say(answer.note ? t("ce_saved_note", { note: answer.note }) : t("ce_saved"));
  }

  /** Go on with what the media has now: Canvas gives tracks that were written other names. @param {any} answer */
  changed(answer) {
    this.about.handle = answer.handle;
    this.about.track = answer.track ?? this.about.track;
    this.options.saved(answer);
  }

  /** @param {ApiError|null} error null where nobody answered in time */
  failed(error) {
    /** @type {Theirs|undefined} */ const theirs = error?.more.theirs;
    if (theirs && !theirs.removed) {
      this.theirs = theirs;
      this.options.compare(this.base, this.desk.cues, theirs.cues);
      return;
    }
    if (theirs) {
      // There is nothing to compare with: saving once more brings them back.
      this.begin(theirs.version, null, null);
      this.complain(t("ce_removed"), t("ce_removed_next"));
      return;
    }
    this.complain(error?.message ?? t("network"), error?.nextStep ?? t("network_next"));
    for (const lost of /** @type {Lost[]} */ (error?.more.put_back ?? [])) {
      const button = make("button", { type: "button", className: "button small" }, t("ce_put_back", { language: lost.name }));
      button.addEventListener("click", () => this.putBack(lost, button));
      this.problem.append(button, " ");
    }
    const download = make("button", { type: "button", className: "button small" }, t("ce_download"));
    download.addEventListener("click", () => downloadText(this.about.title, this.desk.cues));
    this.problem.append(download);
  }

  /** @param {string} message @param {string} next */
  complain(message, next) {
    this.problem.replaceChildren(make("p", {}, make("strong", {}, message), ` ${next}`));
    show(this.problem, true);
  }

  /** @param {Lost} lost @param {HTMLElement} button */
  async putBack(lost, button) {
    if (this.busy) return;
    this.work(true, false);
    try {
      const body = { handle: this.about.handle, id: lost.id };
      const { handle, tracks } = await this.api.call("captions", { method: "POST", more: "restore", body });
      this.changed({ handle, tracks });
      this.button.focus();
      button.remove();
      say(t("ce_was_put_back", { language: lost.name }));
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      say(`${error.message} ${error.nextStep}`);
    } finally {
      this.work(false);
    }
  }

  /** Save what came of two versions. @param {WireCue[]} cues */
  combine(cues) {
    const { theirs } = this;
    if (theirs) this.begin(theirs.version, theirs.cues, null);
    this.theirs = null;
    const own = new Set(this.desk.cues);
    const all = cues.map((cue) => (own.has(/** @type {any} */ (cue)) ? cue : keyed([cue])[0]));
    this.desk.change(/** @type {Cues} */ (all), { what: t("ce_what_combine"), key: this.desk.rows.current });
    return this.save();
  }
}
