"""A small lesson that our own front end can show: two of anywidget's modules in boxes, text and a table of HTML."""

from __future__ import annotations

import json
from pathlib import Path

SOURCE = '''
import os
import anywidget, ipywidgets, traitlets

class Count(anywidget.AnyWidget):
    _esm = """
    function render({ model, el, signal }) {
      const button = document.createElement("button");
      const said = document.createElement("output");
      const bytes = document.createElement("span");
      button.textContent = "Count";
      button.addEventListener("click", () => model.send({ type: "more" }, undefined, [new Uint8Array([7, 8]).buffer]));
      const show = () => { said.textContent = `${model.get("count")} in ${model.get("pid")}`; };
      bytes.className = "bytes";
      bytes.textContent = String(model.get("data").getUint8(1));
      model.on("change:count", show);
      model.on("msg:custom", ({ text }, [first]) => { bytes.textContent = `${text} ${first.getUint8(0)}`; });
      signal.addEventListener("abort", () => { document.body.dataset.ended = "yes"; });
      show();
      el.append(button, said, bytes);
    }
    export default { render };
    """
    _css = "output { font-weight: 700; }"
    count = traitlets.Int(0).tag(sync=True)
    pid = traitlets.Int(0).tag(sync=True)
    data = traitlets.Bytes(bytes([1, 42])).tag(sync=True)

    def __init__(self):
        super().__init__()
        self.on_msg(self.more)

    def more(self, _widget, content, buffers):
        self.pid = os.getpid()
        self.count += 1
        if self.count == 2:
            box.children = [*box.children, Word(word="</script> later")]
        if self.count == 3:
            box.children = box.children[:2]
            box.layout.border_top = "3px solid"
            box.add_class("worn")
        self.send({"text": "heard"}, buffers=[bytes([buffers[0][0] + self.count])])

class Word(anywidget.AnyWidget):
    _esm = "export default { render({ model, el }) { el.textContent = model.get('word'); } };"
    word = traitlets.Unicode().tag(sync=True)

box = ipywidgets.VBox([ipywidgets.HBox([Word(word="first </script> word")]), Count()])
box
'''
CELLS = (
    SOURCE,
    "print('printed')\n6 * 7",
    "from IPython.display import HTML\nHTML('<table><tr><td>a cell</td></tr></table>')",
)


def write_own_lesson(folder: Path, name: str = "01_own", *, more: str = "") -> None:
    """Write the lesson into a folder; ``more`` is the source of a further cell."""
    cells: list[dict[str, object]] = [{"cell_type": "markdown", "id": "t", "metadata": {}, "source": "# Own front end"}]
    cells += [
        {"cell_type": "code", "id": f"c{at}", "metadata": {}, "execution_count": None, "outputs": [], "source": source}
        for at, source in enumerate(filter(None, (*CELLS, more)))
    ]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    notebook = {"cells": cells, "metadata": {"kernelspec": kernel, "calfnb": {"snapshot": True}}, "nbformat": 4,
                "nbformat_minor": 5}  # fmt: skip
    (folder / f"{name}.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
