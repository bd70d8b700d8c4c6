"""The users of the htpasswd file as they are now: it is read again when it has changed."""

from __future__ import annotations

import os
from pathlib import Path

from homeport import errors
from homeport.registry.access import htpasswd


class Users:
    """Bcrypt hashes by name."""

    def __init__(self, path: Path) -> None:
        self._path = str(path)
        self._file = path
        self._stamp: tuple[int, ...] | None = None
        self.hashes: dict[str, bytes] = {}
        self.refresh()

    def refresh(self) -> bool:
        """Reads the file where it has changed; tells whether it had. Raises `SettingsError` where it can not be read."""
        try:
            found = os.stat(self._path)  # noqa: PTH116 - at each request, where pathlib costs twice as much
        except FileNotFoundError:
            stamp: tuple[int, ...] = ()
        except OSError as error:
            raise errors.SettingsError(
                f"The users in {self._path} could not be read: {error.strerror}.",
                hint="Check the rights of its folder.",
            ) from error
        else:
            stamp = (found.st_mtime_ns, found.st_ctime_ns, found.st_ino, found.st_size)
        if stamp == self._stamp:
            return False
        self.hashes = htpasswd.read(self._file)
        self._stamp = stamp
        return True
