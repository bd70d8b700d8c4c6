"""Traefik's program on this machine."""

from __future__ import annotations

import errno
import os
import shutil
import struct
import sys
from pathlib import Path

from homeport.net import ports

NAME = "traefik"
_CAPABILITY = "security.capability"
_BIND = 1 << 10
"""CAP_NET_BIND_SERVICE. https://man7.org/linux/man-pages/man7/capabilities.7.html"""
_EFFECTIVE = 1


def find(given: Path | None = None) -> Path | None:
    """The one that was given, else the one beside this Python (as its wheel installs it), else that of the path."""
    if given is not None:
        return given
    beside = Path(sys.executable).parent / NAME
    if os.access(beside, os.X_OK):
        return beside
    found = shutil.which(NAME)
    return Path(found) if found else None


def trouble(program: Path | None, host: str, port: int) -> OSError | None:
    """What stands against Traefik's listening there. Its file may have rights that this process has not."""
    error = ports.trouble(host, port)
    if error is None or not ports.is_for_root(error) or program is None or not may_bind(program):
        return error
    if ports.is_answered(host, port):
        return OSError(errno.EADDRINUSE, os.strerror(errno.EADDRINUSE))
    return None


def may_bind(program: Path) -> bool:
    """Whether its file lets it listen on the ports of root, as `setcap cap_net_bind_service=+ep` does.

    The form is `vfs_cap_data`: https://github.com/torvalds/linux/blob/master/include/uapi/linux/capability.h
    """
    if not hasattr(os, "getxattr"):
        return False
    try:
        flags, permitted = struct.unpack_from("<II", os.getxattr(program, _CAPABILITY))
    except (OSError, struct.error):
        return False
    return bool(flags & _EFFECTIVE and permitted & _BIND)
