// search-cases.mjs SEARCH_JS CASES VARIANTS: the cases that `search.js` shares with the crate that makes the index: the same text and
// the same queries mean the same to both. VARIANTS is the file `variants.bin` of a built site. Exit code 1 unless all hold.
import fs from 'node:fs';
import path from 'node:path';
import zlib from 'node:zlib';

const [script, folder, variants] = process.argv.slice(2);
const search = await import(`data:text/javascript,${encodeURIComponent(fs.readFileSync(script, 'utf8'))}`);
search.learnVariants(zlib.inflateRawSync(fs.readFileSync(variants)));
const cases = (file) => JSON.parse(fs.readFileSync(path.join(folder, file), 'utf8')).cases;
let passed = 0;
let failed = 0;
const same = (what, text, found, wanted) => {
  if (JSON.stringify(found) === JSON.stringify(wanted)) {
    passed += 1;
    return;
  }
  failed += 1;
  console.log(`${what} of ${JSON.stringify(text)}: ${JSON.stringify(found)}, not ${JSON.stringify(wanted)}`);
};

for (const [text, folded, units] of cases('units.json')) {
  same('folded form', text, search.fold(text), folded);
  same('units', text, search.units(folded).map(({ joined, text: unit }) => `${joined ? '+' : ''}${unit}`), units);
}
for (const [text, wanted] of cases('queries.json')) {
  const { terms, filters } = search.parse(text);
  const sign = ({ excluded }) => (excluded ? '-' : '');
  same('meaning', text, [
    ...terms.map((term) => `${sign(term)}${term.parts.map((part, i) => `${i && !part.joined ? ' ' : ''}${part.text}`).join('')}${term.mayBegin ? '*' : ''}`),
    ...filters.map((filter) => `${sign(filter)}${filter.field}=${filter.value}`),
  ], wanted);
}
for (const [text, query, wanted] of cases('marks.json')) {
  same(`marks for ${query}`, text, search.marks(text, search.parse(query)).map(([start, end]) => text.slice(start, end)), wanted);
}
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);
