"""Listening sockets."""

from __future__ import annotations

import errno
import socket

from homeport import errors
from homeport.edge import config
from homeport.edge.sockets import port_holder


def open_all(settings: config.EdgeConfig) -> list[socket.socket]:
    """Binds every address, in order. Raises `HomeportError` where one cannot be had, and then holds none."""
    listening: list[socket.socket] = []
    try:
        for address in settings.addresses:
            listening += _open(address, settings)
    except BaseException:
        for opened in listening:
            opened.close()
        raise
    return listening


def _open(address: config.Address, settings: config.EdgeConfig) -> list[socket.socket]:
    opened: list[socket.socket] = []
    port = address.port
    try:
        for family, sockaddr in _resolve(address):
            opened.append(_bind(family, (sockaddr[0], port, *sockaddr[2:]), settings))
            # A name with two addresses gets the same free port on both.
            port = opened[-1].getsockname()[1]
    except OSError as error:
        for each in opened:
            each.close()
        raise _explain(error, address.host, port, settings) from error
    return opened


def _resolve(address: config.Address) -> list[tuple[int, tuple[str, int, int, int]]]:
    # As bytes: for text Python would load its tables for names beyond ASCII, even where there is nothing to look up.
    host = address.host.encode("ascii") if address.host.isascii() else address.host
    found = socket.getaddrinfo(
        host or None, address.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
    )
    return [(family, sockaddr) for family, _, _, _, sockaddr in found]  # type: ignore[misc]


def _bind(
    family: int, sockaddr: tuple[str | int, ...], settings: config.EdgeConfig
) -> socket.socket:
    opened = socket.socket(family, socket.SOCK_STREAM)
    try:
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            opened.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        opened.settimeout(0)
        opened.bind(sockaddr)
        opened.listen(settings.backlog)
    except BaseException:
        opened.close()
        raise
    return opened


def _explain(
    error: OSError, host: str, port: int, settings: config.EdgeConfig
) -> errors.HomeportError:
    place = f"{host or '*'}:{port}"
    if error.errno == errno.EADDRINUSE:
        holder = port_holder.describe(port)
        by = f" by {holder}" if holder else ""
        return errors.HomeportError(
            f"Port {port} is in use{by}.",
            hint=f"End that process, or choose another port with {settings.port_setting}.",
        )
    if error.errno == errno.EACCES:
        return errors.HomeportError(
            f"Listening on {place} is not allowed for this user.",
            hint=f"Ports below 1024 belong to root. Choose another one with {settings.port_setting}.",
        )
    return errors.HomeportError(
        f"Listening on {place} failed: {error.strerror or error}.",
        hint="The address must be one of this machine, 0.0.0.0 or :: for all of them.",
    )
