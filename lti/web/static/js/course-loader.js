/**
 * Fills the report: all pages of Canvas's list one after the other, then Studio's, then the texts that were never read, a
 * few media at a time. One call is under way at most, and our server says how long Canvas wants to be left alone. What
 * goes wrong at one of the two does not stop the other. No DOM.
 */

import { ApiError } from "./api.js";

/** @typedef {import("./course-data.js").Row} Row @typedef {"canvas"|"studio"} Catalogue */

const AT_ONCE = 10; // media of one reading; our server takes no more
const PATIENCE = 5; // times that a throttled call is made again before the person is asked
const WAIT = 10; // seconds, where nobody says how long
const PASSING = new Set(["remote_throttled", "too_many_requests"]);
/** Names of our API's paths. */
const PATHS = { canvas: { list: "report", read: "read" }, studio: { list: "studio_report", read: "studio_read" } };

/** @param {number} seconds */
const sleep = (seconds) => new Promise((resolve) => setTimeout(resolve, seconds * 1000));

/** What comes from one catalogue. */
class Source {
  /** @param {Catalogue} catalogue */
  constructor(catalogue) {
    this.catalogue = catalogue;
    /** @type {string|null|undefined} undefined: nothing was asked yet */ this.next = undefined;
    /** @type {number|null} */ this.about = null;
    this.size = 0;
    /** Ids of what is to be read. @type {string[]} */ this.queue = [];
    /** @type {ApiError|null} */ this.problem = null;
  }
}

export class Loader {
  /**
   * @param {import("./api.js").Api} api
   * @param {(rows: Row[]) => void} changed called after every change, with the rows that are new or other than before
   * @param {boolean} studio whether there is one
   */
  constructor(api, changed, studio) {
    this.api = api;
    this.changed = changed;
    /** @type {Map<string, Row>} */ this.rows = new Map();
    this.canvas = new Source("canvas");
    this.studio = studio ? new Source("studio") : null;
    this.sources = [this.canvas, ...(this.studio ? [this.studio] : [])];
    /** How many there were to read. */
    this.toRead = 0;
    this.busy = false;
    this.again = false;
    this.paused = false;
    this.waiting = false; // because Canvas asked for it
  }

  /** What Canvas does not give; Studio's is its own source's. */
  get problem() {
    return this.canvas.problem;
  }

  /** Whether all is listed that can be: the report is complete without what Studio does not give. */
  get listed() {
    return this.canvas.next === null && (!this.studio || this.studio.next === null || Boolean(this.studio.problem));
  }

  /** Ids of what is to be read. @returns {string[]} */
  get queue() {
    return [...this.canvas.queue, ...(this.studio && !this.studio.problem ? this.studio.queue : [])];
  }

  get read() {
    return this.toRead - this.queue.length;
  }

  get done() {
    return this.listed && !this.queue.length;
  }

  /** How many media there are, roughly; null where nobody knows. */
  get about() {
    if (this.sources.every(({ about }) => about === null)) return null;
    return this.sources.reduce((sum, { about, size }) => sum + Math.max(about ?? 0, size), 0);
  }

  /** Begin, or go on where it stopped. */
  async run() {
    this.paused = false;
    this.again = this.busy;
    if (this.busy) return;
    this.busy = true;
    for (const source of this.sources) source.problem = null;
    this.changed([]);
    try {
      for (const source of this.sources) await this.all(source, () => source.next !== null, () => this.list(source));
      for (const source of this.sources) await this.all(source, () => source.queue.length > 0, () => this.readSome(source));
    } finally {
      this.busy = false;
      this.waiting = false;
      this.changed([]);
    }
    if (this.again && !this.paused) await this.run();
  }

  /** Stop after the call that is under way. */
  pause() {
    this.paused = true;
    this.changed([]);
  }

  /**
   * Take steps while there are any.
   * @param {Source} source @param {() => boolean} more @param {() => Promise<number>} step
   */
  async all(source, more, step) {
    // Without Canvas there is no report: that it is to be connected comes first.
    const over = () => this.paused || this.canvas.problem?.needsGrant || source.problem;
    try {
      while (!over() && more()) await this.patiently(step);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      source.problem = error;
      this.changed(source.queue.map((id) => /** @type {Row} */ (this.rows.get(id))));
    }
  }

  /** @param {() => Promise<number>} step gives how many seconds to wait after it */
  async patiently(step) {
    for (let tries = 1; !this.paused; tries += 1) {
      try {
        const seconds = await step();
        return await this.rest(seconds);
      } catch (error) {
        if (!(error instanceof ApiError) || !PASSING.has(error.code) || tries >= PATIENCE) throw error;
        await this.rest(error.retryAfter ?? WAIT * tries);
      }
    }
  }

  /** @param {number} seconds */
  async rest(seconds) {
    if (!seconds) return;
    this.waiting = true;
    this.changed([]);
    await sleep(seconds);
    this.waiting = false;
  }

  /** @param {Source} source */
  async list(source) {
    const query = source.next ? { cursor: source.next } : undefined;
    const page = await this.api.call(PATHS[source.catalogue].list, { query });
    // Media that were added meanwhile push others to the next page: nothing is to appear twice.
    const added = page.rows.filter((/** @type {Row} */ row) => !this.rows.has(row.id));
    for (const row of added) {
      this.rows.set(row.id, row);
      if (row.unread) source.queue.push(row.id);
    }
    this.toRead += added.filter((/** @type {Row} */ row) => row.unread).length;
    source.size += added.length;
    source.about = page.about;
    source.next = page.next;
    this.changed(added);
    return page.pause;
  }

  /** @param {Source} source */
  async readSome(source) {
    const ids = source.queue.slice(0, AT_ONCE);
    const handles = ids.map((id) => this.rows.get(id)?.handle);
    try {
      const answer = await this.api.call(PATHS[source.catalogue].read, { method: "POST", body: { handles } });
      const done = new Set(answer.rows.map((/** @type {Row} */ row) => row.id));
      // What somebody else is reading just now comes again later.
      const left = ids.filter((id) => !done.has(id));
      source.queue = [...source.queue.slice(ids.length), ...left];
      for (const row of answer.rows) this.rows.set(row.id, this.kept(row));
      this.changed(answer.rows.map((/** @type {Row} */ { id }) => this.rows.get(id)));
      return answer.pause;
    } catch (error) {
      // One that is not to be had must not stand in the way of all others.
      source.queue.push(...source.queue.splice(0, 1));
      throw error;
    }
  }

  /** Look at one media anew, because its captions were changed. @param {Row} row */
  async refresh(row) {
    const body = { handles: [row.handle], fresh: true };
    const answer = await this.api.call(PATHS[row.catalogue].read, { method: "POST", body });
    for (const each of answer.rows) this.put(this.kept(each));
  }

  /** Studio's list says whose a media is; a handle does not. @param {Row} row @returns {Row} */
  kept(row) {
    return { ...row, owner: row.owner ?? this.rows.get(row.id)?.owner ?? null };
  }

  /** @param {Row} row as it is now */
  put(row) {
    this.rows.set(row.id, row);
    this.changed([row]);
  }

  /** @param {string} id of a row @param {Partial<Row>} change */
  change(id, change) {
    const row = this.rows.get(id);
    if (row) this.put({ ...row, ...change });
  }
}
