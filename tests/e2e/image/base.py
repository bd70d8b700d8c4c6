"""A base image made of this machine's own Python and the libraries that it needs, so that no registry need be reached."""

from __future__ import annotations

import importlib.util
import io
import json
import re
import sys
import tarfile
from collections.abc import Iterable, Iterator
from pathlib import Path

import harness

PYTHON = Path(getattr(sys, "_base_executable", sys.executable)).resolve()
LEFT_OUT = re.compile(
    r"/(test|tests|idlelib|turtledemo|tkinter|lib2to3|ensurepip|__pycache__|site-packages|dist-packages|config-[^/]*)(/|$)|\.a$"
)
"""What the images of Python leave out as well, compiled files among it."""
TOOLS = ("sh", "mkdir", "rm", "sleep", "cat", "ls", "ps", "id")
FOLDERS = (
    "/root",
    "/usr/local/bin",
    "/usr/bin",
    "/bin",
    "/etc",
    "/var/lib",
    "/proc",
    "/dev",
    "/sys",
)
TEXTS = {
    "/etc/passwd": "root:x:0:0:root:/root:/bin/sh\n",
    "/etc/group": "root:x:0:\n",
    "/etc/nsswitch.conf": "hosts: files dns\n",
}
LOADED = (
    "libpthread.so.0",
    "libdl.so.2",
    "librt.so.1",
    "libutil.so.1",
    "libresolv.so.2",
    "libnss_dns.so.2",
    "libnss_files.so.2",
    "libgcc_s.so.1",
    "libstdc++.so.6",
)
"""Libraries that wheels may count on: https://peps.python.org/pep-0599/, and those that the C library loads by itself."""
ASKED = """
import json, sysconfig
print(json.dumps([sysconfig.get_path("stdlib"), sysconfig.get_path("purelib")]))
"""


def write(archive: Path) -> None:
    """Writes the root file system as a tar file."""
    with tarfile.open(archive, "w") as tar:
        root = _Root(tar)
        for folder in FOLDERS:
            root.folder(folder)
        root.folder("/tmp", 0o1777)
        for path, text in TEXTS.items():
            root.text(path, text)
        root.file(Path(harness.tool("busybox")), "/usr/local/bin/busybox")
        for name in TOOLS:
            root.link(f"/bin/{name}", "/usr/local/bin/busybox")
        root.link("/usr/local/bin/python3", str(PYTHON))
        _python(root)


def _python(root: _Root) -> None:
    """The interpreter and its library at their own places, with pip in it."""
    library, packages = json.loads(harness.run(PYTHON, "-I", "-c", ASKED).stdout)
    files = [PYTHON, *_below(Path(library))]
    for path in files:
        root.file(path)
    for path in _libraries(files):
        root.file(path)
    pip = Path(importlib.util.find_spec("pip").origin).parent
    for path in _below(pip):
        root.file(path, f"{packages}/pip/{path.relative_to(pip)}")


def _below(top: Path) -> Iterator[Path]:
    for path in sorted(top.rglob("*")):
        inner = f"/{path.relative_to(top)}"
        if path.is_file() and not LEFT_OUT.search(inner):
            yield path


def _libraries(files: Iterable[Path]) -> list[Path]:
    """Shared libraries, as the loader finds them: https://man7.org/linux/man-pages/man1/ldd.1.html"""
    binaries = [path for path in files if path == PYTHON or ".so" in path.name]
    said = harness.run("ldd", *binaries).stdout
    found = set(re.findall(r"(?:=> |^\s+)(/\S+) \(0x", said, re.MULTILINE))
    known = harness.run(harness.tool("ldconfig"), "-p").stdout
    for name in LOADED:
        found.update(re.findall(rf"{re.escape(name)} \(libc6,.* => (\S+)", known)[:1])
    return [Path(path) for path in sorted(found)]


class _Root:
    """A root file system in a tar file; each folder once, all of root's."""

    def __init__(self, tar: tarfile.TarFile) -> None:
        self._tar = tar
        self._made: set[str] = set()

    def folder(self, path: str, mode: int = 0o755) -> None:
        if path == "/" or path in self._made:
            return
        self.folder(str(Path(path).parent))
        self._made.add(path)
        self._add(path, mode, type=tarfile.DIRTYPE)

    def file(self, source: Path, path: str = "") -> None:
        """What is at `source`, behind links too."""
        target = path or str(source)
        self.folder(str(Path(target).parent))
        mode = 0o755 if source.stat().st_mode & 0o100 else 0o644
        self._add(target, mode, source.read_bytes())

    def text(self, path: str, text: str) -> None:
        self._add(path, 0o644, text.encode())

    def link(self, path: str, leads_to: str) -> None:
        self._add(path, 0o777, type=tarfile.SYMTYPE, linkname=leads_to)

    def _add(self, path: str, mode: int, content: bytes = b"", **fields: object) -> None:
        info = tarfile.TarInfo(path.lstrip("/"))
        info.mode, info.size = mode, len(content)
        for name, value in fields.items():
            setattr(info, name, value)
        self._tar.addfile(info, io.BytesIO(content))
