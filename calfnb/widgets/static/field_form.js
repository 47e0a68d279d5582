// A form of named fields. What is clicked shows at once; the kernel confirms it by `values` and `ack`.
const WAIT_MS = 500;

class FieldForm {
  constructor({ model, el, signal }) {
    Object.assign(this, { model, el, signal, sequence: 0 });
    this.base = uid("cnw-fields");
    this.pending = new Map();
    this.parts = new Map();
    this.timers = new Map();
    this.typing = new Set();
    el.classList.add("cnw", "cnw-fields");
    this.body = h("div", { class: "cnw-fields-body" });
    this.live = liveRegion();
    el.append(this.body, this.live);
    watch(model, signal, ["fields", "label"], () => this.build());
    watch(model, signal, ["values", "ack", "problems", "notes", "details"], () => { this.confirm(); this.sync(); });
    delegateActions(this.body, model, signal);
    signal.addEventListener("abort", () => { for (const timer of this.timers.values()) clearTimeout(timer); });
    this.build();
  }

  word(key, values) { return fill(this.model.get("texts")[key] ?? key, values); }

  valueOf(id) {
    if (this.pending.has(id)) return this.pending.get(id).value;
    return this.model.get("values")[id] ?? "";
  }

  confirm() {
    const ack = this.model.get("ack");
    for (const [id, one] of [...this.pending]) if (one.seq <= ack) this.pending.delete(id);
  }

  set(id, value) {
    clearTimeout(this.timers.get(id));
    this.typing.delete(id);
    if (JSON.stringify(value) === JSON.stringify(this.valueOf(id))) return;
    this.sequence += 1;
    this.pending.set(id, { value, seq: this.sequence });
    this.model.send({ type: "set", field: id, value, seq: this.sequence });
    this.sync();
  }

  /** While someone types, the kernel hears of it when they pause. */
  later(id, value, wait = WAIT_MS) {
    clearTimeout(this.timers.get(id));
    this.typing.add(id);
    this.timers.set(id, setTimeout(() => this.set(id, value()), wait));
  }

  build() {
    const name = this.model.get("label");
    if (name) { this.body.setAttribute("role", "group"); this.body.setAttribute("aria-label", name); }
    const before = this.parts;
    this.parts = new Map();
    for (const field of this.model.get("fields")) {
      const spec = JSON.stringify(field);
      const kept = before.get(field.id);
      this.parts.set(field.id, kept && kept.spec === spec ? kept : this.part(field, spec));
    }
    const nodes = [...this.parts.values()].map((part) => part.node);
    const lost = [...this.body.children].filter((old) => !nodes.includes(old));
    const focused = lost.some((old) => old.contains(document.activeElement));
    for (const old of lost) old.remove();
    nodes.forEach((node, place) => { if (this.body.children[place] !== node) this.body.insertBefore(node, this.body.children[place] ?? null); });
    this.sync();
    // Who took a field away goes on at the last one.
    if (focused && nodes.length) nodes[nodes.length - 1].querySelector("input, select, button")?.focus();
  }

  part(field, spec) {
    const id = `${this.base}-${field.id}`;
    const note = h("span", { class: "cnw-field-note" });
    const problem = h("p", { class: "cnw-field-problem", id: `${id}-problem`, role: "status" });
    const hint = field.hint && h("p", { class: "cnw-field-hint", id: `${id}-hint`, text: field.hint });
    const make = { radios: "radios", checks: "checks", number: "number", numbers: "numbers", select: "select", steps: "steps", date: "date", text: "text" }[field.kind];
    const described = `${field.hint ? `${id}-hint ` : ""}${id}-problem`;
    const { node, show } = this[make](field, { id, note, hint, problem, described });
    node.dataset.field = field.id;
    const details = h("div", { class: "cnw-field-details" });
    node.append(details);
    return { spec, node, show, note, problem, details, detailed: "" };
  }

