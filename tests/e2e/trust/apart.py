"""A part of this machine whose stores and network are a test's own: what is written there is gone with it.

Its mounts and its network are other ones; the machine's stores are seen through overlays, and never changed.
https://man7.org/linux/man-pages/man1/unshare.1.html
"""

from __future__ import annotations

import contextlib
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import harness
import pytest

ADDRESS = "10.77.0.1"
"""Docker trusts whatever is on a loopback address, so that the registry needs another one."""
HOST = "registry.homelab.local"
OVER = ("/etc", "/usr/local", "/usr/lib/jvm", "/var/lib")
SCRIPT = """\
set -eu
mount -t tmpfs none "$1"
for folder in $2; do
    [ -d "$folder" ] || continue
    made="$1/$(echo "$folder" | tr / _)"
    mkdir -p "$made/upper" "$made/work"
    mount -t overlay none -o "lowerdir=$folder,upperdir=$made/upper,workdir=$made/work" "$folder"
done
ip link set lo up
ip address add "$3/32" dev lo
echo "$3 $4" >>/etc/hosts
echo ready
exec cat
"""


class Apart:
    """Commands that are run there."""

    def __init__(self, pid: int, home: Path) -> None:
        self._prefix = [harness.tool("nsenter"), "-t", str(pid), "-m", "-n", "--"]
        self.home = home

    def environment(self, **more: str) -> dict[str, str]:
        return {"PATH": f"/usr/sbin:/sbin:{os.environ['PATH']}", "HOME": str(self.home), **more}

    def command(self, *words: str | Path) -> list[str]:
        return [*self._prefix, *map(str, words)]

    def run(self, *words: str | Path, **options) -> subprocess.CompletedProcess[str]:
        options.setdefault("env", self.environment())
        return harness.run(*self.command(*words), **options)

    def write(self, path: str, text: str) -> None:
        self.run("mkdir", "-p", str(Path(path).parent))
        self.run("tee", path, input=text)


@contextlib.contextmanager
def apart(folder: Path) -> Iterator[Apart]:
    """It is there while the block runs."""
    if os.geteuid() != 0:
        pytest.skip("a namespace of mounts needs root here")
    for name in ("over", "home"):
        (folder / name).mkdir(parents=True)
    words = [harness.tool("unshare"), "-m", "-n", "--propagation", "private"]
    argv = [*words, "sh", "-c", SCRIPT, "sh", str(folder / "over"), " ".join(OVER), ADDRESS, HOST]
    with subprocess.Popen(
        argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            if process.stdout.readline() != "ready\n":
                pytest.skip(f"no overlays or no network of its own here: {process.stderr.read()}")
            yield Apart(process.pid, folder / "home")
        finally:
            process.stdin.close()
