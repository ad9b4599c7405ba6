// Remembers whether a reader switched to dark or light, and applies it before the page is painted.
// Lets `/` lead to the search field. Takes away pictures that are gone from the web. Lets the keyboard reach code that is wider than its frame. Pages work without any of it.
(function () {
  'use strict';
  var root = document.documentElement;
  var system = window.matchMedia('(prefers-color-scheme: dark)');

  function remembered() {
    try {
      return localStorage.getItem('theme');
    } catch (e) {
      return null; // storage may be forbidden: the system's choice stands
    }
  }

  function remember(choice) {
    try {
      if (choice) {
        localStorage.setItem('theme', choice);
      } else {
        localStorage.removeItem('theme');
      }
    } catch (e) {
      // nothing to do: the choice lasts as long as the page
    }
  }

  function apply(choice) {
    if (choice === 'dark' || choice === 'light') {
      root.setAttribute('data-theme', choice);
    } else {
      root.removeAttribute('data-theme');
    }
  }

  function isDark() {
    return (root.getAttribute('data-theme') || (system.matches ? 'dark' : 'light')) === 'dark';
  }

  apply(remembered());

  // An old article's picture often stands on a server that is no more.
  document.addEventListener('error', function (event) {
    var frame = event.target.closest && event.target.closest('.thumb, .lead-image');
    if (frame) {
      frame.hidden = true;
      frame.parentNode.classList.remove('has-thumb', 'has-lead');
    }
  }, true);

  function reachWideCode() {
    document.querySelectorAll('pre:not([tabindex])').forEach(function (pre) {
      if (pre.scrollWidth > pre.clientWidth) {
        pre.tabIndex = 0;
      }
    });
  }

  // Widths are known once the style sheet is there, and change when a phone is turned.
  window.addEventListener('load', reachWideCode);
  window.addEventListener('resize', reachWideCode);

  document.addEventListener('keydown', function (event) {
    var field = document.querySelector('.masthead .search input');
    if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey || event.isComposing || !field || event.target.closest('input, textarea, select, [contenteditable]')) {
      return;
    }
    event.preventDefault();
    if (field.offsetParent) {
      field.focus();
    } else {
      document.querySelector('.masthead .search-link').click();
    }
  });

  document.addEventListener('DOMContentLoaded', function () {
    var button = document.querySelector('.theme-switch');
    if (!button) {
      return;
    }
    button.hidden = false;
    button.setAttribute('aria-pressed', isDark());
    button.addEventListener('click', function () {
      var next = isDark() ? 'light' : 'dark';
      var choice = (next === 'dark') === system.matches ? null : next;
      apply(choice);
      remember(choice);
      button.setAttribute('aria-pressed', isDark());
    });
  });
})();
