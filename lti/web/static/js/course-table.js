/** The rows of the report, as elements. A row that changes is changed in place: who reads it must not lose it. */

import { captionsOf, worstGrade } from "./course-data.js";
import { make } from "./dom.js";
import { counted, listed, measured, shortTitle, t } from "./messages.js";

/** @typedef {import("./course-data.js").Row} Row @typedef {import("./course-data.js").ReportTrack} ReportTrack */

/** @param {string} grade @param {string|null} meaning */
function gradeMark(grade, meaning) {
  const words = make("span", { className: "unseen" }, ` ${meaning ?? ""}`);
  return make("span", { className: `grade grade-${grade.toLowerCase()}`, title: meaning ?? "" }, grade, words);
}

/** @param {number} seconds */
export function lengthWords(seconds) {
  return seconds < 90 ? measured(Math.round(seconds), "second") : measured(Math.round(seconds / 60), "minute");
}

/** @param {ReportTrack} track @param {boolean} asked whether its text was asked for already @param {boolean} studio */
function trackLine(track, asked, studio) {
  const about = [track.name];
  if (!track.caption) about[0] = track.label;
  else if (track.origin === "machine") about.push(t("machine"));
  if (track.state !== "ready") about.push(t(studio && track.state === "processing" ? "unpublished" : `state_${track.state}`));
  else if (track.unread) about.push(t(asked ? "not_read" : "checking"));
  else if (track.verdict === "empty" || track.verdict === "unreadable") about.push(t(`verdict_${track.verdict}`));
  const line = make("li", {}, make("span", {}, listed(about, "unit")));
  if (track.grade) line.append(" ", gradeMark(track.grade, track.meaning));
  if (track.findings.length) {
    const all = track.findings.reduce((sum, { count }) => sum + count, 0);
    const list = track.findings.map(({ count, words }) => make("li", {}, t("finding", { count, words })));
    line.append(make("details", {}, make("summary", {}, counted("findings", all)), make("ul", {}, ...list)));
  }
  return line;
}

/** @param {Row} row @param {boolean} asked */
function captionsCell(row, asked) {
  if (!row.known) return [make("span", { className: "hint" }, row.note ?? t(asked ? "not_known" : "checking"))];
  const lines = row.tracks.map((track) => trackLine(track, asked, row.catalogue === "studio"));
  const none = captionsOf(row).length ? [] : [make("span", { className: "none" }, t("no_captions"))];
  return [...none, ...(lines.length ? [make("ul", {}, ...lines)] : [])];
}

/** Where a media lies, if that is not Canvas. @param {Row} row */
function origin(row) {
  if (row.catalogue === "canvas") return [];
  const words = row.owner ? t("studio_of", { owner: row.owner }) : t("in_studio");
  return [" ", make("span", { className: "hint origin" }, words)];
}

export class ReportTable {
  /**
   * @param {HTMLElement} body
   * @param {{open: ((row: Row) => void)|null, selected: () => void}} doing open: what pressing a title does;
   *   selected: called when the person ticked something
   */
  constructor(body, doing) {
    this.body = body;
    this.doing = doing;
    /** @type {Map<string, {row: Row, line: HTMLElement, box: HTMLInputElement}>} */ this.lines = new Map();
  }

  /** @param {Row} row @param {boolean} asked whether its texts were asked for already */
  put(row, asked) {
    const known = this.lines.get(row.id);
    const box = known?.box ?? this.newBox();
    const line = known?.line ?? make("tr");
    this.lines.set(row.id, { row, line, box });
    const title = shortTitle(row.title, 200);
    box.setAttribute("aria-label", t("select", { title: shortTitle(row.title, 80) }));
    const grade = worstGrade(row);
    const meaning = captionsOf(row).find((track) => track.grade === grade)?.meaning ?? null;
    const cells = [
      make("th", { scope: "row" }, this.doing.open ? this.opener(row.id, title) : make("bdi", {}, title), ...origin(row)),
      make("td", { className: "added" }, row.created_text ?? ""),
      make("td", { className: "captions" }, ...captionsCell(row, asked)),
      make("td", { className: "worst" }, ...(grade ? [gradeMark(grade, meaning)] : [])),
      make("td", { className: "length" }, row.length ? lengthWords(row.length) : ""),
    ];
    if (!known) return line.append(make("td", { className: "tick" }, box), ...cells);
    // What has not changed stays, with the focus that may be in it; the box to tick always does.
    cells.forEach((cell, at) => {
      const before = line.children[at + 1];
      if (!before.isEqualNode(cell)) before.replaceWith(cell);
    });
  }

  newBox() {
    const box = /** @type {HTMLInputElement} */ (make("input", { type: "checkbox" }));
    box.addEventListener("change", this.doing.selected);
    return box;
  }

  /** @param {string} id @param {string} title */
  opener(id, title) {
    const button = make("button", { type: "button", className: "link", dir: "auto" }, title);
    button.addEventListener("click", () => {
      const line = this.lines.get(id);
      if (line) this.doing.open?.(line.row);
    });
    return button;
  }

  /** Put rows in an order; moves as few as it can, so that what has the focus keeps it. @param {Row[]} rows */
  order(rows) {
    let place = this.body.firstElementChild;
    for (const { id } of rows) {
      const line = this.lines.get(id)?.line;
      if (!line) continue;
      if (line === place) place = place.nextElementSibling;
      else this.body.insertBefore(line, place);
    }
  }

  /** @param {(row: Row) => boolean} shown @returns {number} how many are */
  filter(shown) {
    let count = 0;
    for (const { row, line, box } of this.lines.values()) {
      line.hidden = !shown(row);
      if (line.hidden) box.checked = false; // nothing is done to what nobody sees
      else count += 1;
    }
    return count;
  }

  /** @returns {Row[]} what is ticked, in the order of the table */
  get selected() {
    const ticked = new Set([...this.lines.values()].filter(({ box }) => box.checked).map(({ line }) => line));
    const rows = new Map([...this.lines.values()].map(({ line, row }) => [line, row]));
    return [...this.body.children].flatMap((line) => {
      const row = rows.get(/** @type {HTMLElement} */ (line));
      return row && ticked.has(/** @type {HTMLElement} */ (line)) ? [row] : [];
    });
  }

  /** @param {boolean} ticked all that is shown, or nothing */
  select(ticked) {
    for (const { line, box } of this.lines.values()) box.checked = ticked && !line.hidden;
  }
}
