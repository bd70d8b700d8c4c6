"""Session tags: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

from homeport.aws.protocol.call import Params
from homeport.aws.sts import errors

_MARKS = frozenset("_.:/=+-@")
KEY_RULE = r"Member must satisfy regular expression pattern: [\p{L}\p{Z}\p{N}_.:/=+\-@]+"
VALUE_RULE = r"Member must satisfy regular expression pattern: [\p{L}\p{Z}\p{N}_.:/=+\-@]*"
_ASCII = re.compile(r"[A-Za-z0-9 _.:/=+\-@]*")


def transitive(params: Params, inherited: Mapping[str, str]) -> dict[str, str]:
    """The tags that go over to the next role: those that the caller's session has inherited, and those that are named here.

    Texts and their order as recorded, see `errors`.
    """
    tags = _checked(params.get("Tags") or [])
    named: list[str] = params.get("TransitiveTagKeys") or []
    known = {key.lower() for key in inherited}
    if known.intersection(tags):
        raise errors.INVALID_PARAMETER(
            "One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key from the calling session."
        )
    if any(key.lower() not in tags for key in named):
        raise errors.INVALID_PARAMETER(
            "The specified transitive tag key must be included in the requested tags."
        )
    return dict(inherited) | dict(tags[key.lower()] for key in named)


def _checked(listed: list[Params]) -> dict[str, tuple[str, str]]:
    """Key and value by the key in small letters."""
    tags: dict[str, tuple[str, str]] = {}
    for number, tag in enumerate(listed, 1):
        key, value = tag["Key"], tag["Value"]
        if not is_fit(key):
            raise errors.constraint(key, f"tags.{number}.member.key", KEY_RULE)
        if not is_fit(value):
            raise errors.constraint(value, f"tags.{number}.member.value", VALUE_RULE)
        if key.lower() in tags:
            raise errors.DUPLICATE_TAGS
        tags[key.lower()] = (key, value)
    return tags


def is_fit(text: str) -> bool:
    """Whether all characters are letters, numbers, separators or one of a few marks."""
    if _ASCII.fullmatch(text):
        return True
    return all(
        character in _MARKS or unicodedata.category(character)[0] in "LZN" for character in text
    )
