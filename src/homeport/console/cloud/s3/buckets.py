"""The buckets of the account: looked through, made, deleted.

https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListBuckets.html
"""

from __future__ import annotations

from typing import Any

from homeport.console.asking.scope import REGION
from homeport.console.asking.troubles import Trouble
from homeport.console.cloud.s3 import keys
from homeport.console.visit import Visit
from homeport.edge import http

PAGE = 1000
"""Buckets of one question; a page shows `Options.page` of them."""


async def show(visit: Visit) -> http.Response:
    """The buckets, by name."""
    search = visit.query.text("search").strip()
    offset = visit.query.number("offset", 0, 0, 10**6)
    found = [each for each in await everything(visit) if search.lower() in each["Name"].lower()]
    page = visit.options.page
    return visit.page(
        "cloud/s3/buckets.html",
        part="rows",
        keys=keys,
        buckets=found[offset : offset + page],
        total=len(found),
        offset=offset,
        search=search,
        scope=visit.cloud.scope,
        regions=await visit.cloud.regions() if visit.may_write_cloud else [],
    )


async def everything(visit: Visit) -> list[dict[str, Any]]:
    """All buckets of the account, which are 10,000 at most: https://docs.aws.amazon.com/general/latest/gr/s3.html#limits_s3"""

    def read(client: Any) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        token: dict[str, Any] = {}
        while True:
            answer = client.list_buckets(MaxBuckets=PAGE, **token)
            found += answer.get("Buckets", [])
            if not answer.get("ContinuationToken"):
                return found
            token = {"ContinuationToken": answer["ContinuationToken"]}

    return await visit.cloud.use("s3", read)


async def state(visit: Visit) -> http.Response:
    """Whether a bucket keeps versions, for its row: one question each, asked when the row is seen."""
    answer = await visit.cloud.call("s3", "GetBucketVersioning", Bucket=visit.names["bucket"])
    return visit.page("cloud/s3/state.html", part="state", versioning=answer.get("Status", ""))


async def make(visit: Visit) -> http.Response:
    """A new bucket."""
    name = visit.form.needed("name", "The name")
    region = visit.form.text("region") or visit.cloud.scope.region
    given: dict[str, Any] = {"Bucket": name}
    if region != REGION:
        given["CreateBucketConfiguration"] = {"LocationConstraint": region}
    if visit.form.has("lock"):
        given["ObjectLockEnabledForBucket"] = True
    if not region.replace("-", "").isalnum() or not region.isascii() or len(region) > 32:
        raise Trouble("This is no region.", hint="Choose one of the list.")
    cloud = visit.cloud.within(region)
    await cloud.call("s3", "CreateBucket", **given)
    if visit.form.has("versioning"):
        enabled = {"Status": "Enabled"}
        await cloud.call("s3", "PutBucketVersioning", Bucket=name, VersioningConfiguration=enabled)
    return visit.go(keys.bucket(name), said=f"The bucket {name} was made.")


async def delete(visit: Visit) -> http.Response:
    """An empty bucket goes; AWS refuses one with objects."""
    name = visit.names["bucket"]
    await visit.cloud.call("s3", "DeleteBucket", Bucket=name)
    return visit.go("/s3", said=f"The bucket {name} was deleted.")
