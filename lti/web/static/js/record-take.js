/** One recording while it is made: the browser's recorder, its clock and its limits, and the way to the server. No DOM. */

import { ApiError } from "./api.js";
import { RecordingSender } from "./record-sender.js";
import { recordingName, recordingType } from "./record-types.js";
import { announceOpen } from "./tus.js";

const SLICE = 1_000; // milliseconds: what a crash may cost
const KEYFRAMES = 1_000; // milliseconds: nothing of MP4 comes out between two of them, and trimming begins at one
const BITS = { camera: 1_500_000, screen: 2_500_000, sound: 0 };
const SOUND_BITS = 96_000;
const CLOCK = 250; // milliseconds
const BEAT = 4_000; // milliseconds
const WARNINGS = [[300, 4], [60, 10]]; // seconds before the end, and at most this part of the whole

/**
 * Keep others from offering a recording that is being made here. Held until the page ends or `free` is called.
 * @param {string} id @returns {() => void} free
 */
export function hold(id) {
  let free = () => {};
  const until = new Promise((resolve) => {
    free = () => resolve(undefined);
  });
  // A frame may have no locks, where third parties are to keep nothing; then the time of the last bytes has to do.
  navigator.locks?.request(`cuedeck-recording-${id}`, { ifAvailable: true }, () => until).catch(() => {});
  return free;
}

/** @returns {Promise<Set<string>>} the recordings that another page of this browser is making */
export async function held() {
  const { held: locks = [] } = (await navigator.locks?.query().catch(() => null)) ?? {};
  return new Set(locks.map(({ name }) => name?.replace("cuedeck-recording-", "") ?? ""));
}

export class Take extends EventTarget {
  /**
   * @param {import("./api.js").Api} api @param {import("./record-media.js").Media} media
   * @param {import("./record-pieces.js").Pieces} pieces @param {{seconds: number, largest: number}} limits
   */
  constructor(api, media, pieces, limits) {
    super();
    this.api = api;
    this.media = media;
    this.pieces = pieces;
    this.limits = limits;
    this.type = recordingType(media.mode !== "sound") ?? "";
    /** @type {import("./upload-entry.js").Upload|null} */ this.upload = null;
    /** @type {RecordingSender|null} */ this.sender = null;
    /** @type {MediaRecorder|null} */ this.recorder = null;
    this.before = 0; // milliseconds until the last pause
    this.since = 0; // when it went on; 0 while it does not
    this.bytes = 0;
    this.warnings = WARNINGS.map(([seconds, part]) => Math.min(seconds, limits.seconds / part));
    this.warned = new Set();
    this.timer = 0;
    this.beaten = 0; // when the server was last told that a paused one still goes on
    this.free = () => {};
  }

  /** How long it is, in seconds. */
  get seconds() {
    return (this.before + (this.since ? performance.now() - this.since : 0)) / 1000;
  }

  get paused() {
    return this.recorder?.state === "paused";
  }

  get going() {
    return this.recorder !== null && this.recorder.state !== "inactive";
  }

  /** Tell the server. @param {string} title @throws {ApiError} */
  async announce(title) {
    const about = { filename: recordingName(this.type, new Date()), filetype: this.type.split(";")[0], title, source: "recording" };
    const { upload } = await announceOpen(this.api, about);
    this.upload = upload;
    this.free = hold(upload.id);
    this.sender = new RecordingSender(this.api, upload.id, this.pieces);
    this.sender.addEventListener("change", () => {
      // What is recorded from now on would never arrive: what has is worth keeping.
      if (this.sender?.state === "failed") this.stop();
      this.dispatchEvent(new Event("change"));
    });
  }

  /** Begin. @throws {DOMException} when the browser cannot after all */
  begin() {
    const options = {
      mimeType: this.type,
      audioBitsPerSecond: SOUND_BITS,
      ...(BITS[this.media.mode] ? { videoBitsPerSecond: BITS[this.media.mode] } : {}),
      videoKeyFrameIntervalDuration: KEYFRAMES,
    };
    const recorder = (this.recorder = new MediaRecorder(this.media.stream, options));
    recorder.addEventListener("dataavailable", ({ data }) => {
      this.bytes += data.size;
      this.sender?.add(data, this.seconds);
    });
    recorder.addEventListener("stop", () => this.ended());
    this.media.whenEnded(() => this.stop());
    recorder.start(SLICE);
    this.since = performance.now();
    this.timer = window.setInterval(() => this.tick(), CLOCK);
  }

  pause() {
    if (this.recorder?.state !== "recording") return;
    this.recorder.pause();
    this.recorder.requestData(); // what is here already is safe sooner
    this.before += performance.now() - this.since;
    this.since = 0;
    this.dispatchEvent(new Event("change"));
  }

  resume() {
    if (this.recorder?.state !== "paused") return;
    this.recorder.resume();
    this.since = performance.now();
    this.dispatchEvent(new Event("change"));
  }

  stop() {
    if (this.going) this.recorder?.stop();
  }

  /** The browser's recorder has stopped, because we asked it to or for a reason of its own. */
  ended() {
    clearInterval(this.timer);
    if (this.since) this.before += performance.now() - this.since;
    this.since = 0;
    this.media.stop();
    this.dispatchEvent(new Event("stopped"));
  }

  tick() {
    const left = this.left;
    if (left <= 0) return this.stop();
    for (const each of this.warnings) {
      if (left > each || this.warned.has(each)) continue;
      this.warned.add(each);
      this.dispatchEvent(new Event("warning"));
    }
    if (this.paused && performance.now() - this.beaten > BEAT) {
      this.beaten = performance.now();
      this.sender?.beat(this.seconds);
    }
    this.dispatchEvent(new Event("tick"));
  }

  /** Seconds until it has to stop, by its length or, as fast as it grows, by its size. */
  get left() {
    const { seconds, bytes, limits } = this;
    const rate = seconds > 5 ? bytes / seconds : 0;
    // What the encoder still holds comes after the stop: three seconds of room are left for it.
    return Math.min(limits.seconds - seconds, rate ? (limits.largest - bytes) / rate - 3 : Infinity);
  }

  /** Throw it away. @throws {ApiError} */
  async discard() {
    this.stop();
    await this.sender?.adding;
    await this.sender?.forget();
    if (this.upload) await throwAway(this.api, this.upload.id);
    this.free();
  }
}

/** @param {import("./api.js").Api} api @param {string} id @throws {ApiError} */
export async function throwAway(api, id) {
  try {
    await api.call("uploads", { method: "POST", more: [id, "cancel"], body: {} });
    await api.call("uploads", { method: "DELETE", more: id });
  } catch (error) {
    // It was thrown away before.
    if (!(error instanceof ApiError) || error.status !== 404) throw error;
  }
}
