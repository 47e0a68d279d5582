// Guided mode: one question at a time, large, with its reason.
const CardPart = {
  syncCard() {
    const on = this.get("mode") === "guided";
    this.card.hidden = !on;
    this.filterBox.hidden = on;
    this.el.classList.toggle("cnw-form-guided", on);
    if (on && this.query) { this.filterInput.value = ""; this.setQuery(""); }
    if (!on) { this.cardKey = null; this.card.replaceChildren(); this.cardRows = new Map(); this.maps.delete("card"); return; }
    const focus = this.get("focus");
    const key = focus === "screen" ? `screen|${this.screenQuestions().map((one) => one.id).join()}` : focus;
    if (key !== this.cardKey) this.newCard(focus, key);
    const card = this.card.firstChild;
    const why = card.querySelector(".cnw-card-why");
    if (why) patch(why, this.get("reason"));
    card.querySelector("[data-nav=back]")?.setAttribute("aria-disabled", String(!this.get("can_go_back")));
    this.syncRows(this.cardRows);
    if (focus === "screen") this.syncScreen(card);
  },

  newCard(focus, key) {
    const first = this.cardKey === null;
    const sameScreen = !first && focus === "screen" && this.cardKey.startsWith("screen|");
    const active = document.activeElement;
    const inside = this.card.contains(active);
    this.cardKey = key;
    this.cardRows = new Map();
    this.maps.delete("card");
    const card = focus === "screen" ? this.screenCard() : this.questions.has(focus) ? this.questionCard(focus) : this.doneCard();
    this.card.replaceChildren(card);
    if (sameScreen && inside) document.getElementById(active.id)?.focus({ preventScroll: true });
    else if (!first && (inside || this.wantsFocus)) this.focusCard(card);
    if (!first && !sameScreen) say(this.live, focus === "screen" ? this.word("screen_title") : this.questions.get(focus)?.text ?? this.word("done_title"));
    this.wantsFocus = false;
  },

  frame(id, step, ...children) {
    return h("div", { class: `cnw-card cnw-card-${id === "screen" || id === "done" ? id : "question"}`, "data-card": id },
      h("p", { class: "cnw-card-step", text: step }), children);
  },

  nav(id) {
    const send = (message) => { this.wantsFocus = true; this.model.send(message); };
    const back = h("button", { type: "button", class: "cnw-button cnw-button-quiet", "data-nav": "back", text: this.word("back") });
    back.addEventListener("click", () => { if (this.get("can_go_back")) send({ type: "back" }); });
    const nav = h("div", { class: "cnw-card-nav" }, back);
    if (id === "done") return nav;
    const label = this.word(id === "screen" ? "screen_go_on" : "skip");
    const skip = h("button", { type: "button", class: "cnw-button cnw-button-quiet", "data-nav": "skip", text: label });
    skip.addEventListener("click", () => send(id === "screen" ? { type: "screen_done" } : { type: "skip", finding: id }));
    nav.append(skip);
    return nav;
  },

  screenCard() {
    const rows = h("div", { class: "cnw-screen-rows" });
    for (const question of this.screenQuestions()) {
      const made = this.row(question, "screen");
      this.cardRows.set(question.id, made);
      rows.append(made.fieldset);
    }
    return this.frame("screen", this.word("screen_step"),
      h("h3", { class: "cnw-card-title", tabindex: "-1", text: this.word("screen_title") }),
      h("p", { class: "cnw-card-lead", text: this.word("screen_lead") }),
      this.allClear(), rows, this.nav("screen"));
  },

  syncScreen(card) {
    const open = this.screenQuestions().filter((question) => !this.answerOf(question.id)).length;
    const next = card.querySelector("[data-nav=skip]");
    setText(next, open ? this.word("screen_skip", { n: open }) : this.word("screen_go_on"));
    next.classList.toggle("cnw-button-strong", open === 0);
    next.classList.toggle("cnw-button-quiet", open !== 0);
  },

  questionCard(id) {
    const question = this.questions.get(id);
    const step = this.get("questions").find((one) => one.id === question.step).label;
    const fieldset = h("fieldset", { class: "cnw-card-fieldset", "data-finding": id }, h("legend", { class: "cnw-card-title", text: question.text }));
    if (question.hint) fieldset.append(h("p", { class: "cnw-hint", text: question.hint }));
    if (id === this.get("map_finding")) fieldset.append(this.map(question, "card"));
    fieldset.append(...this.cardOptions(question), ...this.help(question, false));
    return this.frame(id, question.group ? `${step} · ${question.group}` : step, fieldset, h("div", { class: "cnw-card-why" }), this.nav(id));
  },

  /** Arrow keys only move the choice; a click, Space, Enter, a digit or the button gives the answer. */
  cardOptions(question) {
    const options = h("div", { class: "cnw-options cnw-options-large", "data-count": String(question.options.length) });
    const confirm = h("button", { type: "button", class: "cnw-button cnw-button-strong cnw-card-confirm", text: this.word("answer_button"), hidden: true });
    const give = (option) => {
      this.wantsFocus = this.card.contains(document.activeElement);
      if (option) this.answer(question.id, option, { advance: true });
      else { this.pending.delete(question.id); this.model.send({ type: "skip", finding: question.id, clear: true }); }
    };
    let byArrow = false;
    const radios = this.withUnknown(question).map((option) => {
      const one = this.radio(question, option, "card");
      one.input.checked = option.id !== "" && this.answerOf(question.id) === option.id;
      one.input.addEventListener("click", () => {
        if (byArrow) confirm.hidden = false;
        else give(option.id);
        byArrow = false;
      });
      options.append(one.label);
      return one.input;
    });
    options.addEventListener("keydown", (event) => {
      byArrow = event.key.startsWith("Arrow");
      if (event.altKey || event.ctrlKey || event.metaKey) return;
      const digit = /^[0-9]$/.test(event.key) ? Number(event.key) : -1;
      const chosen = event.key === "Enter" || event.key === " " ? event.target.value
        : digit === 0 ? "" : digit > 0 && digit <= question.options.length ? question.options[digit - 1].id : null;
      if (chosen === null) return;
      event.preventDefault();
      give(chosen);
    });
    confirm.addEventListener("click", () => give(radios.find((one) => one.checked)?.value ?? ""));
    return [options, confirm];
  },

  doneCard() {
    return this.frame("done", this.word("done_step"), h("h3", { class: "cnw-card-title", tabindex: "-1", text: this.word("done_title") }),
      h("p", { class: "cnw-card-lead", text: this.word("done_lead") }), this.nav("done"));
  },

  focusCard(card) {
    const goal = card.querySelector(".cnw-map-figure:not([hidden]) .cn-zone[tabindex='0']") ?? card.querySelector(".cnw-card-fieldset input:checked")
      ?? card.querySelector(".cnw-card-fieldset input") ?? card.querySelector(".cnw-card-title");
    goal?.focus({ preventScroll: true });
    const top = card.getBoundingClientRect().top;
    const covered = parseFloat(getComputedStyle(this.el).scrollMarginTop) || 0;
    if (top < covered || top > innerHeight * 0.6) this.el.scrollIntoView({ block: "start", behavior: "auto" });
  },
};
Object.assign(Interview.prototype, CardPart);