  fieldset(field, { note, hint, problem, described }, ...children) {
    const legend = h("legend", { class: field.quiet ? "cnw-sr" : "cnw-field-label" }, h("span", { text: field.label }), field.badge && h("span", { class: "cnw-field-badge", text: field.badge }), note);
    return h("fieldset", { class: `cnw-field-part cnw-field-${field.kind}`, "aria-describedby": described }, legend, hint, ...children, problem);
  }

  radios(field, about) {
    const box = h("div", { class: `cnw-options${field.wide ? " cnw-options-wide" : ""}` });
    const inputs = field.options.map((option) => {
      const input = h("input", { type: "radio", name: about.id, id: `${about.id}-${option.id || "open"}`, value: option.id });
      input.addEventListener("change", () => this.set(field.id, option.id));
      const words = h("span", { class: "cnw-option-words" }, h("span", { text: option.label }), option.more && h("span", { class: "cnw-option-more", text: option.more }));
      box.append(h("label", { class: option.open ? "cnw-option cnw-option-unknown" : "cnw-option", for: input.id }, input, words));
      return input;
    });
    const show = (value) => { for (const input of inputs) input.checked = input.value === value; };
    return { node: this.fieldset(field, about, box), show };
  }

  checks(field, about) {
    const box = h("div", { class: "cnw-options cnw-options-wide" });
    const inputs = field.options.map((option) => {
      const input = h("input", { type: "checkbox", id: `${about.id}-${option.id}`, value: option.id });
      input.addEventListener("change", () => this.set(field.id, inputs.filter((one) => one.checked).map((one) => one.value)));
      box.append(h("label", { class: "cnw-option", for: input.id }, input, h("span", { text: option.label })));
      return input;
    });
    const show = (value) => { for (const input of inputs) input.checked = value.includes(input.value); };
    return { node: this.fieldset(field, about, box), show };
  }

  entry(field, about, changed) {
    const input = h("input", { type: "text", inputmode: "decimal", id: about.id, class: "cnw-number", autocomplete: "off", maxlength: 24, placeholder: field.placeholder, "aria-describedby": about.described });
    input.addEventListener("input", () => this.later(field.id, changed));
    input.addEventListener("change", () => this.set(field.id, changed()));
    return input;
  }

  number(field, about) {
    const input = this.entry(field, about, () => input.value.trim());
    const row = h("div", { class: "cnw-number-row" }, input, field.unit && h("span", { class: "cnw-field-unit", text: field.unit }));
    const label = h("label", { for: about.id, class: "cnw-field-label" }, h("span", { text: field.label }), about.note);
    const node = h("div", { class: "cnw-field-part cnw-field-number" }, label, about.hint, row, about.problem);
    return { node, show: (value) => this.put(input, value, field.id) };
  }

  numbers(field, about) {
    const inputs = [];
    const all = () => inputs.map((input) => input.value.trim());
    for (let place = 0; place < field.count; place += 1) {
      const input = this.entry(field, { ...about, id: `${about.id}-${place}` }, all);
      input.setAttribute("aria-label", this.word("place", { label: field.label, place: place + 1 }));
      inputs.push(input);
    }
    const show = (value) => inputs.forEach((input, place) => this.put(input, value[place] ?? "", field.id));
    return { node: this.fieldset(field, about, h("div", { class: "cnw-number-row" }, ...inputs)), show };
  }

  line(field, about, input) {
    const label = h("label", { for: about.id, class: "cnw-field-label" }, h("span", { text: field.label }), about.note);
    return h("div", { class: `cnw-field-part cnw-field-${field.kind}` }, label, about.hint, input, about.problem);
  }

  /** A day. With `today` the kernel says which day it takes today for, and hears of the reader's own if it is another. */
  date(field, about) {
    const input = h("input", { type: "date", id: about.id, class: "cnw-date", "aria-describedby": about.described });
    input.addEventListener("change", () => this.set(field.id, input.value));
    const now = new Date();
    const here = new Date(now.getTime() - now.getTimezoneOffset() * 60_000).toISOString().slice(0, 10);
    if (field.today && field.today !== here) this.model.send({ type: "today", day: here });
    return { node: this.line(field, about, input), show: (value) => this.put(input, value, field.id) };
  }

