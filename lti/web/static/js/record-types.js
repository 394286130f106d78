/** In which form a browser records: what Studio accepts comes first. No DOM. */

// Studio's list has MP4 and no WebM (reference/studio.md 3.5): WebM is for browsers that make nothing else.
const PICTURES = [
  "video/mp4;codecs=avc1.42E01E,mp4a.40.2",
  "video/mp4;codecs=avc1.42E01E,opus",
  "video/mp4",
  "video/webm;codecs=vp8,opus",
  "video/webm",
];
const SOUND = ["audio/mp4;codecs=mp4a.40.2", "audio/mp4;codecs=opus", "audio/mp4", "audio/webm;codecs=opus", "audio/webm"];

/** @param {boolean} pictures @returns {string|null} null where the browser makes none of them */
export function recordingType(pictures) {
  if (typeof MediaRecorder === "undefined") return null;
  return (pictures ? PICTURES : SOUND).find((type) => MediaRecorder.isTypeSupported(type)) ?? null;
}

/** A name for the file. Sound in MP4 is .mp4 too: Studio's list has no .m4a. @param {string} type @param {Date} now */
export function recordingName(type, now) {
  const digits = new Date(now.getTime() - now.getTimezoneOffset() * 60_000).toISOString();
  return `recording-${digits.slice(0, 16).replace(/[T:]/g, "-")}.${type.includes("mp4") ? "mp4" : "webm"}`;
}
