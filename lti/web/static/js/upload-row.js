/** What is seen of one upload. The row stays the same element, so that nobody loses the field they are writing in. */

import { ApiError } from "./api.js";
import { byId, make, part, say, show, stamp } from "./dom.js";
import { inRow, percent, shortTitle, t } from "./messages.js";
import { Pace, size } from "./pace.js";
import { FINAL } from "./tus.js";
import { UploadCaptions } from "./upload-captions.js";
import { placeOf } from "./upload-target.js";

/**
 * @typedef {import("./upload-entry.js").Entry} Entry
 * @typedef {{autoCaptions: () => boolean, insert: (entry: Entry) => Promise<void>, gone: (entry: Entry) => void,
 *   connectStudio: (error: ApiError, again: () => void) => void}} Options
 */

const BUTTONS = ["pause", "resume", "choose", "retry", "connect", "insert", "cancel", "dismiss"];
// How often progress is told to who cannot see it.
const STEP = 0.25;
let count = 0;

export class UploadRow {
  /** @param {Entry} entry @param {Options} options */
  constructor(entry, options) {
    this.entry = entry;
    this.options = options;
    this.element = /** @type {HTMLElement} */ (stamp("upload-row").firstElementChild);
    this.element.id = `upload-${++count}`;
    this.heading = part(this.element, "title");
    this.progress = /** @type {HTMLProgressElement} */ (part(this.element, "progress"));
    this.about = /** @type {HTMLDetailsElement} */ (part(this.element, "about"));
    this.pace = new Pace();
    this.told = 0;
    /** @type {string} */ this.phase = "";
    this.name();
    this.captions = new UploadCaptions(this.element, entry, (message, next) => this.complain(message, next));
    this.listen();
    entry.addEventListener("change", () => this.render());
    entry.addEventListener("progress", () => this.renderProgress());
    this.render();
  }

  /** Ids must differ between the rows, though all come from one template. */
  name() {
    for (const control of this.element.querySelectorAll("[data-id]")) {
      control.id = `${this.element.id}-${/** @type {HTMLElement} */ (control).dataset.id}`;
    }
    for (const label of this.element.querySelectorAll("label[data-for]")) {
      /** @type {HTMLLabelElement} */ (label).htmlFor = `${this.element.id}-${/** @type {HTMLElement} */ (label).dataset.for}`;
    }
    for (const name of ["edit-title", "edit-description"]) {
      const problem = part(this.element, `${name}-problem`);
      problem.id = `${this.element.id}-${name}-problem`;
      this.field(name).setAttribute("aria-describedby", problem.id);
    }
    this.heading.id = `${this.element.id}-heading`;
    this.progress.setAttribute("aria-labelledby", this.heading.id);
  }

  /** @param {string} id @returns {HTMLInputElement} */
  field(id) {
    return /** @type {HTMLInputElement} */ (part(this.element, id));
  }

  listen() {
    const { entry } = this;
    const click = (/** @type {string} */ name, /** @type {() => unknown} */ action) =>
      part(this.element, name).addEventListener("click", action);
    click("pause", () => entry.pause());
    click("resume", () => entry.resume());
    click("choose", () => this.field("file").click());
    click("retry", () => (entry.server ? this.attempt(() => this.retry()) : entry.begin()));
    click("connect", () => this.connect());
    click("insert", () => this.attempt(() => this.options.insert(entry)));
    click("cancel", () => this.confirm(true));
    click("confirm-no", () => {
      this.confirm(false);
      part(this.element, "cancel").focus();
    });
    click("confirm-yes", () => this.attempt(() => this.cancel()));
    click("dismiss", () => this.attempt(() => this.dismiss()));
    this.field("file").addEventListener("change", () => this.goOn());
    for (const name of ["edit-title", "edit-description"]) {
      this.field(name).addEventListener("change", () => this.save(name));
    }
    this.field("auto").addEventListener("change", () =>
      this.attempt(() => entry.edit({ auto_captions: this.field("auto").checked })),
    );
  }

