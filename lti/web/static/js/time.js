/** Times as people write and read them. All numbers are seconds. */

// Arabic-Indic, extended Arabic-Indic and Devanagari digits: what keyboards of right-to-left and Indian languages give.
const OTHER_DIGITS = [0x0660, 0x06f0, 0x0966];

/** @param {string} text */
function latinDigits(text) {
  return text.replace(/[\u0660-\u0669\u06f0-\u06f9\u0966-\u096f]/g, (digit) => {
    const code = digit.charCodeAt(0);
    const zero = OTHER_DIGITS.find((start) => code >= start && code < start + 10) ?? code;
    return String(code - zero);
  });
}

/**
 * Read "90", "1:30", "01:30.5", "1:02:03" or the same with a decimal comma.
 * @param {string} text
 * @returns {number|null} null for an empty text, NaN for what is no time
 */
export function readTime(text) {
  const plain = latinDigits(text.trim()).replace(/[,\u066b]/, ".");
  if (!plain) return null;
  if (!/^\d{1,6}(:\d{1,2}){0,2}(\.\d{1,3})?$/.test(plain)) return NaN;
  const parts = plain.split(":").map(Number);
  // "1:75" is a slip of the hand rather than a way to write 2:15.
  if (parts.slice(1).some((value) => value >= 60)) return NaN;
  const seconds = parts.reduce((sum, value) => sum * 60 + value, 0);
  return Math.round(seconds * 1000) / 1000;
}

/**
 * Write a time: "0:05", "12:00", "1:02:03"; with tenths only where asked for and where there are any.
 * @param {number} seconds @param {{tenths?: boolean}} [options]
 * @returns {string}
 */
export function writeTime(seconds, { tenths = false } = {}) {
  const steps = tenths ? Math.round(seconds * 10) : Math.floor(seconds) * 10;
  const whole = Math.floor(steps / 10);
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor((whole % 3600) / 60);
  const two = (/** @type {number} */ value) => String(value).padStart(2, "0");
  const clock = hours ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
  return steps % 10 ? `${clock}.${steps % 10}` : clock;
}
