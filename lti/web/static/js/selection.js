/** The picked items, in the order in which they were picked. No DOM, and no storage: two tabs never mix. */

import { ApiError } from "./api.js";
import { defaultChoices, possibleForms, toPick } from "./choices.js";
import { detailPath } from "./list.js";
import { t } from "./messages.js";

/**
 * @typedef {import("./list.js").Item} Item
 * @typedef {{item: Item, detail: import("./choices.js").Detail|null, choices: import("./choices.js").Choices|null,
 *   problem: ApiError|null}} Picked
 */

// What the server takes in one response.
export const MOST = 20;
// Ticking many boxes in a row must not become as many questions to Canvas at once.
const AT_ONCE = 2;

export class Selection extends EventTarget {
  /** @param {import("./api.js").Api} api @param {import("./choices.js").Form[]} forms see `defaultChoices` */
  constructor(api, forms) {
    super();
    this.api = api;
    this.forms = forms;
    /** @type {Map<string, Picked>} */ this.picked = new Map();
    /** @type {Picked[]} */ this.waiting = [];
    /** @type {Set<Promise<void>>} */ this.running = new Set();
    /** @type {{picked: Picked, at: number}|null} */ this.removed = null;
  }

  get size() {
    return this.picked.size;
  }

  get list() {
    return [...this.picked.values()];
  }

  /** @param {string} id */
  has(id) {
    return this.picked.has(id);
  }

  changed() {
    this.dispatchEvent(new Event("change"));
  }

  /**
   * Tick or untick a card. @param {Item} item @param {boolean} wanted
   * @returns {boolean} whether it is picked now; not if the selection is full
   */
  toggle(item, wanted) {
    if (!wanted) this.remove(item.id);
    else if (!this.has(item.id)) {
      if (this.full()) return false;
      const picked = { item, detail: null, choices: null, problem: null };
      this.picked.set(item.id, picked);
      this.prepare(picked);
    }
    return this.has(item.id);
  }

  /** @returns {boolean} whether nothing more can be added; says so to who listens */
  full() {
    if (this.size < MOST) return false;
    this.dispatchEvent(new Event("full"));
    return true;
  }

  /**
   * Put in what was chosen in the item's own view, in the place it already has if it was picked before.
   * @param {Item} item @param {import("./choices.js").Detail} detail @param {import("./choices.js").Choices} choices
   * @returns {boolean} false if the selection is full
   */
  put(item, detail, choices) {
    if (!this.has(item.id) && this.full()) return false;
    this.picked.set(item.id, { item, detail, choices, problem: null });
    this.removed = null;
    this.changed();
    return true;
  }

  /** @param {string} id */
  remove(id) {
    const at = [...this.picked.keys()].indexOf(id);
    const picked = this.picked.get(id);
    if (!picked) return;
    this.picked.delete(id);
    this.removed = { picked, at };
    this.changed();
  }

  /** Take off what is gone for good: there is nothing to bring back. @param {string} id */
  drop(id) {
    this.picked.delete(id);
    this.removed = null;
    this.changed();
  }

  /** Bring back what was removed last, to where it was. */
  undo() {
    if (!this.removed) return;
    const entries = [...this.picked];
    entries.splice(this.removed.at, 0, [this.removed.picked.item.id, this.removed.picked]);
    this.picked = new Map(entries);
    const { picked } = this.removed;
    this.removed = null;
    if (picked.detail) this.changed();
    else this.prepare(picked);
  }

  /** Get what a pick needs and the list does not know: its tracks' ids. @param {Picked} picked */
  prepare(picked) {
    picked.problem = null;
    this.removed = null;
    this.waiting.push(picked);
    this.changed();
    this.work();
  }

  work() {
    while (this.running.size < AT_ONCE && this.waiting.length) {
      const picked = /** @type {Picked} */ (this.waiting.shift());
      if (this.picked.get(picked.item.id) !== picked || picked.detail) continue;
      const job = this.fetch(picked).finally(() => {
        this.running.delete(job);
        this.work();
        this.changed();
      });
      this.running.add(job);
    }
  }

  /** @param {Picked} picked */
  async fetch(picked) {
    try {
      const body = { handle: picked.item.handle };
      /** @type {import("./choices.js").Detail} */
      const detail = await this.api.call(detailPath(picked.item), { method: "POST", body });
      if (!possibleForms(detail, this.forms).length) throw noForm();
      picked.detail = detail;
      picked.choices = defaultChoices(detail, this.forms);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      picked.problem = error;
    }
  }

  /** Wait until nothing is being prepared any more. @returns {Promise<Picked|undefined>} the first that failed */
  async settled() {
    while (this.running.size) await Promise.race(this.running);
    return this.list.find((picked) => picked.problem);
  }

  /**
   * What `POST insert` takes.
   * @param {Picked} [also] one that is inserted too, without being in the selection or in place of what is there
   * @returns {object[]}
   */
  picks(also) {
    const all = also ? new Map(this.picked).set(also.item.id, also) : this.picked;
    return [...all.values()].flatMap(({ detail, choices }) => (detail && choices ? [toPick(detail, choices)] : []));
  }
}

/** What is wrong with an item that this place in Canvas takes in no form that the item has. */
export function noForm() {
  return new ApiError({ code: "no_form", message: t("no_form"), next_step: t("no_form_next") }, 0);
}
