"""GetObjectAttributes and GetObjectAcl.

https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectAttributes.html
"""

from __future__ import annotations

from collections.abc import Callable

from homeport.aws.protocol.call import Call, Params
from homeport.aws.s3 import errors
from homeport.aws.s3.objects.find import find, find_inside
from homeport.aws.s3.rules import acl, checksums, paging
from homeport.aws.s3.s3 import S3, owner
from homeport.aws.s3.store import bodies
from homeport.aws.s3.store.records import Version


def get_object_attributes(s3: S3, call: Call, params: Params) -> Params:
    """Those of an object's attributes that are asked for."""
    bucket = s3.bucket(call, params)
    asked = params["ObjectAttributes"]
    wrong = [name for name in asked if name not in _READERS]
    if wrong or not asked:
        raise errors.argument(
            "x-amz-object-attributes", ",".join(wrong), "Invalid attribute name specified."
        )
    with s3.db.snapshot():
        version = find_inside(s3, bucket, params["Key"], params.get("VersionId")).version
        found = {name: _READERS[name](s3, version, params) for name in asked}
    members: Params = {"LastModified": version.modified}
    if bucket.versioning:
        members["VersionId"] = version.version
    members.update({name: value for name, value in found.items() if value != {}})
    return members


def _checksum(_: S3, version: Version, __: Params) -> Params:
    """A composite one without its `-N`: measured on AWS, https://github.com/floci-io/floci/issues/3083"""
    algorithm, kind, value = checksums.split(version.checksum)
    return {checksums.MEMBERS[algorithm]: value.partition("-")[0], "ChecksumType": kind}


def _parts(s3: S3, version: Version, params: Params) -> Params:
    """The parts one by one only under a composite checksum: https://github.com/localstack/localstack/pull/12764"""
    if not version.parts:
        return {}
    members: Params = {"TotalPartsCount": version.parts}
    algorithm = checksums.split(version.checksum)[0]
    after = params.get("PartNumberMarker", 0)
    limit = paging.limit(params, "MaxParts", "max-parts")
    parts = bodies.parts(s3.db, version.body, after, limit + 1)
    if not all(part.checksum for part in parts):
        return members
    page = parts[:limit]
    member = checksums.MEMBERS[algorithm]
    return {
        **members,
        "PartNumberMarker": after,
        "NextPartNumberMarker": page[-1].number if page else 0,
        "MaxParts": limit,
        "IsTruncated": len(parts) > limit,
        "Parts": [
            {"PartNumber": part.number, "Size": part.size, member: part.checksum} for part in page
        ],
    }


_READERS: dict[str, Callable[[S3, Version, Params], object]] = {
    "ETag": lambda _, version, __: version.etag,
    "Checksum": _checksum,
    "ObjectParts": _parts,
    "StorageClass": lambda _, version, __: version.storage_class,
    "ObjectSize": lambda _, version, __: version.size,
}


def get_object_acl(s3: S3, call: Call, params: Params) -> Params:
    """The list that says: the owner alone. https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectAcl.html"""
    bucket = s3.bucket(call, params)
    find(s3, bucket, params["Key"], params.get("VersionId"))
    return acl.owners_alone(owner(bucket.account))


def put_object_acl(s3: S3, call: Call, params: Params) -> Params:
    """Takes a list that says the same. https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObjectAcl.html"""
    bucket = s3.bucket(call, params)
    find(s3, bucket, params["Key"], params.get("VersionId"))
    acl.check_change(params, bucket.ownership)
    return {}
