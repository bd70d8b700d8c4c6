"""Finds the version of an object that a request means.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/RetrievingObjectVersions.html
https://docs.aws.amazon.com/AmazonS3/latest/userguide/DeleteMarker.html
"""

from __future__ import annotations

from email.utils import formatdate

from homeport.aws.protocol.call import AwsError
from homeport.aws.s3 import errors
from homeport.aws.s3.rules import names
from homeport.aws.s3.s3 import S3, Bucket
from homeport.aws.s3.store import objects
from homeport.aws.s3.store.records import NULL_VERSION, Version


def find(
    s3: S3, bucket: Bucket, key: str, version: str | None, method: str = "GET"
) -> objects.Found:
    """The version of this id, or the current one. Raises `NoSuchKey`, `NoSuchVersion`, `MethodNotAllowed` (of this method)."""
    with s3.db.snapshot():
        return find_inside(s3, bucket, key, version, method)


def find_inside(
    s3: S3, bucket: Bucket, key: str, version: str | None, method: str = "GET"
) -> objects.Found:
    """As `find`, inside of a snapshot.

    Between two reads outside of one, a commit may move a version from one table to the other, or take a body's files away.
    """
    names.check_key(key)
    if version is not None:
        return _by_version(s3, bucket, key, version, method)
    found = objects.current(s3.db, bucket.id, key)
    if found is None:
        raise _no_such_key(s3, bucket, key)
    return found


def check_version_id(version: str) -> None:
    """Raises `InvalidArgument` for what is no version's id."""
    if not version:
        raise errors.argument("versionId", version, "Version id cannot be the empty string")
    if version != NULL_VERSION and objects.seq_of(version) is None:
        raise errors.argument("versionId", version, "Invalid version id specified")


def _by_version(s3: S3, bucket: Bucket, key: str, version: str, method: str) -> objects.Found:
    check_version_id(version)
    found = objects.by_version(s3.db, bucket.id, key, version)
    if found is None:
        raise errors.NO_SUCH_VERSION(Key=key, VersionId=version)
    if found.version.is_marker:
        raise _is_marker(found.version, method)
    return found


def _no_such_key(s3: S3, bucket: Bucket, key: str) -> AwsError:
    error = errors.NO_SUCH_KEY(Key=key)
    marker = objects.current_marker(s3.db, bucket.id, key) if bucket.versioning else None
    if marker is not None:
        error.headers = [
            ("x-amz-delete-marker", "true"),
            ("x-amz-version-id", marker.version),
        ]
    return error


def _is_marker(marker: Version, method: str) -> AwsError:
    error = errors.METHOD_NOT_ALLOWED(Method=method, ResourceType="DeleteMarker")
    error.headers = [
        ("x-amz-delete-marker", "true"),
        ("x-amz-version-id", marker.version),
        ("Last-Modified", formatdate(marker.modified, usegmt=True)),
        ("Allow", "DELETE"),
    ]
    return error
