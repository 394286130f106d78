/** One upload as this page knows it: what the server last said of it, and what goes on here. No DOM. */

import { ApiError } from "./api.js";
import { forget, isSame, remember } from "./fingerprint.js";
import { announce, Sender } from "./tus.js";

/**
 * @typedef {{code: string, message: string, next_step: string}} Problem
 * @typedef {{id: string, language: string, language_name: string, filename: string,
 *   state: "waiting"|"sending"|"sent"|"failed", problem: Problem|null}} Caption
 * @typedef {{message: string, line: number|null, count: number}} Mend line: null where it is of the whole file
 * @typedef {{id: string, state: string, state_text: string, title: string, description: string, filename: string,
 *   length: number|null, received: number, sent: number, auto_captions: boolean, auto_captions_refused: boolean,
 *   collection: {name: string|null, refused: boolean}|null, source: "file"|"recording", note: Problem|null,
 *   media_id: string|null, problem: Problem|null, captions: Caption[], can: Record<string, boolean>}} Upload
 * @typedef {"new"|"refused"|"sending"|"interrupted"|"paused"|"broken"|"unattended"|"working"|"waiting"|"preparing"
 *   |"ready"|"failed"|"cancelled"} Phase
 */

const AT_STUDIO = new Set(["captioning", "transcoding"]);

export class Entry extends EventTarget {
  /**
   * @param {import("./api.js").Api} api
   * @param {{server?: Upload|null, file?: File|null, collection?: string}} known collection: where the file is to go
   */
  constructor(api, { server = null, file = null, collection = "" }) {
    super();
    this.api = api;
    this.server = server;
    this.file = file;
    this.collection = collection;
    /** @type {Sender|null} */ this.sender = null;
    /** @type {Problem[]} */ this.warnings = [];
    /** Whether the server is being told of it. */ this.beginning = false;
    /** Why it could not even begin. @type {ApiError|null} */ this.refusal = null;
    /** What was mended in caption files that were added here, by their ids. @type {Map<string, Mend[]>} */ this.mends = new Map();
    /** Counts what was done here: an answer to an older question must not undo it. */ this.deeds = 0;
  }

  get title() {
    return this.server?.title ?? this.file?.name.replace(/\.[^.]+$/, "") ?? "";
  }

  get length() {
    return this.server?.length ?? this.file?.size ?? 0;
  }

  /** @returns {Phase} */
  get phase() {
    if (!this.server) return this.refusal ? "refused" : "new";
    const { state, problem } = this.server;
    if (state === "ready" || state === "failed" || state === "cancelled") return state;
    if (AT_STUDIO.has(state)) return problem ? "waiting" : "preparing";
    if (state !== "receiving") return problem ? "waiting" : "working";
    if (!this.sender) return "unattended";
    if (this.sender.state === "failed") return "broken";
    return this.sender.state === "done" ? "working" : this.sender.state;
  }

  /** Whether closing the page would stop something. */
  get here() {
    return ["new", "sending", "interrupted", "paused"].includes(this.phase);
  }

  /** Whether the server has something to do that it would be good to see. */
  get moving() {
    return ["working", "waiting", "preparing"].includes(this.phase);
  }

  /** How much has arrived of what is being sent now, from 0 to 1. */
  get share() {
    const whole = this.length || 1;
    if (!this.server) return 0;
    if (this.server.state === "receiving") return (this.sender?.sent ?? this.server.received) / whole;
    return this.server.state === "sending" ? this.server.sent / whole : 1;
  }

  changed() {
    this.dispatchEvent(new Event("change"));
  }

  /** @param {Upload} server what the server says now */
  accept(server) {
    this.server = server;
    if (server.state !== "receiving") forget(server.id);
    this.changed();
  }

  /** Announce the file, and begin to send it. */
  async begin() {
    if (!this.file || this.server) return;
    this.refusal = null;
    this.beginning = true;
    this.deeds++;
    this.changed();
    try {
      const { upload, warnings } = await announce(this.api, this.file, { collection: this.collection });
      this.warnings = warnings;
      remember(upload.id, this.file);
      this.server = upload;
      this.send(this.file);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.refusal = error;
    }
    this.beginning = false;
    this.deeds++;
    this.changed();
  }

  /** Whether a file is the one to go on with. @param {File} file */
  wants(file) {
    return this.phase === "unattended" && this.server !== null && isSame(this.server, file);
  }

  /** Send, or go on. @param {File} file */
  send(file) {
    const { server } = this;
    if (!server) return;
    this.file = file;
    const sender = (this.sender = new Sender(this.api, server.id, file, server.received));
    sender.addEventListener("progress", () => this.dispatchEvent(new Event("progress")));
    sender.addEventListener("change", () => {
      this.deeds++;
      this.changed();
      if (sender.state === "done") this.refresh();
    });
    sender.resume();
  }

  pause() {
    this.sender?.pause();
  }

  resume() {
    this.sender?.resume();
  }

  /** Ask the server about this one. */
  async refresh() {
    if (!this.server) return;
    try {
      this.accept(await this.api.call("uploads", { more: this.server.id }));
    } catch (error) {
      if (!(error instanceof ApiError)) throw error; // the list is asked for again anyway
    }
  }

  /**
   * Have something done to it.
   * @param {"cancel"|"retry"} what @throws {ApiError}
   */
  async order(what) {
    if (!this.server) return;
    this.deeds++;
    if (what === "cancel") this.sender?.pause();
    const server = await this.api.call("uploads", { method: "POST", more: [this.server.id, what], body: {} });
    this.deeds++;
    this.accept(server);
  }

  /** Change title, description or auto_captions. @param {Record<string, unknown>} members @throws {ApiError} */
  async edit(members) {
    if (!this.server) return;
    this.deeds++;
    const server = await this.api.call("uploads", { method: "PATCH", more: this.server.id, body: members });
    this.deeds++;
    this.accept(server);
  }

  /** Take it off the list. @throws {ApiError} */
  async dismiss() {
    if (!this.server) return;
    this.deeds++;
    await this.api.call("uploads", { method: "DELETE", more: this.server.id });
  }

  /** @param {File} file @param {string} language a BCP 47 tag @throws {ApiError} */
  async addCaption(file, language) {
    if (!this.server) return;
    this.deeds++;
    const query = { language, filename: file.name };
    const { id, mends } = await this.api.call("uploads", { method: "POST", more: [this.server.id, "captions"], query, file });
    this.mends.set(id, mends);
    this.deeds++;
    await this.refresh();
  }

  /** @param {string} id @throws {ApiError} */
  async removeCaption(id) {
    if (!this.server) return;
    this.deeds++;
    const server = await this.api.call("uploads", { method: "DELETE", more: [this.server.id, "captions", id] });
    this.deeds++;
    this.accept(server);
  }
}
