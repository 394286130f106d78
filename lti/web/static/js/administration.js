/** The administration's page: puts its parts together. */

import { Api, ApiError } from "./api.js";
import { Checklist } from "./checklist.js";
import { Connect } from "./connect.js";
import { copyButtons } from "./copy.js";
import { alertPerson, byId, readJson, show } from "./dom.js";
import { captioningDoor } from "./door.js";
import { t } from "./messages.js";
import { Saving } from "./saving.js";
import { keepSession } from "./session.js";
import { Staff } from "./staff.js";

/**
 * @typedef {{canvas_key: {id: string}|null, studio: {host: string, id: string, account: string}|null, staff: string[],
 *   captioning_header: {name: string}|null, use_email: boolean, service_connected: boolean, canvas_redirect: string, studio_redirect: string, scopes: string[]}} State
 * @type {{token: string, expires_in: number, state: State, checks: import("./checklist.js").Check[],
 *   api: Record<string, string>}}
 */
const config = readJson("config");
const api = new Api(config);
keepSession(api, config.expires_in);
copyButtons();

/** @param {string} id */
const input = (id) => /** @type {HTMLInputElement} */ (byId(id));

const connect = new Connect(api, () => checklist.run());
const checklist = new Checklist(api, config.checks, () => connect.open());

input("canvas-redirect").value = config.state.canvas_redirect;
input("studio-redirect").value = config.state.studio_redirect;
input("scopes").value = config.state.scopes.join("\n");

/** A secret that is set is never shown: the empty field stands for it. @param {string} id @param {boolean} set */
function secretField(id, set) {
  input(id).value = "";
  input(id).placeholder = set ? t("secret_set") : "";
}

const canvasKey = new Saving(api, "canvas-key", {
  body: () => ({ id: input("canvas-key-id").value, secret: input("canvas-key-secret").value || null }),
  fields: { key_invalid: "canvas-key-id", secret_needed: "canvas-key-secret" },
  fill: (/** @type {State} */ state) => {
    input("canvas-key-id").value = state.canvas_key?.id ?? "";
    secretField("canvas-key-secret", Boolean(state.canvas_key));
    return Boolean(state.canvas_key);
  },
  saved: () => checklist.run(["canvas", "scopes"]),
});

const service = new Connect(api, () => serviceConnected(true), {
  name: "service",
  words: Object.fromEntries(
    ["waiting", "closed", "closed_next", "expired", "failed"].map((word) => [`connect_${word}`, `service_${word}`]),
  ),
});
service.words.connected = "service_connected";

/** @param {boolean} connected */
function serviceConnected(connected) {
  show(byId("service"), !connected);
  show(byId("service-connected"), connected);
  checklist.run(["studio"]);
}

byId("service-disconnect").addEventListener("click", async () => {
  try {
    await api.call("service", { method: "DELETE" });
    serviceConnected(false);
    byId("service-button").focus();
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    alertPerson(error.message, error.nextStep);
  }
});

const studio = new Saving(api, "studio", {
  body: () => ({
    host: input("studio-host").value,
    id: input("studio-id").value,
    secret: input("studio-secret").value || null,
    account: input("studio-service").checked ? "service" : "own",
  }),
  fields: { host_invalid: "studio-host", key_invalid: "studio-id", secret_needed: "studio-secret" },
  fill: (/** @type {State} */ state) => {
    input("studio-host").value = state.studio?.host ?? "";
    input("studio-id").value = state.studio?.id ?? "";
    secretField("studio-secret", Boolean(state.studio));
    input(state.studio?.account === "service" ? "studio-service" : "studio-own").checked = true;
    show(byId("service-account"), state.studio?.account === "service");
    show(byId("service"), !state.service_connected);
    show(byId("service-connected"), state.service_connected);
    return Boolean(state.studio);
  },
  saved: (/** @type {State} */ state) => {
    captioningHeader.show(state); // it goes with its Studio
    checklist.run(["studio"]);
  },
});

const captioningHeader = new Saving(api, "captioning-header", {
  body: () => ({ name: input("captioning-header-name").value, value: input("captioning-header-value").value || null }),
  fields: { header_invalid: "captioning-header-value" },
  fill: (/** @type {State} */ state) => {
    input("captioning-header-name").value = state.captioning_header?.name ?? "Authorization";
    input("captioning-header-value").value = "";
    input("captioning-header-value").placeholder = state.captioning_header ? t("value_set") : "";
    return Boolean(state.captioning_header);
  },
  saved: () => {},
});
captioningDoor(api, true);

const privacy = new Saving(api, "privacy", {
  body: () => ({ use_email: input("use-email").checked }),
  fields: {},
  fill: (/** @type {State} */ state) => {
    input("use-email").checked = state.use_email;
    return false;
  },
  saved: () => {},
});

for (const part of [canvasKey, studio, captioningHeader, privacy]) part.show(config.state);
new Staff(api, config.state.staff);
/** @type {HTMLDetailsElement} */ (byId("canvas-key-how")).open = !config.state.canvas_key;
checklist.run();
