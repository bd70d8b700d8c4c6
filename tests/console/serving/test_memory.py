"""What was needed for a moment is given back."""

from __future__ import annotations

import platform
import subprocess
import sys

import pytest

GROWN = """
import sys
from homeport.console.serving import memory

def resident():
    with open("/proc/self/status") as file:
        return next(int(line.split()[1]) for line in file if line.startswith("RssAnon:")) // 1024

if sys.argv[1] == "settled":
    assert memory.settle()
before = resident()
for size in (30, 29, 28):
    block = bytearray(b"x") * (size * 2**20)
    del block
print(resident() - before)
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc keeps it")
@pytest.mark.parametrize(("how", "is_kept"), [("settled", False), ("as it is", True)])
def test_large_blocks_go_back_to_the_system(how, is_kept):
    """The second one shows that the first would notice."""
    done = subprocess.run(
        [sys.executable, "-c", GROWN, how], capture_output=True, text=True, check=True
    )
    assert (int(done.stdout) > 10) is is_kept
