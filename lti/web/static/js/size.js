/** Sizes of the embed's frame. All numbers are CSS pixels. */

export const LIMITS = { width: [200, 1920], height: [100, 1200] };

// 16:9 pictures at widths that fit a Canvas page: beside text, its whole column, a wide page.
const WIDTHS = { small: 400, medium: 640, large: 960 };
const SOUND_HEIGHT = 150;
// What the captioned player needs beside the picture: its title bar, and room for a transcript below.
// From 800 pixels on its transcript stands beside the picture (player.css), which is then smaller, but no taller.
const TITLE_BAR = 48;
const TRANSCRIPT_BELOW = 230;
const TRANSCRIPT_BESIDE = 800;
const SOUND_WITH_TRANSCRIPT = 400;
// What Studio's tabs need below its picture: 880 pixels are what Studio itself gives to a picture of 450.
const STUDIO_TABS = 430;

/**
 * The size that a preset means for a kind of player.
 * @param {string} preset small, medium or large
 * @param {{form: "captioned"|"native", transcript: boolean, type: "video"|"audio", tabs?: boolean}} what
 * @returns {{width: number, height: number}}
 */
export function presetSize(preset, { form, transcript, type, tabs = false }) {
  const width = WIDTHS[/** @type {keyof WIDTHS} */ (preset)] ?? WIDTHS.medium;
  const picture = type === "audio" ? SOUND_HEIGHT : (width * 9) / 16;
  if (form === "native") return { width, height: Math.round(picture) + (tabs ? STUDIO_TABS : 0) };
  if (!transcript) return { width, height: Math.round(picture) + TITLE_BAR };
  if (type === "audio") return { width, height: SOUND_WITH_TRANSCRIPT };
  return { width, height: Math.round(picture) + TITLE_BAR + (width < TRANSCRIPT_BESIDE ? TRANSCRIPT_BELOW : 0) };
}

/**
 * Read one side of a custom size.
 * @param {string} text @param {"width"|"height"} side
 * @returns {number} NaN if it is no whole number within the limits
 */
export function readSide(text, side) {
  const value = /^\s*\d{1,5}\s*$/.test(text) ? Number(text) : NaN;
  const [least, most] = LIMITS[side];
  return value >= least && value <= most ? value : NaN;
}
