"""Ruby: any Ruby 3 of this machine, AWS's own minor version where there is a choice.

https://docs.aws.amazon.com/lambda/latest/dg/lambda-ruby.html
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

_MAJOR = 3


class Ruby:
    """Finds interpreters and says how they run a function."""

    def __init__(self) -> None:
        self._versions: dict[Path, tuple[int, int]] = {}

    def run(self, version: Version, places: Places) -> Run:
        """How a version is run. Raises `MissingRuntime`."""
        minor = int(version.runtime.rpartition(".")[2])
        program = self._interpreter(minor)
        if program is None:
            raise missing(version, f"Ruby {_MAJOR}", "apt-get install ruby, or rbenv install 3.4")
        gems = f"ruby/{_MAJOR}.{self._versions[program][1]}.0"
        bundle = f"{places.task}/vendor/bundle/{gems}"
        layers = f"{places.layers}/ruby/gems/{gems.removeprefix('ruby/')}"
        return Run(
            command=(str(program), f"{places.runtime}/bootstrap.rb"),
            binaries=str(program.parent),
            roots=interpreters.roots(program),
            scripts={"bootstrap.rb": SCRIPTS / "bootstrap.rb"},
            variables={
                "GEM_PATH": f"{bundle}:{layers}",
                "RUBYLIB": f"{places.task}:{places.runtime}/lib:{places.layers}/ruby/lib",
            },
        )

    def _interpreter(self, wanted: int) -> Path | None:
        """The wanted one, and else the nearest."""
        found = []
        for path in interpreters.real(_candidates(wanted)):
            if path not in self._versions:
                self._versions[path] = _version_of(path)
            major, minor = self._versions[path]
            if major == _MAJOR:
                found.append((abs(minor - wanted), path))
        return min(found, default=(0, None))[1]


def _candidates(minor: int) -> Iterator[Path]:
    yield from interpreters.named(f"ruby{_MAJOR}.{minor}", "ruby")
    rbenv = Path(os.environ.get("RBENV_ROOT", Path.home() / ".rbenv"))
    yield from interpreters.matching(rbenv / "versions", f"{_MAJOR}.*/bin/ruby")


def _version_of(program: Path) -> tuple[int, int]:
    """By its name or by asking it; zeros where it gives no answer."""
    found = re.fullmatch(r"ruby(\d+)\.(\d+)", program.name)
    if not found:
        try:
            answer = subprocess.run(  # noqa: S603 - a program by the name of ruby
                [program, "--version"], capture_output=True, text=True, timeout=10, check=False
            )
        except (OSError, subprocess.TimeoutExpired):
            return 0, 0
        found = re.match(r"ruby (\d+)\.(\d+)", answer.stdout)
    return (int(found[1]), int(found[2])) if found else (0, 0)
