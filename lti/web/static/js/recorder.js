/** The recorder in a window of its own: for where the frame in Canvas has no camera. */

import { Api, ApiError } from "./api.js";
import { alertPerson, byId, readJson, show } from "./dom.js";
import { RecordTab } from "./record-tab.js";
import { keepSession } from "./session.js";

/** @type {{token: string, expires_in: number, api: Record<string, string>}} */
const config = readJson("config");
const api = new Api(config);
const done = byId("done");
const tab = new RecordTab(api, {
  place: byId("place"),
  offers: byId("offers"),
  window: true,
  kept: () => {
    show(done, true);
    done.focus();
  },
  bring: () => show(done, false),
  after: () => byId("title").focus(),
});
keepSession(api, config.expires_in, () => tab.busy);
tab.open().catch((error) => {
  if (!(error instanceof ApiError)) throw error;
  alertPerson(error.message, error.nextStep);
});
