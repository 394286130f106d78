/**
 * Fills the report: all pages of the list one after the other, then the texts that were never read, a few media at a
 * time. One call is under way at most, and our server says how long Canvas wants to be left alone. No DOM.
 */

import { ApiError } from "./api.js";

/** @typedef {import("./course-data.js").Row} Row */

const AT_ONCE = 10; // media of one reading; our server takes no more
const PATIENCE = 5; // times that a throttled call is made again before the person is asked
const WAIT = 10; // seconds, where nobody says how long
const PASSING = new Set(["remote_throttled", "too_many_requests"]);

/** @param {number} seconds */
const sleep = (seconds) => new Promise((resolve) => setTimeout(resolve, seconds * 1000));

export class Loader {
  /**
   * @param {import("./api.js").Api} api
   * @param {(rows: Row[]) => void} changed called after every change, with the rows that are new or other than before
   */
  constructor(api, changed) {
    this.api = api;
    this.changed = changed;
    /** @type {Map<string, Row>} */ this.rows = new Map();
    /** Ids of what is to be read. @type {string[]} */ this.queue = [];
    /** How many were read, and how many there were to read. */
    this.read = 0;
    this.toRead = 0;
    /** @type {number|null} */ this.about = null;
    /** @type {string|null|undefined} undefined: nothing was asked yet */ this.next = undefined;
    /** @type {ApiError|null} */ this.problem = null;
    this.busy = false;
    this.paused = false;
    this.waiting = false; // because Canvas asked for it
  }

  get listed() {
    return this.next === null;
  }

  get done() {
    return this.listed && !this.queue.length;
  }

  /** Begin, or go on where it stopped. */
  async run() {
    this.paused = false;
    if (this.busy) return;
    this.busy = true;
    this.problem = null;
    this.changed([]);
    try {
      while (!this.paused && !this.listed) await this.patiently(() => this.list());
      while (!this.paused && this.queue.length) await this.patiently(() => this.readSome());
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.problem = error;
    } finally {
      this.busy = false;
      this.waiting = false;
      this.changed([]);
    }
  }

  /** Stop after the call that is under way. */
  pause() {
    this.paused = true;
    this.changed([]);
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

  async list() {
    const page = await this.api.call("report", { query: this.next ? { cursor: this.next } : undefined });
    // Media that were added meanwhile push others to the next page: nothing is to appear twice.
    const added = page.rows.filter((/** @type {Row} */ row) => !this.rows.has(row.id));
    for (const row of added) {
      this.rows.set(row.id, row);
      if (row.unread) this.queue.push(row.id);
    }
    this.toRead = this.queue.length;
    this.about = page.about;
    this.next = page.next;
    this.changed(added);
    return page.pause;
  }

  async readSome() {
    const ids = this.queue.slice(0, AT_ONCE);
    const handles = ids.map((id) => this.rows.get(id)?.handle);
    try {
      const answer = await this.api.call("read", { method: "POST", body: { handles } });
      const done = new Set(answer.rows.map((/** @type {Row} */ row) => row.id));
      // What somebody else is reading just now comes again later.
      const left = ids.filter((id) => !done.has(id));
      this.queue = [...this.queue.slice(ids.length), ...left];
      this.read = this.toRead - this.queue.length;
      for (const row of answer.rows) this.rows.set(row.id, row);
      this.changed(answer.rows);
      return answer.pause;
    } catch (error) {
      // One that Canvas chokes on must not stand in the way of all others.
      this.queue.push(...this.queue.splice(0, 1));
      throw error;
    }
  }

  /** Look at one media anew, because its captions were changed. @param {Row} row */
  async refresh(row) {
    const answer = await this.api.call("read", { method: "POST", body: { handles: [row.handle], fresh: true } });
    for (const each of answer.rows) this.put(each);
  }

  /** @param {Row} row as it is now */
  put(row) {
    this.rows.set(row.id, row);
    this.changed([row]);
  }
}
