/** The captions of a course's media: how much is captioned, how well, and from each row to the mend. */

import { Api, ApiError } from "./api.js";
import { Connect } from "./connect.js";
import { filterOf, languagesOf, ordered } from "./course-data.js";
import { Loader } from "./course-loader.js";
import { canMend, mend } from "./course-mend.js";
import { Progress, Shares } from "./course-progress.js";
import { StudioPart } from "./course-studio.js";
import { ReportTable } from "./course-table.js";
import { alertPerson, byId, make, readJson, say, show } from "./dom.js";
import { captioningDoor } from "./door.js";
import { counted, number, t } from "./messages.js";
import { keepSession } from "./session.js";

/** @typedef {import("./course-data.js").Row} Row */

/** @type {{token: string, expires_in: number, locale: string, course: string, captioning: boolean, studio: boolean, api: Record<string, string>}} */
const config = readJson("config");
const api = new Api(config);
keepSession(api, config.expires_in, () => loader.busy);
captioningDoor(api, config.captioning);

const loader = new Loader(api, changed, config.studio);
const table = new ReportTable(byId("rows"), { open: canMend(api) ? openMend : null, selected });
const progress = new Progress(loader);
const shares = new Shares(api, loader);
const studio = new StudioPart(api, loader);
const connect = new Connect(api, () => {
  show(byId("report"), true);
  byId("title").tabIndex = -1;
  byId("title").focus();
  loader.run();
});

const filter = /** @type {HTMLSelectElement} */ (byId("filter"));
const language = /** @type {HTMLSelectElement} */ (byId("language"));
const all = /** @type {HTMLInputElement} */ (byId("select-all"));
/** How the table is ordered; Canvas lists by title. */
const order = { by: "title", descending: false };

/** @param {Row[]} rows those that are new or other than before */
function changed(rows) {
  const asked = new Set(loader.queue);
  const fresh = rows.some(({ id }) => !table.lines.has(id));
  for (const row of rows) table.put(row, !asked.has(row.id));
  if (fresh) sort();
  if (rows.length || loader.done) fill();
  progress.show();
  shares.show();
  studio.show();
  const { problem } = loader;
  show(byId("problem"), Boolean(problem) && !problem?.needsGrant);
  byId("problem-message").textContent = problem?.message ?? "";
  byId("problem-next").textContent = problem?.nextStep ?? "";
  if (problem?.needsGrant) reconnect(problem);
}

/** @param {ApiError} problem */
function reconnect(problem) {
  show(byId("report"), false);
  connect.open(problem);
}

function sort() {
  table.order(ordered([...loader.rows.values()], order.by, order.descending, document.documentElement.lang));
  for (const button of document.querySelectorAll("[data-sort]")) {
    const current = button instanceof HTMLElement && button.dataset.sort === order.by;
    const heading = button.closest("th");
    if (current) heading?.setAttribute("aria-sort", order.descending ? "descending" : "ascending");
    else heading?.removeAttribute("aria-sort");
  }
}

/** Show what the filter lets through, and say how much that is. */
function fill() {
  fillLanguages();
  show(byId("language-field"), filter.value === "missing");
  const count = table.filter(filterOf(filter.value, language.value));
  const empty = loader.listed && !loader.rows.size;
  byId("count").textContent = empty ? t("empty_course") : loader.rows.size ? counted("shown", count) : "";
  show(byId("table"), !empty);
  selected();
}

/** The languages of the course; the one that is chosen stays, for it may be the one that nobody has any more. */
function fillLanguages() {
  const found = languagesOf(loader.rows.values());
  const known = new Set([...language.options].map(({ value }) => value));
  for (const [tag, name] of found) if (!known.has(tag)) language.append(make("option", { value: tag }, name));
}

function selected() {
  const { length } = table.selected;
  byId("selected").textContent = length ? counted("selected", length) : "";
  for (const name of ["rename", "add-files"]) byId(name).setAttribute("aria-disabled", String(!length));
  const shown = [...table.lines.values()].filter(({ line }) => !line.hidden).length;
  all.checked = length > 0 && length === shown;
  all.indeterminate = length > 0 && length < shown;
}

/** @param {Row} row */
async function openMend(row) {
  try {
    const scopes = ["course", "own", ...(config.studio ? ["studio_course", "studio_own"] : [])];
    await mend({ api, item: row, scopes });
    await loader.refresh(row);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (error.needsGrant) return row.catalogue === "studio" ? studio.ask(error) : reconnect(error);
    alertPerson(error.message, error.nextStep);
  }
}

/**
 * Do something to what is ticked.
 * @param {string} id of the button
 * @param {() => Promise<{open: (parts: {api: Api, rows: Row[], changed: (id: string, change: Partial<Row>) => void,
 *   refresh: (row: Row) => Promise<void>}) => void}>} load
 */
function withSelected(id, load) {
  byId(id).addEventListener("click", async () => {
    const rows = table.selected;
    if (!rows.length) return say(t("select_first"));
    const { open } = await load();
    open({ api, rows, changed: (id, change) => loader.change(id, change), refresh: (row) => loader.refresh(row) });
  });
}

async function download() {
  const { csvOf, fileName } = await import("./course-csv.js");
  const shown = filterOf(filter.value, language.value);
  const rows = ordered([...loader.rows.values()].filter(shown), order.by, order.descending, document.documentElement.lang);
  const address = URL.createObjectURL(csvOf(rows));
  make("a", { href: address, download: fileName(config.course) }).click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
  say(t(loader.done ? "csv_saved" : "csv_saved_part", { count: number(rows.length) }));
}

for (const button of document.querySelectorAll("[data-sort]")) {
  button.addEventListener("click", () => {
    const by = (button instanceof HTMLElement && button.dataset.sort) || "title";
    order.descending = order.by === by && !order.descending;
    order.by = by;
    sort();
    say(t(order.descending ? "sorted_down" : "sorted_up", { column: button.textContent?.trim() ?? "" }));
  });
}
for (const choice of [filter, language]) {
  choice.addEventListener("change", () => {
    fill();
    say(byId("count").textContent ?? "");
  });
}
all.addEventListener("change", () => {
  table.select(all.checked);
  selected();
});
withSelected("rename", () => import("./course-rename.js"));
withSelected("add-files", () => import("./course-files.js"));
show(byId("add-files"), Boolean(api.paths.captions));
byId("csv").addEventListener("click", download);
byId("retry").addEventListener("click", () => loader.run());
loader.run();
