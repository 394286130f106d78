/**
 * What was recorded and has not arrived yet: in the browser's own database, so that it outlives the page and the browser.
 * A private window may have none; then it is kept in memory, and `lasting` says so.
 */

const DATABASE = "cuedeck-recordings";
const TABLE = "pieces";
const KEPT = 7 * 86_400_000; // milliseconds: as long as the server waits for the rest

/**
 * @typedef {{id: string, first: number, data: ArrayBuffer, seconds: number, made: number}} Piece
 *   first: offset of its first byte in the recording; seconds: how long the recording is with it; made: when, Unix time
 */

/** @template T @param {IDBRequest<T>} request @returns {Promise<T>} */
function answered(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/** @returns {Promise<IDBDatabase|null>} null where the browser has no room for us */
async function openDatabase() {
  try {
    const request = indexedDB.open(DATABASE, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(TABLE, { keyPath: ["id", "first"] });
    return await answered(request);
  } catch {
    return null;
  }
}

/** @param {string} id @param {number} [from] @param {number} [to] offsets, both included */
function range(id, from = 0, to = Infinity) {
  return IDBKeyRange.bound([id, from], [id, to]);
}

export class Pieces {
  /** @param {IDBDatabase|null} database */
  constructor(database) {
    this.database = database;
    /** What the database did not take. @type {Piece[]} */ this.held = [];
  }

  static async open() {
    const pieces = new Pieces(await openDatabase());
    await pieces.forgetOld();
    return pieces;
  }

  /** Whether what is kept here would outlive the browser. */
  get lasting() {
    return this.database !== null && !this.held.length;
  }

  /** @param {IDBTransactionMode} mode */
  table(mode) {
    if (!this.database) throw new DOMException("no database", "InvalidStateError");
    return this.database.transaction(TABLE, mode).objectStore(TABLE);
  }

  /** @param {Piece} piece */
  async put(piece) {
    try {
      await answered(this.table("readwrite").put(piece));
    } catch {
      this.held.push(piece);
    }
  }

  /** The piece that holds a byte. @param {string} id @param {number} offset @returns {Promise<Piece|null>} */
  async at(id, offset) {
    const holds = (/** @type {Piece} */ each) => each.first <= offset && offset < each.first + each.data.byteLength;
    const held = this.held.find((each) => each.id === id && holds(each));
    if (held) return held;
    try {
      const cursor = await answered(this.table("readonly").openCursor(range(id, 0, offset), "prev"));
      return cursor && holds(cursor.value) ? cursor.value : null;
    } catch {
      return null;
    }
  }

  /** Forget what lies wholly before a byte. @param {string} id @param {number} [offset] all of it where none is given */
  async drop(id, offset = Infinity) {
    this.held = this.held.filter((each) => each.id !== id || each.first + each.data.byteLength > offset);
    try {
      if (offset === Infinity) return void (await answered(this.table("readwrite").delete(range(id))));
      // The piece that holds the byte before it ends there, or is still needed.
      const last = await this.at(id, offset - 1);
      const before = last && last.first + last.data.byteLength > offset ? last.first - 1 : offset - 1;
      if (before >= 0) await answered(this.table("readwrite").delete(range(id, 0, before)));
    } catch {
      // There is none, or it is shut: it goes when it is old.
    }
  }

  /** How far a recording goes, with what is here. @param {string} id @returns {Promise<{end: number, seconds: number}|null>} */
  async reach(id) {
    try {
      const cursor = await answered(this.table("readonly").openCursor(range(id), "prev"));
      if (!cursor) return null;
      const { first, data, seconds } = /** @type {Piece} */ (cursor.value);
      return { end: first + data.byteLength, seconds };
    } catch {
      return null;
    }
  }

  /** Nobody comes back for these. */
  async forgetOld() {
    try {
      const table = this.table("readwrite");
      const request = table.openCursor();
      await new Promise((resolve, reject) => {
        request.onerror = () => reject(request.error);
        request.onsuccess = () => {
          const cursor = request.result;
          if (!cursor) return resolve(undefined);
          if (Date.now() - cursor.value.made > KEPT) cursor.delete();
          cursor.continue();
        };
      });
    } catch {
      // There is none.
    }
  }
}
