"""Kernels forked from an imported process: start, interrupt, restart, end, exit codes, and what dies when."""

from __future__ import annotations

import asyncio
import fcntl
import os
import resource
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning.factory import KernelProvisionerFactory
from served import alive, wait_until
from traitlets.config import Config

from calfnb.serving.forking import parent
from calfnb.serving.forking.client import ForkedProcess, ForkServer, ForkServerError, stamp
from calfnb.serving.forking.provisioner import ForkingProvisioner, kernel_arguments, register_provisioner

pytestmark = [
    pytest.mark.skipif(not ForkServer.available(), reason="this system cannot fork kernels"),
    # jupyter_client leaves the sockets of its own closed channels to the garbage collector.
    pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning"),
]


@pytest.fixture
def config() -> Iterator[Config]:
    """Configuration of a manager whose kernels are forked; the parent ends with the test."""
    register_provisioner()
    config = Config()
    config.KernelProvisionerFactory.default_provisioner_name = "forking-provisioner"
    config.ForkServer.preload = ["colorsys"]
    config.ForkServer.leave_out = ["rfc3987_syntax", "debugpy"]
    config.KernelManager.transport = "ipc"
    for each in (ForkServer, KernelProvisionerFactory):
        each.clear_instance()
    KernelProvisionerFactory.instance(config=config)
    yield config
    if ForkServer.initialized():
        ForkServer.instance().close()
    for each in (ForkServer, KernelProvisionerFactory):
        each.clear_instance()


@asynccontextmanager
async def kernel(config: Config, tmp_path: Path) -> AsyncIterator[tuple[AsyncKernelManager, Any]]:
    """A started kernel and a client that is connected to it."""
    manager = AsyncKernelManager(config=config, connection_file=str(tmp_path / "k.json"))
    await manager.start_kernel(cwd=str(tmp_path))
    client = manager.client()
    client.start_channels()
    try:
        await client.wait_for_ready(timeout=30)
        yield manager, client
    finally:
        client.stop_channels()
        if manager.has_kernel:
            await manager.shutdown_kernel(now=True)


async def run(client: Any, code: str) -> str:
    """Run code in a kernel; return what it printed, or the name of its error."""
    printed: list[str] = []

    def hook(message: dict[str, Any]) -> None:
        if message["msg_type"] == "stream":
            printed.append(message["content"]["text"])

    reply = await client.execute_interactive(code, output_hook=hook, timeout=30)
    return reply["content"].get("ename") or "".join(printed).strip()


def process_of(manager: AsyncKernelManager) -> ForkedProcess:
    assert isinstance(manager.provisioner, ForkingProvisioner)
    process: Any = manager.provisioner.process
    assert isinstance(process, ForkedProcess)
    return process


Scenario = Callable[[AsyncKernelManager, Any], Awaitable[None]]


def with_kernel(config: Config, tmp_path: Path, scenario: Scenario) -> None:
    """Run a scenario with one kernel."""

    async def go() -> None:
        async with kernel(config, tmp_path) as (manager, client):
            await scenario(manager, client)

    asyncio.run(asyncio.wait_for(go(), 90))


def test_a_kernel_is_a_fork_with_the_imports_done_and_its_own_folder(config: Config, tmp_path: Path) -> None:
    async def scenario(_manager: AsyncKernelManager, client: Any) -> None:
        assert await run(client, "import os; print(os.getppid())") == str(ForkServer.instance().pid)
        assert await run(client, "import sys; print('colorsys' in sys.modules)") == "True"
        assert await run(client, "print(os.getcwd())") == str(tmp_path)
        assert await run(client, "print(os.getsid(0) == os.getpid())") == "True"
        assert await run(client, "print(__name__)") == "__main__"

    with_kernel(config, tmp_path, scenario)


def test_siblings_get_environments_and_random_numbers_of_their_own(config: Config, tmp_path: Path) -> None:
    code = "import random, os; print(random.random(), os.environ['WHO'])"

    async def go() -> list[str]:
        answers = []
        for who in ("a", "b"):
            folder = tmp_path / who
            folder.mkdir()
            manager = AsyncKernelManager(config=config, connection_file=str(folder / "k.json"))
            await manager.start_kernel(env={**os.environ, "WHO": who})
            client = manager.client()
            client.start_channels()
            await client.wait_for_ready(timeout=30)
            answers.append(await run(client, code))
            client.stop_channels()
            await manager.shutdown_kernel(now=True)
        return answers

    first, second = asyncio.run(asyncio.wait_for(go(), 90))
    assert first.split()[1] == "a"
    assert second.split()[1] == "b"
    assert first.split()[0] != second.split()[0]


