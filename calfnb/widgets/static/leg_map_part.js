// The leg map, used by its own widget and by the question of the interview that it answers.
class LegPart {
  constructor(host, options) {
    Object.assign(this, options);
    this.zones = new Map(this.map.zones.map((zone) => [zone.id, zone]));
    this.views = new Map();      // view id -> {button, figure}
    this.id = uid("cnw-map");
    this.caption = h("p", { class: "cnw-map-caption", id: `${this.id}-caption` });
    const turns = h("div", { class: "cnw-segments", role: "group", "aria-label": this.word("map_side") });
    const stage = h("div", { class: "cnw-map-stage" });
    for (const view of this.map.views) {
      const button = h("button", { type: "button", class: "cnw-segment", text: view.label });
      button.addEventListener("click", () => this.turn(view.id));
      turns.append(button);
      const figure = h("div", { class: "cnw-map-figure" });
      figure.innerHTML = view.svg;
      stage.append(figure);
      this.views.set(view.id, { button, figure });
      this.prepare(figure);
    }
    host.append(turns, stage, this.caption, h("p", { class: "cnw-sr", id: `${this.id}-keys`, text: this.word("map_keys") }));
    if (this.list) host.append(this.makeList());
    this.update({ selected: this.selected, view: this.view });
  }

  word(key) { return this.texts[key] ?? key; }

  shapes(figure) { return [...figure.querySelectorAll("[data-zone]")]; }

  prepare(figure) {
    for (const svg of figure.querySelectorAll("svg")) svg.setAttribute("focusable", "false");
    this.shapes(figure).forEach((shape, index) => {
      const zone = this.zones.get(shape.dataset.zone);
      if (!zone) return;
      shape.setAttribute("tabindex", index === 0 ? "0" : "-1");
      shape.setAttribute("aria-describedby", `${this.id}-keys`);
      shape.addEventListener("click", () => this.pick(zone));
      shape.addEventListener("keydown", (event) => this.key(event, figure, shape, zone));
      shape.addEventListener("focus", () => { this.rove(figure, shape); this.tell(zone); });
      shape.addEventListener("mouseenter", () => this.tell(zone));
      shape.addEventListener("mouseleave", () => this.tell(null));
    });
  }

  pick(zone) { this.choose(zone.option === this.selected ? null : zone.option); }

  rove(figure, shape) {
    for (const one of this.shapes(figure)) one.setAttribute("tabindex", one === shape ? "0" : "-1");
  }

  key(event, figure, shape, zone) {
    const shapes = this.shapes(figure);
    const at = shapes.indexOf(shape);
    const steps = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 };
    let goal = null;
    if (event.key in steps) goal = shapes[(at + steps[event.key] + shapes.length) % shapes.length];
    else if (event.key === "Home") goal = shapes[0];
    else if (event.key === "End") goal = shapes[shapes.length - 1];
    else if (event.key === "Enter" || event.key === " ") this.pick(zone);
    else return;
    event.preventDefault();
    goal?.focus();
  }

  tell(zone) {
    const shown = zone ?? [...this.zones.values()].find((one) => one.option === this.selected);
    this.caption.replaceChildren();
    if (!shown) { this.caption.append(this.word("map_none")); return; }
    this.caption.append(h("strong", { text: shown.label }), shown.structures ? ` ${shown.structures}` : "");
  }

  /** A chosen zone carries a tick, so that it is not told by its colour alone. */
  mark(group, on) {
    if (!group) return;
    group.classList.toggle("cn-zone-group--selected", on);
    const tick = group.querySelector(".cn-zone__tick");
    if (tick && !on) tick.remove();
    const pill = group.querySelector(".cn-zone__pill");
    if (tick || !on || !pill) return;
    const draw = (name, attributes) => {
      const node = document.createElementNS("http://www.w3.org/2000/svg", name);
      for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
      return node;
    };
    const x = Number(pill.getAttribute("x")) + Number(pill.getAttribute("width"));
    const y = Number(pill.getAttribute("y"));
    const made = draw("g", { class: "cn-zone__tick", "aria-hidden": "true" });
    made.append(draw("circle", { cx: x, cy: y, r: 8.5 }), draw("path", { d: `M${x - 4} ${y + 0.5}l3 3.2l5.2 -6.4` }));
    group.append(made);
  }

  makeList() {
    const box = h("div", { class: "cnw-map-list", role: "group", "aria-label": this.word("map_list") });
    this.entries = [...new Map([...this.zones.values()].map((zone) => [zone.option, zone])).values()].map((zone) => {
      const button = h("button", { type: "button", class: "cnw-map-entry", text: zone.label });
      button.addEventListener("click", () => this.pick(zone));
      box.append(button);
      return { zone, button };
    });
    return box;
  }

  update({ selected, view }) {
    const zone = [...this.zones.values()].find((one) => one.option === selected);
    const changed = selected !== this.selected;
    this.selected = selected;
    let side = this.views.has(view) ? view : this.map.views[0].id;
    // A zone chosen from the list turns the leg to a side where it can be seen.
    if (changed && zone && !zone.views.includes(side)) side = zone.views.find((one) => this.views.has(one)) ?? side;
    for (const [id, { button, figure }] of this.views) {
      button.setAttribute("aria-pressed", String(id === side));
      figure.hidden = id !== side;
      for (const shape of this.shapes(figure)) {
        const on = this.zones.get(shape.dataset.zone)?.option === selected && selected !== "";
        shape.setAttribute("aria-checked", String(on));
        this.mark(shape.closest(".cn-zone-group"), on);
        if (on) this.rove(figure, shape);
      }
    }
    for (const { zone: one, button } of this.entries ?? []) button.setAttribute("aria-pressed", String(one.option === selected));
    this.tell(null);
  }
}
