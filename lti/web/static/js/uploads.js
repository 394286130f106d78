/** The tab for uploads: files are chosen or dropped, all uploads of the person are listed, in whatever state. */

import { ApiError, aborted } from "./api.js";
import { byId, part, say, show } from "./dom.js";
import { ImportForm } from "./import-form.js";
import { listed, t } from "./messages.js";
import { Entry } from "./upload-entry.js";
import { focusAfter, UploadRow } from "./upload-row.js";
import { Target } from "./upload-target.js";

/** @typedef {import("./upload-entry.js").Upload} Upload */

// One file after the other is no slower than all at once, and the first is ready sooner; two hide each other's pauses.
const AT_ONCE = 2;
const POLL = 2_000;
const LONGEST_POLL = 30_000;
const STAYING = 1_000;

export class Uploads {
  /**
   * @param {import("./api.js").Api} api
   * @param {{insert: (item: import("./list.js").Item) => void, stayed: () => void, extensions: string[],
   *   connectStudio: (error: ApiError, again: () => void) => void}} options
   */
  constructor(api, options) {
    this.api = api;
    this.options = options;
    this.panel = byId("panel-upload");
    this.list = part(this.panel, "uploads");
    this.files = /** @type {HTMLInputElement} */ (byId("upload-files"));
    /** In the order in which they are shown. @type {{entry: Entry, row: UploadRow}[]} */ this.shown = [];
    this.rules = { formats: /** @type {string[]} */ ([]), largest: 0, auto_captions: false };
    this.loaded = false;
    this.pause = POLL;
    this.timer = 0;
    this.listen();
    this.target = new Target(api, options);
    this.importing = new ImportForm(api, options, this.target);
    // Nothing could be done with these until now.
    for (const name of ["drop", "import"]) show(part(this.panel, name), true);
  }

  listen() {
    this.files.addEventListener("change", () => {
      const chosen = [...(this.files.files ?? [])];
      this.files.value = "";
      this.take(chosen);
    });
    const zone = part(this.panel, "drop");
    // A file that is dropped beside the zone would otherwise open in place of the page, and the uploads with it.
    for (const kind of ["dragover", "drop"]) {
      window.addEventListener(kind, (event) => {
        if (/** @type {DragEvent} */ (event).dataTransfer?.types.includes("Files")) event.preventDefault();
      });
    }
    this.panel.addEventListener("dragover", () => zone.classList.add("over"));
    for (const kind of ["dragleave", "drop"]) this.panel.addEventListener(kind, () => zone.classList.remove("over"));
    this.panel.addEventListener("drop", (event) => this.take([...(event.dataTransfer?.files ?? [])]));
    part(this.panel, "list-retry").addEventListener("click", () => {
      this.files.focus();
      this.load();
    });
    document.addEventListener("visibilitychange", () => {
      if (!document.hidden) this.soon();
    });
    window.addEventListener("beforeunload", (event) => {
      if (!this.busy) return;
      event.preventDefault();
      // Who then stays, because of what is still on its way, can go on here.
      setTimeout(this.options.stayed, STAYING);
    });
  }

  /** Whether bytes are still on this side. */
  get busy() {
    return this.shown.some(({ entry }) => entry.here);
  }

  open() {
    this.soon();
  }

  /** @param {File[]} files */
  take(files) {
    for (const file of files) {
      const known = this.shown.find(({ entry }) => entry.wants(file));
      if (known) {
        known.entry.send(file);
        continue;
      }
      const entry = new Entry(this.api, { file, collection: this.target.collection });
      entry.refusal = this.refusal(file);
      this.add(entry, true);
    }
    this.work();
    if (files.length) say(t("taken"));
  }

  /**
   * What the assignment does not take is not even sent. What browsers record is, whatever it is called.
   * @param {File} file @returns {ApiError|null}
   */
  refusal({ name }) {
    const { extensions } = this.options;
    const extension = name.includes(".") ? name.slice(name.lastIndexOf(".") + 1).toLowerCase() : "";
    if (!extensions.length || extension === "webm" || extensions.includes(extension)) return null;
    const message = t("assignment_format", { formats: extensions.join(", ") });
    return new ApiError({ code: "assignment_format", message, next_step: t("assignment_format_next") }, 415);
  }

