"""Builds OpenTofu by Go, once for each version, and keeps it in the user's cache.

`go install` takes no module that replaces others (https://go.dev/ref/mod#go-install), so the program is built as a dependency of an
empty module with the same requirements.

    python -m tests.conformance.tofu.programs    # builds it where it is not there yet, and prints its path
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

VERSIONS = Path(__file__).with_name("versions.txt")
"""What is built, in the form of a go.sum: https://go.dev/ref/mod#go-sum-files"""
MODULE = "github.com/opentofu/opentofu"
COMMAND = f"{MODULE}/cmd/tofu"
PROGRAM = "HOMEPORT_TEST_TOFU"
"""The variable that names a program to use instead."""
STAMP = f"-s -w -X {MODULE}/version.dev=no"
"""Without debug tables, and without `-dev` in the version: a release is built so.
https://github.com/opentofu/opentofu/blob/v1.12.6/version/version.go"""
BUILD_TIMEOUT_S = 3600


class NotBuilt(Exception):
    """There is no OpenTofu here; the text says why."""


def version() -> str:
    """The pinned one."""
    return VERSIONS.read_text().split()[1]


def path() -> Path:
    """Where the program of this version is, or will be."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    digest = hashlib.sha256(VERSIONS.read_bytes()).hexdigest()[:8]
    return cache / "homeport" / f"tofu-{version()}-{digest}" / "tofu"


def build() -> Path:
    """The program; some minutes the first time. `NotBuilt` where it cannot be."""
    ready = path()
    if ready.is_file():
        return ready
    go = shutil.which("go")
    if go is None:
        raise NotBuilt("Go, which builds OpenTofu, is not installed")
    ready.parent.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=ready.parent.parent) as temporary:
        made = Path(temporary) / "made"
        _build(go, Path(temporary), made / ready.name)
        made.rename(ready.parent)
    return ready


def _build(go: str, workplace: Path, made: Path) -> None:
    pins = VERSIONS.read_text()
    (workplace / "go.mod").write_text("module control\n")
    (workplace / "go.sum").write_text(pins)
    answer = _run(go, workplace, "mod", "download", "-json", f"{MODULE}@{version()}")
    source = Path(json.loads(answer)["Dir"])
    (workplace / "go.mod").write_text(requirements((source / "go.mod").read_text()))
    (workplace / "go.sum").write_text((source / "go.sum").read_text() + pins)
    _run(go, workplace, "mod", "edit", "-require", f"{MODULE}@{version()}")
    _run(go, workplace, "build", "-mod=mod", "-ldflags", STAMP, "-o", str(made), COMMAND)


def requirements(text: str) -> str:
    """A module's go.mod as that of an empty one, without the tools that its makers use."""
    renamed = re.sub("^module .*", "module control", text, flags=re.MULTILINE)
    return re.sub(r"^tool (\(.*?^\)|\S+)$", "", renamed, flags=re.MULTILINE | re.DOTALL)


def _run(go: str, workplace: Path, *arguments: str) -> str:
    done = subprocess.run(
        [go, *arguments],
        cwd=workplace,
        capture_output=True,
        text=True,
        timeout=BUILD_TIMEOUT_S,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    if done.returncode != 0:
        text = (done.stderr or done.stdout).strip()[-600:]
        raise NotBuilt(f"OpenTofu could not be built: {text}")
    return done.stdout


if __name__ == "__main__":
    sys.stdout.write(f"{build()}\n")
