/** What is in the editor as a file, made in the page: for when nothing can be saved. */

import { make } from "./dom.js";

/** @param {number} seconds */
function time(seconds) {
  const whole = Math.round(seconds * 1000);
  const two = (/** @type {number} */ value) => String(value).padStart(2, "0");
  const [hours, minutes] = [Math.floor(whole / 3_600_000), Math.floor(whole / 60_000) % 60];
  return `${two(hours)}:${two(minutes)}:${two(Math.floor(whole / 1000) % 60)}.${String(whole % 1000).padStart(3, "0")}`;
}

/** @param {import("./caption-editor-edits.js").Cues} cues @returns {string} WebVTT */
export function webvtt(cues) {
  const blocks = cues.map(({ start, end, text, settings, identifier }) => {
    const times = `${time(start)} --> ${time(end)}${settings ? ` ${settings}` : ""}`;
    return [identifier, times, text].filter(Boolean).join("\n");
  });
  return `${["WEBVTT", ...blocks].join("\n\n")}\n`;
}

/** @param {string} title @param {import("./caption-editor-edits.js").Cues} cues */
export function downloadText(title, cues) {
  const address = URL.createObjectURL(new Blob([webvtt(cues)], { type: "text/vtt" }));
  const name = title.replace(/[\\/:*?"<>|\p{Cc}]+/gu, " ").trim().slice(0, 100);
  make("a", { href: address, download: `${name || "captions"}.vtt` }).click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
