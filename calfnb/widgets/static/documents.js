// Pages to take away. A file becomes a link to data in the browser; nothing is asked of a server.
function render({ model, el, signal }) {
  el.classList.add("cnw", "cnw-documents");
  const word = (key, values) => fill(model.get("texts")[key] ?? key, values);
  const base = uid("cnw-doc");
  const list = h("div", { class: "cnw-documents-list" });
  el.append(list);
  const parts = new Map();

  function part(id) {
    const title = h("h3", { class: "cnw-document-title", id: `${base}-${id}` });
    const lead = h("p", { class: "cnw-document-lead" });
    const blocked = h("p", { class: "cnw-document-blocked", role: "note" });
    const preview = h("button", { type: "button", class: "cnw-button cnw-button-quiet", "data-document": "preview", "aria-expanded": "false", "aria-controls": `${base}-${id}-frame` });
    const print = h("button", { type: "button", class: "cnw-button cnw-button-quiet", "data-document": "print" });
    const files = h("span", { class: "cnw-document-files" });
    const stage = h("div", { class: "cnw-document-stage", id: `${base}-${id}-frame`, hidden: true });
    const buttons = h("div", { class: "cnw-document-buttons" }, files, preview, print);
    const node = h("section", { class: "cnw-document", "data-document-id": id, "aria-labelledby": title.id }, title, lead, blocked, buttons, stage);
    const one = { node, title, lead, blocked, preview, print, files, stage, buttons, addresses: [], html: "", shown: "", frame: null, written: "" };
    preview.addEventListener("click", () => { open(one, stage.hidden); });
    print.addEventListener("click", () => {
      open(one, true, () => { one.frame.contentWindow.focus(); one.frame.contentWindow.print(); });
    });
    return one;
  }

  function open(one, yes, then) {
    one.stage.hidden = !yes;
    one.preview.setAttribute("aria-expanded", String(yes));
    setText(one.preview, word(yes ? "hide" : "preview"));
    if (!yes) return;
    if (!one.frame) {
      // No scripts run in the frame; same origin only lets this page ask it to print.
      one.frame = h("iframe", { class: "cnw-document-frame", sandbox: "allow-same-origin allow-modals", title: word("frame", { title: one.title.textContent }) });
      one.stage.append(one.frame);
    }
    if (one.shown !== one.html) {
      one.shown = one.html;
      if (then) one.frame.addEventListener("load", then, { once: true });
      one.frame.srcdoc = one.html;
    } else if (then) then();
  }

  function forget(one) {
    for (const address of one.addresses) URL.revokeObjectURL(address);
    one.addresses = [];
  }

  function fillFiles(one, files) {
    const written = JSON.stringify(files);
    if (written === one.written) return;
    one.written = written;
    forget(one);
    one.files.replaceChildren(...files.map((file) => {
      const address = URL.createObjectURL(new Blob([file.text], { type: `${file.mime};charset=utf-8` }));
      one.addresses.push(address);
      return h("a", { class: "cnw-button cnw-button-strong cnw-document-file", href: address, download: file.name, text: file.label, "aria-label": `${file.label}: ${one.title.textContent}` });
    }));
  }

  function refresh() {
    const wanted = model.get("documents");
    for (const [id, one] of [...parts]) {
      if (wanted.some((document) => document.id === id)) continue;
      forget(one);
      one.node.remove();
      parts.delete(id);
    }
    wanted.forEach((document, place) => {
      if (!parts.has(document.id)) parts.set(document.id, part(document.id));
      const one = parts.get(document.id);
      setText(one.title, document.title);
      setText(one.lead, document.lead);
      setText(one.blocked, document.blocked);
      one.blocked.hidden = !document.blocked;
      one.buttons.hidden = Boolean(document.blocked);
      one.html = document.html;
      setText(one.preview, word(one.stage.hidden ? "preview" : "hide"));
      setText(one.print, word("print"));
      for (const button of [one.preview, one.print]) button.setAttribute("aria-label", `${button.textContent}: ${document.title}`);
      fillFiles(one, document.files);
      if (document.blocked) open(one, false);
      else if (!one.stage.hidden) open(one, true);
      if (list.children[place] !== one.node) list.insertBefore(one.node, list.children[place] ?? null);
    });
  }
  watch(model, signal, ["documents", "texts"], refresh);
  refresh();
  signal.addEventListener("abort", () => { for (const one of parts.values()) forget(one); });
}

export default { render };
