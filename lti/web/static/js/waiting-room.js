/** A frame that keeps nothing: opens the tool in a window of its own, and takes its answer back to Canvas. */

import { HELLO, HERE, TAKEN, sendAnswer } from "./answer.js";
import { byId, make, show } from "./dom.js";

export class WaitingRoom {
  /** @param {{action: string, fields: Record<string, string>}} login the login, to be begun again in the new window */
  constructor({ action, fields }) {
    /** Whether the launch goes on elsewhere. */
    this.left = false;
    /** @type {Window|null} */ this.popup = null;
    const form = /** @type {HTMLFormElement} */ (byId("again"));
    const name = `cuedeck-${crypto.randomUUID()}`; // one for each launch: two of them must not share a window
    form.action = action;
    form.target = name;
    for (const [field, value] of Object.entries(fields)) {
      form.append(make("input", { type: "hidden", name: field, value }));
    }
    // Opened here, inside the press, so that we know the window that may answer. The form then goes there.
    form.addEventListener("submit", () => {
      this.popup = window.open("", name);
      this.leave();
    });
    window.addEventListener("message", (event) => this.hear(event));
  }

  leave() {
    this.left = true;
    show(byId("blocked"), false);
    show(byId("away"), true);
    byId("away-title").focus();
  }

  /** Only the window that we opened, and only while it shows a page of ours. @param {MessageEvent} event */
  hear({ data, source, origin, ports: [port] }) {
    if (!source || source !== this.popup || origin !== window.location.origin || !port) return;
    if (data === HELLO) {
      port.postMessage(HERE);
    } else if (typeof data?.url === "string") {
      port.postMessage(TAKEN);
      // From here, not from there: Canvas's page tells its answer to the window that frames us, which is the editor's.
      sendAnswer(data.url, data.jwt);
    }
  }
}
