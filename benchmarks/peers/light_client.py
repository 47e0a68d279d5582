"""Readers without a browser: each does what a page must do until everything it shows has arrived, no more.

    python light_client.py KIND ADDRESS READERS LIMIT_S

All readers come at once. Prints JSON: ``ready_s``, how long each took, and ``errors`` of those that were not served
within the limit. Runs in the environment of the peers, whose message formats it borrows.

voila      page, socket of its kernel, the states of all widgets
streamlit  page, socket, one run of the script to its end
panel      page (which runs the script), socket, the whole document
dash       page, layout, dependencies
solara     page, socket, one run of the app to its end; not the states of its widgets, since of several readers who ask
           for them in one moment some get no answer
"""

from __future__ import annotations

import asyncio
import json
import re
import sys
import time
import uuid
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import urlsplit

from tornado.httpclient import AsyncHTTPClient, HTTPRequest, HTTPResponse
from tornado.websocket import WebSocketClientConnection, websocket_connect

BIGGEST = 1 << 28


async def fetch(url: str, **options: Any) -> HTTPResponse:
    """Ask for one address; there are no parts of a page here, so nothing is cached."""
    return await AsyncHTTPClient(max_clients=500).fetch(
        HTTPRequest(url, request_timeout=600, connect_timeout=600, **options)
    )


async def connect(url: str, cookie: str = "", **options: Any) -> WebSocketClientConnection:
    """Open a socket."""
    request = HTTPRequest(url, headers={"Cookie": cookie} if cookie else {}, connect_timeout=600, request_timeout=600)
    return await websocket_connect(request, max_message_size=BIGGEST, **options)


async def until(socket: WebSocketClientConnection, wanted: str) -> bytes:
    """Read until a message holds some text."""
    while (answer := await socket.read_message()) is not None:
        body = answer if isinstance(answer, bytes) else answer.encode()
        if wanted.encode() in body:
            return body
    raise ConnectionError("the socket was closed")


def jupyter(kind: str, content: dict[str, Any], session: str, version: str = "") -> str:
    """A message to a kernel."""
    header = {"msg_id": uuid.uuid4().hex, "username": "", "session": session, "msg_type": kind, "version": "5.3",
              "date": "2026-01-01T00:00:00Z"}  # fmt: skip
    return json.dumps({"header": header, "parent_header": {}, "metadata": {"version": version} if version else {},
                       "content": content, "channel": "shell", "buffers": []})  # fmt: skip


async def states(socket: WebSocketClientConnection, session: str) -> None:
    """Ask for the states of all widgets, and get them."""
    comm = uuid.uuid4().hex
    opening = {"comm_id": comm, "target_name": "jupyter.widget.control", "data": {}}
    await socket.write_message(jupyter("comm_open", opening, session, "1.0.0"))
    asking = {"comm_id": comm, "data": {"method": "request_states"}}
    await socket.write_message(jupyter("comm_msg", asking, session))
    await until(socket, "update_states")


async def voila(url: str) -> Callable[[], Awaitable[object]]:
    """Load a Voilà page; the kernel is ended afterwards."""
    page = await fetch(url)
    kernel = re.search(r'"kernelId":\s*"([^"]+)"', page.body.decode()).group(1)  # type: ignore[union-attr]
    found = re.search(r"_xsrf=([^;]+)", " ".join(page.headers.get_list("Set-Cookie")))
    # Cookie and header only have to agree.
    token = found.group(1) if found else "2|00000000|00000000000000000000000000000000|1700000000"
    site, session = urlsplit(url).netloc, uuid.uuid4().hex
    socket = await connect(f"ws://{site}/api/kernels/{kernel}/channels?session_id={session}")
    await states(socket, session)

    async def leave() -> None:
        socket.close()
        headers = {"Cookie": f"_xsrf={token}", "X-XSRFToken": token, "Referer": f"http://{site}/"}
        await fetch(f"http://{site}/api/kernels/{kernel}", method="DELETE", headers=headers)

    return leave


