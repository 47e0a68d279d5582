// Figures in plotly's form. The library comes once a page, whichever figure asks first, and only when one is near.
const LIBRARY = Symbol.for("calfnb.plotly");
const LIBRARY_FILE = "plotly-partial.min.js";
const NO_ANSWER_MS = 60_000;
const CONFIG = { displayModeBar: false, displaylogo: false, showTips: false, scrollZoom: false, doubleClick: false };
const DEFAULT_HEIGHT_PX = 320;

/** Where the server keeps the library; JupyterLab and plain Voilà have no such place. */
function libraryAddress() {
  const config = document.getElementById("jupyter-config-data");
  const folder = config ? JSON.parse(config.textContent).fullLibrariesUrl : "";
  return folder ? new URL(`${folder}/${LIBRARY_FILE}`, document.baseURI).href : "";
}

/** Ask the kernel for the library, which it holds compressed. */
function libraryFromKernel(model) {
  return new Promise((done, fail) => {
    const end = (act, value) => { clearTimeout(timer); model.off("msg:custom", answer); act(value); };
    const answer = (message, buffers) => { if (message.type === "library") end(done, buffers[0]); };
    const timer = setTimeout(() => end(fail, new Error("The kernel did not send plotly.js.")), NO_ANSWER_MS);
    model.on("msg:custom", answer);
    model.send({ type: "library" });
  });
}

async function loadLibrary(model) {
  const address = libraryAddress();
  if (address) {
    try { return (await import(address)).default; } catch (error) { console.warn(error); }
  }
  const packed = new Blob([await libraryFromKernel(model)]).stream();
  const text = await new Response(packed.pipeThrough(new DecompressionStream("gzip"))).blob();
  const url = URL.createObjectURL(new Blob([text], { type: "text/javascript" }));
  try { return (await import(url)).default; } finally { URL.revokeObjectURL(url); }
}

function library(model) {
  globalThis[LIBRARY] ??= loadLibrary(model);
  // What failed may be tried again by the next draw.
  globalThis[LIBRARY].catch(() => { globalThis[LIBRARY] = undefined; });
  return globalThis[LIBRARY];
}

/** Put the page's tokens in for var(--name); a copy, since the library writes into what it is given. */
function withTokens(value, style) {
  if (typeof value === "string") {
    return value.includes("var(--") ? value.replace(/var\((--[\w-]+)\)/g, (_, name) => style.getPropertyValue(name).trim()) : value;
  }
  if (Array.isArray(value)) return value.map((one) => withTokens(one, style));
  if (value && typeof value === "object") {
    return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, withTokens(one, style)]));
  }
  return value;
}

const whenIdle = (act) => (globalThis.requestIdleCallback ? requestIdleCallback(act, { timeout: 1000 }) : setTimeout(act, 200));
const cancelIdle = (handle) => (globalThis.cancelIdleCallback ?? clearTimeout)(handle);

/** The style of figures, once a page that has some. */
function addStyle() {
  const id = "cnw-figure-style";
  if (!document.getElementById(id)) document.head.append(h("style", { id, text: FIGURE_STYLE }));
}

class FigureView {
  constructor({ model, el, signal }) {
    addStyle();
    Object.assign(this, { model, el, signal, near: false, dirty: true, frame: 0, idle: 0, drawn: 0, width: 0 });
    el.classList.add("cnw", "cnw-figure");
    const id = uid("cnw-figure");
    this.caption = h("figcaption", { id: `${id}-name` });
    this.plot = h("div", { class: "cnw-figure-plot", role: "img", "aria-labelledby": `${id}-name`, "aria-describedby": `${id}-text` });
    this.state = h("p", { class: "cnw-figure-state", role: "status" });
    this.description = h("p", { class: "cnw-figure-text", id: `${id}-text` });
    this.twin = h("table", { class: "cnw-figure-table" });
    this.fold = h("details", { class: "cnw-figure-twin" }, h("summary", { text: this.word("table") }), h("div", { class: "cnw-figure-scroll" }, this.twin));
    el.append(h("figure", {}, this.caption, this.plot, this.state, this.description, this.fold));
    this.follow();
    this.refresh();
  }

  word(key) { return this.model.get("texts")[key] ?? key; }

