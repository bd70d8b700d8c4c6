"""The secret by which commands of this machine's owner come in: a file that only they can read, new with each start.

https://www.rfc-editor.org/rfc/rfc6750#section-2.1
"""

from __future__ import annotations

import contextlib
import hmac
import os
import secrets
from pathlib import Path

from homeport.edge import http
from homeport.registry.access.caller import Known
from homeport.storage import disk

SECRET_BYTES = 32
"""https://www.rfc-editor.org/rfc/rfc6750#section-5.2 (token entropy)"""


OWNER = Known("owner", is_admin=True)
"""The owner of this machine: may do everything."""


class Control:
    """The file, from the start to the end of the process."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._text = secrets.token_urlsafe(SECRET_BYTES)

    def open(self) -> None:
        """Makes the file anew. Raises `StorageError` where that fails."""
        path = self._path
        temporary = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
        try:
            descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, disk.FILE_MODE)
            with os.fdopen(descriptor, "w") as file:
                file.write(self._text + "\n")
            temporary.replace(path)
        except OSError as error:
            temporary.unlink(missing_ok=True)
            raise disk.storage_error(f"{path} could not be written", error) from error

    def is_right(self, text: str) -> bool:
        """Whether it is what the file holds."""
        return text.isascii() and hmac.compare_digest(text, self._text)

    def is_sent_by(self, request: http.Request) -> bool:
        """Whether a request brings it."""
        scheme, _, text = request.headers.get("authorization", "").partition(" ")
        return scheme.lower() == "bearer" and self.is_right(text.strip())

    def close(self) -> None:
        """Removes the file, unless another process has made its own there."""
        with contextlib.suppress(OSError):
            if self._path.read_text().strip() == self._text:
                self._path.unlink()

    def __repr__(self) -> str:
        return f"Control({str(self._path)!r})"
