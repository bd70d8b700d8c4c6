"""`homeport registry gc`: frees what no image needs."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping
from typing import Any

from homeport.cli import arguments, output
from homeport.cli.registry import asking, durations, showing
from homeport.cli.view import words


def configure(parser: argparse.ArgumentParser) -> None:
    """What to free, or only to look."""
    parser.add_argument(
        "-n", "--dry-run", action="store_true", help="show what would go, and change nothing"
    )
    parser.add_argument(
        "--grace",
        type=durations.seconds,
        metavar="TIME",
        help="keep what was uploaded or asked for within this time, such as 1h (by default registry.gc_grace); "
        "0s while something is being pushed can make that push fail",
    )
    parser.add_argument(
        "--untagged",
        type=durations.seconds,
        metavar="TIME",
        help="also free images without a tag that nobody pushed or pulled within this time, such as 7d "
        "(by default registry.gc_untagged)",
    )
    showing.add_output(parser)
    parser.epilog = "Pushes and pulls go on meanwhile."


def run(given: arguments.Given) -> int:
    """Collects and says what came of it."""
    body = {
        "dry_run": given["dry_run"],
        "grace_s": given["grace"],
        "untagged_s": given["untagged"],
    }
    with asking.opened(given.load().settings) as registry:
        report = showing.report(registry, "gc", body, "Collecting")
    if showing.is_json(given):
        output.out_json(report)
        return 0
    if report["is_dry_run"]:
        _show_things(report)
    for line in _said(report):
        output.out(line)
    return 0


def _show_things(report: Mapping[str, Any]) -> None:
    things = report["things"]
    if not things:
        return
    rows = [
        [
            thing["repository"],
            showing.short(thing["digest"]),
            words.amount(thing["size"]),
            thing["why"],
        ]
        for thing in things
    ]
    showing.table(["repository", "digest", "size", "why"], rows, ["size"])
    more = report["links"] + report["manifests"] - len(things)
    output.out(f"and {more:,} more\n" if more > 0 else "")


def _said(report: Mapping[str, Any]) -> Iterator[str]:
    """What came of it, and what to do next."""
    yield _freed(report)
    if report["young"]:
        kept = words.count(report["young"], "blob that no image needs", "blobs that no image needs")
        verb = "stays" if report["young"] == 1 else "stay"
        yield f"{kept} {verb}, uploaded or asked for too lately (--grace)."
    if report["kept_untagged_bytes"]:
        held = words.amount(report["kept_untagged_bytes"])
        yield (
            f"{held} are held by {_untagged(report['kept_untagged'])} alone."
            " homeport registry gc --untagged 7d frees what was not used for a week."
        )


def _freed(report: Mapping[str, Any]) -> str:
    would = report["is_dry_run"]
    things = [
        words.count(report["blobs"], "blob") if report["blobs"] else "",
        _untagged(report["manifests"]) if report["manifests"] else "",
        words.count(report["repositories"], "empty repository", "empty repositories")
        if report["repositories"]
        else "",
    ]
    gone = ", ".join(filter(None, things))
    if gone:
        verb = "would be freed" if would else "freed"
        return f"{words.amount(report['blob_bytes'])} {verb}: {gone}."
    if report["links"]:
        left = words.count(report["links"], "blob")
        return f"No room: {left} {'would leave' if would else 'left'} a repository, and others need them."
    return "Nothing would go." if would else "There was nothing to free."


def _untagged(number: int) -> str:
    return words.count(number, "image without a tag", "images without a tag")
