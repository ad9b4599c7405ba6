// axe.mjs OUTPUT NODE_MODULES: serves OUTPUT on the loopback interface, opens pages of every kind in headless Chromium,
// in light and dark, on a phone and a desktop, and lets axe-core look for barriers. Exit code 1 if it finds any,
// or if a page writes to the console, asks another host for anything but images, or scrolls sideways.
import fs from 'node:fs';
import path from 'node:path';
import { args, executablePath, kinds, output, require, serve } from './site.mjs';

const { chromium } = require('playwright-core');
const axe = fs.readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
const PAGES_A_KIND = 4;
const site = await serve();
const browser = await chromium.launch({ executablePath, args });
let passed = 0;
let failed = 0;
for (const colorScheme of ['light', 'dark']) {
  for (const viewport of [{ width: 390, height: 844 }, { width: 1440, height: 900 }]) {
    const context = await browser.newContext({ colorScheme, viewport, bypassCSP: false });
    for (const [kind, files] of kinds(PAGES_A_KIND)) {
      for (const file of files) {
        const page = await context.newPage();
        const wrong = [];
        page.on('console', (message) => { if (['error', 'warning'].includes(message.type()) && !/Failed to load resource/.test(message.text())) wrong.push(`console: ${message.text()}`); });
        page.on('pageerror', (error) => wrong.push(`script: ${error.message}`));
        await page.route('**/*', (route) => {
          const request = route.request();
          if (request.url().startsWith(site.origin)) return route.continue();
          if (!['image', 'media'].includes(request.resourceType())) wrong.push(`request: ${request.resourceType()} ${request.url()}`);
          return route.abort();
        });
        await page.goto(site.urlOf(file), { waitUntil: 'load' });
        // Through the debugger, so that the page's own policy stays in force.
        await page.evaluate(axe);
        const result = await page.evaluate(() => window.axe.run(document, { resultTypes: ['violations'] }));
        for (const violation of result.violations) {
          wrong.push(`${violation.id} (${violation.impact}): ${violation.nodes.slice(0, 3).map((node) => `${node.target.join(' ')}: ${node.failureSummary?.split('\n')[1]?.trim()}`).join('; ')}`);
        }
        const sideways = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
        if (sideways > 0) wrong.push(`the page scrolls sideways by ${sideways} px`);
        for (const text of wrong) console.log(`${kind} ${colorScheme} ${viewport.width}: ${path.relative(output, file)}: ${text}`);
        if (wrong.length) failed += 1; else passed += 1;
        await page.close();
      }
    }
    await context.close();
  }
}
await browser.close();
site.close();
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);
