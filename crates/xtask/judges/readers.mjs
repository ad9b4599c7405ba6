// readers.mjs OUTPUT NODE_MODULES: opens pages the way people without a mouse, without scripts or with large type do.
// Exit code 1 unless the keyboard reaches everything and shows where it is, the skip link and the switch of colours work by
// keyboard, pages say the same without JavaScript, and nothing has to be scrolled sideways at 320 px (WCAG 2.2, 1.4.10).
import path from 'node:path';
import { args, executablePath, kinds, output, postsWith, readerPages, require, serve } from './site.mjs';

const { chromium } = require('playwright-core');
const site = await serve();
const browser = await chromium.launch({ executablePath, args });
const complaints = [];
let checks = 0;
const check = (holds, text) => {
  checks += 1;
  if (!holds) complaints.push(text);
};
const open = async (context, file) => {
  const page = await context.newPage();
  await page.route('**/*', (route) => (route.request().url().startsWith(site.origin) ? route.continue() : route.abort()));
  await page.goto(site.urlOf(file), { waitUntil: 'load' });
  return page;
};

/** What has the focus, and whether somebody who looks at the page can tell. */
const focus = (page) => page.evaluate(() => {
  const element = document.activeElement;
  if (!element || element === document.body) return null;
  const box = element.getBoundingClientRect();
  const style = getComputedStyle(element);
  return {
    name: `${element.tagName.toLowerCase()}${element.className && typeof element.className === 'string' ? `.${element.className.trim().replaceAll(' ', '.')}` : ''} "${(element.getAttribute('aria-label') ?? element.textContent ?? '').trim().slice(0, 30)}"`,
    isSkip: element.classList.contains('skip'),
    isSwitch: element.classList.contains('theme-switch'),
    id: element.id,
    inView: box.width > 0 && box.height > 0 && box.bottom > 0 && box.right > 0 && box.top < innerHeight && box.left < innerWidth,
    outlined: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2,
  };
});

const TO_REACH = 'a[href]:not([tabindex="-1"]), button, input, summary, [tabindex="0"]';
const all = readerPages();
for (const colorScheme of ['light', 'dark']) {
  for (const viewport of [{ width: 390, height: 844 }, { width: 1440, height: 900 }]) {
    const context = await browser.newContext({ colorScheme, viewport });
    for (const name of ['home', 'article']) {
      const where = `keyboard, ${name}, ${colorScheme}, ${viewport.width} px`;
      const page = await open(context, all[name]);
      await page.keyboard.press('Tab');
      const first = await focus(page);
      check(first?.isSkip && first.inView, `${where}: the first stop is not the skip link, or it cannot be seen: ${first?.name}`);
      await page.keyboard.press('Enter');
      check((await focus(page))?.id === 'content', `${where}: the skip link does not lead to the content`);

      await page.goto(site.urlOf(all[name]), { waitUntil: 'load' });
      const wanted = await page.evaluate((selector) => [...document.querySelectorAll(selector)].filter((element) => element.checkVisibility()).length, TO_REACH);
      let stops = 0;
      for (;;) {
        await page.keyboard.press('Tab');
        const at = await focus(page);
        if (!at || (stops > 0 && at.isSkip)) break;
        stops += 1;
        check(at.inView, `${where}: ${at.name} has the focus out of sight`);
        check(at.outlined, `${where}: ${at.name} does not show that it has the focus`);
        if (at.isSwitch) {
          const theme = () => page.evaluate(() => [document.documentElement.dataset.theme, document.querySelector('.theme-switch').getAttribute('aria-pressed'), getComputedStyle(document.documentElement).backgroundColor]);
          const before = await theme();
          await page.keyboard.press('Space');
          const switched = await theme();
          check(switched.every((value, place) => value !== before[place]), `${where}: the space bar does not switch the colours: ${before} ${switched}`);
          const again = await open(context, all.list);
          check((await again.evaluate(() => document.documentElement.dataset.theme)) === switched[0], `${where}: the switch is not remembered`);
          await again.close();
          await page.keyboard.press('Enter');
          check((await theme())[2] === before[2], `${where}: Enter does not switch back`);
        }
        if (stops > 2 * wanted + 10) break;
      }
      check(stops >= wanted, `${where}: the keyboard stops ${stops} times, but there are ${wanted} things to reach`);
      await page.close();
    }
    await context.close();
  }
}

const scripted = await browser.newContext({ viewport: { width: 1440, height: 900 } });
const plain = await browser.newContext({ viewport: { width: 1440, height: 900 }, javaScriptEnabled: false });
const narrow = await browser.newContext({ viewport: { width: 320, height: 640 }, javaScriptEnabled: false });
const text = (page) => page.evaluate(() => document.body.innerText.replace(/\s+/g, ' ').trim());
const links = (page) => page.evaluate(() => [...document.links].filter((link) => link.checkVisibility()).length);
for (const [kind, files] of [...kinds(2), ['code', postsWith('<pre')], ['table', postsWith('<table')]]) {
  for (const file of files) {
    const where = `${kind}: ${path.relative(output, file)}`;
    const [one, other, small] = await Promise.all([scripted, plain, narrow].map((context) => open(context, file)));
    // The search page is about scripts: `search.mjs` looks at it.
    if (kind !== 'search') check((await text(one)) === (await text(other)), `without scripts, ${where}: the page says something else`);
    check((await links(one)) === (await links(other)), `without scripts, ${where}: the page leads elsewhere`);
    check(await other.evaluate(() => [...document.querySelectorAll('button.theme-switch')].every((button) => !button.checkVisibility())), `without scripts, ${where}: there is a button that does nothing`);
    const scrolls = await other.evaluate(() => [...document.querySelectorAll('pre')].filter((pre) => pre.scrollWidth > pre.clientWidth && pre.tabIndex < 0).length);
    check(scrolls === 0, `without scripts, ${where}: ${scrolls} blocks of code that the keyboard cannot scroll`);
    const sideways = await small.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    check(sideways <= 0, `at 320 px, ${where}: the page scrolls sideways by ${sideways} px`);
    await Promise.all([one, other, small].map((page) => page.close()));
  }
}
await browser.close();
site.close();
for (const complaint of complaints) console.log(complaint);
console.log(`${checks - complaints.length} passed, ${complaints.length} failed`);
process.exit(complaints.length ? 1 : 0);
