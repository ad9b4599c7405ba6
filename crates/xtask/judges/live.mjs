// live.mjs NEWSPRINT SITE NODE_MODULES: runs `NEWSPRINT serve` on SITE, which it changes, with a headless Chromium in front.
// Exit code 1 unless the page follows every save: text comes without losing the place, style sheets are swapped without a
// reload, what is broken is shown over the page and goes when it is mended, and nothing is refused by the pages' own policy.
import fs from 'node:fs';
import path from 'node:path';
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';

const [program, site, nodeModules] = process.argv.slice(2);
const { chromium } = createRequire(path.join(path.resolve(nodeModules), 'x.js'))('playwright-core');
const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
const args = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];

const complaints = [];
let checks = 0;
const check = (holds, text) => {
  checks += 1;
  if (!holds) complaints.push(text);
};
const file = (name) => path.join(site, name);
const write = (name, text) => {
  fs.mkdirSync(path.dirname(file(name)), { recursive: true });
  fs.writeFileSync(file(name), text);
};

const serve = async (port) => {
  const server = spawn(program, ['--site', site, 'serve', '--port', port], { stdio: ['ignore', 'pipe', 'ignore'] });
  const url = await new Promise((ready, failed) => {
    let out = '';
    server.stdout.on('data', (data) => {
      out += data;
      if (out.includes('\n')) ready(out.split('\n')[0]);
    });
    server.on('exit', (code) => failed(new Error(`serve ended with ${code}`)));
  });
  const end = () => new Promise((ended) => {
    server.removeAllListeners('exit');
    server.on('exit', ended);
    server.kill('SIGINT');
  });
  return { url, end };
};

const long = Array.from({ length: 60 }, (_, at) => `<p>第${at}段。这是一篇很长的文章，用来看看页面在重新载入之后是否还停在原来的地方。</p>`).join('\n');
const post = (text) => `---\ntitle: '跟随'\ndate: 2024-05-01 08:00:00\ncategories:\n - 测试\n---\n\n<p>开头${text}。</p>\n${long}\n`;
const config = 'title = "Live"\nbase_url = "https://user.example/repo/"\n';
write('newsprint.toml', config);
write('content/测试/跟随.md', post('零'));
let server = await serve('0');
const browser = await chromium.launch({ executablePath, args });
const context = await browser.newContext({ viewport: { width: 900, height: 600 } });
const page = await context.newPage();
const wrong = [];
page.on('console', (message) => { if (['error', 'warning'].includes(message.type()) && !/ERR_CONNECTION_REFUSED|ERR_INCOMPLETE|Failed to load resource/.test(message.text())) wrong.push(message.text()); });
page.on('pageerror', (error) => wrong.push(error.message));
await page.addInitScript(() => document.addEventListener('securitypolicyviolation', (event) => console.error(`policy: ${event.violatedDirective} ${event.blockedURI}`)));

check(server.url.endsWith('/repo/'), `the site stands at ${server.url}, not below /repo/`);
await page.goto(new URL('/', server.url).href);
check(page.url() === server.url, `the top of the server leads to ${page.url()}`);
await page.click('text=跟随');
await page.waitForSelector('article');
const address = page.url();
const listening = () => page.waitForFunction(() => performance.getEntriesByType('resource').some((entry) => entry.name.endsWith('live.js')));
const shows = (text) => page.waitForFunction((text) => document.body?.innerText.includes(text), text, { polling: 5, timeout: 20000 });
const scrollTo = (y) => page.evaluate((y) => { window.scrollTo(0, y); window.marked = true; }, y);
const stays = async (y, what) => {
  await page.waitForLoadState('load');
  const at = await page.evaluate(() => window.scrollY);
  check(Math.abs(at - y) <= 2, `${what}: the page is at ${at} px, not at ${y}`);
};
const marked = () => page.evaluate(() => window.marked === true);
// A page that was loaded a moment ago may not listen yet, and hears of the change all the same.
await listening();

// Text.
const times = [];
for (const [at, text] of ['一', '二', '三', '四', '五', '六', '七'].entries()) {
  await scrollTo(400 + 40 * at);
  const since = performance.now();
  write('content/测试/跟随.md', post(text));
  await shows(`开头${text}。`);
  times.push(performance.now() - since);
  await stays(400 + 40 * at, `after edit ${text}`);
  check(!(await marked()), 'a changed text did not load the page again');
}
times.sort((a, b) => a - b);
console.log(`from saving a post to its text in the browser: median ${Math.round(times[3])} ms, most ${Math.round(times[6])} ms`);

