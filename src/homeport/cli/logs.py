"""`homeport logs`: what the components wrote."""

from __future__ import annotations

import importlib
import os
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO, Protocol

from homeport import errors
from homeport.cli import arguments, output
from homeport.stack import folders, settings
from homeport.targets.local import logfile

INTERVAL_S = 0.2
LINES = 100

_CLUSTER = "homeport.cli.kubernetes.logs"
"""Loaded only where the settings' target is a cluster."""

_HERE, _THERE = (*settings.COMPONENTS, "supervisor"), settings.DEPLOYED


class Cluster(Protocol):
    """What the module of the cluster has."""

    def run(self, given: arguments.Given, component: str | None) -> int:
        """Shows what the pods wrote."""


def configure(parser: arguments.Parser) -> None:
    """Whose, how much, and whether to go on."""
    names = tuple(dict.fromkeys((*_HERE, *_THERE)))
    parser.add_argument("component", nargs="?", choices=names, help="of one only")
    parser.add_argument(
        "--component", dest="of", choices=names, metavar="COMPONENT", help="the same"
    )
    parser.add_argument("-f", "--follow", action="store_true", help="go on until Ctrl-C")
    parser.add_argument(
        "-n",
        "--lines",
        "--tail",
        type=int,
        default=LINES,
        help="of each component, the last ones (default: %(default)s)",
    )
    parser.add_argument(
        "-p",
        "--previous",
        action="store_true",
        help="of the containers before the last restart; with --target kubernetes",
    )


def run(given: arguments.Given) -> int:
    """Shows the last lines, then waits for more where that is wanted."""
    chosen = given.load().settings
    component = given["component"] or given["of"]
    is_deployed = chosen.target == settings.KUBERNETES
    _check(component, _THERE if is_deployed else _HERE, chosen.target)
    if is_deployed:
        cluster: Cluster = importlib.import_module(_CLUSTER)
        return cluster.run(given, component)
    if given["previous"]:
        raise arguments.UsageError(
            "homeport logs: --previous is for pods.",
            hint="Of this machine, -n 1000 shows what was written before a restart, too; of the cluster: --target kubernetes.",
        )
    return _run(given, component, folders.of(chosen))


def _check(component: str | None, known: Sequence[str], target: str) -> None:
    if component is not None and component not in known:
        raise arguments.UsageError(
            f"homeport logs: there is no {component} on the target {target}.",
            hint=f"There are {', '.join(known)}; --target says where to look.",
        )


def _run(given: arguments.Given, component: str | None, where: folders.Folders) -> int:
    names = [component] if component else list(settings.COMPONENTS)
    width = max(map(len, names))
    tails = [
        Tail(where.log(name), f"{name:<{width}} | " if len(names) > 1 else "") for name in names
    ]
    if not given["follow"] and not any(tail.path.exists() for tail in tails):
        raise errors.HomeportError(
            f"There are no logs in {where.logs} yet.", hint="homeport up starts the stack."
        )
    for tail in tails:
        tail.show_last(max(0, given["lines"]))
    if given["follow"]:
        _follow(tails)
    return 0


def _follow(tails: Sequence[Tail]) -> None:
    pause = threading.Event()
    while True:
        for tail in tails:
            tail.show_new()
        pause.wait(INTERVAL_S)


class Tail:
    """One log file, followed through being set aside for a new one."""

    def __init__(self, path: Path, label: str) -> None:
        self.path = path
        self._label = label
        self._file: BinaryIO | None = None

    def show_last(self, count: int) -> None:
        """The last lines of it, and of the file before it where that is needed."""
        self._file = self._opened()
        lines = self._file.readlines() if self._file else []
        older = logfile.older(self.path)
        if len(lines) < count and older.exists():
            lines = older.read_bytes().splitlines(keepends=True) + lines
        self._write(lines[-count:] if count else [])

    def show_new(self) -> None:
        """What was written since."""
        if self._file is None:
            self._file = self._opened()
            if self._file is None:
                return
        self._write(self._file.readlines())
        if self._was_set_aside():
            self._write(self._file.readlines())
            self._file.close()
            self._file = self._opened()

    def _opened(self) -> BinaryIO | None:
        return self.path.open("rb") if self.path.exists() else None

    def _was_set_aside(self) -> bool:
        if self._file is None or not self.path.exists():
            return False
        return not os.path.samestat(self.path.stat(), os.fstat(self._file.fileno()))

    def _write(self, lines: Sequence[bytes]) -> None:
        for line in lines:
            output.out(self._label + line.decode(errors="replace").rstrip("\n"))
        sys.stdout.flush()
