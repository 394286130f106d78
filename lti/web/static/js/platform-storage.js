/**
 * LTI Platform Storage: a few words that the Canvas page keeps for us, where the browser keeps no cookie of ours.
 *
 * Who answers is the frame that Canvas names, beside us; inside an open editor that may be missing, then our parent. An
 * answer is believed by its window, its origin, and the id of the question.
 */

const PUT = "lti.put_data";
const GET = "lti.get_data";
/** Milliseconds for each of the two that may answer: mobile apps never do, and nobody should wait a second for that. */
const SHARE = 400;
// Canvas keeps 4096 characters for us and tells no names. So we keep our own list of what we put there, to clear away
// the proofs of launches that were never finished: about fifty of them would fill it for good.
const LEDGER = "cuedeck";
const LIFE = 6; // minutes

/** @typedef {{window: Window, address: string, trusts: (origin: string) => boolean}} Place */
/** @typedef {{key?: string, value?: string|null, error?: {code: string}}} Answer */

const minutes = () => Math.floor(Date.now() / 60_000);
const after = (/** @type {number} */ milliseconds) =>
  new Promise((resolve) => setTimeout(() => resolve(null), milliseconds));

export class PlatformStorage {
  /**
   * @param {{target: string, origin: string, parents: string[]|null}} config the frame's name and origin, and origins
   *   of parents whose answers are believed (null: any)
   */
  constructor({ target, origin, parents }) {
    this.target = target;
    this.origin = origin;
    this.parents = parents;
    /** Who answered last. @type {Place|null} */
    this.answering = null;
  }

  /** Who may answer, in the order of asking. @returns {Place[]} */
  places() {
    if (window.parent === window) return [];
    const { target, origin, parents } = this;
    /** @type {Place} */
    const parent = { window: window.parent, address: "*", trusts: (of) => parents === null || parents.includes(of) };
    const frame = target === "_parent" ? null : sibling(target);
    return frame ? [{ window: frame, address: origin, trusts: (of) => of === origin }, parent] : [parent];
  }

  /**
   * Ask one place after the other, until one answers.
   * @param {string} subject @param {{key: string, value?: string}} fields
   * @returns {Promise<Answer|null>} null if all were silent
   */
  async ask(subject, fields) {
    const id = crypto.randomUUID();
    const places = this.places();
    const listening = new AbortController();
    /** @type {Promise<Answer>} */
    const answered = new Promise((resolve) => {
      const hear = (/** @type {MessageEvent} */ { data, source, origin }) => {
        if (data?.message_id !== id || data.subject !== `${subject}.response`) return;
        const place = places.find((each) => each.window === source && each.trusts(origin));
        if (!place) return;
        this.answering = place;
        resolve(data);
      };
      window.addEventListener("message", hear, { signal: listening.signal });
    });
    try {
      for (const place of places) {
        post(place, subject, id, fields);
        const answer = await Promise.race([answered, after(SHARE)]);
        if (answer) return answer;
      }
      return null;
    } finally {
      listening.abort();
    }
  }

  /** Put something without waiting for the answer; an empty value deletes. @param {string} key @param {string} value */
  tell(key, value) {
    if (this.answering) post(this.answering, PUT, crypto.randomUUID(), { key, value });
  }

  /**
   * Keep a value, and clear away what was left lying.
   * @param {string} key @param {string} value
   * @returns {Promise<boolean>} whether it is kept; false also if nobody answered
   */
  async keep(key, value) {
    const [ledger, first] = await Promise.all([this.ask(GET, { key: LEDGER }), this.ask(PUT, { key, value })]);
    if (!first) return false;
    const entries = (ledger?.value ?? "").split(" ").filter(Boolean);
    const fresh = entries.filter((entry) => Math.abs(minutes() - Number(entry.split("@")[1])) <= LIFE);
    const old = entries.filter((entry) => !fresh.includes(entry));
    for (const entry of old) this.tell(entry.split("@")[0], "");
    this.tell(LEDGER, [...fresh, `${key}@${minutes()}`].join(" "));
    const answer = first.error && old.length ? await this.ask(PUT, { key, value }) : first;
    return Boolean(answer && !answer.error);
  }

  /**
   * Fetch a value and delete it.
   * @param {string} key
   * @returns {Promise<string|null|undefined>} null if there is none, undefined if nobody answered
   */
  async take(key) {
    const answer = await this.ask(GET, { key });
    if (!answer) return undefined;
    if (!answer.value) return null;
    this.tell(key, "");
    return answer.value;
  }
}

/** @param {Place} place @param {string} subject @param {string} id @param {object} fields */
function post(place, subject, id, fields) {
  place.window.postMessage({ subject, message_id: id, ...fields }, place.address);
}

/** A frame of our parent. Asking another site's window for a name that it has not throws. @param {string} name */
function sibling(name) {
  try {
    return /** @type {any} */ (window.parent.frames)[name] ?? null;
  } catch {
    return null;
  }
}
