/** Professional captioning: the list of orders, and the parts that are fetched when they are first opened. */

import { Api, ApiError } from "./api.js";
import { OrderRow } from "./captioning-order.js";
import { Connect } from "./connect.js";
import { byId, make, readJson, say, show } from "./dom.js";
import { counted, t } from "./messages.js";
import { keepSession } from "./session.js";

/**
 * @typedef {import("./captioning-order.js").Order} Order
 * @type {{token: string, expires_in: number, api: Record<string, string>}}
 */
const config = readJson("config");
const api = new Api(config);
keepSession(api, config.expires_in);

const search = /** @type {HTMLInputElement} */ (byId("search"));
const filter = /** @type {HTMLSelectElement} */ (byId("filter"));
const reload = byId("reload");
/** Rows stay while the list is read anew: what somebody typed in them stays with them. @type {Map<string, OrderRow>} */
const rows = new Map();

const connect = new Connect(api, () => load().then(() => byId("orders-title").focus()), {
  name: "connect-studio",
  words: Object.fromEntries(
    ["waiting", "closed", "closed_next", "expired", "failed"].map((word) => [`connect_${word}`, `studio_${word}`]),
  ),
});
connect.words.connected = "studio_connected";

/** @param {HTMLElement} place @param {ApiError} error */
function complain(place, error) {
  place.replaceChildren(make("p", {}, make("strong", {}, error.message), ` ${error.nextStep}`));
  show(place, true);
}

/** What a row needs of the page. */
const page = {
  api,
  /** @param {ApiError} error @returns {boolean} whether it is about consent, and was dealt with */
  consent(error) {
    if (error.needsGrant) connect.open(error);
    return error.needsGrant;
  },
  /** Read the list again: another answer than ours may be what counts. */
  refresh: () => load(),
  changed: () => historyPart?.stale(),
};

let loading = false;

async function load() {
  if (loading) return;
  loading = true;
  reload.setAttribute("aria-busy", "true");
  show(byId("loading"), !rows.size);
  show(byId("problem"), false);
  try {
    const { orders } = await api.call("orders");
    keep(orders);
    fill();
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (!page.consent(error)) complain(byId("problem"), error);
  } finally {
    loading = false;
    reload.removeAttribute("aria-busy");
    show(byId("loading"), false);
  }
}

/** @param {Order[]} orders */
function keep(orders) {
  const listed = new Set(orders.map(({ id }) => id));
  for (const [id, row] of rows) {
    // One that is no longer listed goes, unless somebody is typing there, or has just answered it and looks at it.
    if (!listed.has(id) && !row.inUse) rows.delete(id);
  }
  for (const order of orders) {
    const row = rows.get(order.id);
    if (row) row.update(order);
    else rows.set(order.id, new OrderRow(page, order));
  }
}

function fill() {
  const words = search.value.trim().toLowerCase();
  const all = [...rows.values()];
  const wanted = all.filter((row) => row.fits(words, filter.value));
  const list = byId("orders");
  const shown = new Set(wanted.map((row) => row.element));
  for (const element of [...list.children]) if (!shown.has(/** @type {HTMLElement} */ (element))) element.remove();
  // In its place it stays: an element that is moved loses the focus.
  wanted.forEach((row, index) => {
    if (list.children[index] !== row.element) list.insertBefore(row.element, list.children[index] ?? null);
  });
  byId("summary").textContent = wanted.length ? counted("summary", wanted.length) : t(all.length ? "none_found" : "no_orders");
}

byId("find").addEventListener("submit", (event) => event.preventDefault());
search.addEventListener("input", fill);
filter.addEventListener("change", fill);
reload.addEventListener("click", async () => {
  await load();
  say(byId("summary").textContent ?? "");
});

/** @type {import("./captioning-history.js").History|undefined} */ let historyPart;

/** @param {string} id @param {() => Promise<void>} begin */
function onFirstOpening(id, begin) {
  const details = /** @type {HTMLDetailsElement} */ (byId(id));
  details.addEventListener("toggle", () => details.open && begin(), { once: true });
}

onFirstOpening("types", async () => {
  const { ServiceTypes } = await import("./captioning-types.js");
  await new ServiceTypes(page).load();
});
onFirstOpening("history", async () => {
  const { History } = await import("./captioning-history.js");
  historyPart = new History(page);
  await historyPart.load();
});
load();
