"""Python: the same minor version as AWS's, wherever this machine has it.

https://docs.aws.amazon.com/lambda/latest/dg/lambda-python.html
"""

from __future__ import annotations

import importlib.util
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from homeport.aws.lambda_.model import Version
from homeport.aws.lambda_.runtimes import interpreters
from homeport.aws.lambda_.runtimes.base import SCRIPTS, Places, Run, missing

MINORS = range(8, 15)
"""The bootstrap runs on these."""

_SCRIPTS = ("bootstrap.py", "homeport_runtime")
_PACKAGES = ("boto3", "botocore", "s3transfer", "jmespath", "dateutil", "six", "urllib3")
"""AWS has its SDK in the runtime: https://docs.aws.amazon.com/lambda/latest/dg/python-package.html"""
_PACKAGES_SINCE = 10
"""The first minor version on which today's SDK runs."""


class Python:
    """Finds interpreters and says how they run a function."""

    def __init__(self) -> None:
        self._found: dict[int, Path] = {}
        self._packages: dict[str, Path] | None = None

    def run(self, version: Version, places: Places) -> Run:
        """How a version is run. Raises `MissingRuntime`."""
        minor = int(version.runtime.rpartition(".")[2])
        program = self._interpreter(minor)
        if program is None:
            raise self._missing(version, minor)
        return Run(
            command=(str(program), "-S", "-u", f"{places.runtime}/bootstrap.py", places.layers),
            binaries=str(program.parent),
            roots=interpreters.roots(program),
            scripts={**{name: SCRIPTS / name for name in _SCRIPTS}, **self._sdk(minor)},
            variables={"PYTHONPATH": places.runtime},
        )

    def _interpreter(self, minor: int) -> Path | None:
        found = self._found.get(minor)
        if found is None or not found.exists():
            found = next(interpreters.real(_candidates(minor)), None)
            if found is not None:
                self._found[minor] = found
        return found

    def _missing(self, version: Version, minor: int) -> Exception:
        here = [other for other in reversed(MINORS) if self._interpreter(other)]
        return missing(
            version,
            f"Python 3.{minor}",
            f"apt-get install python3.{minor}, or pyenv install 3.{minor}",
            f"python3.{here[0]}" if here else "",
        )

    def _sdk(self, minor: int) -> dict[str, Path]:
        """The SDK of this installation, last on the function's path, where there is one that runs."""
        if minor < _PACKAGES_SINCE:
            return {}
        if self._packages is None:
            self._packages = _installed(_PACKAGES)
        return {f"packages/{name}": path for name, path in self._packages.items()}


def _candidates(minor: int) -> Iterator[Path]:
    name = f"python3.{minor}"
    if sys.version_info[:2] == (3, minor):
        yield Path(getattr(sys, "_base_executable", sys.executable))
    # Path.home() raises where there is none, as in a container whose user has no name.
    home = Path(os.path.expanduser("~"))  # noqa: PTH111
    pyenv = Path(os.environ.get("PYENV_ROOT", home / ".pyenv"))
    uv = Path(os.environ.get("UV_PYTHON_INSTALL_DIR", home / ".local/share/uv/python"))
    for path in interpreters.named(name, "python3"):
        if _is_minor(path, minor):
            yield path
    yield from interpreters.matching(pyenv / "versions", f"3.{minor}*/bin/{name}")
    yield from interpreters.matching(uv, f"cpython-3.{minor}*/bin/{name}")


def _is_minor(path: Path, minor: int) -> bool:
    """By the name of what the link leads to, which is always a full one."""
    return re.fullmatch(rf"python3\.{minor}", path.resolve().name) is not None


def _installed(names: tuple[str, ...]) -> dict[str, Path]:
    found = {}
    for name in names:
        spec = importlib.util.find_spec(name)
        if spec is None or spec.origin is None:
            continue
        origin = Path(spec.origin)
        path = origin.parent if origin.name == "__init__.py" else origin
        found[path.name] = path
    return found if "botocore" in found else {}
