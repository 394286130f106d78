/** A place below a button that opens with it, and what goes wrong there. */

import { make, show } from "./dom.js";

let count = 0;

export class Panel {
  /** @param {HTMLElement} place */
  constructor(place) {
    this.place = place;
    /** @type {HTMLElement|null} */ this.button = null;
    /** Called when it is closed. @type {() => void} */ this.ended = () => {};
  }

  get empty() {
    return !this.place.firstChild;
  }

  /**
   * Close what is open. @param {HTMLElement} button that was pressed
   * @returns {boolean} whether it was that button's: then there is nothing to open
   */
  toggle(button) {
    const same = this.button === button;
    this.close();
    if (same) return true;
    this.button = button;
    button.setAttribute("aria-expanded", "true");
    return false;
  }

  close() {
    this.ended();
    this.ended = () => {};
    this.button?.setAttribute("aria-expanded", "false");
    this.button = null;
    this.place.replaceChildren();
  }

  /** Close, and go back to the button that opened it. */
  leave() {
    const { button } = this;
    this.close();
    button?.focus();
  }

  /**
   * Fill it, and lead to its title. Labels find their fields by numbers of their own.
   * @param {DocumentFragment} content @returns {HTMLElement}
   */
  fill(content) {
    const element = /** @type {HTMLElement} */ (content.firstElementChild);
    const number = (count += 1);
    for (const field of element.querySelectorAll("[data-id]")) {
      field.id = `care-${number}-${/** @type {HTMLElement} */ (field).dataset.id}`;
    }
    for (const label of element.querySelectorAll("label[data-for]")) {
      /** @type {HTMLLabelElement} */ (label).htmlFor = `care-${number}-${/** @type {HTMLElement} */ (label).dataset.for}`;
    }
    element.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      event.preventDefault(); // or the whole dialog would close
      event.stopPropagation();
      this.leave();
    });
    this.place.replaceChildren(element);
    /** @type {HTMLElement|null} */ (element.querySelector("[data-part=title]"))?.focus();
    return element;
  }
}

/**
 * Say what went wrong, and offer what can be done about it.
 * @param {HTMLElement} place @param {{message: string, nextStep: string}} error
 * @param {{label: string, act: (button: HTMLElement) => void}[]} [offers]
 */
export function showTrouble(place, error, offers = []) {
  place.replaceChildren(make("p", {}, make("strong", {}, error.message), ` ${error.nextStep}`));
  for (const { label, act } of offers) {
    const button = make("button", { type: "button", className: "button small" }, label);
    button.addEventListener("click", () => act(button));
    place.append(button, " ");
  }
  show(place, true);
  place.focus();
}
