"""A root of its own for an environment: what AWS has in its sandbox, and nothing else of this machine.

https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
"""

from __future__ import annotations

import os

from homeport.aws.lambda_.executors.process.launcher import syscalls
from homeport.aws.lambda_.executors.process.launcher.spec import Spec

_DEVICES = ("null", "zero", "full", "random", "urandom")
_LINKS = {"fd": "fd", "stdin": "fd/0", "stdout": "fd/1", "stderr": "fd/2"}
_CLOSED = syscalls.MS_RDONLY | syscalls.MS_NOSUID | syscalls.MS_NODEV
_INODES_PER_MB = 256
"""Empty files take memory too; one for each 4 KiB is what a file system of that size would have."""
_KEPT = {
    os.ST_NOEXEC: syscalls.MS_NOEXEC,
    os.ST_NOATIME: syscalls.MS_NOATIME,
    os.ST_NODIRATIME: syscalls.MS_NODIRATIME,
    os.ST_RELATIME: syscalls.MS_RELATIME,
}
"""Flags that a user namespace may not take away when it mounts again."""


def enter(spec: Spec, owner: int) -> None:
    """Makes the new root and moves into it; needs a mount namespace of its own."""
    new = spec.root
    syscalls.mount("none", "/", None, syscalls.MS_REC | syscalls.MS_PRIVATE)
    if spec.image:
        _unpacked(spec, new)
    else:
        _assembled(spec, new)
    _temporary(new + "/tmp", spec.ephemeral_mb, owner)  # noqa: S108 - that of the environment
    _processes(new)
    _pivot(new)


def _assembled(spec: Spec, new: str) -> None:
    _small(new)
    for path in spec.folders:
        os.makedirs(new + path, mode=0o755, exist_ok=True)  # noqa: PTH103 - pathlib costs each start 10 ms
    _links(spec, new)
    _files(spec, new)
    for source, target in spec.binds:
        _bind(source, new + target)
    _layers(spec, new)
    _devices(new)


def _unpacked(spec: Spec, new: str) -> None:
    """What is mounted on was made when the image was unpacked, and is no link that leads out of it."""
    syscalls.mount(spec.image, new, None, syscalls.MS_BIND)
    _close(new)
    for source, target in spec.binds:
        syscalls.mount(source, new + target, None, syscalls.MS_BIND)
        _close(new + target)
    _small(new + "/dev")
    _devices(new)
    syscalls.mount("none", new + "/dev", None, syscalls.MS_REMOUNT | syscalls.MS_BIND | _CLOSED)


def _small(target: str) -> None:
    flags = syscalls.MS_NOSUID | syscalls.MS_NODEV
    syscalls.mount("tmpfs", target, "tmpfs", flags, "size=4m,mode=755")


def _links(spec: Spec, new: str) -> None:
    for path, leads_to in spec.links:
        os.symlink(leads_to, new + path)  # noqa: PTH211


def _files(spec: Spec, new: str) -> None:
    for path, text in spec.files:
        with open(new + path, "w", encoding="utf-8") as file:  # noqa: PTH123
            file.write(text)


def _bind(source: str, target: str) -> None:
    if os.path.isdir(source):  # noqa: PTH112
        os.makedirs(target, mode=0o755, exist_ok=True)  # noqa: PTH103
    else:
        os.makedirs(os.path.dirname(target), mode=0o755, exist_ok=True)  # noqa: PTH103, PTH120
        os.close(os.open(target, os.O_WRONLY | os.O_CREAT, 0o644))
    syscalls.mount(source, target, None, syscalls.MS_BIND | syscalls.MS_REC)
    _close(target)


def _close(target: str) -> None:
    """Read-only, without devices and without programs that give other rights."""
    try:
        syscalls.make_read_only(target, _CLOSED)
    except OSError:  # before Linux 5.12
        flags = os.statvfs(target).f_flag
        kept = sum(flag for bit, flag in _KEPT.items() if flags & bit)
        remount = syscalls.MS_REMOUNT | syscalls.MS_BIND | _CLOSED | kept
        syscalls.mount("none", target, None, remount)


def _layers(spec: Spec, new: str) -> None:
    """Lays the layers over each other as /opt, later ones over earlier ones."""
    target = new + "/opt"
    if len(spec.layers) == 1:
        _bind(spec.layers[0], target)
    elif spec.layers:
        lower = ":".join(_escaped(path) for path in reversed(spec.layers))
        syscalls.mount("overlay", target, "overlay", _CLOSED, f"lowerdir={lower}")


def _escaped(path: str) -> str:
    return path.replace("\\", "\\\\").replace(":", "\\:").replace(",", "\\,")


def _devices(new: str) -> None:
    for name in filter(lambda name: os.path.exists(f"/dev/{name}"), _DEVICES):  # noqa: PTH110
        target = f"{new}/dev/{name}"
        os.close(os.open(target, os.O_WRONLY | os.O_CREAT, 0o666))
        syscalls.mount(f"/dev/{name}", target, None, syscalls.MS_BIND)
    for name, leads_to in _LINKS.items():
        os.symlink(f"/proc/self/{leads_to}", f"{new}/dev/{name}")  # noqa: PTH211


def _temporary(target: str, size_mb: int, owner: int) -> None:
    flags = syscalls.MS_NOSUID | syscalls.MS_NODEV
    limits = f"size={size_mb}m,nr_inodes={size_mb * _INODES_PER_MB},mode=700"
    syscalls.mount("tmpfs", target, "tmpfs", flags, limits)
    if owner:  # in a user namespace it belongs to the only user there is
        os.chown(target, owner, owner)


def _processes(new: str) -> None:
    flags = syscalls.MS_NOSUID | syscalls.MS_NODEV | syscalls.MS_NOEXEC
    syscalls.mount("proc", new + "/proc", "proc", flags)


def _pivot(new: str) -> None:
    os.chdir(new)
    syscalls.pivot_root(".", ".")
    syscalls.unmount(".")
    os.chdir("/")
    flags = syscalls.MS_NOSUID | syscalls.MS_NODEV | syscalls.MS_RDONLY
    syscalls.mount("none", "/", None, syscalls.MS_REMOUNT | syscalls.MS_BIND | flags)
