const LOOK_MS = 200;
const SAY_LEFT_S = 10;
const RING = 2 * Math.PI * 54;

class StepPlayer {
  constructor({ model, el, signal }) {
    Object.assign(this, { model, el, signal, goesOn: true, buzzes: true, first: "left", pending: null, timer: 0, said: "", second: 0 });
    this.calm = matchMedia("(prefers-reduced-motion: reduce)");
    this.tones = new Tones();
    this.awake = new Awake();
    el.classList.add("cnw", "cnw-player");
    this.build();
    this.load(model.get("program"));
    watch(model, signal, ["program"], () => this.changed());
    watch(model, signal, ["hurt"], () => patch(this.hurtBody, model.get("hurt")));
    document.addEventListener("keydown", (event) => this.key(event), { signal });
    document.addEventListener("visibilitychange", () => { this.look(); this.awake.set(this.running && !document.hidden); }, { signal });
    document.addEventListener("fullscreenchange", () => this.full(document.fullscreenElement === el), { signal });
    signal.addEventListener("abort", () => { clearTimeout(this.timer); this.awake.set(false); this.tones.close(); });
  }

  word(key, values) { return fill(this.model.get("texts")[key] ?? key, values); }
  get running() { return Boolean(this.course?.running); }

  button(key, act, kind = "") {
    const node = h("button", { type: "button", class: `cnw-button cnw-player-button ${kind}`, "data-play": key, text: this.word(key) });
    node.addEventListener("click", (event) => {
      act();
      // After a click space belongs to start and pause; who came by keyboard stays where they are.
      if (event.detail > 0 && node !== this.main && !this.hurtBox.open) this.main.focus({ preventScroll: true });
    });
    return node;
  }

  switch(key, get, set) {
    const node = this.button(key, () => { set(!get()); node.setAttribute("aria-pressed", String(get())); }, "cnw-player-switch");
    node.setAttribute("aria-pressed", String(get()));
    return node;
  }

  build() {
    this.note = h("p");
    this.take = this.button("take", () => { this.load(this.pending); this.main.focus(); }, "cnw-button-strong");
    this.changedBox = h("div", { class: "cnw-player-changed", role: "status", hidden: true }, this.note, this.take);
    this.title = h("h3", { class: "cnw-player-title", id: uid("cnw-play") });
    this.place = h("p", { class: "cnw-player-place" });
    this.bar = h("div", { class: "cnw-player-bar", "aria-hidden": "true" });
    this.figure = h("div", { class: "cnw-player-figure" });
    this.phase = h("p", { class: "cnw-player-phase" });
    this.name = h("h4", { class: "cnw-player-name" });
    this.side = h("p", { class: "cnw-player-side" });
    this.dose = h("p", { class: "cnw-player-dose" });
    this.cues = h("ul", { class: "cnw-player-cues" });
    this.steps = h("ol", { class: "cnw-player-steps" });
    this.why = h("p", { class: "cnw-player-why" });
    this.caution = h("p", { class: "cnw-player-caution" });
    const how = h("details", { class: "cnw-player-how" }, h("summary", { text: this.word("how") }), this.steps, this.why, this.caution);
    this.digits = h("span", { class: "cnw-player-digits", role: "timer", "aria-live": "off", "aria-label": this.word("countdown") });
    this.ring = this.drawRing();
    this.standing = h("span", { class: "cnw-player-standing" });
    this.after = h("p", { class: "cnw-player-next" });
    this.main = this.button("start", () => this.toggle(), "cnw-button-strong cnw-player-main");
    this.back = this.button("previous", () => this.go(-1));
    this.skip = this.button("next", () => this.go(1));
    const stage = this.stage = h("section", { class: "cnw-player-stage", "aria-labelledby": this.title.id },
      h("div", { class: "cnw-player-head" }, this.title, this.place, this.bar),
      h("div", { class: "cnw-player-middle" },
        h("div", { class: "cnw-player-words" }, this.phase, this.name, this.side, this.dose, this.cues, how),
        h("div", { class: "cnw-player-picture" }, this.figure, h("div", { class: "cnw-player-clock" }, this.ring, h("div", { class: "cnw-player-time" }, this.digits, this.standing)))),
      this.after,
      h("div", { class: "cnw-player-controls" }, this.back, this.main, this.skip, this.button("hurts", () => this.hurts(), "cnw-player-hurts")),
      h("div", { class: "cnw-player-more" }, this.button("restart", () => this.restart()), this.fullButton = this.button("full", () => this.toggleFull()),
        this.switch("sound", () => this.tones.on, (on) => { this.tones.set(on); this.tones.play(660, 0.15); }),
        navigator.vibrate && matchMedia("(pointer: coarse)").matches && this.switch("buzz", () => this.buzzes, (on) => { this.buzzes = on; }),
        this.switch("goes_on", () => this.goesOn, (on) => { this.goesOn = on; }),
        this.sideButton = this.button("first_right", () => { this.first = this.first === "left" ? "right" : "left"; this.draw(); }, "cnw-player-switch")));
    this.sideButton.setAttribute("aria-pressed", "false");
    this.list = h("ol", { class: "cnw-player-list" });
    this.live = liveRegion();
    this.el.append(this.changedBox, stage, h("details", { class: "cnw-player-all" }, h("summary", { text: this.word("all") }), this.list), this.hurtDialog(), this.live);
  }

