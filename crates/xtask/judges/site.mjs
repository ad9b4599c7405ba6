// What the judges share: the built site on the loopback interface, pages of every kind, the browser.
import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import zlib from 'node:zlib';
import { createRequire } from 'node:module';

/** The folder to look at, and where the judges' packages are. */
export const [output, nodeModules] = process.argv.slice(2);
export const require = createRequire(path.join(path.resolve(nodeModules), 'x.js'));
export const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
/** Nothing but the pages themselves may use the network. */
export const args = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];

const TYPES = { '.html': 'text/html; charset=utf-8', '.css': 'text/css', '.js': 'text/javascript', '.svg': 'image/svg+xml', '.png': 'image/png', '.jpg': 'image/jpeg', '.webp': 'image/webp', '.json': 'application/json', '.xml': 'application/xml', '.txt': 'text/plain; charset=utf-8' };

/** The path below which the site expects to stand, from the home page's own address. */
const base = new URL(/<link rel="canonical" href="([^"]+)"/.exec(fs.readFileSync(path.join(output, 'index.html'), 'utf8'))?.[1] ?? 'http://localhost/').pathname;

/** Serves the site as an ordinary host does: compressed, in ranges where these are asked for, with the 404 page for what is not there. */
export async function serve() {
  const server = http.createServer((request, response) => {
    const url = decodeURIComponent(new URL(request.url, 'http://localhost').pathname);
    let file = path.join(output, url.startsWith(base) ? url.slice(base.length) : url);
    if (url.endsWith('/')) file = path.join(file, 'index.html');
    const found = fs.existsSync(file) && fs.statSync(file).isFile();
    if (!found) file = path.join(output, '404.html');
    const isText = !/\.(png|jpg|webp|bin)$/.test(file);
    const headers = { 'last-modified': new Date(fs.statSync(file).mtimeMs).toUTCString(), 'accept-ranges': isText ? 'none' : 'bytes', 'content-type': TYPES[path.extname(file)] ?? 'application/octet-stream' };
    if (/\.[0-9a-f]{8}\./.test(file)) headers['cache-control'] = 'public, max-age=31536000, immutable';
    if (isText) headers['content-encoding'] = 'gzip';
    const bytes = fs.readFileSync(file);
    const [range, start, end] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '') ?? [];
    if (range && found && !isText) {
      const part = bytes.subarray(Number(start), Number(end) + 1);
      const last = Number(start) + part.length - 1;
      response.writeHead(part.length ? 206 : 416, { ...headers, 'content-length': part.length, 'content-range': `bytes ${part.length ? `${start}-${last}` : '*'}/${bytes.length}` });
      response.end(part);
      return;
    }
    const body = isText ? zlib.gzipSync(bytes) : bytes;
    response.writeHead(found ? 200 : 404, { ...headers, 'content-length': body.length });
    response.end(body);
  });
  await new Promise((ready) => server.listen(0, '127.0.0.1', ready));
  const origin = `http://127.0.0.1:${server.address().port}`;
  const urlOf = (file) => `${origin}${base}${path.relative(output, file).split(path.sep).map(encodeURIComponent).join('/')}`;
  return { origin, urlOf, close: () => server.close() };
}

function pages(folder, found = []) {
  for (const entry of fs.readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const file = path.join(folder, entry.name);
    if (entry.isDirectory()) pages(file, found);
    else if (entry.name.endsWith('.html')) found.push(file);
  }
  return found;
}

/** At most so many pages of every kind; those at the top come first, for they are of kinds that there are few of. */
export function kinds(most) {
  const kinds = new Map();
  for (const file of pages(output).sort((a, b) => a.split(path.sep).length - b.split(path.sep).length)) {
    const kind = /data-kind="([^"]+)"/.exec(fs.readFileSync(file, 'utf8'))?.[1] ?? 'other';
    if (kind === 'redirect') continue;
    const of = kinds.get(kind) ?? [];
    if (of.length < most) of.push(file);
    kinds.set(kind, of);
  }
  return kinds;
}

/** The home page, a list, and the article that has the most to set. */
export function readerPages() {
  const all = kinds(Infinity);
  const home = path.join(output, 'index.html');
  const bySize = (files) => files.map((file) => ({ file, size: fs.statSync(file).size })).sort((a, b) => b.size - a.size)[0].file;
  return { home, list: bySize(all.get('list').filter((file) => file !== home)), article: bySize(all.get('post')) };
}

/** Two articles whose markup holds this. */
export function postsWith(markup) {
  return kinds(Infinity).get('post').filter((file) => fs.readFileSync(file, 'utf8').includes(markup)).slice(0, 2);
}
