"""The health check of the container: asks the component that runs in it, at the port and in the way that its settings say.

https://docs.docker.com/reference/dockerfile/#healthcheck
"""

import asyncio
import os
import sys
from pathlib import Path

from homeport import errors
from homeport.cli import arguments, serve
from homeport.targets.local import component, health


def main() -> int:
    """0 where it is ready, 1 where it is not; the only codes that Docker knows."""
    words = _words()
    if not words:
        return _unhealthy("homeport serve does not run here")
    parser = arguments.Parser(words, prog="homeport serve")
    serve.configure(parser)
    try:
        given = parser.given()
        asked = component.components(given.load().settings, os.environ, [given["component"]])[0]
    except errors.HomeportError as error:
        return _unhealthy(error.what)
    if asyncio.run(health.Prober().is_ready(asked)):
        return 0
    return _unhealthy(f"{asked.name} does not answer {asked.health} on port {asked.port}")


def _words() -> list[str]:
    """What the first `homeport serve` was told; empty where there is none.

    It need not be process 1, which is another's with `docker run --init` and with a PID namespace that a pod shares.
    """
    for pid in sorted(int(name) for name in os.listdir("/proc") if name.isdecimal()):  # noqa: PTH208
        try:
            line = Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace").split("\0")
        except OSError:
            continue  # it has just ended
        if "serve" in line and any("homeport" in word for word in line[: line.index("serve")]):
            return line[line.index("serve") + 1 : -1]
    return []


def _unhealthy(why: str) -> int:
    sys.stdout.write(f"{why}\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())
