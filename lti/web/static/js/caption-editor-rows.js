/**
 * The editor's list of captions. Only those in sight, and a little beyond, are in the document, however many there are;
 * the room of the others is kept as margins. The caption where somebody is, and any with a time that cannot be, stay.
 */

import { Row } from "./caption-editor-row.js";

/** @typedef {import("./caption-editor-edits.js").Cues} Cues @typedef {import("./caption-editor-row.js").Field} Field */

const BEYOND = 500; // pixels
const GUESS = 120;

export class Rows {
  /**
   * @param {HTMLElement} list @param {() => HTMLElement} scroller which element scrolls, as the page is laid out now
   * @param {{language: string, direction: string}} writing
   * @param {(key: number) => string[]} said what the checks say about a caption
   */
  constructor(list, scroller, writing, said) {
    this.list = list;
    this.scroller = scroller;
    this.writing = writing;
    this.said = said;
    /** @type {Cues} */ this.cues = [];
    /** @type {Map<number, Row>} */ this.rows = new Map();
    /** @type {Map<number, number>} */ this.heights = new Map();
    /** @type {number|null} */ this.current = null;
    /** @type {Set<number>} */ this.standing = new Set();
    this.asked = 0;
  }

  /** @returns {number} -1 where there is none */
  get index() {
    return this.cues.findIndex(({ key }) => key === this.current);
  }

  /** @returns {Row|undefined} the first with a time that cannot be */
  get wrong() {
    return [...this.rows.values()].find((row) => row.wrong);
  }

  /** @param {Cues} cues */
  show(cues) {
    const before = this.index;
    this.cues = cues;
    if (this.index < 0) this.current = cues[Math.max(0, Math.min(before, cues.length - 1))]?.key ?? null;
    this.render();
  }

  /** @param {number} key */
  walk(key) {
    if (this.current === key) return;
    this.current = key;
    this.render();
  }

  /** Draw again before the next picture. */
  soon() {
    if (this.asked) return;
    this.asked = requestAnimationFrame(() => this.render());
  }

  /** The layout is another: what was measured does not hold. */
  resized() {
    this.heights.clear();
    this.soon();
  }

  /** @returns {Float64Array} where each caption begins, and where the last ends, in pixels */
  places() {
    let known = 0;
    for (const height of this.heights.values()) known += height;
    const guess = this.heights.size ? known / this.heights.size : GUESS;
    const places = new Float64Array(this.cues.length + 1);
    this.cues.forEach(({ key }, at) => {
      places[at + 1] = places[at] + (this.heights.get(key) ?? guess);
    });
    return places;
  }

  /** @param {{anchored?: boolean}} [options] whether what is in sight is to stay where it is */
  render({ anchored = true } = {}) {
    cancelAnimationFrame(this.asked);
    this.asked = 0;
    // Where nothing is laid out everything would seem to be in sight.
    if (!this.list.getClientRects().length) return;
    const anchor = anchored ? this.anchor() : null;
    const wanted = this.wanted();
    this.fill(wanted);
    this.space(wanted);
    if (this.measure()) this.space(wanted);
    if (!anchor?.row.element.isConnected) return;
    const moved = anchor.row.element.getBoundingClientRect().top - anchor.top;
    if (Math.abs(moved) >= 1) this.scroller().scrollTop += moved;
  }

  /** A row in sight, and where it is. */
  anchor() {
    const top = this.scroller().getBoundingClientRect().top;
    for (const row of this.rows.values()) {
      const box = row.element.getBoundingClientRect();
      if (box.bottom > top && box.top < innerHeight) return { row, top: box.top };
    }
    return null;
  }

  /** @returns {number[]} the indices of the captions that are to be in the document, in order */
  wanted() {
    const places = this.places();
    const top = this.list.getBoundingClientRect().top;
    const wanted = [];
    for (let at = 0; at < this.cues.length; at++) {
      const seen = top + places[at + 1] > -BEYOND && top + places[at] < innerHeight + BEYOND;
      const { key } = this.cues[at];
      if (seen || key === this.current || this.rows.get(key)?.wrong) wanted.push(at);
    }
    return wanted;
  }

