"""The TLS side: one context, renewed when its files change.

https://docs.python.org/3/library/ssl.html#ssl.SSLContext
"""

from __future__ import annotations

import logging
import ssl
from pathlib import Path

from homeport import errors
from homeport.edge import config

logger = logging.getLogger(__name__)


_State = tuple[int, int, int]


class Certificate:
    """The context for new connections, from a certificate and its key."""

    def __init__(self, files: config.TlsFiles) -> None:
        self._files = files
        self._seen = self._state()
        self.context = _load(files)

    def reload(self) -> None:
        """Takes the files as they are now; open connections keep what they have.

        Raises `HomeportError` where they cannot be used, and goes on with the former ones.
        """
        self._seen = self._state()
        self.context = _load(self._files)

    def reload_if_changed(self) -> None:
        """Looks whether the files have changed. A renewal that fails is logged and does not end the service."""
        if self._state() == self._seen:
            return
        try:
            self.reload()
        except errors.HomeportError as error:
            logger.error("The former certificate stays in use. %s", error)  # noqa: TRY400 - the text says it all
        else:
            logger.info("The certificate %s was taken anew", self._files.certificate)

    def _state(self) -> tuple[_State | None, ...]:
        return tuple(_state_of(path) for path in (self._files.certificate, self._files.key))


def _state_of(path: Path) -> _State | None:
    """By what a file that was changed is known; None for one that is not there, or out of reach."""
    try:
        status = path.stat()
    except OSError:
        return None
    return (status.st_mtime_ns, status.st_size, status.st_ino)


def _load(files: config.TlsFiles) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    # https://www.rfc-editor.org/rfc/rfc8996 : 1.0 and 1.1 must not be used any more
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.options |= ssl.OP_NO_RENEGOTIATION
    # The client's order counts among ciphers that are all good: those written in Go, as container engines are, ask for AES-128
    # first, which is a fifth faster. https://go.dev/blog/tls-cipher-suites
    context.options &= ~ssl.OP_CIPHER_SERVER_PREFERENCE
    context.set_alpn_protocols(["http/1.1"])
    for path in (files.certificate, files.key):
        _check(path)
    try:
        context.load_cert_chain(files.certificate, files.key, password=_no_password)
    except (OSError, ssl.SSLError, ValueError) as error:
        raise errors.HomeportError(
            f"The certificate {files.certificate} cannot be used with the key {files.key}: {error}",
            hint="Both must be PEM without a password, and belong together.",
        ) from error
    return context


def _check(path: Path) -> None:
    """OpenSSL would not say which of the two it cannot read."""
    try:
        with path.open("rb"):
            return
    except FileNotFoundError as error:
        raise errors.HomeportError(
            f"The TLS file {path} is not there.",
            hint="Put it there, or remove both certificate and key to have new ones made.",
        ) from error
    except OSError as error:
        raise errors.HomeportError(
            f"The TLS file {path} cannot be read: {errors.reason(error)}.",
            hint=f"The user who runs this must be able to read it: ls -l {path}",
        ) from error


def _no_password() -> str:
    """Keeps OpenSSL from asking for one on the terminal."""
    raise ValueError("the key has a password")
