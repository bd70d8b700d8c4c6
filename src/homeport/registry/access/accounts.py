"""The users as an admin changes them while the registry runs: the same file as `homeport users` changes, under the same lock."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import NamedTuple

from homeport import errors
from homeport.registry.access import htpasswd


class Account(NamedTuple):
    """A user."""

    name: str
    is_admin: bool
    is_kept: bool
    """Whether it is the stack's admin, who cannot be removed."""


class Accounts:
    """Users of an htpasswd file. `keeper` is the stack's admin, whose password is also in the file `kept`, where there is one."""

    def __init__(
        self,
        path: Path,
        admins: tuple[str, ...] = (),
        *,
        keeper: str = "",
        kept: Path | None = None,
    ) -> None:
        self._path = path
        self._admins = frozenset(admins)
        self._keeper = keeper
        self._kept = kept
        self._turn = asyncio.Lock()
        """One change at a time: each takes a thread, and waits there for the lock of the file."""

    async def all(self) -> list[Account]:
        """All that can log in, by name. Raises `SettingsError` where the file can not be read."""
        names = await asyncio.to_thread(htpasswd.users, self._path)
        return [Account(name, name in self._admins, self.is_kept(name)) for name in sorted(names)]

    def is_kept(self, name: str) -> bool:
        """Whether it is the stack's admin."""
        return bool(name) and name == self._keeper

    def is_writable(self) -> bool:
        """Whether users can be changed here, as far as that can be told without doing it."""
        return htpasswd.is_writable(self._path)

    async def put(self, name: str, password: str) -> bool:
        """Adds a user, or gives one that is there a new password; whether it is new.

        Raises `SettingsError` for a name or password that can not work, `htpasswd.Unwritable` where the file is not to be changed.
        """
        async with self._turn:
            return await asyncio.to_thread(self._put, name, password)

    async def remove(self, name: str) -> bool:
        """Removes a user; False where there is none of that name. Raises `htpasswd.Unwritable` where the file is not to be changed."""
        async with self._turn:
            return await asyncio.to_thread(self._remove, name)

    def _put(self, name: str, password: str) -> bool:
        is_new = name not in htpasswd.users(self._path)
        htpasswd.add(self._path, name, password)
        if self._kept is not None and self.is_kept(name):
            self._keep(self._kept, name, password)
        return is_new

    def _keep(self, path: Path, name: str, password: str) -> None:
        try:
            htpasswd.keep(path, password)
        except errors.StorageError as error:
            raise errors.StorageError(
                f"{name} has the new password, but {path.name} still holds the former one: it could not be written.",
                hint=error.hint,
            ) from error

    def _remove(self, name: str) -> bool:
        if name not in htpasswd.users(self._path):
            return False
        htpasswd.remove(self._path, name)
        return True
