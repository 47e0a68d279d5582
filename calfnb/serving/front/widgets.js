/* The widgets of a lesson without a front end of Jupyter's: models from the states that were stored with the page,
   boxes as plain elements, anywidget's modules as they are, and one socket to the kernel. The page shows and takes
   clicks before the kernel has answered; what is sent until then waits. */
const root = document.documentElement;
const OUTPUT = 'script[type="application/vnd.voila.cell-output+json"]';
const VIEW = "application/vnd.jupyter.widget-view+json";
const REFERENCE = "IPY_MODEL_";
const FIRST_RETRY_MS = 250, LAST_RETRY_MS = 5000, GIVE_UP_MS = 120000;
const config = JSON.parse(document.getElementById("jupyter-config-data").textContent);

/* crypto.randomUUID is missing on a plain http address that is not this computer's own. */
const newId = () => [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");

/* -- the socket: Jupyter's binary form, version 1 ------------------------------------------------------------------ */

const encoder = new TextEncoder(), decoder = new TextDecoder();

function packed(channel, header, metadata, content, buffers) {
  const parts = [encoder.encode(channel), ...[header, {}, metadata, content].map((each) => encoder.encode(JSON.stringify(each)))];
  for (const each of buffers) parts.push(ArrayBuffer.isView(each) ? new Uint8Array(each.buffer, each.byteOffset, each.byteLength) : new Uint8Array(each));
  let at = 8 * (parts.length + 2);
  const offsets = [at, ...parts.map((part) => (at += part.length))];
  const whole = new Uint8Array(at), view = new DataView(whole.buffer);
  view.setBigUint64(0, BigInt(offsets.length), true);
  offsets.forEach((offset, number) => view.setBigUint64(8 * (number + 1), BigInt(offset), true));
  parts.forEach((part, number) => whole.set(part, offsets[number]));
  return whole;
}

function unpacked(data) {
  const view = new DataView(data), count = Number(view.getBigUint64(0, true));
  const offsets = Array.from({ length: count }, (_, number) => Number(view.getBigUint64(8 * (number + 1), true)));
  const part = (number) => new Uint8Array(data, offsets[number], offsets[number + 1] - offsets[number]);
  const text = (number) => JSON.parse(decoder.decode(part(number)));
  const kind = text(1).msg_type;
  if (kind === "status") return { kind, state: text(4).execution_state, asked: text(2) };
  if (!kind.startsWith("comm_")) return { kind };
  const buffers = [];
  for (let number = 5; number < count - 1; number += 1) {
    const bytes = part(number);
    buffers.push(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  }
  return { kind, content: text(4), buffers };
}

/* What one click changes comes in several messages, between the kernel's "busy" and its "idle". They are handed on
   together, so that the page is laid out and painted once and never shows half a step; but a step that takes long,
   and tells meanwhile that it is at work, is not waited for. */
const LONGEST_HOLD_MS = 80;

class Steps {
  constructor(hand) { Object.assign(this, { hand, held: [], busy: new Set(), timer: 0, session: "" }); }

  take(message) {
    if (message.kind === "status") {
      if (message.asked.session !== this.session) return;
      if (message.state === "busy") this.busy.add(message.asked.msg_id);
      else if (message.state === "idle" && this.busy.delete(message.asked.msg_id)) this.release();
    } else if (!message.content) return;
    else if (this.busy.size) {
      this.held.push(message);
      this.timer ||= setTimeout(() => this.forget(), LONGEST_HOLD_MS);
    } else this.hand(message);
  }

  release() {
    clearTimeout(this.timer);
    this.timer = 0;
    for (const each of this.held.splice(0)) this.hand(each);
  }

  /** Also when the line is cut: an "idle" may be lost with it. */
  forget() {
    this.busy.clear();
    this.release();
  }
}

class Kernel {
  constructor(receive) {
    Object.assign(this, { session: newId(), waiting: [], socket: null, wait: FIRST_RETRY_MS, since: 0, left: false });
    this.steps = new Steps(receive);
    this.steps.session = this.session;
    addEventListener("pagehide", () => { this.left = true; });
    addEventListener("online", () => this.connect());
    this.connect();
  }

  connect() {
    if (this.left || this.socket) return;
    clearTimeout(this.timer);
    /* The same session again: the server hands out what the kernel said while the line was down. */
    const address = new URL(`${config.baseUrl}api/kernels/${config.kernelId}/channels?session_id=${this.session}`, location.href);
    address.protocol = address.protocol.replace("http", "ws");
    const socket = new WebSocket(address.href, ["v1.kernel.websocket.jupyter.org"]);
    this.socket = socket;
    socket.binaryType = "arraybuffer";
    socket.addEventListener("open", () => {
      this.wait = FIRST_RETRY_MS;
      this.since = 0;
      for (const each of this.waiting.splice(0)) socket.send(each);
      root.dataset.kernel = "open";
      performance.mark("lesson-answers");
    });
    socket.addEventListener("message", (event) => this.steps.take(unpacked(event.data)));
    socket.addEventListener("close", () => this.closed());
  }

  closed() {
    this.socket = null;
    this.steps.forget();
    root.dataset.kernel = "closed";
    this.since ||= Date.now();
    if (this.left || Date.now() - this.since > GIVE_UP_MS) return;
    this.timer = setTimeout(() => this.connect(), this.wait);
    this.wait = Math.min(2 * this.wait, LAST_RETRY_MS);
  }

  send(kind, content, buffers = []) {
    const header = { msg_id: newId(), username: "reader", session: this.session, date: new Date().toISOString(), msg_type: kind, version: "5.3" };
    const message = packed("shell", header, {}, content, buffers);
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(message);
    else this.waiting.push(message);
  }
}

/* -- models -------------------------------------------------------------------------------------------------------- */

function putBuffers(state, paths, buffers) {
  paths.forEach((path, number) => {
    const last = path.at(-1);
    const host = path.slice(0, -1).reduce((value, key) => value[key], state);
    host[last] = buffers[number];
  });
}

/** What anywidget gives to its modules. */
class Model {
  constructor(id, kind, state, kernel) {
    Object.assign(this, { id, kind, state, kernel, listeners: new Map(), unsaved: new Set() });
  }

  get(name) { return this.state[name]; }

  set(name, value) {
    const values = typeof name === "object" ? name : { [name]: value };
    for (const key of this.apply(values)) this.unsaved.add(key);
  }

  save_changes() {
    if (!this.unsaved.size) return;
    const state = {}, buffer_paths = [], buffers = [];
    for (const key of this.unsaved) {
      const value = this.state[key];
      if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) { buffer_paths.push([key]); buffers.push(value); }
      else state[key] = value;
    }
    this.unsaved.clear();
    this.say({ method: "update", state, buffer_paths }, buffers);
  }

  send(content, _callbacks, buffers) { this.say({ method: "custom", content }, buffers ?? []); }

  say(data, buffers) { this.kernel.send("comm_msg", { comm_id: this.id, data }, buffers); }

  on(name, callback) {
    if (!this.listeners.has(name)) this.listeners.set(name, []);
    this.listeners.get(name).push(callback);
  }

  off(name, callback) {
    if (!name) { this.listeners.clear(); return; }
    this.listeners.set(name, callback ? (this.listeners.get(name) ?? []).filter((each) => each !== callback) : []);
  }

  emit(name, ...values) {
    for (const each of [...(this.listeners.get(name) ?? [])]) {
      try { each(...values); } catch (error) { report(error); }
    }
  }

  /** All values are set before the first listener hears of one. */
  apply(values) {
    const changed = Object.keys(values).filter((key) => values[key] !== this.state[key]);
    Object.assign(this.state, values);
    for (const key of changed) this.emit(`change:${key}`, this, this.state[key]);
    if (changed.length) this.emit("change", this);
    return changed;
  }
}

/** An error in one widget must not take the others along; the page's watchers hear of it all the same. */
function report(error) { setTimeout(() => { throw error; }); }

const KINDS = { AnyModel: "any", HBoxModel: "hbox", VBoxModel: "vbox", BoxModel: "box", LayoutModel: "layout" };
const blobs = new Map(), styles = new Set();

/** The address of a module that came as text, by way of the kernel. */
function blobOf(text) {
  if (!blobs.has(text)) blobs.set(text, URL.createObjectURL(new Blob([text], { type: "text/javascript" })));
  return blobs.get(text);
}

function addStyle(text) {
  if (!text || styles.has(text)) return;
  styles.add(text);
  const node = document.createElement("style");
  node.textContent = text;
  document.head.append(node);
}

class Page {
  constructor(stored) {
    this.models = new Map();
    this.kernel = new Kernel((message) => this.receive(message));
    for (const [id, { kind, module, state, buffers = [] }] of Object.entries(stored)) {
      const bytes = buffers.map(({ data }) => new DataView(Uint8Array.from(atob(data), (each) => each.charCodeAt(0)).buffer));
      putBuffers(state, buffers.map(({ path }) => path), bytes);
      this.add(id, kind, state, module);
    }
  }

  add(id, kind, state, module) {
    const model = new Model(id, kind, state, this.kernel);
    if (kind === "any") model.ready = this.begin(model, module ?? blobOf(state._esm));
    this.models.set(id, model);
  }

  async begin(model, address) {
    const given = (await import(address)).default;
    const widget = typeof given === "function" ? await given() : given;
    /* Lives as long as the page or the model; views have signals of their own. */
    model.life = new AbortController();
    await widget.initialize?.({ model, signal: model.life.signal });
    return widget;
  }

  receive({ kind, content, buffers }) {
    if (kind === "comm_open" && content.target_name === "jupyter.widget") { this.opened(content, buffers); return; }
    const model = this.models.get(content.comm_id);
    if (!model) return;
    if (kind === "comm_close") {
      model.life?.abort();
      this.models.delete(model.id);
      model.emit("destroy");
    } else if (content.data.method === "update") {
      putBuffers(content.data.state, content.data.buffer_paths ?? [], buffers);
      model.apply(content.data.state);
    } else if (content.data.method === "custom") model.emit("msg:custom", content.data.content, buffers);
    /* echo_update: there is no second page on this kernel whose changes could be told. */
  }

  opened({ comm_id, data }, buffers) {
    const { state } = data, kind = KINDS[state._model_name];
    if (!kind) { report(new Error(`This page cannot show ${state._model_name}; the stock page can.`)); return; }
    putBuffers(state, data.buffer_paths ?? [], buffers);
    addStyle(state._css);
    this.add(comm_id, kind, state);
  }

  of(reference) { return this.models.get(String(reference).replace(REFERENCE, "")); }
}

/* -- views --------------------------------------------------------------------------------------------------------- */

const CLASSES = {
  any: ["lm-Widget"],
  box: ["lm-Widget", "jupyter-widgets", "widget-container", "widget-box"],
  hbox: ["lm-Widget", "jupyter-widgets", "widget-container", "widget-box", "widget-hbox"],
  vbox: ["lm-Widget", "jupyter-widgets", "widget-container", "widget-box", "widget-vbox"],
};

class View {
  constructor(page, model) {
    Object.assign(this, { page, model, el: document.createElement("div"), life: new AbortController(), children: new Map() });
    this.el.classList.add(...CLASSES[model.kind]);
    this.listen(model, "change:_dom_classes", () => this.dress());
    this.dress();
    this.lay();
    this.done = model.kind === "any" ? this.render() : this.fill();
    if (model.kind !== "any") this.listen(model, "change:children", () => { this.fill().catch(report); });
  }

  listen(model, name, callback) {
    model.on(name, callback);
    this.life.signal.addEventListener("abort", () => model.off(name, callback));
  }

  dress() {
    this.el.classList.remove(...(this.worn ?? []));
    this.worn = this.model.get("_dom_classes") ?? [];
    this.el.classList.add(...this.worn);
  }

  lay() {
    const layout = this.page.of(this.model.get("layout"));
    if (!layout) return;
    const put = () => {
      for (const [name, value] of Object.entries(layout.state)) {
        if (!name.startsWith("_")) this.el.style.setProperty(name.replaceAll("_", "-"), value ?? "");
      }
    };
    this.listen(layout, "change", put);
    put();
  }

  async render() {
    const widget = await this.model.ready;
    if (this.life.signal.aborted) return;
    const end = await widget.render?.({ model: this.model, el: this.el, signal: this.life.signal });
    if (typeof end === "function") this.life.signal.addEventListener("abort", end);
  }

  /** Children that stay keep their elements, and with them focus and place. */
  async fill() {
    const models = (this.model.get("children") ?? []).map((each) => this.page.of(each)).filter(Boolean);
    for (const [id, view] of this.children) {
      if (models.some((model) => model.id === id)) continue;
      view.close();
      this.children.delete(id);
    }
    let before = this.el.firstChild;
    for (const model of models) {
      if (!this.children.has(model.id)) this.children.set(model.id, new View(this.page, model));
      const { el } = this.children.get(model.id);
      if (el === before) before = before.nextSibling;
      else this.el.insertBefore(el, before);
    }
    await Promise.all([...this.children.values()].map((view) => view.done.catch(report)));
  }

  close() {
    this.life.abort();
    for (const view of this.children.values()) view.close();
    this.el.remove();
  }
}

/* -- outputs of cells ---------------------------------------------------------------------------------------------- */

function element(classes, mime) {
  const node = document.createElement("div");
  node.className = `${classes} jp-OutputArea-output`;
  node.dataset.mimeType = mime;
  return node;
}

function output(page, { data }) {
  const text = (mime) => [data[mime]].flat().join("");
  if (data[VIEW]) {
    const node = element("lm-Widget", VIEW), view = new View(page, page.of(data[VIEW].model_id));
    node.append(view.el);
    return [node, view.done];
  }
  if (data["text/html"]) {
    const node = element("jp-RenderedHTMLCommon jp-RenderedHTML", "text/html");
    node.innerHTML = text("text/html");
    return [node];
  }
  const node = element("jp-RenderedText", "text/plain");
  node.append(Object.assign(document.createElement("pre"), { textContent: text("text/plain") }));
  return [node];
}

async function main() {
  const stored = await (await fetch(document.getElementById("cn-states").href)).json();
  const page = new Page(stored);
  /* With every module there, all widgets are drawn in one go. */
  await Promise.allSettled([...page.models.values()].map((model) => model.ready));
  await Promise.all([...document.querySelectorAll(OUTPUT)].map(async (script) => {
    const [node, done] = output(page, JSON.parse(script.textContent));
    script.before(node);
    await done?.catch(report);
    script.remove(); // the page is ready when none is left
  }));
}

main().catch((error) => {
  /* The slow note offers a reload; without states nothing else can be done. */
  const note = document.getElementById("cn-lost");
  if (note?.hidden && window.lessonPage.lost) window.lessonPage.lost();
  throw error;
});
