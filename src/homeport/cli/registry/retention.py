"""`homeport registry retention`: lets go of the tags that no retention rule keeps."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from typing import Any

from homeport.cli import arguments, output
from homeport.cli.registry import asking, showing
from homeport.cli.view import words


def configure(parser: argparse.ArgumentParser) -> None:
    """To do it, or only to look."""
    parser.add_argument(
        "-n", "--dry-run", action="store_true", help="show what would go, and change nothing"
    )
    showing.add_output(parser)
    parser.epilog = "The rules are registry.retention of the settings; docs/registry.md."


def run(given: arguments.Given) -> int:
    """Applies the rules and says what came of it."""
    with asking.opened(given.load().settings) as registry:
        rules = asking.ask(registry, "GET", "rules")["retention"]
        body = {"dry_run": given["dry_run"]}
        report = showing.report(registry, "retention", body, "Looking through the tags")
    if showing.is_json(given):
        output.out_json(report)
    elif not rules:
        output.say(
            "There are no retention rules, so all tags stay.\n"
            "  docs/registry.md shows some. A registry that runs has those that it was started with."
        )
    else:
        _show(report)
    return 0


def _show(report: Mapping[str, Any]) -> None:
    rows = [
        [f"{each['repository']}:{tag['tag']}", showing.short(tag["digest"]), tag["why"]]
        for each in report["repositories"]
        for tag in each["removed"]
    ]
    if rows:
        showing.table(["tag", "digest", "why"], rows)
    output.out(_said(report, len(rows)))


def _said(report: Mapping[str, Any], shown: int) -> str:
    """What came of it."""
    would = "would go" if report["is_dry_run"] else "went"
    if not (report["tags"] or report["manifests"]):
        return "Every tag stays."
    more = f"and {report['tags'] - shown:,} more\n" if report["tags"] > shown else ""
    things = [
        words.count(report["tags"], "tag"),
        words.count(report["manifests"], "manifest"),
    ]
    frees = "would then free" if report["is_dry_run"] else "frees"
    lines: Sequence[str] = (
        f"{more}\n{' and '.join(things)} {would}; {words.count(report['kept'], 'tag')} of the same repositories stay.",
        f"homeport registry gc {frees} {words.amount(report['bytes'])}, once its grace period is over.",
    )
    return "\n".join(lines)
