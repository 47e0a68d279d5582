function render({ model, el, signal }) {
  el.classList.add("cnw", "cnw-panel");
  const body = h("div", { class: "cnw-panel-body" });
  const live = liveRegion();
  el.append(body, live);

  // An area keeps the greatest height that it had, at this width and under this key, so that nothing below it jumps.
  // The body has its own height and the element around it keeps the greatest: so the browser tells the height when it
  // has laid out the page anyway, and need not be asked for it in the midst of a step, which costs a layout each time.
  let tallest = 0;
  let width = 0;
  let heightKey = "";
  const resize = new ResizeObserver(([{ borderBoxSize: [now] }]) => {
    if (!heightKey || body.hidden) return;
    if (Math.abs(now.inlineSize - width) > 1) { width = now.inlineSize; tallest = 0; }
    tallest = Math.max(tallest, now.blockSize);
    const height = `${Math.ceil(tallest)}px`;
    if (el.style.minHeight !== height) el.style.minHeight = height;
  });

  function measureAnew() {
    tallest = 0;
    el.style.minHeight = "";
    resize.unobserve(body);
    resize.observe(body);
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
    if (body.hidden) measureAnew();
  }

  function keepHeight() {
    heightKey = model.get("height_key");
    measureAnew();
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
    measureAnew();
  }, { capture: true, signal });

  watch(model, signal, ["html"], refresh);
  watch(model, signal, ["height_key"], keepHeight);
  watch(model, signal, ["label", "busy"], label);
  watch(model, signal, ["announcement"], () => say(live, model.get("announcement")));
  refresh();
  keepHeight();
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

  const seen = new IntersectionObserver((entries) => {
    model.send({ type: "visible", visible: entries.some((entry) => entry.isIntersecting) });
  });
  if (model.get("report_visible")) seen.observe(el);
  signal.addEventListener("abort", () => { resize.disconnect(); seen.disconnect(); });
}

export default { render };
