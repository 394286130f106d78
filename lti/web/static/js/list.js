/** One endless list of media: what was asked, what came, and what comes next. No DOM. */

/** Studio's lists are named so, with the scope behind it. */
const STUDIO = "studio_";

import { ApiError, aborted } from "./api.js";

/**
 * @typedef {{language: string, name: string, kind: string, origin: "human"|"machine",
 *   state: "ready"|"processing"|"failed"|"empty"}} ListedTrack
 * @typedef {{id: string, catalogue: "canvas"|"studio", title: string, type: "video"|"audio", duration: number|null,
 *   thumbnail: string|null, created_at: string|null, created_text: string|null, external: string|null,
 *   owner: string|null, tracks: ListedTrack[]|null, handle: string, refused: string|null,
 *   refused_next: string|null}} Item tracks: null where the list does not say; refused: why it cannot be handed in here
 * @typedef {{sort: "title"|"created_at", order: "asc"|"desc", search: string, owner: string, tag: string}} Query
 */

/** @param {string} scope whether this is one of Studio's lists */
export function atStudio(scope) {
  return scope.startsWith(STUDIO);
}

/** Which of the API's paths shows an item closely. @param {Item} item */
export function detailPath(item) {
  return item.catalogue === "studio" ? "studio_detail" : "detail";
}

export class MediaList {
  /**
   * @param {import("./api.js").Api} api @param {string} scope
   * @param {(added: Item[], fresh: boolean) => void} changed called after every change; fresh: the list began anew
   */
  constructor(api, scope, changed) {
    this.api = api;
    this.scope = scope;
    this.changed = changed;
    /** @type {Query} */ this.query = { sort: "title", order: "asc", search: "", owner: "", tag: "" };
    /** @type {Set<string>} */ this.seen = new Set();
    /** @type {string|null} */ this.next = null;
    /** @type {ApiError|null} */ this.problem = null;
    this.started = false;
    this.busy = false;
    /** @type {AbortController|null} */ this.running = null;
  }

  get size() {
    return this.seen.size;
  }

  /** Begin anew; an answer still on its way to the question before is thrown away. @param {Partial<Query>} [query] */
  start(query = {}) {
    this.query = { ...this.query, ...query };
    this.started = true;
    const { sort, order, search, owner, tag } = this.query;
    // Studio lists the newest first, and nothing else.
    const asked = atStudio(this.scope)
      ? { scope: this.scope.slice(STUDIO.length), search, owner, tag }
      : { scope: this.scope, sort, order, search };
    return this.fetch(Object.fromEntries(Object.entries(asked).filter(([, value]) => value)), true);
  }

  /** The page after those that came. */
  more() {
    if (this.busy || !this.next) return Promise.resolve();
    return this.fetch({ cursor: this.next }, false);
  }

  /** Ask once more what failed. */
  retry() {
    return this.next && this.size ? this.more() : this.start();
  }

  /** @param {Record<string, string>} query @param {boolean} fresh */
  async fetch(query, fresh) {
    this.running?.abort();
    const own = (this.running = new AbortController());
    this.busy = true;
    this.problem = null;
    this.changed([], false);
    try {
      const answer = await this.api.call(atStudio(this.scope) ? "studio_media" : "media", { query, signal: own.signal });
      if (fresh) this.seen.clear();
      // Media that were added meanwhile push others to the next page: nothing is to appear twice.
      const added = answer.items.filter((/** @type {Item} */ item) => !this.seen.has(item.id));
      for (const item of added) this.seen.add(item.id);
      this.next = answer.next;
      this.busy = false;
      this.changed(added, fresh);
    } catch (error) {
      if (aborted(error) || own.signal.aborted) return;
      if (!(error instanceof ApiError)) throw error;
      this.busy = false;
      this.problem = error;
      if (fresh) {
        // What the list shows answers another question than the one that failed.
        this.seen.clear();
        this.next = null;
      }
      this.changed([], fresh);
    }
  }
}
