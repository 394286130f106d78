/** What can be ordered: listed, added, changed, deleted. */

import { ApiError } from "./api.js";
import { byId, make, say, show } from "./dom.js";
import { inRow, languageName, listed, t } from "./messages.js";

/** @typedef {{key: string, label: string, description: string, is_asr: boolean, languages: string[]}} ServiceType */

export class ServiceTypes {
  /** @param {import("./captioning-order.js").Page} page */
  constructor(page) {
    this.page = page;
    this.save = byId("type-save");
    /** @type {ServiceType|null} */ this.changing = null;
    byId("type").addEventListener("submit", (event) => {
      event.preventDefault();
      this.send();
    });
    byId("type-cancel").addEventListener("click", () => this.edit(null));
  }

  async load() {
    try {
      this.fill((await this.page.api.call("types")).types);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.complain("types-problem", error);
    }
  }

  /** @param {ServiceType[]} types */
  fill(types) {
    show(byId("types-problem"), false);
    const rows = types.length ? types.map((type) => this.row(type)) : [make("li", { className: "hint" }, t("no_types"))];
    byId("types-list").replaceChildren(...rows);
  }

  /** @param {ServiceType} type */
  row(type) {
    const languages = listed(type.languages.map((tag) => languageName(tag) ?? tag), "unit") || t("any_language");
    const facts = [type.key, t(type.is_asr ? "by_machine" : "by_people"), languages, type.description];
    const change = this.button("change", type, () => this.edit(type));
    const remove = this.button("delete", type, () => this.warn(row, remove, type));
    const row = make(
      "li",
      { className: "order" },
      make("p", {}, make("strong", { dir: "auto" }, type.label || type.key)),
      make("p", { className: "facts" }, inRow(facts)),
      make("p", { className: "ending" }, change, remove),
    );
    return row;
  }

  /** @param {"change"|"delete"} what @param {ServiceType} type @param {() => void} pressed */
  button(what, type, pressed) {
    const button = make("button", { type: "button", className: "button small" }, t(what));
    button.setAttribute("aria-label", t(`${what}_type`, { label: type.label || type.key }));
    button.addEventListener("click", pressed);
    return button;
  }

  /** Say what goes with it, before anything does. @param {HTMLElement} row @param {HTMLElement} back @param {ServiceType} type */
  warn(row, back, type) {
    if (row.querySelector(".notice")) return;
    const label = type.label || type.key;
    const sure = make("button", { type: "button", className: "button" }, t("delete_really"));
    const keep = make("button", { type: "button", className: "button" }, t("keep"));
    const warning = make("div", { className: "notice problem" }, make("p", {}, t("delete_warning", { label })), make("p", { className: "ending" }, sure, keep));
    warning.setAttribute("role", "alert");
    keep.addEventListener("click", () => {
      warning.remove();
      back.focus();
    });
    sure.addEventListener("click", () => this.delete(type, sure));
    row.append(warning);
    keep.focus();
  }

  /** @param {ServiceType} type @param {HTMLElement} button */
  async delete(type, button) {
    await this.busily(button, "types-problem", async () => {
      this.fill((await this.page.api.call("types", { method: "DELETE", more: type.key })).types);
      say(t("type_deleted", { label: type.label || type.key }));
      if (this.changing?.key === type.key) this.edit(null);
      byId("type-title").focus();
    });
  }

  /** Fill the form with a type, or empty it. @param {ServiceType|null} type */
  edit(type) {
    this.changing = type;
    show(byId("type-problem"), false);
    show(byId("type-cancel"), type !== null);
    byId("type-title").textContent = type ? t("type_change", { label: type.label || type.key }) : t("type_add");
    field("key").value = type?.key ?? "";
    field("key").readOnly = type !== null;
    field("label").value = type?.label ?? "";
    field("description").value = type?.description ?? "";
    field("languages").value = type?.languages.join(", ") ?? "";
    field("machine").checked = type?.is_asr ?? false;
    byId("type-title").focus();
  }

  async send() {
    const label = field("label").value;
    const body = {
      label,
      description: field("description").value,
      is_asr: field("machine").checked,
      languages: field("languages").value.split(/[,;\s\u060c\u061b\u3001\uff0c\uff1b]+/).filter(Boolean),
    };
    await this.busily(this.save, "type-problem", async () => {
      // An empty key would be another address than a wrong one.
      const key = field("key").value.trim() || " ";
      this.fill((await this.page.api.call("types", { method: "PUT", more: key, body })).types);
      say(t("type_saved", { label }));
      this.edit(null);
    });
  }

  /** @param {HTMLElement} button @param {string} place @param {() => Promise<void>} work */
  async busily(button, place, work) {
    if (button.getAttribute("aria-busy")) return;
    button.setAttribute("aria-busy", "true");
    show(byId(place), false);
    try {
      await work();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.complain(place, error);
    } finally {
      button.removeAttribute("aria-busy");
    }
  }

  /** @param {string} place @param {ApiError} error */
  complain(place, error) {
    this.page.consent(error);
    byId(place).replaceChildren(make("p", {}, make("strong", {}, error.message), ` ${error.nextStep}`));
    show(byId(place), true);
  }
}

/** @param {string} name */
function field(name) {
  return /** @type {HTMLInputElement} */ (byId(`type-${name}`));
}
