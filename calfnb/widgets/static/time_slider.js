// Evenings on a slider. The drawing follows at once by a style property; the kernel hears of it and answers in words.
const DAY_MS = 86_400_000;
const PLAY_MS = 700;
const numberOf = (iso) => Math.round(Date.parse(`${iso}T00:00:00Z`) / DAY_MS);
const isoOf = (number) => new Date(number * DAY_MS).toISOString().slice(0, 10);

class TimeSlider {
  constructor({ model, el, signal }) {
    Object.assign(this, { model, el, signal, step: 7, timer: 0, sent: "", waiting: 0, sequence: 0 });
    el.classList.add("cnw", "cnw-time");
    const id = uid("cnw-time");
    this.slider = h("input", { type: "range", id, step: 1 });
    this.output = h("output", { class: "cnw-time-words", for: id });
    this.play = h("button", { type: "button", class: "cnw-button cnw-time-play" });
    const step = (days) => {
      const input = h("input", { type: "radio", name: `${id}-step`, value: days, checked: days === this.step });
      input.addEventListener("change", () => { this.step = days; this.fitStep(); });
      return h("label", { class: "cnw-segment" }, input, h("span", { text: this.word(days === 7 ? "week" : "day") }));
    };
    const button = (key, sign, way) => {
      const node = h("button", { type: "button", class: "cnw-button cnw-steps-button", "aria-label": this.word(key), text: sign });
      node.addEventListener("click", () => { this.pause(); this.go(this.place() + way * this.step); });
      return node;
    };
    el.append(
      h("div", { class: "cnw-time-head" }, h("label", { for: id, class: "cnw-field-label", text: this.word("label") }), this.output),
      h("div", { class: "cnw-steps-row" }, button("previous", "−", -1), this.slider, button("next", "+", 1)),
      h("div", { class: "cnw-time-foot" }, this.play,
        h("fieldset", { class: "cnw-segments" }, h("legend", { class: "cnw-sr", text: this.word("step") }), step(7), step(1))));
    this.listen();
    watch(model, signal, ["range", "day", "ack"], () => this.refresh());
    this.refresh();
  }

  word(key, values) { return fill(this.model.get("texts")[key] ?? key, values); }

  place() { return Number(this.slider.value); }

  listen() {
    this.slider.addEventListener("input", () => { this.pause(); this.go(this.place()); });
    // The keys move by the chosen step; the mouse goes to any day.
    this.slider.addEventListener("keydown", (event) => {
      const way = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1, PageUp: 4, PageDown: -4 }[event.key];
      if (!way) return;
      event.preventDefault();
      this.pause();
      this.go(this.place() + way * this.step);
    });
    this.play.addEventListener("click", () => (this.timer ? this.pause() : this.start()));
    this.signal.addEventListener("abort", () => { this.pause(); clearTimeout(this.waiting); });
  }

  start() {
    const last = Number(this.slider.max);
    if (this.place() >= last) this.go(Number(this.slider.min));
    this.timer = setInterval(() => {
      // Nobody sees a panel that is away, and a slow kernel is waited for.
      if (this.model.get("ack") < this.sequence - 1) return;
      if (this.place() >= last || !this.el.getClientRects().length) this.pause();
      else this.go(this.place() + this.step);
    }, PLAY_MS);
    this.showPlay();
  }

  pause() {
    clearInterval(this.timer);
    this.timer = 0;
    this.showPlay();
  }

  showPlay() {
    setText(this.play, this.word(this.timer ? "pause" : "play"));
    this.play.setAttribute("aria-pressed", String(Boolean(this.timer)));
  }

  fitStep() { for (const input of this.el.querySelectorAll("input[type=radio]")) input.checked = Number(input.value) === this.step; }

  /** Show a day at once, and tell the kernel; of quick steps it hears the last. */
  go(number) {
    const day = Math.min(Math.max(number, Number(this.slider.min)), Number(this.slider.max));
    this.slider.value = String(day);
    this.paint();
    this.sent = isoOf(day);
    if (this.waiting) return;
    const told = this.tell();
    this.waiting = setTimeout(() => {
      this.waiting = 0;
      if (told !== this.sent) this.tell();
    }, 60);
  }

  tell() {
    this.sequence += 1;
    this.model.send({ type: "day", day: this.sent, seq: this.sequence });
    return this.sent;
  }

  refresh() {
    const { first, last, end } = this.model.get("range");
    this.el.hidden = !first;
    if (!first) { this.pause(); return; }
    this.first = numberOf(first);
    this.end = numberOf(end);
    const day = this.model.get("day");
    const moved = String(this.first) !== this.slider.min || String(numberOf(last)) !== this.slider.max;
    this.slider.min = String(this.first);
    this.slider.max = String(numberOf(last));
    // What comes from the kernel while the slider moves on is old.
    if (moved || (this.model.get("ack") >= this.sequence && !this.waiting)) this.slider.value = String(numberOf(day));
    this.paint();
    this.showPlay();
  }

  paint() {
    const day = this.place();
    const words = new Date(day * DAY_MS).toLocaleDateString("en-GB", { timeZone: "UTC", weekday: "short", day: "numeric", month: "short", year: "numeric" });
    setText(this.output, this.word("evening", { day: words }));
    this.slider.setAttribute("aria-valuetext", words);
    const share = (day + 1 - this.first) / (this.end + 1 - this.first);
    for (const host of document.getElementsByClassName(this.model.get("target"))) {
      host.style.setProperty("--cn-evening", share.toFixed(4));
      // On a narrow screen the drawings scroll; the evening stays in sight.
      for (const scroll of host.querySelectorAll(".cn-load__drawing")) {
        const box = scroll.parentElement;
        const hidden = box.scrollWidth - box.clientWidth;
        if (hidden > 0) box.scrollLeft = Math.max(0, share * box.scrollWidth - box.clientWidth * 0.7);
      }
    }
  }
}

export default { render(view) { new TimeSlider(view); } };
