// A place for files. The kernel asks for the blocks that it needs; nothing is sent unasked, nothing is sent twice.
const MIB = 1024 * 1024;

class FileDrop {
  constructor({ model, el, signal }) {
    Object.assign(this, { model, el, signal, drop: Date.now() % 1_000_000_000, files: [], over: 0 });
    el.classList.add("cnw", "cnw-drop");
    const id = uid("cnw-drop");
    // On a phone a list of endings greys out files whose kind it does not know.
    const accept = matchMedia("(pointer: coarse)").matches ? null : model.get("accept");
    this.input = h("input", { type: "file", multiple: true, class: "cnw-sr", tabindex: -1, "aria-hidden": "true", accept });
    this.button = h("button", { type: "button", class: "cnw-button cnw-button-strong", text: this.word("choose"), "aria-describedby": `${id}-more` });
    this.zone = h("div", { class: "cnw-drop-zone" },
      h("p", { class: "cnw-drop-title", text: this.word("title") }), this.button, this.input,
      h("p", { class: "cnw-drop-more", id: `${id}-more`, text: this.word("more") }));
    this.bar = h("progress", { max: 1, value: 0, "aria-labelledby": `${id}-words` });
    this.words = h("p", { class: "cnw-drop-words", id: `${id}-words` });
    this.cancel = h("button", { type: "button", class: "cnw-button", text: this.word("cancel") });
    this.running = h("div", { class: "cnw-drop-running" }, h("div", { class: "cnw-drop-meter" }, this.words, this.bar), this.cancel);
    this.problem = h("p", { class: "cnw-drop-problem", role: "alert" });
    this.live = liveRegion();
    el.append(this.zone, this.running, this.problem, this.live);
    this.listen();
    watch(model, signal, ["progress"], () => this.show());
    this.show();
  }

  word(key, values) { return fill(this.model.get("texts")[key] ?? key, values); }

  listen() {
    const { signal, zone, model } = this;
    this.button.addEventListener("click", () => this.input.click());
    this.input.addEventListener("change", () => { this.begin([...this.input.files].map((file) => ({ file }))); this.input.value = ""; });
    this.cancel.addEventListener("click", () => this.stop());
    const shown = () => this.el.getClientRects().length > 0;
    const carriesFiles = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");
    // A file that is let go beside the zone would else replace the page, and with it all that was typed. In JupyterLab
    // the rest of the window has uses of its own for files.
    const ours = (event) => {
      if (!carriesFiles(event) || !shown()) return false;
      return !this.el.closest(".jp-LabShell") || (this.el.closest(".cnw-page") ?? this.el).contains(event.target);
    };
    document.addEventListener("dragover", (event) => {
      if (!ours(event)) return;
      event.preventDefault();
      event.dataTransfer.dropEffect = "copy";
      zone.classList.add("cnw-drop-over");
    }, { signal });
    document.addEventListener("dragleave", (event) => { if (!event.relatedTarget) zone.classList.remove("cnw-drop-over"); }, { signal });
    document.addEventListener("drop", (event) => {
      if (!ours(event)) return;
      event.preventDefault();
      zone.classList.remove("cnw-drop-over");
      this.begin(taken(event.dataTransfer));
    }, { signal });
    const heard = (message) => {
      if (message.type === "want" && message.drop === this.drop) this.answer(message);
      else if (message.type === "end" && message.drop === this.drop) this.files = [];
    };
    model.on("msg:custom", heard);
    signal.addEventListener("abort", () => { model.off("msg:custom", heard); this.files = []; });
  }

  /** Say what cannot be before anything is sent; what is left is announced, and the kernel asks for it. */
  begin(list) {
    setText(this.problem, "");
    if (!list.length) { setText(this.problem, this.word("nothing")); return; }
    const enough = this.model.get("enough");
    if (list.length > enough.files) {
      setText(this.problem, this.word("too_many", { count: list.length, most: enough.files }));
      return;
    }
    const announced = list.map(({ file, folder, name }) => {
      if (folder) return { name, size: 0, problem: this.word("folder") };
      const most = file.name.toLowerCase().endsWith(".zip") ? enough.archive : enough.file;
      const size = { size: Math.round(file.size / MIB), most: Math.round(most / MIB) };
      return { name: file.name, size: file.size, problem: file.size > most ? this.word("too_large", size) : "" };
    });
    if (announced.every((one) => one.problem)) {
      setText(this.problem, announced.slice(0, 5).map((one) => `${one.name}: ${one.problem}.`).join(" "));
      return;
    }
    this.drop += 1;
    this.files = list.map(({ file }) => file ?? null);
    const zone = Intl.DateTimeFormat().resolvedOptions().timeZone ?? "";
    this.model.send({ type: "drop", drop: this.drop, files: announced, zone });
    this.put({ phase: "fetching", share: 0, name: announced[0].name, bytes: 0 });
    say(this.live, this.word("began", { count: list.length }));
    this.cancel.focus();
  }

  async answer({ drop, file, block }) {
    const size = this.model.get("enough").block;
    try {
      const bytes = await this.files[file].slice(block * size, (block + 1) * size).arrayBuffer();
      if (drop === this.drop) this.model.send({ type: "chunk", drop, file, block }, undefined, [new DataView(bytes)]);
    } catch (error) {
      console.info(`A file that was dropped cannot be read: ${error}`);
      this.model.send({ type: "gone", drop, file });
    }
  }

  stop() {
    this.model.send({ type: "cancel", drop: this.drop });
    this.files = [];
    this.drop += 1;
    this.put({ phase: "stopped" });
  }

  show() { this.put(this.model.get("progress")); }

  put({ phase, share = 0, name = "", bytes = 0 }) {
    const busy = phase === "fetching" || phase === "reading";
    const before = this.phase;
    this.phase = phase;
    this.running.hidden = !busy;
    this.el.classList.toggle("cnw-drop-busy", busy);
    if (busy) {
      const values = { name, share: Math.round(share * 100), size: (bytes / MIB).toFixed(1) };
      setText(this.words, this.word(phase, values));
      this.bar.value = share;
      this.bar.setAttribute("aria-valuetext", `${values.share} %`);
      return;
    }
    if (before === phase || before === undefined) return;
    if (phase === "stopped" || phase === "failed") setText(this.problem, this.word(phase));
    // Who watched the progress goes on where the next file is chosen.
    if (this.cancel.contains(document.activeElement) || document.activeElement === document.body) this.button.focus({ preventScroll: true });
    if (phase === "done") say(this.live, this.word("done"));
  }
}

/** Return what was let go: files, and folders by their name. */
function taken(transfer) {
  const items = [...(transfer.items ?? [])].filter((item) => item.kind === "file");
  const found = items.map((item) => {
    const entry = item.webkitGetAsEntry?.();
    if (entry?.isDirectory) return { folder: true, name: entry.name };
    const file = item.getAsFile();
    return file && { file };
  });
  return items.length ? found.filter(Boolean) : [...transfer.files].map((file) => ({ file }));
}

export default { render(view) { new FileDrop(view); } };
