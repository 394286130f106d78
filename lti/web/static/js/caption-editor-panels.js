/** The panels under the editor's tools, of which one is open at a time. They stay in sight while the captions scroll. */

import { byId, show } from "./dom.js";

export class Panels {
  /** @param {HTMLElement} dialog @param {() => void} moved called when there is more or less room below */
  constructor(dialog, moved) {
    this.moved = moved;
    this.buttons = Array.from(dialog.querySelectorAll("button[data-panel]"), (each) => /** @type {HTMLElement} */ (each));
    /** @type {Record<string, {open: () => void}>} */ this.panels = {};
    for (const button of this.buttons) {
      button.addEventListener("click", () => {
        if (button === this.current) this.close();
        else this.open(button.dataset.panel ?? "");
      });
    }
    for (const button of dialog.querySelectorAll('[data-part="leave"]')) {
      button.addEventListener("click", () => this.close());
    }
  }

  /** @param {Record<string, {open: () => void}>} panels what is to be done when each is opened */
  fill(panels) {
    this.panels = panels;
  }

  /** The button of the one that is open. */
  get current() {
    return this.buttons.find((button) => button.getAttribute("aria-expanded") === "true");
  }

  /** @param {string} name */
  open(name) {
    const { current } = this;
    if (current?.dataset.panel !== name) this.close();
    this.buttons.find(({ dataset }) => dataset.panel === name)?.setAttribute("aria-expanded", "true");
    show(byId(`ce-${name}`), true);
    this.panels[name]?.open();
    this.moved();
  }

  /** @returns {boolean} whether one was open; the focus goes from it to its button */
  close() {
    const { current } = this;
    if (!current) return false;
    current.setAttribute("aria-expanded", "false");
    const element = byId(`ce-${current.dataset.panel}`);
    if (element.contains(document.activeElement)) current.focus();
    show(element, false);
    this.moved();
    return true;
  }
}
