function render({ model, el, signal }) {
  el.classList.add("cnw", "cnw-map");
  let part = null;
  function build() {
    el.replaceChildren();
    if (!model.get("map").views?.length) return;
    part = new LegPart(el, {
      map: model.get("map"), selected: model.get("selected"), view: model.get("view"), texts: model.get("texts"), list: true,
      choose: (option) => model.send({ type: "choose", option }),
      turn: (view) => model.send({ type: "turn", view }),
    });
  }
  watch(model, signal, ["map", "texts"], build);
  watch(model, signal, ["selected", "view"], () => part?.update({ selected: model.get("selected"), view: model.get("view") }));
  build();
}

export default { render };
