/* The frame of a lesson's page: theme, first paint, lost connection, the end of the kernel. No library, no request. */
(function () {
  "use strict";
  const root = document.documentElement;
  const OUTPUT = 'script[type="application/vnd.voila.cell-output+json"]';

  /* Theme: the reader's system decides until the button is used; the choice is kept in this browser only. */
  const KEY = "calfnb-theme";
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const kept = () => { try { return localStorage.getItem(KEY); } catch (e) { return null; } };
  const keep = (theme) => { try { localStorage.setItem(KEY, theme); } catch (e) { /* private window */ } };
  const current = () => root.dataset.theme || (dark.matches ? "dark" : "light");
  if (kept() === "dark" || kept() === "light") root.dataset.theme = kept();

  function themeButton() {
    const button = document.getElementById("cn-theme");
    if (!button) return;
    const name = button.getAttribute("aria-label");
    const draw = () => {
      const other = current() === "dark" ? "light" : "dark";
      button.textContent = button.dataset[other];
      button.setAttribute("aria-label", name + ": " + button.dataset[other]);
    };
    button.addEventListener("click", () => {
      root.dataset.theme = current() === "dark" ? "light" : "dark";
      keep(root.dataset.theme);
      draw();
    });
    dark.addEventListener("change", draw);
    draw();
    button.hidden = false;
  }

  /* A lost connection. The kernel's socket is the only one that the page opens; it is watched from outside, because
     Voila's front end tells nobody when it has given up. A short gap that heals by itself is not worth a message. */
  const GAP_MS = 1500;
  const sockets = new Set();
  let leaving = false;
  let gap = 0;
  function lost() {
    const box = document.getElementById("cn-lost");
    if (leaving || !box || !box.hidden) return;
    box.hidden = false;
    const text = document.createElement("p");
    text.textContent = box.dataset.text;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "cn-button";
    button.textContent = box.dataset.reload;
    button.addEventListener("click", () => location.reload());
    box.replaceChildren(text, button);
    root.dataset.connection = "lost";
  }
  function found() {
    clearTimeout(gap);
    const box = document.getElementById("cn-lost");
    if (box) { box.hidden = true; box.replaceChildren(); }
    root.dataset.connection = "open";
  }
  const Native = window.WebSocket;
  window.WebSocket = class extends Native {
    constructor(...args) {
      super(...args);
      if (!/\/api\/kernels\//.test(this.url)) return;
      this.addEventListener("open", () => { sockets.add(this); found(); });
      this.addEventListener("close", () => {
        sockets.delete(this);
        clearTimeout(gap);
        gap = setTimeout(() => { if (!sockets.size) lost(); }, GAP_MS);
      });
    }
  };

  /* The end of the page is the end of its kernel. Voila asks for it on beforeunload, which phones do not send and
     which comes too late for a page that is left before Voila's front end has started. */
  const token = () => (document.cookie.match(/\b_xsrf=([^;]*)/) || [])[1];
  function page() {
    const config = document.getElementById("jupyter-config-data");
    return config ? JSON.parse(config.textContent) : null;
  }
  function endKernel() {
    const here = page();
    if (!here) return;
    const form = new FormData();
    form.append("_xsrf", token() || "");
    navigator.sendBeacon(here.baseUrl + "voila/api/shutdown/" + here.kernelId, form);
  }
  /* Plain Voila sets no token on the first page that a reader visits, and then refuses its own page's farewell. What
     counts is that cookie and request agree, which no other site can arrange; so the page may choose the value. */
  function ensureToken() {
    if (token()) return;
    const hex = [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0"));
    const value = "2|00000000|" + hex.join("") + "|" + Math.floor(Date.now() / 1000);
    document.cookie = "_xsrf=" + value + "; path=" + page().baseUrl + "; SameSite=Lax";
  }
  window.addEventListener("beforeunload", () => {
    leaving = true;
    setTimeout(() => { leaving = false; }, 3000); /* the reader may have stayed */
  });
  window.addEventListener("pagehide", () => { leaving = true; endKernel(); });
  /* Back from the browser's memory: its kernel has ended, the address holds the answers. */
  window.addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });

  /* First paint, then the cells, then the widgets. */
  const SLOW_MS = 15000;
  const slow = setTimeout(() => {
    const note = document.getElementById("cn-slow");
    if (note) note.hidden = false;
  }, SLOW_MS);
  function ready() {
    const cells = document.getElementById("cn-cells");
    if (cells.querySelector(OUTPUT)) return false;
    const hosts = cells.querySelectorAll(".jp-OutputArea-output .jupyter-widgets, .jp-OutputArea-output.jupyter-widgets");
    if (cells.dataset.widgets === "yes" && !hosts.length) return false;
    clearTimeout(slow);
    root.dataset.ready = "true";
    performance.mark("lesson-ready");
    return true;
  }
  /* The present lesson in the middle of the row of lessons. The row alone is moved: scrollIntoView may move the page. */
  function showPlace() {
    const here = document.querySelector(".cn-nav a[aria-current]");
    if (!here) return;
    const row = here.closest("ul"), place = here.getBoundingClientRect(), around = row.getBoundingClientRect();
    row.scrollLeft += place.left + place.width / 2 - around.left - around.width / 2;
  }
  window.lessonPage = {
    lost,
    showPlace,
    show() {
      ensureToken();
      const cells = document.getElementById("cn-cells");
      document.getElementById("cn-loading").remove();
      cells.dataset.widgets = cells.querySelector(OUTPUT + " + .cn-skeleton") ? "yes" : "no";
      cells.hidden = false;
      performance.mark("lesson-shown");
      if (ready()) return;
      const watch = new MutationObserver(() => { if (ready()) watch.disconnect(); });
      watch.observe(cells, { childList: true, subtree: true });
    },
  };
  /* Voila calls these while it renders and when its theme is there; the page needs neither. */
  window.voila_heartbeat = window.voila_process = window.voila_finish = function () {};

  document.addEventListener("DOMContentLoaded", themeButton);
  document.addEventListener("click", (event) => {
    if (event.target.closest && event.target.closest("[data-cn-reload]")) location.reload();
  });
})();
