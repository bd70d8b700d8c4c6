"""ListObjectVersions. https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectVersions.html"""

from __future__ import annotations

from homeport.aws.protocol.call import Call, Params
from homeport.aws.s3 import errors
from homeport.aws.s3.objects.find import check_version_id
from homeport.aws.s3.objects.listing import Encode, common, encoder, shared, wanted
from homeport.aws.s3.rules import checksums, paging
from homeport.aws.s3.s3 import S3, Bucket, owner
from homeport.aws.s3.store import listing, objects
from homeport.aws.s3.store.records import NULL_VERSION


def list_object_versions(s3: S3, call: Call, params: Params) -> Params:
    """A page of versions and delete markers: by key, the newest of a key first."""
    bucket = s3.bucket(call, params)
    encode = encoder(params)
    limit = paging.limit(params, "MaxKeys", "max-keys")
    key_marker = params.get("KeyMarker", "")
    seq = _seq(s3, bucket, key_marker, params.get("VersionIdMarker", ""))
    with s3.db.snapshot() as connection:
        page = listing.versions(connection, bucket.id, wanted(params, key_marker, limit), seq)
    members = shared(bucket, params, encode, limit)
    members["IsTruncated"] = page.is_truncated
    members["KeyMarker"] = encode(key_marker)
    members["VersionIdMarker"] = params.get("VersionIdMarker", "")
    members["CommonPrefixes"] = common(page.prefixes, encode)
    _add_rows(members, bucket, page.rows, encode, key_marker if seq is not None else None)
    if page.is_truncated:
        members["NextKeyMarker"] = encode(page.last)
        if page.rows and page.rows[-1].key == page.last:
            members["NextVersionIdMarker"] = page.rows[-1].version
    return members


def _seq(s3: S3, bucket: Bucket, key: str, version: str) -> int | None:
    """The place among the versions of its key that a version-id-marker names."""
    if not version:
        return None
    if not key:
        raise errors.argument(
            "version-id-marker",
            version,
            "A version-id marker cannot be specified without a key marker.",
        )
    check_version_id(version)
    if version != NULL_VERSION:
        return objects.seq_of(version)
    with s3.db.snapshot() as connection:
        return listing.seq_of_null(connection, bucket.id, key)


def _add_rows(
    members: Params,
    bucket: Bucket,
    rows: list[listing.ListedVersion],
    encode: Encode,
    begun: str | None,
) -> None:
    """Splits rows into versions and markers. `begun` is the key whose newest version was on an earlier page."""
    members["Versions"], members["DeleteMarkers"] = versions, markers = [], []
    owned = owner(bucket.account)
    previous = begun
    for row in rows:
        entry: Params = {
            "Key": encode(row.key),
            "VersionId": row.version,
            "IsLatest": row.key != previous,
            "LastModified": row.modified,
            "Owner": owned,
        }
        previous = row.key
        if row.is_marker:
            markers.append(entry)
            continue
        entry["ETag"] = f'"{row.etag}"'
        entry["Size"] = row.size
        entry["StorageClass"] = row.storage_class
        entry.update(checksums.listed(row.checksum))
        versions.append(entry)
