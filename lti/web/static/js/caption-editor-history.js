/** Undo and redo: a history of whole states, which share all captions that were not touched. Pure functions. */

/**
 * @typedef {import("./caption-editor-edits.js").Cues} Cues
 * @typedef {{cues: Cues, key: number|null, what: string}} Step key: the caption that it was about; what: a text's key
 * @typedef {{past: readonly Step[], now: Step, future: readonly Step[], group: string, at: number}} History
 */

const MOST = 500;
const PAUSE = 1_500; // milliseconds: typing on after a longer pause is another step

/** @param {Cues} cues @returns {History} */
export function begin(cues) {
  return { past: [], now: { cues, key: null, what: "" }, future: [], group: "", at: 0 };
}

/**
 * Go on with a change.
 * @param {History} history @param {Step} step
 * @param {{group?: string, at: number}} options group: changes of one group that follow each other closely are one step;
 *   at: the time, in milliseconds
 * @returns {History}
 */
export function advance(history, step, { group = "", at }) {
  if (step.cues === history.now.cues) return history;
  const same = group !== "" && group === history.group && at - history.at < PAUSE && history.future.length === 0;
  const past = same ? history.past : [...history.past, history.now].slice(-MOST);
  return { past, now: step, future: [], group, at };
}

/** @param {History} history @returns {History} */
export function undo(history) {
  const before = history.past.at(-1);
  if (!before) return history;
  return { past: history.past.slice(0, -1), now: before, future: [history.now, ...history.future], group: "", at: 0 };
}

/** @param {History} history @returns {History} */
export function redo(history) {
  const [after, ...rest] = history.future;
  if (!after) return history;
  return { past: [...history.past, history.now], now: after, future: rest, group: "", at: 0 };
}
