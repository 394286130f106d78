/**
 * The editor's keyboard: one table, from which come what the keys do and the list of them that people read.
 *
 * Each has a modifier or is a function key: single letters belong to typing and to screen readers.
 */

import { make, part } from "./dom.js";
import { t } from "./messages.js";

/**
 * @typedef {"next"|"before"|"play"|"start"|"end"|"split"|"merge"|"add"|"remove"|"finding"|"finding_before"|"find"|"undo"|
 *   "redo"|"save"|"close"} Deed
 * @typedef {{deed: Deed, key: string|string[], main?: boolean, alt?: boolean, shift?: boolean, unlisted?: boolean}} Shortcut
 *   main: Control, or Command on a Mac
 */

const MAC = /Mac|iPhone|iPad/.test(navigator.platform);

/** @type {Shortcut[]} */
const SHORTCUTS = [
  { deed: "next", key: "ArrowDown", alt: true },
  { deed: "before", key: "ArrowUp", alt: true },
  { deed: "play", key: "Enter", main: true },
  { deed: "start", key: "Home", alt: true, shift: true },
  { deed: "end", key: "End", alt: true, shift: true },
  { deed: "split", key: "Enter", main: true, shift: true },
  { deed: "merge", key: "ArrowDown", alt: true, shift: true },
  { deed: "add", key: "Enter", alt: true },
  { deed: "remove", key: ["Delete", "Backspace"], alt: true, shift: true },
  { deed: "finding", key: "F8" },
  { deed: "finding_before", key: "F8", shift: true, unlisted: true },
  { deed: "find", key: "f", main: true },
  { deed: "undo", key: "z", main: true },
  { deed: "redo", key: "z", main: true, shift: true },
  { deed: "redo", key: "y", main: true, unlisted: true },
  { deed: "save", key: "s", main: true },
  { deed: "close", key: "Escape" },
];
const NAMES = { ArrowDown: "↓", ArrowUp: "↑", Escape: "Esc" };

/** @param {KeyboardEvent} event @returns {Deed|null} */
export function deedOf(event) {
  const main = MAC ? event.metaKey : event.ctrlKey;
  if (MAC ? event.ctrlKey : event.metaKey) return null;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const found = SHORTCUTS.find(
    (each) =>
      [each.key].flat().includes(key) &&
      Boolean(each.main) === main &&
      Boolean(each.alt) === event.altKey &&
      Boolean(each.shift) === event.shiftKey,
  );
  return found?.deed ?? null;
}

/** @param {Shortcut} shortcut @returns {HTMLElement[]} */
function keys({ key, main, alt, shift }) {
  const name = [key].flat()[0];
  const shown = NAMES[/** @type {keyof typeof NAMES} */ (name)] ?? (name.length === 1 ? name.toUpperCase() : name);
  const held = [main && (MAC ? "⌘" : "Ctrl"), alt && (MAC ? "Option" : "Alt"), shift && "Shift", shown];
  return held.filter(Boolean).map((each) => make("kbd", {}, /** @type {string} */ (each)));
}

/** Write the list. @param {HTMLElement} dialog */
export function listKeys(dialog) {
  const row = (/** @type {HTMLElement[]} */ pressed, /** @type {string} */ deed, between = " + ") => {
    const names = pressed.flatMap((each, at) => (at ? [between, each] : [each]));
    return make("div", {}, make("dt", { dir: "ltr" }, ...names), make("dd", {}, t(`ce_key_${deed}`)));
  };
  const rows = SHORTCUTS.filter(({ unlisted }) => !unlisted).map((each) => row(keys(each), each.deed));
  rows.splice(9, 0, row([make("kbd", {}, "↑"), make("kbd", {}, "↓")], "nudge", " / "));
  part(dialog, "keys").replaceChildren(...rows);
}
