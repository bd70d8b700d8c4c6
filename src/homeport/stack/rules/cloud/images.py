"""What is known of LocalStack's images by their names.

- From 1.0 on persistence is a feature of a licence: https://github.com/GREsau/localstack-persist
- From 2.0 on the free image has nothing of the licensed one: https://github.com/localstack/localstack/issues/7882
- Since 2026.03.0 there is one image, which ends with code 55 where it has no token; 4.14.0 was the last free one:
  https://blog.localstack.cloud/localstack-for-aws-release-2026-03-0/
"""

from __future__ import annotations

import enum
import re

ONE_IMAGE = 2026
"""The first part of the tags of that image; before there were 0 to 4."""


_MOVING = frozenset({"latest", "stable", "s3-latest"})
"""Tags that are always those of the newest image."""


class Edition(enum.StrEnum):
    """What an image is."""

    LICENSED = "licensed"
    """It does not start without a token."""
    FREE = "free"
    """It starts without one, and keeps nothing through a restart."""
    OLD = "old"
    """Before 1.0: it starts without one, and keeps what it can where DATA_DIR says."""
    UNKNOWN = "unknown"


def edition(image: str) -> Edition:
    """What an image is, as far as its name tells; mirrors keep the last part of it."""
    path, _, found = image.partition("@")[0].rpartition("/")
    name, _, tag = found.partition(":")
    if name in {"localstack-pro", "localstack-enterprise"}:
        return Edition.LICENSED
    if name != "localstack" or (path and not path.endswith("localstack")):
        return Edition.UNKNOWN
    return _of_tag(tag, is_by_digest="@" in image)


def _of_tag(tag: str, *, is_by_digest: bool) -> Edition:
    if not tag:
        return Edition.UNKNOWN if is_by_digest else Edition.LICENSED
    number = re.match(r"v?(\d+)(\.|-|$)", tag)
    if number is None:
        return Edition.LICENSED if tag in _MOVING else Edition.UNKNOWN
    major = int(number[1])
    if major >= ONE_IMAGE:
        return Edition.LICENSED
    return Edition.FREE if major else Edition.OLD
