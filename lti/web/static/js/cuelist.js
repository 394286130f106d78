/** The lines of a transcript: one tab stop for all, arrow keys between them, marks where a search found something. */

import { make } from "./dom.js";
import { writeTime } from "./time.js";

/** @typedef {[start: number, end: number, text: string]} Cue times in seconds */

const PAGE = 10;

export class CueList {
  /**
   * @param {HTMLElement} list @param {(seconds: number) => void} jump called when a line is pressed
   * @param {() => void} walked called when the focus moves along the lines
   */
  constructor(list, jump, walked) {
    this.list = list;
    this.walked = walked;
    /** @type {Cue[]} */ this.cues = [];
    /** @type {HTMLButtonElement[]} */ this.buttons = [];
    /** Lines that hold a match, by index. @type {number[]} */ this.found = [];
    this.current = -1;
    this.stop = 0;
    list.addEventListener("click", (event) => {
      const index = this.indexOf(event.target);
      if (index < 0) return;
      this.moveStop(index);
      jump(this.cues[index][0]);
    });
    list.addEventListener("keydown", (event) => this.key(event));
  }

  /** @param {Cue[]} cues */
  fill(cues) {
    this.cues = cues;
    this.current = -1;
    this.found = [];
    this.stop = 0;
    this.buttons = cues.map(([start, , text], index) => {
      const button = make("button", { type: "button", className: "cue", tabIndex: index ? -1 : 0 });
      button.append(
        make("span", { className: "cue-time", textContent: writeTime(start) }),
        // A space between the two, for the line's spoken name.
        " ",
        make("span", { className: "cue-text", textContent: text }),
      );
      button.dataset.index = String(index);
      return /** @type {HTMLButtonElement} */ (button);
    });
    this.list.replaceChildren(...this.buttons.map((button) => make("li", {}, button)));
  }

  /** @param {EventTarget|null} target */
  indexOf(target) {
    const button = target instanceof Element ? target.closest("button") : null;
    return button ? Number(button.dataset.index) : -1;
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const index = this.indexOf(event.target);
    if (index < 0 || event.ctrlKey || event.metaKey || event.altKey) return;
    const last = this.cues.length - 1;
    const next = {
      ArrowDown: index + 1,
      ArrowUp: index - 1,
      PageDown: index + PAGE,
      PageUp: index - PAGE,
      Home: 0,
      End: last,
    }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    this.moveStop(Math.max(0, Math.min(last, next)));
    this.walked();
    this.buttons[this.stop].focus();
  }

  /** @param {number} index which line the Tab key leads to */
  moveStop(index) {
    if (this.buttons[this.stop]) this.buttons[this.stop].tabIndex = -1;
    this.stop = index;
    this.buttons[index].tabIndex = 0;
  }

  /**
   * Mark the line that is being said. Between two lines the one before stays marked.
   * @param {number} time seconds
   * @returns {HTMLElement|null} the line, if it is another one than before
   */
  mark(time) {
    const index = lastBegun(this.cues, time);
    if (index === this.current) return null;
    this.buttons[this.current]?.removeAttribute("aria-current");
    this.current = index;
    const button = this.buttons[index];
    if (!button) return null;
    button.setAttribute("aria-current", "true");
    if (!this.list.contains(document.activeElement)) this.moveStop(index);
    return button;
  }

  /** The line that is being said. @returns {HTMLElement|null} */
  get line() {
    return this.buttons[this.current] ?? null;
  }

  /**
   * Mark every place where a text occurs.
   * @param {string} text empty: take the marks away
   * @returns {number} how many lines hold it
   */
  find(text) {
    for (const index of this.found) this.textOf(index).textContent = this.cues[index][2];
    this.found = [];
    if (!text) return 0;
    const pattern = new RegExp(text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&").replace(/\s+/g, "\\s+"), "giu");
    this.cues.forEach(([, , line], index) => {
      if (line.search(pattern) < 0) return;
      this.found.push(index);
      this.textOf(index).replaceChildren(...marked(line, pattern));
    });
    return this.found.length;
  }

  /** @param {number} which of the lines found @returns {HTMLElement} */
  match(which) {
    for (const button of this.list.querySelectorAll(".match")) button.classList.remove("match");
    const index = this.found[which];
    this.moveStop(index);
    this.buttons[index].classList.add("match");
    return this.buttons[index];
  }

  /** @param {number} index */
  textOf(index) {
    return /** @type {HTMLElement} */ (this.buttons[index].lastElementChild);
  }
}

/** @param {string} line @param {RegExp} pattern */
function marked(line, pattern) {
  /** @type {(Node|string)[]} */ const pieces = [];
  let from = 0;
  for (const match of line.matchAll(pattern)) {
    pieces.push(line.slice(from, match.index), make("mark", { textContent: match[0] }));
    from = match.index + match[0].length;
  }
  return [...pieces, line.slice(from)];
}

/**
 * The last cue that has begun, by bisection: timeupdate comes four times a second, and there may be thousands of cues.
 * @param {Cue[]} cues @param {number} time
 * @returns {number} -1 before the first
 */
function lastBegun(cues, time) {
  let low = 0;
  let high = cues.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    // Seeking to a cue's start may end a hair before it.
    if (cues[middle][0] <= time + 0.05) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
