"""Deletes of several objects, of folders, and of all that a bucket holds: counted, asked, done in batches, told of."""

from __future__ import annotations

import asyncio

from homeport.console.asking import troubles
from homeport.console.asking.troubles import Trouble
from homeport.console.cloud.s3 import counting, keys, working
from homeport.console.cloud.s3.working import Removal
from homeport.console.visit import Visit
from homeport.edge import http

CHOSEN = 1000
"""Boxes of a page at most, as `Options.page`."""
PATIENCE_S = 1.0
"""What is over by then needs no page of its own."""


async def ask(visit: Visit) -> http.Response:
    """What was ticked, counted, with the question whether it is to go. Changes nothing."""
    bucket = visit.names["bucket"]
    singles, prefixes = _chosen(visit)
    cloud = visit.cloud
    total = counting.NOTHING._replace(number=len(singles))
    for prefix in prefixes:
        total = total.plus(await counting.below(cloud, bucket, prefix))
    answer = await cloud.call("s3", "GetBucketVersioning", Bucket=bucket)
    return visit.page(
        "cloud/s3/remove.html",
        keys=keys,
        bucket=bucket,
        prefix=keys.decoded(visit.form.text("prefix")),
        singles=singles,
        prefixes=prefixes,
        total=total,
        has_versions=bool(answer.get("Status")),
        with_bucket=False,
    )


async def ask_all(visit: Visit) -> http.Response:
    """The same for a whole bucket, with all versions."""
    bucket = visit.names["bucket"]
    total = await counting.below(visit.cloud, bucket, "", has_versions=True)
    return visit.page(
        "cloud/s3/remove.html",
        keys=keys,
        bucket=bucket,
        prefix="",
        singles=[],
        prefixes=[""],
        total=total,
        has_versions=False,
        with_bucket=True,
    )


async def start(visit: Visit) -> http.Response:
    """Deletes what was asked for, and shows how far that is where it takes longer."""
    bucket = visit.names["bucket"]
    singles, prefixes = _chosen(visit)
    what = visit.form.choice("what", ("chosen", "all", "bucket"), "chosen")
    if what != "chosen":
        if visit.form.text("confirm") != bucket:
            raise Trouble(
                "The name of the bucket was not repeated, so nothing was deleted.",
                hint=f"Enter {bucket}.",
            )
        singles, prefixes = [], [""]
    removal = Removal(
        bucket,
        singles,
        prefixes,
        has_versions=what != "chosen" or visit.form.has("versions"),
        with_bucket=what == "bucket",
        expected=visit.form.number("expected", 0, 0, 10**12) or None,
    )
    if removal.has_versions and singles:
        # Each version has a name of its own; a listing knows them.
        removal.expected = None
    working.keep(visit.who.kept, removal)
    task = removal.start(visit.cloud)
    await asyncio.wait(
        {task, waiting := asyncio.ensure_future(visit.clock.sleep(PATIENCE_S))},
        return_when=asyncio.FIRST_COMPLETED,
    )
    waiting.cancel()
    if removal.is_over and removal.wrong is None and not removal.failed:
        return _end(visit, removal)
    return visit.go(keys.bucket(bucket, f"removals/{removal.id}"))


def _chosen(visit: Visit) -> tuple[list[str], list[str]]:
    """Keys and prefixes of the form."""
    singles = [keys.decoded(each) for each in visit.form.all("key")]
    prefixes = [keys.decoded(each) for each in visit.form.all("below")]
    if len(singles) + len(prefixes) > CHOSEN:
        raise Trouble(f"More than {CHOSEN} were chosen.")
    if not singles and not prefixes and not visit.form.has("what"):
        raise Trouble("Nothing was chosen.", hint="Tick what is to go.")
    return singles, prefixes


def _end(visit: Visit, removal: Removal) -> http.Response:
    number = f"{removal.done:,} {'object' if removal.done == 1 else 'objects'}"
    if removal.bucket_is_gone:
        return visit.go("/s3", said=f"The bucket {removal.bucket} was deleted, with {number}.")
    prefix = keys.decoded(visit.form.text("prefix"))
    said = f"{number} {'was' if removal.done == 1 else 'were'} deleted."
    return visit.go(keys.bucket(removal.bucket, prefix=prefix), said=said)


async def show(visit: Visit) -> http.Response:
    """How far it is."""
    removal = _found(visit)
    return visit.page("cloud/s3/removal.html", part="state", keys=keys, removal=removal)


async def stop(visit: Visit) -> http.Response:
    """Ends it after the batch that is under way."""
    removal = _found(visit)
    removal.is_stopped = True
    return visit.go(keys.bucket(removal.bucket, f"removals/{removal.id}"))


def _found(visit: Visit) -> Removal:
    removal = working.find(visit.who.kept, visit.names["id"])
    if removal is None or removal.bucket != visit.names["bucket"]:
        raise troubles.missing(
            "This removal is not known here any more.", "It went on to its end; look at the bucket."
        )
    return removal
