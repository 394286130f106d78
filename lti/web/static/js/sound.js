/** Captions of a sound recording: the menu and the text that a browser has for a <video>, but not for an <audio>. */

import { byId, make, show } from "./dom.js";
import { direction, t } from "./messages.js";

export class SoundCaptions {
  /** @param {HTMLMediaElement} audio with its tracks */
  constructor(audio) {
    this.tracks = audio.textTracks;
    this.menu = /** @type {HTMLSelectElement} */ (byId("sound-menu"));
    this.text = byId("sound-text");
    if (!this.tracks.length) return;
    this.menu.replaceChildren(
      make("option", { value: "", textContent: t("captions_off") }),
      ...[...this.tracks].map((track) => make("option", { value: track.id, textContent: track.label })),
    );
    this.menu.addEventListener("change", () => {
      for (const track of this.tracks) track.mode = track.id === this.menu.value ? "showing" : "disabled";
    });
    for (const track of this.tracks) track.addEventListener("cuechange", () => this.render());
    show(byId("sound"), true);
    this.changed();
  }

  /** Another track shows now, or none. */
  changed() {
    this.showing = [...this.tracks].find((track) => track.mode === "showing");
    this.menu.value = this.showing?.id ?? "";
    this.render();
  }

  render() {
    const cues = /** @type {VTTCue[]} */ ([...(this.showing?.activeCues ?? [])]);
    this.text.lang = this.showing?.language ?? "";
    this.text.dir = direction(this.text.lang);
    // The browser's own parser makes the fragment: it knows the caption's tags and nothing else.
    this.text.replaceChildren(...cues.map((cue) => make("p", {}, cue.getCueAsHTML())));
  }
}
