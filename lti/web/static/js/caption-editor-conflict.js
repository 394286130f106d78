/** Two versions side by side, when somebody else has saved meanwhile: people choose where both changed the same. */

import { writeExact } from "./caption-editor-clock.js";
import { combined, compare } from "./caption-editor-merge.js";
import { plain } from "./caption-editor-text.js";
import { byId, part, show, stamp } from "./dom.js";
import { counted, t } from "./messages.js";

/**
 * @typedef {import("./caption-editor-merge.js").Piece} Piece
 * @typedef {import("./caption-editor-edits.js").WireCue} WireCue
 */

const SHOWN = 100; // whose choices are made one by one; beyond, people decide once for the rest

export class Conflict {
  /**
   * @param {HTMLElement} dialog @param {{language: string, direction: string}} writing
   * @param {{save: (cues: WireCue[]) => void, leave: () => void}} options
   */
  constructor(dialog, writing, options) {
    this.dialog = dialog;
    this.writing = writing;
    this.element = part(dialog, "conflict");
    this.list = part(dialog, "conflicts");
    this.rest = /** @type {HTMLSelectElement} */ (byId("ce-rest"));
    /** @type {Piece[]} */ this.pieces = [];
    part(dialog, "all-mine").addEventListener("click", () => this.all("mine"));
    part(dialog, "all-theirs").addEventListener("click", () => this.all("theirs"));
    part(dialog, "conflict-save").addEventListener("click", () => options.save(combined(this.pieces, this.chosen)));
    part(dialog, "conflict-leave").addEventListener("click", options.leave);
  }

  /** @param {WireCue[]|null} base @param {WireCue[]} mine @param {WireCue[]} theirs */
  open(base, mine, theirs) {
    this.pieces = compare(base, mine, theirs);
    const conflicts = this.pieces.filter(({ kind }) => kind === "conflict");
    part(this.dialog, "conflict-text").textContent = conflicts.length
      ? counted("ce_conflict_text", conflicts.length)
      : t("ce_conflict_none");
    for (const name of ["all-mine", "all-theirs"]) show(part(this.dialog, name), conflicts.length > 1);
    this.list.replaceChildren(...conflicts.slice(0, SHOWN).map((piece, at) => this.choice(piece, at)));
    part(this.dialog, "rest-label").textContent = counted("ce_conflict_rest", conflicts.length - SHOWN);
    show(part(this.dialog, "rest-field"), conflicts.length > SHOWN);
    this.count = conflicts.length;
    byId("ce-conflict-title").focus();
  }

  /** @param {Piece} piece @param {number} at */
  choice({ mine, theirs }, at) {
    const item = /** @type {HTMLElement} */ (stamp("ce-choice").firstElementChild);
    part(item, "when").textContent = range([...mine, ...theirs]);
    for (const [side, cues] of /** @type {const} */ ([["mine", mine], ["theirs", theirs]])) {
      const radio = /** @type {HTMLInputElement} */ (part(item, side));
      radio.id = `ce-${side}-${at}`;
      radio.name = `ce-conflict-${at}`;
      const label = /** @type {HTMLLabelElement} */ (part(item, `${side}-label`));
      label.htmlFor = radio.id;
      if (cues.length) label.textContent = t(`ce_${side}_at`, { when: range(cues) });
      const text = part(item, `${side}-text`);
      text.id = `${radio.id}-text`;
      text.textContent = cues.length ? cues.map((cue) => plain(cue.text)).join("\n") : t("ce_no_caption");
      if (cues.length) Object.assign(text, { lang: this.writing.language, dir: this.writing.direction });
      radio.setAttribute("aria-describedby", text.id);
    }
    return item;
  }

  /** @returns {("mine"|"theirs")[]} */
  get chosen() {
    const side = (/** @type {boolean} */ theirs) => (theirs ? "theirs" : "mine");
    const boxes = this.list.querySelectorAll('input[value="theirs"]');
    const single = Array.from(boxes, (radio) => side(/** @type {HTMLInputElement} */ (radio).checked));
    const rest = Math.max(0, this.count - single.length);
    return [...single, ...Array.from({ length: rest }, () => side(this.rest.value === "theirs"))];
  }

  /** @param {"mine"|"theirs"} side */
  all(side) {
    for (const radio of this.list.querySelectorAll(`input[value="${side}"]`)) {
      /** @type {HTMLInputElement} */ (radio).checked = true;
    }
    this.rest.value = side;
  }

  count = 0;
}

/** @param {WireCue[]} cues */
function range(cues) {
  const start = writeExact(Math.min(...cues.map((cue) => cue.start)));
  return t("ce_between", { start, end: writeExact(Math.max(...cues.map((cue) => cue.end))) });
}
