"""Tags of objects and buckets.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-tagging.html
"""

from __future__ import annotations

import json
import re
from urllib.parse import parse_qsl

from homeport.aws.s3 import errors, limits

Tag = dict[str, str]
_ALLOWED = re.compile(r"[\w\s+\-=.:/@]*")


def check(tags: list[Tag], limit: int) -> None:
    """Raises `BadRequest` for too many tags and `InvalidTag` for a wrong one."""
    if len(tags) > limit:
        what = "Object" if limit == limits.OBJECT_TAGS else "Bucket"
        raise errors.BAD_REQUEST(f"{what} tags cannot be greater than {limit}")
    seen: set[str] = set()
    for tag in tags:
        _check_one(tag["Key"], tag["Value"])
        if tag["Key"] in seen:
            raise errors.INVALID_TAG(
                "Cannot provide multiple Tags with the same key", TagKey=tag["Key"]
            )
        seen.add(tag["Key"])


def _check_one(key: str, value: str) -> None:
    if not 1 <= len(key) <= limits.TAG_KEY or _ALLOWED.fullmatch(key) is None:
        raise errors.INVALID_TAG(TagKey=key)
    if key.lower().startswith("aws:"):
        raise errors.INVALID_TAG("System tags cannot be added/updated by requester", TagKey=key)
    if len(value) > limits.TAG_VALUE or _ALLOWED.fullmatch(value) is None:
        raise errors.INVALID_TAG(
            "The TagValue you have provided is invalid", TagKey=key, TagValue=value
        )


def from_header(header: str) -> str:
    """The kept form of an `x-amz-tagging` header. Raises `InvalidArgument`, and as `check`.

    A name alone has an empty value: https://github.com/ceph/s3-tests (`test_put_obj_with_tags`).
    """
    try:
        pairs = parse_qsl(header, keep_blank_values=True, errors="strict")
    except ValueError:
        pairs = [("", "")]
    if len({key for key, _ in pairs}) != len(pairs) or any(not key for key, _ in pairs):
        raise errors.argument(
            "x-amz-tagging",
            header,
            "The header 'x-amz-tagging' shall be encoded as UTF-8 then URLEncoded URL query parameters "
            "without tag name duplicates.",
        )
    tags = [{"Key": key, "Value": value} for key, value in pairs]
    check(tags, limits.OBJECT_TAGS)
    return kept(tags)


def kept(tags: list[Tag]) -> str:
    """Tags as they are stored; empty for none."""
    return json.dumps(tags, ensure_ascii=False) if tags else ""


def read(stored: str) -> list[Tag]:
    """Tags out of what is stored."""
    tags: list[Tag] = json.loads(stored) if stored else []
    return tags
