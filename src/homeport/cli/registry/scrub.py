"""`homeport registry scrub`: finds what has rotted on the disk."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping
from typing import Any

from homeport.cli import arguments, output
from homeport.cli.registry import asking, showing
from homeport.cli.view import words


def configure(parser: argparse.ArgumentParser) -> None:
    """Only the form of the result."""
    showing.add_output(parser)
    parser.epilog = (
        "What is damaged is served no more until it is pushed again. "
        "exit code: 0 where nothing is damaged and all could be read, else 1."
    )


def run(given: arguments.Given) -> int:
    """Reads all of it; 1 where anything is damaged or unreadable."""
    with asking.opened(given.load().settings) as registry:
        report = showing.report(registry, "scrub", {}, "Reading")
    if showing.is_json(given):
        output.out_json(report)
    else:
        _show(report)
    return 1 if report["damaged"] or report["unreadable"] else 0


def _show(report: Mapping[str, Any]) -> None:
    damaged = report["damaged"]
    if damaged:
        rows = [
            [showing.short(each["digest"]), words.amount(each["size"]), _how(each), _needed(each)]
            for each in damaged
        ]
        showing.table(["damaged", "size", "how", "needed by"], rows, ["size"])
        output.out("")
    for line in _said(report):
        output.out(line)


def _needed(damaged: Mapping[str, Any]) -> str:
    """The tags that can not be pulled, or the repositories."""
    found = [
        f"{repository}:{','.join(tags)}" if tags else str(repository)
        for repository, tags in damaged["needed_by"]
    ]
    return " ".join(found) or "-"


def _how(damaged: Mapping[str, Any]) -> str:
    """What is wrong with it; digests as short as elsewhere."""
    parts = str(damaged["how"]).split(" ")
    return " ".join(showing.short(part) if ":" in part else part for part in parts)


def _said(report: Mapping[str, Any]) -> Iterator[str]:
    read = words.count(report["blobs"], "blob")
    yield (
        f"{read} and {words.count(report['manifests'], 'manifest')} were read, "
        f"{words.amount(report['bytes'])} in {words.took(report['duration_s'])}."
    )
    if report["damaged"]:
        yield "Push the images again that need what is damaged: it heals with that."
    elif not report["unreadable"]:
        yield "Every byte is what was pushed."
    for each in report["unreadable"]:
        yield f"{each['file']} ({showing.short(each['digest'])}) could not be read: {each['why']}"
    if report["leftover"]:
        left = words.count(
            report["leftover"], "file that no blob names", "files that no blob names"
        )
        yield f"{left}, {words.amount(report['leftover_bytes'])}: the next start removes them."