  follow() {
    const { model, signal } = this;
    watch(model, signal, ["figure", "table", "texts", "clickable"], () => this.refresh());
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.ask(), { signal });
    const theme = new MutationObserver(() => this.ask());
    for (const node of [document.documentElement, document.body]) {
      theme.observe(node, { attributes: true, attributeFilter: ["data-theme", "data-jp-theme-light", "data-jp-theme-name"] });
    }
    const size = new ResizeObserver(() => { if (this.plot.clientWidth !== this.width) this.ask(); });
    size.observe(this.plot);
    // A figure far down, or in a folded part, neither loads the library nor takes time from an answer.
    const sight = new IntersectionObserver((entries) => {
      this.near = entries.at(-1).isIntersecting;
      if (this.near && this.dirty) this.ask();
    }, { rootMargin: "100% 0px" });
    sight.observe(this.plot);
    this.fold.addEventListener("toggle", () => { if (this.fold.open && this.idle) this.tabulate(); }, { signal });
    addEventListener("beforeprint", () => {
      this.near = true;
      if (this.dirty) this.draw();
      if (this.idle) this.tabulate();
    }, { signal });
    signal.addEventListener("abort", () => {
      for (const one of [theme, size, sight]) one.disconnect();
      cancelAnimationFrame(this.frame);
      cancelIdle(this.idle);
      this.plotly?.purge(this.plot);
    });
  }

  refresh() {
    const { data, layout } = this.model.get("figure");
    this.el.hidden = !data;
    if (!data) return;
    setText(this.caption, layout?.meta?.name ?? "");
    setText(this.description, layout?.meta?.description ?? "");
    this.plot.style.height = `${layout?.height ?? DEFAULT_HEIGHT_PX}px`; // keeps its place before it is drawn
    this.el.classList.toggle("cnw-figure-clickable", this.model.get("clickable"));
    if (!this.drawn) setText(this.state, this.word("loading"));
    this.ask();
    this.askTable();
  }

  /** The table of a map has hundreds of rows: folded, it may wait until the picture is there and the page is idle. */
  askTable() {
    cancelIdle(this.idle);
    if (this.fold.open) this.tabulate();
    else this.idle = whenIdle(() => this.tabulate());
  }

  tabulate() {
    cancelIdle(this.idle);
    this.idle = 0;
    const { columns = [], rows = [], ids = [] } = this.model.get("table");
    const clickable = this.model.get("clickable");
    const first = (text, id) => {
      if (!clickable || !id) return h("th", { scope: "row", text });
      const button = h("button", { type: "button", class: "cnw-link", text });
      button.addEventListener("click", () => this.model.send({ type: "click", id, curve: -1, point: -1 }));
      return h("th", { scope: "row" }, button);
    };
    // Focus stays where it was when a click has changed the numbers.
    const focused = [...this.twin.querySelectorAll("button")].indexOf(document.activeElement);
    this.twin.replaceChildren(
      h("caption", { text: this.caption.textContent }),
      h("thead", {}, h("tr", {}, columns.map((text) => h("th", { scope: "col", text })))),
      h("tbody", {}, rows.map(([head, ...cells], number) =>
        h("tr", {}, first(String(head), ids[number]), cells.map((text) => h("td", { text: String(text) }))))),
    );
    if (focused >= 0) this.twin.querySelectorAll("button")[focused]?.focus();
  }

  /** Draw at the next frame, once, however many changes come before it; later if nobody can see it. */
  ask() {
    this.dirty = true;
    if (this.near && !this.frame) this.frame = requestAnimationFrame(() => { this.frame = 0; this.draw(); });
  }

  async draw() {
    this.dirty = false;
    try {
      this.plotly ??= await library(this.model);
    } catch (error) {
      console.warn(error);
      setText(this.state, this.word("failed"));
      this.fold.open = true;
      return;
    }
    this.width = this.plot.clientWidth;
    const figure = this.model.get("figure");
    if (this.signal.aborted || !this.width || !figure.data) return;
    const { data, layout } = withTokens({ data: figure.data, layout: figure.layout ?? {} }, getComputedStyle(this.el));
    await this.plotly.react(this.plot, data, { ...layout, width: this.width, height: layout.height ?? DEFAULT_HEIGHT_PX }, CONFIG);
    if (!this.drawn) this.plot.on("plotly_click", (event) => this.clicked(event));
    this.drawn += 1;
    this.plot.dataset.drawn = String(this.drawn);
    this.state.textContent = "";
  }

  clicked({ points: [point] }) {
    if (!this.model.get("clickable") || !point) return;
    const at = Array.isArray(point.pointNumber) ? point.pointNumber : [point.pointNumber];
    this.model.send({ type: "click", id: String(point.id ?? ""), curve: point.curveNumber, point: at.at(-1) });
  }
}

export default { render(context) { new FigureView(context); } };
