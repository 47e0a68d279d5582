const typing = (node) => node?.closest("input:not([type=radio]):not([type=checkbox]), select, textarea, [contenteditable=true], .cm-editor");

function render({ model, el, signal }) {
  el.classList.add("cnw", "cnw-toolbar");
  const word = (key) => model.get("texts")[key] ?? key;
  const base = uid("cnw-bar");
  const send = (message) => model.send(message);

  const modes = h("fieldset", { class: "cnw-segments cnw-modes" }, h("legend", { class: "cnw-sr", text: word("mode") }));
  const modeInputs = ["guided", "free"].map((mode) => {
    const input = h("input", { type: "radio", name: `${base}-mode`, id: `${base}-${mode}`, value: mode });
    input.addEventListener("change", () => send({ type: "mode", mode }));
    modes.append(h("label", { class: "cnw-segment", for: input.id, title: word(`mode_${mode}_title`) }, input, h("span", { text: word(`mode_${mode}`) })));
    return input;
  });

  const select = h("select", { id: `${base}-setting` });
  select.addEventListener("change", () => send({ type: "setting", setting: select.value }));
  const setting = h("div", { class: "cnw-field" }, h("label", { for: select.id, text: word("setting") }), select);

  const button = (name, message) => {
    const node = h("button", { type: "button", class: "cnw-button cnw-button-quiet", "data-tool": name, text: word(name) });
    node.addEventListener("click", () => { if (node.getAttribute("aria-disabled") !== "true") send(message()); });
    return node;
  };
  const example = button("case", () => ({ type: "case" }));
  const reset = button("reset", () => ({ type: "reset" }));
  const undo = button("undo", () => ({ type: "undo" }));
  const large = button("large", () => ({ type: "large", large: !model.get("large") }));
  large.title = word("large_title");
  large.setAttribute("aria-keyshortcuts", "L");
  const status = h("span", { class: "cnw-status", role: "status", "aria-live": "polite" });
  const tools = h("div", { class: "cnw-tools" }, example, reset, undo, large, status);
  // On a narrow page everything but the mode folds behind one button; the style sheet decides where.
  const more = h("button", { type: "button", class: "cnw-button cnw-button-quiet cnw-more", "aria-expanded": "false", text: word("more") });
  more.addEventListener("click", () => more.setAttribute("aria-expanded", String(more.getAttribute("aria-expanded") === "false")));
  el.append(modes, more, setting, tools);

  function lists() {
    select.replaceChildren(...model.get("settings").map((one) => h("option", { value: one.id, text: one.name })));
    refresh();
  }
  function refresh() {
    for (const input of modeInputs) input.checked = input.value === model.get("mode");
    select.value = model.get("setting");
    modes.hidden = !model.get("parts").includes("mode");
    setting.hidden = !model.get("parts").includes("setting");
    example.hidden = !model.get("has_cases");
    undo.setAttribute("aria-disabled", String(!model.get("can_undo")));
    large.setAttribute("aria-pressed", String(model.get("large")));
  }
  document.addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() !== "l" || event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    // In JupyterLab keys belong to the notebook unless the focus is inside this page.
    if (!document.body.dataset.voila && !event.target.closest?.(".cnw-page")) return;
    send({ type: "large", large: !model.get("large") });
  }, { signal });
  watch(model, signal, ["settings", "has_cases", "texts"], lists);
  watch(model, signal, ["mode", "setting", "can_undo", "large"], refresh);
  watch(model, signal, ["notice"], () => say(status, model.get("notice")));
  lists();
}

export default { render };