  hurtDialog() {
    this.hurtBody = h("div", { class: "cnw-player-hurt-body" });
    const close = h("button", { type: "button", class: "cnw-button cnw-player-button", "data-play": "back", text: this.word("back") });
    this.hurtBox = h("dialog", { class: "cnw-player-hurt", "aria-label": this.word("hurts_title") }, this.hurtBody, close);
    close.addEventListener("click", () => this.hurtBox.close());
    // Whoever goes to the questions leaves the player, and the screen that it fills.
    this.hurtBody.addEventListener("click", (event) => {
      if (!event.target.closest("[data-action]")) return;
      this.hurtBox.close();
      this.leaveFull();
    }, { signal: this.signal });
    delegateActions(this.hurtBody, this.model, this.signal);
    patch(this.hurtBody, this.model.get("hurt"));
    return this.hurtBox;
  }

  drawRing() {
    const box = document.createElement("div");
    box.className = "cnw-player-ring";
    box.innerHTML = '<svg viewBox="0 0 120 120" aria-hidden="true" focusable="false"><circle cx="60" cy="60" r="54" class="cnw-player-track"/><circle cx="60" cy="60" r="54" class="cnw-player-arc" transform="rotate(-90 60 60)"/></svg>';
    this.arc = box.querySelector(".cnw-player-arc");
    this.arc.style.strokeDasharray = String(RING);
    return box;
  }

  // ---- what is played ----

  changed() {
    const wanted = this.model.get("program");
    const now = this.program;
    const same = JSON.stringify(wanted.steps) === JSON.stringify(now.steps);
    if (same && wanted.safety === now.safety) {
      this.pending = null;
      this.changedBox.hidden = true;
      if (wanted.title !== now.title) { this.program = wanted; this.draw(); }
      return;
    }
    const begun = this.course?.begun;
    if (!begun || !wanted.steps?.length) { this.load(wanted); return; }
    if (wanted.safety !== now.safety) {
      // Other answers may hold a drill back: the old plan ends here.
      this.load(wanted);
      this.tell(this.word("changed_safety"), false);
      return;
    }
    this.pending = wanted;
    this.tell(this.word("changed", { now: now.title, wanted: wanted.title }), true);
  }

  tell(sentence, choice) {
    this.changedBox.hidden = false;
    this.take.hidden = !choice;
    setText(this.note, sentence);
  }

  load(program) {
    this.pending = null;
    this.program = program;
    this.changedBox.hidden = true;
    const steps = program?.steps ?? [];
    clearTimeout(this.timer);
    this.awake.set(false);
    this.course = steps.length ? new Course(steps) : null;
    this.el.classList.toggle("cnw-player-away", !this.course);
    if (!this.course) {
      if (this.hurtBox.open) this.hurtBox.close();
      this.leaveFull();
      return;
    }
    this.shown = null;
    this.bar.replaceChildren(...steps.map((step) => {
      const part = h("span", { class: "cnw-player-part" }, h("span", {}));
      part.style.flexGrow = String(step.seconds);
      return part;
    }));
    this.list.replaceChildren(...steps.map((step, place) => {
      const node = h("button", { type: "button", class: "cnw-player-entry" }, h("span"), h("span", { class: "cnw-player-length", text: clock(1000 * step.seconds) }));
      node.addEventListener("click", () => { this.course.go(place); this.arrived(); });
      return h("li", {}, node);
    }));
    this.draw();
  }

