"""What every statement keeps to, whichever part it belongs to."""

import re
from pathlib import Path

SRC = Path(__file__).parents[1] / "src"


def test_parameters_have_no_numbers():
    """Python 3.12.0 to 3.12.3 take `?1` for a name and warn: https://github.com/python/cpython/issues/117995"""
    numbered = [
        f"{path.relative_to(SRC)}: {line.strip()}"
        for path in SRC.rglob("*.py")
        for line in path.read_text().splitlines()
        if re.search(r"([=<>(] ?|LIMIT )\?\d", line)
    ]
    assert numbered == []
