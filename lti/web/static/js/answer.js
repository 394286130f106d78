/** The answer to a deep-linking launch: how it gets to Canvas, from the frame itself or from a window beside it. */

import { make } from "./dom.js";

// The frame behind us only has to be awake.
const PATIENCE = 1_500;
/** What the window says, and what the frame that opened it (waiting-room.js) says to it. */
export const HELLO = "cuedeck.hello";
export const HERE = "cuedeck.here";
export const TAKEN = "cuedeck.taken";

// Kept from the beginning: a frame that is gone is no opener any more.
const opener = window.parent === window ? window.opener : null;

/**
 * Leave for Canvas. The answer travels as a form, as LTI Deep Linking wants it: Canvas reads no JSON here.
 * @param {string} url @param {string} [jwt] none: nothing is answered, the page just goes back
 */
export function sendAnswer(url, jwt) {
  if (!jwt) {
    window.location.assign(url);
    return;
  }
  const field = make("input", { type: "hidden", name: "JWT", value: jwt });
  const form = /** @type {HTMLFormElement} */ (make("form", { method: "post", action: url, hidden: true }, field));
  document.body.append(form);
  form.submit();
}

/**
 * Say something to the frame that opened this window. To our own origin only: Canvas itself may have opened it.
 * @param {unknown} words @param {string} expected what it says to that
 * @returns {Promise<boolean>} whether it did
 */
function tellOpener(words, expected) {
  if (!opener) return Promise.resolve(false);
  // A channel, since the frame may be gone by the time its last word arrives: a message would then have no source.
  const { port1, port2 } = new MessageChannel();
  return new Promise((resolve) => {
    port1.onmessage = ({ data }) => resolve(data === expected);
    opener.postMessage(words, window.location.origin, [port2]);
    setTimeout(() => resolve(false), PATIENCE);
  });
}

// Asked while the window is new: later, silence means that the editor was closed.
const wasOpenedByUs = tellOpener(HELLO, HERE);

/** Whether a frame of ours opened this window, and does not answer any more: its editor was closed. */
export async function editorIsGone() {
  return (await wasOpenedByUs) && !(await tellOpener(HELLO, HERE));
}

/**
 * Give the answer to the frame that opened this window, if one of ours did.
 * @param {string} url @param {string} [jwt]
 * @returns {Promise<boolean>} whether it was taken
 */
export async function handBack(url, jwt) {
  return (await wasOpenedByUs) && tellOpener({ url, jwt }, TAKEN);
}
