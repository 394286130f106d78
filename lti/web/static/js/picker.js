/** The page for choosing media: puts its parts together. */

import { Api, ApiError } from "./api.js";
import { Consent } from "./consent.js";
import { alertPerson, byId, make, readJson, say, show } from "./dom.js";
import { ItemView } from "./item.js";
import { atStudio } from "./list.js";
import { shortTitle, t } from "./messages.js";
import { Panel } from "./panel.js";
import { Selection } from "./selection.js";
import { keepSession } from "./session.js";
import { Submit } from "./submit.js";
import { Tabs } from "./tabs.js";
import { Tray } from "./tray.js";

/**
 * @type {{token: string, expires_in: number, scopes: {scope: string, label?: string}[],
 *   accept_multiple: boolean, uploads: boolean, notes: string[], extensions: string[], forms: import("./choices.js").Form[], api: Record<string, string>}}
 */
const config = readJson("config");
const api = new Api(config);
/** The tab for uploads, once it was opened. @type {import("./uploads.js").Uploads|null} */
let uploads = null;
/** The tab for recording, likewise. @type {import("./record-tab.js").RecordTab|null} */
let recording = null;
keepSession(api, config.expires_in, () => Boolean(uploads?.busy || recording?.busy));

/**
 * @param {import("./api.js").ApiError} error @param {() => void} again
 * @param {"canvas"|"studio"} [catalogue] whose consent is missing
 */
function needsGrant(error, again, catalogue = "canvas") {
  (catalogue === "studio" ? studio : canvas).ask(error, again);
}

/** @param {import("./api.js").ApiError} error @param {() => void} again */
function needsStudio(error, again) {
  studio.ask(error, again);
}

/** @param {string} tab */
function ofStudio(tab) {
  return atStudio(tab) || tab === "upload";
}

const selection = new Selection(api, config.forms);
const submit = new Submit(api, ["insert", "cancel", "item-insert"].map(byId));
const item = new ItemView(api, selection, submit, {
  forms: config.forms,
  scopes: config.scopes.map(({ scope }) => scope),
  needsGrant,
});
const open = item.open.bind(item);
new Tray(selection, submit, { open, needsGrant });

/** @type {Map<string, Panel>} */
const panels = new Map();
for (const { scope } of config.scopes) {
  // A list may fail when the person is elsewhere by then, and stays there.
  const missing = (/** @type {import("./api.js").ApiError} */ error, /** @type {() => void} */ again) =>
    (atStudio(scope) ? studio : canvas).ask(error, again, { bring: false });
  const panel = new Panel(api, scope, { multiple: config.accept_multiple, selection, open, needsGrant: missing });
  panels.set(scope, panel);
  byId("panels").append(panel.element);
}
selection.addEventListener("change", () => panels.forEach((panel) => panel.showPicked()));

const bar = /** @type {HTMLElement} */ (document.querySelector("[role=tablist]"));
const entries = config.scopes.map(({ scope, label }) => ({
  id: scope,
  label: label ?? t(`tab_${scope}`),
  panel: /** @type {Panel} */ (panels.get(scope)).element,
}));
if (config.uploads) {
  entries.push({ id: "upload", label: t("tab_upload"), panel: byId("panel-upload") });
  entries.push({ id: "record", label: t("tab_record"), panel: byId("panel-record") });
}
/** On a telephone people come to record: the other tabs are there when they are asked for. */
const telephone = config.uploads && matchMedia("(pointer: coarse) and (max-width: 30rem)").matches;
const tabs = new Tabs(bar, entries, (scope) => {
  if (scope !== "record") allTabs();
  if (scope === "upload") openUploads();
  else if (scope === "record") openRecorder();
  else panels.get(scope)?.open();
  for (const consent of [canvas, studio]) consent.follow();
});
// Who records needs neither: a recording comes to us first, and Studio is asked for once it is kept.
const canvas = new Consent(api, tabs, { name: "connect", needs: (tab) => !ofStudio(tab) && tab !== "record" });
const studio = new Consent(api, tabs, {
  name: "connect-studio",
  needs: ofStudio,
  words: Object.fromEntries(
    ["waiting", "closed", "closed_next", "expired", "failed"]
      .map((word) => [`connect_${word}`, `studio_${word}`])
      .concat([["connected", "studio_connected"]]),
  ),
});

/** Most people come to find, not to upload: these modules are fetched when they are wanted. */
async function openUploads() {
  const loaded = await import("./uploads.js").catch(() => null);
  if (!loaded) return alertPerson(t("network"), t("network_next"));
  uploads ??= new loaded.Uploads(api, {
    insert: open,
    extensions: config.extensions,
    connectStudio: needsStudio,
    stayed: () => submit.lock(false),
  });
  uploads.open();
}

async function openRecorder() {
  const loaded = await import("./record-tab.js").catch(() => null);
  if (!loaded) return alertPerson(t("network"), t("network_next"));
  recording ??= new loaded.RecordTab(api, {
    place: byId("panel-record"),
    offers: byId("offers"),
    kept: async (upload) => {
      tabs.choose("upload");
      await openUploads();
      uploads?.welcome(upload);
    },
    bring: () => tabs.choose("record"),
    after: () => document.getElementById(`tab-${tabs.current}`)?.focus(),
  });
  try {
    await recording.open();
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (tabs.current === "record") alertPerson(error.message, error.nextStep);
  }
}

/** What a browser left behind that died is offered wherever the person is. */
async function offerRecordings() {
  const { recordings } = await api.call("recordings").catch(() => ({ recordings: [] }));
  if (recordings.length) openRecorder();
}

function allTabs() {
  for (const button of bar.querySelectorAll("[role=tab]")) show(button, true);
  show(byId("more-tabs"), false);
}

/** What owners do with their media at Studio. @type {import("./item-studio.js").ItemStudio|null} */
let keeping = null;
byId("item-studio").addEventListener("toggle", async ({ target }) => {
  const { item: shown, detail } = item;
  if (!(/** @type {HTMLDetailsElement} */ (target).open) || !shown || !detail) return;
  const loaded = await import("./item-studio.js").catch(() => null);
  if (!loaded) return alertPerson(t("network"), t("network_next"));
  keeping ??= new loaded.ItemStudio(api, {
    deleted: ({ id, title }) => {
      item.dialog.close();
      selection.drop(id);
      for (const [scope, panel] of panels) if (atStudio(scope) && panel.list.started) panel.list.start();
      document.getElementById(`tab-${tabs.current}`)?.focus();
      say(t("deleted", { title: shortTitle(title, 60) }));
    },
    reconnect: (error) => {
      if (item.item) item.reconnect(error, item.item, "studio");
    },
  });
  keeping.open({ ...shown, handle: detail.handle });
});

byId("place-notes").replaceChildren(...config.notes.map((note) => make("li", {}, note)));
show(byId("place-notes"), config.notes.length > 0);
show(byId("library"), true);
if (telephone) {
  tabs.choose("record");
  for (const { id } of entries) show(byId(`tab-${id}`), id === "record");
  show(byId("more-tabs"), true);
  byId("more-tabs").addEventListener("click", () => {
    allTabs();
    tabs.choose(config.scopes[0].scope);
    byId(`tab-${tabs.current}`).focus();
  });
} else {
  tabs.choose(config.scopes[0].scope);
}
if (config.uploads) offerRecordings();
