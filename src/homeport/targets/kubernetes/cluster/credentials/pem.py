"""Hands certificates and keys to `ssl`, which reads files only, without leaving a file behind.

https://docs.python.org/3/library/ssl.html#ssl.SSLContext.load_cert_chain
"""

from __future__ import annotations

import contextlib
import importlib
import os
import ssl
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol, cast

from homeport.targets.kubernetes.cluster import errors
from homeport.targets.kubernetes.cluster.credentials.presented import Pair

_DESCRIPTORS = Path("/proc/self/fd")


class _Tempfile(Protocol):
    def mkstemp(self, *, prefix: str) -> tuple[int, str]: ...


def load(context: ssl.SSLContext, pair: Pair, whose: str) -> None:
    """Has connections of the context present the pair. Raises `Unconfigured` where it is none."""
    with readable(pair.certificate.rstrip() + b"\n" + pair.key) as path:
        try:
            # The empty passphrase keeps OpenSSL from asking for one on the terminal.
            context.load_cert_chain(path, password="")
        except (ssl.SSLError, ValueError) as error:
            raise errors.Unconfigured(
                f"The client certificate and key of {whose} can not be used: {_why(error, pair)}."
            ) from None


@contextlib.contextmanager
def readable(content: bytes) -> Iterator[Path]:
    """A path that only this process can read from, while it lasts: memory on Linux, elsewhere a file that is gone right after."""
    descriptor = _memory()
    path = _DESCRIPTORS / str(descriptor)
    if descriptor is None:
        tempfile = cast("_Tempfile", importlib.import_module("tempfile"))
        descriptor, name = tempfile.mkstemp(prefix="homeport-")
        path = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            yield path
    finally:
        if path.parent != _DESCRIPTORS:
            path.unlink()


def _memory() -> int | None:
    """An anonymous file: https://man7.org/linux/man-pages/man2/memfd_create.2.html"""
    if not hasattr(os, "memfd_create") or not _DESCRIPTORS.is_dir():
        return None
    return os.memfd_create("credential")


def _why(error: Exception, pair: Pair) -> str:
    if getattr(error, "reason", None) == "KEY_VALUES_MISMATCH":
        return "they do not belong together"
    if b"ENCRYPTED" in pair.key:
        return "the key has a passphrase, which a kubeconfig can not hold"
    return "they are not PEM, or of a kind that OpenSSL does not know"
