"""The process that terraform or tofu starts: it listens on a socket, says so in a line, and ends when it is told to.

https://github.com/hashicorp/go-plugin/blob/main/docs/guide-plugin-write-non-go.md
"""

from __future__ import annotations

import base64
import os
import shutil
import signal
import sys
import tempfile
import threading
from collections.abc import Mapping
from concurrent import futures
from pathlib import Path
from typing import Any

import grpc
from tf.gen import grpc_controller_pb2 as controller_messages
from tf.gen import grpc_controller_pb2_grpc as controller
from tf.gen import grpc_stdio_pb2_grpc as stdio
from tf.gen import tfplugin_pb2_grpc as plugin

from homeport import clock, errors
from homeport.tofu import certificate, logs, protocol
from homeport.tofu.provider import Provider

COOKIE = (
    "TF_PLUGIN_MAGIC_COOKIE",
    "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2",
)
"""By which it is known that terraform or tofu asks, not a person; it keeps nothing secret.
https://github.com/hashicorp/terraform/blob/v1.11.4/internal/plugin6/serve.go"""
_PROTOCOL = "1|6"
"""Of go-plugin, and of terraform."""
_WORKERS = 32
"""Calls at a time: terraform makes 10 by default (-parallelism), and one that asks to stop must find a thread."""
_LONGEST_PATH = 100
"""Of a socket: https://man7.org/linux/man-pages/man7/unix.7.html (sun_path)"""
_LOOK_S = 1.0
_MESSAGE_BYTES = 64 << 20
"""As terraform takes them: https://github.com/hashicorp/terraform/blob/v1.11.4/internal/plugin6/grpc_provider.go"""


def serve(provider: Provider, environ: Mapping[str, str]) -> None:
    """Serves until it is told to end, or whoever started it is gone. Raises `HomeportError` where a person has started it."""
    name, value = COOKIE
    if environ.get(name) != value:
        raise errors.HomeportError(
            "This is the provider for Terraform and OpenTofu, which they start themselves.",
            hint="homeport tofu install lets them find it; docs/opentofu.md shows how it is used.",
        )
    over, parent = threading.Event(), os.getppid()
    # Ctrl-C comes to all processes of the terminal; what it means is told by a call.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda *_: over.set())
    folder = _folder(environ)
    try:
        _serve(provider, folder / "provider", over, parent)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _folder(environ: Mapping[str, str]) -> Path:
    """A folder for its owner only, with a path that a socket can have."""
    named = environ.get("PLUGIN_UNIX_SOCKET_DIR") or None
    try:
        found = Path(tempfile.mkdtemp(prefix="homeport-", dir=named))
        if len(str(found)) <= _LONGEST_PATH:
            return found
        found.rmdir()
        return Path(tempfile.mkdtemp(prefix="homeport-", dir="/tmp"))
    except OSError as error:
        raise errors.HomeportError(
            f"The provider cannot make a folder for its socket: {errors.reason(error)}.",
            hint="Set TMPDIR to a folder that can be written to.",
        ) from error


def _serve(provider: Provider, path: Path, over: threading.Event, parent: int) -> None:
    pair = certificate.made(clock.SystemClock().now())
    server = _server(provider, over)
    credentials = grpc.ssl_server_credentials([(pair.key, pair.pem)])
    server.add_secure_port(f"unix:{path}", credentials)
    server.start()
    encoded = base64.b64encode(pair.der).decode().rstrip("=")
    sys.stdout.write(f"{_PROTOCOL}|unix|{path}|grpc|{encoded}\n")
    sys.stdout.flush()
    sys.stdout = sys.stderr  # what else is written is no part of that line
    _wait(provider, over, parent)
    server.stop(grace=_LOOK_S).wait()


def _wait(provider: Provider, over: threading.Event, parent: int) -> None:
    """Until it is told to end. Where terraform was killed nobody tells it: then what is under way ends whole."""
    while not over.wait(_LOOK_S):
        if os.getppid() != parent:
            logs.warn("Whoever started the provider is gone.")
            provider.stop()
            return


def _server(provider: Provider, over: threading.Event) -> Any:
    limits = [("grpc.max_receive_message_length", _MESSAGE_BYTES)]
    limits.append(("grpc.max_send_message_length", _MESSAGE_BYTES))
    server = grpc.server(futures.ThreadPoolExecutor(_WORKERS), options=limits)
    servicer = protocol.Servicer(provider, provider.stop)
    plugin.add_ProviderServicer_to_server(servicer, server)
    controller.add_GRPCControllerServicer_to_server(_Controller(over), server)
    stdio.add_GRPCStdioServicer_to_server(_Stdio(), server)
    return server


class _Controller:
    """Tells when it is over."""

    def __init__(self, over: threading.Event) -> None:
        self._over = over

    def Shutdown(self, request: Any, context: Any) -> Any:  # noqa: N802 - the protocol's name
        """Ends the process, once the answer is sent."""
        del request, context
        self._over.set()
        return controller_messages.Empty()


class _Stdio:
    """What go-plugin asks for, and nothing is sent over: logs go to standard error."""

    def StreamStdio(self, request: Any, context: Any) -> Any:  # noqa: N802 - the protocol's name
        """Nothing."""
        del request, context
        return iter(())
