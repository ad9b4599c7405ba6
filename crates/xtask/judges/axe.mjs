// axe.mjs OUTPUT NODE_MODULES: serves OUTPUT on the loopback interface, opens pages of every kind in headless Chromium,
// in light and dark, on a phone and a desktop, and lets axe-core look for barriers. Exit code 1 if it finds any,
// or if a page writes to the console, asks another host for anything but images, or scrolls sideways.
import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { createRequire } from 'node:module';

const [output, nodeModules] = process.argv.slice(2);
const require = createRequire(path.join(path.resolve(nodeModules), 'x.js'));
const { chromium } = require('playwright-core');
const axe = fs.readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
const PAGES_A_KIND = 4;
const TYPES = { '.html': 'text/html; charset=utf-8', '.css': 'text/css', '.js': 'text/javascript', '.svg': 'image/svg+xml', '.png': 'image/png', '.jpg': 'image/jpeg', '.webp': 'image/webp', '.json': 'application/json', '.xml': 'application/xml' };

const base = new URL(/<link rel="canonical" href="([^"]+)"/.exec(fs.readFileSync(path.join(output, 'index.html'), 'utf8'))?.[1] ?? 'http://localhost/').pathname;
const server = http.createServer((request, response) => {
  const url = decodeURIComponent(new URL(request.url, 'http://localhost').pathname);
  let file = path.join(output, url.startsWith(base) ? url.slice(base.length) : url);
  if (url.endsWith('/')) file = path.join(file, 'index.html');
  const found = fs.existsSync(file) && fs.statSync(file).isFile();
  response.writeHead(found ? 200 : 404, { 'content-type': TYPES[path.extname(file)] ?? 'application/octet-stream' });
  response.end(found ? fs.readFileSync(file) : '');
});
await new Promise((ready) => server.listen(0, '127.0.0.1', ready));
const origin = `http://127.0.0.1:${server.address().port}`;

function pages(folder, found = []) {
  for (const entry of fs.readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const file = path.join(folder, entry.name);
    if (entry.isDirectory()) pages(file, found);
    else if (entry.name.endsWith('.html')) found.push(file);
  }
  return found;
}
const kinds = new Map();
// The pages at the top come first: they are of kinds that there are few of.
for (const file of pages(output).sort((a, b) => a.split(path.sep).length - b.split(path.sep).length)) {
  const kind = /data-kind="([^"]+)"/.exec(fs.readFileSync(file, 'utf8'))?.[1] ?? 'other';
  if (kind === 'redirect') continue;
  const of = kinds.get(kind) ?? [];
  if (of.length < PAGES_A_KIND) of.push(file);
  kinds.set(kind, of);
}

const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'] });
let passed = 0;
let failed = 0;
for (const colorScheme of ['light', 'dark']) {
  for (const viewport of [{ width: 390, height: 844 }, { width: 1440, height: 900 }]) {
    const context = await browser.newContext({ colorScheme, viewport, bypassCSP: false });
    for (const [kind, files] of kinds) {
      for (const file of files) {
        const page = await context.newPage();
        const wrong = [];
        page.on('console', (message) => { if (['error', 'warning'].includes(message.type()) && !/Failed to load resource/.test(message.text())) wrong.push(`console: ${message.text()}`); });
        page.on('pageerror', (error) => wrong.push(`script: ${error.message}`));
        await page.route('**/*', (route) => {
          const request = route.request();
          if (request.url().startsWith(origin)) return route.continue();
          if (!['image', 'media'].includes(request.resourceType())) wrong.push(`request: ${request.resourceType()} ${request.url()}`);
          return route.abort();
        });
        const url = path.relative(output, file).split(path.sep).map(encodeURIComponent).join('/');
        await page.goto(`${origin}${base}${url}`, { waitUntil: 'load' });
        // Through the debugger, so that the page's own policy stays in force.
        await page.evaluate(axe);
        const result = await page.evaluate(() => window.axe.run(document, { resultTypes: ['violations'] }));
        for (const violation of result.violations) {
          wrong.push(`${violation.id} (${violation.impact}): ${violation.nodes.slice(0, 3).map((node) => `${node.target.join(' ')}: ${node.failureSummary?.split('\n')[1]?.trim()}`).join('; ')}`);
        }
        const sideways = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
        if (sideways > 0) wrong.push(`the page scrolls sideways by ${sideways} px`);
        for (const text of wrong) console.log(`${kind} ${colorScheme} ${viewport.width}: ${url}: ${text}`);
        if (wrong.length) failed += 1; else passed += 1;
        await page.close();
      }
    }
    await context.close();
  }
}
await browser.close();
server.close();
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);
