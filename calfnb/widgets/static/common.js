// Helpers that stand in front of every widget's own module. Text is only ever set as text.
const SCROLL = () => (matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth");

let counter = 0;
function uid(prefix) {
  counter += 1;
  return `${prefix}-${Date.now().toString(36)}-${counter}`;
}

/** Make an element: attributes by name, "on…" for listeners, "class" and "text" as usual. */
function h(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "text") node.textContent = value;
    else if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : value);
  }
  for (const child of children.flat()) if (child) node.append(child);
  return node;
}

function setText(node, value) {
  if (node.textContent !== value) node.textContent = value;
}

/** Fill {places} of an interface sentence. */
function fill(sentence, values = {}) {
  return (sentence ?? "").replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
}

/** Say something to a screen reader without interrupting it. */
function say(region, sentence) {
  if (!sentence) return;
  region.textContent = "";
  requestAnimationFrame(() => { region.textContent = sentence; });
}

function liveRegion() {
  return h("div", { class: "cnw-sr", role: "status", "aria-live": "polite" });
}

/** Listen to traits and stop when the view goes. */
function watch(model, signal, names, callback) {
  for (const name of names) {
    const event = `change:${name}`;
    model.on(event, callback);
    signal.addEventListener("abort", () => model.off(event, callback));
  }
}

const keyOf = (node) => (node.nodeType === 1 ? node.getAttribute("data-key") || node.id || null : null);

function sameKind(a, b) {
  return a.nodeType === b.nodeType && a.nodeName === b.nodeName && keyOf(a) === keyOf(b);
}

/** Change the children of `from` into those of `to` in place, so that focus, scroll and open parts stay. */
function morphChildren(from, to) {
  const byKey = new Map();
  for (const child of from.childNodes) if (keyOf(child)) byKey.set(keyOf(child), child);
  let cursor = from.firstChild;
  for (const wanted of [...to.childNodes]) {
    const key = keyOf(wanted);
    let match = key ? byKey.get(key) : cursor;
    if (match && !sameKind(match, wanted)) match = null;
    if (!key && match && keyOf(match)) match = null;
    if (!match) {
      from.insertBefore(wanted.cloneNode(true), cursor);
      continue;
    }
    if (match === cursor) cursor = cursor.nextSibling;
    else from.insertBefore(match, cursor);
    // Most of a page stays as it is, and the browser finds that out far quicker than a walk through all of it.
    if (!match.isEqualNode(wanted)) morphNode(match, wanted);
  }
  while (cursor) {
    const next = cursor.nextSibling;
    cursor.remove();
    cursor = next;
  }
}

function morphNode(from, to) {
  if (from.nodeType !== 1) {
    if (from.nodeValue !== to.nodeValue) from.nodeValue = to.nodeValue;
    return;
  }
  for (const { name } of [...from.attributes]) {
    const ours = name === "open" || (name === "href" && from.hasAttribute("data-lesson"));
    if (!ours && !to.hasAttribute(name)) from.removeAttribute(name);
  }
  for (const { name, value } of [...to.attributes]) {
    if (name !== "open" && from.getAttribute(name) !== value) from.setAttribute(name, value);
  }
  morphChildren(from, to);
}

/** Show markup of the kernel's markup module. */
function patch(host, html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  morphChildren(host, template.content);
}

/** The markup marks what changed; the mark goes when its animation ends, so that it can come again. */
function forgetMarks(host, signal) {
  host.addEventListener("animationend", (event) => event.target.classList?.remove("cn-changed"), { signal });
}

/** Send the dataset of a clicked [data-action] element to the kernel. */
function delegateActions(host, model, signal) {
  host.addEventListener("click", (event) => {
    const jump = event.target.closest("[data-jump]");
    if (jump && host.contains(jump)) {
      jumpTo(jump.dataset.jump);
      if (!jump.dataset.action) return;
    }
    if (event.target.closest("[data-reload]")) { location.reload(); return; }
    const target = event.target.closest("[data-action]");
    if (!target || !host.contains(target)) return;
    if (target.tagName === "A") event.preventDefault();
    model.send({ type: "action", ...target.dataset });
  }, { signal });
  // Shapes of a drawing are buttons by role only; keys have to be given to them.
  host.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    const target = event.target.closest?.("[role=button][data-action]");
    if (!target || target.tagName === "BUTTON" || !host.contains(target)) return;
    event.preventDefault();
    model.send({ type: "action", ...target.dataset });
  }, { signal });
}

function jumpTo(id) {
  const goal = document.getElementById(id) ?? document.querySelector(`.${CSS.escape(id)}`);
  if (!goal) return;
  if (goal.tagName === "DETAILS") goal.open = true;
  if (!goal.hasAttribute("tabindex")) goal.setAttribute("tabindex", "-1");
  goal.scrollIntoView({ block: "start", behavior: SCROLL() });
  goal.focus({ preventScroll: true });
}
