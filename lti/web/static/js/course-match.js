/** Which caption file belongs to which media, by their names. No DOM; a person looks at it before anything is done. */

const EXTENSION = /\.[a-z0-9]{2,5}$/i; // of a file; titles often are the names of files too
const LANGUAGE = /[._ ([-]+[a-z]{2,3}([-_][a-z]{4}|[-_][a-z]{2}|[-_]\d{3})?[)\]]?$/i;
const ENOUGH = 0.5; // of the words of both; less is a coincidence ("Lecture")

/** @param {string} name @returns {string[]} its words, without accents; numbers without zeros before them */
function wordsOf(name) {
  const plain = name.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  // "week3" and "week 3" are the same two words.
  return (plain.match(/\p{L}+|\p{N}+/gu) ?? []).map((word) => word.replace(/^0+(?=\d)/, ""));
}

/** How alike two lists of words are, 0 to 1. Numbers that differ tell two lectures apart. @param {string[]} one @param {string[]} other */
function likeness(one, other) {
  const numbers = (/** @type {string[]} */ words) => words.filter((word) => /^\p{N}+$/u.test(word)).join(" ");
  const differ = numbers(one) !== numbers(other) && numbers(one) !== "" && numbers(other) !== "";
  const left = [...other];
  const shared = one.filter((word) => {
    const at = left.indexOf(word);
    if (at >= 0) left.splice(at, 1);
    return at >= 0;
  }).length;
  const all = one.length + other.length;
  return all && !differ ? (2 * shared) / all : 0;
}

/**
 * Match files with media: each file with one, no media with two. The likeliest pairs come first.
 * @param {string[]} files names of files, such as week-3_intro.es.srt
 * @param {{id: string, title: string}[]} media
 * @returns {(string|null)[]} for each file the id of its media, null where none is likely
 */
export function match(files, media) {
  const titles = media.map(({ title }) => wordsOf(title.replace(EXTENSION, "")));
  const pairs = files.flatMap((name, file) => {
    const stem = name.replace(EXTENSION, "");
    // With what looks like a language and without: "Tour.de.srt" may be a tour in German.
    const forms = [wordsOf(stem), wordsOf(stem.replace(LANGUAGE, ""))];
    return titles.map((title, at) => ({ file, at, score: Math.max(...forms.map((words) => likeness(words, title))) }));
  });
  /** @type {(string|null)[]} */ const found = files.map(() => null);
  const taken = new Set();
  for (const { file, at, score } of pairs.filter((pair) => pair.score >= ENOUGH).sort((one, other) => other.score - one.score)) {
    if (found[file] !== null || taken.has(at)) continue;
    found[file] = media[at].id;
    taken.add(at);
  }
  return found;
}