  /** @param {Entry} entry @param {boolean} first whether it comes before the others */
  add(entry, first) {
    const { api } = this;
    const row = new UploadRow(entry, {
      autoCaptions: () => this.rules.auto_captions,
      connectStudio: this.options.connectStudio,
      gone: () => this.remove(entry, true),
      insert: async () => {
        const { item } = await api.call("uploaded", { more: entry.server?.id ?? "" });
        this.options.insert(item);
      },
    });
    // While their own page is open people describe what is on its way.
    row.about.open = first;
    this.shown[first ? "unshift" : "push"]({ entry, row });
    this.list[first ? "prepend" : "append"](row.element);
    entry.addEventListener("change", () => {
      this.work();
      this.soon();
    });
    this.showState();
  }

  /** @param {Entry} entry @param {boolean} focused whether the person was there */
  remove(entry, focused) {
    const at = this.shown.findIndex((each) => each.entry === entry);
    if (at < 0) return;
    const [{ row }] = this.shown.splice(at, 1);
    row.element.remove();
    if (focused) focusAfter(this.shown[at]?.row ?? this.shown[at - 1]?.row);
    this.showState();
  }

  /** Begin with the next file, if not enough are on their way. */
  work() {
    const going = this.shown.filter(({ entry }) => entry.sender && ["sending", "interrupted"].includes(entry.phase));
    let free = AT_ONCE - going.length - this.shown.filter(({ entry }) => entry.beginning).length;
    for (const { entry } of [...this.shown].reverse()) {
      if (free > 0 && entry.phase === "new" && !entry.beginning) {
        free--;
        entry.begin();
      }
    }
  }

  /** Ask for the list now, and then as often as there is something to see. */
  soon() {
    if (this.panel.hidden || document.hidden) return;
    this.pause = POLL;
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.load(), this.loaded ? POLL : 0);
  }

  async load() {
    clearTimeout(this.timer);
    const before = this.deeds;
    show(part(this.panel, "list-loading"), !this.loaded);
    try {
      const answer = await this.api.call("uploads");
      this.rules = answer.rules;
      this.importing.offerAutoCaptions(answer.rules.auto_captions);
      show(part(this.panel, "list-problem"), false);
      this.loaded = true;
      // What was done meanwhile is newer than this answer.
      if (before === this.deeds) this.show(answer.uploads);
    } catch (error) {
      if (!(error instanceof ApiError) && !aborted(error)) throw error;
      if (!this.loaded) this.complain(error instanceof ApiError ? error : null);
    }
    show(part(this.panel, "list-loading"), false);
    this.showState();
    if (document.hidden || this.panel.hidden || !this.shown.some(({ entry }) => entry.moving)) return;
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.load(), this.pause);
    this.pause = Math.min(this.pause * 1.5, LONGEST_POLL);
  }

  get deeds() {
    return this.shown.reduce((sum, { entry }) => sum + entry.deeds, this.shown.length);
  }

  /** @param {Upload[]} uploads */
  show(uploads) {
    // Recordings that were not kept are the recorder's.
    const ours = uploads.filter(({ source, state }) => source !== "recording" || state !== "receiving");
    const listed = new Map(ours.map((upload) => [upload.id, upload]));
    for (const { entry } of [...this.shown]) {
      const { server } = entry;
      if (!server) continue;
      const now = listed.get(server.id);
      listed.delete(server.id);
      if (!now) this.remove(entry, false);
      else if (JSON.stringify(now) !== JSON.stringify(server)) entry.accept(now);
    }
    for (const server of listed.values()) this.add(new Entry(this.api, { server }), false);
  }

  /** One that has just come to be here: a recording that was kept. @param {Upload} server */
  welcome(server) {
    if (!this.shown.some(({ entry }) => entry.server?.id === server.id)) this.add(new Entry(this.api, { server }), true);
    this.shown.find(({ entry }) => entry.server?.id === server.id)?.row.focus();
    this.soon();
  }

  /** @param {ApiError|null} error */
  complain(error) {
    part(this.panel, "list-problem-message").textContent = error?.message ?? t("network");
    part(this.panel, "list-problem-next").textContent = error?.nextStep ?? t("network_next");
    show(part(this.panel, "list-problem"), true);
  }

  showState() {
    show(part(this.panel, "blank"), this.loaded && !this.shown.length);
    show(part(this.panel, "list-title"), this.shown.length > 0);
    const { formats, largest } = this.rules;
    if (!formats.length) return;
    const { extensions } = this.options;
    const words = { formats: listed(formats), allowed: listed(extensions) };
    part(this.panel, "formats").textContent = t(extensions.length ? "formats_assignment" : "formats", words);
    show(part(this.panel, "formats"), largest > 0);
  }
}
