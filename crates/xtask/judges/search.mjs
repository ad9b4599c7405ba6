// search.mjs OUTPUT NODE_MODULES: searches a large archive in a browser, as its readers would, and adds up what that fetches.
// Exit code 1 unless typing, input methods, filters, the keyboard, links into the search, the way back, the order, excerpts and messages
// do what docs/search.md says, under the pages' own policy, with few bytes and without delay.
import fs from 'node:fs';
import path from 'node:path';
import zlib from 'node:zlib';
import { args, executablePath, output, require, serve } from './site.mjs';

const MOST_BYTES = 300_000;
const MOST_MILLISECONDS = 300;
const MOST_SCRIPT = 12_000;

const { chromium } = require('playwright-core');
const { source: axe } = require('axe-core');
const site = await serve();
const browser = await chromium.launch({ executablePath, args });
const complaints = [];
let checks = 0;
const check = (holds, text) => {
  checks += 1;
  if (!holds) complaints.push(text);
};
const fileOf = (url) => path.join(output, decodeURIComponent(new URL(url).pathname).slice(new URL(site.urlOf(output)).pathname.length - 1));
const searchUrl = (query = '', more = '') => `${site.urlOf(path.join(output, 'search'))}/${query ? `?q=${encodeURIComponent(query)}` : ''}${more}`;

