"""The application: Voilà, with the lessons mounted in it, started and stopped cleanly."""

from __future__ import annotations

import asyncio
import logging
import os
import shutil
import signal
import socket
import webbrowser
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from jupyter_core.utils import ensure_async
from jupyter_server.auth.identity import IdentityProvider, User
from jupyter_server.services.contents.largefilemanager import LargeFileManager
from jupyter_server.utils import url_path_join
from tornado.httpserver import HTTPServer
from tornado.ioloop import IOLoop
from voila.app import Voila
from voila.notebook_renderer import NotebookRenderer
from voila.utils import get_page_config

from calfnb.serving.assets import AssetHandler, Assets
from calfnb.serving.forking.provisioner import ForkServer, register_provisioner
from calfnb.serving.front import PartHandler, Parts
from calfnb.serving.handlers import EndKernelHandler, LessonHandler, NotFoundHandler, StartHandler
from calfnb.serving.kernels import PageSocketHandler
from calfnb.serving.lessons import Lesson, find_lessons, watched_folders
from calfnb.serving.outside import LOOPBACK, host_in_link, is_address, is_own_computer_only, room_link
from calfnb.serving.room import Room, default_readers
from calfnb.serving.settings import Settings, server_config
from calfnb.serving.snapshots import Snapshots
from calfnb.serving.words import page_words

#: Our own Jupyter data folder, so that the template is found in a checkout as well as in a wheel.
JUPYTER_DATA = Path(__file__).with_name("jupyter")
TOKENS = Path(__file__).parent.parent / "markup" / "static" / "tokens.css"
#: Libraries that widgets take from the server when they need them.
LIBRARIES = Path(__file__).parent.parent / "widgets" / "static" / "plotly"


def serve(settings: Settings, listener: socket.socket) -> None:
    """Serve lessons until the process is interrupted or terminated.

    Parameters
    ----------
    settings : Settings
        What to serve, and how.
    listener : socket
        A bound, listening socket.
    """
    add_jupyter_data(JUPYTER_DATA)
    forked = settings.fork and ForkServer.available()
    if forked:
        register_provisioner()
    server = LessonServer(config=server_config(settings, forked=forked))
    server.hook_in(settings, listener, forked=forked)
    server.start()


