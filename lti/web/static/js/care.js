/**
 * Looking after the captions of one item: the part of its page that is fetched when somebody opens it
 * (templates/_captions.html). Care holds what the item has now; rows and panels ask it to change that.
 */

import { ApiError } from "./api.js";
import { Panel, showTrouble } from "./care-panel.js";
import { TrackRow } from "./care-track.js";
import { part, readJson, say, show } from "./dom.js";
import { learn, t } from "./messages.js";

/**
 * @typedef {import("./choices.js").Track & {updated_at: string|null}} Track
 * @typedef {{tracks: Track[], handle: string, track: string|null, note: string|null,
 *   undo: {id: string, language: string, name: string}|null}} Changed an answer to a change
 * @typedef {{api: import("./api.js").Api, place: HTMLElement, detail: import("./choices.js").Detail,
 *   scopes: string[], media: () => HTMLMediaElement|null, needsGrant: (error: ApiError) => void,
 *   changed: (change: {tracks?: Track[], handle: string, title?: string}) => void}} What
 *   place: where it goes; scopes: lists of media in which copies can go; media: what plays the item, if anything does
 */

/** @type {Promise<{html: string}>|null} */ let fetched = null;

/**
 * Put the part into the page.
 * @param {What} what
 * @throws {ApiError} if it cannot be fetched
 */
export async function open(what) {
  fetched ??= what.api.call("captions", { more: "care" });
  const answer = await fetched.catch((error) => {
    fetched = null;
    throw error;
  });
  const page = new DOMParser().parseFromString(answer.html, "text/html");
  const root = /** @type {HTMLElement} */ (page.getElementById("care"));
  if (!document.getElementById("care-messages")) {
    const link = page.querySelector("link");
    if (link) document.head.append(link);
    document.body.append(...page.querySelectorAll("template, script"));
    learn(readJson("care-messages"));
  }
  what.place.replaceChildren(root);
  return new Care(root, what);
}

export class Care {
  /** @param {HTMLElement} root @param {What} what */
  constructor(root, what) {
    this.root = root;
    this.what = what;
    this.item = what.detail.item;
    this.handle = what.detail.handle;
    this.tracks = /** @type {Track[]} */ (what.detail.tracks);
    this.busy = false;
    /** @type {Changed["undo"]} */ this.undo = null;
    this.problem = part(root, "problem");
    show(part(root, "studio"), this.studio);
    show(part(root, "rename"), !this.studio);
    this.panel = new Panel(part(root, "panel"));
    for (const name of ["add", "rename"]) {
      const button = part(root, name);
      button.addEventListener("click", () => this.openPanel(this.panel, button, name));
    }
    part(root, "undo-button").addEventListener("click", () => this.putBack());
    this.render();
  }

  get studio() {
    return this.item.catalogue === "studio";
  }

  render() {
    const rows = this.tracks.map((track) => new TrackRow(this, track));
    part(this.root, "tracks").replaceChildren(...rows.map((row) => row.element));
    show(part(this.root, "tracks"), rows.length > 0);
    show(part(this.root, "none"), !rows.length);
  }

  /**
   * Open what a button leads to, or close it. Each kind of panel is a module of its own, fetched when it is wanted.
   * @param {Panel} panel @param {HTMLElement} button @param {string} name @param {Track} [track]
   */
  async openPanel(panel, button, name, track) {
    if (panel.toggle(button)) return;
    await this.run(button, async () => {
      const module = await import(`./care-${name}.js`);
      await module.open(this, panel, track);
    });
    if (panel.empty) panel.close();
  }

  /** Call the server about this item. @param {string} what @param {Record<string, unknown>} body @returns {Promise<any>} */
  call(what, body = {}) {
    return this.what.api.call("captions", { method: "POST", more: what, body: { handle: this.handle, ...body } });
  }

  /**
   * Do one thing at a time. What goes wrong is said where a person sees it.
   * @param {HTMLElement} button that was pressed @param {() => Promise<void>} act
   * @param {(error: ApiError) => boolean} [handled] whether somebody else deals with this error
   */
  async run(button, act, handled = () => false) {
    if (this.busy) return;
    this.busy = true;
    button.setAttribute("aria-busy", "true");
    show(this.problem, false);
    try {
      await act();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (error.needsGrant) this.what.needsGrant(error);
      else if (!handled(error)) this.complain(error);
    } finally {
      this.busy = false;
      button.removeAttribute("aria-busy");
    }
  }

  /** @param {ApiError} error */
  complain(error) {
    const lost = error.more.put_back ?? [];
    showTrouble(
      this.problem,
      error,
      lost.map((/** @type {{id: string, name: string}} */ each) => ({
        label: t("cc_put_back", { name: each.name }),
        act: (/** @type {HTMLElement} */ button) => this.restore(button, each),
      })),
    );
  }

  /**
   * Take in what a change came to.
   * @param {Changed} answer @param {string} words for the person
   * @param {string} [act] of the track's buttons that gets the focus
   */
  took(answer, words, act = "read") {
    this.handle = answer.handle;
    this.tracks = answer.tracks;
    this.undo = answer.undo;
    this.what.changed({ tracks: answer.tracks, handle: answer.handle });
    this.render();
    const note = part(this.root, "note");
    note.textContent = answer.note ?? "";
    show(note, Boolean(answer.note));
    show(part(this.root, "undo"), false);
    say([words, answer.note].filter(Boolean).join(" "));
    if (answer.track) this.focus(answer.track, act);
  }

  /** @param {string} id of a track @param {string} act */
  focus(id, act) {
    const row = this.root.querySelector(`[data-track="${CSS.escape(id)}"]`);
    /** @type {HTMLElement|null} */ (row?.querySelector(`[data-do="${act}"]`))?.focus();
  }

  /** Offer to take a removal back. @param {string} words */
  offerUndo(words) {
    const button = part(this.root, "undo-button");
    part(this.root, "undo-text").textContent = words;
    show(part(this.root, "undo"), true);
    show(button, Boolean(this.undo));
    (this.undo ? button : part(this.root, "add")).focus();
  }

  putBack() {
    if (this.undo) this.restore(part(this.root, "undo-button"), this.undo);
  }

  /** @param {HTMLElement} button @param {{id: string, name: string}} old */
  restore(button, old) {
    return this.run(button, async () => {
      const answer = await this.call("restore", { id: old.id });
      this.took(answer, t("cc_restored", { name: old.name }));
    });
  }

  /** @param {string} title @param {string} handle */
  renamed(title, handle) {
    this.handle = handle;
    this.what.changed({ handle, title });
    say(t("cc_renamed", { title }));
  }
}
