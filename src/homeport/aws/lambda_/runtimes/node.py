"""Node: AWS's major version where this machine has it, and else the next newer one that is here.

https://docs.aws.amazon.com/lambda/latest/dg/lambda-nodejs.html
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

from homeport.aws.lambda_.model import Version
from homeport.aws.lambda_.runtimes import interpreters
from homeport.aws.lambda_.runtimes.base import SCRIPTS, Places, Run, missing

_SCRIPTS = ("bootstrap.mjs", "errors.mjs", "streaming.mjs")
_OLDEST = 18
"""The bootstrap runs since then."""
_HEADER = re.compile(r"#define NODE_MAJOR_VERSION (\d+)")
_SHARE_OF_MEMORY = 0.9
"""Of the function's memory, what JavaScript's objects may fill before they are collected in earnest."""


class Node:
    """Finds interpreters and says how they run a function."""

    def __init__(self) -> None:
        self._majors: dict[Path, int] = {}

    def run(self, version: Version, places: Places) -> Run:
        """How a version is run. Raises `MissingRuntime`."""
        wanted = int(version.runtime.removeprefix("nodejs").removesuffix(".x"))
        program = self._interpreter(max(wanted, _OLDEST))
        if program is None:
            raise missing(
                version,
                f"Node.js {wanted} or newer",
                f"nvm install {wanted}, or the package nodejs of your system where it is that new",
            )
        size = int(version.memory_mb * _SHARE_OF_MEMORY)
        script = f"{places.runtime}/bootstrap.mjs"
        modules = [f"{places.layers}/nodejs/node{wanted}/node_modules"]
        modules += [f"{places.layers}/nodejs/node_modules", f"{places.runtime}/node_modules"]
        return Run(
            command=(str(program), f"--max-old-space-size={size}", script),
            binaries=str(program.parent),
            roots=interpreters.roots(program),
            scripts={name: SCRIPTS / name for name in _SCRIPTS},
            variables={"NODE_PATH": ":".join([*modules, places.runtime, places.task])},
        )

    def _interpreter(self, wanted: int) -> Path | None:
        """The oldest one that is new enough."""
        found = [(self._major(path), path) for path in interpreters.real(_candidates())]
        return min(((major, path) for major, path in found if major >= wanted), default=(0, None))[
            1
        ]

    def _major(self, program: Path) -> int:
        if program not in self._majors:
            self._majors[program] = _major_of(program)
        return self._majors[program]


def _candidates() -> Iterator[Path]:
    yield from interpreters.named("node", "nodejs")
    nvm = Path(os.environ.get("NVM_DIR", Path.home() / ".nvm"))
    yield from interpreters.matching(nvm / "versions" / "node", "v*/bin/node")


def _major_of(program: Path) -> int:
    """By the header that lies beside it, or by asking it; 0 where it gives no answer."""
    header = program.parent.parent / "include" / "node" / "node_version.h"
    if header.is_file() and (found := _HEADER.search(header.read_text())):
        return int(found[1])
    try:
        answer = subprocess.run(  # noqa: S603 - a program by the name of node
            [program, "--version"], capture_output=True, text=True, timeout=10, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return 0
    found = re.match(r"v(\d+)\.", answer.stdout)
    return int(found[1]) if found else 0
