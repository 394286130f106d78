/**
 * Unsaved work, kept in the browser: by person, media and track, for a month. The browser may keep nothing: its storage
 * can be full, or closed to frames like ours. Then the work is kept as long as the page is open, and put() says so.
 */

/**
 * @typedef {import("./caption-editor-edits.js").WireCue} WireCue
 * @typedef {{version: string, at: number, cues: WireCue[], base: WireCue[]|null}} Draft version: of the text that it
 *   began with, which is base; at: when it was kept, in milliseconds
 */

const PREFIX = "cuedeck-captions/";
const MONTH = 30 * 24 * 3600 * 1000;

/** What only this page keeps. @type {Map<string, Draft>} */
const here = new Map();

/** @returns {Storage|null} */
function storage() {
  try {
    return window.localStorage;
  } catch {
    return null; // a browser that blocks what third parties keep
  }
}

export class Drafts {
  /** @param {string} owner whose: something that tells people apart and says nothing about them @param {string} name of the track */
  constructor(owner, name) {
    this.key = `${PREFIX}${owner}/${name}`;
    this.clean();
  }

  /** @returns {Draft|null} */
  get() {
    const draft = here.get(this.key) ?? read(storage(), this.key);
    return draft && Array.isArray(draft.cues) && typeof draft.version === "string" ? draft : null;
  }

  /** @param {Draft} draft @returns {boolean} whether the browser keeps it, and not this page alone */
  put(draft) {
    // Where there is no room for both, what somebody wrote goes before what it began with.
    const kept = this.write(draft) || this.write({ ...draft, base: null });
    if (kept) here.delete(this.key);
    else here.set(this.key, draft);
    return kept;
  }

  /** @param {Draft} draft */
  write(draft) {
    try {
      const place = storage();
      place?.setItem(this.key, JSON.stringify(draft));
      return place !== null;
    } catch {
      return false;
    }
  }

  drop() {
    here.delete(this.key);
    try {
      storage()?.removeItem(this.key);
    } catch {
      // Closed meanwhile: then it is not there either.
    }
  }

  /** Remove what nobody came back for. */
  clean() {
    const place = storage();
    if (!place) return;
    for (const key of Object.keys(place)) {
      if (key.startsWith(PREFIX) && Date.now() - (read(place, key)?.at ?? 0) > MONTH) place.removeItem(key);
    }
  }
}

/** @param {Storage|null} place @param {string} key @returns {Draft|null} */
function read(place, key) {
  try {
    return JSON.parse(place?.getItem(key) ?? "null");
  } catch {
    return null;
  }
}
