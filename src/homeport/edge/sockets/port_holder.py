"""Which process listens on a port, as far as /proc tells.

https://man7.org/linux/man-pages/man5/proc_net_tcp.5.html
"""

from __future__ import annotations

from pathlib import Path

_LISTEN = "0A"


def describe(port: int, proc: Path = Path("/proc")) -> str:
    """The process that holds the port, as `name (pid 123)`; empty where it cannot be seen."""
    inodes = {
        inode for table in ("tcp", "tcp6") for inode in _listening(proc / "net" / table, port)
    }
    if not inodes:
        return ""
    wanted = {f"socket:[{inode}]" for inode in inodes}
    for process in proc.iterdir():
        if process.name.isdigit() and _holds(process, wanted):
            return f"{_name(process)} (pid {process.name})"
    return ""


def _listening(table: Path, port: int) -> list[str]:
    try:
        lines = table.read_text().splitlines()[1:]
    except OSError:
        return []
    rows = [line.split() for line in lines]
    end = f":{port:04X}"
    return [row[9] for row in rows if row[1].endswith(end) and row[3] == _LISTEN]


def _holds(process: Path, wanted: set[str]) -> bool:
    try:
        return any(str(link.readlink()) in wanted for link in (process / "fd").iterdir())
    except OSError:
        return False  # another user's process, or one that has just ended


def _name(process: Path) -> str:
    try:
        return (process / "comm").read_text().strip()
    except OSError:
        return "a process"