  // ---- what a person does ----

  toggle() {
    const course = this.course;
    if (course.running) {
      // What the clock says counts, also when the page has slept meanwhile.
      course.settle(this.goesOn);
      course.pause();
      this.awake.set(false);
      say(this.live, this.word("say_paused"));
      this.draw();
      return;
    }
    // A drill that is over and waited makes way for the next one.
    if (!course.done && course.left <= 0 && course.next) course.go(course.index + 1);
    const fresh = course.spent === 0;
    course.start();
    this.toStage();
    this.awake.set(true);
    this.tones.play(880, 0.3);
    say(this.live, fresh ? this.sentence() : this.word("say_on"));
    this.second = Math.ceil(course.left / 1000);
    this.draw();
    this.again();
  }

  /** Who starts on a small screen sees the whole drill. */
  toStage() {
    const { top, bottom } = this.stage.getBoundingClientRect();
    if (this.el.classList.contains("cnw-player-full") || (top >= 0 && bottom <= innerHeight)) return;
    this.stage.scrollIntoView({ block: "start", behavior: SCROLL() });
  }

  go(by) {
    const to = this.course.index + by;
    if (to < 0 || to >= this.course.steps.length) return;
    this.course.go(to);
    this.arrived();
  }

  restart() {
    this.course.pause();
    this.course.restart();
    this.awake.set(false);
    say(this.live, this.word("say_restart"));
    this.draw();
  }

  hurts() {
    if (this.running) this.course.settle(this.goesOn);
    this.course.pause();
    this.awake.set(false);
    this.draw();
    if (!this.hurtBox.open) this.hurtBox.showModal();
    this.hurtBody.scrollTop = 0;
  }

  key(event) {
    const { target } = event;
    if (!this.course || this.hurtBox.open || !this.el.offsetParent && !this.el.classList.contains("cnw-player-full")) return;
    if (event.ctrlKey || event.altKey || event.metaKey || event.defaultPrevented) return;
    if (target !== document.body && !this.el.contains(target)) return;
    if (target.closest?.("input, select, textarea")) return;
    if (event.key === "Escape" && this.el.classList.contains("cnw-player-full")) this.leaveFull();
    else if (event.key === "ArrowRight") this.go(1);
    else if (event.key === "ArrowLeft") this.go(-1);
    else if (event.key === " " && !target.closest?.("button, summary, a")) { if (!event.repeat) this.toggle(); } else return;
    event.preventDefault();
  }

  async toggleFull() {
    if (this.el.classList.contains("cnw-player-full")) { this.leaveFull(); return; }
    this.full(true);
    // Where the browser gives no screen of its own, such as on some phones, the page alone is filled.
    try { await this.el.requestFullscreen?.({ navigationUI: "hide" }); } catch { /* the page is filled already */ }
  }

  leaveFull() {
    if (document.fullscreenElement === this.el) document.exitFullscreen().catch(() => {});
    this.full(false);
  }

  full(on) {
    this.el.classList.toggle("cnw-player-full", on);
    setText(this.fullButton, this.word(on ? "small" : "full"));
  }

  // ---- time ----

  again() {
    clearTimeout(this.timer);
    if (this.running) this.timer = setTimeout(() => this.look(), LOOK_MS);
  }

  look() {
    if (!this.running) return;
    const what = this.course.settle(this.goesOn);
    if (what === "step") this.arrived();
    else if (what) this.ended(what);
    else this.count();
    this.draw();
    this.again();
  }

  count() {
    const second = Math.ceil(this.course.left / 1000);
    if (second === this.second) return;
    if (second <= 3 && second > 0) this.tones.play(660, 0.12);
    if (second <= SAY_LEFT_S && this.second > SAY_LEFT_S && this.course.step.seconds >= 3 * SAY_LEFT_S) say(this.live, this.word("say_left", { seconds: second, next: this.nextWords() }));
    this.second = second;
  }

  arrived() {
    this.signalEnd();
    this.second = Math.ceil(this.course.left / 1000);
    say(this.live, this.sentence());
    this.draw();
    this.again();
  }

