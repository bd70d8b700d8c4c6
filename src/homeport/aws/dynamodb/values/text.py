"""Items as they are stored: compact JSON in UTF-8, which answers repeat without reading it."""

from __future__ import annotations

import json
from json.encoder import encode_basestring
from typing import Any, cast

from homeport.aws.dynamodb.values.attribute import Item

_encode = json.JSONEncoder(ensure_ascii=False, check_circular=False, separators=(",", ":")).encode
_decode = json.JSONDecoder().raw_decode


def dump(item: Item) -> bytes:
    """The stored text of an item."""
    return _object(item).encode()


def _object(item: Item) -> str:
    # Most values are one text in a dict of one member, which costs the general encoder nearly twice the time.
    quoted = encode_basestring
    members = []
    for name, value in item.items():
        for kind, content in value.items():
            if content.__class__ is str:
                members.append(f'{quoted(name)}:{{"{kind}":{quoted(content)}}}')
            elif kind == "M":
                members.append(f'{quoted(name)}:{{"M":{_object(content)}}}')
            else:
                members.append(f'{quoted(name)}:{{"{kind}":{_other(content)}}}')
    return f"{{{','.join(members)}}}"


def _other(content: Any) -> str:
    if content is True:
        return "true"
    return "false" if content is False else _encode(content)


def load(text: bytes) -> Item:
    """The item of a stored text."""
    return cast(Item, _decode(text.decode())[0])