// Style sheets: one of the theme's, whose name holds a digest, and one of the site's own.
const theme = fs.readFileSync(new URL('../../../themes/broadsheet/static/broadsheet.css.tera', import.meta.url), 'utf8');
write('static/broadsheet.css.tera', theme);
write('static/own.css', 'article { outline: 1px solid rgb(1, 1, 1) }');
write('newsprint.toml', `${config}[theme]\nname = "broadsheet"\n[theme.settings]\nstylesheets = ["own.css"]\n`);
const style = (property, value) => page.waitForFunction(([property, value]) => getComputedStyle(document.querySelector('article'))[property] === value, [property, value], { polling: 5, timeout: 20000 });
await style('outlineColor', 'rgb(1, 1, 1)');
await page.waitForLoadState('load');
await page.waitForTimeout(700);
await scrollTo(500);
for (const number of [2, 3, 4]) {
  write('static/own.css', `article { outline: 1px solid rgb(${number}, 1, 1) }`);
  await style('outlineColor', `rgb(${number}, 1, 1)`);
  write('static/broadsheet.css.tera', `${theme}\narticle { border-inline-start: 1px solid rgb(1, ${number}, 1) }\n`);
  await style('borderInlineStartColor', `rgb(1, ${number}, 1)`);
}
check(await marked(), 'a changed style sheet loaded the page again');
await stays(500, 'after a changed style sheet');
await page.waitForTimeout(200);
const sheets = await page.evaluate(() => [...document.querySelectorAll('link[rel=stylesheet]')].map((link) => link.href));
check(sheets.length === 2, `${sheets.length} style sheets after swapping: ${sheets}`);

// What is broken.
const problems = () => page.evaluate(() => {
  const panel = document.querySelector('newsprint-problems')?.shadowRoot.querySelector('.panel');
  if (!panel || panel.hidden) return null;
  const box = panel.getBoundingClientRect();
  return { text: panel.innerText, covers: box.width >= innerWidth - 20 && box.height >= innerHeight - 20, images: panel.querySelectorAll('img').length };
});
const overlay = async (what, ...parts) => {
  await page.waitForFunction(() => document.querySelector('newsprint-problems')?.shadowRoot.querySelector('.panel:not([hidden])'), null, { polling: 5, timeout: 20000 }).catch(() => {});
  const shown = await problems();
  check(shown !== null, `${what}: nothing is shown`);
  for (const part of parts) check(shown?.text.includes(part), `${what}: no "${part}" in ${JSON.stringify(shown?.text)}`);
  check(shown?.images === 0, `${what}: an error became markup`);
  return shown;
};
const healed = async (what) => {
  await page.waitForFunction(() => window.marked !== true, null, { polling: 5, timeout: 20000 }).catch(() => check(false, `${what}: the page was not loaded again`));
  await page.waitForLoadState('load');
  await page.waitForTimeout(150);
  check((await problems()) === null, `${what}: it is still shown`);
};
const good = fs.readFileSync(file('newsprint.toml'), 'utf8');
write('newsprint.toml', `"<img src=x onerror=marked=0>" = 1\n${good}`);
const shown = await overlay('a broken configuration', 'newsprint.toml', '<img src=x onerror=marked=0>');
check(shown?.covers, 'a broken configuration: what is shown does not cover the page');
check(await marked(), 'a broken configuration: the page was loaded again');
check((await page.evaluate(() => document.body.innerText)).includes('开头七。'), 'a broken configuration: the last good page is gone');
await page.keyboard.press('Escape');
check((await problems()) === null, 'Escape does not close what is shown');
write('newsprint.toml', good);
await healed('a mended configuration');

await scrollTo(300);
write('templates/post.html', '{% extends "base.html" %}\n{% block content %}{{ post.titel.x }}{% endblock %}');
await overlay('a template that fails', 'templates/post.html:2', 'titel');
check(await marked(), 'a template that fails: the page was loaded again');
fs.rmSync(file('templates'), { recursive: true });
await healed('a mended template');
await stays(300, 'after a mended template');

await scrollTo(300);
write('content/测试/跟随.md', '');
await overlay('an emptied post', 'content/测试/跟随.md:1', 'the file is empty');
check((await page.evaluate(() => document.body.innerText)).includes('开头七。'), 'an emptied post: the last good page is gone');
write('content/测试/跟随.md', post('八'));
await shows('开头八。');
await healed('a mended post');

// The server goes and comes back.
const { port } = new URL(server.url);
await server.end();
write('content/测试/跟随.md', post('九'));
server = await serve(port);
await shows('开头九。');

// The way back.
await page.goto(server.url);
write('content/测试/跟随.md', post('十'));
await page.waitForTimeout(500);
await page.goBack();
await shows('开头十。');
check(page.url() === address, `the way back leads to ${page.url()}`);

check(wrong.length === 0, `the console says: ${wrong.join('; ')}`);
await browser.close();
await server.end();
for (const complaint of complaints) console.log(complaint);
console.log(`${checks - complaints.length} passed, ${complaints.length} failed`);
process.exit(complaints.length ? 1 : 0);
