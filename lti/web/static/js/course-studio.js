/** What the report says of its part that comes from Studio, where that is not all there: why, and what to do about it. */

import { Connect } from "./connect.js";
import { byId, show } from "./dom.js";

const WORDS = Object.fromEntries(
  ["waiting", "closed", "closed_next", "expired", "failed"]
    .map((word) => [`connect_${word}`, `studio_${word}`])
    .concat([["connected", "studio_connected"]]),
);

export class StudioPart {
  /** @param {import("./api.js").Api} api @param {import("./course-loader.js").Loader} loader */
  constructor(api, loader) {
    this.loader = loader;
    show(byId("studio-missing"), !loader.studio);
    if (!loader.studio) return;
    const connected = () => {
      byId("title").tabIndex = -1;
      byId("title").focus();
      loader.run();
    };
    this.connect = new Connect(api, connected, { name: "connect-studio", words: WORDS });
    byId("studio-retry").addEventListener("click", () => loader.run());
  }

  show() {
    const problem = this.loader.studio?.problem ?? null;
    show(byId("studio-problem"), Boolean(problem) && !problem?.needsGrant);
    byId("studio-message").textContent = problem?.message ?? "";
    byId("studio-next").textContent = problem?.nextStep ?? "";
    // The question stands beside the report; it does not take the focus from who reads that.
    if (problem?.needsGrant) this.connect?.open();
    else if (this.connect) show(byId("connect-studio"), false);
  }

  /** @param {import("./api.js").ApiError} error in the middle of something that a person wanted at Studio */
  ask(error) {
    if (this.loader.studio) this.loader.studio.problem = error;
    this.connect?.open(error);
  }
}
