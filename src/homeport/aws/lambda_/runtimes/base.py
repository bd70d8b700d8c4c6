"""What a runtime needs to run a function."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from homeport.aws.lambda_.executors.base import MissingRuntime
from homeport.aws.lambda_.model import Version

SCRIPTS = Path(__file__).parent / "scripts"
"""The parts that run inside of environments."""


@dataclass(frozen=True, slots=True)
class Places:
    """Where a function finds its things. These are AWS's; without a root of its own it has others.

    https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime
    """

    task: str = "/var/task"
    layers: str = "/opt"
    runtime: str = "/var/runtime"
    temporary: str = "/tmp"  # noqa: S108 - that of the environment


@dataclass(frozen=True, slots=True)
class Run:
    """How a version is run."""

    command: tuple[str, ...]
    """Empty where the function has nothing that could be started."""
    binaries: str = ""
    """The folder of the interpreter, for PATH."""
    roots: tuple[Path, ...] = ()
    """Folders of this machine that the interpreter needs beside /usr, at the same place inside."""
    scripts: Mapping[str, Path] = field(default_factory=dict)
    """What the runtime's folder holds: name inside, and the file or folder of this machine."""
    variables: Mapping[str, str] = field(default_factory=dict)


def missing(version: Version, needs: str, install: str, here: str = "") -> MissingRuntime:
    """Says what a function needs, and how to come by it."""
    otherwise = f" or choose runtime {here}, which is here" if here else ""
    return MissingRuntime(
        f"Function {version.function.name} needs {needs}, which was not found.",
        hint=f"Install it ({install}){otherwise}.",
    )