def test_widgets_that_were_imported_before_the_fork_reach_the_page(config: Config, tmp_path: Path) -> None:
    config.ForkServer.preload = ["ipywidgets"]

    async def scenario(_manager: AsyncKernelManager, client: Any) -> None:
        assert await run(client, "import comm; print('jupyter.widget' in comm.get_comm_manager().targets)") == "True"
        opened: list[str] = []

        def hook(message: dict[str, Any]) -> None:
            if message["msg_type"] == "comm_open":
                opened.append(message["content"]["target_name"])

        await client.execute_interactive("import ipywidgets; ipywidgets.Label('x')", output_hook=hook, timeout=30)
        assert "jupyter.widget" in opened

    with_kernel(config, tmp_path, scenario)


def test_an_interrupt_stops_the_cell_and_keeps_the_kernel(config: Config, tmp_path: Path) -> None:
    async def scenario(manager: AsyncKernelManager, client: Any) -> None:
        running = asyncio.ensure_future(run(client, "import time\nprint('go', flush=True)\ntime.sleep(60)"))
        while not running.done():
            await manager.interrupt_kernel()
            await asyncio.wait([running], timeout=0.2)
        assert await running == "KeyboardInterrupt"
        assert await run(client, "print('alive')") == "alive"

    with_kernel(config, tmp_path, scenario)


def test_a_restart_is_another_process_on_the_same_connection(config: Config, tmp_path: Path) -> None:
    async def scenario(manager: AsyncKernelManager, client: Any) -> None:
        first = process_of(manager).pid
        await run(client, "x = 1")
        await manager.restart_kernel(now=True)
        await client.wait_for_ready(timeout=30)
        assert process_of(manager).pid != first
        assert not alive(first)
        assert await run(client, "x") == "NameError"

    with_kernel(config, tmp_path, scenario)


@pytest.mark.parametrize(
    ("code", "expected"),
    [("import os; os._exit(7)", 7), ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", -signal.SIGKILL)],
)
def test_the_exit_code_is_known(config: Config, tmp_path: Path, code: str, expected: int) -> None:
    async def scenario(manager: AsyncKernelManager, client: Any) -> None:
        process = process_of(manager)
        client.execute(code)
        assert await asyncio.to_thread(process.wait, 20) == expected
        assert await manager.is_alive() is False

    with_kernel(config, tmp_path, scenario)


def test_a_kernel_is_seen_and_ended_in_a_server_with_thousands_of_open_files() -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    above = 1500
    if hard != resource.RLIM_INFINITY and hard <= above:
        pytest.skip("this system allows too few open files")
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, above + 10), hard))
    sleeper = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE, start_new_session=True)
    reading, writing = os.pipe()
    small = os.pidfd_open(sleeper.pid)
    try:
        handle, report = (fcntl.fcntl(each, fcntl.F_DUPFD, above) for each in (small, reading))
        process = ForkedProcess(sleeper.pid, handle, report)
        assert process.poll() is None
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(timeout=0.01)
        process.kill()
        os.write(writing, b"-9")
        assert process.wait(timeout=30) == -signal.SIGKILL
    finally:
        sleeper.kill()
        sleeper.communicate()
        for each in (small, reading, writing):
            os.close(each)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_a_polite_shutdown_ends_with_code_zero_and_leaves_no_zombie(config: Config, tmp_path: Path) -> None:
    async def scenario(manager: AsyncKernelManager, _client: Any) -> None:
        process = process_of(manager)
        await manager.shutdown_kernel()
        assert process.returncode == 0
        wait_until(lambda: not Path(f"/proc/{process.pid}").exists())

    with_kernel(config, tmp_path, scenario)


def test_kernels_survive_the_death_of_their_parent_and_the_next_comes_from_another(
    config: Config, tmp_path: Path
) -> None:
    async def scenario(manager: AsyncKernelManager, client: Any) -> None:
        server = ForkServer.instance()
        first_parent = server.pid
        assert first_parent is not None
        os.kill(first_parent, signal.SIGKILL)
        wait_until(lambda: server.pid is None)
        assert await run(client, "print('alive')") == "alive"
        other = tmp_path / "other"
        other.mkdir()
        async with kernel(config, other) as (second, second_client):
            assert await run(second_client, "print('alive')") == "alive"
            assert server.pid not in (None, first_parent)
            assert alive(process_of(second).pid)
        # Nobody can report this one's code any more; that it has ended is still seen.
        process = process_of(manager)
        await manager.shutdown_kernel(now=True)
        assert process.returncode == ForkedProcess.UNKNOWN

    with_kernel(config, tmp_path, scenario)


