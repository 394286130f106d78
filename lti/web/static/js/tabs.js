/** Tabs after the ARIA pattern: one tab stop, arrow keys between the tabs, Home and End. */

import { make, show } from "./dom.js";

export class Tabs {
  /**
   * @param {Element} bar the tablist
   * @param {{id: string, label: string, panel: HTMLElement}[]} entries
   * @param {(id: string) => void} chosen called after a tab came to the front
   */
  constructor(bar, entries, chosen) {
    this.entries = entries;
    this.chosen = chosen;
    /** How far each tab was scrolled when it was left. @type {Map<string, number>} */ this.scrolled = new Map();
    this.current = "";
    this.buttons = entries.map(({ id, label, panel }) => {
      const button = make("button", { type: "button", id: `tab-${id}`, textContent: label });
      button.setAttribute("role", "tab");
      button.setAttribute("aria-controls", panel.id);
      panel.setAttribute("role", "tabpanel");
      panel.setAttribute("aria-labelledby", button.id);
      button.addEventListener("click", () => this.choose(id));
      return button;
    });
    bar.append(...this.buttons);
    bar.addEventListener("keydown", (event) => this.key(/** @type {KeyboardEvent} */ (event)));
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const backward = document.documentElement.dir === "rtl" ? "ArrowRight" : "ArrowLeft";
    const forward = backward === "ArrowLeft" ? "ArrowRight" : "ArrowLeft";
    const last = this.entries.length - 1;
    const now = this.entries.findIndex(({ id }) => id === this.current);
    const keys = { [forward]: now === last ? 0 : now + 1, [backward]: now ? now - 1 : last, Home: 0, End: last };
    const next = keys[event.key];
    if (next === undefined) return;
    event.preventDefault();
    this.choose(this.entries[next].id);
    this.buttons[next].focus();
  }

  /** Bring a tab to the front. @param {string} id */
  choose(id) {
    const before = this.current;
    if (before === id) return;
    if (before) this.scrolled.set(before, window.scrollY);
    this.current = id;
    this.entries.forEach((entry, index) => {
      const front = entry.id === id;
      this.buttons[index].setAttribute("aria-selected", String(front));
      this.buttons[index].tabIndex = front ? 0 : -1;
      show(entry.panel, front);
    });
    this.chosen(id);
    if (before) window.scrollTo({ top: this.scrolled.get(id) ?? 0, behavior: "instant" });
  }
}
