"""The system calls that Python has no function for. https://man7.org/linux/man-pages/dir_section_2.html"""

from __future__ import annotations

import ctypes
import os
import struct

# https://github.com/torvalds/linux/blob/master/include/uapi/linux/sched.h
CLONE_NEWNS = 0x00020000
CLONE_NEWCGROUP = 0x02000000
CLONE_NEWUTS = 0x04000000
CLONE_NEWIPC = 0x08000000
CLONE_NEWUSER = 0x10000000
CLONE_NEWPID = 0x20000000

# https://man7.org/linux/man-pages/man2/mount.2.html
MS_RDONLY = 1
MS_NOSUID = 2
MS_NODEV = 4
MS_NOEXEC = 8
MS_REMOUNT = 32
MS_NOATIME = 1024
MS_NODIRATIME = 2048
MS_BIND = 4096
MS_REC = 16384
MS_PRIVATE = 1 << 18
MS_RELATIME = 1 << 21
MNT_DETACH = 2

# https://man7.org/linux/man-pages/man2/prctl.2.html
PR_SET_PDEATHSIG = 1
PR_SET_DUMPABLE = 4
PR_CAPBSET_DROP = 24
PR_SET_CHILD_SUBREAPER = 36
PR_SET_NO_NEW_PRIVS = 38

_PIVOT_ROOT = {"x86_64": 155, "aarch64": 41}
_MOUNT_SETATTR = 442
"""The same number on all architectures since it came with Linux 5.12."""
_KEYCTL = {"x86_64": 250, "aarch64": 219}
_KEYCTL_JOIN_SESSION_KEYRING = 1
_LANDLOCK_CREATE_RULESET, _LANDLOCK_RESTRICT_SELF = 444, 446
"""The same numbers on all architectures."""
_LANDLOCK_VERSION = 1
_LANDLOCK_HAS_SCOPES = 6
_LANDLOCK_SCOPED = struct.pack("=QQQ", 0, 0, 1 | 2)
"""No rule about files or ports; abstract sockets and signals stay among its own."""
_AT_FDCWD = -100
_AT_RECURSIVE = 0x8000
_CAPABILITY_VERSION_3 = 0x20080522
_LAST_CAPABILITY = 40

_libc = ctypes.CDLL(None, use_errno=True)
_libc.syscall.restype = ctypes.c_long


def _checked(result: int, what: str) -> None:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")


def unshare(flags: int) -> None:
    """https://man7.org/linux/man-pages/man2/unshare.2.html"""
    _checked(_libc.unshare(ctypes.c_int(flags)), "unshare")


def mount(source: str, target: str, kind: str | None, flags: int, data: str | None = None) -> None:
    """https://man7.org/linux/man-pages/man2/mount.2.html"""
    result = _libc.mount(
        os.fsencode(source),
        os.fsencode(target),
        None if kind is None else kind.encode(),
        ctypes.c_ulong(flags),
        None if data is None else os.fsencode(data),
    )
    _checked(result, f"mount {source} on {target}")


def make_read_only(target: str, attributes: int) -> None:
    """Sets `attributes` (MS_RDONLY, MS_NOSUID, MS_NODEV) on a mount and all below it.

    https://man7.org/linux/man-pages/man2/mount_setattr.2.html: its attributes have the numbers of mount's flags.
    """
    wanted = struct.pack("=QQQQ", attributes, 0, 0, 0)
    result = _libc.syscall(
        ctypes.c_long(_MOUNT_SETATTR),
        ctypes.c_int(_AT_FDCWD),
        os.fsencode(target),
        ctypes.c_uint(_AT_RECURSIVE),
        wanted,
        ctypes.c_size_t(len(wanted)),
    )
    _checked(result, f"mount_setattr {target}")


def pivot_root(new: str, old: str) -> None:
    """https://man7.org/linux/man-pages/man2/pivot_root.2.html"""
    number = _PIVOT_ROOT[os.uname().machine]
    result = _libc.syscall(ctypes.c_long(number), os.fsencode(new), os.fsencode(old))
    _checked(result, f"pivot_root {new}")


def unmount(target: str) -> None:
    """Takes a mount out of sight; it goes when nobody uses it. https://man7.org/linux/man-pages/man2/umount.2.html"""
    _checked(_libc.umount2(os.fsencode(target), ctypes.c_int(MNT_DETACH)), f"umount {target}")


def prctl(option: int, value: int) -> None:
    """https://man7.org/linux/man-pages/man2/prctl.2.html"""
    result = _libc.prctl(
        ctypes.c_int(option), ctypes.c_ulong(value), *(ctypes.c_ulong(0) for _ in range(3))
    )
    _checked(result, f"prctl {option}")


def drop_capabilities() -> None:
    """Gives up all capabilities for good. https://man7.org/linux/man-pages/man7/capabilities.7.html"""
    for capability in range(_LAST_CAPABILITY + 1):
        try:
            prctl(PR_CAPBSET_DROP, capability)
        except OSError:
            break  # without CAP_SETPCAP there is nothing to drop, and past the kernel's last one there are no more
    header = struct.pack("=Ii", _CAPABILITY_VERSION_3, 0)
    _checked(_libc.capset(header, bytes(24)), "capset")
    prctl(PR_SET_NO_NEW_PRIVS, 1)


def forget_keys() -> None:
    """Begins with an empty session keyring. https://man7.org/linux/man-pages/man3/keyctl_join_session_keyring.3.html"""
    number = ctypes.c_long(_KEYCTL[os.uname().machine])
    _checked(_libc.syscall(number, ctypes.c_int(_KEYCTL_JOIN_SESSION_KEYRING), None), "keyctl")


def stay_apart() -> None:
    """From Linux 6.12 on, signals, traces and abstract sockets of this process and its children reach none but each other.

    https://man7.org/linux/man-pages/man7/landlock.7.html: scopes, and "Ptrace restrictions". Needs PR_SET_NO_NEW_PRIVS.
    """
    create = ctypes.c_long(_LANDLOCK_CREATE_RULESET)
    size = ctypes.c_size_t(len(_LANDLOCK_SCOPED))
    version = _libc.syscall(create, None, ctypes.c_size_t(0), ctypes.c_uint(_LANDLOCK_VERSION))
    if version < _LANDLOCK_HAS_SCOPES:
        return
    rules = _libc.syscall(create, _LANDLOCK_SCOPED, size, ctypes.c_uint(0))
    _checked(rules, "landlock_create_ruleset")
    restrict = ctypes.c_long(_LANDLOCK_RESTRICT_SELF)
    _checked(_libc.syscall(restrict, ctypes.c_int(rules), ctypes.c_uint(0)), "landlock")
    os.close(rules)


def set_host_name(name: str) -> None:
    """https://man7.org/linux/man-pages/man2/sethostname.2.html"""
    raw = name.encode()
    _checked(_libc.sethostname(raw, ctypes.c_size_t(len(raw))), "sethostname")