  /** Do something that may be refused, and say why. @param {() => Promise<void>} action */
  async attempt(action) {
    this.complain("", "");
    try {
      await action();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (error.needsGrant) this.options.connectStudio(error, () => this.attempt(action));
      else this.complain(error.message, error.nextStep);
      this.entry.refresh();
    }
  }

  /** What was asked of this row and refused. @param {string} message @param {string} next */
  complain(message, next) {
    const place = part(this.element, "complaint");
    place.replaceChildren(...(message ? [make("p", {}, make("strong", {}, message), ` ${next}`)] : []));
    show(place, Boolean(message));
  }

  async retry() {
    if (this.entry.phase === "broken") this.entry.resume();
    else await this.entry.order("retry");
  }

  connect() {
    const { problem } = this.entry.server ?? {};
    if (!problem) return;
    this.options.connectStudio(new ApiError(problem, 409), () => this.attempt(() => this.entry.order("retry")));
  }

  /** @param {boolean} open */
  confirm(open) {
    show(part(this.element, "confirm"), open);
    if (open) part(this.element, "confirm-no").focus();
  }

  async cancel() {
    this.confirm(false);
    this.heading.focus();
    await this.entry.order("cancel");
  }

  async dismiss() {
    await this.entry.dismiss();
    this.options.gone(this.entry);
  }

  /** Go on with a file that was begun in another page. */
  goOn() {
    const input = this.field("file");
    const file = input.files?.[0];
    input.value = "";
    if (!file || !this.entry.server) return;
    if (this.entry.wants(file)) {
      this.complain("", "");
      this.entry.send(file);
      return;
    }
    const { filename, length } = this.entry.server;
    this.complain(t("other_file"), t("other_file_next", { filename, size: size(length ?? 0) }));
    say(t("other_file"));
  }

  /** @param {string} name of the field that was left */
  async save(name) {
    const field = this.field(name);
    const value = field.value.trim();
    const problem = part(this.element, `${name}-problem`);
    const complain = (/** @type {string} */ words) => {
      problem.textContent = words;
      show(problem, Boolean(words));
      if (words) field.setAttribute("aria-invalid", "true");
      else field.removeAttribute("aria-invalid");
    };
    if (name === "edit-title" && !value) return complain(t("title_needed"));
    complain("");
    try {
      await this.entry.edit({ [name === "edit-title" ? "title" : "description"]: value });
      say(t("saved"));
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      complain(`${error.message} ${error.nextStep}`);
    }
  }

  render() {
    const { entry, element } = this;
    const { server, phase } = entry;
    const focused = /** @type {HTMLElement|null} */ (element.contains(document.activeElement) ? document.activeElement : null);
    this.heading.textContent = shortTitle(entry.title);
    element.dataset.phase = phase;
    const filename = server?.filename ?? entry.file?.name ?? "";
    const { place, note } = placeOf(server);
    part(element, "facts").textContent = inRow([filename, size(entry.length), place]);
    this.renderProblem();
    this.renderButtons();
    this.renderFields();
    this.captions.render();
    const warnings = [...entry.warnings, ...(server?.auto_captions_refused ? [this.refusedAuto()] : []), ...(note ? [note] : []), ...(server?.note ? [server.note] : [])];
    part(element, "warnings").replaceChildren(...warnings.map((each) => make("li", {}, `${each.message} ${each.next_step}`)));
    show(part(element, "warnings"), warnings.length > 0);
    if (phase === "sending" && this.phase !== "sending") this.pace.begin();
    const news = Boolean(this.phase) && this.phase !== phase;
    this.phase = phase;
    this.renderProgress();
    if (news) say(t("row_says", { title: shortTitle(entry.title, 60), words: part(element, "state").textContent ?? "" }));
    // A button that goes away must not take the focus with it.
    if (focused && !focused.checkVisibility()) this.heading.focus();
  }

  refusedAuto() {
    return { message: t("auto_refused"), next_step: t("auto_refused_next") };
  }

