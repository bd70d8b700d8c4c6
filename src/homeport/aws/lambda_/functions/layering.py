"""The layers that a function is laid over.

https://docs.aws.amazon.com/lambda/latest/dg/chapter-layers.html
"""

from __future__ import annotations

import dataclasses
import sqlite3

from homeport.aws.lambda_ import errors, limits
from homeport.aws.lambda_.model import Layer, Version
from homeport.aws.lambda_.store import layers
from homeport.aws.lambda_.store.layers import Place


def lay(connection: sqlite3.Connection, version: Version, arns: list[str] | None) -> Version:
    """A version with these layers, or its own where none are given. Raises where all of it together is too large.

    Layers that the version has already may have been deleted meanwhile.
    """
    if arns is not None:
        _check(version, arns)
        held = {layer.arn: layer for layer in version.layer_files}
        found = tuple(held.get(arn) or _found(connection, arn) for arn in arns)
        version = dataclasses.replace(version, layers=tuple(arns), layer_files=found)
    total = version.unzipped + sum(layer.unzipped for layer in version.layer_files)
    if total > limits.UNZIPPED:
        # https://github.com/brefphp/bref/issues/450
        raise errors.INVALID(
            f"Function code combined with layers exceeds the maximum allowed size of {limits.UNZIPPED} bytes. "
            f"The actual size is {total} bytes."
        )
    return version


def _check(version: Version, arns: list[str]) -> None:
    """test_layer_function_exceptions, test_layer_function_quota_exception"""
    if len(arns) > limits.LAYERS:
        raise errors.INVALID(f"Cannot reference more than {limits.LAYERS} layers.")
    seen: dict[str, str] = {}
    for arn in arns:
        region = arn.split(":")[3]
        if region != version.function.region:
            raise errors.INVALID(
                "Layers are not in the same region as the function. "
                f"Layers are expected to be in region {version.function.region}."
            )
        layer = arn.rpartition(":")[0]
        if layer in seen:
            raise errors.INVALID(
                "Two different versions of the same layer are not allowed to be referenced in the same function. "
                f"{seen[layer]} and {arn} are versions of the same layer."
            )
        seen[layer] = arn


def _found(connection: sqlite3.Connection, arn: str) -> Layer:
    _, _, _, region, account, _, name, number = arn.split(":")
    version = layers.find(connection, Place(account, region, name), int(number))
    if version is None:
        raise errors.INVALID(f"Layer version {arn} does not exist.")
    return Layer(arn, version.file, version.size, version.body["unzipped"])
