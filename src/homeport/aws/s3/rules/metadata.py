"""User metadata: its size, and the encoded words in it.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingMetadata.html#UserMetadata
"""

from __future__ import annotations

import base64
import binascii
import re

from homeport.aws.s3 import errors, limits

_WORD = re.compile(r"=\?(utf-8|us-ascii|iso-8859-1)\?([bq])\?([^?\s]*)\?=", re.IGNORECASE)
"""https://www.rfc-editor.org/rfc/rfc2047#section-2"""


def kept(given: dict[str, str]) -> dict[str, str]:
    """Metadata as it is stored: encoded words are text. Raises `MetadataTooLarge`.

    A character of a value as it comes is a byte: headers are Latin-1.
    """
    size = sum(len(name) + len(value) for name, value in given.items())
    if size > limits.METADATA_SIZE:
        raise errors.METADATA_TOO_LARGE(Size=str(size), MaxSizeAllowed=str(limits.METADATA_SIZE))
    return {name: text(value) if "=?" in value else value for name, value in given.items()}


def text(value: str) -> str:
    """A value with its encoded words decoded; those that cannot be are left as they are."""
    return _WORD.sub(_decoded, value)


def _decoded(word: re.Match[str]) -> str:
    charset, way, data = word.groups()
    try:
        raw = (
            base64.b64decode(data, validate=True)
            if way in "bB"
            else binascii.a2b_qp(data, header=True)
        )
        return raw.decode(charset)
    except ValueError:
        return word[0]
