// Searches the archive in the reader's browser: fetches the few files of the index that a query needs and shows what it finds.
// The functions before the page itself know nothing of it and are exported for tests; what they do is described in the
// crate newsprint-search, which makes the files and has the same rules for text and queries.

// ---- Text ----

const LETTER = '[\\u4e00-\\u9fff\\u3400-\\u4dbf\\u3005-\\u3007\\u3041-\\u3096\\u309d-\\u309f\\u30a1-\\u30fa\\u30fc-\\u30ff\\u31f0-\\u31ff\\uac00-\\ud7ff\\u1100-\\u11ff\\uf900-\\ufaff\\u{20000}-\\u{3ffff}\\u{1b000}-\\u{1b16f}\\u0e01-\\u0e3a\\u0e40-\\u0e4e\\u0e81-\\u0eff\\u1000-\\u103f\\u1780-\\u17d3]';
const WORD = '[\\p{Alphabetic}\\p{N}\\p{M}]';
const UNIT = new RegExp(`${LETTER}|(?:(?!${LETTER})${WORD})+`, 'gu');
const IS_LETTER = new RegExp(`^${LETTER}$`, 'u');
const IS_WORD = new RegExp(`^${WORD}$`, 'u');
const LONGEST_WORD = 32;
const LONGEST_QUERY = 200;
const MIN_BEGINNING = 2;
const variants = new Map();

// The table of characters that are taken for one another.
export function learnVariants(bytes) {
  const codes = [];
  const reader = new Reader(bytes);
  // A variant takes two bytes beside its varint: the number of varints is the one that makes both ends meet.
  for (let code = 0x3400; reader.at + 2 * codes.length < bytes.length;) codes.push(code += reader.number());
  codes.forEach((code, i) => variants.set(String.fromCharCode(code), String.fromCharCode(bytes[reader.at + i] << 8 | bytes[reader.at + codes.length + i])));
}

export function fold(text) {
  let folded = '';
  for (const letter of text.normalize('NFKC')) {
    for (let small of letter.toLowerCase()) {
      if (small === 'ς') small = 'σ';
      folded += variants.get(small) ?? small;
    }
  }
  return folded;
}

// The units of a folded line: letters of scripts without spaces one by one, and words.
export function units(line) {
  const found = [];
  let end = -1;
  for (const { 0: text, index } of line.matchAll(UNIT)) {
    const word = !IS_LETTER.test(text);
    found.push({ text: word ? cut(text) : text, word, joined: index === end });
    end = index + text.length;
  }
  return found;
}

const cut = (word) => (word.length > LONGEST_WORD ? [...word].slice(0, LONGEST_WORD).join('') : word);

// ---- Queries ----

const FIELDS = { source: 'source', 来源: 'source', in: 'in', 分类: 'in', year: 'year', 年份: 'year', author: 'author', 作者: 'author' };
const QUOTES = { '"': '"', '“': '”', '「': '」' };

export function parse(text) {
  const query = { terms: [], filters: [] };
  let rest = fold([...text].slice(0, LONGEST_QUERY).join('')).trimStart();
  while (rest) {
    const [piece, after] = takePiece(rest);
    addPiece(query, piece, !after);
    rest = after.trimStart();
  }
  return query;
}

