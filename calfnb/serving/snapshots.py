"""Lessons whose cells are run once, before the first reader comes.

Running the cells of a lesson, and writing its page around what they show, is the same work for every reader. Here it
is done once for each lesson: its cells run in a branch of the kernels' parent, its page is written around what they
show, and each reader gets that page with the number of a kernel of his own, forked from the branch. His kernel has
the lesson's variables and widgets from its first moment on.

What a cell reads from the request, the clock or the random generator would be the same for every reader. So only the
kit's own lessons are treated like this, and notebooks that ask for it: ``"calfnb": {"snapshot": true}`` in the
metadata; ``false`` forbids it. A lesson that cannot be run before the fork is served in the ordinary way.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from logging import Logger
from typing import Any

import nbformat
from voila.notebook_renderer import NotebookRenderer

from calfnb.serving.forking.client import ForkServer, ForkServerError, Stamp, stamp
from calfnb.serving.front import Parts, own_front
from calfnb.serving.lessons import Lesson

#: Stands in a written page where the number of a reader's kernel belongs.
KERNEL_PLACE = "00000000-0000-4000-8000-000000000000"
LOOK_EVERY_S = 1.0
#: What comes before this in a page needs no kernel.
FRAME_END = '<div id="cn-cells"'


class SnapshotRenderer(NotebookRenderer):  # type: ignore[misc]
    """Writes a page around what cells have shown elsewhere; has no kernel."""

    shown: list[list[dict[str, Any]]]

    async def _jinja_kernel_start(self, _nb: Any, kernel_id: str, kernel_future: Any) -> str:
        del kernel_future
        return kernel_id

    async def _jinja_cell_generator(self, nb: Any, kernel_id: str) -> AsyncIterator[Any]:
        del kernel_id
        shown = iter(self.shown)
        for cell in nb.cells:
            if cell.cell_type == "code":
                cell.outputs = [nbformat.v4.new_output(**output) for output in next(shown)]
            yield cell


@dataclass(frozen=True)
class WrittenPage:
    """A page in two parts: ``frame`` needs no kernel, ``rest`` names it."""

    frame: str
    rest: str

    def rest_for(self, kernel_id: str) -> str:
        """Return the part of the page that names the kernel."""
        return self.rest.replace(KERNEL_PLACE, kernel_id)

    @classmethod
    def of(cls, text: str) -> WrittenPage:
        """Cut a page where its frame ends."""
        at = text.index(FRAME_END)
        return cls(text[:at], text[at:])


@dataclass(frozen=True)
class Snapshot:
    """A written page and the branch that its readers' kernels are forked from."""

    branch: str
    stamp: Stamp
    page: WrittenPage
    #: Voilà's own page of the same lesson: the same object where there is no other.
    stock_page: WrittenPage


class Snapshots:
    """The snapshots of a server's lessons.

    Parameters
    ----------
    render_with : callable
        Makes a renderer of a class for the address of a lesson.
    fork_server : ForkServer
        Grows the branches.
    parts : Parts
        Takes the files of pages that use our own front end.
    all_lessons : bool
        Whether every lesson that does not forbid it is treated like this, or only those that ask for it.
    watched : tuple of str
        Folders and modules whose change makes a page old, beside the notebook itself.
    """

    def __init__(
        self,
        render_with: Callable[[type[NotebookRenderer], str], NotebookRenderer],
        fork_server: ForkServer,
        parts: Parts,
        *,
        all_lessons: bool,
        watched: tuple[str, ...],
        log: Logger,
    ) -> None:
        self._render_with = render_with
        self._fork_server = fork_server
        self._parts = parts
        self._all_lessons = all_lessons
        self._watched = watched
        self._log = log
        self._kept: dict[str, Snapshot] = {}
        self._refused: dict[str, Stamp] = {}
        self._at_work: dict[str, asyncio.Task[None]] = {}
        self._looked_s = 0.0
        self._around: Stamp = ()

    def current(self, lesson: Lesson) -> Snapshot | None:
        """Return the snapshot of a lesson, or None while there is none; in that case one is begun."""
        now = self._stamp(lesson)
        kept = self._kept.get(lesson.name)
        if kept is not None and kept.stamp == now and self._fork_server.has_branch(kept.branch):
            return kept
        if self._refused.get(lesson.name) != now and lesson.name not in self._at_work:
            task = asyncio.ensure_future(self._take(lesson, now))
            self._at_work[lesson.name] = task
            task.add_done_callback(lambda _: self._at_work.pop(lesson.name, None))
        return None

    def forget(self, lesson: Lesson) -> None:
        """Drop a snapshot whose branch has gone."""
        self._kept.pop(lesson.name, None)

    async def take_all(self, lessons: tuple[Lesson, ...]) -> None:
        """Take the snapshots of all lessons, one after the other, so that even the first reader finds his page."""
        for lesson in lessons:
            if self.current(lesson) is None and (task := self._at_work.get(lesson.name)) is not None:
                await task

    def _stamp(self, lesson: Lesson) -> Stamp:
        # A look at all files takes some milliseconds: one a second serves a whole class.
        if time.monotonic() - self._looked_s > LOOK_EVERY_S:
            self._around = stamp(self._watched)
            self._looked_s = time.monotonic()
        return (*stamp([str(lesson.path)]), *self._around)

    async def _take(self, lesson: Lesson, now: Stamp) -> None:
        try:
            snapshot = await self._made(lesson, now)
        except ForkServerError as error:
            self._log.warning("%s is served without a snapshot: %s.", lesson.file_name, error)
            snapshot = None
        if snapshot is None:
            self._refused[lesson.name] = now
        else:
            self._kept[lesson.name] = snapshot

    async def _made(self, lesson: Lesson, now: Stamp) -> Snapshot | None:
        renderer = self._render_with(SnapshotRenderer, lesson.file_name)
        await renderer.initialize()
        wanted = renderer.notebook.metadata.get("calfnb", {}).get("snapshot", self._all_lessons)
        if wanted is not True or renderer.notebook.metadata.kernelspec.language != "python":
            return None
        cells = [cell.source for cell in renderer.notebook.cells if cell.cell_type == "code"]
        branch = await asyncio.to_thread(
            self._fork_server.grow, lesson.name, cells, env=dict(os.environ), cwd=str(lesson.path.parent)
        )
        renderer.shown = branch.shown
        text = "".join([piece async for piece, _ in renderer.generate_content_generator(KERNEL_PLACE, None)])
        stock_page = WrittenPage.of(text)
        prose = [cell.source for cell in renderer.notebook.cells if cell.cell_type == "markdown"]
        front = own_front(branch.states, branch.shown, prose, self._parts)
        page = stock_page if front is None else WrittenPage.of(front.applied(text))
        return Snapshot(lesson.name, now, page, stock_page)
