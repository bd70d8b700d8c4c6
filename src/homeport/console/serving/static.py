"""The style sheet, the scripts and the icon: read once, told by a digest in their address, so that a browser keeps them for ever."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import NamedTuple

from homeport.console.serving import compressing
from homeport.edge import http

FOLDER = Path(__file__).parent.parent / "static"
PREFIX = "/static/"
TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
_FOR_EVER = "public, max-age=31536000, immutable"


class _File(NamedTuple):
    content: bytes
    compressed: bytes
    type: str
    digest: str


class Static:
    """All files of a folder."""

    def __init__(self, folder: Path = FOLDER) -> None:
        self._files = {
            path.relative_to(folder).as_posix(): _read(path)
            for path in sorted(folder.rglob("*"))
            if path.suffix in TYPES
        }

    def url(self, name: str) -> str:
        """The address of a file, which changes with it."""
        return f"{PREFIX}{name}?{self._files[name].digest}"

    def answer(self, request: http.Request) -> http.Response:
        """A file."""
        found = self._files.get(request.path.removeprefix(PREFIX))
        if found is None:
            return http.Response(404, [("Content-Type", "text/plain")], b"There is no such file.\n")
        is_named = request.query == found.digest
        headers = [
            ("Content-Type", found.type),
            ("ETag", f'"{found.digest}"'),
            ("Cache-Control", _FOR_EVER if is_named else "no-cache"),
            ("Vary", "Accept-Encoding"),
        ]
        if f'"{found.digest}"' in request.headers.get("if-none-match", ""):
            return http.Response(304, headers)
        if compressing.takes_gzip(request):
            return http.Response(200, [*headers, ("Content-Encoding", "gzip")], found.compressed)
        return http.Response(200, headers, found.content)


def _read(path: Path) -> _File:
    content = path.read_bytes()
    digest = hashlib.sha256(content).hexdigest()[:12]
    return _File(content, compressing.gzip(content, 9), TYPES[path.suffix], digest)
