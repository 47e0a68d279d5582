function render({ model, el, signal }) {
  el.classList.add("cnw", "cnw-case");
  const word = (key, values) => fill(model.get("texts")[key] ?? key, values);
  const live = liveRegion();
  const body = h("div");
  el.append(body, live);
  let shownTitle = null;

  function stepItem(step, number, isNew) {
    const item = h("li", { class: isNew ? "cnw-case-step cnw-case-new" : "cnw-case-step" },
      h("h4", { text: `${number}. ${step.title}` }), step.text ? h("p", { text: step.text }) : null,
      h("ul", { class: "cnw-case-answers" }, step.answers.map((words) => h("li", { text: words }))));
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
      if (shown > 1) say(live, [found.steps[at].text, ...found.steps[at].answers].join(". "));
    }
    const left = found.steps.length - shown;
    const next = body.querySelector("[data-case=next]");
    setText(next, left ? word("case_next", { n: shown + 1, total: found.steps.length }) : word("case_all_shown"));
    next.setAttribute("aria-disabled", String(left === 0));
    body.querySelector("[data-case=previous]").setAttribute("aria-disabled", String(shown <= 1));
    body.querySelector(".cnw-case-closing").hidden = left > 0;
  }

  function menu() {
    const close = () => { box.open = false; };
    const box = h("details", { class: "cnw-menu" }, h("summary", { class: "cnw-button", text: word("case_others") }),
      h("ul", {}, model.get("others").map((one) => {
        const node = h("button", { type: "button", class: "cnw-menu-entry", "data-other": one.id, text: one.title });
        node.addEventListener("click", () => { close(); box.querySelector("summary").focus(); model.send({ type: "other", case: one.id }); });
        return h("li", {}, node);
      })));
    box.addEventListener("keydown", (event) => { if (event.key === "Escape") { close(); box.querySelector("summary").focus(); } });
    box.addEventListener("focusout", (event) => { if (event.relatedTarget && !box.contains(event.relatedTarget)) close(); });
    return box;
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
      h("div", { class: "cnw-case-head" }, h("p", { class: "cnw-card-step", text: word("case_invented") }), menu()),
      h("h3", { class: "cnw-case-title", tabindex: "-1", text: found.title }), 
      h("details", { class: "cnw-case-intro", open: found.intro_open }, h("summary", { text: word("case_intro") }), h("p", { text: found.intro })),
      h("ol", {}),
      h("details", { class: "cnw-case-closing", hidden: true }, h("summary", { text: word("case_closing") }), found.closing.map((line) => h("p", { text: line }))),
      h("div", { class: "cnw-card-nav" }, button("previous", word("case_previous"), () => reveal(-1)),
        button("next", "", () => reveal(1)), button("close", word("case_close"), () => model.send({ type: "close" }))));
    body.querySelector("[data-case=next]").classList.add("cnw-button-strong");
  }

  watch(model, signal, ["case", "shown", "texts"], refresh);
  refresh();
}

export default { render };
