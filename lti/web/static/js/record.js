/** The recorder: what to record, with which devices, the countdown, the recording itself. What comes after is the review's. */

import { ApiError } from "./api.js";
import { byId, make, part, say, show } from "./dom.js";
import { t } from "./messages.js";
import { duration, size } from "./pace.js";
import { devices, hasScreen, Media, obstacle, trouble } from "./record-media.js";
import { Review } from "./record-review.js";
import { Stage } from "./record-stage.js";
import { Take } from "./record-take.js";
import { writeTime } from "./time.js";

/** @typedef {import("./record-media.js").Mode} Mode */

const COUNT = 3;

export class Recorder {
  /**
   * @param {import("./api.js").Api} api @param {import("./record-pieces.js").Pieces} pieces
   * @param {{seconds: number, largest: number}} limits
   * @param {{kept: (upload: import("./upload-entry.js").Upload) => void, window: boolean}} options
   *   kept: called with what a recording has become; window: whether this is a window of its own already
   */
  constructor(api, pieces, limits, options) {
    this.api = api;
    this.pieces = pieces;
    this.limits = limits;
    this.options = options;
    this.root = byId("recorder");
    this.stage = new Stage(this.root);
    /** @type {Media|null} */ this.media = null;
    /** @type {Take|null} */ this.take = null;
    this.counting = 0;
    this.asked = 0; // counts: an answer about an older choice must not show
    this.review = new Review(api, {
      kept: (upload) => {
        this.finished();
        this.options.kept(upload);
      },
      again: () => {
        this.finished();
        this.prepare();
      },
      gone: () => {
        this.finished();
        this.control("prepare").focus();
      },
    });
    this.listen();
    this.follow();
  }

  /** @param {string} name @returns {HTMLButtonElement} */
  control(name) {
    return /** @type {HTMLButtonElement} */ (part(this.root, name));
  }

  /** Whether closing the page would lose something, or stop it. */
  get busy() {
    return Boolean(this.take?.going || (this.take?.sender && !this.take.sender.whole) || this.counting);
  }

  /** @returns {Mode} */
  get mode() {
    const chosen = this.root.querySelector("input[name=record-mode]:checked");
    return /** @type {Mode} */ (/** @type {HTMLInputElement} */ (chosen).value);
  }

  /** @returns {import("./record-media.js").Wish} */
  get wish() {
    const ticked = (/** @type {string} */ id) => /** @type {HTMLInputElement} */ (byId(id)).checked;
    const chosen = (/** @type {string} */ id) => /** @type {HTMLSelectElement} */ (byId(id)).value;
    return {
      mode: this.mode,
      camera: chosen("record-camera"),
      microphone: chosen("record-microphone"),
      withCamera: ticked("record-with-camera"),
      withMicrophone: ticked("record-with-microphone"),
    };
  }

  listen() {
    const click = (/** @type {string} */ name, /** @type {() => unknown} */ action) =>
      this.control(name).addEventListener("click", action);
    show(part(this.root, "mode-screen"), hasScreen());
    for (const each of this.root.querySelectorAll("input[name=record-mode], .record-with input")) {
      each.addEventListener("change", () => this.follow());
    }
    for (const each of this.root.querySelectorAll("select")) each.addEventListener("change", () => this.prepare());
    click("prepare", () => this.prepare());
    click("record", () => this.countDown());
    click("now", () => this.begin());
    click("never", () => this.stopCounting());
    click("pause", () => this.take?.pause());
    click("go-on", () => this.take?.resume());
    click("stop", () => this.take?.stop());
    byId("record-window").addEventListener("submit", () => {
      /** @type {HTMLInputElement} */ (part(this.root, "token")).value = this.api.token;
    });
    navigator.permissions?.query({ name: /** @type {PermissionName} */ ("camera") }).then(
      (status) => status.addEventListener("change", () => this.media ?? this.follow()),
      () => {}, // a browser that does not tell
    );
    window.addEventListener("beforeunload", (event) => {
      if (this.busy) event.preventDefault();
    });
  }

  /** Show one of the steps, and put the focus where it goes on. @param {"setup"|"ready"|"count"|"going"|"review"} step @param {HTMLElement} [focus] */
  step(step, focus) {
    for (const each of ["setup", "ready", "count", "going", "review"]) show(part(this.root, each), each === step);
    show(part(this.root, "choice"), step === "setup" || step === "ready");
    if (step !== "setup") show(byId("record-window"), false);
    show(part(this.root, "stage"), step !== "setup" && step !== "review");
    focus?.focus();
  }

  /** Another mode was chosen: say what stands in its way before anything is asked for. */
  async follow() {
    const asked = ++this.asked;
    this.release();
    this.step("setup");
    show(part(this.root, "with"), this.mode === "screen");
    const word = await obstacle(this.wish);
    if (asked !== this.asked) return;
    this.complain(word);
    show(this.control("prepare"), !word);
  }

  /** @param {string|null} word what stands in the way */
  complain(word) {
    part(this.root, "obstacle-words").replaceChildren(
      ...(word ? [make("strong", {}, t(`record_${word}`)), ` ${t(`record_${word}_next`)}`] : []),
    );
    const fleeting = !this.pieces.lasting && !word;
    show(part(this.root, "fleeting"), fleeting);
    show(byId("record-window"), (fleeting || word === "frame") && !this.options.window);
    show(part(this.root, "obstacle"), Boolean(word));
  }