class LessonServer(Voila):  # type: ignore[misc]
    """Voilà for a folder of lessons."""

    name = "voila"  # under this name Voilà's parts look for their application in tornado's settings

    def hook_in(self, settings: Settings, listener: socket.socket, *, forked: bool) -> None:
        """Initialise Voilà without reading the command line, and hook in what its template shows."""
        self.given = settings
        self.link_parts = urlsplit(settings.link)
        self.listener = listener
        self.forked = forked
        self.ip, self.port = listener.getsockname()[:2]
        self.initialize([])
        self.voila_configuration.page_config_hook = self._page_config
        self.snapshots: Snapshots | None = None
        self.front_end = Assets(map(Path, self.static_paths))
        self.extensions = Assets(map(Path, self.labextensions_path))
        self.libraries = Assets([LIBRARIES])
        self.parts = Parts(url_path_join(self.base_url, "voila/parts/"))

    def load_config_file(self, *_args: Any, **_kwargs: Any) -> None:
        """Read no ``voila.json`` of the current folder: what we serve must not depend on where we are started."""

    # -- what a page shows around its lesson ------------------------------------------------------------------------

    def lessons(self) -> tuple[Lesson, ...]:
        """List the lessons as they are now; a new notebook needs no restart."""
        return find_lessons(self.given.folder)

    def _frame(self, path: str | None) -> dict[str, Any]:
        """Collect what the template shows around a lesson (``path``) or around an error (``None``)."""
        lessons = self.lessons()
        this = next((lesson for lesson in lessons if lesson.file_name == path), None)
        return {
            "name": this.name if this else "",
            "title": this.title if this else "",
            "lessons": [
                {"name": each.name, "file_name": each.file_name, "short_title": each.short_title} for each in lessons
            ],
            "tokens": TOKENS.read_text(encoding="utf-8") if TOKENS.is_file() else "",
            "show_tracebacks": self.voila_configuration.show_tracebacks,
            "words": dict(page_words()),
        }

    def _page_config(self, page_config: dict[str, Any], **around: Any) -> dict[str, Any]:
        """Add the frame to Voilà's page configuration."""
        page_config["lesson"] = self._frame(str(around["notebook_path"]))
        for name, url, assets in (
            ("fullStaticUrl", "voila/static", self.front_end),
            ("fullLabextensionsUrl", "voila/labextensions", self.extensions),
            ("fullLibrariesUrl", "voila/libraries", self.libraries),
        ):
            page_config[name] = url_path_join(self.base_url, url, assets.prefix())
        return page_config

    def renderer_for(
        self, renderer: type[NotebookRenderer], path: str, request_handler: Any = None
    ) -> NotebookRenderer:
        """Build a renderer for the address of a lesson, as Voilà's own handler does."""
        settings = self.app.settings
        common = {
            "base_url": self.base_url,
            "settings": settings,
            "log": self.log,
            "voila_configuration": self.voila_configuration,
        }
        page_config = self._page_config(get_page_config(**common), **common, notebook_path=path)
        return renderer(
            request_handler=request_handler,
            voila_configuration=self.voila_configuration,
            traitlet_config=self.config,
            notebook_path=path,
            template_paths=self.template_paths,
            config_manager=self.config_manager,
            contents_manager=self.contents_manager,
            base_url=self.base_url,
            kernel_spec_manager=self.kernel_spec_manager,
            prelaunch_hook=self.voila_configuration.prelaunch_hook,
            page_config=page_config,
            mathjax_config=settings.get("mathjax_config"),
            mathjax_url=settings.get("mathjax_url"),
        )

    # -- Voilà's own steps, each bent a little ----------------------------------------------------------------------

    def init_settings(self) -> dict[str, Any]:
        """Tighten Voilà's settings: a page of another site must not reach this server by a name of its own.

        A server that others may reach by the number of this computer answers to every name; one behind a proxy only to
        that of its link.
        """
        settings: dict[str, Any] = super().init_settings()
        self.contents_manager = LessonFiles(parent=self)
        settings.update(
            allow_remote_access=not is_own_computer_only(self.ip) or is_address(self.link_parts.hostname or ""),
            local_hostnames=["localhost", "127.0.0.1", *filter(None, [self.link_parts.hostname])],
            # A proxy may give the server's own name rather than the one that the browser knows.
            allow_origin=f"{self.link_parts.scheme}://{self.link_parts.netloc}" if self.given.link else "",
            room_host=self.link_parts.netloc,
            compress_response=True,
            contents_manager=self.contents_manager,
            lesson_frame=self._frame,
            xsrf_cookie_kwargs={"path": self.base_url, "samesite": "Lax"},
            default_handler_class=NotFoundHandler,
            default_handler_args={"voila_configuration": self.voila_configuration},
        )
        return settings

    def init_handlers(self) -> list[Any]:
        """Put our handlers before Voilà's, and leave out its lists of files."""
        voila_configuration = {"voila_configuration": self.voila_configuration}
        listed = {**voila_configuration, "find_lessons": self.lessons}
        page = {
            **listed,
            "template_paths": self.template_paths,
            "config": self.config,
            "renderer_for": self.renderer_for,
            "snapshots": self.snapshots,
            "stock_pages": self.given.stock_pages,
            "room": Room(self.given.most_readers or default_readers(), self.kernel_manager),
        }
        ours = [
            (self._url_of(r"/?"), StartHandler, listed),
            (self._url_of(r"/voila/tree(.*)"), StartHandler, listed),
            (self._url_of(r"/voila/render/?(.*)"), LessonHandler, page),
            (self._url_of(r"/voila/api/shutdown/(.*)"), EndKernelHandler),
            (self._url_of(r"/api/kernels/(?P<kernel_id>\w+-\w+-\w+-\w+-\w+)/channels"), PageSocketHandler),
            (self._url_of(r"/voila/static/(.*)"), AssetHandler, {"assets": self.front_end}),
            (self._url_of(r"/voila/labextensions/(.*)"), AssetHandler, {"assets": self.extensions}),
            (self._url_of(r"/voila/libraries/(.*)"), AssetHandler, {"assets": self.libraries}),
            (self._url_of(r"/voila/parts/(.*)"), PartHandler, {"parts": self.parts}),
        ]
        replaced = ("TornadoVoilaTreeHandler", "VoilaContentsHandler", "TornadoVoilaHandler")
        theirs = [each for each in super().init_handlers() if each[1].__name__ not in replaced]
        return [*ours, *theirs]

    def _url_of(self, pattern: str) -> str:
        """Prefix a pattern with the base of the server's addresses."""
        return str(url_path_join(self.server_url, pattern))

    # -- from start to end ------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Start the parent of the kernels first, so that its imports run while Voilà sets itself up."""
        # Tornado and Jupyter give one setting two units (s, ms); what Tornado makes of it does no harm. A page that is
        # left while it connects closes sockets of which an event is still on its way.
        harmless = ("websocket_ping", "Got events for closed stream")
        logging.getLogger("tornado.general").addFilter(
            lambda record: not any(each in record.getMessage() for each in harmless)
        )
        if self.forked:
            fork_server = ForkServer.instance(parent=self)
            fork_server.begin()
            self.snapshots = Snapshots(
                self.renderer_for,
                fork_server,
                self.parts,
                all_lessons=self.given.own_lessons,
                watched=watched_folders(),
                log=self.log,
            )
        else:
            self.log.warning("Kernels cannot be forked on this system: a pool of pre-heated kernels serves instead.")
        super().start()

    def listen(self) -> None:
        """Listen on the socket that was opened before, say where, and serve until told to end."""
        loop = IOLoop.current()
        web = HTTPServer(self.app)
        web.add_socket(self.listener)
        ended = signal_event()
        print(f"Lessons: {self.link}  (Ctrl-C ends the server)", flush=True)
        if not is_own_computer_only(self.ip) or self.given.link:
            room = room_link(self.ip, self.port, self.given.link)
            print(f"For the room: {room or 'this computer is in no network'}", flush=True)
        if self.given.open_browser:
            webbrowser.open(self.link)
        if self.snapshots is not None:
            loop.add_callback(self.snapshots.take_all, self.lessons())
        try:
            loop.run_sync(ended.wait)
        finally:
            web.stop()
            self.stop()

    @property
    def link(self) -> str:
        """The address of the first page on this computer."""
        ip = {"0.0.0.0": LOOPBACK, "::": "::1"}.get(self.ip, self.ip)
        return f"http://{host_in_link(ip)}:{self.port}{self.base_url}"

    def stop(self) -> None:
        """End every kernel, then the process they were forked from."""
        try:
            IOLoop.current().run_sync(self._end_kernels, timeout=20)
        finally:
            if self.forked:
                ForkServer.instance().close()
            shutil.rmtree(self.connection_dir, ignore_errors=True)

    async def _end_kernels(self) -> None:
        if self.forked:
            await self.kernel_manager.end_all()
        else:
            await ensure_async(self.kernel_manager.shutdown_all(now=True))  # the pool's, too


def signal_event() -> asyncio.Event:
    """Return an event that Ctrl-C and SIGTERM set; a second Ctrl-C ends the process at once, as usual."""
    ended = asyncio.Event()
    loop = IOLoop.current()

    def note(number: int, _frame: object) -> None:
        signal.signal(number, signal.SIG_DFL)
        loop.add_callback_from_signal(ended.set)

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, note)
    return ended


class LessonFiles(LargeFileManager):
    """Reads notebooks. Whether their stored outputs are trusted is no question: none is ever shown."""

    def mark_trusted_cells(self, nb: Any, path: str = "") -> None:
        """Look up no signature; Jupyter would open a database in the user's home for it, at every page."""


class AnyReader(IdentityProvider):
    """Everybody who reaches the server may read; nobody gets a name or a cookie that tells him again."""

    def get_user(self, _handler: Any) -> User:
        """Return the one reader."""
        return User("reader")


def add_jupyter_data(folder: Path) -> None:
    """Add a folder to those in which Jupyter looks for templates; kernels inherit it."""
    known = os.environ.get("JUPYTER_PATH", "").split(os.pathsep)
    if str(folder) not in known:
        os.environ["JUPYTER_PATH"] = os.pathsep.join([str(folder), *filter(None, known)])
