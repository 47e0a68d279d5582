// The interview's answers and the look of one question.
class Interview {
  constructor({ model, el, signal }) {
    Object.assign(this, { model, el, signal });
    this.base = uid("cnw-form");
    this.questions = new Map();   // finding id -> question and its step
    this.pending = new Map();     // finding id -> {option, seq}: clicked, not confirmed by the kernel yet
    this.sequence = 0;
    this.maps = new Map();        // "step" or "card" -> LegPart
    this.live = liveRegion();
    this.card = h("div", { class: "cnw-guided" });
    this.filterBox = h("div", { class: "cnw-filter" });
    this.steps = h("div", { class: "cnw-steps" });
    el.classList.add("cnw", "cnw-form");
    el.append(this.card, this.filterBox, this.steps, this.live);
    this.opened = model.get("open_step");
    this.build();
    this.listen();
  }

  word(key, values) { return fill(this.model.get("texts")[key] ?? key, values); }

  get(trait) { return this.model.get(trait); }

  build() {
    this.questions.clear();
    for (const step of this.get("questions")) {
      for (const group of step.groups) {
        for (const question of group.questions) this.questions.set(question.id, { ...question, step: step.id, group: group.label });
      }
    }
    this.buildSteps();
    this.buildFilter();
    this.cardKey = null;
    this.sync();
  }

  listen() {
    const { model, signal } = this;
    // One step of the kernel changes several traits; the form is gone through once when all of them are there.
    let due = false;
    const sync = () => {
      if (due) return;
      due = true;
      queueMicrotask(() => {
        due = false;
        if (!signal.aborted) this.sync();
      });
    };
    watch(model, signal, ["questions", "map", "texts"], () => this.build());
    watch(model, signal, ["answers", "ack"], () => { this.confirm(); sync(); });
    watch(model, signal, ["hidden", "locked_steps", "mode", "focus", "reason", "can_go_back", "view"], sync);
    watch(model, signal, ["open_step"], () => { this.opened = model.get("open_step"); sync(); });
    watch(model, signal, ["filter"], () => { this.filterInput.value = model.get("filter"); this.setQuery(model.get("filter")); });
    watch(model, signal, ["announcement"], () => say(this.live, model.get("announcement")));
    const custom = (message) => { if (message.type === "go_to") this.goTo(message.finding); };
    model.on("msg:custom", custom);
    signal.addEventListener("abort", () => model.off("msg:custom", custom));
  }

  sync() {
    this.syncSteps();
    this.syncCard();
    this.syncAllClear();
    for (const part of this.maps.values()) part.update({ selected: this.answerOf(this.get("map_finding")), view: this.get("view") });
  }

  // ---- answers ----
  answerOf(id) {
    if (this.pending.has(id)) return this.pending.get(id).option;
    return this.get("answers")[id] ?? "";
  }

  answer(id, option, more = {}) {
    this.sequence += 1;
    this.pending.set(id, { option: option || "", seq: this.sequence });
    this.model.send({ type: "answer", finding: id, option: option || null, seq: this.sequence, ...more });
    this.sync();
  }

  confirm() {
    const ack = this.get("ack");
    for (const [id, one] of [...this.pending]) if (one.seq <= ack) this.pending.delete(id);
  }

  isHidden(id) { return this.get("hidden").includes(id); }

  isLocked(step) { return step in this.get("locked_steps"); }

  screenQuestions() {
    return [...this.questions.values()].filter((question) => question.screen && !this.isHidden(question.id));
  }

  allClear() {
    const button = h("button", { type: "button", class: "cnw-button cnw-all-clear", "data-all-clear": true });
    button.addEventListener("click", () => {
      const open = this.screenQuestions().filter((question) => question.kind === "yes_no" && !this.answerOf(question.id));
      if (!open.length) return;
      this.sequence += 1;
      for (const question of open) this.pending.set(question.id, { option: "no", seq: this.sequence });
      if (this.card.contains(button)) this.wantsFocus = true;
      this.model.send({ type: "all_clear", findings: open.map((question) => question.id), seq: this.sequence });
      this.sync();
      say(this.live, this.word("all_clear_done", { n: open.length }));
    });
    return button;
  }

