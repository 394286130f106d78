/** Two people's changes to one text, set side by side. Pure functions. */

/**
 * @typedef {import("./caption-editor-edits.js").WireCue} WireCue
 * @typedef {{kind: "same"|"mine"|"theirs"|"conflict", mine: WireCue[], theirs: WireCue[]}} Piece of the text, in order:
 *   unchanged, changed by one of the two, or by both in different ways
 */

/** @param {WireCue} cue what counts when two captions are compared: everything that a viewer could notice */
const signature = (cue) => JSON.stringify([cue.start, cue.end, cue.text, cue.settings]);

/**
 * Find which captions are the same in two texts: those that occur once in each and in the same order.
 * @param {string[]} one @param {string[]} other @returns {Map<number, number>} index in one → index in the other
 */
function matches(one, other) {
  const places = new Map(other.map((text, at) => [text, at]));
  const once = (/** @type {string[]} */ texts) => {
    const seen = new Map();
    for (const text of texts) seen.set(text, (seen.get(text) ?? 0) + 1);
    return seen;
  };
  const [inOne, inOther] = [once(one), once(other)];
  const pairs = one.flatMap((text, at) =>
    inOne.get(text) === 1 && inOther.get(text) === 1 ? [[at, /** @type {number} */ (places.get(text))]] : [],
  );
  return new Map(longestRising(pairs));
}

/** @param {number[][]} pairs by their first numbers @returns {[number, number][]} the most whose second numbers rise too */
function longestRising(pairs) {
  /** @type {number[]} */ const ends = []; // ends[n]: the pair that ends the best row of n + 1
  const before = pairs.map(([, value], at) => {
    let low = 0;
    let high = ends.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (pairs[ends[middle]][1] < value) low = middle + 1;
      else high = middle;
    }
    ends[low] = at;
    return low ? ends[low - 1] : -1;
  });
  /** @type {[number, number][]} */ const row = [];
  for (let at = ends.at(-1) ?? -1; at >= 0; at = before[at]) row.unshift([pairs[at][0], pairs[at][1]]);
  return row;
}

/**
 * Set two texts side by side that were one.
 * @param {WireCue[]|null} base what both began with; null where that is not known any more
 * @param {WireCue[]} mine @param {WireCue[]} theirs
 * @returns {Piece[]}
 */
export function compare(base, mine, theirs) {
  const [b, m, t] = [base ?? mine, mine, theirs].map((cues) => cues.map(signature));
  const [toMine, toTheirs] = [matches(b, m), matches(b, t)];
  /** @type {Piece[]} */ const pieces = [];
  let [atBase, atMine, atTheirs] = [0, 0, 0];
  const upTo = (/** @type {number} */ endBase, /** @type {number} */ endMine, /** @type {number} */ endTheirs) => {
    const own = mine.slice(atMine, endMine);
    const other = theirs.slice(atTheirs, endTheirs);
    const before = base ? b.slice(atBase, endBase) : null;
    pieces.push(...judged(before, own, other));
    [atBase, atMine, atTheirs] = [endBase, endMine, endTheirs];
  };
  b.forEach((_, at) => {
    const [inMine, inTheirs] = [toMine.get(at), toTheirs.get(at)];
    if (inMine === undefined || inTheirs === undefined) return;
    upTo(at, inMine, inTheirs);
    pieces.push({ kind: "same", mine: [mine[inMine]], theirs: [theirs[inTheirs]] });
    [atBase, atMine, atTheirs] = [at + 1, inMine + 1, inTheirs + 1];
  });
  upTo(b.length, m.length, t.length);
  return pieces;
}

/** @param {string[]|null} before @param {WireCue[]} mine @param {WireCue[]} theirs @returns {Piece[]} */
function judged(before, mine, theirs) {
  if (!mine.length && !theirs.length) return [];
  // Where nothing was added or taken away, caption stands against caption: people decide about each.
  if (mine.length > 1 && mine.length === theirs.length && (!before || before.length === mine.length)) {
    return mine.flatMap((cue, at) => judged(before && [before[at]], [cue], [theirs[at]]));
  }
  const [m, t] = [mine, theirs].map((cues) => cues.map(signature).join("\n"));
  const b = before?.join("\n");
  const kind = m === t ? "same" : b === m ? "theirs" : b === t ? "mine" : "conflict";
  return [{ kind, mine, theirs }];
}

/**
 * The text that comes of it.
 * @param {Piece[]} pieces @param {("mine"|"theirs")[]} chosen for each conflict, in order
 * @returns {WireCue[]}
 */
export function combined(pieces, chosen) {
  let at = 0;
  return pieces.flatMap((piece) => {
    const side = piece.kind === "conflict" ? (chosen[at++] ?? "mine") : piece.kind;
    return side === "theirs" ? piece.theirs : piece.mine;
  });
}
