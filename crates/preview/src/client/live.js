// Keeps a page in step with the files it is made of. A part of `newsprint serve`; no page that is built has it.
(() => {
  'use strict';
  const since = document.currentScript.dataset.since;
  const KEPT = 'newsprint-preview-scroll';

  // Where the reader was, before the page was loaded again.
  const stored = sessionStorage.getItem(KEPT);
  sessionStorage.removeItem(KEPT);
  if (stored) {
    const { page, x, y } = JSON.parse(stored);
    if (page === location.pathname) {
      history.scrollRestoration = 'manual';
      const back = () => window.scrollTo({ left: x, top: y, behavior: 'instant' });
      back();
      // Images that come later move the text; once everything is there, it stays.
      window.addEventListener('load', () => {
        back();
        history.scrollRestoration = 'auto';
      });
    }
  }

  let leaves = false;
  const reload = () => {
    if (leaves) return;
    leaves = true;
    sessionStorage.setItem(KEPT, JSON.stringify({ page: location.pathname, x: window.scrollX, y: window.scrollY }));
    location.reload();
  };

  /** Puts a style sheet in the place of another once it is there, so that the page is never without. */
  let swapped = 0;
  const swap = (from, to) => {
    const sheets = [...document.querySelectorAll('link[rel~="stylesheet"]')];
    const at = (path) => sheets.filter((link) => new URL(link.href).origin === location.origin && new URL(link.href).pathname === path);
    const old = at(from);
    // Nothing to do where it was done before; another sheet may import one that no page names.
    if (!old.length) return from === to ? reload() : undefined;
    for (const link of old) {
      const next = link.cloneNode();
      swapped += 1;
      next.href = from === to ? `${to}?${since}-${swapped}` : to;
      next.addEventListener('load', () => link.remove());
      next.addEventListener('error', () => next.remove());
      link.after(next);
    }
  };

  let host = null;
  const element = (name, text, className) => {
    const made = document.createElement(name);
    made.textContent = text;
    if (className) made.className = className;
    return made;
  };
  const show = (problems) => {
    host?.remove();
    host = null;
    if (!problems.length) return;
    host = document.createElement('newsprint-problems');
    const root = host.attachShadow({ mode: 'open' });
    const style = document.createElement('link');
    style.rel = 'stylesheet';
    style.href = '/__newsprint/live.css';
    const panel = document.createElement('section');
    const severe = problems.some((problem) => problem.severity === 'error');
    panel.className = severe ? 'panel errors' : 'panel';
    panel.setAttribute('role', severe ? 'alert' : 'status');
    panel.hidden = true;
    style.addEventListener('load', () => { panel.hidden = false; });
    const close = element('button', 'Close');
    close.type = 'button';
    close.addEventListener('click', () => host?.remove());
    const list = document.createElement('ul');
    for (const { severity, place, reason, hint } of problems) {
      const item = element('li', '', severity);
      if (place) item.append(element('code', place));
      item.append(element('strong', reason));
      if (hint) item.append(element('p', hint));
      list.append(item);
    }
    panel.append(close, element('h2', severe ? 'This cannot be shown as it is' : 'Something was assumed'), list);
    root.append(style, panel);
    document.documentElement.append(host);
  };
  document.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') host?.remove();
  });

  // Only a page that somebody sees listens: browsers have six connections to a server, for all their tabs together.
  // What happened meanwhile is told when it listens again.
  let events = null;
  const listen = () => {
    if (document.visibilityState === 'hidden') {
      events?.close();
      events = null;
      return;
    }
    if (events) return;
    events = new EventSource(`/__newsprint/events?since=${encodeURIComponent(since)}&page=${encodeURIComponent(location.pathname)}`);
    events.addEventListener('reload', reload);
    events.addEventListener('styles', (event) => {
      for (const { from, to } of JSON.parse(event.data)) swap(from, to);
    });
    events.addEventListener('problems', (event) => show(JSON.parse(event.data)));
  };
  listen();
  document.addEventListener('visibilitychange', listen);
  // A page that the browser keeps for the way back comes back as it was.
  window.addEventListener('pagehide', () => {
    events?.close();
    events = null;
  });
  window.addEventListener('pageshow', (event) => {
    if (event.persisted) listen();
  });
})();
