/** The checks while somebody types: asked of the server after a pause, shown as a list that leads to the captions. */

import { ApiError, aborted } from "./api.js";
import { wire } from "./caption-editor-edits.js";
import { make, part, show } from "./dom.js";
import { counted, number, t } from "./messages.js";
import { writeTime } from "./time.js";

/**
 * @typedef {{rule: string, cue: number|null, start: number, end: number|null, sentence: string}} Finding
 * @typedef {import("./caption-editor-edits.js").Cue} Cue @typedef {import("./caption-editor-edits.js").Cues} Cues
 */

const TYPING = 700; // milliseconds
const LISTED = 100;

export class Checks {
  /**
   * @param {import("./api.js").Api} api @param {HTMLElement} dialog
   * @param {{language: string, duration: number|null}} about
   * @param {{changed: () => void, go: (key: number) => void, seek: (time: number) => void,
   *   current: () => Cue|undefined}} options go: to a caption; seek: to a time without one; current: where somebody is
   */
  constructor(api, dialog, about, options) {
    this.api = api;
    this.dialog = dialog;
    this.about = about;
    this.options = options;
    this.timer = 0;
    /** @type {AbortController|null} */ this.asking = null;
    /** @type {Cues} */ this.cues = [];
    /** Findings with the caption that each is about. @type {(Finding & {key: number|null})[]} */ this.found = [];
    /** @type {Map<number, string[]>} */ this.byKey = new Map();
    part(dialog, "finding-next").addEventListener("click", () => this.step(1));
    part(dialog, "finding-before").addEventListener("click", () => this.step(-1));
    /** The finding that somebody went to, and the caption where that led. */
    this.last = { at: -1, key: /** @type {number|undefined} */ (undefined) };
  }

  /** @param {number} key @returns {string[]} what is said about a caption */
  said(key) {
    return this.byKey.get(key) ?? [];
  }

  /** Check these, after a pause in typing. @param {Cues} cues @param {number} [pause] milliseconds */
  soon(cues, pause = TYPING) {
    this.cues = cues;
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.ask(), pause);
  }

  stop() {
    clearTimeout(this.timer);
    this.asking?.abort();
  }

  async ask() {
    this.asking?.abort();
    const own = (this.asking = new AbortController());
    const { cues } = this;
    try {
      const body = { ...this.about, cues: wire(cues) };
      const answer = await this.api.call("captions", { method: "POST", more: "check", body, signal: own.signal });
      if (!own.signal.aborted) this.show(answer, cues);
    } catch (error) {
      if (own.signal.aborted || aborted(error)) return;
      if (!(error instanceof ApiError)) throw error;
      const problem = part(this.dialog, "check-problem");
      problem.textContent = t("ce_not_checked", { message: error.message });
      show(problem, true);
    }
  }

  /** @param {{grade: string, grade_words: string, findings: Finding[]}} answer @param {Cues} cues that it is about */
  show({ grade, grade_words, findings }, cues) {
    this.found = findings.map((finding) => ({
      ...finding,
      key: finding.cue === null ? null : (cues[finding.cue]?.key ?? null),
    }));
    this.byKey = new Map();
    for (const { key, sentence } of this.found) {
      if (key !== null) this.byKey.set(key, [...this.said(key), sentence]);
    }
    this.last.key = undefined;
    show(part(this.dialog, "check-problem"), false);
    const count = findings.length ? counted("ce_findings", findings.length) : t("ce_no_findings");
    part(this.dialog, "grade").replaceChildren(
      make("strong", { className: `ce-grade ce-grade-${grade}` }, t("ce_grade", { grade, words: grade_words })),
      ` ${count}`,
    );
    show(part(this.dialog, "finding-steps"), findings.length > 0);
    this.list();
    this.options.changed();
  }

  list() {
    const items = this.found.slice(0, LISTED).map((finding, at) => {
      const button = make("button", { type: "button", className: "link" }, this.words(finding));
      button.addEventListener("click", () => this.go(at));
      return make("li", {}, button);
    });
    part(this.dialog, "findings").replaceChildren(...items);
    const more = part(this.dialog, "more-findings");
    more.textContent = counted("ce_more_findings", this.found.length - LISTED);
    show(more, this.found.length > LISTED);
  }

  /** @param {Finding} finding */
  words({ cue, start, sentence }) {
    const time = writeTime(start);
    if (cue === null) return t("ce_finding_time", { time, sentence });
    return t("ce_finding_at", { number: number(cue + 1), time, sentence });
  }

  /** To the next finding after the caption where somebody is, or (-1) the one before; at the end from the beginning. */
  step(/** @type {1|-1} */ by) {
    const { found, last } = this;
    if (!found.length) return;
    const cue = this.options.current();
    // What is said about one caption is read together; a stretch without captions belongs to the caption before it.
    const begun = cue !== undefined && cue.key === last.key ? found[last.at].start : (cue?.start ?? -1);
    const beyond = found.flatMap(({ start, key }, at) => ((start - begun) * by > 0 && key !== cue?.key ? [at] : []));
    const ends = by > 0 ? [beyond[0], 0] : [beyond.at(-1), found.length - 1];
    this.go(ends[0] ?? /** @type {number} */ (ends[1]));
  }

  /** @param {number} at */
  go(at) {
    const { key, start } = this.found[at];
    if (key === null) this.options.seek(start);
    else this.options.go(key);
    this.last = { at, key: this.options.current()?.key };
  }
}
