/** What a course's caption report makes of its rows: shares, filters, orders. No DOM. */

/**
 * @typedef {{id: string, language: string, name: string, label: string, kind: string, origin: "human"|"machine",
 *   state: "ready"|"processing"|"failed"|"empty", caption: boolean, unread: boolean,
 *   verdict: "graded"|"empty"|"unreadable"|null, grade: string|null, meaning: string|null, cues: number|null,
 *   findings: {count: number, words: string}[]}} ReportTrack caption: what viewers read along
 * @typedef {{id: string, catalogue: "canvas"|"studio", external: string|null, owner: string|null, known: boolean,
 *   note: string|null, title: string, created_at: string|null, created_text: string|null, length: number|null,
 *   measured: number|null, unread: boolean, handle: string, tracks: ReportTrack[]}} Row length: seconds, at least;
 *   measured: the same as the catalogue told it, 0 where it cannot tell, null where it was not asked; known: whether it has
 *   told which tracks there are; note: why it does not
 */

const POOR = new Set(["C", "D"]);

/** The tracks that viewers can read along. @param {Row} row */
export function captionsOf(row) {
  return row.tracks.filter((track) => track.caption && track.state === "ready" && (track.verdict ?? "graded") === "graded");
}

/** The worst grade of a media's captions, null where none is known. @param {Row} row @returns {string|null} */
export function worstGrade(row) {
  return captionsOf(row).reduce((/** @type {string|null} */ worst, { grade }) => (grade && grade > (worst ?? "") ? grade : worst), null);
}

/** Whether a track is one that viewers would miss much with. @param {ReportTrack} track */
function fails(track) {
  const useless = track.state === "failed" || track.verdict === "empty" || track.verdict === "unreadable";
  return track.caption && (useless || POOR.has(track.grade ?? ""));
}

/** Spanish is there where there is Mexican Spanish. @param {Row} row @param {string} language a BCP 47 tag */
function has(row, language) {
  const wanted = language.toLowerCase();
  return captionsOf(row).some(({ language: tag }) => `${tag.toLowerCase()}-`.startsWith(`${wanted}-`));
}

/**
 * @param {string} name @param {string} language for the filter "missing"
 * @returns {(row: Row) => boolean}
 */
export function filterOf(name, language) {
  switch (name) {
    case "none":
      return (row) => row.known && !captionsOf(row).length;
    case "machine":
      return (row) => captionsOf(row).length > 0 && captionsOf(row).every(({ origin }) => origin === "machine");
    case "fails":
      return (row) => row.tracks.some(fails);
    case "missing":
      return (row) => row.known && !has(row, language);
    default:
      return () => true;
  }
}

/** The languages that occur in a course, by name. @param {Iterable<Row>} rows @returns {[string, string][]} */
export function languagesOf(rows) {
  /** @type {Map<string, string>} */ const found = new Map();
  for (const row of rows) for (const track of captionsOf(row)) found.set(track.language, track.name);
  return [...found].sort(([, one], [, other]) => one.localeCompare(other));
}

/** What rows are ordered by; null comes last, whichever way. @type {Record<string, (row: Row) => string|number|null>} */
const KEYS = {
  added: (row) => row.created_at,
  // Nothing at all is worse than the worst grade; captions that were not read yet are not known to be anything.
  grade: (row) => (captionsOf(row).length ? worstGrade(row) : row.known ? "E" : null),
  length: (row) => row.length,
};

/**
 * @param {Row[]} rows @param {string} by title, added, grade or length @param {boolean} descending
 * @param {string} locale of titles
 * @returns {Row[]}
 */
export function ordered(rows, by, descending, locale) {
  const titles = new Intl.Collator(locale, { numeric: true });
  const sign = descending ? -1 : 1;
  const key = KEYS[by];
  const byTitle = (/** @type {Row} */ one, /** @type {Row} */ other) => titles.compare(one.title, other.title);
  if (!key) return [...rows].sort((one, other) => sign * byTitle(one, other));
  return [...rows].sort((one, other) => {
    const [a, b] = [key(one), key(other)];
    if (a === null || b === null) return Number(a === null) - Number(b === null) || byTitle(one, other);
    return a === b ? byTitle(one, other) : sign * (a < b ? -1 : 1);
  });
}

/**
 * How much of a course has captions.
 * @param {Iterable<Row>} rows
 * @returns {{items: number, captioned: number, unknown: number, known: number, seconds: number, captionedSeconds: number}}
 *   unknown: media of which nobody says which captions they have: they are not among the items; known: how many lengths are
 */
export function shares(rows) {
  const sum = { items: 0, captioned: 0, unknown: 0, known: 0, seconds: 0, captionedSeconds: 0 };
  for (const row of rows) {
    if (!row.known) {
      sum.unknown += 1;
      continue;
    }
    const captioned = captionsOf(row).length > 0;
    sum.items += 1;
    sum.captioned += Number(captioned);
    // Where captions end is no measure here: those without any would be too short beside them.
    if (!row.measured) continue;
    sum.known += 1;
    sum.seconds += row.measured;
    sum.captionedSeconds += captioned ? row.measured : 0;
  }
  return sum;
}
