"""Kernels that live as long as their page, and a socket that closes when its kernel is dead."""

from __future__ import annotations

import asyncio
from typing import Any

from jupyter_core.utils import ensure_async
from jupyter_server._tz import utcnow
from jupyter_server.services.kernels.connection.channels import ZMQChannelsWebsocketConnection
from jupyter_server.services.kernels.kernelmanager import AsyncMappingKernelManager
from tornado.web import HTTPError


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

    async def end_kernel(self, kernel_id: str) -> None:
        """End a kernel now, be it starting, running, ending or gone already.

        It is killed: a lesson keeps nothing in its kernel that would be worth a polite end, which takes a tenth of a
        second of processor time for each of thirty readers who leave at the end of the hour.
        """
        pending = self._pending_kernels.get(kernel_id)
        if pending is not None:
            await asyncio.wait([pending])
        if kernel_id in self:
            try:
                await ensure_async(self.shutdown_kernel(kernel_id, now=True))
            except (KeyError, HTTPError):
                self.log.debug("Kernel %s was gone before it could be ended.", kernel_id)

    async def end_all(self) -> None:
        """End every kernel."""
        await asyncio.gather(*map(self.end_kernel, {*self.list_kernel_ids(), *self._pending_kernels}))


class PageConnection(ZMQChannelsWebsocketConnection):
    """Close the page's socket when its kernel has died.

    The message "dead" alone does not reach the page: Voilà's front end shows nothing and keeps the socket open.
    A closed socket that cannot be opened again does.
    """

    def connect(self) -> Any:
        """Connect the page to its kernel, and send each message at once.

        By default the system keeps a small message back until the browser has acknowledged the one before, which a
        browser may put off for forty milliseconds: an answer consists of several small messages.
        """
        self.websocket_handler.set_nodelay(True)
        return super().connect()

    def on_restart_failed(self) -> Any:
        """Tell the page that the kernel is dead, and close."""
        super().on_restart_failed()
        self.websocket_handler.close(4000, "The kernel has died.")
