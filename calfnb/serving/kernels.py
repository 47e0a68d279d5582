"""Kernels that live as long as their page, and a socket that closes when its kernel is dead."""

from __future__ import annotations

import asyncio
from typing import Any

from jupyter_core.utils import ensure_async
from jupyter_server._tz import utcnow
from jupyter_server.services.kernels.connection.channels import ZMQChannelsWebsocketConnection
from jupyter_server.services.kernels.kernelmanager import AsyncMappingKernelManager
from tornado.web import Finish, HTTPError
from voila.tornado.kernel_websocket_handler import VoilaKernelWebsocketHandler


class PageKernelManager(AsyncMappingKernelManager):
    """Count idle time from the moment a page is gone.

    A page that is closed asks for the end of its kernel itself. A phone that falls asleep or a browser that crashes
    cannot ask: its socket closes, and ``cull_idle_timeout`` seconds later the kernel is ended. Without this class the
    time would count from the last answer given, so that a reader who thinks for long would lose the kernel in the
    first short gap of the network.
    """

    def notify_disconnect(self, kernel_id: str) -> None:
        """Note that a socket to a kernel has closed."""
        super().notify_disconnect(kernel_id)
        if kernel_id in self:
            kernel: Any = self.get_kernel(kernel_id)
            kernel.last_activity = utcnow()

    def remove_kernel(self, kernel_id: str) -> Any:
        """Forget a kernel that has ended, close what waited for its page to come back, and keep no page waiting.

        Jupyter lets go of these four sockets when it begins to end a kernel. A page that is left closes its own socket
        a moment after it has asked for the end: Jupyter then keeps them once more, and nobody would ever close them.
        """
        if kernel_id in self:
            self.stop_buffering(kernel_id)
            first_word = getattr(self.get_kernel(kernel_id), "_kernel_info_future", None)
            if first_word is not None and not first_word.done():
                first_word.set_result({})
        return super().remove_kernel(kernel_id)

    async def end_kernel(self, kernel_id: str) -> None:
        """End a kernel now, be it starting, running, ending or gone already.

        It is killed: a lesson keeps nothing in its kernel that would be worth a polite end, which takes a tenth of a
        second of processor time for each of thirty readers who leave at the end of the hour.
        """
        pending = self._pending_kernels.get(kernel_id)
        if pending is not None:
            await asyncio.wait([pending])
        if kernel_id in self:
            kernel: Any = self.get_kernel(kernel_id)
            try:
                # The ordinary end interrupts before it kills, which a busy kernel reports as an error.
                kernel.stop_restarter()
                if kernel.provisioner is not None:
                    await kernel.provisioner.kill()
                await ensure_async(self.shutdown_kernel(kernel_id, now=True))
            except (KeyError, HTTPError):
                self.log.debug("Kernel %s was gone before it could be ended.", kernel_id)

    async def end_all(self) -> None:
        """End every kernel."""
        await asyncio.gather(*map(self.end_kernel, {*self.list_kernel_ids(), *self._pending_kernels}))


class PageConnection(ZMQChannelsWebsocketConnection):
    """Close the page's socket when its kernel has died, and lose nothing when a page is left in mid-connection.

    The message "dead" alone does not reach the page: Voilà's front end shows nothing and keeps the socket open.
    A closed socket that cannot be opened again does.
    """

    #: Whether Jupyter counts this socket among the kernel's.
    counted = False

    async def prepare(self) -> None:
        """Wait for the kernel's first word; for that of a dead one Jupyter would wait a minute."""
        if not await ensure_async(self.kernel_manager.is_alive()):
            raise HTTPError(404, "The kernel has died.")
        await super().prepare()

    def request_kernel_info(self) -> Any:
        """Ask the kernel who it is, unless the page was left meanwhile: nobody would close that socket any more."""
        if self._page_has_gone():
            raise Finish
        return super().request_kernel_info()

    def _page_has_gone(self) -> bool:
        return isinstance(self.websocket_handler, PageSocketHandler) and self.websocket_handler.left

    def connect(self) -> Any:
        """Connect the page to its kernel, and send each message at once.

        By default the system keeps a small message back until the browser has acknowledged the one before, which a
        browser may put off for forty milliseconds: an answer consists of several small messages.
        """
        self.websocket_handler.set_nodelay(True)
        self.counted = True
        return super().connect()

    def disconnect(self) -> Any:
        """Let go of the kernel.

        Jupyter counts a socket when it has connected, but counts it off in any case. A phone that loses the network
        while it connects would then make the next socket count as none, and its kernel as one without a page.
        """
        if self.counted:
            self.counted = False
            super().disconnect()
            return
        kernels = self.multi_kernel_manager
        for _ in range(2):  # one that is counted off below, and one that keeps the sockets of other pages from closing
            kernels.notify_connect(self.kernel_id)
        super().disconnect()
        kernels.notify_disconnect(self.kernel_id)

    def handle_outgoing_message(self, stream: Any, outgoing_msg: list[Any]) -> None:
        """Hand on what the kernel says while there is somebody to hear it."""
        if self.counted:
            super().handle_outgoing_message(stream, outgoing_msg)

    def on_restart_failed(self) -> Any:
        """Tell the page that the kernel is dead, and close."""
        super().on_restart_failed()
        self.websocket_handler.close(4000, "The kernel has died.")


class PageSocketHandler(VoilaKernelWebsocketHandler):  # type: ignore[misc]
    """The socket of a page, which may be left at any moment, also before it is open."""

    left = False
    connection: PageConnection | None = None

    async def pre_get(self) -> None:
        """Find the kernel and wait for its first word; stop there when page or kernel has gone meanwhile."""
        await super().pre_get()
        if self.left:
            raise Finish
        if self.connection is not None and self.kernel_id not in self.kernel_manager:
            self.connection.disconnect()
            self.connection = None
            raise HTTPError(404, "The kernel has ended.")

    def on_close(self) -> None:
        """Let go of the kernel."""
        self.left = True
        if self.connection is not None:
            super().on_close()

    def write_error(self, status_code: int, **_kwargs: Any) -> None:
        """Answer in plain text: the front end reads nothing but the status."""
        self.set_header("Content-Type", "text/plain")
        self.finish(f"{status_code}\n")
