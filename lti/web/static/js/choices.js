/** What a person chose for one item: defaults, what is carried over, and the pick that the server takes. No DOM. */

import { presetSize } from "./size.js";

/**
 * @typedef {"captioned"|"native"} Form
 * @typedef {{id: string, language: string, name: string, label: string, kind: string, origin: "human"|"machine",
 *   state: string, usable: boolean, reason: string|null, src: string|null}} Track
 * @typedef {{item: import("./list.js").Item, sources: {url: string, type: string, width: number|null,
 *   height: number|null}[], tracks: Track[], notes: string[], forms: Form[], handle: string,
 *   own_at_studio: boolean}} Detail
 * @typedef {{tabs: boolean, download: boolean, transcript_download: boolean, lock_speed: boolean}} StudioOptions
 * @typedef {{form: Form, tracks: string[], default: string|null, start: number|null, end: number|null,
 *   preset: string, width: number, height: number, transcript: boolean, asLink: boolean,
 *   studio: StudioOptions}} Choices
 */

/** @type {StudioOptions} */
const PLAIN = { tabs: false, download: false, transcript_download: false, lock_speed: false };

/**
 * The forms that both this place in Canvas and this item allow, the best first.
 * @param {Detail} detail @param {Form[]} forms which Canvas takes in this place
 */
export function possibleForms(detail, forms) {
  return forms.filter((form) => detail.forms.includes(form));
}

/**
 * All captions that can be shown, but a machine's only where nobody wrote any in that language; none on at start.
 * @param {Detail} detail @param {Form[]} forms which Canvas takes in this place, the best first
 * @returns {Choices}
 */
export function defaultChoices(detail, forms) {
  const usable = detail.tracks.filter((track) => track.usable);
  const written = new Set(usable.filter((track) => track.origin === "human").map((track) => track.language));
  const tracks = usable.filter((track) => track.origin === "human" || !written.has(track.language));
  const base = { form: possibleForms(detail, forms)[0] ?? forms[0], transcript: tracks.length > 0 };
  return {
    ...base,
    tracks: tracks.map((track) => track.id),
    default: null,
    start: null,
    end: null,
    preset: "medium",
    ...presetSize("medium", { ...base, type: detail.item.type }),
    asLink: false,
    studio: PLAIN,
  };
}

/**
 * Earlier choices for an item that was asked about again: tracks may have gone in the meantime.
 * @param {Choices} choices @param {Detail} detail
 * @returns {Choices}
 */
export function stillPossible(choices, detail) {
  const usable = new Set(detail.tracks.filter((track) => track.usable).map((track) => track.id));
  return {
    ...choices,
    tracks: choices.tracks.filter((id) => usable.has(id)),
    default: choices.default && usable.has(choices.default) ? choices.default : null,
  };
}

/**
 * The pick as `POST insert` takes it. Canvas's own player knows neither tracks nor times, Studio's a start.
 * @param {Detail} detail @param {Choices} choices
 */
export function toPick(detail, choices) {
  const captioned = choices.form === "captioned";
  const studio = !captioned && detail.item.catalogue === "studio";
  return {
    ...(studio ? choices.studio : {}),
    handle: detail.handle,
    form: choices.form,
    tracks: captioned ? choices.tracks : [],
    default: captioned ? choices.default : null,
    start: captioned || studio ? choices.start : null,
    end: captioned ? choices.end : null,
    width: choices.width,
    height: choices.height,
    transcript: captioned && choices.transcript,
    as_link: choices.asLink,
  };
}
