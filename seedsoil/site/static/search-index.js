// The index of the search, and what it answers to a question. It reads what `search_index.py` and `search_bits.py` write,
// and takes a question to pieces as `search_words.py` takes the book. The stemmer stands in `stemmer.js`.

const COMMON = null; // in the place of the documents of a word that is in so many that it chooses nothing
const HASH_BITS = 22;
const KINDS = ["rows", "passages", "references"];

class Bits {
  constructor(base64) {
    this.bytes = Uint8Array.from(atob(base64), (sign) => sign.charCodeAt(0));
    this.place = 0;
  }

  bit() {
    return (this.bytes[this.place >> 3] >> (7 - (this.place++ & 7))) & 1;
  }

  plain(count) {
    let value = 0;
    while (count--) value = value * 2 + this.bit();
    return value;
  }

  // From 0 on and below `end`, in truncated binary
  below(end) {
    const width = end > 1 ? 32 - Math.clz32(end - 1) : 0;
    if (!width) return 0;
    const short = 2 ** width - end;
    const number = this.plain(width - 1);
    return number < short ? number : number * 2 + this.bit() - short;
  }

  gamma() {
    let more = 0;
    while (!this.bit()) more++;
    return 2 ** more + this.plain(more);
  }

  // `count` numbers that go up, from `start` on and below `end`: the middle one first
  rising(count, start, end) {
    if (!count) return [];
    const middle = count >> 1;
    const least = start + middle;
    const number = least + this.below(end - (count - middle - 1) - least);
    const before = this.rising(middle, start, number);
    return [...before, number, ...this.rising(count - middle - 1, number + 1, end)];
  }
}

function hashed(word) {
  let value = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(word)) value = Math.imul(value ^ byte, 0x01000193) >>> 0;
  return (value >>> HASH_BITS) ^ (value & (2 ** HASH_BITS - 1));
}

// How many letters must be put in, left out, changed or exchanged with their neighbor.
function distance(one, other) {
  const rows = [Array.from({ length: other.length + 1 }, (_, place) => place)];
  for (let i = 1; i <= one.length; i++) {
    rows[i] = [i];
    for (let j = 1; j <= other.length; j++) {
      const change = rows[i - 1][j - 1] + (one[i - 1] !== other[j - 1]);
      rows[i][j] = Math.min(change, rows[i - 1][j] + 1, rows[i][j - 1] + 1);
      if (i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1])
        rows[i][j] = Math.min(rows[i][j], rows[i - 2][j - 2] + 1);
    }
  }
  return rows[one.length][other.length];
}

class Words {
  constructor({ hyphens, letters, rules, genes, unasked, stopwords }) {
    this.letters = letters;
    this.rules = rules.map(([pattern, written]) => [new RegExp(pattern, "g"), written]);
    this.genes = genes;
    this.greek = new RegExp(Object.keys(genes).join("|"), "g");
    this.unasked = new RegExp(unasked);
    this.stopwords = new Set(stopwords);
    this.hyphen = new RegExp(`[${hyphens}]`);
    this.compound = new RegExp(`[\\p{L}\\p{N}_]+(?:[${hyphens}][\\p{L}\\p{N}_]+)*`, "gu");
    this.stemmer = new Stemmer();
  }

  plain(text) {
    const spelled = [...text.normalize("NFC")].map((letter) => this.letters[letter] ?? letter).join("");
    return spelled.normalize("NFKD").replace(/[\u0300-\u036f]/g, "");
  }

  stem(word) {
    for (const [pattern, written] of this.rules) word = word.replace(pattern, written);
    return this.stemmer.stemWord(word);
  }

  pieces(text) {
    return (this.plain(text).match(this.compound) ?? []).flatMap((compound) => {
      const parts = compound.split(this.hyphen);
      const made = parts.map((typed) => {
        const small = typed.toLowerCase();
        const said = /^\p{L}+$/u.test(typed) ? this.stem(small) : small;
        return { typed, stem: this.stem(small), key: said.replace(this.greek, (name) => this.genes[name]), whole: "" };
      });
      if (parts.length === 2) made[0].whole = this.stem(parts.join("").toLowerCase());
      return made;
    });
  }

  key(text) {
    return this.pieces(text).map(({ key }) => key).join("");
  }

  isWord(token, asked = false) {
    if (asked && /^\d{4,}$/.test(token)) return true; // a year, or the number of a paper
    return token.length > 1 && !this.stopwords.has(token) && !this.unasked.test(token);
  }
}

