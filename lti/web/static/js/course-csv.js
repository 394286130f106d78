/** The report as a file for spreadsheets. Made here, from what the page has: it costs no call. */

import { captionsOf, worstGrade } from "./course-data.js";
import { t } from "./messages.js";

/** @typedef {import("./course-data.js").Row} Row */

// Spreadsheets take what begins so for a formula, some of them after blanks too (OWASP, "CSV injection").
const FORMULA = /^\s*[=+\-@|%\t\r\n＝＋－＠]/u;
const NOT_IN_NAMES = /[^\p{L}\p{N}]+/gu;
const LONGEST_NAME = 60;

/** @param {string|number|null} value */
function cell(value) {
  if (typeof value === "number") return String(value);
  const text = value ?? "";
  return `"${(FORMULA.test(text) ? `'${text}` : text).replaceAll('"', '""')}"`;
}

/** @param {Row} row */
function line(row) {
  const captions = captionsOf(row);
  const count = captions.flatMap(({ findings }) => findings).reduce((sum, finding) => sum + finding.count, 0);
  const languages = captions.map(({ label, grade }) => (grade ? `${label}: ${grade}` : label));
  return [
    row.title,
    row.created_at?.slice(0, 10) ?? "",
    row.length === null ? "" : Math.round(row.length / 6) / 10,
    row.known ? captions.length : "",
    languages.join("; "),
    worstGrade(row),
    captions.some(({ grade }) => grade) ? count : "",
    t(row.catalogue === "studio" ? "csv_studio" : "csv_canvas"),
    row.id,
  ];
}

/**
 * @param {Row[]} rows
 * @returns {Blob} with a byte order mark, without which spreadsheets take it for an old encoding
 */
export function csvOf(rows) {
  const head = ["title", "added", "minutes", "tracks", "languages", "grade", "findings", "where", "id"].map((name) => t(`csv_${name}`));
  const lines = [head, ...rows.map(line)].map((values) => `${values.map(cell).join(",")}\r\n`);
  return new Blob(["\ufeff", ...lines], { type: "text/csv;charset=utf-8" });
}

/** @param {string} course its title @returns {string} a name that every system takes */
export function fileName(course) {
  const name = course.replace(NOT_IN_NAMES, "-").slice(0, LONGEST_NAME).replace(/^-+|-+$/g, "");
  return `${[t("csv_file"), name].filter(Boolean).join("-")}.csv`;
}
