"""Finds the layer and the version that a request names.

https://docs.aws.amazon.com/lambda/latest/api/API_GetLayerVersion.html
"""

from __future__ import annotations

import sqlite3

from homeport.aws.lambda_ import errors
from homeport.aws.lambda_.store import layers
from homeport.aws.lambda_.store.layers import LayerVersion, Place
from homeport.aws.protocol.call import Call, Params


def place(call: Call, params: Params) -> Place:
    """The layer of `LayerName`, which may be its ARN."""
    name: str = params["LayerName"]
    if not name.startswith("arn:"):
        return Place(call.account, call.region, name)
    _, _, _, region, account, _, bare = name.split(":")
    return Place(account, region, bare)


def readable_place(call: Call, params: Params) -> Place:
    """As `place`; layers of other accounts may be read, those of other regions are not there."""
    found = place(call, params)
    if found.region != call.region:
        raise errors.NOT_FOUND()
    return found


def own_place(call: Call, params: Params) -> Place:
    """As `place`; raises where it is another account's or region's."""
    found = place(call, params)
    if (found.account, found.region) != (call.account, call.region):
        # AWS's answer is not recorded.
        raise errors.access_denied(call.account, call.operation, found.arn)
    return found


def number(params: Params) -> int:
    """`VersionNumber`. test_layer_exceptions"""
    found: int = params["VersionNumber"]
    if found < 1:
        raise errors.INVALID("Layer Version Cannot be less than 1")
    return found


def version(connection: sqlite3.Connection, where: Place, wanted: int) -> LayerVersion:
    """A version of a layer."""
    found = layers.find(connection, where, wanted)
    if found is None:
        raise errors.NOT_FOUND()
    return found