def test_a_changed_file_renews_the_parent(config: Config, tmp_path: Path) -> None:
    watched = tmp_path / "watched"
    watched.mkdir()
    (watched / "table.csv").write_text("a")
    config.ForkServer.watch = [str(watched)]

    async def scenario(manager: AsyncKernelManager, client: Any) -> None:
        server = ForkServer.instance()
        before = server.pid
        (watched / "table.csv").write_text("a,b")
        server._looked_s = 0.0
        await manager.restart_kernel(now=True)
        await client.wait_for_ready(timeout=30)
        assert server.pid not in (None, before)

    with_kernel(config, tmp_path, scenario)


def test_what_cannot_be_imported_falls_back_to_an_ordinary_kernel(config: Config, tmp_path: Path) -> None:
    config.ForkServer.preload = ["there_is_no_such_module"]

    async def scenario(manager: AsyncKernelManager, client: Any) -> None:
        assert manager.provisioner is not None
        assert not isinstance(manager.provisioner.process, ForkedProcess)  # type: ignore[attr-defined]
        assert await run(client, "print('alive')") == "alive"

    with_kernel(config, tmp_path, scenario)


@pytest.mark.parametrize(
    ("preload", "why"),
    [("threaded", "thread"), ("looped", "event loop"), ("contexted", "ZeroMQ"), ("failing", "ValueError: no")],
)
def test_a_parent_that_would_not_survive_a_fork_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, preload: str, why: str
) -> None:
    sources = {
        "threaded": "import threading, time\nthreading.Thread(target=time.sleep, args=(60,), daemon=True).start()",
        "looped": "import asyncio\nloop = asyncio.new_event_loop()",
        "contexted": "import zmq\ncontext = zmq.Context()",
        "failing": "raise ValueError('no')",
    }
    (tmp_path / f"{preload}.py").write_text(sources[preload])
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    server = ForkServer(preload=[preload])
    try:
        with pytest.raises(ForkServerError, match=why):
            server.fork(["-f", str(tmp_path / "k.json")], env=dict(os.environ), cwd=None)
    finally:
        server.close()


def test_a_parent_that_does_not_answer_is_given_up_in_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "slow_import.py").write_text("import time\ntime.sleep(60)")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    server = ForkServer(preload=["slow_import"], start_timeout_s=0.5)
    try:
        with pytest.raises(ForkServerError, match="does not answer"):
            server.fork(["-f", str(tmp_path / "k.json")], env=dict(os.environ), cwd=None)
        assert server.pid is None
    finally:
        server.close()


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ([sys.executable, "-m", "ipykernel_launcher", "-f", "k.json"], ["-f", "k.json"]),
        ([sys.executable, "-Xfrozen_modules=off", "-m", "ipykernel_launcher", "-f", "k"], ["-f", "k"]),
        ([sys.executable, "-O", "-m", "ipykernel_launcher", "-f", "k"], None),
        (["/usr/bin/env", "-m", "ipykernel_launcher", "-f", "k"], None),
        ([sys.executable, "-m", "bash_kernel", "-f", "k"], None),
        (["R", "--slave"], None),
    ],
)
def test_only_ipython_kernels_of_this_python_are_forked(command: list[str], expected: list[str] | None) -> None:
    assert kernel_arguments(command) == expected


def test_a_forgiven_module_may_be_missing_but_not_broken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    parent.load("?there_is_no_such_module")
    parent.load("?there_is_no_such_module.sub:function")
    with pytest.raises(ModuleNotFoundError):
        parent.load("there_is_no_such_module")
    (tmp_path / "needs_another.py").write_text("import there_is_no_such_module")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(ModuleNotFoundError):
        parent.load("?needs_another")


def test_a_stamp_sees_changes_and_ignores_compiled_files(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("a")
    before = stamp([str(tmp_path)])
    (tmp_path / "__pycache__").mkdir()
    (tmp_path / "__pycache__" / "a.pyc").write_text("compiled")
    assert stamp([str(tmp_path)]) == before
    (tmp_path / "b.py").write_text("b")
    assert stamp([str(tmp_path)]) != before
    assert stamp(["calfnb"])
    assert stamp(["there_is_no_such_module"]) == ()
