/** The options of one item: filled from choices, read back as choices. */

import { byId, make, part, show, stamp } from "./dom.js";
import { complainAt } from "./field.js";
import { number, t } from "./messages.js";
import { LIMITS, presetSize, readSide } from "./size.js";
import { Span } from "./span.js";

/** @typedef {import("./choices.js").Choices} Choices @typedef {import("./choices.js").Detail} Detail */

/** The switches of Studio's own player, and their boxes. */
const SWITCHES = /** @type {const} */ ({
  tabs: "studio-tabs",
  download: "studio-download",
  transcript_download: "studio-transcript",
  lock_speed: "studio-speed",
});
const PRESETS = /** @type {const} */ (["small", "medium", "large"]);

export class OptionsForm {
  /** @param {() => number|null} length of the media, in seconds */
  constructor(length) {
    const input = (/** @type {string} */ id) => /** @type {HTMLInputElement} */ (byId(id));
    this.form = /** @type {HTMLFormElement} */ (byId("item-form"));
    this.tracks = byId("item-tracks");
    this.onAtStart = /** @type {HTMLSelectElement} */ (byId("item-default"));
    this.native = input("form-native");
    this.captioned = input("form-captioned");
    this.transcript = input("item-transcript");
    this.preset = /** @type {HTMLSelectElement} */ (byId("item-size"));
    this.sides = { width: input("item-width"), height: input("item-height") };
    this.switches = Object.entries(SWITCHES).map(([name, id]) => ({ name, box: input(id) }));
    this.link = /** @type {HTMLInputElement|null} */ (document.getElementById("item-link"));
    this.span = new Span(length);
    /** @type {Detail|null} */ this.detail = null;
    this.form.addEventListener("submit", (event) => event.preventDefault());
    this.form.addEventListener("change", () => this.refresh());
  }

  /**
   * @param {Detail} detail @param {Choices} choices
   * @param {import("./choices.js").Form[]} forms which can be chosen
   */
  fill(detail, choices, forms) {
    show(byId("item-forms"), forms.length > 1);
    byId("form-native-hint").textContent = t(`native_${detail.item.catalogue}`);
    for (const { name, box } of this.switches) box.checked = choices.studio[/** @type {"tabs"} */ (name)];
    this.native.checked = choices.form === "native";
    this.captioned.checked = !this.native.checked;
    this.transcript.checked = choices.transcript;
    this.preset.value = choices.preset;
    this.sides.width.value = String(choices.width);
    this.sides.height.value = String(choices.height);
    if (this.link) this.link.checked = choices.asLink;
    this.span.fill(choices.start, choices.end);
    this.offer(detail, choices.tracks, choices.default);
  }

  /**
   * Offer the tracks of an item. All else stays as it is.
   * @param {Detail} detail @param {string[]} ticked ids @param {string|null} startsOn id of the track on at start
   */
  offer(detail, ticked, startsOn) {
    this.detail = detail;
    this.tracks.replaceChildren(...detail.tracks.map((track) => trackChoice(track, ticked.includes(track.id))));
    show(byId("item-no-tracks"), !detail.tracks.length);
    this.refresh(startsOn);
  }

