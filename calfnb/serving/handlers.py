"""The page of a lesson, the way in, the end of a kernel."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Callable
from typing import Any

import tornado.web
from jupyter_core.utils import ensure_async
from jupyter_server.utils import url_path_join
from tornado.httputil import split_host_and_port
from tornado.iostream import StreamClosedError
from voila._version import __version__ as voila_version
from voila.handler import BaseVoilaHandler
from voila.notebook_renderer import NotebookRenderer
from voila.shutdown_kernel_handler import VoilaShutdownKernelHandler
from voila.tornado.handler import TornadoVoilaHandler
from voila.utils import ENV_VARIABLE

from calfnb.serving.forking.client import ForkServerError
from calfnb.serving.lessons import INDEX, Lesson
from calfnb.serving.room import Room
from calfnb.serving.snapshots import FRAME_END, Snapshots

#: In the query of a lesson's address, asks for Voilà's page even where our own front end would do.
STOCK_PAGE = "stock-page"

FindLessons = Callable[[], tuple[Lesson, ...]]
RendererFor = Callable[[type[NotebookRenderer], str, Any], NotebookRenderer]


def content_security_policy(*hosts: str) -> str:
    """Allow a page to ask this server, under the names that it has, and nobody else.

    Voilà's front end and the widgets need scripts and styles in the page, and ``anywidget`` starts its modules from
    ``blob:`` addresses; nothing needs another site.
    """
    sockets = " ".join(f"ws://{host} wss://{host}" for host in dict.fromkeys(filter(None, hosts)))
    return "; ".join(
        (
            "default-src 'self'",
            "script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:",
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
            f"connect-src 'self' data: blob: {sockets}",
            "object-src 'none'",
            "base-uri 'none'",
            "form-action 'self'",
            "frame-ancestors 'self'",
        )
    )


class PageMixin(BaseVoilaHandler):  # type: ignore[misc]
    """What pages have in common: headers, and errors that are pages too."""

    @property
    def content_security_policy(self) -> str:
        """The header that keeps the page to this server."""
        return content_security_policy(self.request.host, self.settings.get("room_host", ""))

    def set_default_headers(self) -> None:
        """Set the headers of every page."""
        super().set_default_headers()
        self.set_header("Referrer-Policy", "same-origin")
        self.set_header("X-Content-Type-Options", "nosniff")

    def write_error(self, status_code: int, **_kwargs: Any) -> None:
        """Show an error as a page with a way on, never as a traceback."""
        self.set_header("Content-Type", "text/html; charset=utf-8")
        name = "404.html" if status_code == 404 else "error.html"
        if status_code == 503:
            self.set_header("Retry-After", "10")
        lesson = self.settings["lesson_frame"](None)
        self.finish(self.get_template(name).render(status_code=status_code, base_url=self.base_url, lesson=lesson,
                                                   page_config={"lesson": lesson}))  # fmt: skip


class StartHandler(PageMixin):
    """The way in: the index, or the first lesson where there is none."""

    def initialize(self, *, find_lessons: FindLessons, **kwargs: Any) -> None:
        """Take the function that lists the lessons."""
        super().initialize(**kwargs)
        self.find_lessons = find_lessons

    @tornado.web.authenticated
    def get(self, _path: str = "") -> None:
        """Send the browser to the first lesson; a query, such as a code of answers, goes along."""
        lessons = self.find_lessons()
        if not lessons:
            raise tornado.web.HTTPError(404)
        url = url_path_join(self.base_url, "voila", "render", lessons[0].file_name)
        self.redirect(f"{url}?{self.request.query}" if self.request.query else url)


class NotFoundHandler(PageMixin):
    """Any other address."""

    @tornado.web.authenticated
    def get(self, *_path: str) -> None:
        """Answer with the page that leads back."""
        raise tornado.web.HTTPError(404)


class EndKernelHandler(VoilaShutdownKernelHandler):  # type: ignore[misc]
    """End a kernel because its page was left.

    The request carries the ``_xsrf`` token of the cookie that the page itself has set, so another site cannot end
    the kernels of this one. Page and front end both ask, and culling may have been quicker: a kernel that is gone
    already is no error.
    """

    @tornado.web.authenticated
    async def post(self, kernel_id: str) -> None:
        """End the kernel; answer 204 in any case."""
        await self.kernel_manager.end_kernel(kernel_id)
        self.set_status(204)
        self.finish()


class LessonHandler(PageMixin, TornadoVoilaHandler):  # type: ignore[misc]
    """The page of one lesson.

    Differs from Voilà's handler in this: only listed lessons are served; the page sets the ``_xsrf`` cookie that its
    farewell needs; the frame of the page is sent before the kernel has started; a reader who leaves meanwhile leaves
    no kernel behind.
    """

    def initialize(
        self,
        *,
        find_lessons: FindLessons,
        renderer_for: RendererFor,
        snapshots: Snapshots | None,
        stock_pages: bool,
        room: Room,
        **kwargs: Any,
    ) -> None:
        """Take the lessons, what renders them, their snapshots, and what Voilà's handler needs."""
        super().initialize(**kwargs)
        self.find_lessons = find_lessons
        self.renderer_for = renderer_for
        self.snapshots = snapshots
        self.stock_pages = stock_pages
        self.room = room
        self.left = False

    def on_connection_close(self) -> None:
        """Note that nobody reads the answer any more."""
        self.left = True
        super().on_connection_close()

    @tornado.web.authenticated
    async def get(self, path: str = "") -> None:
        """Render the lesson named in the address."""
        if path in ("", "/"):
            path = f"{INDEX}.ipynb"
        lesson = next((each for each in self.find_lessons() if each.file_name == path), None)
        if lesson is None:
            raise tornado.web.HTTPError(404)
        if self.room.is_full():
            raise tornado.web.HTTPError(503)
        assert self.xsrf_token  # reading it sets the cookie
        if self.kernel_manager.get_pool_size(path):
            await self._send(self.get_generator(path=path))
            return
        kernel_id = self.kernel_manager.new_kernel_id()
        try:
            with self.room.entered(kernel_id):
                await self._send(self._pieces(lesson, kernel_id))
        finally:
            if self.left:
                await self.kernel_manager.end_kernel(kernel_id)

    async def _pieces(self, lesson: Lesson, kernel_id: str) -> AsyncIterator[str]:
        """Take the page that is written already, or write one."""
        snapshot = self.snapshots.current(lesson) if self.snapshots is not None else None
        skip = ""
        if self.snapshots is not None and snapshot is not None:
            stock = self.stock_pages or STOCK_PAGE in self.request.query_arguments
            page = snapshot.stock_page if stock else snapshot.page
            # What the frame names is on its way to the browser while the kernel is forked.
            yield page.frame
            try:
                kernel = asyncio.ensure_future(self._start_kernel("python3", "", kernel_id, branch=snapshot.branch))
                await asyncio.wait([kernel])
                kernel.result()
            except ForkServerError as error:
                self.log.warning("%s is rendered anew: %s.", lesson.file_name, error)
                self.snapshots.forget(lesson)
                skip = FRAME_END
            else:
                yield page.rest_for(kernel_id)
                return
        async for piece in self._render(lesson.file_name, kernel_id):
            if skip:  # the frame is there already
                if skip not in piece:
                    continue
                piece = piece[piece.index(skip) :]
                skip = ""
            yield piece

    async def _send(self, pieces: AsyncIterator[str]) -> None:
        """Send a page while it is rendered, a few large pieces rather than hundreds of small ones."""
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.set_header("Cache-Control", "no-store")
        waiting: list[str] = []
        frame_sent = False
        try:
            async for piece in pieces:
                waiting.append(piece)
                if not frame_sent and 'id="cn-loading"' in piece:
                    frame_sent = True
                    self.write("".join(waiting))
                    waiting.clear()
                    await self.flush()
            self.write("".join(waiting))
            await self.finish()
        except StreamClosedError:
            self.left = True

    async def _render(self, path: str, kernel_id: str) -> AsyncIterator[str]:
        """Render a lesson with a kernel of its own, which starts while the frame is on its way."""
        renderer = self.renderer_for(NotebookRenderer, path, self)
        await renderer.initialize()
        name = renderer.notebook.metadata.kernelspec.name
        kernel = asyncio.ensure_future(self._start_kernel(name, os.path.dirname(path), kernel_id))  # noqa: PTH120
        try:
            async for piece, _ in renderer.generate_content_generator(kernel_id, kernel):
                yield piece
        finally:
            await asyncio.wait([kernel])

    async def _start_kernel(self, name: str, folder: str, kernel_id: str, **how: str) -> Any:
        """Start the kernel of a page and return its manager."""
        env = {**os.environ, **self._request_environment()}
        await ensure_async(
            self.kernel_manager.start_kernel(kernel_id=kernel_id, kernel_name=name, path=folder, env=env, **how)
        )
        return self.kernel_manager.get_kernel(kernel_id)

    def _request_environment(self) -> dict[str, str]:
        """Describe the request to the kernel, with the names that Voilà gives."""
        host, port = split_host_and_port(self.request.host.lower())
        return {
            ENV_VARIABLE.SCRIPT_NAME: self.request.path,
            ENV_VARIABLE.PATH_INFO: "",
            ENV_VARIABLE.QUERY_STRING: str(self.request.query),
            ENV_VARIABLE.SERVER_SOFTWARE: f"voila/{voila_version}",
            ENV_VARIABLE.SERVER_PROTOCOL: str(self.request.version),
            ENV_VARIABLE.SERVER_PORT: str(port) if port else "",
            ENV_VARIABLE.SERVER_NAME: host,
            ENV_VARIABLE.VOILA_PREHEAT: "False",
            ENV_VARIABLE.VOILA_BASE_URL: self.base_url,
            ENV_VARIABLE.VOILA_SERVER_URL: self.settings.get("server_url", "/"),
            ENV_VARIABLE.VOILA_REQUEST_URL: self.request.full_url(),
            ENV_VARIABLE.VOILA_APP_PORT: str(port) if port else "",
        }
