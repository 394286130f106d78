/** Sends one file by the tus 1.0 protocol (https://tus.io): in parts, resumed wherever it was cut. No DOM. */

import { ApiError } from "./api.js";
import { t } from "./messages.js";

// Each part costs the server an answer for which its disk has to be done: over a quick line they grow. What a cut leaves
// behind counts up to the last moment, but a proxy may take a part as a whole: over a bad line they stay small.
const PART = 8 * 1024 * 1024;
const LARGEST_PART = 64 * 1024 * 1024;
const QUICK = 2_000;
const SILENCE = 60_000;
const LONGEST_PAUSE = 30_000;
// What another try does not mend.
export const FINAL = new Set([400, 401, 403, 404, 410, 412, 413, 415, 422]);
const VERSION = { "Tus-Resumable": "1.0.0" };

/** @typedef {"sending"|"interrupted"|"paused"|"done"|"failed"} SenderState */

/** @param {string} text @returns {string} base64 of its UTF-8 */
function encoded(text) {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)));
}

/** @param {number} status @param {string} body */
function readError(status, body) {
  try {
    const { error } = JSON.parse(body);
    if (error?.message) return new ApiError(error, status);
  } catch {
    // A proxy's page, or nothing at all.
  }
  const code = status ? "internal" : "network";
  return new ApiError({ code, message: t(code), next_step: t(`${code}_next`) }, status);
}

/**
 * @typedef {{upload: import("./upload-entry.js").Upload, warnings: import("./upload-entry.js").Problem[]}} Announced
 *
 * Announce a file.
 * @param {import("./api.js").Api} api @param {File} file @param {Record<string, string>} about more metadata
 * @returns {Promise<Announced>}
 * @throws {ApiError}
 */
export function announce(api, file, about) {
  return create(api, { filename: file.name, filetype: file.type, ...about }, { "Upload-Length": String(file.size) });
}

/**
 * Announce what nobody knows the length of yet.
 * @param {import("./api.js").Api} api @param {Record<string, string>} about metadata
 * @returns {Promise<Announced>}
 * @throws {ApiError}
 */
export function announceOpen(api, about) {
  return create(api, about, { "Upload-Defer-Length": "1" });
}

/** @param {import("./api.js").Api} api @param {Record<string, string>} about @param {Record<string, string>} length */
async function create(api, about, length) {
  const metadata = Object.entries(about)
    .filter(([, value]) => value)
    .map(([key, value]) => `${key} ${encoded(value)}`);
  const headers = { ...VERSION, Authorization: `Bearer ${api.token}`, ...length };
  /** @type {Response} */ let answer;
  let body = "";
  try {
    answer = await fetch(api.paths.tus, {
      method: "POST",
      headers: { ...headers, "Upload-Metadata": metadata.join(",") },
      credentials: "omit",
    });
    body = await answer.text();
  } catch {
    throw readError(0, "");
  }
  if (!answer.ok) throw endsSession(api, readError(answer.status, body));
  return JSON.parse(body);
}

/** @param {import("./api.js").Api} api @param {ApiError} error */
function endsSession(api, error) {
  if (error.code.startsWith("session_")) api.onSessionEnd(error);
  return error;
}

export class Sender extends EventTarget {
  /** @param {import("./api.js").Api} api @param {string} id @param {File} file @param {number} offset known so far */
  constructor(api, id, file, offset) {
    super();
    this.api = api;
    this.address = `${api.paths.tus}/${encodeURIComponent(id)}`;
    this.file = file;
    this.offset = offset;
    this.onItsWay = 0;
    this.most = PART;
    /** Whether the server has to be asked where it stands. */ this.unsure = offset > 0;
    /** @type {SenderState} */ this.state = "paused";
    /** @type {ApiError|null} */ this.problem = null;
    /** @type {XMLHttpRequest|null} */ this.request = null;
    this.wake = () => {};
    this.running = false;
  }

  get sent() {
    return Math.min(this.offset + this.onItsWay, this.file.size);
  }

  /** @param {SenderState} state */
  turn(state) {
    this.state = state;
    this.dispatchEvent(new Event("change"));
  }

  pause() {
    if (this.state === "done" || this.state === "failed") return;
    this.turn("paused");
    this.request?.abort();
    this.wake();
  }

