// The twin of seedsoil/evidence/judging.py: the grade of a clause from its rows. tests/site/test_what_if.py holds the two
// to the same words. `told` is what the page carries of the clause, `words` what it carries of the rules; of each row
// there is the name by which a sentence calls it, beside side, names, voices, human, cells and uncounted.

const fill = (text, value) => text.replace("{}", () => value);
const number = (count, one) => `${count} ${one}${count === 1 ? "" : "s"}`;
const sum = (numbers) => numbers.reduce((total, one) => total + one, 0);

export const rowOf = (name, [side, names, voices, human, cells, uncounted]) => ({ name, side, names, voices, human, cells, uncounted });

export function judge(words, { claim, excludes }, rows) {
  const voices = voicesOf(rows.filter((row) => !row.uncounted));
  const { word, reasons } = judged(words, claim, voices);
  for (const why of ["retracted", "unverified"]) {
    const left = rows.filter((row) => row.uncounted === why).length;
    if (left) reasons.push(fill(words.says[why], number(left, words.says.row)));
  }
  return { word, reasons, changes: changesOf(words, claim, excludes, word, voices) };
}

// As the page has it beside the clause.
export function sentence({ says }, { reasons, changes }) {
  return ` (${reasons.join(", ")}).${changes.length ? ` ${fill(says.changes, changes.join("; "))}` : ""}`;
}

// The lowest word of a message; a documented disagreement lowers no other clause.
export function lowest({ lowestFirst }, found) {
  const [, , , , open, documented] = lowestFirst;
  const settled = found.filter((word) => word !== open && word !== documented);
  const rank = (word) => lowestFirst.indexOf(word);
  return (settled.length ? settled : found).reduce((low, word) => (rank(word) < rank(low) ? word : low));
}

function judged({ says, lowestFirst }, claim, voices) {
  const [none, notKnown, contested, weak, open, documented, moderate, strong] = lowestFirst;
  const rows = voices.flat();
  if (claim === "open") {
    const sides = [...new Set(rows.map((row) => row.side))].filter(Boolean).sort();
    const counts = sides.map((side) => count(voices, side));
    const reasons = sides.map((side, i) => `${number(counts[i], says.camp)} ${side}`);
    const isDocumented = counts.filter((one) => one >= 2).length >= 2;
    return { word: isDocumented ? documented : sides.length ? open : none, reasons: reasons.length ? reasons : [says.nobody] };
  }
  const [agree, against] = ["for", "against"].map((side) => count(voices, side));
  const agreeing = rows.filter((row) => row.side === "for");
  const human = agreeing.some((row) => row.human);
  const reasons = [number(agree, says.agree)];
  if (agree) reasons.push(human ? says.human : agreeing.every((row) => row.cells) ? says.cells : says.animals);
  if (against) reasons.push(fill(says.against, against));
  const silent = rows.filter((row) => !row.side).length;
  if (silent) reasons.push(fill(says.silent, number(silent, says.row)));
  const word = () => {
    if (!agree) return claim === "no effect" && rows.length ? notKnown : none;
    if (2 * against >= agree) return against ? contested : weak;
    if (agree >= 3 && human && !against) return strong;
    return agree >= 2 ? moderate : weak;
  };
  return { word: word(), reasons };
}

function changesOf(words, claim, excludes, word, voices) {
  const { says, lowestFirst } = words;
  const [, notKnown, , weak, , , moderate, strong] = lowestFirst;
  const rank = (one) => lowestFirst.indexOf(one);
  const nameOf = ([first, ...others]) => (others.length ? fill(says.voice, first.name) : first.name);
  const changes = [];
  if ([strong, moderate, weak].includes(word)) {
    const needed = voices.filter((voice) => rank(judged(words, claim, voices.filter((other) => other !== voice)).word) < rank(word));
    if (needed.length) changes.push(fill(says.falls, needed.map(nameOf).join(says.or)));
  }
  const rows = voices.flat();
  if (word === weak) changes.push(says.second);
  else if (word === moderate && !rows.some((row) => row.side === "against")) {
    const human = rows.some((row) => row.side === "for" && row.human);
    const wanted = [count(voices, "for") < 3 && says.third, !human && says.human].filter(Boolean);
    changes.push(fill(says.lift, wanted.join(says.and)));
  } else if (word === notKnown) changes.push(fill(says.excludes, excludes));
  return changes;
}

// How many voices have a row on this side; a published pool of several studies counts as several.
const count = (voices, side) =>
  sum(voices.map((voice) => Math.max(0, ...voice.filter((row) => row.side === side).map((row) => row.voices))));

// Rows that have a name in common, together.
function voicesOf(rows) {
  let voices = [];
  for (const row of rows) {
    const joined = voices.filter(({ names }) => row.names.some((name) => names.includes(name)));
    voices = voices.filter((voice) => !joined.includes(voice));
    const voice = { names: [...row.names], members: [row] };
    for (const { names, members } of joined) {
      voice.names.push(...names);
      voice.members = [...members, ...voice.members];
    }
    voices.push(voice);
  }
  return voices.map(({ members }) => members);
}
