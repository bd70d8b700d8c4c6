"""Who an environment is: namespaces of its own, a user without rights, and limits."""

from __future__ import annotations

import contextlib
import os
import resource

from homeport.aws.lambda_.executors.process.launcher import syscalls

_NAMESPACES = (
    syscalls.CLONE_NEWNS
    | syscalls.CLONE_NEWPID
    | syscalls.CLONE_NEWIPC
    | syscalls.CLONE_NEWUTS
    | syscalls.CLONE_NEWCGROUP
)
"""The network stays the machine's: functions reach our AWS on loopback."""

UID, GID = 993, 990
"""What functions see as their user in AWS's sandbox, `sbx_user1051`."""

# https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html: file descriptors, processes and threads
_FILES = 1024
_PROCESSES = 1024


def unshare() -> None:
    """Enters new namespaces; as an ordinary user through a user namespace."""
    if os.geteuid() == 0:
        syscalls.unshare(_NAMESPACES)
    else:
        _enter_user_namespace(_NAMESPACES)


def limit_shared_memory(memory_mb: int) -> None:
    """Limits what System V shared memory holds, which no process's memory shows while nobody looks at it.

    https://man7.org/linux/man-pages/man5/proc_sys_kernel.5.html: shmall, of the IPC namespace that this is in
    """
    with contextlib.suppress(OSError):  # it is root's to set
        _write("/proc/sys/kernel/shmall", str(memory_mb * 1024 * 1024 // resource.getpagesize()))


def drop(host_uid: int, *, is_namespaced: bool) -> None:
    """Becomes a user without rights, for good."""
    if os.geteuid() == 0 and host_uid:
        _become(host_uid)
        if is_namespaced:
            # AWS's own number for the user, and no way to make further user namespaces, with their full set of
            # capabilities. Where this user may not make one, the function may not either.
            with contextlib.suppress(OSError):
                _enter_user_namespace(0)
    if is_namespaced:
        with contextlib.suppress(OSError):  # as above
            _write("/proc/sys/user/max_user_namespaces", "0")
    syscalls.drop_capabilities()


def _become(host_uid: int) -> None:
    os.setgroups([])
    os.setresgid(host_uid, host_uid, host_uid)
    os.setresuid(host_uid, host_uid, host_uid)
    # The change made this process unreadable to itself; /proc/self/uid_map is to be written.
    syscalls.prctl(syscalls.PR_SET_DUMPABLE, 1)


def _enter_user_namespace(further: int) -> None:
    """https://man7.org/linux/man-pages/man7/user_namespaces.7.html, "Defining user and group ID mappings"."""
    outer_uid, outer_gid = os.geteuid(), os.getegid()
    syscalls.unshare(syscalls.CLONE_NEWUSER | further)
    _write("/proc/self/setgroups", "deny")
    _write("/proc/self/uid_map", f"{UID} {outer_uid} 1")
    _write("/proc/self/gid_map", f"{GID} {outer_gid} 1")


def cut_off() -> None:
    """Takes from a function what its namespaces do not: our keys, and signals and sockets that lead outside."""
    with contextlib.suppress(OSError):  # containers forbid it, and have no keys of ours
        syscalls.forget_keys()
    with contextlib.suppress(OSError):  # not every kernel has it
        syscalls.stay_apart()


def be_first_to_go() -> None:
    """Where the machine has no memory left, functions end before all else; later this process may not write that."""
    with contextlib.suppress(OSError):  # where /proc is not there or not ours
        _write("/proc/self/oom_score_adj", "1000")


def limit(*, is_counted_alone: bool) -> None:
    """Sets the limits of a function's processes; that of their number only where no others count towards it."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    _lower(resource.RLIMIT_NOFILE, _FILES)
    if is_counted_alone:
        _lower(resource.RLIMIT_NPROC, _PROCESSES)


def _lower(kind: int, wanted: int) -> None:
    _, hard = resource.getrlimit(kind)
    allowed = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    resource.setrlimit(kind, (allowed, allowed))


def _write(path: str, text: str) -> None:
    # No text file: its encoding would be looked for where the new root has no library.
    descriptor = os.open(path, os.O_WRONLY)
    try:
        os.write(descriptor, text.encode())
    finally:
        os.close(descriptor)
