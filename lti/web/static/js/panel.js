/** The panel of one tab: search, sorting, cards, and all the states a list can be in. */

import { card } from "./card.js";
import { byId, make, part, say, show, stamp } from "./dom.js";
import { MediaList, atStudio } from "./list.js";
import { counted, t } from "./messages.js";

/** @typedef {import("./list.js").Item} Item */

// Long enough not to ask Canvas for every letter, short enough to feel immediate.
const TYPING = 300;

export class Panel {
  /**
   * @param {import("./api.js").Api} api @param {string} scope
   * @param {{multiple: boolean, selection: import("./selection.js").Selection, open: (item: Item) => void,
   *   needsGrant: (error: import("./api.js").ApiError, again: () => void) => void}} options
   */
  constructor(api, scope, options) {
    this.scope = scope;
    this.options = options;
    this.element = make("div", { id: `panel-${scope}`, hidden: true });
    this.element.append(stamp("panel"));
    this.list = new MediaList(api, scope, (added, fresh) => this.changed(added, fresh));
    /** @type {Map<string, Item>} */ this.items = new Map();
    this.cards = part(this.element, "cards");
    this.typing = 0;
    this.focusNew = false;
    this.name();
    this.search = /** @type {HTMLInputElement} */ (byIdIn(this.element, `search-${scope}`));
    this.sort = /** @type {HTMLSelectElement} */ (byIdIn(this.element, `sort-${scope}`));
    this.filter = atStudio(scope) ? this.useFilter(scope === "studio_own" ? "tag" : "owner") : null;
    this.listen();
    this.showOrder();
  }

  /**
   * Studio's lists have no order to choose, and one more thing to look for.
   * @param {"tag"|"owner"} name
   */
  useFilter(name) {
    for (const tool of ["sort-field", "order"]) show(part(this.element, tool), false);
    show(part(this.element, "filter-field"), true);
    part(this.element, "filter-label").textContent = t(`filter_${name}`);
    const input = /** @type {HTMLInputElement} */ (byIdIn(this.element, `filter-${this.scope}`));
    input.name = name;
    input.addEventListener("input", () => this.typed());
    return input;
  }

  /** Ids must differ between the panels, though both come from one template. */
  name() {
    for (const control of this.element.querySelectorAll("[data-id]")) {
      control.id = `${/** @type {HTMLElement} */ (control).dataset.id}-${this.scope}`;
    }
    for (const label of this.element.querySelectorAll("label")) label.htmlFor = `${label.dataset.for}-${this.scope}`;
  }

  listen() {
    this.search.addEventListener("input", () => {
      this.showClear();
      this.typed();
    });
    this.element.querySelector("form")?.addEventListener("submit", (event) => {
      event.preventDefault();
      this.searchNow();
    });
    for (const name of ["clear", "blank-clear"]) part(this.element, name).addEventListener("click", () => this.clear());
    this.sort.addEventListener("change", () => {
      // By date people look for the newest, by title for A: the direction follows the sorting.
      const sort = this.sort.value === "created_at" ? "created_at" : "title";
      this.list.start({ sort, order: sort === "title" ? "asc" : "desc" });
      this.showOrder();
    });
    part(this.element, "order").addEventListener("click", () => {
      this.list.start({ order: this.list.query.order === "asc" ? "desc" : "asc" });
      this.showOrder();
    });
    part(this.element, "retry").addEventListener("click", () => {
      // The button goes away with the message that it belongs to: on to the nearest thing that stays.
      (this.list.next ? part(this.element, "more") : this.search).focus({ preventScroll: true });
      this.list.retry();
    });
    part(this.element, "more").addEventListener("click", () => {
      this.focusNew = true;
      this.list.more();
    });
    this.cards.addEventListener("click", (event) => {
      const title = /** @type {Element} */ (event.target).closest("[data-part=title], .thumb");
      const item = title && this.itemOf(title);
      if (item) this.options.open(item);
    });
    this.cards.addEventListener("change", (event) => {
      const box = /** @type {HTMLInputElement} */ (event.target);
      const item = this.itemOf(box);
      if (item) box.checked = this.options.selection.toggle(item, box.checked);
    });
    this.watchEnd();
  }

  /** Fetch the next page shortly before its place comes into view. */
  watchEnd() {
    const end = part(this.element, "more-row");
    const observer = new IntersectionObserver(
      ([entry]) => {
        // Who walks by keyboard must be able to reach the end: for them the list grows by the button only.
        const walking = this.element.querySelector("[data-part=cards] :focus-visible, [data-part=more]:focus-visible");
        if (entry.isIntersecting && !walking && !this.list.problem) this.list.more();
      },
      { rootMargin: "0px 0px 800px 0px" },
    );
    // An observer speaks once when the end comes near; after each page it must be asked again.
    this.watchAgain = () => {
      observer.unobserve(end);
      observer.observe(end);
    };
    this.element.addEventListener("pointerdown", this.watchAgain);
  }

