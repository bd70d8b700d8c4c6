"""Versions of functions as JSON, and back."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

from homeport.aws.lambda_.model import LATEST, Function, Image, Layer, Logging, Version

_OF_ROW = ("function", "version")
_PASSING = (*_OF_ROW, "revision", "modified", "file", "layer_files")
"""What differs though nothing was changed: the same archive sent again is another file."""


def number(version: str) -> int:
    """The number that a version has in its row: 0 for `$LATEST`."""
    return 0 if version == LATEST else int(version)


def name(number: int) -> str:
    """The version that a row's number stands for."""
    return str(number) if number else LATEST


def encode(version: Version) -> str:
    """A version as it is kept, without what its row says."""
    return json.dumps(_without(version, _OF_ROW))


def fingerprint(version: Version) -> str:
    """What makes two versions alike: all that a client can say of them."""
    return json.dumps(_without(version, _PASSING), sort_keys=True)


def _without(version: Version, left_out: tuple[str, ...]) -> dict[str, Any]:
    members = dataclasses.asdict(version)
    return {key: value for key, value in members.items() if key not in left_out}


def decode(function: Function, row_number: int, text: str) -> Version:
    """A version from its row."""
    members: dict[str, Any] = json.loads(text)
    image = members.pop("image")
    return Version(
        function=function,
        version=name(row_number),
        logging=Logging(**members.pop("logging")),
        layers=tuple(members.pop("layers")),
        layer_files=tuple(Layer(**each) for each in members.pop("layer_files")),
        image=None if image is None else _image(image),
        **members,
    )


def _image(members: dict[str, Any]) -> Image:
    return Image(
        uri=members["uri"],
        digest=members["digest"],
        entry_point=tuple(members["entry_point"]),
        command=tuple(members["command"]),
        working_directory=members["working_directory"],
    )