function takePiece(text) {
  const excluded = /^-\S/u.test(text);
  if (excluded) text = text.slice(1);
  const colon = text.indexOf(':');
  const name = colon > 0 ? text.slice(0, colon) : '';
  const field = Object.hasOwn(FIELDS, name) ? FIELDS[name] : null;
  if (field) text = text.slice(colon + 1);
  const close = QUOTES[text[0]];
  if (close) {
    const end = text.indexOf(close, 1);
    const value = end < 0 ? text.slice(1) : text.slice(1, end);
    return [{ excluded, field, quoted: true, value }, end < 0 ? '' : text.slice(end + 1)];
  }
  const end = text.search(/[\s"“「]/u);
  return end < 0 ? [{ excluded, field, quoted: false, value: text }, ''] : [{ excluded, field, quoted: false, value: text.slice(0, end) }, text.slice(end)];
}

function addPiece(query, { excluded, field, quoted, value }, isLast) {
  if (field) {
    if (value.trim()) query.filters.push({ field, value: value.trim(), excluded });
    return;
  }
  const terms = [];
  let lastIsWord = false;
  for (const part of units(value)) {
    const goesOn = quoted || (part.joined && !lastIsWord && !part.word);
    lastIsWord = part.word;
    if (goesOn && terms.length) terms.at(-1).push(part);
    else terms.push([part]);
  }
  terms.forEach((parts, i) => {
    const end = parts.at(-1);
    const mayBegin = isLast && i === terms.length - 1 && !quoted && !excluded && end.word && [...end.text].length >= MIN_BEGINNING && /[\p{Alphabetic}\p{N}]$/u.test(value);
    query.terms.push({ parts, excluded, mayBegin });
  });
}

// ---- Files ----

const NEIGHBOURS = 61;
// What a term must be followed by where anything may follow.
const ANYTHING = -1;
// As much of a shard is asked for first: its directory is hardly ever longer.
const FIRST_BYTES = 2048;

class Reader {
  constructor(bytes, at = 0) {
    this.bytes = bytes;
    this.at = at;
  }

  number() {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.bytes[this.at++];
      value += (byte & 127) * 2 ** shift;
      if (!(byte & 128)) return value;
    }
  }

  numbers(count) {
    return Array.from({ length: count }, () => this.number());
  }

  take(count) {
    return this.bytes.subarray(this.at, this.at += count);
  }
}

function mix(number) {
  number ^= number >>> 16;
  number = Math.imul(number, 0x85ebca6b);
  number ^= number >>> 13;
  number = Math.imul(number, 0xc2b2ae35);
  return (number ^ number >>> 16) >>> 0;
}

function hashUnits(text) {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}

function unit16(letter) {
  const code = letter.codePointAt(0);
  return code < 0x10000 ? code : 0xe000 | code & 0x1fff;
}

const neighbour = (part) => mix((part.word ? hashUnits(part.text) : unit16(part.text)) ^ (part.joined ? 0 : 0x9e3779b9)) % NEIGHBOURS;
const share = (number, count) => Math.floor(number * count / 2 ** 32);

const rotate = (number, count) => number << count | number >>> 32 - count;

// What a term is looked up by, one after the other: each has to be in a post for the term to be.
function lookups(parts) {
  const isPair = (i) => i > 0 && i < parts.length && parts[i].word === parts[i - 1].word && (parts[i].word || parts[i].joined);
  const after = (i) => (i in parts ? neighbour(parts[i]) : ANYTHING);
  return parts.flatMap((part, i) => {
    if (isPair(i + 1)) {
      const second = parts[i + 1].text;
      const hash = part.word ? rotate(hashUnits(part.text), 7) ^ hashUnits(second) : unit16(part.text) << 16 | unit16(second);
      return [{ table: 'pairs', hash: mix(hash), after: after(i + 2) }];
    }
    if (isPair(i)) return [];
    return [part.word ? wordLookup(part.text, after(i + 1)) : { table: 'letters', hash: mix(unit16(part.text)), after: after(i + 1) }];
  });
}

function wordLookup(word, after = ANYTHING) {
  const place = mix(hashUnits([...word].slice(0, /^[@#]/.test(word) ? 3 : 2).join('')));
  return { table: 'words', word, place, after };
}

function shardOf([pairs, letters, words], lookup) {
  if (lookup.table === 'pairs') return share(lookup.hash, pairs);
  if (lookup.table === 'letters') return letters ? pairs + share(lookup.hash, letters) : share(lookup.hash, pairs);
  return words ? pairs + letters + share(lookup.place, words) : share(lookup.place, pairs);
}

// Where the chunks of a shard's tables are, read from the beginning of its file; `end` is where the directory ends.
// What is of another build is not looked into.
function readDirectory(bytes, wanted) {
  const reader = new Reader(bytes, 4);
  const length = reader.number();
  const end = reader.at + length;
  const directory = { generation: generation(bytes), end };
  if (directory.generation !== wanted || end > bytes.length) return directory;
  let start = end;
  for (const table of ['pairs', 'letters', 'words']) {
    let hash = 0;
    directory[table] = Array.from({ length: reader.number() }, () => {
      const first = table === 'words' ? reader.take(reader.number()) : hash += reader.number();
      return { first, start, end: start += reader.number() };
    });
  }
  return directory;
}

// The terms of a chunk, and where their posts are in its bytes.
function readChunk(bytes, wanted, hasWords) {
  if (generation(bytes) !== wanted) return {};
  const reader = new Reader(bytes, 4);
  const count = reader.number();
  const names = new Map();
  let last = hasWords ? new Uint8Array(0) : 0;
  for (let i = 0; i < count; i++) {
    if (hasWords) {
      const shared = reader.number();
      const length = reader.number();
      const word = new Uint8Array(shared + length);
      word.set(last.subarray(0, shared));
      word.set(reader.take(length), shared);
      names.set(DECODER.decode(last = word), i);
    } else {
      names.set(last += reader.number(), i);
    }
  }
  const places = reader.numbers(count);
  const neighbours = reader.numbers(count);
  const titles = Array.from({ length: count }, () => reader.numbers(reader.number()));
  const chunk = { generation: generation(bytes), bytes, names, titles, places: startsOf(places, reader.at) };
  return Object.assign(chunk, { neighbours: startsOf(neighbours, chunk.places.at(-1)) });
}

function startsOf(lengths, from) {
  const starts = [from];
  for (const length of lengths) starts.push(from += length);
  return starts;
}

// The posts of a term that have a neighbour of the class asked for, and whether it is in their titles.
function postings(chunk, index, after) {
  const { bytes } = chunk;
  const places = new Reader(bytes, chunk.places[index]);
  const inTitles = new Set();
  chunk.titles[index].reduce((next, distance) => inTitles.add(next + distance) && next + distance + 1, 0);
  let note = chunk.neighbours[index];
  const docs = [];
  const titles = [];
  for (let i = 0, next = 0; places.at < chunk.places[index + 1]; i++) {
    const doc = next + places.number();
    next = doc + 1;
    const kind = bytes[note++];
    const end = note + Math.max(kind - NEIGHBOURS, 0);
    if (after === ANYTHING || kind === after || bytes.subarray(note, end).includes(after)) {
      docs.push(doc);
      titles.push(inTitles.has(i) ? 1 : 0);
    }
    note = end;
  }
  return { docs, titles };
}

// Which is first in the order of bytes.
function compare(a, b) {
  if (typeof a === 'number') return a - b;
  for (let i = 0; i < a.length && i < b.length; i++) if (a[i] !== b[i]) return a[i] - b[i];
  return a.length - b.length;
}

const begins = (word, beginning) => compare(word.subarray(0, beginning.length), beginning) === 0;

function intersect(a, b) {
  const docs = [];
  const titles = [];
  for (let i = 0, j = 0; i < a.docs.length && j < b.docs.length;) {
    if (a.docs[i] < b.docs[j]) i++;
    else if (a.docs[i] > b.docs[j]) j++;
    else {
      docs.push(a.docs[i]);
      titles.push(a.titles[i++] & b.titles[j++]);
    }
  }
  return { docs, titles };
}

function unite(lists) {
  const all = new Map();
  for (const { docs, titles } of lists) docs.forEach((doc, i) => all.set(doc, all.get(doc) | titles[i]));
  const docs = [...all.keys()].sort((a, b) => a - b);
  return { docs, titles: docs.map((doc) => all.get(doc)) };
}

function without(a, b) {
  const gone = new Set(b.docs);
  const stays = a.docs.map((doc) => !gone.has(doc));
  return { docs: a.docs.filter((_, i) => stays[i]), titles: a.titles.filter((_, i) => stays[i]) };
}

const ENCODER = new TextEncoder();
const DECODER = new TextDecoder();

async function unpack(bytes) {
  const stream = new Response(bytes).body.pipeThrough(new DecompressionStream('deflate-raw'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

// The index whose files stand below `base`.
export class Index {
  constructor(base, load = (url, options) => fetch(url, options)) {
    this.base = base;
    this.load = load;
    this.files = new Map();
  }

  // The bytes of a file, or of a range of it. A host that knows no ranges gives all, and what begins where the file does is welcome as it is.
  async fetch(path, reload, [start, end] = []) {
    const options = end === undefined ? {} : { headers: { Range: `bytes=${start}-${end - 1}` } };
    const response = await this.load(`${this.base}${path}`, reload ? { ...options, cache: 'reload' } : options);
    if (!response.ok) throw new Error(`${path}: ${response.status}`);
    const bytes = new Uint8Array(await response.arrayBuffer());
    return start && response.status !== 206 ? bytes.subarray(start, end) : bytes;
  }

  async read(path, reload) {
    return unpack(await this.fetch(path, reload));
  }

  async open(reload) {
    const [manifest, table] = await Promise.all([this.read('manifest.bin', reload), variants.size ? null : this.read('variants.bin')]);
    if (table) learnVariants(table);
    Object.assign(this, JSON.parse(DECODER.decode(manifest)));
    // What has been folded need not be folded again for every query.
    this.names = this.nodes.map(([name]) => fold(name.trim()));
    for (const segment of this.segments) {
      let start = 0;
      for (const year of segment.years) {
        year.start = start;
        start += year.posts;
      }
    }
    return this;
  }

  // What is read of a segment's file, checked for being of the same build as the manifest.
  kept(segment, key, read) {
    if (!this.files.has(key)) {
      const twice = async () => {
        for (const reload of [false, true]) {
          const value = await read(reload);
          if (value.generation === segment.generation) return value;
        }
        throw new Stale();
      };
      this.files.set(key, twice().catch((error) => {
        this.files.delete(key);
        throw error;
      }));
    }
    return this.files.get(key);
  }

  directory(segment, path) {
    return this.kept(segment, path, async (reload) => {
      let bytes = await this.fetch(path, reload, [0, FIRST_BYTES]);
      let directory = readDirectory(bytes, segment.generation);
      if (directory.generation === segment.generation && directory.end > bytes.length) {
        bytes = await this.fetch(path, reload, [0, directory.end]);
        directory = readDirectory(bytes, segment.generation);
      }
      return Object.assign(directory, { bytes });
    });
  }

  // The chunk of a shard in which a term is, if it is anywhere; or the chunks in which the words are that begin so.
  async chunks(segment, lookup, areBeginnings = false) {
    const path = `${segment.name}/s${shardOf(segment.shards, lookup)}.bin`;
    const { bytes, [lookup.table]: all } = await this.directory(segment, path);
    const name = lookup.word === undefined ? lookup.hash : ENCODER.encode(lookup.word);
    let end = all.findIndex(({ first }) => compare(first, name) > 0);
    if (end < 0) end = all.length;
    const start = Math.max(0, end - 1);
    while (areBeginnings && end < all.length && begins(all[end].first, name)) end++;
    return Promise.all(all.slice(start, end).map(({ start, end }) => this.kept(segment, `${path}:${start}`, async (reload) => {
      const isThere = end <= bytes.length && !reload;
      const packed = isThere ? bytes.subarray(start, end) : await this.fetch(path, reload, [start, end]);
      // What is put together of two builds cannot be unpacked, or says so.
      const chunk = await unpack(packed).catch(() => null);
      return chunk ? readChunk(chunk, segment.generation, lookup.word !== undefined) : {};
    })));
  }

  block(segment, number) {
    if (segment.titles) return segment.titles;
    const path = `${segment.name}/b${number}.bin`;
    return this.kept(segment, path, async (reload) => JSON.parse(DECODER.decode(await this.read(path, reload))));
  }

  async order(segment, year) {
    if (year.order.length) return year.order;
    const path = `${segment.name}/o${year.year}.bin`;
    return this.kept(segment, path, async (reload) => {
      const bytes = await this.read(path, reload);
      const plane = (n, i) => bytes[4 + n * year.posts + i];
      return Object.assign(Array.from({ length: year.posts }, (_, i) => plane(0, i) | plane(1, i) << 8 | plane(2, i) << 16), { generation: generation(bytes) });
    });
  }

  pathOf(node) {
    const path = [];
    for (; node >= 0; node = this.nodes[node][1]) path.unshift(node);
    return path;
  }

  // The node that counts as the source of posts of a node.
  sourceOf(node) {
    const path = this.pathOf(node);
    return path[1] ?? path[0] ?? -1;
  }

  // The posts of a lookup, by segment; or where no post has the word and that may be, of the words that begin so.
  async postsOf(lookup, mayBegin) {
    const lists = await Promise.all(this.segments.map(async (segment) => {
      const [chunk] = await this.chunks(segment, lookup);
      const index = chunk?.names.get(lookup.word ?? lookup.hash);
      return index === undefined ? null : postings(chunk, index, lookup.after);
    }));
    if (!mayBegin || lists.some((list) => list)) return lists.map((list) => list ?? NOTHING);
    return Promise.all(this.segments.map(async (segment) => {
      const chunks = await this.chunks(segment, lookup, true);
      return unite(chunks.flatMap((chunk) => [...chunk.names].filter(([name]) => name.startsWith(lookup.word)).map(([, index]) => postings(chunk, index, ANYTHING))));
    }));
  }

  // The posts of a term, by segment.
  async term({ parts, mayBegin }) {
    const found = await Promise.all(lookups(parts).map((lookup) => this.postsOf(lookup, mayBegin && lookup.table === 'words')));
    return this.segments.map((_, i) => found.map((lists) => lists[i]).reduce(intersect));
  }

  // The posts that a filter lets through, by segment.
  async filter({ field, value }) {
    if (field === 'year') {
      const [, from, to] = /^(-?\d+)(?:-(-?\d+))?$/.exec(value) ?? [];
      return this.segments.map((segment) => ranges(segment, (year) => year >= +from && year <= +(to ?? from)));
    }
    if (field === 'author') {
      const name = cut(`@${value}`);
      return this.postsOf(wordLookup(name), [...name].length > MIN_BEGINNING);
    }
    const own = field === 'source' ? (node) => [this.sourceOf(node)] : (node) => this.pathOf(node);
    const used = new Set(this.nodes.flatMap((_, node) => own(node)).filter((node) => node >= 0));
    const named = (fits) => new Set([...used].filter((node) => fits(this.names[node])));
    const exact = named((name) => name === value);
    const nodes = exact.size ? exact : named((name) => name.includes(value));
    const inside = this.nodes.map((_, node) => own(node).some((one) => nodes.has(one)));
    const lists = this.segments.map((segment) => ranges(segment, () => true, (node) => inside[node]));
    if (field === 'source' || !this.more_categories) return lists;
    const names = [...new Set([...nodes].map((node) => this.names[node]))];
    const more = await Promise.all(names.map((name) => this.postsOf(wordLookup(cut(`#${name}`)), false)));
    return lists.map((list, i) => unite([list, ...more.map((found) => found[i])]));
  }

  // What a query finds, by segment: posts in order of their places, and how many of its terms are in their titles.
  async find(query) {
    const [terms, filters] = await Promise.all([Promise.all(query.terms.map((term) => this.term(term))), Promise.all(query.filters.map((filter) => this.filter(filter)))]);
    return this.segments.map((segment, i) => {
      const positive = query.terms.flatMap((term, n) => (term.excluded ? [] : [terms[n][i]]));
      let found = positive.length ? positive.map((list) => ({ docs: list.docs, titles: list.docs.map(() => 1) })).reduce(intersect) : ranges(segment, () => true);
      query.terms.forEach((term, n) => {
        if (term.excluded) found = without(found, terms[n][i]);
      });
      query.filters.forEach((filter, n) => {
        found = filter.excluded ? without(found, filters[n][i]) : intersect(found, { docs: filters[n][i].docs, titles: filters[n][i].docs.map(() => 1) });
      });
      const score = new Map(found.docs.map((doc) => [doc, 0]));
      for (const { docs, titles } of positive) docs.forEach((doc, n) => titles[n] && score.has(doc) && score.set(doc, score.get(doc) + 1));
      return { docs: found.docs, scores: found.docs.map((doc) => score.get(doc)) };
    });
  }

  // How many of the posts found are of which source, section and year.
  facets(found) {
    const facets = { source: new Map(), in: new Map(), year: new Map() };
    const add = (map, key, count) => map.set(key, (map.get(key) ?? 0) + count);
    this.segments.forEach((segment, i) => {
      const { docs } = found[i];
      let at = 0;
      eachRun(segment, (year, node, _, end) => {
        const start = at;
        while (at < docs.length && docs[at] < end) at++;
        if (at === start) return;
        add(facets.year, String(year), at - start);
        if (node < 0) return;
        add(facets.source, this.nodes[this.sourceOf(node)][0], at - start);
        add(facets.in, this.nodes[this.pathOf(node)[0]][0], at - start);
      });
    });
    return facets;
  }

  // Gives the posts found one after the other, in order: only what is asked for is fetched.
  async* inOrder(found, byDate) {
    const scores = byDate ? [0] : [...new Set(found.flatMap(({ scores }) => scores))].sort((a, b) => b - a);
    for (const score of scores) {
      for (const [i, segment] of [...this.segments.entries()].reverse()) {
        const { docs, scores } = found[i];
        for (const year of [...segment.years].reverse()) {
          const end = year.start + year.posts;
          const mine = docs.filter((doc, n) => doc >= year.start && doc < end && (byDate || scores[n] === score));
          if (!mine.length) continue;
          const order = mine.length > 1 ? await this.order(segment, year) : [];
          mine.sort((a, b) => order[a - year.start] - order[b - year.start]);
          for (const doc of mine) yield { segment, year, doc };
        }
      }
    }
  }

  // What a list of results shows of a post.
  async entry({ segment, year, doc }) {
    const block = await this.block(segment, Math.floor(doc / segment.block));
    const at = doc % segment.block;
    let node = -1;
    eachRun(segment, (_, of, start, end) => {
      if (doc >= start && doc < end) node = of;
    });
    const source = this.sourceOf(node);
    return { title: block.titles[at], url: block.urls[at], date: new Date(block.minutes[at] * 60000).toISOString().slice(0, 16), authors: block.authors[at], source: source < 0 ? '' : this.nodes[source][0], year: year.year };
  }
}

export class Stale extends Error {}

const NOTHING = { docs: [], titles: [] };
const generation = (bytes) => (bytes[0] | bytes[1] << 8 | bytes[2] << 16 | bytes[3] << 24) >>> 0;

function eachRun(segment, visit) {
  for (const year of segment.years) {
    let start = year.start;
    for (let i = 0; i < year.runs.length; i += 2) {
      const end = start + year.runs[i + 1];
      visit(year.year, year.runs[i], start, end);
      start = end;
    }
  }
}

// The posts of years and categories.
function ranges(segment, hasYear, hasNode = () => true) {
  const docs = [];
  eachRun(segment, (year, node, start, end) => {
    if (hasYear(year) && hasNode(node)) for (let doc = start; doc < end; doc++) docs.push(doc);
  });
  return { docs, titles: docs.map(() => 0) };
}

// ---- What is shown ----

// Where the words of a query stand in a text: pairs of start and end, in order, apart from one another.
export function marks(text, query) {
  let folded = '';
  const places = [];
  let at = 0;
  for (const letter of text) {
    const part = fold(letter);
    for (let i = 0; i < part.length; i++) places.push(at);
    folded += part;
    at += letter.length;
  }
  places.push(at);
  const found = [];
  for (const { parts, excluded, mayBegin } of query.terms) {
    if (excluded) continue;
    for (const needle of needles(parts)) {
      for (let i = folded.indexOf(needle.text); i >= 0; i = folded.indexOf(needle.text, i + 1)) {
        const end = i + needle.text.length;
        const inWord = (letter) => letter !== undefined && IS_WORD.test(letter) && !IS_LETTER.test(letter);
        if (needle.word && (inWord(folded[i - 1]) || (!mayBegin && inWord(folded[end]) && needle.text.length < LONGEST_WORD))) continue;
        found.push([places[i], Math.max(places[end], places[end - 1] + 1)]);
      }
    }
  }
  found.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  const apart = [];
  for (const [start, end] of found) {
    const last = apart.at(-1);
    if (last && start <= last[1]) last[1] = Math.max(last[1], end);
    else apart.push([start, end]);
  }
  return apart;
}

// The words of a term, and its runs of letters.
function needles(parts) {
  const all = [];
  for (const { text, word, joined } of parts) {
    const last = all.at(-1);
    if (last && joined && !word && !last.word) last.text += text;
    else all.push({ text, word });
  }
  return all;
}

// The part of a text around the first word of a query, with its marks; null where there is none.
export function snippet(text, query, before = 30, length = 130) {
  const all = marks(text, query);
  if (!all.length) return null;
  const wide = all.map(([start]) => all.filter(([other]) => other >= start && other < start + length - before).length);
  const first = all[wide.indexOf(Math.max(...wide))][0];
  let start = Math.max(0, first - before);
  let end = Math.min(text.length, start + length);
  // A character is not cut in two, and neither is a word that ends near by.
  if (start > 0) start = Math.max(start - 1, 0) + (/\s/.exec(text.slice(start - 1, first))?.index ?? 0);
  if (/[\udc00-\udfff]/.test(text[start])) start++;
  if (/[\udc00-\udfff]/.test(text[end])) end++;
  const own = all.filter(([from, to]) => from >= start && to <= end).map(([from, to]) => [from - start, to - start]);
  return { text: text.slice(start, end), marks: own, cutBefore: start > 0, cutAfter: end < text.length };
}

// Everything below is about the page.

const RESULTS = 10;
const TYPING_PAUSE = 120;
const READING_PAUSE = 350;

function fillMarked(element, text, ranges) {
  element.textContent = '';
  let at = 0;
  for (const [start, end] of ranges) {
    element.append(text.slice(at, start));
    const mark = document.createElement('mark');
    mark.textContent = text.slice(start, end);
    element.append(mark);
    at = end;
  }
  element.append(text.slice(at));
}

class Page {
  constructor(root) {
    const find = (name) => root.querySelector(`[data-search="${name}"]`);
    this.root = root;
    this.form = find('form');
    this.input = find('input');
    this.status = find('status');
    this.results = find('results');
    this.more = find('more');
    this.tools = find('tools');
    this.sort = find('sort');
    this.filters = ['in', 'source', 'year', 'author'].map((field) => find(field));
    this.texts = this.status.dataset;
    this.site = new URL(root.dataset.root, location.href).href;
    this.index = new Index(new URL(root.dataset.index, this.site).href);
    this.run = 0;
    this.seen = new IntersectionObserver((entries) => entries.forEach((entry) => entry.isIntersecting && this.readLater(entry.target)), { rootMargin: '0px' });
  }

  start() {
    this.root.classList.add('has-script');
    this.form.addEventListener('submit', (event) => {
      event.preventDefault();
      this.show(this.input.value, 'push');
    });
    this.input.addEventListener('compositionstart', () => { this.composing = true; });
    this.input.addEventListener('compositionend', () => {
      this.composing = false;
      this.typed();
    });
    this.input.addEventListener('input', (event) => {
      if (!this.composing && !event.isComposing) this.typed();
    });
    this.sort.addEventListener('change', () => this.show(this.input.value, 'replace'));
    for (const select of this.filters) select.addEventListener('change', () => this.narrow(select.dataset.search, select.value));
    this.more.addEventListener('click', () => this.showMore(true));
    document.addEventListener('keydown', (event) => this.key(event));
    window.addEventListener('popstate', () => this.read());
    window.addEventListener('online', () => this.status.textContent === this.texts.offline && this.show(this.input.value, null));
    this.open();
    this.read();
    if (!this.input.value) this.input.focus();
  }

  open(reload) {
    this.opening = this.index.open(reload);
    // What failed is tried again with the next query.
    this.opening.catch(() => { this.opening = null; });
  }

  // What the address asks for.
  read() {
    const asked = new URL(location.href).searchParams;
    this.input.value = asked.get('q') ?? '';
    this.sort.value = asked.get('sort') === 'date' ? 'date' : 'best';
    this.show(this.input.value, null);
  }

  typed() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.show(this.input.value, 'replace'), TYPING_PAUSE);
  }

  remember(text, how) {
    const url = new URL(location.href);
    const set = (name, value) => (value ? url.searchParams.set(name, value) : url.searchParams.delete(name));
    set('q', text.trim());
    set('sort', this.sort.value === 'date' ? 'date' : '');
    if (url.href === location.href) return;
    if (how === 'push') history.pushState(null, '', url);
    else history.replaceState(null, '', url);
  }

  async show(text, how, again) {
    clearTimeout(this.timer);
    if (how) this.remember(text, how);
    const run = ++this.run;
    this.abort?.abort();
    this.abort = new AbortController();
    clearTimeout(this.reading);
    this.waiting = new Set();
    this.root.classList.toggle('has-query', text.trim() !== '');
    if (!text.trim()) {
      this.clear('');
      return;
    }
    this.status.textContent = this.texts.searching;
    try {
      if (!this.opening) this.open();
      await this.opening;
      const query = parse(text);
      if (!query.terms.length && !query.filters.length) {
        this.clear(this.texts.nothing);
        return;
      }
      const found = await this.index.find(query);
      if (run !== this.run) return;
      const count = found.reduce((sum, { docs }) => sum + docs.length, 0);
      const iterator = this.index.inOrder(found, this.sort.value === 'date');
      const entries = await this.take(iterator, RESULTS);
      if (run !== this.run) return;
      // Which authors there are is known of the posts shown alone.
      Object.assign(this, { query, iterator, count, shown: 0, facets: { ...this.index.facets(found), author: new Map() } });
      this.results.textContent = '';
      this.append(entries);
      this.status.textContent = (count ? this.texts.found : this.texts.none).replace('{count}', count.toLocaleString(document.documentElement.lang));
    } catch (error) {
      if (run !== this.run) return;
      if (error instanceof Stale && !again) {
        // The archive was built anew since this page was opened.
        this.index.files.clear();
        this.open(true);
        this.show(text, null, true);
        return;
      }
      this.clear(navigator.onLine === false ? this.texts.offline : this.texts.failed);
      console.info(error);
    }
  }

  clear(message) {
    this.results.textContent = '';
    this.status.textContent = message;
    this.more.hidden = true;
    this.tools.hidden = true;
    this.iterator = null;
  }

  async take(iterator, count) {
    const places = [];
    while (places.length < count) {
      const { value, done } = await iterator.next();
      if (done) break;
      places.push(value);
    }
    return Promise.all(places.map((place) => this.index.entry(place)));
  }

  append(entries) {
    for (const entry of entries) {
      this.results.append(this.row(entry));
      for (const author of entry.authors) this.facets.author.set(author, 0);
    }
    this.offer(this.facets, this.query);
    this.shown += entries.length;
    this.more.hidden = this.shown >= this.count;
  }

  async showMore(focus) {
    const { run, shown } = this;
    const entries = await this.take(this.iterator, RESULTS);
    if (run !== this.run) return;
    this.append(entries);
    if (focus) this.links()[shown]?.focus();
  }

  row(entry) {
    const make = (name, className = '') => Object.assign(document.createElement(name), { className });
    const row = make('li', 'row');
    const heading = make('h2');
    const link = make('a');
    link.href = `${this.site}${entry.url}`;
    fillMarked(link, entry.title, marks(entry.title, this.query));
    heading.append(link);
    const excerpt = make('p', 'excerpt');
    const meta = make('p', 'meta');
    if (entry.source) meta.append(Object.assign(make('span', 'source'), { textContent: entry.source }));
    const time = make('time');
    time.dateTime = entry.date;
    time.textContent = entry.date.slice(0, 10);
    meta.append(time);
    for (const author of entry.authors) if (author !== entry.source) meta.append(Object.assign(make('span'), { textContent: author }));
    row.append(heading, excerpt, meta);
    this.seen.observe(row);
    return row;
  }

  // The words in their sentence are read from the article's own page, once its row is on the screen and the reader pauses.
  readLater(row) {
    this.seen.unobserve(row);
    this.waiting.add(row);
    clearTimeout(this.reading);
    this.reading = setTimeout(async () => {
      const { signal } = this.abort;
      for (const next of this.waiting) {
        this.waiting.delete(next);
        await this.excerpt(next, signal).catch(() => {});
        if (signal.aborted) return;
      }
    }, READING_PAUSE);
  }

  async excerpt(row, signal) {
    const response = await fetch(row.querySelector('a').href, { signal });
    if (!response.ok) return;
    const page = new DOMParser().parseFromString(await response.text(), 'text/html');
    const body = page.querySelector(this.root.dataset.body);
    if (!body || signal.aborted) return;
    for (const block of body.querySelectorAll('p, li, div, h2, h3, h4, h5, h6, td, th, pre, blockquote, figcaption, br')) block.append(' ');
    const text = body.textContent.replace(/\s+/g, ' ').trim();
    const part = snippet(text, this.query) ?? { text: text.slice(0, 130), marks: [], cutBefore: false, cutAfter: text.length > 130 };
    const excerpt = row.querySelector('.excerpt');
    fillMarked(excerpt, part.text, part.marks);
    if (part.cutBefore) excerpt.prepend('…');
    if (part.cutAfter) excerpt.append('…');
  }

  // Filters are offered with what they would leave.
  offer(facets, query) {
    this.tools.hidden = false;
    for (const select of this.filters) {
      const field = select.dataset.search;
      const chosen = query.filters.find((filter) => filter.field === field && !filter.excluded);
      const byCount = ([a, m], [b, n]) => n - m || (a < b ? -1 : 1);
      const options = [...facets[field]].sort(field === 'year' ? ([a], [b]) => b - a : byCount).slice(0, 40);
      const current = chosen && (options.find(([name]) => fold(name) === chosen.value)?.[0] ?? chosen.value);
      if (chosen && !options.some(([name]) => name === current)) options.unshift([current, 0]);
      select.replaceChildren(select.options[0], ...options.map(([name, count]) => new Option(count ? `${name} (${count.toLocaleString(document.documentElement.lang)})` : name, name)));
      select.value = current ?? '';
      select.closest('label').hidden = options.length < 2 && !chosen;
    }
  }

  narrow(field, value) {
    const names = Object.keys(FIELDS).filter((name) => FIELDS[name] === field).join('|');
    const others = this.input.value.replace(new RegExp(`(^|\\s)(?:${names})[:：](?:"[^"]*"?|“[^”]*”?|「[^」]*」?|\\S*)`, 'giu'), '$1').trim();
    const added = value ? `${field}:${/[\s"“「]/u.test(value) ? `"${value.replaceAll('"', '')}"` : value}` : '';
    this.input.value = `${others} ${added}`.trim();
    this.show(this.input.value, 'push');
  }

  links() {
    return [...this.results.querySelectorAll('h2 a')];
  }

  key(event) {
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    const { target, key } = event;
    const inField = target.matches?.('input, textarea, select, [contenteditable]');
    if (key === '/' && !inField) {
      event.preventDefault();
      this.input.focus();
      this.input.select();
      return;
    }
    const links = this.links();
    const at = links.indexOf(target);
    if (key === 'Escape') {
      if (target === this.input && this.input.value) {
        event.preventDefault();
        this.input.value = '';
        this.show('', 'replace');
      } else if (at >= 0) {
        this.input.focus();
      }
    } else if (key === 'ArrowDown' && (target === this.input || at >= 0) && links[at + 1]) {
      event.preventDefault();
      links[at + 1].focus();
    } else if (key === 'ArrowUp' && at >= 0) {
      event.preventDefault();
      (links[at - 1] ?? this.input).focus();
    }
  }
}

const root = globalThis.document?.querySelector('.search-page');
if (root && 'DecompressionStream' in globalThis) new Page(root).start();
