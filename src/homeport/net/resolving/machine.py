"""What a machine says of how it finds names, read once."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

LIMIT_S = 5.0
"""How long resolvectl may take."""
LARGEST = 2**20
"""Bytes of a file that are read; a hosts file that blocks advertisements has some megabytes, and ours is not at its end."""
MAC = "darwin"

_CONFIGURED = ("usr/lib/systemd", "run/systemd", "etc/systemd")
"""Where resolved.conf and its drop-ins are; the last one counts.
https://www.freedesktop.org/software/systemd/man/latest/resolved.conf.html"""


class Machine(NamedTuple):
    """The texts, each empty where there is none."""

    platform: str = "linux"
    switch: str = ""
    """/etc/nsswitch.conf"""
    servers: str = ""
    """/etc/resolv.conf"""
    hosts: str = ""
    """/etc/hosts"""
    resolved: str = ""
    """What `resolvectl status` says, where systemd-resolved runs."""
    configured: Mapping[str, str] = {}
    """resolved.conf and its drop-ins, in the order in which they count."""
    has_resolved: bool = False
    has_avahi: bool = False
    allowed: str | None = None
    """/etc/mdns.allow, which full nss-mdns reads."""
    resolvers: Mapping[str, str] = {}
    """The files of /etc/resolver, on macOS."""


def status() -> str:
    """What resolvectl says; nothing where it cannot be asked."""
    program = shutil.which("resolvectl")
    if program is None:
        return ""
    try:
        done = subprocess.run(  # noqa: S603 - a program of the system, no word of the user's
            [program, "--no-pager", "status"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=LIMIT_S,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.decode(errors="replace") if done.returncode == 0 else ""


def read(
    root: Path = Path("/"), platform: str = sys.platform, ask: Callable[[], str] = status
) -> Machine:
    """Reads this machine, or the one whose files are below `root`."""
    # resolvectl would start a systemd-resolved that does not run.
    has_resolved = (root / "run/systemd/resolve").is_dir()
    return Machine(
        platform=platform,
        switch=_text(root / "etc/nsswitch.conf"),
        servers=_text(root / "etc/resolv.conf"),
        hosts=_text(root / "etc/hosts"),
        resolved=ask() if has_resolved else "",
        configured=_configured(root),
        has_resolved=has_resolved,
        has_avahi=(root / "run/avahi-daemon/socket").exists(),
        allowed=_text(root / "etc/mdns.allow") if (root / "etc/mdns.allow").exists() else None,
        resolvers={path.name: _text(path) for path in _files(root / "etc/resolver", "*")}
        if platform == MAC
        else {},
    )


def _configured(root: Path) -> dict[str, str]:
    """The main file first, then drop-ins by name, where a later folder's replaces one of the same name."""
    mains = [root / folder / "resolved.conf" for folder in _CONFIGURED]
    main = [path for path in mains if path.is_file()][-1:]
    drop_ins = {
        path.name: path
        for folder in _CONFIGURED
        for path in _files(root / folder / "resolved.conf.d", "*.conf")
    }
    chosen = [*main, *(drop_ins[name] for name in sorted(drop_ins))]
    return {f"/{path.relative_to(root)}": _text(path) for path in chosen}


def _files(folder: Path, pattern: str) -> list[Path]:
    return sorted(path for path in folder.glob(pattern) if path.is_file())


def _text(path: Path) -> str:
    """Nothing where it is not there, or not to be read: what is not known is not told."""
    try:
        with path.open("rb") as file:
            return file.read(LARGEST).decode(errors="replace")
    except OSError:
        return ""
