"""Names of buckets, keys of objects, and version ids.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html
"""

from __future__ import annotations

import re

from homeport.aws.s3 import errors, limits

_NAME = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]", re.ASCII)
_LOOKED_UP = re.compile(r"[A-Za-z0-9._-]{3,255}", re.ASCII)
_ADDRESS = re.compile(r"\d+\.\d+\.\d+\.\d+", re.ASCII)
_PREFIXES = ("xn--", "sthree-", "amzn-s3-demo-")
_SUFFIXES = ("-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3")


def check_new_bucket(name: str) -> None:
    """Raises `InvalidBucketName` for a name that no general purpose bucket may have."""
    is_wrong = (
        _NAME.fullmatch(name) is None
        or ".." in name
        or _ADDRESS.fullmatch(name) is not None
        or name.startswith(_PREFIXES)
        or name.endswith(_SUFFIXES)
    )
    if is_wrong:
        raise errors.INVALID_BUCKET_NAME(BucketName=name)


def check_lookup(name: str) -> None:
    """Raises `InvalidBucketName` for what never was a bucket's name, old rules of us-east-1 included."""
    if _LOOKED_UP.fullmatch(name) is None:
        raise errors.INVALID_BUCKET_NAME(BucketName=name)


def check_key(key: str) -> None:
    """Raises `KeyTooLongError`."""
    size = len(key)
    if not key.isascii():
        size = len(encoded(key))
    if size > limits.KEY_SIZE:
        raise errors.KEY_TOO_LONG(Size=str(size), MaxSizeAllowed=str(limits.KEY_SIZE))


def encoded(key: str) -> bytes:
    """The UTF-8 of a key. Raises `InvalidURI` where it has none."""
    try:
        return key.encode()
    except UnicodeEncodeError as error:
        raise errors.INVALID_URI() from error


def text(value: str) -> str:
    """The same text. Raises `InvalidURI` where it has no UTF-8, which a database cannot look for."""
    if not value.isascii():
        encoded(value)
    return value