  /** Free words, such as a question; the kernel hears of them at a short pause. */
  text(field, about) {
    const input = h("input", { type: field.search ? "search" : "text", id: about.id, class: "cnw-text", autocomplete: "off", maxlength: 200, placeholder: field.placeholder, "aria-describedby": about.described });
    input.addEventListener("input", () => this.later(field.id, () => input.value.trim(), 200));
    input.addEventListener("change", () => this.set(field.id, input.value.trim()));
    return { node: this.line(field, about, input), show: (value) => this.put(input, value, field.id) };
  }

  /** What someone is typing is theirs until the kernel has heard of it. */
  put(input, value, id) {
    if (!this.typing.has(id) && input.value.trim() !== value) input.value = value;
  }

  select(field, about) {
    const select = h("select", { id: about.id, "aria-describedby": about.described });
    const groups = new Map();
    for (const option of field.options) {
      const node = h("option", { value: option.id, text: option.label });
      if (!option.group) { select.append(node); continue; }
      if (!groups.has(option.group)) {
        groups.set(option.group, h("optgroup", { label: option.group }));
        select.append(groups.get(option.group));
      }
      groups.get(option.group).append(node);
    }
    select.addEventListener("change", () => this.set(field.id, select.value));
    const label = h("label", { for: about.id, class: "cnw-field-label" }, h("span", { text: field.label }), about.note);
    const node = h("div", { class: "cnw-field-part cnw-field-select" }, label, about.hint, select, about.problem);
    return { node, show: (value) => { select.value = value; } };
  }

  steps(field, about) {
    const last = field.options.length - 1;
    const slider = h("input", { type: "range", min: 0, max: last, step: 1, id: about.id, "aria-describedby": about.described });
    const words = h("output", { class: "cnw-steps-words", for: about.id });
    const go = (place) => this.set(field.id, field.options[Math.min(Math.max(place, 0), last)].id);
    slider.addEventListener("input", () => go(Number(slider.value)));
    const button = (key, step, sign) => {
      const node = h("button", { type: "button", class: "cnw-button cnw-steps-button", "aria-label": this.word(key), text: sign });
      node.addEventListener("click", () => go(Number(slider.value) + step));
      return node;
    };
    const label = h("label", { for: about.id, class: "cnw-field-label" }, h("span", { text: field.label }), about.note);
    const row = h("div", { class: "cnw-steps-row" }, button("previous", -1, "−"), slider, button("next", 1, "+"));
    const node = h("div", { class: "cnw-field-part cnw-field-steps" }, label, about.hint, row, words, about.problem);
    const show = (value) => {
      const place = Math.max(field.options.findIndex((option) => option.id === value), 0);
      slider.value = String(place);
      slider.setAttribute("aria-valuetext", field.options[place].label);
      setText(words, field.options[place].label);
    };
    return { node, show };
  }

  sync() {
    const problems = this.model.get("problems");
    const notes = this.model.get("notes");
    const details = this.model.get("details");
    for (const [id, part] of this.parts) {
      part.show(this.valueOf(id));
      setText(part.note, notes[id] ?? "");
      const markup = details[id] ?? "";
      if (part.detailed !== markup) { part.detailed = markup; patch(part.details, markup); }
      const sentence = problems[id] ?? "";
      setText(part.problem, sentence);
      part.node.classList.toggle("cnw-field-wrong", sentence !== "");
      for (const input of part.node.querySelectorAll("input[type=text]")) {
        if (sentence) input.setAttribute("aria-invalid", "true"); else input.removeAttribute("aria-invalid");
      }
    }
  }
}

function render(view) { new FieldForm(view); }

export default { render };
