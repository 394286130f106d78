/** The page for watching an embed: puts its parts together, and copes with media that will not play. */

import { Api, ApiError } from "./api.js";
import { byId, make, readJson, say, show } from "./dom.js";
import { t } from "./messages.js";
import { Screen } from "./screen.js";
import { keepSession } from "./session.js";
import { SoundCaptions } from "./sound.js";
import { Transcript } from "./transcript.js";

/**
 * @typedef {{title: string, type: string, start: number|null, end: number|null, transcript: boolean,
 *   sources: import("./screen.js").Source[],
 *   tracks: (import("./screen.js").Track & import("./transcript.js").Track)[], notes: string[],
 *   handed_in: string[],
 *   problem: {code: string, message: string, next_step: string}|null, native_url: string|null,
 *   catalogue: "canvas"|"studio"}} Playback
 */

/** @type {{token: string, expires_in: number, title: string, playback: Playback|null, api: Record<string, string>}} */
const config = readJson("config");
const api = new Api(config);
keepSession(api, config.expires_in);

/** @type {Screen|null} */ let screen = null;
/** @type {SoundCaptions|null} */ let sound = null;
/** @type {Playback|null} */ let playback = null;
/** Whether fresh addresses were asked for since it last played: asking twice in a row would be a loop. */
let refreshed = false;
let busy = false;

/** When fresh addresses of texts were last asked for, in milliseconds of the page's life. */
let textsAsked = -Infinity;

const transcript = new Transcript((seconds) => screen?.jump(seconds), textFailed);

/** @param {string} message @param {string} nextStep */
function complain(message, nextStep) {
  byId("problem-message").textContent = message;
  byId("problem-next").textContent = nextStep;
  const native = /** @type {HTMLAnchorElement} */ (byId("native"));
  if (playback?.native_url) native.href = playback.native_url;
  if (playback?.catalogue === "studio") native.textContent = t("native_studio");
  show(native, Boolean(playback?.native_url));
  show(byId("problem"), true);
}

/** @param {string} id @param {string[]} lines */
function list(id, lines) {
  byId(id).replaceChildren(...lines.map((line) => make("li", {}, line)));
  show(byId(id), lines.length > 0);
}

/** @param {Playback} answer @param {{at?: number|null, play?: boolean}} [going] */
function put(answer, going) {
  const first = playback === null;
  playback = answer;
  list("handed-in", answer.handed_in);
  list("notes", answer.notes);
  show(byId("problem"), false);
  show(byId("screen"), answer.sources.length > 0);
  if (answer.sources.length) {
    screen ??= new Screen(answer.title || config.title, answer.type, answer, { failed, time: heard, captions, textFailed });
    screen.load(answer, going);
    // A browser shows the captions of a <video> and offers them in its menu, but does neither for an <audio>.
    if (answer.type === "audio") sound ??= new SoundCaptions(screen.media);
  }
  if (answer.problem) complain(answer.problem.message, answer.problem.next_step);
  else if (!answer.sources.length) complain(t("media_missing"), t("media_missing_next"));
  // Without the media the transcript is all there is: it is offered then even where nobody asked for it.
  const wanted = answer.transcript || !answer.sources.length;
  show(byId("follow-row"), answer.sources.length > 0);
  if (first || !transcript.tracks.length) transcript.open(wanted ? answer.tracks : []);
  else transcript.renew(answer.tracks);
}

/** @param {number} seconds */
function heard(seconds) {
  if (screen?.playing && screen.media.readyState > HTMLMediaElement.HAVE_CURRENT_DATA) refreshed = false;
  transcript.sound(seconds);
}

/** @param {string|null} id of the track that shows now */
function captions(id) {
  if (id) transcript.captionsChanged(id);
  sound?.changed();
}

/**
 * Ask our server for the playback.
 * @param {boolean} refresh whether what it has cached was found not to work
 * @returns {Promise<Playback|null>} null if it could not be had, and the person knows
 */
async function ask(refresh) {
  busy = true;
  show(byId("loading"), true);
  try {
    return await api.call("watch", { method: "POST", body: { refresh } });
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    complain(error.message, error.nextStep);
    return null;
  } finally {
    busy = false;
    show(byId("loading"), false);
  }
}

/** The media stopped playing: most often because its address, which Canvas signs for hours only, is over. */
async function failed() {
  if (busy || !screen) return;
  const going = { at: screen.time, play: screen.playing };
  if (refreshed) {
    const { native_url, catalogue } = playback ?? {};
    complain(t("media_failed"), t(native_url ? `media_failed_next_${catalogue}` : "media_failed_next"));
    return;
  }
  refreshed = true;
  const answer = await ask(true);
  if (answer) put(answer, going);
}

/**
 * A text could not be loaded: its address holds for minutes, and a browser asks for it when its track is first turned on,
 * which can be much later. Fresh addresses are asked for at most once a minute, or what stays broken would be a loop.
 */
async function textFailed() {
  if (busy || performance.now() - textsAsked < 60_000) return;
  textsAsked = performance.now();
  const answer = await ask(false);
  if (!answer) return;
  screen?.mendTracks(answer.tracks);
  transcript.renew(answer.tracks);
}

byId("retry").addEventListener("click", async () => {
  if (busy) return;
  const going = screen ? { at: screen.time, play: true } : {};
  const answer = await ask(true);
  refreshed = true;
  if (!answer) return;
  put(answer, going);
  if (byId("problem").hidden) {
    say(t("media_back"));
    screen?.media.focus();
  }
});

const start = config.playback ?? (await ask(false));
if (start) put(start);
show(byId("loading"), false);