class SearchIndex {
  constructor({ tables, terms, together, origins, sizes, words, bits }) {
    this.words = new Words(tables);
    this.sizes = sizes;
    this.together = together;
    this.rowsOf = new Map(); // of each reference
    origins.forEach((work, row) => this.rowsOf.set(work, [...(this.rowsOf.get(work) ?? []), row]));
    this.terms = new Map(
      terms.map(([name, place, label, ...names]) => {
        const [address, kind] = [place === 1 ? `atlas/${name}.html` : place, name.split("-")[0]];
        return [name, { name, kind, address, label, names }];
      }),
    );
    this.bearers = new Map();
    for (const { name, names } of this.terms.values())
      for (const key of names.map((one) => this.words.key(one)))
        this.bearers.set(key, [...new Set([...(this.bearers.get(key) ?? []), name])]);
    this.read(new Bits(bits), words);
    this.addWordsOfNames();
  }

  read(bits, words) {
    this.found = new Map(); // by hash of a word: the documents of each kind
    for (const hash of bits.rising(words, 0, 2 ** HASH_BITS)) {
      const kinds = this.sizes.map((size) => {
        const count = bits.gamma() - 1;
        return count > size ? COMMON : bits.rising(count, 0, size);
      });
      this.found.set(hash, kinds);
    }
  }

  // Where a term is named, the words of its name are found as well; the index does not repeat them.
  addWordsOfNames() {
    for (const { name, names } of this.terms.values()) {
      const whose = this.found.get(hashed(name));
      const stems = this.words.pieces(names[0]).map(({ stem }) => stem).filter((stem) => this.words.isWord(stem));
      for (const stem of whose && stems.length > 1 ? stems : []) {
        const known = this.found.get(hashed(stem)) ?? this.sizes.map(() => []);
        const both = (one, other) => [...new Set([...one, ...other])].sort((a, b) => a - b);
        this.found.set(hashed(stem), known.map((docs, kind) => docs && whose[kind] && both(docs, whose[kind])));
      }
    }
  }

  documents(word) {
    return this.found.get(hashed(word));
  }

  // A word is found in a row where its reference has it; a term is not: the row itself says what it is about.
  having(word, kind) {
    const found = this.documents(word);
    if (!found || kind || this.terms.has(word)) return found ? found[kind] : [];
    return [...new Set([...found[0], ...found[2].flatMap((work) => this.rowsOf.get(work) ?? [])])];
  }

  // --- questions ---

