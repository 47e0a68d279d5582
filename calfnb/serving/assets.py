"""Static files, compressed once and cached by their content.

Voilà sends its front end and the JupyterLab extensions uncompressed, and lets the browser ask again for each of their
hundred files at every page. Here their addresses carry a digest of all of them, so that a browser may keep them for
good, and each is compressed once, when it is first asked for.
"""

from __future__ import annotations

import hashlib
import mimetypes
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tornado.web import HTTPError, RequestHandler

#: In front of the path of a file whose address changes whenever its content does.
VERSION_MARK = "v"
_TEXT = ("text/", "application/javascript", "application/json", "image/svg+xml", "application/wasm")
_COMPRESSION_LEVEL = 7
_YEAR_S = 365 * 24 * 3600


@dataclass(frozen=True)
class Asset:
    """One file as it is sent: compressed where that pays, with its type and the digest of its content."""

    body: bytes
    compressed: bool
    mime_type: str
    digest: str

    def plain(self) -> bytes:
        """Return the content for the rare client that cannot decompress."""
        return zlib.decompress(self.body, 16 + zlib.MAX_WBITS) if self.compressed else self.body


class Assets:
    """The files of some folders; the first folder that has a file wins.

    Parameters
    ----------
    roots : sequence of Path
        The folders.
    """

    def __init__(self, roots: Iterable[Path]) -> None:
        self.roots = tuple(root.resolve() for root in roots if root.is_dir())
        self.version = digest_of_files(self.roots)
        self._kept: dict[str, Asset] = {}

    def prefix(self) -> str:
        """Return what to put between the address of the folder and the path of a file."""
        return f"{VERSION_MARK}/{self.version}"

    def find(self, path: str) -> Asset | None:
        """Return a file, or None if there is none of that name."""
        kept = self._kept.get(path)
        if kept is None:
            file = self._file(path)
            if file is None:
                return None
            kept = self._kept[path] = read_asset(file)
        return kept

    def _file(self, path: str) -> Path | None:
        for root in self.roots:
            # An extension in development is a link to its sources, hence no strict look at where a link leads;
            # a path that climbs out of the root is none.
            file = root.joinpath(path)
            if ".." not in Path(path).parts and not Path(path).is_absolute() and file.is_file():
                return file
        return None


def read_asset(file: Path) -> Asset:
    """Read a file and compress it if it is text."""
    return pack(file.read_bytes(), mimetypes.guess_type(file.name)[0] or "application/octet-stream")


def pack(content: bytes, mime_type: str) -> Asset:
    """Compress a content if it is text."""
    digest = hashlib.sha256(content).hexdigest()[:20]
    if mime_type.startswith(_TEXT):
        packer = zlib.compressobj(_COMPRESSION_LEVEL, zlib.DEFLATED, 16 + zlib.MAX_WBITS)
        packed = packer.compress(content) + packer.flush()
        if len(packed) < len(content):
            return Asset(packed, True, mime_type, digest)
    return Asset(content, False, mime_type, digest)


def digest_of_files(roots: Sequence[Path]) -> str:
    """Summarise the names, sizes and times of all files of some folders."""
    summary = hashlib.sha256()
    for root in roots:
        for file in sorted(root.rglob("*")):
            if file.is_file():
                about = file.stat()
                summary.update(f"{file.relative_to(root)}\0{about.st_size}\0{about.st_mtime_ns}\n".encode())
    return summary.hexdigest()[:12]


class AssetHandler(RequestHandler):
    """Sends static files."""

    def initialize(self, assets: Assets) -> None:
        """Take the files."""
        self.assets = assets

    def get(self, path: str) -> None:
        """Send one file, or say that the browser's copy is still right."""
        mark, _, rest = path.partition("/")
        version, _, name = rest.partition("/")
        versioned = mark == VERSION_MARK and version == self.assets.version
        asset = self.assets.find(name if mark == VERSION_MARK else path)
        if asset is None:
            raise HTTPError(404)
        # An old version's address may be asked by a page from before a restart: it gets the file, not for good.
        send_asset(self, asset, for_good=versioned)

    def head(self, path: str) -> None:
        """Answer as ``get`` does; Tornado leaves out the body."""
        self.get(path)

    def write_error(self, status_code: int, **_kwargs: object) -> None:
        """Answer in plain text: nobody reads it but a developer."""
        self.set_header("Content-Type", "text/plain")
        self.finish(f"{status_code}\n")


def send_asset(handler: RequestHandler, asset: Asset, *, for_good: bool) -> None:
    """Send a file, or say that the browser's copy is still right.

    Parameters
    ----------
    handler : RequestHandler
        Sends it.
    asset : Asset
        The file.
    for_good : bool
        Whether its address changes with its content, so that a browser need not ask again.
    """
    handler.set_header("Content-Type", asset.mime_type)
    handler.set_header("ETag", f'"{asset.digest}"')
    handler.set_header("Vary", "Accept-Encoding")
    handler.set_header("X-Content-Type-Options", "nosniff")
    handler.set_header("Cache-Control", f"public, max-age={_YEAR_S}, immutable" if for_good else "no-cache")
    if handler.request.headers.get("If-None-Match", "").strip('W/"') == asset.digest:
        handler.set_status(304)
        handler.finish()
    elif asset.compressed and "gzip" in handler.request.headers.get("Accept-Encoding", ""):
        handler.set_header("Content-Encoding", "gzip")
        handler.finish(asset.body)
    else:
        handler.set_header("Content-Encoding", "identity")  # keeps the server from compressing it once more
        handler.finish(asset.plain())
