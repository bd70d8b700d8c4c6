"""Items as they are stored: compact JSON in UTF-8, which answers repeat without reading it."""

from __future__ import annotations

import json
from typing import cast

from homeport.aws.dynamodb.values.attribute import Item

_encode = json.JSONEncoder(ensure_ascii=False, check_circular=False, separators=(",", ":")).encode
_decode = json.JSONDecoder().raw_decode


def dump(item: Item) -> bytes:
    """The stored text of an item."""
    return _encode(item).encode()


def load(text: bytes) -> Item:
    """The item of a stored text."""
    return cast(Item, _decode(text.decode())[0])
