"""Kernels that live as long as their page, and a socket that closes when its kernel is dead."""

from __future__ import annotations

from typing import Any

from jupyter_server._tz import utcnow
from jupyter_server.services.kernels.connection.channels import ZMQChannelsWebsocketConnection
from jupyter_server.services.kernels.kernelmanager import AsyncMappingKernelManager


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


class PageConnection(ZMQChannelsWebsocketConnection):
    """Close the page's socket when its kernel has died.

    The message "dead" alone does not reach the page: Voilà's front end shows nothing and keeps the socket open.
    A closed socket that cannot be opened again does.
    """

    def on_restart_failed(self) -> Any:
        """Tell the page that the kernel is dead, and close."""
        super().on_restart_failed()
        self.websocket_handler.close(4000, "The kernel has died.")