  ended(what) {
    this.awake.set(false);
    this.signalEnd();
    say(this.live, what === "done" ? this.word("say_done", { title: this.program.title }) : this.word("say_end", { next: this.nextWords() }));
  }

  signalEnd() {
    this.tones.play(990, 0.45);
    if (this.buzzes && this.running) navigator.vibrate?.(200);
  }

  // ---- what is shown ----

  sideOf(step) {
    if (!step?.turn) return "";
    const other = this.first === "left" ? "right" : "left";
    return step.turn === 1 ? this.first : other;
  }

  named(step) {
    const side = this.sideOf(step);
    return side ? this.word(`with_${side}`, { name: step.name }) : step.name;
  }

  nextWords() {
    const { next } = this.course;
    return next ? this.word("then", { name: this.named(next) }) : this.word("last");
  }

  spoken(seconds) {
    const min = Math.floor(seconds / 60), rest = seconds % 60;
    return this.word(min ? (rest ? "time_both" : "time_min") : "time_s", { min, s: rest });
  }

  sentence() {
    const { index, steps, step } = this.course;
    return this.word("say_step", { place: index + 1, count: steps.length, name: this.named(step), time: this.spoken(step.seconds), next: this.nextWords() });
  }

  draw() {
    const course = this.course;
    if (!course) return;
    const { step, index, steps } = course;
    this.drawStep(step);
    setText(this.title, this.program.title);
    setText(this.place, this.word("place", { place: index + 1, count: steps.length, left: clock(course.done ? 0 : course.totalLeft) }));
    [...this.bar.children].forEach((part, place) => {
      const share = course.done || place < index ? 1 : place > index ? 0 : course.elapsed / course.length;
      part.firstChild.style.width = `${Math.round(1000 * Math.min(share, 1)) / 10}%`;
      part.classList.toggle("cnw-player-here", place === index && !course.done);
    });
    setText(this.digits, course.done ? clock(0) : clock(course.left));
    // With calm motion the ring moves once a second.
    const left = this.calm.matches ? 1000 * Math.ceil(course.left / 1000) : course.left;
    this.arc.style.strokeDashoffset = String(RING * (1 - (course.done ? 0 : Math.min(1, left / course.length))));
    const over = !course.done && course.left <= 0;
    setText(this.standing, this.word(course.done ? "done" : course.running ? "runs" : over ? "waits" : course.begun ? "paused" : "ready"));
    setText(this.main, this.word(course.done ? "once_more" : course.running ? "pause" : over ? "go_next" : course.begun ? "resume" : "start"));
    setText(this.after, course.done ? this.word("finished") : this.nextWords());
    this.back.disabled = index === 0;
    this.skip.disabled = index === steps.length - 1;
    this.el.classList.toggle("cnw-player-running", course.running);
    this.el.classList.toggle("cnw-player-ending", course.running && course.left <= 3000);
  }

  /** What a drill shows changes only with the drill, or with the side that comes first. */
  drawStep(step) {
    const key = `${this.course.index} ${this.first}`;
    if (this.shown === key) return;
    this.shown = key;
    patch(this.figure, step.figure);
    this.figure.hidden = !step.figure;
    setText(this.phase, step.phase);
    setText(this.name, step.name);
    setText(this.side, step.turn ? this.word(this.sideOf(step)) : "");
    this.side.hidden = !step.turn;
    setText(this.dose, step.dose);
    this.cues.replaceChildren(...step.cues.map((cue) => h("li", { text: cue })));
    this.steps.replaceChildren(...step.steps.map((line) => h("li", { text: line })));
    setText(this.why, step.why);
    setText(this.caution, step.caution);
    this.caution.hidden = !step.caution;
    const sides = this.course.steps.some((one) => one.turn);
    this.sideButton.hidden = !sides;
    setText(this.sideButton, this.word("first_right"));
    this.sideButton.setAttribute("aria-pressed", String(this.first === "right"));
    [...this.list.children].forEach((item, place) => {
      setText(item.firstChild.firstChild, this.named(this.course.steps[place]));
      if (place === this.course.index) item.firstChild.setAttribute("aria-current", "step");
      else item.firstChild.removeAttribute("aria-current");
    });
  }
}

function render(view) { new StepPlayer(view); }

export default { render };
