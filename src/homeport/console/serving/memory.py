"""Memory that was needed for a moment goes back to the system at once: a process that takes more than `ui.memory` is started anew.

glibc keeps large blocks for itself once one of their size was freed, in an arena of each thread. Sixteen threads that have each read 30 MiB
once would keep 480 MiB.
https://man7.org/linux/man-pages/man3/mallopt.3.html
"""

from __future__ import annotations

import ctypes

M_MMAP_THRESHOLD, M_ARENA_MAX = -3, -8
BLOCK = 2**20
"""Bytes from which on a block is mapped, and unmapped, by itself. Said once, it no longer grows."""
ARENAS = 2
"""For all threads, of which one runs at a time anyway."""


def settle() -> bool:
    """Says so to the C library; whether it is one that can be told."""
    tell = getattr(ctypes.CDLL(None), "mallopt", None)
    return tell is not None and all(
        [tell(M_MMAP_THRESHOLD, BLOCK) == 1, tell(M_ARENA_MAX, ARENAS) == 1]
    )
