"""What becomes of the errors of sockets and TLS: one that may pass, or one that a person must see to."""

from __future__ import annotations

import errno
import socket
import ssl
from collections.abc import Iterator

from urllib3 import exceptions

from homeport.targets.kubernetes.cluster import errors
from homeport.targets.kubernetes.cluster.configuration.access import Access
from homeport.targets.kubernetes.cluster.wire.retrying import Broken

RAISED = (exceptions.HTTPError, OSError, ValueError)
"""What urllib3 raises; ValueError for a connection that was closed while it was being read."""
_UNSENT = (
    exceptions.NewConnectionError,
    exceptions.ConnectTimeoutError,
    exceptions.EmptyPoolError,
    exceptions.ProxyError,
)
# https://docs.openssl.org/3.0/man3/X509_STORE_CTX_get_error/
_NOT_YET, _EXPIRED, _OTHER_NAME, _OTHER_ADDRESS = 9, 10, 62, 64


def translated(error: Exception, access: Access) -> Broken | errors.ClusterError:
    """What to raise instead; its text says why in our own words, and holds nothing of what was sent."""
    root = _root(error)
    where = f"{access.server} (context {access.context!r})"
    if isinstance(root, ssl.SSLCertVerificationError):
        return _distrusted(root, where, access.source)
    if isinstance(root, socket.gaierror) and root.errno != socket.EAI_AGAIN:
        return errors.Unreachable(
            f"The name of {where} is not known.",
            hint=f"See the server in {access.source}, and whether your DNS knows it.",
        )
    if isinstance(root, ssl.SSLError) and root.reason in _NO_TLS:
        return errors.Unreachable(
            f"What answers at {where} does not speak TLS.",
            hint=f"See the server in {access.source}: kubectl config view",
        )
    return Broken(_why(error, root), was_sent=not isinstance(error, _UNSENT))


_NO_TLS = {"WRONG_VERSION_NUMBER", "HTTP_REQUEST", "RECORD_LAYER_FAILURE"}


def _root(error: BaseException) -> BaseException:
    """What was raised first: urllib3 wraps it, and wraps that."""
    inner = next(_inner(error), None)
    return error if inner is None else _root(inner)


def _inner(error: BaseException) -> Iterator[BaseException]:
    wrapped = getattr(error, "original_error", None), *error.args, error.__cause__
    yield from (part for part in wrapped if isinstance(part, BaseException))


def _why(error: Exception, root: BaseException) -> str:
    if isinstance(error, exceptions.EmptyPoolError):
        return "too many requests are under way"
    if isinstance(root, ConnectionRefusedError):
        return "connection refused"
    if isinstance(root, socket.gaierror):
        return "its name could not be looked up just now"
    if isinstance(root, TimeoutError) or isinstance(error, exceptions.ReadTimeoutError):
        is_new = isinstance(error, exceptions.ConnectTimeoutError)
        return "no connection in time" if is_new else "no answer in time"
    if isinstance(root, ssl.SSLEOFError):
        return "the connection was closed in the middle of it"
    if isinstance(root, ssl.SSLError):
        return f"TLS failed ({(root.reason or 'unknown').replace('_', ' ').lower()})"
    if isinstance(root, OSError) and root.errno in errno.errorcode:
        return (root.strerror or "the connection failed").lower()
    if isinstance(error, exceptions.ProxyError):
        return "the proxy did not connect to it"
    return "the connection was closed in the middle of it"


def _distrusted(error: ssl.SSLCertVerificationError, where: str, source: str) -> errors.Unreachable:
    if error.verify_code in {_OTHER_NAME, _OTHER_ADDRESS}:
        return errors.Unreachable(
            f"The certificate of {where} is for other names than this one.",
            hint="Ask it by a name that it has, or give it this one: K3s takes --tls-san NAME; "
            f"or set tls-server-name for it in {source}",
        )
    if error.verify_code in {_EXPIRED, _NOT_YET}:
        state = "has expired" if error.verify_code == _EXPIRED else "is not valid yet"
        return errors.Unreachable(
            f"The certificate of {where} {state}.",
            hint="See the clocks of both machines. K3s renews it when it starts: sudo systemctl restart k3s",
        )
    return errors.Unreachable(
        f"The certificate of {where} can not be trusted: {error.verify_message}.",
        hint=f"Was the cluster installed anew? Then copy its kubeconfig to {source} again "
        "(K3s: /etc/rancher/k3s/k3s.yaml). If not, somebody may be in between.",
    )