// What the archive is asked for: runs of characters that stand in titles, frequent and rare ones.
const posts = fs.readFileSync(path.join(output, 'sitemap.xml'), 'utf8').match(/sitemaps\/[^<]+/g).flatMap((file) => fs.readFileSync(path.join(output, file), 'utf8').match(/<loc>[^<]+/g) ?? []).map((loc) => new URL(loc.slice(5)).pathname);
const titleOf = (place) => /<h1[^>]*>([^<]*)/.exec(fs.readFileSync(fileOf(new URL(place, site.origin)), 'utf8'))?.[1] ?? '';
const sample = posts.filter((place, i) => /\/\d{4}\/\d\d\/\d\d\/[^/]+\.html$/.test(place) && i % Math.ceil(posts.length / 400) === 0);
const runs = sample.flatMap((place) => titleOf(place).match(/\p{Script=Han}{2,}/gu) ?? []);
const cut = (at, length) => runs.filter((run) => run.length >= length)[at]?.slice(0, length);
const WORD = cut(3, 2);
const OTHER = cut(40, 2);
const LONG = cut(17, 4);
const INSIDE = sample.map((place) => /<div class="body[^]*?(\p{Script=Han}{4})/u.exec(fs.readFileSync(fileOf(new URL(place, site.origin)), 'utf8'))?.[1]).filter(Boolean)[20];

/** A page with everything that goes wrong in it, and what it fetches. */
async function open(url, options = {}) {
  const context = options.context ?? await browser.newContext({ viewport: { width: 1280, height: 900 }, locale: 'zh-CN', ...options });
  const page = await context.newPage();
  const fetched = [];
  // An article may name pictures elsewhere, which are not to be had here.
  page.on('console', (message) => ['error', 'warning'].includes(message.type()) && !page.mayFail && complaints.push(`${url}: ${message.text()}`));
  page.on('pageerror', (error) => complaints.push(`${url}: ${error}`));
  page.on('dialog', (dialog) => {
    complaints.push(`${url}: a script of an article ran`);
    dialog.dismiss();
  });
  await page.route('**/*', (route) => (route.request().url().startsWith(site.origin) ? route.continue() : route.abort()));
  page.on('response', (response) => response.url().endsWith('.bin') && response.ok() && fetched.push(Number(response.headers()['content-length'])));
  await page.goto(url, { waitUntil: 'load' });
  return Object.assign(page, { fetched, bytes: () => fetched.reduce((sum, size) => sum + size, 0), close: () => context.close() });
}

const input = (page) => page.locator('[data-search="input"]');
const status = (page) => page.locator('[role="status"]').innerText();
const count = async (page) => Number((await status(page)).replace(/[^\d]/g, ''));
const rows = (page) => page.evaluate(() => [...document.querySelectorAll('.results .row')].map((row) => ({
  title: row.querySelector('h2').innerText,
  marked: [...row.querySelectorAll('h2 mark, .excerpt mark')].map((mark) => mark.textContent),
  href: row.querySelector('a').href,
  date: row.querySelector('time').dateTime,
  source: row.querySelector('.source')?.innerText ?? '',
})));
/** Waits until the status says how many were found, or that none were. */
const answered = (page) => page.waitForFunction(() => {
  const shown = document.querySelector('[role="status"]');
  return [shown.dataset.none, shown.dataset.nothing].includes(shown.textContent) || /\d/.test(shown.textContent);
}, null, { timeout: 10_000 });
const ask = async (page, query) => {
  const before = await page.evaluate(() => (window.asked = (window.asked ?? 0) + 1));
  await input(page).fill('');
  await page.waitForFunction(() => document.querySelector('[role="status"]').textContent === '');
  await input(page).fill(query);
  await answered(page);
  return before;
};
/** The text of an article and its title, in lower case. */
const textOf = (url) => {
  const html = fs.readFileSync(fileOf(url), 'utf8');
  const start = html.indexOf('<div class="body">');
  const end = html.indexOf('</article>', start);
  return `${/<h1[^>]*>[^]*?<\/h1>/.exec(html)[0]}${html.slice(start, end)}`.replace(/<[^>]*>/g, '').toLowerCase();
};

{
  const page = await open(searchUrl());
  check(await page.evaluate(() => document.activeElement?.matches('[data-search="input"]')), 'the field has not the focus');
  await page.keyboard.type(WORD, { delay: 20 });
  await answered(page);
  const found = await rows(page);
  check(found.length > 0 && found.length <= 10, `typing: ${found.length} results for ${WORD}`);
  check(found.every(({ href }) => textOf(href).includes(WORD)), `typing: a result without ${WORD}`);
  check(found[0]?.marked.includes(WORD), `typing: ${WORD} is not marked in the first title`);
  check(new URL(page.url()).searchParams.get('q') === WORD, 'typing: the address does not say what is searched');
  const history = await page.evaluate(() => window.history.length);
  await page.keyboard.type(` ${OTHER}`, { delay: 20 });
  await page.waitForFunction((text) => new URL(location.href).searchParams.get('q') === text, `${WORD} ${OTHER}`);
  await answered(page);
  check((await page.evaluate(() => window.history.length)) === history, 'typing: every letter is a step back');
  await ask(page, INSIDE);
  await page.waitForFunction(() => document.querySelector('.excerpt mark'), null, { timeout: 10_000 }).catch(() => check(false, 'typing: no excerpt with a marked word'));
  await page.evaluate(axe);
  const report = await page.evaluate(() => window.axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice'] }));
  for (const { id, nodes } of report.violations) complaints.push(`axe-core, with results: ${id}: ${nodes[0].html}`);
  checks += 1;
  await page.setViewportSize({ width: 320, height: 640 });
  check((await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)) <= 0, 'at 320 px: results scroll sideways');
  await page.close();
}

{
  const page = await open(searchUrl());
  const cdp = await page.context().newCDPSession(page);
  await page.evaluate(() => {
    window.changes = 0;
    new MutationObserver(() => (window.changes += 1)).observe(document.querySelector('.search-page'), { subtree: true, childList: true, characterData: true, attributes: true });
  });
  for (const text of ['d', 'di', 'din', 'ding']) {
    await cdp.send('Input.imeSetComposition', { text, selectionStart: text.length, selectionEnd: text.length });
    await page.waitForTimeout(200);
  }
  check((await page.evaluate(() => window.changes)) === 0, 'input method: something moves while a word is composed');
  check(new URL(page.url()).search === '', 'input method: what is being composed is in the address');
  // Enter, arrows and Esc belong to the input method meanwhile.
  await page.evaluate(() => ['Escape', 'ArrowDown', '/'].forEach((key) => document.activeElement.dispatchEvent(new KeyboardEvent('keydown', { key, isComposing: true, bubbles: true, cancelable: true }))));
  check((await input(page).inputValue()) === 'ding', 'input method: a key that is for it empties the field');
  await cdp.send('Input.insertText', { text: WORD });
  await answered(page);
  check((await rows(page)).length > 0 && new URL(page.url()).searchParams.get('q') === WORD, 'input method: nothing is found when a word is done');
  await page.close();
}

{
  const page = await open(searchUrl(WORD));
  await answered(page);
  const all = await count(page);
  const first = await rows(page);
  check(first.length > 0 && (await input(page).inputValue()) === WORD, 'a link with ?q= does not search');
  for (const field of ['in', 'source', 'year']) {
    const options = await page.locator(`[data-search="${field}"] option`).evaluateAll((all) => all.map((option) => [option.value, option.textContent]));
    check(options.length > 2, `${field}: ${options.length} to choose from`);
    const [value, text] = options[1];
    const wanted = Number(/\(([\d,]+)\)$/.exec(text)?.[1].replaceAll(',', ''));
    await page.locator(`[data-search="${field}"]`).selectOption(value);
    await page.waitForFunction((name) => new URL(location.href).searchParams.get('q').includes(name), `${field}:`);
    await page.waitForFunction((number) => document.querySelector('[role="status"]').textContent.replace(/[^\d]/g, '') === String(number), wanted, { timeout: 10_000 }).catch(() => {});
    check((await count(page)) === wanted && wanted <= all, `${field}: ${await count(page)} found, ${wanted} announced`);
    const found = await rows(page);
    if (field === 'year') check(found.every(({ date }) => date.startsWith(value)), `year: another one than ${value}`);
    if (field === 'source') check(found.every(({ source }) => source === value), `source: another one than ${value}`);
    await page.goBack();
    await page.waitForFunction((number) => document.querySelector('[role="status"]').textContent.replace(/[^\d]/g, '') === String(number), all, { timeout: 10_000 }).catch(() => {});
    check((await count(page)) === all && (await input(page).inputValue()) === WORD, `${field}: the way back does not undo it`);
  }
  const authors = await page.locator('[data-search="author"] option').evaluateAll((options) => options.map(({ value }) => value));
  check(authors.length > 2, `author: ${authors.length} to choose from`);
  if (authors[1]) {
    await page.locator('[data-search="author"]').selectOption(authors[1]);
    await page.waitForFunction(() => new URL(location.href).searchParams.get('q').includes('author:'));
    await page.waitForTimeout(300);
    check((await count(page)) > 0 && (await count(page)) < all, `author: ${await count(page)} of ${all}`);
    check((await page.locator('[data-search="author"]').inputValue()) === authors[1], 'author: the choice is not shown');
    await page.locator('[data-search="author"]').selectOption('');
    await page.waitForFunction(() => !new URL(location.href).searchParams.get('q').includes('author:'));
    await page.waitForTimeout(300);
    check((await count(page)) === all, 'author: the choice cannot be undone');
  }
  await page.locator('[data-search="sort"]').selectOption('date');
  await page.waitForFunction(() => new URL(location.href).searchParams.get('sort') === 'date');
  await page.waitForTimeout(300);
  let dates = (await rows(page)).map(({ date }) => date);
  check(dates.every((date, i) => i === 0 || dates[i - 1] >= date), `newest first: ${dates}`);
  if (all > 10) {
    await page.locator('[data-search="more"]').click();
    await page.waitForFunction(() => document.querySelectorAll('.results .row').length > 10);
    dates = (await rows(page)).map(({ date }) => date);
    check(dates.every((date, i) => i === 0 || dates[i - 1] >= date), `newest first, more of them: ${dates}`);
    check(new Set((await rows(page)).map(({ href }) => href)).size === dates.length, 'more: a result comes twice');
  }
  await page.reload({ waitUntil: 'load' });
  await answered(page);
  check((await page.locator('[data-search="sort"]').inputValue()) === 'date', 'the order is not in the address');
  page.mayFail = true;
  await page.locator('.results h2 a').first().click();
  await page.waitForLoadState('load');
  check(!page.url().includes('/search/'), 'a result leads nowhere');
  await page.goBack({ waitUntil: 'load' });
  await answered(page);
  check((await rows(page)).length > 0, 'the way back from an article loses the results');
  await page.close();
}

{
  const page = await open(searchUrl());
  const asked = async (query) => {
    await ask(page, query);
    return [await count(page), await rows(page)];
  };
  const [both, found] = await asked(`${WORD} ${OTHER}`);
  check(found.every(({ href }) => textOf(href).includes(WORD) && textOf(href).includes(OTHER)), `${WORD} ${OTHER}: not both`);
  const [one] = await asked(WORD);
  const [without, left] = await asked(`${WORD} -${OTHER}`);
  check(left.every(({ href }) => !textOf(href).includes(OTHER)) && both + without === one, `${WORD} -${OTHER}: ${both} with, ${without} without, ${one} in all`);
  const [long, run] = await asked(LONG);
  check(long > 0 && run.every(({ href }) => textOf(href).includes(LONG)), `${LONG}: a run in pieces`);
  const phrase = sample.map(titleOf).map((title) => /[a-z0-9]+ [a-z0-9]+/i.exec(title)?.[0]).find(Boolean);
  if (phrase) {
    const [many, exact] = await asked(`"${phrase}"`);
    // Words of one line follow one another whatever signs are between them.
    const follows = new RegExp(`\\b${phrase.toLowerCase().replace(' ', '[^\\p{L}\\p{N}\\n]+')}\\b`, 'u');
    const right = exact.filter(({ href }) => follows.test(textOf(href))).length;
    check(many > 0 && right === exact.length, `"${phrase}": a phrase in ${right} of ${exact.length} results`);
  }
  const [years] = await asked(`${WORD} year:1990`);
  check(years === 0 && (await page.locator('[role="status"]').evaluate((shown) => shown.textContent === shown.dataset.none)), 'nothing found is not said');
  check(await page.locator('.search-help').isVisible(), 'nothing found: no way on');
  const author = await page.evaluate(async () => {
    const directory = await (await fetch(`${document.querySelector('.search-page').dataset.root}authors/`)).text();
    return new DOMParser().parseFromString(directory, 'text/html').querySelector('main a[href*="authors/"]')?.textContent;
  });
  if (author) check((await asked(`author:"${author}"`))[0] > 0, `author:"${author}": nobody`);
  await asked('<img src=x onerror=alert(1)> "><script>alert(1)</script>');
  await page.goto(searchUrl('<img src=x onerror=alert(1)>'), { waitUntil: 'load' });
  await page.waitForTimeout(300);
  await ask(page, 'onerror alert');
  check((await rows(page)).every(({ title }) => !/^\s*$/.test(title)), 'a title that is markup is not shown');
  await page.close();
}

{
  const page = await open(searchUrl(WORD));
  await answered(page);
  const focused = () => page.evaluate(() => document.activeElement?.getAttribute('data-search') ?? [...document.querySelectorAll('.results h2 a')].indexOf(document.activeElement));
  await page.locator('h1').click();
  await page.keyboard.press('/');
  check((await focused()) === 'input', 'keyboard: / does not lead to the field');
  check((await input(page).inputValue()) === WORD, 'keyboard: / is typed');
  for (const [key, at] of [['ArrowDown', 0], ['ArrowDown', 1], ['ArrowUp', 0], ['ArrowUp', 'input'], ['ArrowDown', 0], ['Escape', 'input']]) {
    await page.keyboard.press(key);
    check((await focused()) === at, `keyboard: ${key} leads to ${await focused()}, not ${at}`);
  }
  await page.keyboard.press('Escape');
  check((await input(page).inputValue()) === '' && (await rows(page)).length === 0, 'keyboard: Esc does not empty the field');
  await page.keyboard.type(WORD);
  await answered(page);
  await page.keyboard.press('ArrowDown');
  page.mayFail = true;
  await Promise.all([page.waitForURL((url) => !url.pathname.includes('/search/')), page.keyboard.press('Enter')]);
  checks += 1;
  await page.keyboard.press('/');
  check(await page.evaluate(() => document.activeElement?.matches('input[type="search"], a[href*="search/"]') || location.pathname.includes('/search/')), 'keyboard: / does nothing on an article');
  await page.close();
}

{
  const page = await open(searchUrl(WORD));
  await answered(page);
  const parts = page.fetched.length;
  const expected = [await count(page), JSON.stringify((await rows(page)).map(({ href }) => href))];
  await page.close();
  const whole = await open(searchUrl());
  // A host that knows no ranges.
  await whole.route('**/*.bin', (route) => route.continue({ headers: Object.fromEntries(Object.entries(route.request().headers()).filter(([name]) => name !== 'range')) }));
  await ask(whole, WORD);
  check(JSON.stringify([await count(whole), JSON.stringify((await rows(whole)).map(({ href }) => href))]) === JSON.stringify(expected), 'without ranges, other articles are found');
  check(whole.fetched.length < parts && whole.bytes() > 0, 'without ranges, a file is fetched more than once');
  await whole.close();
}

{
  const page = await open(searchUrl('', '#x'), { javaScriptEnabled: false });
  const shown = await page.evaluate(() => [...document.querySelectorAll('.search-help a')].filter((link) => link.checkVisibility()).map((link) => link.href)).catch(() => page.locator('.search-help a').evaluateAll((links) => links.map((link) => link.href)));
  check(await page.locator('.without-script').isVisible(), 'without scripts: nothing is said');
  check(!(await page.locator('.with-script').isVisible()) && !(await page.locator('[data-search="tools"]').isVisible()), 'without scripts: there is something that does nothing');
  check(shown.some((href) => href.includes('/archive/')) && shown.some((href) => href.includes('/categories/')), `without scripts: no way to dates and categories: ${shown}`);
  await page.close();
}

{
  const page = await open(searchUrl());
  page.mayFail = true;
  await page.waitForLoadState('networkidle');
  await page.context().setOffline(true);
  await input(page).fill(LONG);
  await page.waitForFunction(() => document.querySelector('[role="status"]').textContent === document.querySelector('[role="status"]').dataset.offline, null, { timeout: 5_000 }).catch(() => check(false, 'without a connection: that is not said'));
  checks += 1;
  await page.context().setOffline(false);
  await answered(page).catch(() => check(false, 'a connection that is back is not used'));
  check((await rows(page)).length > 0, 'a connection that is back brings no results');
  await page.route('**/*.bin', (route) => route.fulfill({ status: 404, body: '' }));
  await ask(page, `${OTHER}${OTHER} ${cut(90, 3)}`).catch(() => {});
  check((await status(page)) === await page.locator('[role="status"]').getAttribute('data-failed'), 'files that are not there: that is not said');
  await page.close();
}

const times = [];
const sizes = [];
const later = [];
for (let at = 0; at < 12; at += 1) {
  const page = await open(searchUrl());
  const query = [cut(at * 7, 2), cut(at * 5 + 1, 3), `${cut(at * 3, 2)} ${cut(at * 4 + 2, 2)}`, cut(at, 4)][at % 4];
  await page.waitForLoadState('networkidle');
  const time = (text) => page.evaluate((wanted) => new Promise((done) => {
    const field = document.querySelector('[data-search="input"]');
    const results = document.querySelector('.results');
    const shown = document.querySelector('[role="status"]');
    results.textContent = '';
    const start = performance.now();
    new MutationObserver((_, observer) => {
      if (!results.childElementCount && shown.textContent !== shown.dataset.none) return;
      observer.disconnect();
      done(performance.now() - start);
    }).observe(document.querySelector('.search-page'), { subtree: true, childList: true, characterData: true });
    field.value = wanted;
    field.form.requestSubmit();
  }), text);
  times.push(await time(query));
  sizes.push(page.bytes());
  later.push(await time(query.slice(0, -1) || query));
  await page.close();
}
const middle = (all) => all.toSorted((a, b) => a - b)[all.length >> 1];
const most = (all) => Math.max(...all);
check(most(sizes) <= MOST_BYTES, `a query fetches ${most(sizes)} bytes`);
check(middle(times) <= MOST_MILLISECONDS, `first results come after ${Math.round(middle(times))} ms`);

const files = fs.readdirSync(path.join(output, 'search'), { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
const bytes = files.reduce((sum, entry) => sum + fs.statSync(path.join(entry.parentPath, entry.name)).size, 0);
const articles = posts.filter((place) => /\/\d{4}\/\d\d\/\d\d\/[^/]+\.html$/.test(place));
const html = articles.reduce((sum, place) => sum + fs.statSync(fileOf(new URL(place, site.origin))).size, 0);
check(files.length <= articles.length / 50, `${files.length} files for ${articles.length} articles`);
check(bytes <= html / 4, `${bytes} bytes for ${html} of articles`);
const script = fs.readdirSync(path.join(output, 'static')).find((name) => /^search\.[0-9a-f]+\.js$/.test(name));
const text = fs.readFileSync(path.join(output, 'static', script));
const packed = zlib.gzipSync(text, { level: 9 }).length;
check(packed <= MOST_SCRIPT, `the script takes ${packed} bytes`);
check(!/\beval\s*\(|new Function|innerHTML|document\.write/.test(text), 'the script writes markup or runs text');
const searchPage = fs.readFileSync(path.join(output, 'search', 'index.html'), 'utf8');
const policy = /Content-Security-Policy" content="([^"]*)/.exec(searchPage)?.[1] ?? '';
check(policy.includes('script-src') && !policy.includes('unsafe'), `the policy of the search page: ${policy}`);
check(!/<script(?![^>]*\bsrc=)(?![^>]*\btype="application\/ld\+json")/.test(searchPage), 'the search page has a script of its own in it');

await browser.close();
site.close();
for (const complaint of complaints) console.log(complaint);
console.log(`${articles.length} articles: ${files.length} files, ${bytes} bytes (${(100 * bytes / html).toFixed(1)} % of the articles); script ${packed} bytes; a first query ${Math.round(middle(times))} ms and ${middle(sizes)} bytes in the middle, at most ${Math.round(most(times))} ms and ${most(sizes)} bytes; a later one ${Math.round(middle(later))} ms`);
console.log(`${Math.max(0, checks - complaints.length)} passed, ${complaints.length} failed`);
process.exit(complaints.length ? 1 : 0);
