"""How much there is below a prefix: counted by listing it, since S3 keeps no counts."""

from __future__ import annotations

from typing import Any, NamedTuple

from homeport.console.asking.cloud import Cloud

PAGES = 10
"""Pages of 1,000 that are read for one count: half a second."""


class Counted(NamedTuple):
    """What was counted."""

    number: int
    bytes: int
    is_all: bool
    """Else there are more."""

    def plus(self, other: Counted) -> Counted:
        """Both together."""
        return Counted(
            self.number + other.number, self.bytes + other.bytes, self.is_all and other.is_all
        )


NOTHING = Counted(0, 0, is_all=True)


async def below(
    cloud: Cloud, bucket: str, prefix: str, *, has_versions: bool = False, pages: int = PAGES
) -> Counted:
    """The objects whose keys begin so; with `has_versions` former versions and delete markers count too."""
    name = "list_object_versions" if has_versions else "list_objects_v2"

    def read(client: Any) -> Counted:
        total = NOTHING
        found = client.get_paginator(name).paginate(Bucket=bucket, Prefix=prefix)
        for number, page in enumerate(found, 1):
            total = total.plus(_of(page))
            if number == pages:
                return total._replace(is_all=not page["IsTruncated"])
        return total

    return await cloud.use("s3", read)


def _of(page: dict[str, Any]) -> Counted:
    stored = [*page.get("Contents", []), *page.get("Versions", [])]
    number = len(stored) + len(page.get("DeleteMarkers", []))
    return Counted(number, sum(each["Size"] for each in stored), is_all=True)


async def one(cloud: Cloud, bucket: str, key: str) -> Counted:
    """One object, which may be gone."""

    def read(client: Any) -> Counted:
        found = client.list_objects_v2(Bucket=bucket, Prefix=key, MaxKeys=1).get("Contents", [])
        there = [each for each in found if each["Key"] == key]
        return Counted(len(there), sum(each["Size"] for each in there), is_all=True)

    return await cloud.use("s3", read)
