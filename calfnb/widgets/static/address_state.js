// The fragment carries the state: it never reaches the server, and nothing is stored in the browser.
const onVoila = () => Boolean(document.body.dataset.voila || document.querySelector("[data-voila]"));

function codeInAddress() {
  const found = /^#s=([A-Za-z0-9_.~-]{1,4000})$/.exec(location.hash);
  return found ? found[1] : location.hash.startsWith("#s=") ? "?" : "";
}

async function toClipboard(text) {
  // Outside a secure context (plain http in a class) there is no navigator.clipboard.
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const area = h("textarea", { class: "cnw-sr", "aria-hidden": "true", tabindex: "-1" });
    const before = document.activeElement;
    area.value = text;
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    before?.focus();
    return done;
  }
}

function initialize({ model, signal }) {
  if (!onVoila()) return;
  const restore = () => {
    const code = codeInAddress();
    if (code && code !== model.get("code")) model.send({ type: "restore", code });
  };
  const write = () => {
    const code = model.get("code");
    const wanted = code ? `#s=${code}` : "";
    if (location.hash !== wanted) history.replaceState(history.state, "", `${location.pathname}${location.search}${wanted}`);
  };
  restore();
  addEventListener("hashchange", restore, { signal });
  watch(model, signal, ["code"], write);
  // A code that was refused goes out of the address, so that a reload does not meet it again.
  const custom = (message) => { if (message.type === "write") write(); };
  model.on("msg:custom", custom);
  signal.addEventListener("abort", () => model.off("msg:custom", custom));
}

function render({ model, el, signal }) {
  el.classList.add("cnw", "cnw-address");
  const word = (key) => model.get("texts")[key] ?? key;
  const status = h("span", { class: "cnw-status", role: "status", "aria-live": "polite" });
  const spare = h("input", { type: "text", readonly: true, class: "cnw-spare", hidden: true, "aria-label": word("copy_by_hand") });
  const button = h("button", { type: "button", class: "cnw-button cnw-button-quiet", text: word(onVoila() ? "copy_link" : "copy_code") });
  let timer = 0;
  button.addEventListener("click", async () => {
    const code = model.get("code");
    const text = onVoila() ? `${location.origin}${location.pathname}${location.search}${code ? `#s=${code}` : ""}` : code;
    const done = await toClipboard(text);
    say(status, word(done ? "copied" : "copy_by_hand"));
    spare.hidden = done;
    if (!done) { spare.value = text; spare.focus(); spare.select(); }
    clearTimeout(timer);
    timer = setTimeout(() => { status.textContent = ""; }, 4000);
  });
  signal.addEventListener("abort", () => clearTimeout(timer));
  el.append(button, spare, status);
}

export default { initialize, render };
