// A row of tabs. The panels are boxes elsewhere on the page; the kernel shows and hides them, this gives them their roles.
function render({ model, el, signal }) {
  el.classList.add("cnw", "cnw-tabs");
  const base = uid("cnw-tab");
  const list = h("div", { class: "cnw-tablist", role: "tablist" });
  el.append(list);
  const buttons = new Map();

  function build() {
    list.setAttribute("aria-label", model.get("label"));
    buttons.clear();
    list.replaceChildren(...model.get("tabs").map((tab) => {
      const node = h("button", { type: "button", role: "tab", class: "cnw-tab", id: `${base}-${tab.id}`, "data-tab": tab.id },
        h("span", { text: tab.label }), tab.more && h("span", { class: "cnw-tab-more", text: tab.more }));
      node.addEventListener("click", () => choose(tab.id));
      buttons.set(tab.id, node);
      return node;
    }));
    mark();
    connect();
  }
  function choose(id) {
    if (id !== model.get("selected")) model.send({ type: "tab", tab: id });
  }
  function mark() {
    const selected = model.get("selected");
    for (const [id, node] of buttons) {
      node.setAttribute("aria-selected", String(id === selected));
      node.tabIndex = id === selected ? 0 : -1;
    }
  }
  /** Another panel begins at its beginning, also for a reader who is far down the page. */
  function toTop() {
    const panel = document.getElementById(`${base}-${model.get("selected")}-panel`);
    const hidden = panel ? el.getBoundingClientRect().bottom - panel.getBoundingClientRect().top : 0;
    if (hidden > 0) scrollBy({ top: -hidden - 8, behavior: "instant" });
  }
  /** Panels may be drawn after the tabs. */
  function connect() {
    let all = true;
    for (const tab of model.get("tabs")) {
      const panel = document.querySelector(`.${CSS.escape(tab.panel)}`);
      if (!panel) { all = false; continue; }
      panel.id = `${base}-${tab.id}-panel`;
      panel.setAttribute("role", "tabpanel");
      panel.setAttribute("aria-labelledby", `${base}-${tab.id}`);
      buttons.get(tab.id).setAttribute("aria-controls", panel.id);
    }
    return all;
  }
  list.addEventListener("keydown", (event) => {
    const ids = [...buttons.keys()];
    const here = ids.findIndex((id) => buttons.get(id) === document.activeElement);
    const goal = { ArrowRight: here + 1, ArrowLeft: here - 1, Home: 0, End: ids.length - 1 }[event.key];
    if (goal === undefined || here < 0) return;
    event.preventDefault();
    const id = ids[(goal + ids.length) % ids.length];
    buttons.get(id).focus();
    choose(id);
  });
  watch(model, signal, ["tabs", "label"], build);
  watch(model, signal, ["selected"], () => { mark(); toTop(); });
  build();
  const observer = new MutationObserver(() => { if (connect()) observer.disconnect(); });
  if (!connect()) observer.observe(document.body, { childList: true, subtree: true });
  signal.addEventListener("abort", () => observer.disconnect());
}

export default { render };
