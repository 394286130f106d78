/** The bar at the bottom: what was picked, Insert and Cancel. */

import { ApiError } from "./api.js";
import { byId, make, part, say, show, stamp } from "./dom.js";
import { counted, listed, number, shortTitle, t } from "./messages.js";
import { MOST } from "./selection.js";

/** @typedef {import("./selection.js").Picked} Picked */

export class Tray {
  /**
   * @param {import("./selection.js").Selection} selection @param {import("./submit.js").Submit} submit
   * @param {{open: (item: import("./list.js").Item) => void,
   *   needsGrant: (error: ApiError, again: () => void, catalogue: "canvas"|"studio") => void}} options
   */
  constructor(selection, submit, options) {
    this.selection = selection;
    this.submit = submit;
    this.options = options;
    this.toggle = byId("picked-toggle");
    this.insert = byId("insert");
    this.problem = byId("submit-problem");
    /** Which pick is open in the item's view. @type {string|undefined} */ this.changing = undefined;
    selection.addEventListener("change", () => this.render());
    selection.addEventListener("full", () => say(t("picked_limit", { count: number(MOST) })));
    selection.addEventListener("full", () => this.complain(t("picked_limit", { count: number(MOST) }), ""));
    this.toggle.addEventListener("click", () => this.unfold(this.toggle.getAttribute("aria-expanded") !== "true"));
    this.insert.addEventListener("click", () => this.leave(this.insert, () => this.collect()));
    byId("cancel").addEventListener("click", () =>
      this.leave(byId("cancel"), async () => ({ path: "cancel", body: {} })),
    );
    byId("undo-button").addEventListener("click", () => {
      const id = selection.removed?.picked.item.id;
      selection.undo();
      this.focusRow(id);
    });
    byId("item").addEventListener("close", () => {
      // The row that opened the dialog was made anew meanwhile, so the dialog could not give the focus back.
      const { activeElement: active, body } = document;
      if (this.changing && (active === body || byId("item").contains(active))) this.focusRow(this.changing);
      this.changing = undefined;
    });
    byId("picked").addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      this.unfold(false);
      this.toggle.focus();
    });
  }

  /** @param {HTMLElement} button @param {() => Promise<{path: string, body: object}|null>} prepare */
  async leave(button, prepare) {
    show(this.problem, false);
    try {
      await this.submit.leave(button, prepare);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.complain(error.message, error.nextStep);
      // Canvas is not asked for an embed: it is Studio's consent that is missing.
      if (error.needsGrant) this.options.needsGrant(error, () => show(this.problem, false), "studio");
    }
  }

  async collect() {
    const failed = await this.selection.settled();
    if (failed?.problem) {
      const title = shortTitle(failed.item.title);
      this.complain(t("pick_failed", { title, message: failed.problem.message }), t("pick_failed_next"));
      this.unfold(true);
      return null;
    }
    return { path: "insert", body: { picks: this.selection.picks() } };
  }

  /** @param {string} message @param {string} nextStep */
  complain(message, nextStep) {
    this.problem.replaceChildren(make("p", {}, make("strong", {}, message), ` ${nextStep}`));
    show(this.problem, true);
  }

  /** @param {boolean} open */
  unfold(open) {
    this.toggle.setAttribute("aria-expanded", String(open));
    show(byId("picked"), open);
  }

  /** Focus the row of a pick, or what is left if there is none. @param {string} [id] */
  focusRow(id) {
    const rows = [.../** @type {HTMLCollectionOf<HTMLElement>} */ (byId("picked-list").children)];
    const row = rows.find((each) => each.dataset.id === id) ?? rows[0];
    const open = !byId("picked").hidden;
    if (row && open) part(row, "change").focus();
    else if (!this.toggle.hidden) this.toggle.focus();
    else byId("cancel").focus();
  }

  render() {
    const { size, removed } = this.selection;
    const text = counted("picked", size);
    if (size && this.toggle.textContent !== text) say(text);
    this.toggle.textContent = text;
    show(this.toggle, size > 0);
    show(this.insert, size > 0);
    if (!size) this.unfold(false);
    if (size < MOST && !this.submit.busy) show(this.problem, false);
    this.fillRows();
    show(byId("undo"), Boolean(removed));
    if (removed) byId("undo-text").textContent = t("removed", { title: shortTitle(removed.picked.item.title, 60) });
  }

  /** The rows are made anew at every change: the focus must find its way back to where it was. */
  fillRows() {
    const list = byId("picked-list");
    const focused = /** @type {HTMLElement|null} */ (list.querySelector(":focus"));
    const id = /** @type {HTMLElement|null|undefined} */ (focused?.closest(".pick-row"))?.dataset.id;
    list.replaceChildren(...this.selection.list.map((picked) => this.row(picked)));
    if (!focused) return;
    const row = `[data-id="${CSS.escape(id ?? "")}"]`;
    const same = list.querySelector(`${row} [data-part="${focused.dataset.part}"]:not([hidden])`);
    if (same) /** @type {HTMLElement} */ (same).focus();
    else this.focusRow(id);
  }

  /** @param {Picked} picked */
  row(picked) {
    const row = /** @type {HTMLElement} */ (stamp("pick-row").firstElementChild);
    const { item, problem } = picked;
    const title = shortTitle(item.title);
    row.dataset.id = item.id;
    part(row, "name").textContent = title;
    part(row, "state").textContent = describe(picked);
    row.classList.toggle("failed", Boolean(problem));
    const name = (/** @type {string} */ action) => {
      const button = part(row, action);
      button.setAttribute("aria-label", t(`${action}_title`, { title }));
      return button;
    };
    show(part(row, "retry"), Boolean(problem));
    name("retry").addEventListener("click", () => {
      this.selection.prepare(picked);
      this.focusRow(item.id);
    });
    name("change").addEventListener("click", () => {
      this.changing = item.id;
      this.options.open(item);
    });
    name("remove").addEventListener("click", () => {
      this.selection.remove(item.id);
      say(t("removed", { title: shortTitle(item.title, 60) }));
      byId("undo-button").focus();
    });
    return row;
  }
}

/** What will be inserted, in a few words. @param {Picked} picked */
function describe({ detail, choices, problem }) {
  if (problem) return problem.message;
  if (!detail || !choices) return t("picked_preparing");
  if (choices.form === "native") return t("picked_native");
  const labels = detail.tracks.filter((track) => choices.tracks.includes(track.id)).map((track) => track.label);
  return labels.length ? listed(labels, "unit") : t("picked_no_tracks");
}
