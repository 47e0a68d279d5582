"""A front end of our own for lessons that need no more than it offers.

Voilà's front end is JupyterLab's: ninety requests and 4.7 MB of code, most of it for widgets that a lesson of this
kit does not have. Where a lesson shows nothing but modules of ``anywidget`` in rows and columns, its page is given
one small module instead (``widgets.js``), and the states of its widgets from the moment when its cells were run: it
shows and takes clicks before its kernel has answered. Any other lesson keeps Voilà's page.
"""

from __future__ import annotations

import hashlib
import html
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tornado.web import HTTPError, RequestHandler

from calfnb.serving.assets import Asset, pack, send_asset

FOLDER = Path(__file__).parent
#: The models that ``widgets.js`` knows, and what it calls them.
KINDS = {
    ("anywidget", "AnyModel"): "any",
    ("@jupyter-widgets/controls", "HBoxModel"): "hbox",
    ("@jupyter-widgets/controls", "VBoxModel"): "vbox",
    ("@jupyter-widgets/controls", "BoxModel"): "box",
    ("@jupyter-widgets/base", "LayoutModel"): "layout",
}
VIEW = "application/vnd.jupyter.widget-view+json"
#: Of a model's private values only these are of use to a page.
_PRIVATE = ("_dom_classes",)
#: In the template, the tag that fetches Voilà's front end.
_FRONT_END = re.compile(r"<script data-cn-front-end.*?</script>", re.DOTALL)
_HEAD_END = "</head>"
#: Parts of lessons that have changed stay for pages that are open, up to this number.
_MOST_PARTS = 1000


class Parts:
    """Files made while the server runs, named by their content, so that a browser may keep them for good.

    Parameters
    ----------
    url : str
        The address of their folder, with a slash at its end.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self._kept: dict[str, Asset] = {}

    def add(self, content: str, ending: str, mime_type: str) -> str:
        """Keep a text and return its address."""
        body = content.encode()
        name = f"{hashlib.sha256(body).hexdigest()[:20]}.{ending}"
        if name in self._kept:
            self._kept[name] = self._kept.pop(name)  # the last to go
        else:
            self._kept[name] = pack(body, mime_type)
            while len(self._kept) > _MOST_PARTS:
                self._kept.pop(next(iter(self._kept)))
        return self.url + name

    def find(self, name: str) -> Asset | None:
        """Return a part, or None if there is none of that name."""
        return self._kept.get(name)


class PartHandler(RequestHandler):
    """Sends parts."""

    def initialize(self, parts: Parts) -> None:
        """Take the parts."""
        self.parts = parts

    def get(self, name: str) -> None:
        """Send one part."""
        part = self.parts.find(name)
        if part is None:
            raise HTTPError(404)
        send_asset(self, part, for_good=True)

    def write_error(self, status_code: int, **_kwargs: object) -> None:
        """Answer in plain text: nobody reads it but a developer."""
        self.set_header("Content-Type", "text/plain")
        self.finish(f"{status_code}\n")


@dataclass(frozen=True)
class OwnFront:
    """What has to be put into a page so that it uses our front end.

    Parameters
    ----------
    head : str
        Links, for the end of the head.
    script : str
        The tag that takes the place of Voilà's.
    """

    head: str
    script: str

    def applied(self, page: str) -> str:
        """Return Voilà's page with our front end in place of its own."""
        page = page.replace(_HEAD_END, self.head + _HEAD_END, 1)
        return _FRONT_END.sub(lambda _: self.script, page, count=1)


def own_front(
    states: Mapping[str, Any], shown: Sequence[Sequence[Mapping[str, Any]]], prose: Sequence[str], parts: Parts
) -> OwnFront | None:
    """Prepare our front end for a lesson.

    Parameters
    ----------
    states : mapping
        The state of every widget by its id, as ``ipywidgets`` stores them in a notebook.
    shown : sequence
        The outputs of each cell.
    prose : sequence of str
        The sources of the cells of text.
    parts : Parts
        Takes the files that the page will ask for.

    Returns
    -------
    OwnFront or None
        None when the lesson needs what only Voilà's front end has.
    """
    if why_not(states, shown, prose):
        return None
    modules: dict[str, None] = {}
    styles = [parts.add((FOLDER / "widgets.css").read_text(encoding="utf-8"), "css", "text/css")]
    stored: dict[str, Any] = {}
    for name, entry in states.items():
        state = dict(entry["state"])
        kept: dict[str, Any] = {"kind": _kind(entry)}
        if kept["kind"] == "any":
            kept["module"] = parts.add(state["_esm"], "js", "text/javascript")
            modules[kept["module"]] = None
            if state.get("_css"):
                styles.append(parts.add(state["_css"], "css", "text/css"))
        kept["state"] = {
            key: value
            for key, value in state.items()
            if value is not None and (not key.startswith("_") or key in _PRIVATE)
        }
        if entry.get("buffers"):
            kept["buffers"] = [{"path": each["path"], "data": each["data"]} for each in entry["buffers"]]
        stored[name] = kept
    text = json.dumps(stored, separators=(",", ":"), ensure_ascii=False)
    script = parts.add((FOLDER / "widgets.js").read_text(encoding="utf-8"), "js", "text/javascript")
    links = [
        *(f'<link rel="stylesheet" href="{_quoted(url)}">' for url in dict.fromkeys(styles)),
        f'<link id="cn-states" rel="preload" as="fetch" crossorigin="anonymous" '
        f'href="{_quoted(parts.add(text, "json", "application/json"))}">',
        *(f'<link rel="modulepreload" href="{_quoted(url)}">' for url in (script, *modules)),
    ]
    return OwnFront("\n".join(links) + "\n", f'<script type="module" src="{_quoted(script)}"></script>')


def why_not(states: Mapping[str, Any], shown: Sequence[Sequence[Mapping[str, Any]]], prose: Sequence[str]) -> str:
    """Say in a few words why a lesson needs Voilà's front end; "" when it does not."""
    for entry in states.values():
        state = entry["state"]
        if _kind(entry) is None:
            return f"{entry['model_name']} of {entry['model_module']}"
        if "experimental" in str(state.get("_esm", "")) or str(state.get("_esm", "")).startswith("http"):
            return "a module of anywidget that asks for more"
        if state.get("box_style") or state.get("tooltip"):
            return "a style of box or a tooltip"
    for output in (each for cell in shown for each in cell if "data" in each):
        data = output["data"]
        if VIEW in data and data[VIEW]["model_id"] not in states:
            return "a widget without a state"
        if VIEW not in data and not {"text/html", "text/plain"} >= set(data):
            return f"an output of the kind {min(set(data) - {'text/html', 'text/plain'})}"
        if "<script" in "".join(data.get("text/html", "")):
            return "an output with a script"
    return "formulas" if any("$" in text or r"\(" in text for text in prose) else ""


def _kind(entry: Mapping[str, Any]) -> str | None:
    return KINDS.get((entry["model_module"], entry["model_name"]))


def _quoted(url: str) -> str:
    return html.escape(url, quote=True)
