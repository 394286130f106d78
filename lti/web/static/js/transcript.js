/** The transcript beside the player: language, lines, search, following the sound. */

import { CueList } from "./cuelist.js";
import { byId, make, show } from "./dom.js";
import { Follow } from "./follow.js";
import { direction, number, t } from "./messages.js";

const GONE = 410;

/** @typedef {{id: string, language: string, label: string, default: boolean, src: string, cues: string}} Track */

export class Transcript {
  /**
   * @param {(seconds: number) => void} jump
   * @param {() => void} expired the address of a text is over
   */
  constructor(jump, expired) {
    this.expired = expired;
    const input = (/** @type {string} */ id) => /** @type {HTMLInputElement} */ (byId(id));
    this.element = byId("transcript");
    this.toggle = byId("transcript-toggle");
    this.state = byId("transcript-state");
    this.cues = byId("cues");
    this.language = /** @type {HTMLSelectElement} */ (byId("language"));
    this.query = input("find-text");
    this.follow = new Follow(/** @type {HTMLElement} */ (this.cues.parentElement), input("follow"), byId("resume-row"));
    this.lines = new CueList(
      this.cues,
      (seconds) => {
        this.follow.resume();
        jump(seconds);
      },
      () => this.follow.pause(),
    );
    /** @type {Track[]} */ this.tracks = [];
    /** Whether the person chose the language here; the caption menu then no longer changes it. */
    this.chosen = false;
    this.match = -1;
    this.time = 0;
    /** @type {AbortController|null} */ this.loading = null;
    this.listen();
  }

  listen() {
    this.toggle.addEventListener("click", () => this.unfold(this.toggle.getAttribute("aria-expanded") !== "true"));
    this.language.addEventListener("change", () => {
      this.chosen = true;
      this.load();
    });
    byId("transcript-retry").addEventListener("click", () => {
      // The button goes away; with one track alone there is no language to go to.
      (this.tracks.length > 1 ? this.language : this.query).focus();
      this.load();
    });
    byId("resume").addEventListener("click", () => {
      this.follow.resume();
      if (!this.lines.line) return;
      this.follow.reveal(this.lines.line);
      this.lines.line.focus({ preventScroll: true });
    });
    byId("find").addEventListener("submit", (event) => {
      event.preventDefault();
      this.step(1);
    });
    byId("find-previous").addEventListener("click", () => this.step(-1));
    this.query.addEventListener("input", () => this.find());
    byId("find").addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !this.query.value) return;
      this.query.value = "";
      this.find();
    });
  }

  /** @param {boolean} open */
  unfold(open) {
    this.toggle.setAttribute("aria-expanded", String(open));
    show(this.element, open);
  }

  /**
   * Offer the transcripts of these tracks and load one: that of the captions on at start, else the page's language.
   * @param {Track[]} tracks
   */
  open(tracks) {
    const before = this.language.value;
    this.tracks = tracks;
    this.language.replaceChildren(
      ...tracks.map((track) => {
        const option = make("option", { value: track.id, textContent: track.label });
        option.lang = document.documentElement.lang;
        return option;
      }),
    );
    show(byId("language-field"), tracks.length > 1);
    show(this.toggle, tracks.length > 0);
    this.unfold(tracks.length > 0);
    if (!tracks.length) return;
    const own = document.documentElement.lang.split("-")[0];
    const first =
      tracks.find((track) => track.id === before) ??
      tracks.find((track) => track.default) ??
      tracks.find((track) => track.language.split("-")[0] === own) ??
      tracks[0];
    this.language.value = first.id;
    this.load();
  }

  /** Fresh addresses for the same tracks; what is on the page stays. @param {Track[]} tracks */
  renew(tracks) {
    this.tracks = tracks;
    if (!byId("transcript-retry-row").hidden) this.load();
  }

  /**
   * The person switched captions in the player: the transcript goes along, unless its language was chosen here.
   * @param {string} id of the track
   */
  captionsChanged(id) {
    if (this.chosen || this.language.value === id || !this.tracks.some((track) => track.id === id)) return;
    this.language.value = id;
    this.load();
  }

  async load() {
    const track = this.tracks.find(({ id }) => id === this.language.value);
    if (!track) return;
    this.loading?.abort();
    const own = (this.loading = new AbortController());
    this.showState(t("loading"));
    this.lines.fill([]);
    try {
      const response = await fetch(track.cues, { signal: own.signal, credentials: "omit" });
      if (response.status === GONE) this.expired();
      if (!response.ok) throw new Error(String(response.status));
      const answer = await response.json();
      if (own.signal.aborted) return;
      this.cues.lang = answer.language || track.language;
      this.cues.dir = direction(this.cues.lang);
      this.lines.fill(answer.cues);
      this.showState(answer.cues.length ? "" : t("transcript_empty"));
      this.sound(this.time);
    } catch {
      // Whatever it was (network, an address that expired, an answer cut short): the person can only ask again.
      if (!own.signal.aborted) this.showState(t("transcript_failed"), true);
    }
    if (!own.signal.aborted) this.find();
  }

  /** @param {string} text @param {boolean} [failed] */
  showState(text, failed = false) {
    this.state.textContent = text;
    show(this.state, Boolean(text));
    show(byId("transcript-retry-row"), failed);
  }

  /** The sound has reached a time. @param {number} seconds */
  sound(seconds) {
    this.time = seconds;
    const line = this.lines.mark(seconds);
    if (line && !this.element.hidden) this.follow.follow(line);
  }

  find() {
    const text = this.query.value.trim();
    const count = this.lines.find(text);
    this.match = -1;
    for (const id of ["find-next", "find-previous"]) /** @type {HTMLButtonElement} */ (byId(id)).disabled = !count;
    byId("find-count").textContent = text && !count ? t("find_none") : "";
    if (count) this.step(1);
  }

  /** @param {1|-1} direction to the next or the previous match, round the end */
  step(direction) {
    const count = this.lines.found.length;
    if (!count) return;
    this.match = this.match < 0 ? 0 : (this.match + direction + count) % count;
    byId("find-count").textContent = t("find_count", { index: number(this.match + 1), count: number(count) });
    this.follow.pause();
    this.follow.reveal(this.lines.match(this.match));
  }
}
