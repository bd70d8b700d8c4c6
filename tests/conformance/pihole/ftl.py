"""Runs a real FTL on loopback, with all that it writes in a temporary folder.

It has fixed paths below /etc, /run, /var/log and /dev/shm, so it gets a mount namespace of its own, in which they are others.
https://man7.org/linux/man-pages/man7/mount_namespaces.7.html, https://docs.pi-hole.net/ftldns/configfile/
"""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import urllib3

PROGRAM = "HOMEPORT_TEST_PIHOLE_FTL"
"""Names the program, of version 6; it is never fetched or built here."""
PASSWORD = "of-a-test"
READY_TRIES = 300

_ENTER = """
set -e
mount -t tmpfs tmpfs "$1"
mkdir "$1/etc" "$1/work" "$1/run" "$1/log" "$1/shm"
mount -t overlay overlay -o "lowerdir=/etc,upperdir=$1/etc,workdir=$1/work" /etc
mount --bind "$1/run" /run
mount --bind "$1/log" /var/log
mount -t tmpfs tmpfs /dev/shm
mkdir -p /etc/pihole /var/log/pihole
cat >/etc/pihole/pihole.toml
exec "$2" -f
"""
_SETTINGS = """
[dns]
  upstreams = []
  port = {dns_port}
  interface = "lo"
  listeningMode = "BIND"
[ntp.ipv4]
  active = false
[ntp.ipv6]
  active = false
[ntp.sync]
  active = false
[resolver]
  resolveIPv4 = false
  resolveIPv6 = false
[webserver]
  port = "127.0.0.1:{port}"
"""
"""It asks nobody, and listens on loopback only."""


class Missing(Exception):
    """There is no FTL here; the text says why."""


class Running(NamedTuple):
    """One that runs."""

    url: str
    dns_port: int


def program() -> Path:
    """The program that the environment names. Raises `Missing`."""
    path = os.environ.get(PROGRAM, "")
    if not path:
        raise Missing(f"{PROGRAM} is not set: it names a pihole-FTL of version 6")
    if not os.access(path, os.X_OK):
        raise Missing(f"{PROGRAM} is {path}, which is no program")
    if os.geteuid() or shutil.which("unshare") is None:
        raise Missing("a mount namespace needs root and unshare (Debian: util-linux)")
    return Path(path)


@contextlib.contextmanager
def running(folder: Path) -> Iterator[Running]:
    """An FTL with a password, until the end."""
    found = program()
    port, dns_port = _free(), _free()
    root = folder / "root"
    root.mkdir()
    url = f"http://127.0.0.1:{port}"
    with (folder / "ftl.log").open("wb") as log:
        process = subprocess.Popen(
            ["unshare", "--mount", "sh", "-c", _ENTER, "enter", str(root), str(found)],
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    try:
        process.stdin.write(_SETTINGS.format(port=port, dns_port=dns_port).encode())
        process.stdin.close()
        _await(process, url, folder / "ftl.log")
        _set_password(url)
        yield Running(url, dns_port)
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _await(process: subprocess.Popen[bytes], url: str, log: Path) -> None:
    pause = threading.Event()
    for _ in range(READY_TRIES):
        with contextlib.suppress(urllib3.exceptions.HTTPError):
            if urllib3.request("GET", f"{url}/api/auth", retries=False, timeout=2).status == 200:
                return
        if process.poll() is not None:
            break
        pause.wait(0.1)
    raise AssertionError(f"FTL does not answer: {log.read_text(errors='replace')[-2000:]}")


def _set_password(url: str) -> None:
    body = {"config": {"webserver": {"api": {"password": PASSWORD}}}}
    reply = urllib3.request("PATCH", f"{url}/api/config", json=body, retries=False, timeout=10)
    assert reply.status == 200, reply.data


def _free() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
