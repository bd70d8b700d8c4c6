"""What becomes of the errors of sockets and TLS: one that may pass, or one that a person must see to."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator

from urllib3 import exceptions

from homeport import errors
from homeport.net.dns.pihole.wire.reply import Broken

RAISED = (exceptions.HTTPError, OSError, ValueError)
"""What urllib3 raises; ValueError for a connection that was closed while it was being read."""
_UNSENT = (exceptions.NewConnectionError, exceptions.ConnectTimeoutError)
# https://docs.openssl.org/3.0/man3/X509_STORE_CTX_get_error/
_NOT_YET, _EXPIRED, _OTHER_NAME, _OTHER_ADDRESS = 9, 10, 62, 64
_NO_TLS = frozenset({"WRONG_VERSION_NUMBER", "HTTP_REQUEST", "RECORD_LAYER_FAILURE"})


def translated(error: Exception, where: str) -> Broken | errors.HomeportError:
    """What to raise instead; its text says why in our own words, and holds nothing of what was sent."""
    root = _root(error)
    if isinstance(root, ssl.SSLCertVerificationError):
        return _distrusted(root, where)
    if isinstance(root, ssl.SSLError) and root.reason in _NO_TLS:
        return errors.HomeportError(
            f"What answers at {where} does not speak TLS.",
            hint="If it has no HTTPS, pihole.url begins with http://.",
        )
    return Broken(_why(error, root), was_sent=not isinstance(error, _UNSENT))


def _root(error: BaseException) -> BaseException:
    """What was raised first: urllib3 wraps it, and wraps that."""
    inner = next(_inner(error), None)
    return error if inner is None else _root(inner)


def _inner(error: BaseException) -> Iterator[BaseException]:
    wrapped = getattr(error, "original_error", None), *error.args, error.__cause__
    yield from (part for part in wrapped if isinstance(part, BaseException))


def _why(error: Exception, root: BaseException) -> str:
    if isinstance(root, ConnectionRefusedError):
        return "connection refused"
    if isinstance(root, socket.gaierror):
        return "its name is not known here"
    if isinstance(root, TimeoutError) or isinstance(error, exceptions.TimeoutError):
        is_new = isinstance(error, exceptions.ConnectTimeoutError)
        return "no connection in time" if is_new else "no answer in time"
    if isinstance(error, exceptions.NewConnectionError) and isinstance(root, OSError):
        return (root.strerror or "no connection").lower()
    return "the connection was closed in the middle of it"


def _distrusted(error: ssl.SSLCertVerificationError, where: str) -> errors.HomeportError:
    if error.verify_code in {_OTHER_NAME, _OTHER_ADDRESS}:
        return errors.HomeportError(
            f"The certificate of {where} is for another name.",
            hint="A Pi-hole's own is for the name in its setting webserver.domain, by default pi.hole:"
            " ask it by that name (pihole.url).",
        )
    if error.verify_code in {_EXPIRED, _NOT_YET}:
        state = "has expired" if error.verify_code == _EXPIRED else "is not valid yet"
        return errors.HomeportError(
            f"The certificate of {where} {state}.", hint="See the clocks of both machines."
        )
    return errors.HomeportError(
        f"The certificate of {where} is not trusted: {error.verify_message}.",
        hint="A Pi-hole signs its own. Copy the CA from it, in /etc/pihole/tls_ca.crt"
        " (https://docs.pi-hole.net/api/tls/), and name the file in pihole.ca.",
    )
