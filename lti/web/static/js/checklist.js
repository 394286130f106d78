/** The list of checks: each row is a call of its own, a few at a time, and fills in when its answer comes. */

import { ApiError } from "./api.js";
import { byId, make } from "./dom.js";
import { counted, t } from "./messages.js";

const AT_ONCE = 3;
const SIGNS = { good: "✓", bad: "✗", unknown: "–", checking: "…" };

/**
 * @typedef {{name: string, group: string, title: string}} Check
 * @typedef {{verdict: "good"|"bad"|"unknown", message: string, mend: string|null, connect: boolean}} Finding
 */

export class Checklist {
  /** @param {import("./api.js").Api} api @param {Check[]} checks @param {() => void} connect offers to connect */
  constructor(api, checks, connect) {
    this.api = api;
    this.checks = checks;
    this.connect = connect;
    this.button = byId("check-again");
    /** @type {Map<string, HTMLElement>} */ this.rows = new Map();
    /** @type {Map<string, Finding>} */ this.findings = new Map();
    /** Grows with each run: an answer of an earlier one is not shown over a later one's. */
    this.runs = 0;
    for (const check of checks) {
      const row = make("li", { className: "check" });
      byId(`checks-${check.group}`).append(row);
      this.rows.set(check.name, row);
    }
    this.button.addEventListener("click", () => this.run());
  }

  /** Look at everything, or at some groups. @param {string[]} [groups] */
  async run(groups) {
    const run = ++this.runs;
    const wanted = this.checks.filter((check) => !groups || groups.includes(check.group) || !this.findings.has(check.name));
    for (const check of wanted) {
      this.findings.delete(check.name);
      this.show(check, "checking", "", null);
    }
    this.button.setAttribute("aria-busy", "true");
    byId("check-summary").textContent = t("checking");
    const waiting = [...wanted];
    const work = async () => {
      for (let check = waiting.shift(); check && run === this.runs; check = waiting.shift()) await this.look(check, run);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    if (run === this.runs) this.finish();
  }

  /** @param {Check} check @param {number} run */
  async look(check, run) {
    /** @type {Finding} */ let finding;
    try {
      finding = await this.api.call("checks", { method: "POST", body: {}, more: check.name });
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      finding = { verdict: "unknown", message: t("check_failed"), mend: error.message, connect: false };
    }
    if (run !== this.runs) return;
    this.findings.set(check.name, finding);
    this.show(check, finding.verdict, finding.message, finding.mend);
  }

  /** @param {Check} check @param {keyof typeof SIGNS} verdict @param {string} message @param {string|null} mend */
  show(check, verdict, message, mend) {
    const row = /** @type {HTMLElement} */ (this.rows.get(check.name));
    row.dataset.verdict = verdict;
    const sign = make("span", { className: "sign", ariaHidden: "true" }, SIGNS[verdict]);
    const title = make("strong", { className: check.group === "scopes" ? "code" : "" }, check.title);
    const said = make("span", { className: "verdict" }, t(verdict));
    const words = make("div", {}, make("p", {}, title, " ", said));
    if (message) words.append(make("p", {}, message));
    if (mend) words.append(make("p", { className: "mend" }, mend));
    row.replaceChildren(sign, words);
  }

  finish() {
    this.button.removeAttribute("aria-busy");
    const all = [...this.findings.values()];
    const wrong = all.filter((finding) => finding.verdict === "bad").length;
    byId("check-summary").textContent = wrong ? counted("summary_bad", wrong) : t("summary_good");
    const scopes = this.checks.filter((check) => check.group === "scopes").map(({ name }) => this.findings.get(name));
    const good = scopes.filter((finding) => finding?.verdict === "good").length;
    byId("scopes-summary").textContent = t("scopes_summary", { good, all: scopes.length });
    const details = /** @type {HTMLDetailsElement} */ (byId("scopes-details"));
    if (scopes.some((finding) => finding?.verdict === "bad")) details.open = true;
    if (all.some((finding) => finding.connect)) this.connect();
  }
}
