/** The form that has Studio fetch a media by its web address. */

import { ApiError } from "./api.js";
import { byId, make, say, show } from "./dom.js";
import { complainAt } from "./field.js";
import { shortTitle, t } from "./messages.js";

const SITES = /^(?:[a-z0-9-]+\.)*(?:(youtube(?:-nocookie)?\.com|youtu\.be)|vimeo\.com)$/;

/** Whose a media is that stays where it is. @param {string} text @returns {"YouTube"|"Vimeo"|null} */
function externalSite(text) {
  try {
    const found = SITES.exec(new URL(text.trim()).hostname);
    return found ? (found[1] ? "YouTube" : "Vimeo") : null;
  } catch {
    return null;
  }
}

/** @param {string} id @returns {HTMLInputElement} */
const input = (id) => /** @type {HTMLInputElement} */ (byId(id));

export class ImportForm {
  /**
   * @param {import("./api.js").Api} api
   * @param {{insert: (item: import("./list.js").Item) => void,
   *   connectStudio: (error: ApiError, again: () => void) => void}} options
   * @param {import("./upload-target.js").Target} target
   */
  constructor(api, options, target) {
    this.target = target;
    this.api = api;
    this.options = options;
    this.button = byId("import-button");
    byId("import").addEventListener("submit", (event) => {
      event.preventDefault();
      this.send();
    });
    for (const id of ["import-address", "import-title"]) input(id).addEventListener("input", () => complainAt(input(id)));
    input("import-address").addEventListener("input", () => this.showSite());
  }

  /** @param {boolean} offered whether Studio makes captions by itself */
  offerAutoCaptions(offered) {
    this.auto = offered;
    this.showSite();
  }

  showSite() {
    const site = externalSite(input("import-address").value);
    const note = byId("import-site");
    const words = site ? t("import_external", { site }) : "";
    if (note.textContent !== words) note.textContent = words;
    show(note, Boolean(site));
    show(byId("import-auto-choice"), Boolean(this.auto) && !site);
  }

  async send() {
    if (this.button.getAttribute("aria-busy")) return;
    const address = input("import-address").value.trim();
    const title = input("import-title").value.trim();
    const site = externalSite(address);
    complainAt(input("import-address"), address ? "" : t("import_address_needed"));
    complainAt(input("import-title"), title || site ? "" : t("title_needed"));
    show(byId("import-done"), false);
    show(byId("import-problem"), false);
    const wrong = [input("import-address"), input("import-title")].find((field) => field.hasAttribute("aria-invalid"));
    if (wrong) return wrong.focus();
    this.button.setAttribute("aria-busy", "true");
    const auto = input("import-auto").checked && Boolean(this.auto) && !site;
    const body = { address, title, description: input("import-description").value.trim(), auto_captions: auto, collection: this.target.collection };
    try {
      const { item } = await this.api.call("import", { method: "POST", body });
      this.done(item);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.refused(error);
    } finally {
      this.button.removeAttribute("aria-busy");
    }
  }

  /** @param {import("./list.js").Item} item */
  done(item) {
    const title = shortTitle(item.title, 60);
    const words = t(item.external ? "import_done_external" : "import_done", { title });
    const button = make("button", { type: "button", className: "button" }, t("insert"));
    button.setAttribute("aria-label", t("button_of", { button: t("insert"), title }));
    button.addEventListener("click", () => this.options.insert(item));
    byId("import-done").replaceChildren(make("p", {}, words), button);
    show(byId("import-done"), true);
    /** @type {HTMLFormElement} */ (byId("import")).reset();
    this.showSite();
    say(words);
    button.focus();
  }

  /** @param {ApiError} error */
  refused(error) {
    if (error.needsGrant) return this.options.connectStudio(error, () => this.send());
    const words = `${error.message} ${error.nextStep}`;
    if (error.code === "address_refused") {
      complainAt(input("import-address"), words);
      return input("import-address").focus();
    }
    if (error.code === "auto_captions_unavailable") {
      input("import-auto").checked = false;
      this.offerAutoCaptions(false);
    }
    byId("import-problem").replaceChildren(make("p", {}, make("strong", {}, error.message), ` ${error.nextStep}`));
    show(byId("import-problem"), true);
    this.button.focus();
  }
}
