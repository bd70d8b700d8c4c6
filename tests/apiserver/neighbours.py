"""Programs of others that tests run against the stand-in: kubectl and Traefik, as their packages ship them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

OLDEST_KUBECTL = (1, 33)
"""Within one minor of the oldest release that we support: https://kubernetes.io/releases/version-skew-policy/#kubectl"""


def kubectl() -> str:
    """The path of kubectl; skips the test where there is none that is new enough."""
    for path in _candidates("kubectl"):
        if _version(path) >= OLDEST_KUBECTL:
            return str(path)
    pytest.skip(f"needs kubectl {'.'.join(map(str, OLDEST_KUBECTL))} or later")


def traefik() -> str:
    """The path of Traefik; skips the test where there is none."""
    for path in _candidates("traefik"):
        return str(path)
    pytest.skip("needs Traefik")


def _candidates(name: str) -> list[Path]:
    """This environment's own scripts first, then what is on PATH."""
    folders = [
        Path(sys.executable).parent,
        *map(Path, os.environ.get("PATH", "").split(os.pathsep)),
    ]
    return [folder / name for folder in folders if os.access(folder / name, os.X_OK)]


def _version(path: Path) -> tuple[int, ...]:
    """Zero for a program that hands over to another kubectl by the version of the server."""
    command = [str(path), "version", "--client", "-o", "json"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    if done.returncode:
        return (0,)
    found = json.loads(done.stdout)["clientVersion"]
    if "dispatcher" in found["gitVersion"]:
        return (0,)
    return int(found["major"]), int(found["minor"].rstrip("+"))
