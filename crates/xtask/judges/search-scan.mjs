// search-scan.mjs OUTPUT [QUERIES] [SEED]: asks the index of a built site what stands in its articles, and compares with a plain scan over
// all of them. Exit code 1 unless the index finds every article that the scan finds, and at least 98 % of what it finds is right.
import fs from 'node:fs';
import path from 'node:path';

const [output, queries = '500', first = '1'] = process.argv.slice(2);
const LEAST_PRECISION = 0.98;
const MOST_BYTES = 300_000;

const script = fs.readdirSync(path.join(output, 'static')).find((name) => /^search\.[0-9a-f]+\.js$/.test(name));
const search = await import(`data:text/javascript,${encodeURIComponent(fs.readFileSync(path.join(output, 'static', script), 'utf8'))}`);
let fetched = 0;
const index = new search.Index('search/', async (file, { headers }) => {
  const bytes = fs.readFileSync(path.join(output, file));
  const [, start, end] = /^bytes=(\d+)-(\d+)$/.exec(headers?.Range ?? '') ?? [];
  const part = start ? bytes.subarray(Number(start), Number(end) + 1) : bytes;
  fetched += part.length;
  return new Response(part, { status: start ? 206 : 200 });
});
await index.open();
const opened = fetched;

// ---- The articles, as anyone can read them ----

const INLINE = new Set('a abbr acronym b bdi bdo big cite code data del dfn em font i img ins kbd label mark q rb ruby s samp small span strike strong sub sup time tt u var wbr picture source nobr noscript'.split(' '));
const NAMED = { amp: '&', lt: '<', gt: '>', quot: '"', nbsp: '\u00a0', '#39': "'" };
const decode = (text) => text.replace(/&(amp|lt|gt|quot|nbsp|#39);/g, (_, name) => NAMED[name]);
/** Text, with a line's end wherever a block begins or ends. */
const textOf = (html) => decode(html.replace(/<!--[^]*?-->/g, '').replace(/<\/?([a-zA-Z0-9]+)(?:"[^"]*"|'[^']*'|[^>"'])*>/g, (_, name) => (INLINE.has(name) ? '' : '\n')));

function bodyOf(html) {
  const start = html.indexOf('<div class="body">') + '<div class="body">'.length;
  let depth = 1;
  for (const { 0: tag, index: at } of html.slice(start).matchAll(/<\/?div\b/g)) {
    depth += tag === '<div' ? 1 : -1;
    if (depth === 0) return html.slice(start, start + at);
  }
  return '';
}

const articles = [];
for (const [segment, { posts, block }] of index.segments.entries()) {
  for (let number = 0; number * block < posts; number += 1) {
    const { titles, urls } = await index.block(index.segments[segment], number);
    urls.forEach((url, i) => {
      const html = fs.readFileSync(path.join(output, decodeURIComponent(url)), 'utf8');
      const lines = [titles[i], ...textOf(bodyOf(html)).split('\n')].map(search.fold).filter((line) => line.trim());
      const words = new Set(lines.flatMap((line) => search.units(line).filter(({ word }) => word).map(({ text }) => text)));
      articles.push({ place: `${segment}:${number * block + i}`, lines, text: lines.join('\n'), words });
    });
  }
}

const isRun = ({ parts }) => parts.every((part, i) => !part.word && (i === 0 || part.joined));
function has(article, term) {
  const { parts } = term;
  if (isRun(term)) return article.text.includes(parts.map(({ text }) => text).join(''));
  if (parts.length === 1) return article.words.has(parts[0].text) || (term.begins && [...article.words].some((word) => word.startsWith(parts[0].text)));
  return article.lines.some((line) => {
    const units = search.units(line);
    return units.some((_, at) => at + parts.length <= units.length && parts.every((part, i) => units[at + i].text === part.text && units[at + i].word === part.word && (i === 0 || part.joined === units[at + i].joined)));
  });
}

// ---- What is asked: pieces of the articles ----

let state = Number(first);
const random = (below) => {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return Math.floor(state / 2 ** 32 * below);
};
const pick = (list) => list[random(list.length)];
function piece({ text }) {
  const length = 1 + random(6);
  const runs = (text.match(/\p{Script=Han}+/gu) ?? ['的']).map((run) => [...run]);
  const run = pick(runs.filter((one) => one.length >= length).length ? runs.filter((one) => one.length >= length) : runs);
  const start = random(Math.max(1, run.length - length + 1));
  return run.slice(start, start + length).join('');
}
function phrase({ lines }) {
  const line = pick(lines.map((one) => search.units(one)).filter((units) => units.length > 2)) ?? [];
  const start = random(Math.max(1, line.length - 2));
  return line.slice(start, start + 3).map(({ text, joined }, i) => `${i && !joined ? ' ' : ''}${text}`).join('');
}
const KINDS = [
  ...Array.from({ length: 5 }, () => ['a run of characters', piece]),
  ['a run and a word', (article) => `${piece(article)} ${pick([...article.words]) ?? '的'}`],
  ['two runs', (article) => `${piece(article)} ${piece(article)}`],
  ['a phrase', (article) => `"${phrase(article)}"`],
];

const byKind = new Map();
const precisions = [];
const sizes = [];
let [both, onlyIndex, onlyScan] = [0, 0, 0];
for (let number = 0; number < Number(queries); number += 1) {
  const [kind, make] = KINDS[number % KINDS.length];
  const text = make(pick(articles));
  const query = search.parse(text);
  index.files.clear();
  fetched = opened;
  const found = await index.find(query);
  const shown = [];
  for await (const place of index.inOrder(found, false)) if (shown.push(place) === 10) break;
  await Promise.all(shown.map((place) => index.entry(place)));
  sizes.push(fetched);
  const places = new Set(found.flatMap(({ docs }, segment) => docs.map((doc) => `${segment}:${doc}`)));
  const terms = query.terms.map((term) => ({ ...term, begins: term.mayBegin && !articles.some((article) => has(article, term)) }));
  let [right, wrong, missed] = [0, 0, 0];
  for (const article of articles) {
    const stands = terms.every((term) => has(article, term) !== term.excluded);
    const isFound = places.has(article.place);
    right += stands && isFound;
    wrong += !stands && isFound;
    missed += stands && !isFound;
  }
  if (missed) console.log(`${text}: ${missed} of ${right + missed} articles are not found`);
  both += right;
  onlyIndex += wrong;
  onlyScan += missed;
  const all = byKind.get(kind) ?? [];
  precisions.push(right + wrong ? right / (right + wrong) : 1);
  byKind.set(kind, [...all, precisions.at(-1)]);
}
const percent = (share) => `${(100 * share).toFixed(2)} %`;
const mean = (all) => all.reduce((sum, one) => sum + one, 0) / all.length;
sizes.sort((a, b) => a - b);
const [middle, most] = [sizes[sizes.length >> 1], sizes.at(-1)];
const precision = both / (both + onlyIndex);
console.log(`${articles.length} articles, ${queries} queries: ${percent(both / (both + onlyScan))} of what is there is found, ${percent(precision)} of what is found is there (${percent(mean(precisions))} of what a query finds, on average); ${middle} bytes in the middle, ${most} at most`);
console.log(`on average by kind: ${[...byKind].map(([kind, all]) => `${kind} ${percent(mean(all))}`).join(', ')}`);
const failed = [onlyScan > 0, precision < LEAST_PRECISION, most > MOST_BYTES].filter(Boolean).length;
console.log(`${3 - failed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);
