function render({ model, el, signal }) {
  el.classList.add("cnw", "cnw-panel");
  const body = h("div", { class: "cnw-panel-body" });
  const live = liveRegion();
  el.append(body, live);

  let tallest = 0;
  let width = 0;
  let heightKey = "";

  // An area keeps the greatest height that it had, at this width and under this key, so that nothing below it jumps.
  function settle() {
    const key = model.get("height_key");
    if (!key) return;
    body.style.minHeight = "";
    const now = body.getBoundingClientRect();
    if (Math.abs(now.width - width) > 1 || key !== heightKey) { width = now.width; heightKey = key; tallest = 0; }
    tallest = Math.max(tallest, now.height);
    body.style.minHeight = `${Math.ceil(tallest)}px`;
  }

  function refresh() {
    patch(body, model.get("html"));
    body.hidden = model.get("html") === "";
    // Under Voilà a lesson has a fixed place; elsewhere its file lies beside this one.
    const base = document.body.dataset.baseUrl;
    for (const link of body.querySelectorAll("a[data-lesson]")) {
      const state = link.dataset.code ? `#s=${link.dataset.code}` : "";
      link.href = `${base ? `${base}render/${link.dataset.lesson}.ipynb` : `${link.dataset.lesson}.ipynb`}${state}`;
    }
    settle();
  }

  function label() {
    const name = model.get("label");
    if (name) { body.setAttribute("role", "region"); body.setAttribute("aria-label", name); }
    else { body.removeAttribute("role"); body.removeAttribute("aria-label"); }
    body.setAttribute("aria-busy", String(model.get("busy")));
    el.classList.toggle("cnw-busy", model.get("busy"));
  }

  delegateActions(body, model, signal);
  forgetMarks(body, signal);
  body.addEventListener("toggle", (event) => {
    const part = event.target.dataset?.part;
    if (part) model.send({ type: "open", part, open: event.target.open });
    tallest = 0;
    settle();
  }, { capture: true, signal });

  watch(model, signal, ["html"], refresh);
  watch(model, signal, ["label", "busy"], label);
  watch(model, signal, ["announcement"], () => say(live, model.get("announcement")));
  refresh();
  label();
  // After a choice inside the panel its new content gets the focus, which the old content has lost.
  const custom = (message) => {
    if (message.type !== "focus") return;
    const goal = body.querySelector("h2, h3") ?? body;
    goal.setAttribute("tabindex", "-1");
    goal.focus({ preventScroll: true });
    goal.scrollIntoView({ block: "nearest", behavior: SCROLL() });
  };
  model.on("msg:custom", custom);
  signal.addEventListener("abort", () => model.off("msg:custom", custom));

  const resize = new ResizeObserver(() => {
    if (Math.abs(body.getBoundingClientRect().width - width) > 1) settle();
  });
  resize.observe(body);
  const seen = new IntersectionObserver((entries) => {
    model.send({ type: "visible", visible: entries.some((entry) => entry.isIntersecting) });
  });
  if (model.get("report_visible")) seen.observe(el);
  signal.addEventListener("abort", () => { resize.disconnect(); seen.disconnect(); });
}

export default { render };