async def streamlit(url: str) -> Callable[[], Awaitable[object]]:
    """Run a Streamlit script to its end."""
    from streamlit.proto.BackMsg_pb2 import BackMsg
    from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

    await fetch(url)
    socket = await connect(f"ws://{urlsplit(url).netloc}/_stcore/stream", subprotocols=["streamlit"])
    asking = BackMsg()
    asking.rerun_script.query_string = ""
    await socket.write_message(asking.SerializeToString(), binary=True)
    while (answer := await socket.read_message()) is not None:
        message = ForwardMsg()
        message.ParseFromString(answer)
        if message.WhichOneof("type") == "script_finished":
            return closing(socket)
    raise ConnectionError("the socket was closed")


async def panel(url: str) -> Callable[[], Awaitable[object]]:
    """Load a Panel page and its document."""
    page = (await fetch(url)).body.decode()
    token = re.search(r'"token":\s*"([^"]+)"', page).group(1)  # type: ignore[union-attr]
    parts = urlsplit(url)
    socket = await connect(f"ws://{parts.netloc}{parts.path}/ws", subprotocols=["bokeh", token])
    await until(socket, '"ACK"')
    for part in ({"msgid": uuid.uuid4().hex, "msgtype": "PULL-DOC-REQ"}, {}, {}):
        await socket.write_message(json.dumps(part))
    await until(socket, "PULL-DOC-REPLY")
    await until(socket, "roots")
    return closing(socket)


async def dash(url: str) -> Callable[[], Awaitable[object]]:
    """Load a Dash layout, which holds the first figures."""
    for part in ("", "_dash-layout", "_dash-dependencies"):
        await fetch(url + part)
    return nothing


async def solara(url: str) -> Callable[[], Awaitable[object]]:
    """Run a Solara app."""
    page = await fetch(url)
    cookie = "; ".join(each.split(";")[0] for each in page.headers.get_list("Set-Cookie"))
    session, kernel, comm = uuid.uuid4().hex, str(uuid.uuid4()), uuid.uuid4().hex
    socket = await connect(
        f"ws://{urlsplit(url).netloc}/jupyter/api/kernels/{kernel}/channels?session_id={session}", cookie
    )
    opening = {"comm_id": comm, "target_name": "solara.control", "data": {}}
    await socket.write_message(jupyter("comm_open", opening, session))
    run = {
        "comm_id": comm,
        "data": {"method": "run", "args": {"path": "", "appName": None, "themes": {}, "dark": False}},
    }
    await socket.write_message(jupyter("comm_msg", run, session))
    await until(socket, '"finished"')
    return closing(socket)


def closing(socket: WebSocketClientConnection) -> Callable[[], Awaitable[object]]:
    """Leave by closing the socket."""

    async def leave() -> None:
        socket.close()

    return leave


async def nothing() -> None:
    """Nothing is held for a reader, so nothing is to be left."""


READERS = {"voila": voila, "streamlit": streamlit, "panel": panel, "dash": dash, "solara": solara}


async def burst(kind: str, url: str, count: int, limit_s: float) -> dict[str, Any]:
    """Let readers come at once; give up on those who are not served in time."""

    async def one() -> tuple[float, Callable[[], Awaitable[object]]]:
        begun = time.perf_counter()
        leave = await READERS[kind](url)
        return time.perf_counter() - begun, leave

    tasks = [asyncio.ensure_future(one()) for _ in range(count)]
    done, late = await asyncio.wait(tasks, timeout=limit_s)
    for task in late:
        task.cancel()
    served = [task.result() for task in done if task.exception() is None]
    errors = [repr(task.exception()) for task in done if task.exception() is not None]
    leaving = [asyncio.ensure_future(leave()) for _, leave in served]
    if leaving:
        await asyncio.wait(leaving, timeout=20)
    return {"ready_s": sorted(seconds for seconds, _ in served), "errors": errors + ["not in time"] * len(late)}


if __name__ == "__main__":
    print(json.dumps(asyncio.run(burst(sys.argv[1], sys.argv[2], int(sys.argv[3]), float(sys.argv[4])))))
