/** Who answered what, newest first. */

import { ApiError } from "./api.js";
import { byId, make, show } from "./dom.js";
import { shortTitle, t } from "./messages.js";
import { exactly } from "./when.js";

/** @typedef {import("./captioning-order.js").Answer} Answer */

const PAGE = 50;

export class History {
  /** @param {import("./captioning-order.js").Page} page */
  constructor(page) {
    this.api = page.api;
    this.list = byId("history-list");
    this.more = byId("history-more");
    /** @type {number|null} */ this.last = null;
    this.more.addEventListener("click", () => this.load());
  }

  /** Something was sent meanwhile: read it from the beginning. */
  stale() {
    this.last = null;
    this.load();
  }

  async load() {
    show(byId("history-problem"), false);
    try {
      const query = this.last === null ? undefined : { before: String(this.last) };
      const { answers } = await this.api.call("history", { query });
      if (this.last === null) this.list.replaceChildren();
      const rows = answers.map((/** @type {Answer} */ answer) => this.row(answer));
      this.list.append(...rows);
      if (this.last !== null) rows[0]?.focus();
      if (!this.list.children.length) this.list.append(make("li", { className: "hint" }, t("history_empty")));
      this.last = answers.at(-1)?.id ?? this.last;
      show(this.more, answers.length === PAGE);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      byId("history-problem").replaceChildren(make("p", {}, make("strong", {}, error.message), ` ${error.nextStep}`));
      show(byId("history-problem"), true);
    }
  }

  /** @param {Answer} answer */
  row(answer) {
    const title = answer.title ? shortTitle(answer.title) : t("order_number", { id: answer.order });
    const what = t(`history_${answer.outcome}`, { message: answer.message });
    const row = make(
      "li",
      { className: "order", tabIndex: -1 },
      make("p", {}, make("strong", { dir: "auto" }, title)),
      make("p", {}, t("history_line", { who: answer.who, when: exactly(answer.begun_at), what })),
      make("p", { className: "facts" }, t(`history_${answer.state}`, { problem: answer.problem?.message ?? "" })),
    );
    if (answer.outcome === "fulfilled") row.append(make("p", {}, this.saver(answer)));
    return row;
  }

  /** @param {Answer} answer */
  saver(answer) {
    const button = make("button", { type: "button", className: "button small" }, t("history_save", { id: answer.order }));
    button.addEventListener("click", async () => {
      try {
        const { srt } = await this.api.call("history", { more: String(answer.id) });
        const address = URL.createObjectURL(new Blob([srt], { type: "application/x-subrip" }));
        make("a", { href: address, download: `order-${answer.order}.srt` }).click();
        setTimeout(() => URL.revokeObjectURL(address), 60_000);
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        button.after(make("p", { className: "field-problem" }, `${error.message} ${error.nextStep}`));
      }
    });
    return button;
  }
}
