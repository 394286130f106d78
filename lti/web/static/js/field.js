/** Messages at the field that they are about. */

import { byId, show } from "./dom.js";

/**
 * Say what is wrong with a field, or take it back. The field's aria-describedby names the message's element.
 * @param {HTMLInputElement|HTMLSelectElement} field @param {string} [message]
 */
export function complainAt(field, message = "") {
  const place = byId(`${field.id}-problem`);
  place.textContent = message;
  show(place, Boolean(message));
  if (message) field.setAttribute("aria-invalid", "true");
  else field.removeAttribute("aria-invalid");
}
