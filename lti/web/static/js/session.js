/** Keeps the page's token alive while somebody looks at the page. */

import { ApiError } from "./api.js";
import { alertPerson } from "./dom.js";
import { t } from "./messages.js";

const RETRY = 20_000;
const LONGEST_TIMER = 2 ** 31 - 1;

/**
 * Renew the token after three quarters of its life, if the page is visible then; else when it next becomes visible.
 * A page left in a background tab asks nothing, unless it has something to finish there.
 * @param {import("./api.js").Api} api @param {number} expiresIn seconds
 * @param {() => boolean} [needed] whether the token is needed also while nobody looks
 */
export function keepSession(api, expiresIn, needed = () => false) {
  let due = 0;
  let timer = 0;
  let over = false;
  let busy = false;

  const plan = (/** @type {number} */ milliseconds) => {
    clearTimeout(timer);
    // Clock time, not timers: a laptop that slept must notice on waking that the hour is over.
    due = Date.now() + milliseconds;
    timer = window.setTimeout(renew, Math.min(milliseconds, LONGEST_TIMER));
  };

  const renew = async () => {
    if (over || busy || (document.hidden && !needed()) || Date.now() < due - 500) return;
    busy = true;
    try {
      const answer = await api.call("session", { method: "POST", body: {} });
      api.token = answer.token;
      plan(answer.expires_in * 750);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (error.status === 401 || error.status === 403) over = true;
      else plan(RETRY);
    } finally {
      busy = false;
    }
  };

  api.onSessionEnd = (error) => {
    over = true;
    clearTimeout(timer);
    alertPerson(error.message || t("session_ended"), error.nextStep || t("session_ended_next"));
  };
  document.addEventListener("visibilitychange", renew);
  plan(expiresIn * 750);
}
