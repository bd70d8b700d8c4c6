"""Tags of things in IAM: keys are told apart without regard to case.

https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html
"""

from __future__ import annotations

import unicodedata

from homeport.aws.iam import errors, limits
from homeport.aws.protocol.call import Params

_MARKS = frozenset("_.:/=+-@")
_RULE = r"Member must satisfy regular expression pattern: [\p{L}\p{Z}\p{N}_.:/=+\-@]"


def checked(listed: list[Params]) -> dict[str, str]:
    """The tags of a request."""
    tags: dict[str, str] = {}
    seen: set[str] = set()
    for number, tag in enumerate(listed, 1):
        key, value = tag["Key"], tag["Value"]
        if not _is_fit(key):
            raise errors.constraint(key, f"tags.{number}.member.key", f"{_RULE}+")
        if not _is_fit(value):
            raise errors.constraint(value, f"tags.{number}.member.value", f"{_RULE}*")
        if key.lower() in seen:
            raise errors.DUPLICATE_TAGS
        if key.lower().startswith("aws:"):
            # The text was not recorded.
            raise errors.INVALID_INPUT(
                "Tag keys can't begin with aws:, which is reserved for AWS use."
            )
        seen.add(key.lower())
        tags[key] = value
    return tags


def added(tags: dict[str, str], more: dict[str, str]) -> dict[str, str]:
    """Tags with others added; one whose key differs in case only is replaced."""
    gone = {key.lower() for key in more} - {key.lower() for key in more if key in tags}
    together = {key: value for key, value in tags.items() if key.lower() not in gone} | more
    if len(together) > limits.TAGS:
        # The text was not recorded.
        raise errors.quota("TagsPerEntity", limits.TAGS)
    return together


def without(tags: dict[str, str], keys: list[str]) -> dict[str, str]:
    """Tags without those of some keys; keys that are not there do not matter."""
    gone = {key.lower() for key in keys}
    return {key: value for key, value in tags.items() if key.lower() not in gone}


def _is_fit(text: str) -> bool:
    return all(
        character in _MARKS or unicodedata.category(character)[0] in "LZN" for character in text
    )
