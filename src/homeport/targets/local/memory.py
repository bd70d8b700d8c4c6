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
    """All bytes of it in memory, as `ps` shows them (VmRSS)."""
    return _sum(pid, ("VmRSS:",))


def _sum(pid: int, fields: tuple[str, ...]) -> int | None:
    try:
        lines = (_PROC / str(pid) / "status").read_text().splitlines()
    except OSError:
        return None
    kib = [int(line.split()[1]) for line in lines if line.startswith(fields)]
    return sum(kib) * 1024 if kib else None
