/** Sends a recording while it is made: a tus upload whose length nobody knows yet. No DOM. */

import { ApiError } from "./api.js";
import { Sender } from "./tus.js";

const MOST = 8 * 1024 * 1024; // bytes of one part

export class RecordingSender extends Sender {
  /**
   * @param {import("./api.js").Api} api @param {string} id
   * @param {import("./record-pieces.js").Pieces} pieces
   * @param {{received?: number, end?: number}} [known] bytes that the server has, and how far the recording goes
   */
  constructor(api, id, pieces, { received = 0, end = 0 } = {}) {
    super(api, id, /** @type {File} */ (new File([], "")), received);
    this.id = id;
    this.pieces = pieces;
    this.end = end;
    this.unsure = received > 0 || end > 0;
    // Of the file that it is to become, only the size matters to what this is built on.
    this.file = /** @type {File} */ (Object.defineProperty({}, "size", { get: () => this.end }));
    this.adding = Promise.resolve();
  }

  /**
   * Take what was just recorded.
   * @param {Blob} blob @param {number} seconds how long the recording is with it
   */
  add(blob, seconds) {
    this.adding = this.adding.then(async () => {
      const data = await blob.arrayBuffer();
      if (!data.byteLength) return;
      await this.pieces.put({ id: this.id, first: this.end, data, seconds, made: Date.now() });
      this.end += data.byteLength;
      if (this.state !== "failed" && this.state !== "interrupted") this.resume();
    });
    return this.adding;
  }

  /** Whether all that was made is with us. */
  get whole() {
    return this.offset >= this.end;
  }

  /** Wait until all that was added has arrived. @returns {Promise<void>} @throws {ApiError} when it never will */
  async arrived() {
    await this.adding;
    while (!this.whole) {
      if (this.state === "failed") throw this.problem ?? new ApiError({ code: "internal", message: "", next_step: "" }, 0);
      if (this.state === "done" || this.state === "paused") this.resume();
      await new Promise((resolve) => {
        this.addEventListener("progress", resolve, { once: true });
        this.addEventListener("change", resolve, { once: true });
      });
    }
  }

  /** Send some pieces that adjoin. */
  async part() {
    const { data, seconds } = await this.collect();
    const answer = await this.call(
      "PATCH",
      {
        "Upload-Offset": String(this.offset),
        "Content-Type": "application/offset+octet-stream",
        "Cuedeck-Seconds": seconds.toFixed(1),
      },
      data,
    );
    const offset = Number(answer.getResponseHeader("Upload-Offset") ?? NaN);
    this.onItsWay = 0;
    if (this.state === "interrupted") this.turn("sending");
    if (Number.isInteger(offset)) this.offset = offset;
    else this.unsure = true;
    await this.pieces.drop(this.id, this.offset);
    this.dispatchEvent(new Event("progress"));
  }

  /** @returns {Promise<{data: Blob, seconds: number}>} what comes next @throws {ApiError} when it is gone */
  async collect() {
    const parts = [];
    let [at, seconds] = [this.offset, 0];
    while (at < this.end && at - this.offset < MOST) {
      const piece = await this.pieces.at(this.id, at);
      if (!piece) break;
      parts.push(piece.data.slice(at - piece.first));
      at = piece.first + piece.data.byteLength;
      seconds = piece.seconds;
    }
    // The browser has thrown it away: what is with us is all that there is.
    if (!parts.length) throw new ApiError({ code: "recording_gone", message: "", next_step: "" }, 410);
    return { data: new Blob(parts), seconds };
  }

  async unreadable() {
    return null;
  }

  /** Say that it is still going on, where nothing comes because of a pause. @param {number} seconds how long it is */
  async beat(seconds) {
    if (this.running || !this.whole) return;
    const headers = { "Upload-Offset": String(this.offset), "Content-Type": "application/offset+octet-stream" };
    await this.call("PATCH", { ...headers, "Cuedeck-Seconds": seconds.toFixed(1) }).catch((error) => {
      if (!(error instanceof ApiError)) throw error; // the next one may pass
    });
  }

  /** Forget the rest: it was thrown away, or counts as it is. */
  async forget() {
    this.pause();
    await this.pieces.drop(this.id);
  }
}