  /** Bring these captions into the document, and the others out of it. @param {number[]} wanted */
  fill(wanted) {
    const keys = new Set(wanted.map((at) => this.cues[at].key));
    for (const [key, row] of this.rows) {
      if (keys.has(key)) continue;
      row.element.remove();
      this.rows.delete(key);
    }
    const held = document.activeElement;
    let next = this.list.firstElementChild;
    for (const at of wanted) {
      const cue = this.cues[at];
      let row = this.rows.get(cue.key);
      if (!row) {
        row = new Row(cue, this.writing);
        this.rows.set(cue.key, row);
      }
      const current = cue.key === this.current;
      const standing = this.standing.has(cue.key);
      row.update(cue, at, this.cues.length, { current, standing, said: this.said(cue.key) });
      if (row.element === next) next = next.nextElementSibling;
      else this.list.insertBefore(row.element, next);
    }
    // What is moved in the document loses the focus.
    if (held instanceof HTMLElement && held !== document.activeElement && this.list.contains(held)) {
      held.focus({ preventScroll: true });
    }
  }

  /** Keep the room of those that are not there. @param {number[]} wanted */
  space(wanted) {
    const places = this.places();
    let from = 0;
    for (const at of wanted) {
      const row = /** @type {Row} */ (this.rows.get(this.cues[at].key));
      setPixels(row.element, "marginBlockStart", places[at] - places[from]);
      from = at + 1;
    }
    setPixels(this.list, "paddingBlockEnd", places[this.cues.length] - places[from]);
  }

  /** @returns {boolean} whether any is as high as nobody thought */
  measure() {
    let news = false;
    for (const [key, row] of this.rows) {
      const { height } = row.element.getBoundingClientRect();
      if (Math.abs((this.heights.get(key) ?? -1) - height) < 0.5) continue;
      this.heights.set(key, height);
      news = true;
    }
    return news;
  }

  /**
   * Go to a caption.
   * @param {number} key @param {{field?: Field|null, all?: boolean}} [options] field: which gets the focus, if any;
   *   all: whether what stands in it is selected
   */
  go(key, { field = "text", all = false } = {}) {
    this.current = key;
    this.render({ anchored: false });
    const row = this.rows.get(key);
    if (!row) return;
    // Far away heights are only guessed until they are near: aim a second time.
    for (let aim = 0; aim < 2; aim++) {
      if (this.reveal(row.element)) this.render({ anchored: false });
    }
    if (!field) return;
    row[field].focus({ preventScroll: true });
    if (all) row[field].select();
  }

  /** Scroll, if need be, until it is in sight; not scrollIntoView, which moves the page around our frame as well. */
  reveal(/** @type {HTMLElement} */ element) {
    const scroller = this.scroller();
    const view = scroller.getBoundingClientRect();
    const [top, bottom] = [Math.max(view.top, 0), Math.min(view.bottom, innerHeight)];
    const box = element.getBoundingClientRect();
    if (box.top >= top && box.bottom <= bottom) return false;
    scroller.scrollTop += box.top - top - Math.max(0, (bottom - top - box.height) / 3);
    return true;
  }

  /** @param {Set<number>} keys of the captions that stand at this moment */
  mark(keys) {
    if (keys.size === this.standing.size && [...keys].every((key) => this.standing.has(key))) return;
    this.standing = keys;
    for (const [key, row] of this.rows) row.element.classList.toggle("standing", keys.has(key));
  }
}

/** Set it where it is another: what is set is laid out anew. @param {HTMLElement} element */
function setPixels(element, /** @type {"marginBlockStart"|"paddingBlockEnd"} */ name, /** @type {number} */ value) {
  const pixels = `${Math.round(value * 100) / 100}px`;
  if (element.style[name] !== pixels) element.style[name] = pixels;
}
