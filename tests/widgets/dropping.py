"""A page that drops files, without a browser: it answers what a drop asks for, as the module in the browser does."""

from collections.abc import Mapping

from calfnb.widgets.dropped import BLOCK
from calfnb.widgets.file_drop import FileDrop


class Hand:
    """Drops files on a widget and hands over the blocks that it asks for.

    ``lost`` are files that the browser cannot read any more, ``silent`` gives no answer at all; ``asked`` and
    ``ended`` are what the widget said. Everything happens at once, whatever loop a browser's tests have left behind;
    ``looped`` lets the widget use the loop that runs.
    """

    def __init__(
        self, widget: FileDrop, *, lost: tuple[str, ...] = (), silent: bool = False, looped: bool = False
    ) -> None:
        if not looped:
            widget._loop = lambda: None  # type: ignore[method-assign]
        self.widget, self.lost, self.silent = widget, lost, silent
        self.asked: list[tuple[str, int]] = []
        self.ended: list[int] = []
        self.drop = 0
        self.files: list[tuple[str, bytes]] = []
        self.later = lambda act: act()
        widget.send = self.hear  # type: ignore[method-assign]

    def let_go(
        self, files: Mapping[str, bytes], *, zone: str = "UTC", problems: Mapping[str, str] | None = None
    ) -> None:
        self.drop += 1
        self.files = list(files.items())
        listed = [
            {"name": name, "size": len(content), "problem": (problems or {}).get(name, "")}
            for name, content in self.files
        ]
        self.say({"type": "drop", "drop": self.drop, "files": listed, "zone": zone})

    def say(self, message: dict, buffers: tuple = ()) -> None:
        self.widget._received(self.widget, message, list(buffers))

    def hear(self, message: dict) -> None:
        if message["type"] == "end":
            self.ended.append(message["drop"])
            return
        name, content = self.files[message["file"]]
        self.asked.append((name, message["block"]))
        if not self.silent:
            self.later(lambda: self.answer(message, name, content))

    def answer(self, message: dict, name: str, content: bytes) -> None:
        told = {key: message[key] for key in ("drop", "file", "block")}
        if name in self.lost:
            self.say({"type": "gone", **told})
        else:
            start = message["block"] * BLOCK
            self.say({"type": "chunk", **told}, (memoryview(content[start : start + BLOCK]),))
