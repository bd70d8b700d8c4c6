"""Who may come in: basic auth against the htpasswd file, with bcrypt paid once per credential and not per request.

https://www.rfc-editor.org/rfc/rfc7617
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import concurrent.futures
import hashlib
import os
import secrets
from pathlib import Path
from typing import TypeVar

from homeport import errors as faults
from homeport.edge import http
from homeport.registry import errors, limits
from homeport.registry.access import htpasswd

CHECKS_AT_ONCE = max(1, (os.cpu_count() or 2) // 2)
"""Threads that check passwords: half the machine stays free for those whose password is known."""

REALM = "homeport"

_KEY_BYTES = 32
V = TypeVar("V")


class Gate:
    """Tells users from strangers.

    What was verified is remembered under a keyed hash, so that memory holds no password, until the file changes. The key lives
    as long as the process. Wrong ones are remembered too: a client that retries with an old password costs bcrypt only once.
    """

    def __init__(self, path: Path) -> None:
        self._path = str(path)
        self._file = path
        self._key = secrets.token_bytes(_KEY_BYTES)
        self._stamp: tuple[int, ...] | None = None
        self._known: dict[str, bytes] = {}
        self._verified: dict[bytes, str] = {}
        self._refused: dict[bytes, None] = {}
        self._pending: dict[bytes, asyncio.Future[bool]] = {}
        self._threads = concurrent.futures.ThreadPoolExecutor(CHECKS_AT_ONCE, "bcrypt")
        self._reload_if_changed()

    def known_user(self, header: str) -> str | None:
        """The user of an Authorization header that was verified before; None says nothing about the others."""
        self._reload_if_changed()
        return self._verified.get(self._hash(header))

    async def verify(self, header: str) -> str | None:
        """The user of an Authorization header, or None where it is not right.

        Raises TOOMANYREQUESTS where too many wait for bcrypt already.
        """
        key = self._hash(header)
        if key in self._refused:
            return None
        credential = parse(header)
        if credential is None:
            return None
        user, password = credential
        known = self._known
        is_right = await asyncio.shield(self._check(key, user, password))
        if known is self._known:
            if is_right:
                _remember(self._verified, key, user)
            else:
                _remember(self._refused, key, None)
        return user if is_right else None

    def close(self) -> None:
        """Ends the threads."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _check(self, key: bytes, user: str, password: bytes) -> asyncio.Future[bool]:
        """One check for all that wait for the same credential."""
        pending = self._pending
        if key in pending:
            return pending[key]
        if len(pending) >= limits.PASSWORD_CHECKS_WAITING:
            raise errors.Failure("TOOMANYREQUESTS", headers=[("Retry-After", "5")])
        future = asyncio.get_running_loop().run_in_executor(
            self._threads, htpasswd.verify, self._known, user, password
        )
        pending[key] = future
        future.add_done_callback(lambda _: pending.pop(key, None))
        return future

    def _hash(self, header: str) -> bytes:
        return hashlib.blake2b(
            header.encode("utf-8", "surrogateescape"), key=self._key, digest_size=32
        ).digest()

    def _reload_if_changed(self) -> None:
        try:
            found = os.stat(self._path)  # noqa: PTH116 - at each request, where pathlib costs twice as much
        except FileNotFoundError:
            stamp: tuple[int, ...] | None = ()
        except OSError as error:
            raise faults.SettingsError(
                f"The users in {self._path} could not be read: {error.strerror}.",
                hint="Check the rights of its folder.",
            ) from error
        else:
            stamp = (found.st_mtime_ns, found.st_ctime_ns, found.st_ino, found.st_size)
        if stamp != self._stamp:
            self._known = htpasswd.read(self._file)
            self._stamp = stamp
            self._verified, self._refused, self._pending = {}, {}, {}


def parse(header: str) -> tuple[str, bytes] | None:
    """User and password of a Basic Authorization header; None for anything else."""
    scheme, _, token = header.partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        text = base64.b64decode(token.strip(), validate=True)
    except (binascii.Error, ValueError):
        return None
    user, colon, password = text.partition(b":")
    if not colon:
        return None
    return user.decode("utf-8", "surrogateescape"), password


def _remember(cache: dict[bytes, V], key: bytes, value: V) -> None:
    if len(cache) >= limits.CREDENTIALS:
        del cache[next(iter(cache))]
    cache[key] = value


def challenge() -> http.Response:
    """The 401 that makes a client send its credential: https://distribution.github.io/distribution/spec/api/#api-version-check"""
    return errors.response(
        errors.Failure("UNAUTHORIZED", headers=[("WWW-Authenticate", f'Basic realm="{REALM}"')])
    )