  /** @param {Element} element @returns {Item|undefined} */
  itemOf(element) {
    return this.items.get(/** @type {HTMLElement|null} */ (element.closest("li.card"))?.dataset.id ?? "");
  }

  /** Bring the panel to the front; its first page is fetched when it is first seen. */
  open() {
    show(this.element, true);
    if (!this.list.started) this.list.start();
    else this.watchAgain?.();
  }

  /** Ask once more, after Canvas was connected, what failed before. */
  resume() {
    if (this.list.problem) this.list.retry();
  }

  typed() {
    clearTimeout(this.typing);
    this.typing = window.setTimeout(() => this.searchNow(), TYPING);
  }

  searchNow() {
    clearTimeout(this.typing);
    const { query } = this.list;
    const asked = { ...query, search: this.search.value.trim() };
    if (this.filter) asked[/** @type {"tag"|"owner"} */ (this.filter.name)] = this.filter.value.trim();
    const same = asked.search === query.search && asked.tag === query.tag && asked.owner === query.owner;
    if (!same || this.list.problem) this.list.start(asked);
  }

  clear() {
    this.search.value = "";
    if (this.filter) this.filter.value = "";
    this.showClear();
    this.search.focus();
    this.searchNow();
  }

  showClear() {
    show(part(this.element, "clear"), Boolean(this.search.value));
  }

  showOrder() {
    const { sort, order } = this.list.query;
    part(this.element, "order-text").textContent = t(`order_${sort}_${order}`);
    part(this.element, "order").querySelector("use")?.setAttribute("href", order === "asc" ? "#i-up" : "#i-down");
  }

  /** Show how picked each card is, after the selection changed. */
  showPicked() {
    for (const box of this.cards.querySelectorAll("[data-part=pick]")) {
      const item = this.itemOf(box);
      /** @type {HTMLInputElement} */ (box).checked = Boolean(item && this.options.selection.has(item.id));
    }
  }

  /** @param {Item[]} added @param {boolean} fresh */
  changed(added, fresh) {
    const { list } = this;
    if (fresh) {
      this.items.clear();
      this.cards.replaceChildren();
    }
    const { multiple, selection } = this.options;
    for (const item of added) this.items.set(item.id, item);
    const elements = added.map((item) => card(item, { multiple, picked: selection.has(item.id) }));
    this.cards.append(...elements);
    this.cards.classList.toggle("stale", list.busy && !list.next);
    this.cards.setAttribute("aria-busy", String(list.busy));
    this.showState(added.length > 0 || fresh);

    if (this.focusNew && !list.busy) {
      this.focusNew = false;
      elements[0]?.querySelector("button")?.focus();
    }
    if (list.problem?.needsGrant) this.options.needsGrant(list.problem, () => this.resume());
    else if (!list.busy && list.next) this.watchAgain?.();
  }

  /** @param {boolean} news whether there is something to say */
  showState(news) {
    const { list } = this;
    const shown = counted("shown", list.size);
    const text = list.size ? t(list.next ? "shown_more" : "shown_all", { shown }) : "";
    part(this.element, "count").textContent = text;
    show(part(this.element, "loading"), list.busy);
    // Kept in place while loading: a button that goes away takes the focus with it.
    show(part(this.element, "more-row"), Boolean(list.next));

    show(part(this.element, "problem"), Boolean(list.problem));
    show(part(this.element, "retry"), list.problem?.status !== 401); // a session that is over stays over
    part(this.element, "problem-message").textContent = list.problem?.message ?? "";
    part(this.element, "problem-next").textContent = list.problem?.nextStep ?? "";

    const blank = !list.busy && !list.problem && !list.size;
    const { search, tag, owner } = list.query;
    const filtered = Boolean(tag || owner);
    show(part(this.element, "blank"), blank);
    const empty = filtered ? t("no_results_filter") : t(`empty_${this.scope}`);
    part(this.element, "blank-text").textContent = search && !filtered ? t("no_results", { search }) : empty;
    const hint = this.filter ? "empty_studio_hint" : "empty_hint";
    part(this.element, "blank-hint").textContent = t(search || filtered ? "no_results_hint" : hint);
    show(part(this.element, "blank-clear"), Boolean(search) || filtered);

    if (this.element.hidden || list.busy) return;
    if (list.problem) say(`${list.problem.message} ${list.problem.nextStep}`);
    else if (blank) say(part(this.element, "blank-text").textContent ?? "");
    else if (news) say(text);
  }
}

/** The panel is not in the document yet when its controls are looked up. @param {Element} root @param {string} id */
function byIdIn(root, id) {
  return root.querySelector(`#${CSS.escape(id)}`) ?? byId(id);
}