  /** Switch on what was chosen. */
  async prepare() {
    const asked = ++this.asked;
    const button = this.control("prepare");
    const { wish } = this;
    this.release();
    button.setAttribute("aria-busy", "true");
    try {
      const media = await Media.open(wish);
      if (asked !== this.asked) return media.stop();
      this.media = media;
    } catch (error) {
      if (asked !== this.asked) return;
      this.step("setup", button);
      show(button, true);
      this.complain(trouble(error, wish.mode));
      return;
    } finally {
      button.removeAttribute("aria-busy");
    }
    this.complain(null);
    this.media.whenEnded(() => {
      if (!this.take) this.follow();
    });
    await this.listDevices();
    this.stage.show(this.media);
    this.step("ready", this.control("record"));
  }

  /** The browser names devices only now. */
  async listDevices() {
    const found = await devices();
    const uses = this.wish;
    const lists = {
      camera: uses.mode === "camera" || (uses.mode === "screen" && uses.withCamera) ? found.cameras : [],
      microphone: uses.mode !== "screen" || uses.withMicrophone ? found.microphones : [],
    };
    for (const [name, list] of Object.entries(lists)) {
      const select = /** @type {HTMLSelectElement} */ (byId(`record-${name}`));
      const used = this.media?.device(name === "camera" ? "video" : "audio") ?? "";
      const options = list.map(({ label, deviceId }, at) => new Option(label || t(`record_${name}`, { number: at + 1 }), deviceId));
      select.replaceChildren(...options);
      select.value = used;
      if (select.selectedIndex < 0) select.selectedIndex = 0;
      show(/** @type {Element} */ (select.parentElement), list.length > 0);
    }
  }

  release() {
    if (this.take?.going) return;
    this.media?.stop();
    this.media = null;
    this.stage.clear();
  }

  countDown() {
    if (!this.media) return;
    let left = COUNT;
    const tick = () => {
      if (!left) return this.begin();
      part(this.root, "number").textContent = String(left--);
      this.counting = window.setTimeout(tick, 1000);
    };
    this.step("count", this.control("now"));
    say(t("record_counting", { seconds: duration(COUNT) }));
    tick();
  }

  stopCounting() {
    if (this.take) return;
    clearTimeout(this.counting);
    this.counting = 0;
    this.step("ready", this.control("record"));
  }

  async begin() {
    clearTimeout(this.counting);
    this.counting = 0;
    const { media } = this;
    if (!media || this.take) return;
    const take = (this.take = new Take(this.api, media, this.pieces, this.limits));
    const title = t("record_title", {
      when: new Intl.DateTimeFormat(document.documentElement.lang || undefined, { dateStyle: "medium", timeStyle: "short" }).format(new Date()),
    });
    try {
      await take.announce(title);
      take.begin();
    } catch (error) {
      this.take = null;
      this.step("ready", this.control("record"));
      if (error instanceof ApiError) this.say(error.message, error.nextStep);
      else this.complain("unknown");
      return;
    }
    for (const kind of ["change", "tick"]) take.addEventListener(kind, () => this.render(take));
    take.addEventListener("warning", () => say(t("record_ends", { left: duration(take.left) })));
    take.addEventListener("stopped", () => this.stopped(take));
    this.render(take);
    this.step("going", this.control("stop"));
    say(t("record_going"));
  }

  /** @param {string} message @param {string} next */
  say(message, next) {
    part(this.root, "obstacle-words").replaceChildren(make("strong", {}, message), ` ${next}`);
    show(byId("record-window"), false);
    show(part(this.root, "obstacle"), true);
  }

  /** @param {Take} take */
  render(take) {
    if (!take.going) return;
    const { sender } = take;
    const focused = document.activeElement === this.control("pause") || document.activeElement === this.control("go-on");
    part(this.root, "state").textContent = t(take.paused ? "record_paused" : "record_going");
    part(this.root, "going").classList.toggle("paused", take.paused);
    part(this.root, "time").textContent = `${writeTime(take.seconds)} · ${size(take.bytes)}`;
    const warned = take.warned.size > 0;
    part(this.root, "left").textContent = warned ? t("record_ends", { left: duration(Math.max(0, take.left)) }) : "";
    const away = sender?.state === "interrupted";
    part(this.root, "away").textContent = away ? t(this.pieces.lasting ? "record_away" : "record_away_memory") : "";
    show(this.control("pause"), !take.paused);
    show(this.control("go-on"), take.paused);
    if (focused) this.control(take.paused ? "go-on" : "pause").focus();
  }

  /** @param {Take} take */
  stopped(take) {
    this.media = null;
    this.stage.clear();
    this.step("review");
    say(t("record_stopped"));
    if (take.upload && take.sender) {
      this.review.open({ upload: take.upload, sender: take.sender, seconds: take.seconds, sound: take.media.mode === "sound" });
    }
  }

  /** Look at one that was begun before. @param {import("./record-review.js").Subject} subject */
  look(subject) {
    this.release();
    this.step("review");
    this.review.open(subject);
  }

  finished() {
    this.take?.free();
    this.take = null;
    this.follow();
  }
}
