"""`homeport registry import`: takes over the storage folder of a registry v2."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from homeport.cli import arguments, output
from homeport.cli.registry import asking, showing
from homeport.cli.view import words


def configure(parser: argparse.ArgumentParser) -> None:
    """From where."""
    parser.add_argument(
        "path",
        type=Path,
        help="the storage folder, such as /var/lib/registry, on the registry's machine",
    )
    parser.add_argument(
        "--move", action="store_true", help="remove blobs there once they are here and safe"
    )
    showing.add_output(parser)
    parser.epilog = (
        "On one disk no blob is copied: both storages share its bytes. It can be repeated, and what was imported stays. "
        "exit code: 0 where all was taken over, else 1."
    )


def run(given: arguments.Given) -> int:
    """Takes it over; 1 where something was left out."""
    body = {"path": str(given["path"].absolute()), "move": given["move"]}
    with asking.opened(given.load().settings) as registry:
        report = showing.report(registry, "import", body, "Taking over")
    if showing.is_json(given):
        output.out_json(report)
    else:
        for line in _said(report):
            output.out(line)
    return 1 if report["skipped"] else 0


def _said(report: Mapping[str, Any]) -> Iterator[str]:
    yield (
        f"{words.count(report['tags'], 'tag')} and {words.count(report['manifests'], 'manifest')} were taken over"
        f" in {words.took(report['duration_s'])}; {report['present']:,} were here already."
    )
    for how, verb in (
        ("linked", "are shared with the old storage"),
        ("cloned", "were cloned, and take no room until either changes"),
        ("copied", "were copied"),
        ("removed", "were removed there"),
    ):
        if report[how]:
            size = words.amount(report[f"{how}_bytes"])
            yield f"{words.count(report[how], 'blob')} of {size} {verb}."
    if report["skipped"]:
        yield f"{words.count(report['skipped'], 'thing was', 'things were')} left out:"
    for trouble in report["troubles"]:
        yield f"  {trouble['where']}: {trouble['why']}"