  resume() {
    this.problem = null;
    this.turn("sending");
    this.wake();
    if (!this.running) this.run();
  }

  async run() {
    this.running = true;
    let failures = 0;
    while (this.state === "sending" || this.state === "interrupted") {
      try {
        const before = this.offset;
        if (this.unsure) await this.ask();
        if (this.offset >= this.file.size) {
          this.turn("done");
          break;
        }
        await this.part();
        if (this.offset > before) failures = 0;
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        this.unsure = true;
        this.onItsWay = 0;
        this.most = PART;
        if (this.paused) break;
        this.problem = (await this.unreadable()) ?? error;
        if (this.paused) break;
        if (FINAL.has(this.problem.status)) this.turn("failed");
        else await this.rest(failures++);
      }
    }
    this.running = false;
    // Resumed in the moment in which the loop came to its end.
    if (this.state === "sending") this.run();
  }

  /** The state changes behind every await. */
  get paused() {
    return this.state === "paused";
  }

  /** Ask where the upload stands. */
  async ask() {
    const answer = await this.call("HEAD", {});
    const offset = Number(answer.getResponseHeader("Upload-Offset") ?? NaN);
    if (!Number.isInteger(offset) || offset > this.file.size) throw readError(0, "");
    this.offset = offset;
    this.unsure = false;
  }

  /** Send one part. */
  async part() {
    const piece = this.file.slice(this.offset, this.offset + this.most);
    const began = performance.now();
    const headers = { "Upload-Offset": String(this.offset), "Content-Type": "application/offset+octet-stream" };
    const answer = await this.call("PATCH", headers, piece);
    const offset = Number(answer.getResponseHeader("Upload-Offset") ?? NaN);
    this.onItsWay = 0;
    if (this.state === "interrupted") this.turn("sending");
    if (Number.isInteger(offset)) this.offset = offset;
    else this.unsure = true;
    if (performance.now() - began < QUICK) this.most = Math.min(this.most * 2, LARGEST_PART);
    this.dispatchEvent(new Event("progress"));
  }

  /**
   * One call; not fetch, which does not tell how much of a body has left.
   * @param {string} method @param {Record<string, string>} headers @param {Blob} [body]
   * @returns {Promise<XMLHttpRequest>}
   * @throws {ApiError}
   */
  call(method, headers, body) {
    const request = (this.request = new XMLHttpRequest());
    request.open(method, this.address);
    const all = { ...VERSION, Authorization: `Bearer ${this.api.token}`, ...headers };
    for (const [name, value] of Object.entries(all)) request.setRequestHeader(name, value);
    let silence = 0;
    const listen = () => {
      clearTimeout(silence);
      silence = window.setTimeout(() => request.abort(), SILENCE);
    };
    request.upload.addEventListener("progress", (event) => {
      listen();
      this.onItsWay = event.loaded;
      // Not sooner: each vain try would be announced otherwise.
      if (this.state === "interrupted") this.turn("sending");
      this.dispatchEvent(new Event("progress"));
    });
    return new Promise((resolve, reject) => {
      request.addEventListener("loadend", () => {
        clearTimeout(silence);
        if (request.status >= 200 && request.status < 300) resolve(request);
        else reject(endsSession(this.api, readError(request.status, request.responseText)));
      });
      listen();
      request.send(body);
    });
  }

  /** @returns {Promise<ApiError|null>} what is wrong with the file itself: browsers call that network trouble, too */
  async unreadable() {
    try {
      await this.file.slice(this.offset, this.offset + 1).arrayBuffer();
      return null;
    } catch {
      return new ApiError({ code: "file_gone", message: t("file_gone"), next_step: t("file_gone_next") }, 422);
    }
  }

  /** Wait before the next try: longer each time, and no longer than the network is away. @param {number} failures */
  async rest(failures) {
    this.turn("interrupted");
    const pause = Math.min(1_000 * 2 ** failures, LONGEST_PAUSE) * (0.7 + 0.3 * Math.random());
    /** @type {number|undefined} */ let timer;
    await new Promise((resolve) => {
      this.wake = () => resolve(undefined);
      window.addEventListener("online", this.wake, { once: true });
      timer = window.setTimeout(this.wake, pause);
    });
    clearTimeout(timer);
    window.removeEventListener("online", this.wake);
    this.wake = () => {};
  }
}
