"""How much memory a process takes.

The limit of a component is kept by the supervisor, not by the kernel: an address-space limit (RLIMIT_AS) counts what is merely
mapped, and an ordinary user may not write to a control group. https://man7.org/linux/man-pages/man2/getrlimit.2.html
"""

from __future__ import annotations

from pathlib import Path

_PROC = Path("/proc")


def used(pid: int) -> int | None:
    """Bytes of its own, without the pages of files that it shares with others; None where that cannot be known.

    https://man7.org/linux/man-pages/man5/proc_pid_status.5.html (RssAnon, RssShmem)
    """
    return _sum(pid, ("RssAnon:", "RssShmem:"))


def resident(pid: int) -> int | None:
    """All bytes of it in memory, as `ps` shows them (VmRSS), and of the programs that it has started itself."""
    own = _sum(pid, ("VmRSS:",))
    return own and own + sum(_sum(child, ("VmRSS:",)) or 0 for child in _children(pid))


def _children(pid: int) -> list[int]:
    """https://man7.org/linux/man-pages/man5/proc_pid_task.5.html (children)"""
    try:
        found = (_PROC / str(pid) / "task" / str(pid) / "children").read_text()
    except OSError:
        return []
    return [int(child) for child in found.split()]


def _sum(pid: int, fields: tuple[str, ...]) -> int | None:
    try:
        lines = (_PROC / str(pid) / "status").read_text().splitlines()
    except OSError:
        return None
    kib = [int(line.split()[1]) for line in lines if line.startswith(fields)]
    return sum(kib) * 1024 if kib else None
