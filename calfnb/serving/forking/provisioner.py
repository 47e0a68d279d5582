"""A kernel provisioner that forks kernels from an imported process instead of starting them from nothing."""

from __future__ import annotations

import asyncio
import os
import sys
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any, cast

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.provisioning.factory import KernelProvisionerFactory
from jupyter_client.provisioning.local_provisioner import LocalProvisioner

from .client import ForkServer, ForkServerError

__all__ = ["ForkServer", "ForkingProvisioner", "register_provisioner"]

NAME = "forking-provisioner"


class ForkingProvisioner(LocalProvisioner):
    """Fork IPython kernels of this Python; start any other kernel, or one that cannot be forked, as usual."""

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """Launch a kernel.

        Parameters
        ----------
        cmd : list of str
            The command of the kernel spec, its places filled in.
        **kwargs
            ``env`` and ``cwd`` of the kernel; ``branch``, when it is to start with the variables of cells that were
            run before (see `ForkServer.grow`).

        Raises
        ------
        ForkServerError
            When there is no such branch: an ordinary kernel would lack what its page relies on.
        """
        branch = kwargs.pop("branch", None)
        arguments = kernel_arguments(cmd)
        if branch is None and (arguments is None or not ForkServer.available()):
            return await super().launch_kernel(cmd, **kwargs)
        if arguments is None:
            raise ForkServerError("only IPython kernels of this Python can be forked")
        server = ForkServer.instance(parent=self.parent)
        cwd = kwargs.get("cwd")
        try:
            # In a thread: a fork takes some ten milliseconds, which a server with thirty visitors does not have.
            process = await asyncio.to_thread(
                server.fork,
                arguments,
                env=dict(kwargs.get("env") or os.environ),
                cwd=str(cwd) if cwd else None,
                branch=branch,
            )
        except ForkServerError as error:
            if branch is not None:
                raise
            self.log.warning("Starting an ordinary kernel instead, which takes longer: %s.", error)
            return await super().launch_kernel(cmd, **kwargs)
        self.process = cast(Any, process)  # as much of a Popen as jupyter_client asks for
        self.pid = process.pid
        self.pgid = None  # the handle signals the group itself, and only while the kernel lives
        self.cwd = cwd or Path.cwd()
        return self.connection_info


def kernel_arguments(cmd: list[str]) -> list[str] | None:
    """Return what follows ``-m ipykernel_launcher`` in a kernel's command, or None for a command of another kind."""
    if "-m" not in cmd[:-1] or not same_python(cmd[0]):
        return None
    at = cmd.index("-m")
    # Options of the interpreter are the parent's; only such as change nothing for a kernel may be passed over.
    if cmd[at + 1] not in ("ipykernel_launcher", "ipykernel") or any(not each.startswith("-X") for each in cmd[1:at]):
        return None
    return cmd[at + 2 :]


def same_python(python: str) -> bool:
    """Tell whether a path is that of the running interpreter, in the same environment."""
    try:
        return Path(python).absolute() == Path(sys.executable).absolute() or (
            Path(python).parent == Path(sys.executable).parent and Path(python).samefile(sys.executable)
        )
    except OSError:
        return False


def register_provisioner() -> None:
    """Make the provisioner known where its entry point is not, as in an older editable installation."""
    KernelProvisionerFactory.provisioners.setdefault(
        NAME, EntryPoint(NAME, f"{__name__}:ForkingProvisioner", KernelProvisionerFactory.GROUP_NAME)
    )