  // What must be found: for each, in how many ways, and for each way, by which words. DOIs go by themselves.
  units(question) {
    const units = [];
    const rest = question.replace(/(?:https?:\/\/(?:dx\.)?doi\.org\/|doi:\s*)?(10\.\d{4,9}\/[^\s]*[^\s.,;)])/gi, (_, doi) => {
      units.push({ said: doi, ways: [[doi.toLowerCase()]], terms: [] });
      return " ";
    });
    const pieces = this.words.pieces(rest);
    for (let start = 0; start < pieces.length; ) {
      let [terms, after, key] = [[], start + 1, ""];
      for (let end = start; end < pieces.length; end++) {
        key += pieces[end].key;
        if (this.bearers.has(key)) [terms, after] = [this.bearers.get(key), end + 1];
      }
      const some = pieces.slice(start, after);
      const stems = some.map(({ stem }) => stem).filter((stem) => this.words.isWord(stem, true));
      const said = some.map(({ typed }) => typed).join(" ");
      if (terms.length) units.push({ said, ways: [...terms.map((name) => [name]), ...(stems.length ? [stems] : [])], terms });
      else if (some[0].whole && this.documents(some[0].whole)) {
        units.push({ said, ways: [[some[0].whole]], terms: [] });
        after += 1;
      } else if (stems.length) {
        const begun = this.documents(stems[0]) ? [] : this.begun(some[0].typed);
        units.push({ said, ways: [stems, ...begun.map((name) => [name])], terms: [] });
      }
      start = after;
    }
    for (const unit of units) unit.known = unit.terms.length > 0 || unit.ways.some((way) => way.every((word) => this.documents(word)));
    return units;
  }

  // Terms with a name in which a word begins so.
  begun(typed) {
    const start = this.words.plain(typed).toLowerCase();
    const begins = (name) => this.words.plain(name).toLowerCase().split(/[^\p{L}\p{N}]+/u).some((word) => word.startsWith(start));
    return start.length < 3 ? [] : [...this.terms.values()].filter(({ names }) => names.some(begins)).map(({ name }) => name);
  }

  ask(question, chosen = []) {
    const units = this.units(question);
    const known = units.filter((unit) => unit.known);
    const facets = chosen.map((word) => new Set(this.documents(word)?.[0]));
    const fits = (row) => facets.every((rows) => rows.has(row));
    const answers = KINDS.map((_, kind) => this.ranked(known, kind));
    if (!units.length && facets.length) answers[0] = { documents: Array.from({ length: this.sizes[0] }, (_, row) => row), all: true };
    answers[0].documents = answers[0].documents.filter((row) => fits(row));
    const whole = answers.some(({ documents, all }) => all && documents.length);
    for (const answer of answers) if (whole && !answer.all) answer.documents = [];
    const terms = this.rankedTerms(question, units);
    const unknown = units.filter((unit) => !unit.known).map(({ said }) => said);
    const nothing = !terms.length && answers.every(({ documents }) => !documents.length);
    return { terms, answers, unknown, nearest: unknown.length || (nothing && question.trim()) ? this.nearest(question, unknown) : [] };
  }

  // The documents of a kind that have all that is asked for, or else the most of it, the best first. What is too common
  // to choose by only puts forward what is about it, unless all of the question is so.
  ranked(units, kind) {
    const parts = units.map((unit) => this.scored(unit, kind));
    const telling = parts.filter(({ common }) => !common);
    const choosing = telling.length ? telling : parts;
    const found = new Map();
    for (const { scores } of choosing)
      for (const [number, score] of scores) {
        const [count, sum] = found.get(number) ?? [0, 0];
        found.set(number, [count + 1, sum + score]);
      }
    const most = Math.max(0, ...[...found.values()].map(([count]) => count));
    const all = most === choosing.length || !telling.length;
    const best = [...found].filter(([, [count]]) => count === most && (all || most * 2 >= choosing.length));
    const others = parts.filter((part) => !choosing.includes(part));
    const sum = ([number, [, own]]) => others.reduce((total, { scores }) => total + (scores.get(number) ?? 0), own);
    const sums = new Map(best.map((one) => [one[0], sum(one)]));
    const documents = [...sums.keys()].sort((one, other) => sums.get(other) - sums.get(one) || one - other);
    return { documents, all };
  }

  // By document, how much it has to do with a unit: rare words weigh more, and what a document is about.
  scored({ ways }, kind) {
    const scores = new Map();
    const common = ways.some((way) => way.every((word) => this.having(word, kind) === COMMON));
    for (const way of ways) {
      const subjects = way.map((word) => new Set(this.documents(`^${word}`)?.[kind]));
      const lists = way.map((word) => this.having(word, kind)).filter((list) => list !== COMMON);
      const [first, ...others] = common ? subjects : lists.map((list) => new Set(list));
      const rarity = Math.log(1 + this.sizes[kind] / (first.size || 1));
      for (const number of first)
        if (others.every((set) => set.has(number))) {
          const score = rarity * (1 + subjects.filter((set) => set.has(number)).length / way.length);
          scores.set(number, Math.max(score, scores.get(number) ?? 0));
        }
    }
    return { common, scores };
  }

  // Terms that bear the name that is asked for, that are named in the question, or whose names have all its words.
  rankedTerms(question, units) {
    const key = this.words.key(question);
    const exact = new Set(this.bearers.get(key));
    const named = new Set(units.flatMap((unit) => unit.terms));
    const asked = this.words.pieces(question).map(({ typed, stem }) => [typed.toLowerCase(), stem]);
    const has = (name) => {
      const pieces = this.words.pieces(name);
      return asked.every(([typed, stem]) => pieces.some((piece) => piece.stem === stem || piece.typed.toLowerCase().startsWith(typed)));
    };
    const score = ({ name, names }) => (exact.has(name) ? 3 : named.has(name) ? 2 : asked.length && names.some(has) ? 1 : 0);
    return [...this.terms.values()]
      .filter(({ address }) => address)
      .map((term) => ({ ...term, score: score(term), rows: this.documents(term.name)?.[0]?.length ?? 0 }))
      .filter((term) => term.score)
      .sort((a, b) => b.score - a.score || b.rows - a.rows || a.label.localeCompare(b.label, "en"));
  }

  // Questions with the names that are spelled most alike, three at most.
  nearest(question, unknown) {
    const small = (text) => this.words.plain(text).toLowerCase();
    const names = [...new Set([...this.terms.values()].flatMap((term) => term.names))];
    const words = [...new Set(names.flatMap((name) => name.split(/\s+/)).filter((word) => word.length > 3))];
    const near = (asked, known) => {
      const all = known.map((one) => [distance(small(asked), small(one)), one]).filter(([far]) => far && far <= Math.max(1, asked.length / 3));
      return all.sort(([one], [other]) => one - other).map(([, one]) => one);
    };
    const whole = near(question.trim(), names);
    const parts = unknown.flatMap((said) => near(said, words).slice(0, 2).map((one) => question.replace(said, one)));
    return [...new Set([...parts, ...whole])].slice(0, 3);
  }
}
