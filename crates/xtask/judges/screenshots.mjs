// screenshots.mjs OUTPUT NODE_MODULES IMAGES: opens pages of a built site from the disk in headless Chromium and
// writes the pictures that the documentation shows.
import path from 'node:path';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const [output, nodeModules, images] = process.argv.slice(2);
const require = createRequire(path.join(path.resolve(nodeModules), 'x.js'));
const { chromium } = require('playwright-core');

/** The post whose page holds the most of what there is to set. */
function longestPost(folder, best = { size: 0 }) {
  for (const entry of fs.readdirSync(folder, { withFileTypes: true })) {
    const file = path.join(folder, entry.name);
    if (entry.isDirectory()) longestPost(file, best);
    else if (entry.name.endsWith('.html')) {
      const text = fs.readFileSync(file, 'utf8');
      const size = text.includes('data-kind="post"') && text.includes('lang="zh-Hans"') && text.includes('<figure') ? text.length : 0;
      if (size > best.size) Object.assign(best, { size, file });
    }
  }
  return best;
}

const post = longestPost(output).file;
const shots = [
  { name: 'home', file: 'index.html', width: 1280, height: 860 },
  { name: 'home-dark', file: 'index.html', width: 1280, height: 860, colorScheme: 'dark' },
  { name: 'article', file: path.relative(output, post), width: 1280, height: 860 },
  { name: 'article-phone', file: path.relative(output, post), width: 390, height: 780 },
  { name: 'calendar', file: 'archive/index.html', width: 1280, height: 860 },
  { name: 'statistics', file: 'statistics/index.html', width: 1280, height: 860 },
];
fs.mkdirSync(images, { recursive: true });
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'] });
for (const { name, file, width, height, colorScheme = 'light' } of shots) {
  const context = await browser.newContext({ colorScheme, viewport: { width, height } });
  const page = await context.newPage();
  await page.goto(pathToFileURL(path.join(output, file)).href, { waitUntil: 'load' });
  await page.screenshot({ path: path.join(images, `${name}.png`) });
  await context.close();
}
await browser.close();
console.log(`${shots.length} pictures in ${images}`);
