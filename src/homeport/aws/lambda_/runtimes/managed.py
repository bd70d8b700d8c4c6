"""Which of AWS's runtime identifiers runs by what.

https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html
"""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Protocol

from homeport.aws.lambda_ import model
from homeport.aws.lambda_.executors.base import MissingRuntime
from homeport.aws.lambda_.invoking.functions import Code
from homeport.aws.lambda_.model import Version
from homeport.aws.lambda_.runtimes import custom
from homeport.aws.lambda_.runtimes.base import Places, Run
from homeport.aws.lambda_.runtimes.java import Java
from homeport.aws.lambda_.runtimes.node import Node
from homeport.aws.lambda_.runtimes.python import Python
from homeport.aws.lambda_.runtimes.ruby import Ruby

WRAPPER = "AWS_LAMBDA_EXEC_WRAPPER"
"""A program of the function that starts the runtime in its own way:
https://docs.aws.amazon.com/lambda/latest/dg/runtimes-modify.html#runtime-wrapper"""

_NAME = re.compile(
    r"(python)3\.\d+|(nodejs)\d+\.x|(ruby)3\.\d+|(java)\d+(?:\.al2)?|(provided)(?:\.al\d+)?|(dotnet).*"
)


class Family(Protocol):
    """The runtimes of one language."""

    def run(self, version: Version, places: Places) -> Run:
        """How a version is run. Raises `MissingRuntime`."""


class Runtimes:
    """The runtimes of this machine."""

    def __init__(self) -> None:
        self._java = Java()
        self._families: dict[str, Family] = {
            "python": Python(),
            "nodejs": Node(),
            "ruby": Ruby(),
            "java": self._java,
        }

    async def prepare(self, version: Version, folder: Path) -> None:
        """Does what has to be done once before a version can run; `folder` may hold what comes of it."""
        if version.runtime.startswith("java"):
            await self._java.prepare(version, folder)

    def check(self, version: Version) -> None:
        """Raises `MissingRuntime` where a version cannot run here."""
        self.run(version, Code(None), Places())

    def run(self, version: Version, code: Code, places: Places) -> Run:
        """How a version is run. Raises `MissingRuntime`."""
        if version.package_type == model.IMAGE:
            raise MissingRuntime(
                f"Function {version.function.name} is a container image, which a process cannot run.",
                hint="Choose the docker executor, or publish the function as a zip.",
            )
        name = _NAME.fullmatch(version.runtime)
        if name is None:
            raise MissingRuntime(
                f"Function {version.function.name} needs the runtime {version.runtime}, which cannot run here.",
                hint="Choose a newer one, or provided.al2023 with a runtime of its own.",
            )
        family = next(filter(None, name.groups()))
        if family == "provided":
            return custom.run(code, places)
        if family == "dotnet":
            raise custom.no_dotnet(version)
        return _wrapped(self._families[family].run(version, places), version)


def _wrapped(run: Run, version: Version) -> Run:
    wrapper = version.environment.get(WRAPPER, "")
    return replace(run, command=(wrapper, *run.command)) if wrapper else run