  renderProblem() {
    const { entry, element } = this;
    const own = entry.refusal ?? (entry.phase === "broken" || entry.phase === "interrupted" ? entry.sender?.problem : null);
    const problem = own ? { message: own.message, next_step: own.nextStep } : entry.server?.problem;
    const shown = problem && entry.phase !== "interrupted" ? problem : null;
    show(part(element, "problem"), Boolean(shown));
    part(element, "problem-message").textContent = shown?.message ?? "";
    part(element, "problem-next").textContent = shown?.next_step ?? "";
  }

  renderButtons() {
    const { entry, element } = this;
    const { phase, server } = entry;
    const can = server?.can ?? {};
    const grant = Boolean(server?.problem?.code.startsWith("grant_")) && phase === "waiting";
    const over = entry.sender?.problem?.status === 410 || entry.sender?.problem?.status === 404;
    const shown = {
      pause: phase === "sending" || phase === "interrupted",
      resume: phase === "paused",
      choose: phase === "unattended",
      retry: (phase === "broken" && !over) || (phase === "refused" && !FINAL.has(entry.refusal?.status ?? 0)) || (Boolean(can.retry) && !grant),
      connect: grant,
      insert: Boolean(can.insert),
      cancel: Boolean(can.cancel),
      dismiss: Boolean(can.dismiss) || phase === "refused" || (phase === "new" && !entry.beginning),
    };
    const title = shortTitle(entry.title, 60);
    for (const name of BUTTONS) {
      const button = part(element, name);
      show(button, shown[/** @type {keyof typeof shown} */ (name)]);
      button.setAttribute("aria-label", t("button_of", { button: button.textContent?.trim() ?? "", title }));
    }
    if (!shown.cancel) this.confirm(false);
  }

  renderFields() {
    const { entry, element } = this;
    const may = Boolean(entry.server?.can.edit);
    show(this.about, may || Boolean(entry.server?.captions.length) || this.captions.asks);
    show(part(element, "edit"), may);
    part(element, "about-title").textContent = t(may ? "about" : "about_captions");
    show(part(element, "auto-choice"), may && this.options.autoCaptions());
    if (!entry.server) return;
    const values = { "edit-title": entry.server.title, "edit-description": entry.server.description };
    for (const [name, value] of Object.entries(values)) {
      const field = this.field(name);
      if (document.activeElement !== field && !field.hasAttribute("aria-invalid")) field.value = value;
    }
    this.field("auto").checked = entry.server.auto_captions;
  }

  renderProgress() {
    const { entry, element, progress } = this;
    const { phase, server, share } = entry;
    const moves = ["sending", "interrupted", "paused", "unattended", "broken"].includes(phase);
    show(progress, moves || phase === "working" || phase === "preparing" || phase === "new");
    if (moves || server?.state === "sending") progress.value = share;
    else progress.removeAttribute("value");
    const words = { percent: percent(share), state: server?.state_text ?? "" };
    part(element, "state").textContent = t(`phase_${phase}`, words);
    part(element, "detail").textContent = this.detail();
    if (phase !== "sending") {
      this.told = share;
    } else if (share - this.told >= STEP && !element.closest("[hidden]")) {
      this.told = share;
      say(t("row_says", { title: shortTitle(entry.title, 60), words: t("phase_sending", words) }));
    }
  }

  /** What to know beside the state: speed and time, or whether the page may be closed. */
  detail() {
    const { phase, length, sender } = this.entry;
    if (phase === "sending" && sender) {
      this.pace.note(sender.sent);
      const amount = t("amount", { done: size(sender.sent), whole: size(length) });
      return inRow([amount, this.pace.words(length - sender.sent)]);
    }
    if (phase === "working" || phase === "waiting") return t("may_close");
    if (phase === "preparing") return this.entry.server?.can.insert ? t("may_insert") : t("may_close");
    return "";
  }

  focus() {
    this.heading.focus();
  }
}

/** Where the focus goes when a row is gone. @param {UploadRow|undefined} next */
export function focusAfter(next) {
  if (next) next.focus();
  else byId("upload-files").focus();
}
