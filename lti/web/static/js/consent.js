/** Consent to Canvas or to Studio, asked for in the tabs that need it: whoever connects one alone can use the others. */

import { Connect } from "./connect.js";
import { byId } from "./dom.js";

export class Consent {
  /**
   * @param {import("./api.js").Api} api @param {import("./tabs.js").Tabs} tabs
   * @param {{name: string, words?: Record<string, string>, needs: (tab: string) => boolean}} options
   *   name: of the panel that asks, and of its path; words: as for Connect; needs: whether a tab is of no use without
   */
  constructor(api, tabs, { name, words, needs }) {
    this.tabs = tabs;
    this.question = byId(name);
    this.entries = tabs.entries.filter(({ id }) => needs(id));
    /** What failed for want of it, to be done again once there is one. @type {Set<() => void>} */ this.unfinished = new Set();
    this.entries[0]?.panel.prepend(this.question);
    this.connect = new Connect(api, () => this.connected(), { name, words });
  }

  /**
   * @param {import("./api.js").ApiError} error @param {() => void} again
   * @param {{bring?: boolean}} [options] bring: whether the person waits for this, and is to see the question at once
   */
  ask(error, again, { bring = true } = {}) {
    this.unfinished.add(again);
    if (!this.open && bring) this.tabs.choose(this.entries[0].id);
    this.mark(true);
    this.follow();
    this.connect.open(error);
  }

  /** The tab that is open, if it is one of these. */
  get open() {
    return this.entries.find(({ id }) => id === this.tabs.current);
  }

  /** The question stands in the tab that is open. */
  follow() {
    const panel = this.open?.panel;
    if (panel && panel !== this.question.parentElement) panel.prepend(this.question);
  }

  /** Only what needs the consent gives way to the question. @param {boolean} wanted */
  mark(wanted) {
    for (const { panel } of this.entries) panel.classList.toggle("unconnected", wanted);
  }

  connected() {
    this.mark(false);
    document.getElementById(`tab-${this.tabs.current}`)?.focus();
    const again = [...this.unfinished];
    this.unfinished.clear();
    for (const action of again) action();
  }
}
