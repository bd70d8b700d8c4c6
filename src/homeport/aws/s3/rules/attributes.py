"""What a client may say of an object besides its bytes: system headers, user metadata, storage class, tags, encryption, ACL.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingMetadata.html
"""

from __future__ import annotations

import json
from typing import Any, NamedTuple

from homeport.aws.protocol.call import Params
from homeport.aws.s3 import errors, limits
from homeport.aws.s3.rules import acl, metadata, tags

HEAD = (
    "CacheControl",
    "ContentDisposition",
    "ContentEncoding",
    "ContentLanguage",
    "ContentType",
    "Expires",
    "Metadata",
    "WebsiteRedirectLocation",
)
"""Members that are kept as they come, and given back so."""

DEFAULT_TYPE = "binary/octet-stream"
"""https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html"""

STORAGE_CLASSES = frozenset(
    {
        "STANDARD",
        "REDUCED_REDUNDANCY",
        "STANDARD_IA",
        "ONEZONE_IA",
        "INTELLIGENT_TIERING",
        "GLACIER_IR",
    }
)
"""Those whose objects can be read at once. https://docs.aws.amazon.com/AmazonS3/latest/userguide/storage-class-intro.html"""

ARCHIVES = frozenset({"GLACIER", "DEEP_ARCHIVE"})
"""Would have to be restored before they can be read (RestoreObject), which is not there."""

ENCRYPTION = "AES256"
"""S3 says on every answer that it encrypted the object itself, and takes the wish for it. It says nothing of how the bytes
lie on the disk, and here they lie as they came: encrypt the disk where that matters.
https://docs.aws.amazon.com/AmazonS3/latest/userguide/default-encryption-faq.html"""

encode = json.JSONEncoder(ensure_ascii=False).encode
"""The kept form of head members. `json.dumps` would make an encoder for every object."""

_LOCKS = (
    "ObjectLockMode",
    "ObjectLockRetainUntilDate",
    "ObjectLockLegalHoldStatus",
    "ObjectLockEventHold",
)


class Attributes(NamedTuple):
    """The kept form of what is said of an object."""

    head: str
    storage_class: str
    tags: str


def read(params: Params, ownership: str) -> Attributes:
    """Checks and takes what a PutObject, CopyObject or CreateMultipartUpload says. Raises `AwsError`."""
    check_encryption(params)
    acl.check_object(params, ownership)
    if not params.keys().isdisjoint(_LOCKS):
        raise errors.INVALID_REQUEST("Bucket is missing Object Lock Configuration")
    head = {name: params[name] for name in HEAD if name in params}
    if "Metadata" in head:
        head["Metadata"] = metadata.kept(head["Metadata"])
    if "ContentEncoding" in head:
        _drop_chunked(head)
    if "WebsiteRedirectLocation" in head:
        _check_redirect(head["WebsiteRedirectLocation"])
    head.setdefault("ContentType", DEFAULT_TYPE)
    return Attributes(
        encode(head),
        storage_class(params),
        tags.from_header(params["Tagging"]) if params.get("Tagging") else "",
    )


def _drop_chunked(head: dict[str, Any]) -> None:
    """Takes `aws-chunked` away, which is a coding of the request and not of the object.

    https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html
    """
    codings = [coding.strip() for coding in head["ContentEncoding"].split(",")]
    rest = ",".join(coding for coding in codings if coding and coding != "aws-chunked")
    if rest:
        head["ContentEncoding"] = rest
    else:
        del head["ContentEncoding"]


def _check_redirect(location: str) -> None:
    if not location.startswith(("/", "http://", "https://")):
        raise errors.INVALID_REDIRECT()
    if len(location) > limits.REDIRECT_LENGTH:
        raise errors.INVALID_REDIRECT(
            "The length of website redirect location cannot exceed 2,048 characters."
        )


def storage_class(params: Params) -> str:
    """The storage class that is asked for. Raises `InvalidStorageClass`."""
    name: str = params.get("StorageClass", "STANDARD")
    if name in STORAGE_CLASSES:
        return name
    if name in ARCHIVES:
        raise errors.header_not_implemented("x-amz-storage-class")
    raise errors.INVALID_STORAGE_CLASS(StorageClassRequested=name)


def check_encryption(params: Params) -> None:
    """Raises `NotImplemented` for keys of a client's own and for AWS KMS."""
    if "SSECustomerAlgorithm" in params or "SSECustomerKey" in params:
        raise errors.header_not_implemented("x-amz-server-side-encryption-customer-algorithm")
    if "CopySourceSSECustomerAlgorithm" in params:
        raise errors.header_not_implemented(
            "x-amz-copy-source-server-side-encryption-customer-algorithm"
        )
    wanted = params.get("ServerSideEncryption", ENCRYPTION)
    if wanted in ("aws:kms", "aws:kms:dsse") or "SSEKMSKeyId" in params:
        raise errors.header_not_implemented("x-amz-server-side-encryption")
    if wanted != ENCRYPTION:
        raise errors.argument(
            "x-amz-server-side-encryption",
            wanted,
            "The encryption method specified is not supported",
        )
