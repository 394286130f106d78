/** The beginning of a launch: keep its proof where this browser keeps anything, and go on to Canvas. */

import { byId, readJson, show } from "./dom.js";
import { PlatformStorage } from "./platform-storage.js";
import { WaitingRoom } from "./waiting-room.js";

const AGAIN = 2_000;
// Canvas's own half of the launch, and ours, live five minutes.
const TOO_LATE = 4.5 * 60_000;

/**
 * @type {{authorize: string, key: string, proof: string, cookie: string,
 *   storage: {target: string, origin: string, parents: string[]|null},
 *   login: {action: string, fields: Record<string, string>}}}
 */
const config = readJson("config");
const begun = Date.now();
const storage = new PlatformStorage(config.storage);
const room = new WaitingRoom(config.login);

function cookiesAreKept() {
  return document.cookie.split("; ").some((cookie) => cookie.startsWith(`${config.cookie}=`));
}

// Not a new entry in the history: going back must not begin the launch again.
const goOn = () => window.location.replace(config.authorize);

if ((await storage.keep(config.key, config.proof)) || cookiesAreKept() || window.parent === window) {
  goOn();
} else {
  // Nothing is kept here, so this launch would fail. It is not used up yet: a new window can begin it again.
  show(byId("opening"), false);
  show(byId("blocked"), true);
  // A slow Canvas page answers late: then no window is needed after all.
  while (!room.left && Date.now() - begun < TOO_LATE) {
    await new Promise((resolve) => setTimeout(resolve, AGAIN));
    if (!room.left && (await storage.keep(config.key, config.proof)) && !room.left) {
      room.left = true;
      goOn();
    }
  }
  if (!room.left) {
    show(byId("blocked"), false);
    show(byId("late"), true);
  }
}
