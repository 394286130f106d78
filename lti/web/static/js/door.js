/** The button that opens professional captioning in a tab of its own, for those whom the launch let in. */

import { show } from "./dom.js";

/** @param {import("./api.js").Api} api @param {boolean} open whether it is for this person */
export function captioningDoor(api, open) {
  const form = /** @type {HTMLFormElement|null} */ (document.getElementById("captioning-door"));
  if (!form) return;
  show(form, open);
  // The session of this page, as it is when the button is pressed: it is renewed now and then.
  form.addEventListener("submit", () => {
    /** @type {HTMLInputElement} */ (form.elements.namedItem("token")).value = api.token;
  });
}
