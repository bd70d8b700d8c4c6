"""Java: AWS's major version or the next newer one that is here, with its compiler.

https://docs.aws.amazon.com/lambda/latest/dg/lambda-java.html
"""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import Iterator
from pathlib import Path

from homeport.aws.lambda_.executors.base import StartFailed
from homeport.aws.lambda_.model import Version
from homeport.aws.lambda_.runtimes import interpreters
from homeport.aws.lambda_.runtimes.base import SCRIPTS, Places, Run, missing

_OLDEST = 11
"""The bootstrap is compiled for it, and runs since then."""
_CLASSES = "java-bootstrap"
_VERSION = re.compile(r'^JAVA_VERSION="(\d+)', re.MULTILINE)
_SHARE_OF_MEMORY = 0.75
"""Of the function's memory, what Java's objects may fill."""


class Java:
    """Finds installations and says how they run a function."""

    def __init__(self) -> None:
        self._classes: asyncio.Task[Path] | None = None

    async def prepare(self, version: Version, folder: Path) -> None:
        """Compiles the bootstrap, once for all functions, to a folder below this one."""
        if self._classes is None or (self._classes.done() and self._classes.exception()):
            compiler = self._home(version) / "bin" / "javac"
            self._classes = asyncio.ensure_future(_compiled(compiler, folder / _CLASSES))
        await asyncio.shield(self._classes)

    def run(self, version: Version, places: Places) -> Run:
        """How a version is run. Raises `MissingRuntime`."""
        program = self._home(version) / "bin" / "java"
        path = [f"{places.runtime}/classes", places.task, f"{places.task}/lib/*"]
        path.append(f"{places.layers}/java/lib/*")
        classes = self._classes
        return Run(
            command=(
                str(program),
                f"-Xmx{int(version.memory_mb * _SHARE_OF_MEMORY)}m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-XX:-UsePerfData",
                "-Xshare:auto",
                "-cp",
                ":".join(path),
                "Bootstrap",
            ),
            binaries=str(program.parent),
            roots=interpreters.roots(program),
            scripts={"classes": classes.result()} if classes is not None else {},
        )

    def _home(self, version: Version) -> Path:
        """The oldest one that is new enough."""
        wanted = int(re.findall(r"\d+", version.runtime)[0])
        found = [(_major(home), home) for home in _homes()]
        home = min(((n, h) for n, h in found if n >= max(wanted, _OLDEST)), default=(0, None))[1]
        if home is None:
            needs = f"a Java Development Kit {max(wanted, _OLDEST)} or newer"
            raise missing(version, needs, f"apt-get install openjdk-{wanted}-jdk-headless")
        return home


def _homes() -> Iterator[Path]:
    """Installations that have a compiler."""
    candidates = [Path(os.environ["JAVA_HOME"], "bin/java")] if "JAVA_HOME" in os.environ else []
    candidates += interpreters.named("java")
    candidates += interpreters.matching(Path("/usr/lib/jvm"), "*/bin/java")
    candidates += interpreters.matching(Path.home() / ".sdkman/candidates/java", "*/bin/java")
    for program in interpreters.real(candidates):
        if (program.parent / "javac").exists():
            yield program.parent.parent


def _major(home: Path) -> int:
    """By the file that every installation has since Java 9."""
    try:
        found = _VERSION.search((home / "release").read_text())
    except OSError:
        return 0
    return int(found[1]) if found else 0


async def _compiled(compiler: Path, folder: Path) -> Path:
    sources = sorted(str(path) for path in (SCRIPTS / "java").glob("*.java"))
    process = await asyncio.create_subprocess_exec(
        str(compiler),
        "--release",
        str(_OLDEST),
        "-d",
        str(folder),
        *sources,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    told, _ = await process.communicate()
    if process.returncode:
        text = told.decode(errors="replace")
        raise StartFailed(f"The part of the runtime that runs in Java was not compiled: {text}")
    _open_to_all(folder)
    return folder


def _open_to_all(folder: Path) -> None:
    """Functions have another user, whatever the umask of this one."""
    for path in (folder, *folder.iterdir()):
        path.chmod(0o755)
