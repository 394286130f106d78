/** The end of a launch without a cookie: fetch its proof from Platform Storage, show it, and open the page. */

import { byId, make, readJson, show } from "./dom.js";
import { PlatformStorage } from "./platform-storage.js";

const AGAIN = 500;
// Nothing else can be tried here, so a slow Canvas page gets some time. The launch is held for a minute.
const PATIENCE = 10_000;

/**
 * @type {{launch: string, key: string, storage: {target: string, origin: string, parents: string[]},
 *   api: {prove: string, open: string}}}
 */
const config = readJson("config");
const storage = new PlatformStorage(config.storage);

/** @returns {Promise<string|null>} */
async function findProof() {
  const begun = Date.now();
  for (;;) {
    const proof = await storage.take(config.key);
    if (proof !== undefined) return proof;
    if (window.parent === window || Date.now() - begun > PATIENCE) return null;
    await new Promise((resolve) => setTimeout(resolve, AGAIN));
  }
}

/** @param {string} proof @returns {Promise<{token?: string, error?: {message: string, next_step: string}}>} */
async function exchange(proof) {
  const response = await fetch(config.api.prove, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-Cuedeck-Page": "prove" },
    body: JSON.stringify({ launch: config.launch, proof }),
    credentials: "omit",
    cache: "no-store",
  });
  return response.json();
}

/** Whether the person has come back to this page, whose launch went on. */
const [navigation] = /** @type {PerformanceNavigationTiming[]} */ (performance.getEntriesByType("navigation"));
const cameBack = navigation?.type === "back_forward";

/** @param {{message: string, next_step: string}} [error] in the page's own words, if the server said none */
function fail(error) {
  if (error) {
    byId("failed-title").textContent = error.message;
    byId("failed-next").textContent = error.next_step;
  }
  show(byId("opening"), false);
  show(byId(cameBack ? "before" : "failed"), true);
}

try {
  const proof = cameBack ? null : await findProof();
  const { token, error } = proof ? await exchange(proof) : {};
  if (token) {
    const field = make("input", { type: "hidden", name: "token", value: token });
    const form = make("form", { method: "post", action: config.api.open, hidden: true }, field);
    document.body.append(form);
    /** @type {HTMLFormElement} */ (form).submit();
  } else {
    fail(error);
  }
} catch {
  fail(); // no network, or a proxy's page in place of an answer
}
