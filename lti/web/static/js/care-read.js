/** The captions of a track beside the media: read, searched, and pressed to hear them. */

import { CueList } from "./cuelist.js";
import { part, stamp } from "./dom.js";
import { counted, direction, t } from "./messages.js";

/** What a caption says, without markup: the browser's own reading of it. @param {string} payload */
function words(payload) {
  return new VTTCue(0, 1, payload).getCueAsHTML().textContent?.replace(/\s+/g, " ").trim() ?? "";
}

/**
 * @param {import("./care.js").Care} care @param {import("./care-panel.js").Panel} panel
 * @param {import("./care.js").Track} track
 */
export async function open(care, panel, track) {
  const answer = await care.call("text", { track: track.id });
  const element = panel.fill(stamp("care-read"));
  part(element, "title").textContent = t("cc_read", { name: track.name });
  const hint = answer.cues.length ? t("cc_read_hint") : t("cc_no_text");
  part(element, "grade").textContent = [
    answer.cues.length ? t("cc_grade", { grade: answer.grade, words: answer.grade_words }) : "",
    answer.why_not ?? "",
    hint,
  ].join(" ").trim();
  const list = part(element, "cues");
  list.lang = track.language;
  list.dir = direction(track.language);
  const media = care.what.media();
  const cues = new CueList(
    list,
    (seconds) => {
      if (!media) return;
      media.currentTime = seconds;
      media.play().catch(() => {}); // a browser that does not let it play has moved there all the same
    },
    () => {},
  );
  cues.fill(answer.cues.map((/** @type {any} */ cue) => [cue.start, cue.end, words(cue.text)]));
  const follow = () => cues.mark(media?.currentTime ?? 0);
  media?.addEventListener("timeupdate", follow);
  panel.ended = () => media?.removeEventListener("timeupdate", follow);
  const find = /** @type {HTMLInputElement} */ (part(element, "find"));
  find.addEventListener("input", () => {
    const text = find.value.trim();
    const found = cues.find(text);
    part(element, "found").textContent = text ? (found ? counted("cc_found", found) : t("cc_not_found")) : "";
    if (found) cues.match(0).scrollIntoView({ block: "nearest" });
  });
}
