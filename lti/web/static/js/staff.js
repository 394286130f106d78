/** The list of captioning staff: each change is saved at once. */

import { ApiError } from "./api.js";
import { alertPerson, byId, make, show } from "./dom.js";
import { complainAt } from "./field.js";
import { t } from "./messages.js";

export class Staff {
  /** @param {import("./api.js").Api} api @param {string[]} people */
  constructor(api, people) {
    this.api = api;
    this.people = people;
    this.field = /** @type {HTMLInputElement} */ (byId("staff-person"));
    byId("staff").addEventListener("submit", (event) => {
      event.preventDefault();
      this.add();
    });
    this.field.addEventListener("input", () => complainAt(this.field));
    this.show();
  }

  show() {
    byId("staff-list").replaceChildren(...this.people.map((person) => this.entry(person)));
    show(byId("staff-nobody"), !this.people.length);
  }

  /** @param {string} person */
  entry(person) {
    const button = make("button", { type: "button", className: "button small" }, t("remove"));
    button.setAttribute("aria-label", t("remove_person", { person }));
    button.addEventListener("click", () => this.remove(person));
    return make("li", {}, make("span", { dir: "ltr" }, person), button);
  }

  async add() {
    const person = this.field.value.trim().toLowerCase();
    complainAt(this.field, person ? "" : t("person_needed"));
    if (!person) return this.field.focus();
    if (this.people.includes(person)) {
      complainAt(this.field, t("already_there", { person }));
      return;
    }
    if (await this.save([...this.people, person], t("added_person", { person }))) this.field.value = "";
    this.field.focus();
  }

  /** @param {string} person */
  async remove(person) {
    const others = this.people.filter((each) => each !== person);
    if (await this.save(others, t("removed_person", { person }))) this.field.focus();
  }

  /** @param {string[]} people @param {string} done @returns {Promise<boolean>} */
  async save(people, done) {
    byId("staff-saved").textContent = "";
    try {
      const state = await this.api.call("staff", { method: "PUT", body: { people } });
      this.people = state.staff;
      this.show();
      byId("staff-saved").textContent = done;
      return true;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (error.code === "person_invalid") complainAt(this.field, `${error.message} ${error.nextStep}`);
      else alertPerson(error.message, error.nextStep);
      return false;
    }
  }
}
