function render({ model, el, signal }) {
  el.classList.add("cnw", "cnw-case");
  const word = (key, values) => fill(model.get("texts")[key] ?? key, values);
  const live = liveRegion();
  const body = h("div");
  el.append(body, live);
  let shownTitle = null;

  function stepItem(step, number, isNew) {
    const item = h("li", { class: isNew ? "cnw-case-step cnw-case-new" : "cnw-case-step" },
      h("h4", { text: `${number}. ${step.title}` }), h("p", { text: step.text }));
    if (step.think) item.append(h("details", {}, h("summary", { text: word("case_think") }), h("p", { text: step.think })));
    return item;
  }

  function refresh() {
    const found = model.get("case");
    el.hidden = !found.title;
    if (!found.title) { body.replaceChildren(); shownTitle = null; return; }
    if (shownTitle !== found.title) frame(found);
    const shown = model.get("shown");
    const list = body.querySelector("ol");
    while (list.children.length > shown) list.lastChild.remove();
    for (let at = list.children.length; at < shown; at += 1) {
      for (const one of list.children) one.classList.remove("cnw-case-new");
      list.append(stepItem(found.steps[at], at + 1, true));
      if (shown > 1) say(live, found.steps[at].text);
    }
    const left = found.steps.length - shown;
    const next = body.querySelector("[data-case=next]");
    setText(next, left ? word("case_next", { n: shown + 1, total: found.steps.length }) : word("case_all_shown"));
    next.setAttribute("aria-disabled", String(left === 0));
    body.querySelector("[data-case=previous]").setAttribute("aria-disabled", String(shown <= 1));
    body.querySelector(".cnw-case-closing").hidden = left > 0;
  }

  function frame(found) {
    shownTitle = found.title;
    const button = (name, text, act) => {
      const node = h("button", { type: "button", class: "cnw-button cnw-button-quiet", "data-case": name, text });
      node.addEventListener("click", () => { if (node.getAttribute("aria-disabled") !== "true") act(); });
      return node;
    };
    const reveal = (by) => model.send({ type: "reveal", shown: model.get("shown") + by });
    body.replaceChildren(
      h("h3", { class: "cnw-case-title", tabindex: "-1", text: found.title }), h("p", { class: "cnw-case-intro", text: found.intro }), h("ol", {}),
      h("details", { class: "cnw-case-closing", hidden: true }, h("summary", { text: word("case_closing") }), found.closing.map((line) => h("p", { text: line }))),
      h("div", { class: "cnw-card-nav" }, button("previous", word("case_previous"), () => reveal(-1)),
        button("next", "", () => reveal(1)), button("close", word("case_close"), () => model.send({ type: "close" }))));
    body.querySelector("[data-case=next]").classList.add("cnw-button-strong");
  }

  watch(model, signal, ["case", "shown", "texts"], refresh);
  refresh();
}

export default { render };
