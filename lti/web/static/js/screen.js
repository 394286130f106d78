/** The player itself: one <video> or <audio> with its tracks, kept within the part that was inserted. */

import { byId, make, show } from "./dom.js";

/**
 * @typedef {{url: string, type: string}} Source
 * @typedef {{id: string, language: string, label: string, kind: string, default: boolean, src: string}} Track
 */

// Browsers seek to the nearest frame: a time this close to a limit is at it.
const NEAR = 0.05;

export class Screen {
  /**
   * @param {string} title @param {string} type video or audio
   * @param {{start: number|null, end: number|null}} span in seconds
   * @param {{failed: () => void, time: (seconds: number) => void, captions: (id: string|null) => void,
   *   textFailed: () => void}} tell
   */
  constructor(title, type, span, tell) {
    this.span = span;
    this.tell = tell;
    this.again = byId("again");
    this.playing = false;
    this.timer = 0;
    /** Where to be, once there is something to seek in; null: where it is. @type {number|null} */ this.wanted = null;
    /** How each track is to be, until the browser has settled. @type {Map<string, TextTrackMode>} */
    this.modes = new Map();
    this.settled = true;
    this.media = /** @type {HTMLMediaElement} */ (
      make(type === "audio" ? "audio" : "video", { controls: true, playsInline: true, preload: "metadata" })
    );
    this.media.setAttribute("aria-label", title);
    this.listen();
  }

  get from() {
    const { start } = this.span;
    // A start behind the end of media that was replaced by a shorter one: better all of it than nothing.
    return start !== null && !(start >= this.media.duration) ? start : 0;
  }

  get to() {
    return Math.min(this.span.end ?? Infinity, this.media.duration || Infinity);
  }

  listen() {
    const { media } = this;
    media.addEventListener("loadedmetadata", () => {
      this.setModes();
      this.settled = true;
      this.tellCaptions();
      media.currentTime = this.wanted ?? this.from;
      this.wanted = null;
    });
    media.addEventListener("seeking", () => this.clamp());
    media.addEventListener("play", () => {
      this.playing = true;
      if (media.currentTime >= this.to - NEAR) media.currentTime = this.from;
      show(this.again, false);
    });
    media.addEventListener("pause", () => {
      this.playing = false;
    });
    media.addEventListener("timeupdate", () => {
      this.tell.time(media.currentTime);
      this.stopAtEnd();
    });
    media.addEventListener("error", () => this.tell.failed());
    media.textTracks.addEventListener("change", () => {
      if (this.settled) this.tellCaptions();
      else this.setModes();
    });
    byId("again-button").addEventListener("click", () => {
      media.currentTime = this.from;
      media.focus();
      media.play();
    });
  }

  /** Seeking stays within the part that was inserted. */
  clamp() {
    const { media } = this;
    // No seeking before the first frame is there, and none while we wait to continue somewhere.
    if (this.wanted !== null || !media.duration) return;
    if (media.currentTime < this.from - NEAR) media.currentTime = this.from;
    else if (media.currentTime > this.to + NEAR) media.currentTime = this.to;
    else if (media.currentTime < this.to - NEAR) show(this.again, false);
  }

  stopAtEnd() {
    const { media, span } = this;
    clearTimeout(this.timer);
    if (span.end === null && span.start === null) return;
    const left = this.to - media.currentTime;
    if (left <= NEAR / 2) {
      if (!media.paused) media.pause();
      if (media.currentTime > this.to) media.currentTime = this.to;
      show(this.again, true);
    } else if (!media.paused && left < 0.5) {
      // timeupdate comes four times a second only: too coarse for an end that somebody chose to the tenth.
      this.timer = window.setTimeout(() => this.stopAtEnd(), (left / media.playbackRate) * 1000);
    }
  }

  /**
   * Load sources and tracks; the first time into an empty player, later in place of what failed.
   * @param {{sources: Source[], tracks: Track[]}} playback
   * @param {{at?: number|null, play?: boolean}} [options] where to go on, in seconds
   */
  load({ sources, tracks }, { at = null, play = false } = {}) {
    const { media } = this;
    this.wanted = at;
    media.querySelectorAll("source").forEach((source) => source.remove());
    if (this.settled) {
      const atFirst = (/** @type {Track} */ track) => (track.default ? "showing" : "disabled");
      const asNow = (/** @type {Track} */ track) => media.textTracks.getTrackById(track.id)?.mode ?? "disabled";
      const mode = media.isConnected ? asNow : atFirst;
      this.modes = new Map(tracks.map((track) => [track.id, mode(track)]));
    }
    if (!media.isConnected) {
      media.append(...tracks.map((track) => trackElement(track, this.tell.textFailed)));
      byId("screen").prepend(media);
    } else {
      this.mendTracks(tracks);
    }
    const elements = sources.map(({ url, type }) => make("source", { src: url, type }));
    // The browser tries the sources in turn; only when the last one fails has the whole failed.
    elements.at(-1)?.addEventListener("error", () => this.tell.failed());
    media.append(...elements);
    this.settled = false;
    media.load();
    this.setModes();
    if (play) media.play().catch(() => {});
  }

  /**
   * Show exactly the tracks that are to show. Browsers choose for themselves as well, some time before the metadata are
   * there: Chromium adds the track in its own language to the one marked as default.
   */
  setModes() {
    for (const track of this.media.textTracks) {
      const mode = this.modes.get(track.id) ?? "disabled";
      if (track.mode !== mode) track.mode = mode;
    }
  }

  tellCaptions() {
    const showing = [...this.media.textTracks].find((track) => track.mode === "showing");
    this.tell.captions(showing?.id ?? null);
  }

  /** New addresses for tracks that were not loaded yet: theirs may be over. @param {Track[]} tracks */
  mendTracks(tracks) {
    for (const element of this.media.querySelectorAll("track")) {
      const track = tracks.find(({ id }) => id === element.id);
      if (track && element.readyState !== HTMLTrackElement.LOADED) element.src = track.src;
    }
  }

  get time() {
    return this.wanted ?? this.media.currentTime;
  }

  /** Go somewhere and play. @param {number} seconds */
  jump(seconds) {
    if (!this.media.isConnected) return;
    const target = Math.max(this.from, Math.min(seconds, this.to));
    if (this.media.readyState) this.media.currentTime = target;
    else this.wanted = target;
    this.media.play().catch(() => {});
  }
}

/** @param {Track} track @param {() => void} failed */
function trackElement(track, failed) {
  const element = make("track", {
    id: track.id,
    kind: track.kind,
    srclang: track.language,
    label: track.label,
    default: track.default,
    src: track.src,
  });
  element.addEventListener("error", failed);
  return element;
}
