"""Deletes that take their time: they go on while the visitor looks elsewhere, and tell how far they are.

https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from homeport import errors
from homeport.console.asking.cloud import Cloud
from homeport.console.cloud.s3 import keys

BATCH = 1000
"""Keys of one DeleteObjects: https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html"""
FAILURES = 20
"""That are named; the others are counted."""
KEPT = 8
"""Removals that a login can look at, the last ones."""

_running: set[asyncio.Task[None]] = set()
"""A loop holds its tasks weakly: https://docs.python.org/3/library/asyncio-task.html#asyncio.create_task"""


@dataclass
class Removal:
    """One delete of much."""

    bucket: str
    single: list[str]
    """Keys."""
    prefixes: list[str]
    """All below them."""
    has_versions: bool
    """Whether former versions and delete markers go too."""
    with_bucket: bool = False
    """Whether the bucket itself goes when it is empty."""
    expected: int | None = None
    """How many there were when they were counted; None where there were too many to count."""
    id: str = field(default_factory=lambda: secrets.token_urlsafe(9))
    done: int = 0
    failed: int = 0
    failures: list[tuple[str, str]] = field(default_factory=list)
    """Key and why, the first of them."""
    wrong: errors.HomeportError | None = None
    """What ended it too early."""
    is_stopped: bool = False
    is_over: bool = False
    bucket_is_gone: bool = False

    def start(self, cloud: Cloud) -> asyncio.Task[None]:
        """Begins."""
        task = asyncio.get_running_loop().create_task(self._run(cloud))
        _running.add(task)
        task.add_done_callback(_running.discard)
        return task

    async def _run(self, cloud: Cloud) -> None:
        try:
            await self._remove(cloud)
            if self.with_bucket and not self.failed and not self.is_stopped:
                await cloud.call("s3", "DeleteBucket", Bucket=self.bucket)
                self.bucket_is_gone = True
        except errors.HomeportError as error:
            self.wrong = error
        finally:
            self.is_over = True

    async def _remove(self, cloud: Cloud) -> None:
        if self.has_versions:
            for name in self.single:
                await self._below(cloud, name, is_exact=True)
        else:
            for at in range(0, len(self.single), BATCH):
                batch = _plain(self.single[at : at + BATCH])
                await cloud.use("s3", partial(self._delete, objects=batch))
        for prefix in self.prefixes:
            await self._below(cloud, prefix)

    async def _below(self, cloud: Cloud, prefix: str, *, is_exact: bool = False) -> None:
        """All whose keys begin so, or are just that, a page at a time."""
        pages = await cloud.use("s3", partial(self._pages, prefix=prefix))
        goes_on = True
        while goes_on and not self.is_stopped:
            goes_on = await cloud.use(
                "s3", partial(self._next, pages=pages, only=prefix if is_exact else None)
            )

    def _pages(self, client: Any, prefix: str) -> Iterator[dict[str, Any]]:
        name = "list_object_versions" if self.has_versions else "list_objects_v2"
        return iter(client.get_paginator(name).paginate(Bucket=self.bucket, Prefix=prefix))

    def _next(self, client: Any, pages: Iterator[dict[str, Any]], only: str | None) -> bool:
        """Deletes one page; whether there may be another."""
        page = next(pages, None)
        if page is None:
            return False
        found = [
            *_plain([each["Key"] for each in page.get("Contents", [])]),
            *_exact(page.get("Versions", [])),
            *_exact(page.get("DeleteMarkers", [])),
        ]
        wanted = [each for each in found if only is None or each["Key"] == only]
        self._delete(client, wanted)
        # Keys are sorted: behind the first other one there is none of these.
        return len(wanted) == len(found)

    def _delete(self, client: Any, objects: list[dict[str, str]]) -> None:
        """A batch, but for the keys that XML has no word for: these go one by one."""
        batch = [each for each in objects if keys.is_xml(each["Key"])]
        if batch:
            wanted = {"Objects": batch, "Quiet": True}
            answer = client.delete_objects(Bucket=self.bucket, Delete=wanted)
            wrong = answer.get("Errors", [])
            self.done += len(batch) - len(wrong)
            self.failed += len(wrong)
            room = FAILURES - len(self.failures)
            self.failures += [(each["Key"], each.get("Code", "")) for each in wrong[:room]]
        for each in objects:
            if not keys.is_xml(each["Key"]):
                client.delete_object(Bucket=self.bucket, **each)
                self.done += 1


def _plain(names: list[str]) -> list[dict[str, str]]:
    return [{"Key": name} for name in names]


def _exact(versions: list[dict[str, Any]]) -> list[dict[str, str]]:
    return [{"Key": each["Key"], "VersionId": each["VersionId"]} for each in versions]


def keep(kept: dict[str, Any], removal: Removal) -> None:
    """Lets a login look at it."""
    own: dict[str, Removal] = kept.setdefault("s3 removals", {})
    while len(own) >= KEPT:
        del own[next(iter(own))]
    own[removal.id] = removal


def find(kept: dict[str, Any], wanted: str) -> Removal | None:
    """One of them."""
    own: dict[str, Removal] = kept.get("s3 removals", {})
    return own.get(wanted)