  /** Bring the parts that depend on others up to date. @param {string|null} [startsOn] id of the track on at start */
  refresh(startsOn = this.onAtStart.value || null) {
    if (!this.detail) return;
    const ticked = this.ticked();
    const options = this.detail.tracks
      .filter((track) => ticked.includes(track.id))
      .map((track) => make("option", { value: track.id, textContent: track.label }));
    this.onAtStart.replaceChildren(make("option", { value: "", textContent: t("captions_off") }), ...options);
    this.onAtStart.value = startsOn && ticked.includes(startsOn) ? startsOn : "";

    const captioned = this.captioned.checked;
    show(byId("captioned-options"), captioned);
    show(byId("studio-options"), this.studio);
    for (const id of ["item-part", "preview-tools"]) show(byId(id), captioned || this.studio);
    this.span.offerEnd(captioned);
    show(byId("end-here"), captioned && !byId("start-here").hidden);
    show(byId("default-field"), ticked.length > 0);
    show(/** @type {Element} */ (this.transcript.parentElement), captioned && ticked.length > 0);

    for (const preset of PRESETS) {
      const option = /** @type {HTMLOptionElement} */ ([...this.preset.options].find(({ value }) => value === preset));
      const { width, height } = this.sizeOf(preset);
      option.textContent = t(`size_${preset}`, { width: number(width), height: number(height) });
    }
    const custom = this.preset.value === "custom";
    show(byId("custom-size"), custom);
    if (!custom) {
      const size = this.sizeOf(this.preset.value);
      for (const side of /** @type {const} */ (["width", "height"])) {
        this.sides[side].value = String(size[side]);
        complainAt(this.sides[side]);
      }
    }
  }

  /** Whether it is Studio's own player that is chosen. */
  get studio() {
    return this.native.checked && this.detail?.item.catalogue === "studio";
  }

  /** @param {string} preset */
  sizeOf(preset) {
    return presetSize(preset, {
      form: this.native.checked ? "native" : "captioned",
      transcript: this.transcript.checked && this.ticked().length > 0,
      type: this.detail?.item.type ?? "video",
      tabs: this.studio && this.switches[0].box.checked,
    });
  }

  /** @returns {string[]} ids of the ticked tracks */
  ticked() {
    return [...this.tracks.querySelectorAll("input:checked")].map((box) => /** @type {HTMLInputElement} */ (box).value);
  }

  /**
   * What was chosen. Anything wrong is said at its field, and the first such field gets the focus.
   * @returns {Choices|null}
   */
  read() {
    const captioned = this.captioned.checked;
    // What Canvas's own player cannot do is hidden, and must not stand in the way either.
    const span = captioned || this.studio ? this.span.read() : { start: null, end: null };
    const width = this.readSide("width");
    const height = this.readSide("height");
    if (!span || Number.isNaN(width) || Number.isNaN(height)) {
      /** @type {HTMLElement|null} */ (this.form.querySelector("[aria-invalid=true]"))?.focus();
      return null;
    }
    const tracks = this.ticked();
    return {
      form: captioned ? "captioned" : "native",
      tracks,
      default: this.onAtStart.value || null,
      ...span,
      preset: this.preset.value,
      width,
      height,
      transcript: this.transcript.checked && tracks.length > 0,
      asLink: this.link?.checked ?? false,
      studio: /** @type {import("./choices.js").StudioOptions} */ (
        Object.fromEntries(this.switches.map(({ name, box }) => [name, box.checked]))
      ),
    };
  }

  /** @param {"width"|"height"} side */
  readSide(side) {
    const value = readSide(this.sides[side].value, side);
    const [min, max] = LIMITS[side].map(number);
    complainAt(this.sides[side], Number.isNaN(value) ? t("size_range", { min, max }) : "");
    return value;
  }
}

/** @param {import("./choices.js").Track} track @param {boolean} ticked */
function trackChoice(track, ticked) {
  const row = /** @type {HTMLElement} */ (stamp("track-choice").firstElementChild);
  const box = /** @type {HTMLInputElement} */ (part(row, "box"));
  box.id = `track-${track.id}`;
  box.value = track.id;
  box.checked = ticked && track.usable;
  box.disabled = !track.usable;
  const label = /** @type {HTMLLabelElement} */ (part(row, "label"));
  label.htmlFor = box.id;
  label.textContent = track.label;
  const hint = part(row, "hint");
  hint.id = `${box.id}-hint`;
  box.setAttribute("aria-describedby", hint.id);
  const detail = t("track_detail", { kind: t(`kind_${track.kind}`), origin: t(track.origin) });
  hint.textContent = track.reason ? `${detail}. ${track.reason}` : detail;
  row.classList.toggle("unusable", !track.usable);
  return row;
}
