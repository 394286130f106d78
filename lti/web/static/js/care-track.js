/** One track of an item: what it is, and what can be done with it. */

import { Panel } from "./care-panel.js";
import { make, part, show, stamp } from "./dom.js";
import { listed, t } from "./messages.js";
import { exactly } from "./when.js";

/** @typedef {import("./care.js").Track} Track */

let preloaded = false; // whether the browser was told of all the editor's modules

export class TrackRow {
  /** @param {import("./care.js").Care} care @param {Track} track */
  constructor(care, track) {
    this.care = care;
    this.track = track;
    this.element = /** @type {HTMLElement} */ (stamp("care-track").firstElementChild);
    this.element.dataset.track = track.id;
    this.panel = new Panel(part(this.element, "panel"));
    part(this.element, "name").textContent = track.name;
    part(this.element, "facts").textContent = this.facts();
    const reason = part(this.element, "reason");
    reason.textContent = track.reason ?? "";
    show(reason, Boolean(track.reason));
    const actions = part(this.element, "actions");
    actions.setAttribute("aria-label", t("cc_actions", { name: track.name }));
    for (const button of /** @type {NodeListOf<HTMLElement>} */ (actions.querySelectorAll("[data-do]"))) {
      const name = /** @type {string} */ (button.dataset.do);
      if (care.studio && (name === "remove" || name === "mark")) show(button, false); // Studio has no call for it
      button.addEventListener("click", () => this.act(name, button));
    }
  }

  facts() {
    const { kind, origin, state, updated_at: at } = this.track;
    const unpublished = this.care.studio && state === "processing";
    const words = [t(`cc_kind_${kind}`), t(`cc_${origin}`), t(unpublished ? "cc_unpublished" : `cc_${state}`)];
    if (at) words.push(t(this.care.studio ? "cc_added_at" : "cc_changed_at", { when: exactly(at) }));
    return listed(words, "unit");
  }

  /** @param {string} name @param {HTMLElement} button */
  act(name, button) {
    if (name === "edit") return this.edit(button);
    if (name === "remove") return this.askToRemove(button);
    return this.care.openPanel(this.panel, button, name, this.track);
  }

  /** @param {HTMLElement} button */
  edit(button) {
    const { care, track } = this;
    const { sources } = care.what.detail;
    care.what.media()?.pause();
    if (!preloaded) document.head.append(stamp("care-editor"));
    preloaded = true;
    return care.run(button, async () => {
      const editor = await import("./caption-editor.js");
      const item = { ...care.item, handle: care.handle };
      const result = await editor.open({ api: care.what.api, item, track, media: { sources } });
      if (!result.saved || !result.tracks) return;
      const tracks = /** @type {Track[]} */ (result.tracks);
      const written = tracks.find(({ id }) => id === track.id) ?? tracks.find(({ language }) => language === track.language);
      const change = { tracks, handle: result.handle, track: written?.id ?? null, note: null, undo: null };
      care.took(change, t("cc_saved", { name: track.name }), "edit");
    });
  }

  /** @param {HTMLElement} button */
  askToRemove(button) {
    if (this.panel.toggle(button)) return;
    const { care, track } = this;
    const yes = make("button", { type: "button", className: "button small" }, t("cc_remove_yes"));
    const no = make("button", { type: "button", className: "button small" }, t("cc_keep"));
    const title = make("h4", { tabIndex: -1 }, t("cc_remove", { name: track.name }));
    title.dataset.part = "title";
    const buttons = make("div", { className: "care-actions" }, yes, no);
    const content = new DocumentFragment();
    content.append(make("section", { className: "care-panel" }, title, make("p", {}, t("cc_remove_why")), buttons));
    this.panel.fill(content);
    no.addEventListener("click", () => this.panel.leave());
    yes.addEventListener("click", () =>
      care.run(yes, async () => {
        const answer = await care.call("remove", { track: track.id });
        const words = t("cc_removed", { name: track.name });
        care.took(answer, words);
        care.offerUndo(words);
      }),
    );
  }
}
