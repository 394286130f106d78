/** Going back to Canvas: with what was picked, or with nothing. */

import { editorIsGone, handBack, sendAnswer } from "./answer.js";
import { alertPerson, say } from "./dom.js";
import { t } from "./messages.js";

// Canvas checks our signature and fetches our keys meanwhile; longer than this is not normal.
const SILENCE = 20_000;

export class Submit {
  /** @param {import("./api.js").Api} api @param {HTMLElement[]} buttons which begin a return */
  constructor(api, buttons) {
    this.api = api;
    this.buttons = buttons;
    this.busy = false;
    // A page that comes back from the browser's memory has left Canvas's answer behind: it must not stay locked.
    window.addEventListener("pageshow", (event) => event.persisted && this.lock(false));
  }

  /** Not `disabled`: that would throw the focus off the button that was just pressed. @param {boolean} busy */
  lock(busy) {
    this.busy = busy;
    for (const button of this.buttons) {
      if (busy) button.setAttribute("aria-disabled", "true");
      else button.removeAttribute("aria-disabled");
      button.removeAttribute("aria-busy");
    }
  }

  /**
   * Return to Canvas, once, however often the button is pressed.
   * @param {HTMLElement} button which was pressed
   * @param {() => Promise<{path: string, body: object}|null>} prepare what to ask of our server; null to stay
   * @throws {import("./api.js").ApiError} and everything is as it was
   */
  async leave(button, prepare) {
    if (this.busy) return;
    this.lock(true);
    button.setAttribute("aria-busy", "true");
    let gone = false;
    try {
      const question = await prepare();
      if (!question) return;
      if (await editorIsGone()) {
        alertPerson(t("editor_gone"), t("editor_gone_next"));
        return;
      }
      const answer = await this.api.call(question.path, { method: "POST", body: question.body });
      gone = true;
      await deliver(answer.return_url, answer.jwt);
    } finally {
      if (!gone) this.lock(false);
    }
  }
}

/** @param {string} url @param {string} [jwt] */
async function deliver(url, jwt) {
  if (jwt) say(t("inserting"));
  if (await handBack(url, jwt)) {
    window.close();
    alertPerson(t("handed_back"), t("handed_back_next")); // where the browser lets no script close a window
    return;
  }
  setTimeout(() => alertPerson(t("canvas_silent"), t("canvas_silent_next")), SILENCE);
  sendAnswer(url, jwt);
}
