"""ListObjects and ListObjectsV2.

https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjects.html
https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from urllib.parse import quote_plus

from homeport.aws.protocol.call import Call, Params
from homeport.aws.s3 import errors
from homeport.aws.s3.rules import checksums, names, paging
from homeport.aws.s3.s3 import S3, Bucket, owner
from homeport.aws.s3.store import listing

Encode = Callable[[str], str]

_as_url: Encode = partial(quote_plus, safe="/")
"""A space as `+`, measured on AWS: https://github.com/brekkylab/backlot/issues/178 (and what botocore takes apart again)."""


def list_objects(s3: S3, call: Call, params: Params) -> Params:
    """A page of keys; the next one is asked for by the last name on it."""
    bucket = s3.bucket(call, params)
    encode = encoder(params)
    marker = params.get("Marker", "")
    limit = paging.limit(params, "MaxKeys", "max-keys")
    page, members = _page(s3, bucket, params, marker, limit, encode, has_owner=True)
    members["Marker"] = encode(marker)
    if page.is_truncated and params.get("Delimiter"):
        members["NextMarker"] = encode(page.last)
    return members


def list_objects_v2(s3: S3, call: Call, params: Params) -> Params:
    """A page of keys; the next one is asked for by a token."""
    bucket = s3.bucket(call, params)
    encode = encoder(params)
    token = params.get("ContinuationToken")
    after = params.get("StartAfter", "")
    begin = after if token is None else paging.from_token(token)
    limit = paging.limit(params, "MaxKeys", "max-keys")
    has_owner = params.get("FetchOwner", False)
    page, members = _page(s3, bucket, params, begin, limit, encode, has_owner=has_owner)
    members["KeyCount"] = len(page.rows) + len(page.prefixes)
    if token is not None:
        members["ContinuationToken"] = token
    if after:
        members["StartAfter"] = encode(after)
    if page.is_truncated:
        members["NextContinuationToken"] = paging.token(page.last)
    return members


def encoder(params: Params) -> Encode:
    """How keys are written in an answer. Raises `InvalidArgument` for a way that is none."""
    kind = params.get("EncodingType")
    if kind is None:
        return str
    if kind != "url":
        raise errors.argument("encoding-type", kind, "Invalid Encoding Method specified in Request")
    return _as_url


def shared(bucket: Bucket, params: Params, encode: Encode, limit: int) -> Params:
    """The members with which every listing of keys repeats the question."""
    members: Params = {
        "Name": bucket.name,
        "Prefix": encode(params.get("Prefix", "")),
        "MaxKeys": limit,
    }
    if params.get("Delimiter"):
        members["Delimiter"] = encode(params["Delimiter"])
    if "EncodingType" in params:
        members["EncodingType"] = params["EncodingType"]
    return members


def wanted(params: Params, after: str, limit: int) -> paging.Wanted:
    """What is asked of a listing. Raises `InvalidURI` for text that no key can have."""
    return paging.Wanted(
        names.text(params.get("Prefix", "")),
        names.text(params.get("Delimiter", "")),
        names.text(after),
        limit,
    )


def common(prefixes: list[str], encode: Encode) -> list[Params]:
    """The `CommonPrefixes` member."""
    return [{"Prefix": encode(prefix)} for prefix in prefixes]


def _page(
    s3: S3,
    bucket: Bucket,
    params: Params,
    after: str,
    limit: int,
    encode: Encode,
    *,
    has_owner: bool,
) -> tuple[paging.Page[listing.ListedObject], Params]:
    with s3.db.snapshot() as connection:
        page = listing.objects(connection, bucket.id, wanted(params, after, limit))
    members = shared(bucket, params, encode, limit)
    members["IsTruncated"] = page.is_truncated
    members["Contents"] = [_entry(row, encode) for row in page.rows]
    members["CommonPrefixes"] = common(page.prefixes, encode)
    if has_owner:
        owned = owner(bucket.account)
        for entry in members["Contents"]:
            entry["Owner"] = owned
    return page, members


def _entry(row: listing.ListedObject, encode: Encode) -> Params:
    key, modified, etag, size, storage_class, checksum = row
    return {
        "Key": encode(key),
        "LastModified": modified,
        "ETag": f'"{etag}"',
        **checksums.listed(checksum),
        "Size": size,
        "StorageClass": storage_class,
    }