  syncAllClear() {
    const screen = this.screenQuestions().filter((question) => question.kind === "yes_no");
    const open = screen.filter((question) => !this.answerOf(question.id)).length;
    const some = screen.some((question) => this.answerOf(question.id) === "yes");
    for (const button of this.el.querySelectorAll("[data-all-clear]")) {
      const key = open === 0 ? "all_clear_none_left" : some ? "all_clear_rest" : "all_clear";
      setText(button, this.word(key, { n: open }));
      // Not `disabled`: a disabled button would drop the focus that is on it.
      button.setAttribute("aria-disabled", String(open === 0));
    }
  }

  // ---- one question ----
  radio(question, option, where) {
    const id = `${this.base}-${where}-${question.id}-${option.id || "unknown"}`;
    const input = h("input", { type: "radio", id, name: `${this.base}-${where}-${question.id}`, value: option.id });
    const words = h("span", { class: "cnw-option-words" }, h("span", { class: "cnw-option-label", text: option.label }));
    if (where === "card" && option.explanation) words.append(h("span", { class: "cnw-option-more", text: option.explanation }));
    const label = h("label", { class: option.id ? "cnw-option" : "cnw-option cnw-option-unknown", for: id }, input, words);
    return { input, label };
  }

  withUnknown(question) { return [...question.options, { id: "", label: this.word("dont_know") }]; }

  help(question, answersToo) {
    const parts = [];
    const fold = (key, content) => h("details", { class: "cnw-help" }, h("summary", { text: this.word(key) }), content);
    if (question.how_to) parts.push(fold("how_to", h("p", { text: question.how_to })));
    const told = answersToo ? question.options.filter((option) => option.explanation) : [];
    if (told.length) {
      parts.push(fold("answers_mean", h("dl", {}, told.map((one) => [h("dt", { text: one.label }), h("dd", { text: one.explanation })]))));
    }
    return parts;
  }

  /** A question as one of many; every change is an answer. */
  row(question, where) {
    const options = h("div", { class: "cnw-options" });
    const radios = this.withUnknown(question).map((option) => {
      const one = this.radio(question, option, where);
      one.input.addEventListener("change", () => this.answer(question.id, one.input.value));
      options.append(one.label);
      return one.input;
    });
    const kind = question.kind === "yes_no" ? "cnw-row cnw-row-yesno" : "cnw-row cnw-row-choice";
    const fieldset = h("fieldset", { class: kind, "data-finding": question.id }, h("legend", { text: question.text }));
    if (question.hint) fieldset.append(h("p", { class: "cnw-hint", text: question.hint }));
    if (question.id === this.get("map_finding")) fieldset.append(this.map(question, where));
    fieldset.append(options, ...this.help(question, true));
    return { fieldset, radios };
  }

  syncRows(rows) {
    for (const [id, { fieldset, radios }] of rows) {
      const value = this.answerOf(id);
      for (const one of radios) one.checked = one.value === value;
      fieldset.classList.toggle("cnw-answered", value !== "");
      fieldset.classList.toggle("cnw-off", this.isHidden(id));
    }
  }

  map(question, where) {
    const host = h("div", { class: "cnw-map" });
    if (!this.get("map").views?.length) return host;
    this.maps.set(where, new LegPart(host, {
      map: this.get("map"), selected: this.answerOf(question.id), view: this.get("view"), texts: this.get("texts"), list: false,
      choose: (option) => {
        if (where === "card") this.wantsFocus = this.card.contains(document.activeElement);
        this.answer(question.id, option, where === "card" && option ? { advance: true } : {});
      },
      turn: (view) => this.model.send({ type: "view", view }),
    }));
    return host;
  }
}
