// The folding steps and the filter.
const StepsPart = {
  buildSteps() {
    this.rows = new Map();       // finding id -> {fieldset, radios}
    this.stepParts = new Map();
    this.maps.delete("step");
    this.steps.replaceChildren();
    this.get("questions").forEach((step, index) => {
      const panel = `${this.base}-panel-${step.id}`;
      const count = h("span", { class: "cnw-step-count" });
      const meter = h("span", { class: "cnw-step-meter", "aria-hidden": "true" }, h("span"));
      const button = h("button", { type: "button", class: "cnw-step-button", "aria-expanded": "false", "aria-controls": panel },
        h("span", { class: "cnw-step-number", "aria-hidden": "true", text: String(index + 1) }),
        h("span", { class: "cnw-step-title", text: step.label }), meter, count);
      button.addEventListener("click", () => this.toggle(this.opened === step.id ? "" : step.id));
      const body = h("div", { class: "cnw-step-body", id: panel });
      const section = h("section", { class: "cnw-step", "data-step": step.id }, h("h3", { class: "cnw-step-head" }, button), body);
      this.steps.append(section);
      this.stepParts.set(step.id, { step, section, button, body, count, meter: meter.firstChild, filled: false, note: null });
    });
  },

  fillStep(parts) {
    if (parts.filled) return;
    parts.filled = true;
    const { step, body } = parts;
    const content = h("div", { class: "cnw-step-content" });
    if (step.lead) content.append(h("p", { class: "cnw-step-lead", text: step.lead }));
    if (step.groups.some((group) => group.questions.some((question) => question.screen))) content.append(this.allClear());
    for (const group of step.groups) {
      const box = h("div", { class: "cnw-group", "data-group": group.id });
      if (group.label) box.append(h("h4", { class: "cnw-group-title", text: group.label }));
      for (const question of group.questions) {
        const made = this.row(question, "step");
        this.rows.set(question.id, made);
        box.append(made.fieldset);
      }
      content.append(box);
    }
    parts.content = content;
    body.append(content);
  },

  toggle(id) {
    this.opened = id;
    this.model.send({ type: "open_step", step: id });
    this.sync();
  },

  lockNote(parts, reason) {
    if (!reason) { parts.note?.remove(); parts.note = null; return; }
    const key = JSON.stringify(reason);
    if (parts.note?.dataset.shown === key) return;
    const held = parts.note?.contains(document.activeElement);
    parts.note?.remove();
    parts.note = h("div", { class: "cnw-lock", "data-shown": key }, h("p", { text: reason.sentence }));
    if (reason.ask.length) {
      parts.note.append(h("ul", { class: "cnw-lock-list" }, reason.ask.map((id) => h("li", {}, h("button", {
        type: "button", class: "cnw-link", text: this.questions.get(id)?.text ?? id, onclick: () => this.goTo(id),
      })))));
    }
    parts.note.append(h("button", {
      type: "button", class: "cnw-button cnw-button-quiet", "data-unlock": parts.step.id, text: this.word("open_anyway"),
      onclick: () => { parts.button.focus(); this.model.send({ type: "unlock", step: parts.step.id }); },
    }));
    parts.body.prepend(parts.note);
    if (held) parts.button.focus();
  },

  syncSteps() {
    const filtering = Boolean(this.query);
    for (const [id, parts] of this.stepParts) {
      const reason = this.get("locked_steps")[id];
      const open = filtering ? !reason : this.opened === id;
      if (open && !reason) this.fillStep(parts);
      parts.button.setAttribute("aria-expanded", String(open));
      parts.body.hidden = !open;
      parts.section.classList.toggle("cnw-step-open", open);
      parts.section.classList.toggle("cnw-step-locked", Boolean(reason));
      this.lockNote(parts, reason);
      if (parts.content) parts.content.hidden = Boolean(reason);
      const asked = parts.step.groups.flatMap((group) => group.questions).filter((question) => !this.isHidden(question.id));
      const done = asked.filter((question) => this.answerOf(question.id)).length;
      setText(parts.count, reason ? this.word("locked") : this.word("count", { n: done, total: asked.length }));
      parts.meter.style.transform = `scaleX(${asked.length ? done / asked.length : 0})`;
    }
    this.syncRows(this.rows);
    this.syncFilter();
  },

  /** Bring a question into view and put the focus on it. */
  goTo(id) {
    const question = this.questions.get(id);
    if (!question) return;
    if (this.get("mode") === "guided") {
      this.wantsFocus = true;
      this.model.send({ type: "focus", finding: id });
      return;
    }
    this.filterInput.value = "";
    this.query = "";
    this.toggle(question.step);
    const made = this.rows.get(id);
    if (!made) { this.stepParts.get(question.step).button.focus(); return; }
    made.fieldset.scrollIntoView({ block: "center", behavior: SCROLL() });
    (made.radios.find((one) => one.checked) ?? made.radios[0]).focus({ preventScroll: true });
  },

  // ---- type to filter ----
  buildFilter() {
    const id = `${this.base}-filter`;
    this.query = "";
    this.filterInput = h("input", { type: "search", id, autocomplete: "off", spellcheck: "false", placeholder: this.word("filter_example") });
    this.filterCount = h("p", { class: "cnw-filter-count" });
    this.filterBox.replaceChildren(h("label", { for: id, text: this.word("filter") }), this.filterInput, this.filterCount);
    this.filterInput.addEventListener("input", () => this.setQuery(this.filterInput.value));
    this.filterInput.addEventListener("keydown", (event) => {
      if (event.key === "Escape") { this.filterInput.value = ""; this.setQuery(""); }
    });
  },

  setQuery(value) {
    this.query = value.trim().toLowerCase();
    this.syncSteps();
    this.syncAllClear();
    if (this.query) say(this.live, this.filterCount.textContent);
  },

  matches(question, words) {
    const all = [question.text, question.short, question.hint, question.group, ...question.options.map((one) => one.label)];
    const hay = all.join(" ").toLowerCase();
    return words.every((word) => hay.includes(word));
  },

  syncFilter() {
    const words = (this.query ?? "").split(/\s+/).filter(Boolean);
    let hits = 0;
    for (const [id, { fieldset }] of this.rows) {
      const question = this.questions.get(id);
      const hit = words.length === 0 || this.matches(question, words);
      fieldset.classList.toggle("cnw-filtered", !hit);
      if (hit && words.length && !this.isHidden(id) && !this.isLocked(question.step)) hits += 1;
    }
    for (const { section, content } of this.stepParts.values()) {
      let some = false;
      for (const group of content?.querySelectorAll(".cnw-group") ?? []) {
        const shown = Boolean(group.querySelector("fieldset:not(.cnw-filtered):not(.cnw-off)"));
        group.classList.toggle("cnw-empty", !shown);
        some ||= shown;
      }
      section.classList.toggle("cnw-step-filtered", words.length > 0 && (!some || content.hidden));
    }
    this.el.classList.toggle("cnw-filtering", words.length > 0);
    setText(this.filterCount, words.length ? this.word(hits === 1 ? "filter_one" : "filter_many", { n: hits }) : "");
  },
};
Object.assign(Interview.prototype, StepsPart);
