"""How the commands of the registry show things: with colours on a terminal, plain elsewhere, as JSON for programs."""

from __future__ import annotations

import argparse
import contextlib
import importlib
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol

from homeport import errors
from homeport.cli import arguments, output
from homeport.cli.registry import asking

_PROGRESS = "homeport.cli.view.progress"
_TABLES = "homeport.cli.view.tables"
"""Loaded only for a terminal."""

Tell = Callable[[int, int], None]


class _Progress(Protocol):
    def bar(self, label: str) -> AbstractContextManager[Tell]: ...


class _Tables(Protocol):
    def show(
        self, heads: Sequence[str], rows: Sequence[Sequence[str]], numbers: Sequence[str]
    ) -> None: ...


def add_output(parser: argparse.ArgumentParser) -> None:
    """The argument for the form of the result."""
    parser.add_argument(
        "-o",
        "--output",
        choices=("text", "json"),
        default="text",
        help="the form of the result (default: %(default)s)",
    )


def is_json(given: arguments.Given) -> bool:
    """Whether a program reads the result."""
    return bool(given["output"] == "json")


def table(heads: Sequence[str], rows: Sequence[Sequence[str]], numbers: Sequence[str] = ()) -> None:
    """Shows a table; `numbers` are the heads of the columns that hold some."""
    if sys.stdout.isatty():
        tables: _Tables = importlib.import_module(_TABLES)
        tables.show(heads, rows, numbers)
    else:
        output.out(output.table(heads, rows))


@contextlib.contextmanager
def bar(label: str) -> Iterator[Tell]:
    """A progress bar on a terminal, silence elsewhere."""
    if not sys.stderr.isatty():
        yield lambda _done, _total: None
        return
    progress: _Progress = importlib.import_module(_PROGRESS)
    with progress.bar(label) as tell:
        yield tell


def report(registry: asking.Registry, place: str, body: dict[str, Any], label: str) -> Any:
    """Has the registry do something, shows how far it is, and returns its report. Raises `HomeportError` where it fails."""
    with bar(label) as tell:
        for line in asking.stream(registry, place, body):
            if "progress" in line:
                tell(line["progress"]["done"], line["progress"]["total"])
            elif "error" in line:
                raise asking.failure(line["error"])
            elif "report" in line:
                return line["report"]
    raise errors.HomeportError(
        "The registry stopped before the end.", hint="What it has done stays done; try again."
    )


def short(digest: str) -> str:
    """A digest as docker shows it: https://docs.docker.com/reference/cli/docker/image/ls/#digests"""
    algorithm, _, encoded = digest.partition(":")
    return f"{algorithm}:{encoded[:12]}"
