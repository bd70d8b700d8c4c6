"""ListParts and ListMultipartUploads.

https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListParts.html
https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListMultipartUploads.html
"""

from __future__ import annotations

from homeport.aws.protocol.call import Call, Params
from homeport.aws.s3 import errors, limits
from homeport.aws.s3.multipart.upload import declared_members, find
from homeport.aws.s3.objects.listing import common, encoder, wanted
from homeport.aws.s3.rules import checksums, paging, part_checksums
from homeport.aws.s3.s3 import S3, owner
from homeport.aws.s3.store import listing, uploads
from homeport.aws.s3.store.records import Part, Upload


def list_parts(s3: S3, call: Call, params: Params) -> Params:
    """A page of the parts that an upload has."""
    bucket = s3.bucket(call, params)
    upload = find(s3, bucket, params)
    limit = paging.limit(params, "MaxParts", "max-parts")
    marker = params.get("PartNumberMarker", 0)
    if not 0 <= marker <= limits.MAX_KEYS:
        raise errors.argument(
            "part-number-marker",
            marker,
            f"Argument part-number-marker must be an integer between 0 and {limits.MAX_KEYS}",
        )
    parts = uploads.parts(s3.db, upload.id, marker, limit + 1)
    page = parts[:limit]
    owned = owner(bucket.account)
    return {
        "Bucket": bucket.name,
        "Key": upload.key,
        "UploadId": upload.id,
        "PartNumberMarker": marker,
        "NextPartNumberMarker": page[-1].number if page else 0,
        "MaxParts": limit,
        "IsTruncated": len(parts) > limit,
        "Parts": [_part(upload, part) for part in page],
        "Initiator": owned,
        "Owner": owned,
        "StorageClass": upload.storage_class,
        **declared_members(upload),
    }


def _part(upload: Upload, part: Part) -> Params:
    members: Params = {
        "PartNumber": part.number,
        "LastModified": part.modified,
        "ETag": f'"{part.etag}"',
        "Size": part.size,
    }
    if upload.algorithm:
        value = part_checksums.read(part.checksum)[upload.algorithm]
        members[checksums.MEMBERS[upload.algorithm]] = value
    return members


def list_multipart_uploads(s3: S3, call: Call, params: Params) -> Params:
    """A page of the uploads that are under way: by key, the oldest of a key first."""
    bucket = s3.bucket(call, params)
    encode = encoder(params)
    limit = paging.limit(params, "MaxUploads", "max-uploads")
    key_marker = params.get("KeyMarker", "")
    # Without a key-marker the upload-id-marker means nothing, says the API's page.
    id_marker = params.get("UploadIdMarker", "") if key_marker else ""
    with s3.db.snapshot() as connection:
        page = listing.uploads(connection, bucket.id, wanted(params, key_marker, limit), id_marker)
    owned = owner(bucket.account)
    members: Params = {
        "Bucket": bucket.name,
        "KeyMarker": encode(key_marker),
        "UploadIdMarker": id_marker,
        "Prefix": encode(params.get("Prefix", "")),
        "MaxUploads": limit,
        "IsTruncated": page.is_truncated,
        "CommonPrefixes": common(page.prefixes, encode),
        "Uploads": [
            {
                "UploadId": upload.id,
                "Key": encode(upload.key),
                "Initiated": upload.initiated,
                "StorageClass": upload.storage_class,
                "Owner": owned,
                "Initiator": owned,
                **declared_members(upload),
            }
            for upload in page.rows
        ],
    }
    if params.get("Delimiter"):
        members["Delimiter"] = encode(params["Delimiter"])
    if "EncodingType" in params:
        members["EncodingType"] = params["EncodingType"]
    if page.is_truncated:
        members["NextKeyMarker"] = encode(page.last)
        if page.rows and page.rows[-1].key == page.last:
            members["NextUploadIdMarker"] = page.rows[-1].id
    return members
