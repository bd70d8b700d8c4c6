"""`homeport registry usage`: what takes the room."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping
from typing import Any

from homeport import clock
from homeport.cli import arguments, output
from homeport.cli.registry import asking, showing
from homeport.cli.view import words

ORDERS = ("size", "name", "pushed", "pulled")
ROWS = 50


def configure(parser: argparse.ArgumentParser) -> None:
    """The whole, or each repository."""
    parser.add_argument(
        "-r", "--repositories", action="store_true", help="show each repository, the largest first"
    )
    parser.add_argument(
        "--order",
        choices=ORDERS,
        default=ORDERS[0],
        help="of the repositories (default: %(default)s)",
    )
    parser.add_argument(
        "-n",
        "--lines",
        type=int,
        default=ROWS,
        help="the most repositories to show, 1 to 1000 (default: %(default)s)",
    )
    showing.add_output(parser)


def run(given: arguments.Given) -> int:
    """Shows it."""
    if not 1 <= given["lines"] <= 1000:
        raise arguments.UsageError("-n: a number from 1 to 1000 is needed.")
    with asking.opened(given.load().settings) as registry:
        if given["repositories"]:
            place = f"usage/repositories?order={given['order']}&n={given['lines']}"
            found = asking.ask(registry, "GET", place)["repositories"]
        else:
            found = asking.ask(registry, "GET", "usage")
    if showing.is_json(given):
        output.out_json(found)
    elif given["repositories"]:
        _show_repositories(found)
        if len(found) == given["lines"]:
            output.say(f"No more than {given['lines']:,} are shown: -n gives another number.")
    else:
        showing.table(["what", "size", "how many"], list(_rows(found)), ["size"])
        show_runs(found)
    return 0


def _show_repositories(found: list[Mapping[str, Any]]) -> None:
    if not found:
        output.say("The registry is empty.")
        return
    now = clock.SystemClock().now()
    rows = [
        [
            each["name"],
            f"{each['tags']:,}",
            f"{each['manifests']:,}",
            words.amount(each["bytes"]),
            words.amount(each["shared"]),
            words.ago(now, each["pushed"]),
            words.ago(now, each["pulled"]),
        ]
        for each in found
    ]
    heads = ["repository", "tags", "manifests", "size", "shared", "last push", "last pull"]
    showing.table(heads, rows, heads[1:5])


def _rows(found: Mapping[str, Any]) -> Iterator[list[str]]:
    tags, repositories = (
        found["tags"],
        words.count(found["repositories"], "repository", "repositories"),
    )
    yield ["blobs", words.amount(found["blob_bytes"]), words.count(found["blobs"], "blob")]
    yield [
        "manifests",
        words.amount(found["manifest_bytes"]),
        f"{words.count(found['manifests'], 'manifest')}, {words.count(tags, 'tag')} in {repositories}",
    ]
    yield ["uploads", words.amount(found["upload_bytes"]), f"{found['uploads']:,} under way"]
    quota = found["quota"]
    if quota is not None and quota["limit"] is not None:
        share = 100 * quota["used"] / quota["limit"]
        yield ["quota", words.amount(quota["limit"]), f"{share:.0f} % in use"]
    disk = found["disk"]
    yield ["disk", words.amount(disk["total"]), f"{words.amount(disk['free'])} free"]


def show_runs(found: Mapping[str, Any]) -> None:
    """What ran last, and what is under way."""
    now = clock.SystemClock().now()
    if found["rotten"]:
        rotten = words.count(found["rotten"], "blob has", "blobs have")
        output.out(f"\n{rotten} rotted on the disk; homeport registry scrub tells which.")
    ended = [
        f"  {run['kind']:<10} {words.ago(now, run['ended'])}, took {words.took(run['ended'] - run['started'])}"
        for run in found["runs"]
    ]
    under_way = [
        f"  {run['kind']:<10} for {words.duration(now - run['started'])}{_share(run)}"
        for run in found["running"]
    ]
    for head, lines in (("Last runs", ended), ("Under way", under_way)):
        if lines:
            output.out("\n".join(["", head, *lines]))


def _share(run: Mapping[str, Any]) -> str:
    """How far it is, once it knows how much there is."""
    return f", {100 * run['done'] / run['total']:.0f} % done" if run["total"] else ""
