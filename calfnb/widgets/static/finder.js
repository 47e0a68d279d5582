// A list that one types into: words narrow it, arrows walk through it, Enter chooses.
const plain = (text) => text.toLowerCase().normalize("NFKD").replace(/[\u0300-\u036f]/g, "").replace(/['’]/g, "");

function render({ model, el, signal }) {
  el.classList.add("cnw", "cnw-finder");
  const word = (key, values) => fill(model.get("texts")[key] ?? key, values);
  const base = uid("cnw-find");
  const input = h("input", { type: "search", id: `${base}-input`, autocomplete: "off", spellcheck: "false", "aria-describedby": `${base}-count` });
  const label = h("label", { for: input.id });
  const count = h("span", { class: "cnw-finder-count", id: `${base}-count`, role: "status", "aria-live": "polite" });
  const list = h("div", { class: "cnw-finder-list", id: `${base}-list` });
  const more = h("button", { type: "button", class: "cnw-button cnw-finder-more", "aria-expanded": "false", "aria-controls": list.id });
  el.append(h("div", { class: "cnw-finder-head" }, h("div", { class: "cnw-finder-row" }, label, count), input), more, list);
  let entries = [];
  let arriving = false;

  function build() {
    setText(label, word("label"));
    input.placeholder = word("placeholder");
    entries = [];
    list.replaceChildren(...model.get("groups").map((group) => {
      const title = h("div", { class: "cnw-finder-title", id: `${base}-g-${group.id}`, text: group.label });
      const items = h("div", { class: "cnw-finder-group", role: "group", "aria-labelledby": title.id }, title);
      for (const entry of group.entries) {
        const node = h("button", { type: "button", class: "cnw-finder-entry", "data-kind": group.id, "data-id": entry.id },
          h("span", { class: "cnw-finder-name", text: entry.label }), entry.more && h("span", { class: "cnw-finder-note", text: entry.more }));
        node.addEventListener("click", () => choose(group.id, entry.id));
        items.append(node);
        entries.push({ node, items, key: `${group.id}:${entry.id}`, name: plain(entry.label), words: plain(`${entry.label} ${entry.more ?? ""} ${entry.words ?? ""}`) });
      }
      return items;
    }));
    filter();
    mark();
  }
  function choose(kind, id) {
    arriving = true;
    model.send({ type: "choose", kind, id });
    if (input.value) { input.value = ""; filter(); }
    unfold(false);
    if (`${kind}:${id}` === model.get("selected")) arrive();
  }
  /** The page of the entry is there now, and the list may have folded. */
  function arrive() {
    if (!arriving) return;
    arriving = false;
    const goal = model.get("goal");
    const page = goal && document.querySelector(`.${CSS.escape(goal)}`);
    if (!page) return;
    // Where list and page stand one above the other the page comes into view; side by side the focus stays.
    if (matchMedia("(max-width: 999px)").matches) jumpTo(goal);
    else if (page.getBoundingClientRect().top < 0) page.scrollIntoView({ block: "start", behavior: SCROLL() });
  }
  const shown = () => entries.filter((entry) => !entry.node.hidden);
  function filter() {
    const words = plain(input.value).split(/\s+/).filter(Boolean);
    for (const entry of entries) entry.node.hidden = !words.every((one) => entry.words.includes(one));
    for (const group of list.children) group.hidden = !group.querySelector(".cnw-finder-entry:not([hidden])");
    const n = shown().length;
    setText(count, words.length ? word(n === 1 ? "count_one" : "count", { n }) : "");
    el.classList.toggle("cnw-finder-searching", words.length > 0);
  }
  function unfold(open) {
    more.setAttribute("aria-expanded", String(open));
    el.classList.toggle("cnw-finder-open", open);
    setText(more, word(open ? "fold" : "unfold"));
  }
  function mark() {
    const selected = model.get("selected");
    const also = new Set(model.get("related"));
    for (const { node, key } of entries) {
      if (key === selected) node.setAttribute("aria-current", "true"); else node.removeAttribute("aria-current");
      node.classList.toggle("cnw-finder-related", also.has(key));
    }
    el.classList.toggle("cnw-finder-chosen", selected !== "");
    const node = entries.find((entry) => entry.key === selected)?.node;
    // Only the list itself may scroll, never the page.
    if (node && list.scrollHeight > list.clientHeight + 4) {
      const inside = node.getBoundingClientRect(), frame = list.getBoundingClientRect();
      if (inside.top < frame.top || inside.bottom > frame.bottom) list.scrollTop += inside.top - frame.top - 60;
    }
  }
  input.addEventListener("input", filter);
  more.addEventListener("click", () => unfold(more.getAttribute("aria-expanded") === "false"));
  el.addEventListener("keydown", (event) => {
    const all = shown().map((entry) => entry.node);
    const here = all.indexOf(document.activeElement);
    if (event.key === "Escape" && input.value) { input.value = ""; filter(); input.focus(); event.preventDefault(); return; }
    if (event.key === "Enter" && document.activeElement === input) {
      // A word that is a name, or its beginning, means that entry.
      const typed = plain(input.value.trim());
      const best = typed && (shown().find((entry) => entry.name === typed) ?? shown().find((entry) => entry.name.startsWith(typed)) ?? shown()[0]);
      if (best) best.node.click();
      return;
    }
    const goal = { ArrowDown: here + 1, ArrowUp: here - 1, Home: here < 0 ? undefined : 0, End: here < 0 ? undefined : all.length - 1 }[event.key];
    if (goal === undefined || (here < 0 && document.activeElement !== input)) return;
    event.preventDefault();
    if (goal < 0) input.focus(); else all[Math.min(goal, all.length - 1)]?.focus();
  });
  watch(model, signal, ["groups", "texts"], build);
  watch(model, signal, ["selected", "related"], mark);
  watch(model, signal, ["selected"], () => requestAnimationFrame(arrive));
  build();
  unfold(false);
}

export default { render };
